//! Activity: what happened in a tenant, newest first, narrowed in any way. No walk looks at more
//! than some thousand events: what is rare among many has an index, and a page that found little
//! says where it stopped.

use domain::actor::ActorKind;
use domain::{Action, Event, Mint};
use jiff::SignedDuration;

use super::causes::{self, CauseRow};
use super::{COLUMNS, EventFilter, of_cause, read};
use crate::seam::{Query, Sql, StoreError, Tx, Value, sql};

/// Some of what happened. `next`: what follows is below this number.
#[derive(Debug, Clone, PartialEq)]
pub struct Part<T> {
    pub items: Vec<T>,
    pub next: Option<i64>,
}

/// One event, or all that one cause did.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    One(Event),
    Many(CauseRow),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    pub lines: Vec<Line>,
    pub next: Option<i64>,
}

/// As many are looked at for one page.
pub(crate) const LOOKED_AT: i64 = 20_000;
/// A cause with no more events than this is told event by event.
const FEW: i64 = 3;
/// Ids follow the clock; an event's own instant is when its deed began, at most this long before.
const DEED: SignedDuration = SignedDuration::from_hours(1);

/// Each event by itself.
pub fn flat(
    tx: &mut Tx<'_>,
    filter: &EventFilter,
    below: Option<i64>,
    limit: usize,
) -> Result<Part<Event>, StoreError> {
    walk(tx, filter, false, below, limit)
}

/// What has no cause event by event, and of each cause with more than a few one line, where its
/// newest event stands. Only for filters of actors and times.
pub fn folded(
    tx: &mut Tx<'_>,
    filter: &EventFilter,
    below: Option<i64>,
    limit: usize,
) -> Result<Activity, StoreError> {
    // What has no cause is of no occasion.
    let alone = match filter.occasion {
        Some(_) => Part { items: Vec::new(), next: None },
        None => walk(tx, filter, true, below, limit)?,
    };
    let causes = of_causes(tx, filter, below, limit)?;
    // Below these numbers one of the two walks has not looked.
    let horizon = alone.next.max(causes.next);
    let mut keyed: Vec<(i64, Line)> =
        alone.items.into_iter().map(|event| (event.id.number(), Line::One(event))).collect();
    keyed.extend(causes.items.into_iter().map(|cause| (cause.last_event, Line::Many(cause))));
    keyed.sort_by_key(|(key, _)| -key);
    keyed.retain(|(key, _)| horizon.is_none_or(|horizon| *key >= horizon));
    let cut = keyed.len() > limit;
    keyed.truncate(limit);
    let next = if cut { keyed.last().map(|(key, _)| *key) } else { horizon };
    let mut lines = Vec::with_capacity(keyed.len());
    for (_, line) in keyed {
        match line {
            Line::Many(row) if row.events <= FEW => {
                let told = of_cause(tx, &row.cause)?;
                lines.extend(told.into_iter().rev().map(Line::One));
            }
            line => lines.push(line),
        }
    }
    Ok(Activity { lines, next })
}

fn of_causes(
    tx: &mut Tx<'_>,
    filter: &EventFilter,
    below: Option<i64>,
    limit: usize,
) -> Result<Part<CauseRow>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT ", const causes::COLUMNS, " FROM causes WHERE tenant_id = ", tenant,
        " AND last_event < ", below.unwrap_or(i64::MAX)
    };
    if let Some(kind) = filter.actor_kind {
        sql! { sql => " AND actor_kind = ", kind.as_str() };
    }
    if let Some(actor) = &filter.actor {
        sql! { sql => " AND actor_id = ", actor };
    }
    if let Some(kind) = filter.occasion {
        sql! { sql => " AND kind = ", kind };
    }
    if let Some(since) = filter.since {
        sql! { sql => " AND last_event >= ", Mint::least(since), " AND last_at >= ", since };
    }
    if let Some(until) = filter.until {
        sql! { sql => " AND last_event < ", Mint::least(until + DEED), " AND last_at < ", until };
    }
    sql! { sql => " ORDER BY last_event DESC" };
    crate::page::limit(&mut sql, limit);
    let mut items: Vec<CauseRow> = tx.all(sql, causes::read)?;
    let next = cut(&mut items, limit, |row| row.last_event);
    Ok(Part { items, next })
}

/// Takes what is too many away; answers where to go on.
fn cut<T>(items: &mut Vec<T>, limit: usize, key: impl Fn(&T) -> i64) -> Option<i64> {
    let more = items.len() > limit;
    items.truncate(limit);
    items.last().filter(|_| more).map(key)
}

