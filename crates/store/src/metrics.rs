//! Figures for whoever watches the installation: numbers and ids, nobody's name. Each is read from
//! an index or kept as a tally, so that it may be asked every few seconds.

use domain::{Mint, Timestamp, id::SourceId};

use crate::{
    StoreError, SystemTx, Tx,
    alerts::Severity,
    conflicts, home,
    runs::RunState,
    seam::{Dialect, Query, sql},
    sources::{self, HealthState},
    tallies,
    word::Word,
};

/// What there is of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Unarchived ones.
    pub assets: i64,
    pub checked_out: i64,
    /// Open ones, by severity; those of which there are none are left out.
    pub alerts: Vec<(Severity, i64)>,
    pub conflicts: i64,
    pub waiting_for_review: i64,
    pub jobs: i64,
    pub sources: Vec<OfSource>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfSource {
    pub id: SourceId,
    pub enabled: bool,
    pub health: HealthState,
    /// When a run was last applied, in whole or in part.
    pub succeeded_at: Option<Timestamp>,
    /// Runs begun since the moment asked for, by what became of them.
    pub runs: Vec<(RunState, i64)>,
}

pub fn figures(tx: &mut Tx<'_>, since: Timestamp) -> Result<Figures, StoreError> {
    let (assets, checked_out) = tallies::assets(tx)?;
    let mut of_sources = Vec::new();
    for source in sources::list(tx)? {
        of_sources.push(OfSource {
            id: source.id,
            enabled: source.enabled,
            health: source.health.state,
            succeeded_at: succeeded_at(tx, source.id)?,
            runs: runs(tx, source.id, since)?,
        });
    }
    Ok(Figures {
        assets,
        checked_out,
        alerts: alerts(tx)?,
        conflicts: conflicts::count_open(tx)?.into(),
        waiting_for_review: home::waiting_for_review(tx)?,
        jobs: jobs(tx)?,
        sources: of_sources,
    })
}

/// How many bytes the database takes on its disk.
pub fn database_bytes(tx: &mut SystemTx<'_>) -> Result<i64, StoreError> {
    let size = match tx.dialect() {
        Dialect::Sqlite => {
            sql! {
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            }
        }
        Dialect::Postgres => sql! { "SELECT pg_database_size(current_database())" },
    };
    tx.one(size, |row| row.next())
}

fn succeeded_at(tx: &mut Tx<'_>, source: SourceId) -> Result<Option<Timestamp>, StoreError> {
    let tenant = tx.tenant();
    let last = tx.find(
        sql! {
            "SELECT finished_at
             FROM runs
             WHERE tenant_id = ", tenant, " AND source_id = ", source, "
               AND state IN ('applied', 'partial', 'undone')
             ORDER BY id DESC
             LIMIT 1"
        },
        |row| row.next(),
    )?;
    Ok(last.flatten())
}

fn runs(
    tx: &mut Tx<'_>,
    source: SourceId,
    since: Timestamp,
) -> Result<Vec<(RunState, i64)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT state, count(*)
             FROM runs
             WHERE tenant_id = ", tenant, " AND source_id = ", source, "
               AND id >= ", Mint::least(since), "
             GROUP BY state
             ORDER BY state"
        },
        |row| Ok((row.next::<Word<_>>()?.0, row.next()?)),
    )
}

fn alerts(tx: &mut Tx<'_>) -> Result<Vec<(Severity, i64)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT severity, count(*)
             FROM alerts
             WHERE tenant_id = ", tenant, " AND mended_at IS NULL
             GROUP BY severity
             ORDER BY severity"
        },
        |row| Ok((row.next::<Word<_>>()?.0, row.next()?)),
    )
}

fn jobs(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(sql! { "SELECT count(*) FROM jobs WHERE tenant_id = ", tenant }, |row| row.next())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        alerts::NewAlert,
        jobs as queue,
        stage::{MINT, at, source, tenant},
        testing::on_both,
    };

    #[test]
    fn what_is_watched_is_counted_in_its_tenant_alone() {
        on_both(|store| {
            let (ours, theirs) = (tenant(&store, "ours"), tenant(&store, "theirs"));
            let id = source(&store, ours, "Kandji");
            let filled = store.write_blocking(ours, |tx| {
                let (key, severity) = ("source:x".to_owned(), Severity::Danger);
                let words = (String::from("It broke"), String::from("badly"));
                let new = NewAlert {
                    id: MINT.id(at(0)),
                    key,
                    severity,
                    title: words.0,
                    detail: words.1,
                    link: None,
                };
                crate::alerts::raise(tx, &new, at(0))?;
                queue::enqueue(tx, MINT.id(at(0)), "mail", &json!({}), at(0))
            });
            assert_eq!(filled, Ok(true));
            let asked = |of| store.read_blocking(of, |tx| figures(tx, at(0)));
            let found = asked(ours).unwrap();
            assert_eq!((found.alerts, found.jobs), (vec![(Severity::Danger, 1)], 1));
            let [of] = &found.sources[..] else { panic!("{:?}", found.sources) };
            assert_eq!((of.id, of.enabled, of.health), (id, true, HealthState::Ok));
            assert_eq!((of.succeeded_at, of.runs.len()), (None, 0));
            let found = asked(theirs).unwrap();
            assert_eq!((found.alerts.len(), found.jobs, found.sources.len()), (0, 0, 0));
            let bytes = store.system_blocking(database_bytes).unwrap();
            assert!((50_000..1_000_000_000).contains(&bytes), "{bytes}");
        });
    }

    #[test]
    fn runs_are_counted_by_what_became_of_them_as_far_back_as_asked() {
        on_both(|store| {
            let ours = tenant(&store, "ours");
            let id = source(&store, ours, "Kandji");
            let done = store.write_blocking(ours, move |tx| {
                // Others' ids do not push these ahead of their time.
                let mint = Mint::new(7);
                for (second, state) in [(0, "applied"), (60, "partial"), (120, "failed")] {
                    let run = mint.id::<domain::id::noun::Run>(at(second));
                    let tenant = tx.tenant();
                    tx.exec(sql! {
                        "INSERT INTO runs \
                         (tenant_id, id, source_id, mode, occasion, state, counts, queued_at, \
                          finished_at) VALUES (",
                        tenant, ", ", run, ", ", id, ", 'apply', 'schedule', ", state, ", '{}', ",
                        at(second), ", ", at(second + 1), ")"
                    })?;
                }
                figures(tx, at(60))
            });
            let found: Result<Figures, StoreError> = done;
            let [of] = &found.unwrap().sources[..] else { panic!("one source") };
            assert_eq!(of.succeeded_at, Some(at(61)));
            assert_eq!(of.runs, [(RunState::Failed, 1), (RunState::Partial, 1)]);
        });
    }
}
