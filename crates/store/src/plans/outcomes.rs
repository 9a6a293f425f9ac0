//! What became of each device. A row is written only when it differs from the one before, so an
//! idle run writes none; the newest row up to a run stands for that run.

use std::collections::BTreeMap;

use domain::id::{RunId, SourceId};
use domain::text::key;
use reconcile::plan::{DeviceOutcome, Verdict};
use sha2::{Digest, Sha256};

use crate::page::{Cursor, Page, limit};
use crate::search::Terms;
use crate::seam::{Json, Query, StoreError, Tx, Value, sql};

/// Which devices a list asks for.
#[derive(Debug, Clone, Default)]
pub struct OutcomeQuery {
    /// As this run left them; `None`: as they are now.
    pub run: Option<RunId>,
    pub verdict: Vec<Verdict>,
    /// A part of device id, serial or name.
    pub q: Option<String>,
    pub cursor: Option<Cursor>,
    pub limit: usize,
}

/// No hash of an outcome is this; it marks a device that left the source.
const GONE: i64 = 0;

/// Keeps what differs from the last time; answers how many rows were written.
pub fn keep(
    tx: &mut Tx<'_>,
    source: SourceId,
    run: RunId,
    outcomes: &[DeviceOutcome],
) -> Result<usize, StoreError> {
    let tenant = tx.tenant();
    let mut known: BTreeMap<String, i64> = tx.all(
        sql!(
            "SELECT device_id, hash
             FROM outcomes
             WHERE tenant_id = ", tenant, " AND source_id = ", source, " AND latest = TRUE"
        ),
        |row| Ok((row.next()?, row.next()?)),
    )?;
    let mut rows: Vec<[Value; 9]> = Vec::new();
    let row = |device: &str, hash: i64, verdict: Option<String>, search: String, body: Value| {
        [
            tenant.into(),
            source.into(),
            device.into(),
            run.into(),
            hash.into(),
            true.into(),
            verdict.into(),
            search.into(),
            body,
        ]
    };
    let mut replaced = Vec::new();
    for outcome in outcomes {
        let device = outcome.device_id.as_str();
        let body = serde_json::to_string(outcome).expect("an outcome is plain JSON");
        let hash = hash(&body);
        match known.remove(device) {
            Some(same) if same == hash => continue,
            Some(_) => replaced.push(device.to_owned()),
            None => {}
        }
        let verdict = Some(word(outcome.verdict));
        rows.push(row(device, hash, verdict, search_text(outcome), body.into()));
    }
    for (device, _) in known.into_iter().filter(|(_, hash)| *hash != GONE) {
        rows.push(row(&device, GONE, None, String::new(), "null".into()));
        replaced.push(device);
    }
    let written = rows.len();
    tx.of_ids(
        replaced,
        |list| {
            sql!(
                "UPDATE outcomes
                 SET latest = FALSE
                 WHERE tenant_id = ", tenant, "
                   AND source_id = ", source, "
                   AND latest = TRUE
                   AND device_id IN (", + list, ")"
            )
        },
        |_| Ok(()),
    )?;
    tx.exec_many(
        "INSERT INTO outcomes (
            tenant_id, source_id, device_id, run_id, hash, latest, verdict, search, body
         ) VALUES ",
        rows,
        " ON CONFLICT (tenant_id, source_id, device_id, run_id) DO UPDATE
          SET hash = excluded.hash, latest = excluded.latest, verdict = excluded.verdict,
              search = excluded.search, body = excluded.body",
    )?;
    Ok(written)
}

/// By device id.
pub fn list(
    tx: &mut Tx<'_>,
    source: SourceId,
    query: &OutcomeQuery,
) -> Result<Page<DeviceOutcome>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql!(
        "SELECT o.body, o.run_id
         FROM outcomes o
         WHERE o.tenant_id = ", tenant, " AND o.source_id = ", source, " AND o.verdict IS NOT NULL"
    );
    match query.run {
        None => sql.text(" AND o.latest = TRUE"),
        Some(run) => sql!(sql =>
            " AND o.run_id = (
                SELECT max(n.run_id) FROM outcomes n
                WHERE n.tenant_id = o.tenant_id AND n.source_id = o.source_id
                  AND n.device_id = o.device_id AND n.run_id <= ", run, ")"
        ),
    }
    if !query.verdict.is_empty() {
        sql.text(" AND o.verdict IN (");
        sql.list(query.verdict.iter().map(|verdict| word(*verdict)));
        sql.text(")");
    }
    for pattern in Terms::of(query.q.as_deref()).iter().flat_map(Terms::patterns) {
        sql!(sql => " AND o.search LIKE ", pattern, " ESCAPE '\\'");
    }
    Cursor::walk(&mut sql, query.cursor.as_ref(), "o.device_id", "o.run_id", false);
    limit(&mut sql, query.limit);
    let found: Vec<(Json<DeviceOutcome>, i64)> =
        tx.all(sql, |row| Ok((row.next()?, row.next()?)))?;
    let page = Page::of(found, query.limit, query.cursor.as_ref(), |(Json(outcome), run)| {
        (outcome.device_id.as_str().to_owned(), *run)
    });
    Ok(page.map(|(Json(outcome), _)| outcome))
}

fn word(verdict: Verdict) -> String {
    let word = serde_json::to_value(verdict).expect("a verdict is a word");
    word.as_str().unwrap_or_default().to_owned()
}

fn search_text(outcome: &DeviceOutcome) -> String {
    let of = |text: &Option<String>| text.as_deref().map(key).unwrap_or_default();
    [key(outcome.device_id.as_str()), of(&outcome.serial), of(&outcome.name)].join("\n")
}

fn hash(body: &str) -> i64 {
    let digest = Sha256::digest(body);
    let start: [u8; 8] = digest[..8].try_into().expect("the digest has 32 bytes");
    match i64::from_le_bytes(start) {
        GONE => 1,
        hash => hash,
    }
}