fn walk(
    tx: &mut Tx<'_>,
    filter: &EventFilter,
    by_hand: bool,
    below: Option<i64>,
    limit: usize,
) -> Result<Part<Event>, StoreError> {
    let tenant = tx.tenant();
    let (lead, rest) = conditions(filter, by_hand);
    let from = |columns: &'static str| {
        let mut sql = sql! { "SELECT ", const columns, " FROM events WHERE tenant_id = ", tenant };
        sql.append(lead.clone());
        sql.append(bounds(filter, below));
        sql
    };
    let mut floor = None;
    if let Some(rest) = &rest {
        let mut sql = from("id");
        sql! { sql => " ORDER BY id DESC LIMIT 1 OFFSET ", LOOKED_AT };
        floor = tx.find(sql, |row| row.next::<i64>())?;
        let mut sql = from(COLUMNS);
        if let Some(floor) = floor {
            sql! { sql => " AND id >= ", floor };
        }
        sql.append(rest.clone());
        return page(tx, sql, limit, floor);
    }
    let sql = from(COLUMNS);
    page(tx, sql, limit, floor)
}

fn page(
    tx: &mut Tx<'_>,
    mut sql: Sql,
    limit: usize,
    floor: Option<i64>,
) -> Result<Part<Event>, StoreError> {
    sql! { sql => " ORDER BY id DESC" };
    crate::page::limit(&mut sql, limit);
    let mut items: Vec<Event> = tx.all(sql, read)?;
    let next = cut(&mut items, limit, |event| event.id.number()).or(floor);
    Ok(Part { items, next })
}

/// The ids there can be: a walk goes no further than the times asked for.
fn bounds(filter: &EventFilter, below: Option<i64>) -> Sql {
    let until = filter.until.map(|until| Mint::least(until + DEED));
    let below = below.unwrap_or(i64::MAX).min(until.unwrap_or(i64::MAX));
    let mut sql = sql! { " AND id < ", below };
    if let Some(since) = filter.since {
        sql! { sql => " AND id >= ", Mint::least(since) };
    }
    sql
}

/// What an index is walked by, and what the events on the way must be besides. The second is
/// written so that no database takes it for a reason to walk another way, and sort.
fn conditions(filter: &EventFilter, by_hand: bool) -> (Sql, Option<Sql>) {
    let mut lead = Lead { sql: None, rest: Sql::default(), any: false };
    if let Some(subject) = filter.subject {
        let (kind, id) = (subject.kind(), subject.number());
        lead.by(sql! { " AND subject_kind = ", kind, " AND subject_id = ", id });
    }
    if let Some(cause) = &filter.cause {
        let (kind, id) = (&cause.kind, cause.id.clone());
        let by = sql! { " AND cause_kind = ", kind, " AND cause_id = ", id.clone() };
        let or = sql! { " AND cause_kind || '' = ", kind, " AND cause_id || '' = ", id };
        lead.by_or(by, or);
    }
    if let Some(actor) = &filter.actor {
        let by = sql! { " AND actor_kind <> 'run' AND actor_id = ", actor };
        let or = sql! { " AND actor_id || '' = ", actor };
        let run = actor.starts_with("run_");
        if run { lead.only(or) } else { lead.by_or(by, or) }
    }
    if let Some(kind) = filter.actor_kind {
        let by = sql! { " AND actor_kind <> 'run' AND actor_kind = ", kind.as_str() };
        let or = sql! { " AND actor_kind || '' = ", kind.as_str() };
        if kind == ActorKind::Run { lead.only(or) } else { lead.by_or(by, or) }
    }
    if let Some(kind) = filter.occasion {
        lead.only(sql! { " AND cause_kind || '' = ", kind });
    }
    match filter.subjects.as_slice() {
        [] => {}
        [kind] if *kind != "asset" => {
            let by = sql! { " AND subject_kind <> 'asset' AND subject_kind = ", *kind };
            lead.by_or(by, sql! { " AND subject_kind || '' = ", *kind });
        }
        kinds => lead.only(among(" AND subject_kind || '' IN (", kinds.iter().copied())),
    }
    match filter.actions.as_slice() {
        [] => {}
        [action] if is_rare(*action) => {
            let word = action.as_str();
            let by = sql! { " AND ", const RARE, " AND action = ", word };
            lead.by_or(by, sql! { " AND action || '' = ", word });
        }
        actions => {
            lead.only(among(" AND action || '' IN (", actions.iter().map(|one| one.as_str())));
        }
    }
    if let Some(field) = &filter.field {
        let field = crate::search::pattern(&format!("\"field\":\"{field}\""));
        lead.only(sql! { " AND changes LIKE ", field, " ESCAPE '\\'" });
    }
    if by_hand {
        lead.by_or(sql! { " AND cause_id IS NULL" }, sql! { " AND COALESCE(cause_id, '') = ''" });
    }
    for (sign, at) in [(" AND at >= ", filter.since), (" AND at < ", filter.until)] {
        if let Some(at) = at {
            lead.only(sql! { const sign, at });
        }
    }
    (lead.sql.unwrap_or_default(), lead.any.then_some(lead.rest))
}

/// The index `events_rare`, in its own words.
const RARE: &str =
    "action IN ('relinked', 'unlinked', 'archived', 'unarchived', 'merged', 'deleted')";

const fn is_rare(action: Action) -> bool {
    matches!(
        action,
        Action::Relinked
            | Action::Unlinked
            | Action::Archived
            | Action::Unarchived
            | Action::Merged
            | Action::Deleted
    )
}

fn among(head: &'static str, words: impl Iterator<Item = &'static str>) -> Sql {
    let mut sql = Sql::default();
    sql.text(head);
    sql.list(words.map(Value::from));
    sql.text(")");
    sql
}

/// The first condition that has an index leads; the others follow.
struct Lead {
    sql: Option<Sql>,
    rest: Sql,
    any: bool,
}

impl Lead {
    fn by(&mut self, by: Sql) {
        self.sql = Some(by);
    }

    fn by_or(&mut self, by: Sql, or: Sql) {
        if self.sql.is_none() { self.sql = Some(by) } else { self.only(or) }
    }

    fn only(&mut self, or: Sql) {
        self.rest.append(or);
        self.any = true;
    }
}

#[cfg(test)]
mod tests {
    use domain::Field;
    use domain::event::Subject;
    use domain::id::AssetId;

    use super::*;
    use crate::seam::Dialect;
    use crate::stage::{at, tenant};
    use crate::testing::on_both;

    /// How SQLite goes about it.
    fn plan(tx: &mut Tx<'_>, filter: &EventFilter, by_hand: bool) -> Vec<String> {
        let tenant = tx.tenant();
        let (lead, rest) = conditions(filter, by_hand);
        let mut sql = sql! {
            "EXPLAIN QUERY PLAN SELECT ", const COLUMNS, " FROM events WHERE tenant_id = ", tenant
        };
        sql.append(lead);
        sql.append(bounds(filter, None));
        sql.append(rest.unwrap_or_default());
        sql! { sql => " ORDER BY id DESC LIMIT 51" };
        tx.all(sql, |row| row.get(3)).unwrap()
    }

    #[test]
    fn every_filter_walks_an_index_in_order_and_none_sorts() {
        on_both(|store| {
            let acme = tenant(&store, "acme");
            let checked = store.read_blocking(acme, |tx| {
                if tx.dialect() == Dialect::Postgres {
                    return Ok(());
                }
                let none = EventFilter::default();
                let subject = Some(Subject::Asset(AssetId::new(7)));
                let cause = domain::Cause { kind: "run".into(), id: Some("run_7".into()) };
                for (filter, by_hand, index) in [
                    (none.clone(), false, "sqlite_autoindex_events_1"),
                    (none.clone(), true, "events_by_hand"),
                    (EventFilter { subject, ..none.clone() }, false, "events_subject"),
                    (EventFilter { cause: Some(cause), ..none.clone() }, false, "events_cause"),
                    (
                        EventFilter { actor: Some("usr_7".into()), ..none.clone() },
                        true,
                        "events_actor",
                    ),
                    (
                        EventFilter { actor_kind: Some(ActorKind::User), ..none.clone() },
                        true,
                        "events_actor_kind",
                    ),
                    (
                        EventFilter { actor_kind: Some(ActorKind::Run), ..none.clone() },
                        false,
                        "sqlite_autoindex_events_1",
                    ),
                    (
                        EventFilter { subjects: vec!["employee"], ..none.clone() },
                        false,
                        "events_subject_kind",
                    ),
                    (
                        EventFilter { subjects: vec!["asset", "employee"], ..none.clone() },
                        false,
                        "sqlite_autoindex_events_1",
                    ),
                    (
                        EventFilter { actions: vec![Action::Deleted], ..none.clone() },
                        false,
                        "events_rare",
                    ),
                    (
                        EventFilter { actions: vec![Action::Updated], ..none.clone() },
                        false,
                        "sqlite_autoindex_events_1",
                    ),
                    (
                        EventFilter {
                            field: Some(Field::Location),
                            since: Some(at(0)),
                            until: Some(at(9)),
                            ..none.clone()
                        },
                        false,
                        "sqlite_autoindex_events_1",
                    ),
                ] {
                    let told = plan(tx, &filter, by_hand);
                    let search = format!("SEARCH events USING INDEX {index} (");
                    assert!(
                        matches!(told.as_slice(), [one] if one.starts_with(&search)),
                        "{filter:?}: {told:?}"
                    );
                }
                Ok::<_, StoreError>(())
            });
            checked.unwrap();
        });
    }
}
