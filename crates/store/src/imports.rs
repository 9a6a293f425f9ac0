//! Imports: what was brought, what it would do row by row, and what it did.

pub mod known;
#[cfg(test)]
mod tests;

use domain::fields::AppliesTo;
use domain::id::ImportId;
use domain::imports::{Counts, Exporter, Line, Mapping, New, Plan, PlannedRow, State, Verdict};
use domain::{Deed, Mint, Timestamp};

use crate::page::{Cursor, Page, limit};
use crate::read::{parsed, parsed_if};
use crate::seam::{Json, Query, Row, Sql, StoreError, Tx, sql};
use crate::{catalog, employees, locations, products, statuses};

/// Lines of one document.
const LINES: usize = 250;
/// Rows made at a time, so that a large plan does not stand in memory twice.
const ROWS_IN_MEMORY: usize = 1_024;

#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub id: ImportId,
    pub what: AppliesTo,
    /// The file's name.
    pub name: String,
    pub state: State,
    pub exporter: Option<Exporter>,
    pub head: Vec<String>,
    /// How many rows the file has.
    pub lines: u32,
    pub mapping: Mapping,
    pub counts: Counts,
    pub new: New,
    pub version: i64,
    pub brought_by: String,
    pub brought_at: Timestamp,
    pub applied_by: Option<String>,
    pub applied_at: Option<Timestamp>,
    pub undone_by: Option<String>,
    pub undone_at: Option<Timestamp>,
}

/// A row of a plan with its place in it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptRow {
    pub position: u32,
    /// As it was planned, or `Stale` where it could not be done.
    pub verdict: Verdict,
    pub row: PlannedRow,
}

const COLUMNS: &str =
    "id, what, name, state, exporter, head, line_count, mapping, counts, newcomers,
    version, brought_by, brought_at, applied_by, applied_at, undone_by, undone_at";

/// A file as it was brought; nothing is planned yet.
pub fn create(tx: &mut Tx<'_>, import: &Import, lines: &[Line]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO imports
            (tenant_id, id, what, name, state, exporter, head, line_count, mapping, counts,
             newcomers, version, brought_by, brought_at)
         VALUES (", tenant, ", ", import.id, ", ", import.what.as_str(), ", ", &import.name, ", ",
                import.state.as_str(), ", ", import.exporter.map(Exporter::as_str), ", ",
                Json(&import.head), ", ", import.lines, ", ", Json(&import.mapping), ", ",
                Json(import.counts), ", ", Json(&import.new), ", ", import.version, ", ",
                &import.brought_by, ", ", import.brought_at, ")"
    })?;
    let row = |(position, lines): (u32, &[Line])| {
        [tenant.into(), import.id.into(), position.into(), Json(lines).into()]
    };
    tx.exec_many(
        "INSERT INTO import_lines (tenant_id, import_id, position, body) VALUES ",
        (0..).zip(lines.chunks(LINES)).map(row).collect(),
        "",
    )?;
    Ok(())
}

pub fn find(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<Import>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, " FROM imports WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

/// Newest first.
/// `since`: those brought, applied or taken back then or later.
pub fn list(
    tx: &mut Tx<'_>,
    since: Option<Timestamp>,
    cursor: Option<&Cursor>,
    rows: usize,
) -> Result<Page<Import>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT ", const COLUMNS, " FROM imports WHERE tenant_id = ", tenant };
    changed(&mut sql, since);
    Cursor::walk_ids(&mut sql, cursor, "id", true);
    limit(&mut sql, rows);
    let found = tx.all(sql, read)?;
    Ok(Page::of(found, rows, cursor, |import: &Import| (0, import.id.number())))
}

/// How many there are.
pub fn count(tx: &mut Tx<'_>, since: Option<Timestamp>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT count(*) FROM imports WHERE tenant_id = ", tenant };
    changed(&mut sql, since);
    tx.one(sql, |row| row.next())
}

fn changed(sql: &mut Sql, since: Option<Timestamp>) {
    if let Some(since) = since {
        sql! { sql => " AND COALESCE(undone_at, applied_at, brought_at) >= ", since };
    }
}

/// The file's rows; none once it was applied.
pub fn lines(tx: &mut Tx<'_>, id: ImportId) -> Result<Vec<Line>, StoreError> {
    let tenant = tx.tenant();
    let chunks: Vec<Vec<Line>> = tx.all(
        sql! {
            "SELECT body
             FROM import_lines
             WHERE tenant_id = ", tenant, " AND import_id = ", id, "
             ORDER BY position"
        },
        |row| Ok(row.next::<Json<_>>()?.0),
    )?;
    Ok(chunks.into_iter().flatten().collect())
}

/// Its first rows, for a look at what the columns hold.
pub fn first_lines(tx: &mut Tx<'_>, id: ImportId) -> Result<Vec<Line>, StoreError> {
    let tenant = tx.tenant();
    let found = tx.find(
        sql! {
            "SELECT body
             FROM import_lines
             WHERE tenant_id = ", tenant, " AND import_id = ", id, " AND position = 0"
        },
        |row| row.next::<Json<_>>(),
    )?;
    Ok(found.map(|Json(lines)| lines).unwrap_or_default())
}

/// Keeps a plan in the place of the one before. False when it is too late: it was applied meanwhile.
pub fn keep(
    tx: &mut Tx<'_>,
    id: ImportId,
    mapping: &Mapping,
    plan: &Plan,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let kept = tx.exec(sql! {
        "UPDATE imports
         SET state = ", State::Planned.as_str(), ",
             mapping = ", Json(mapping), ",
             counts = ", Json(Counts::of(&plan.rows)), ",
             newcomers = ", Json(&plan.new), ",
             version = version + 1
         WHERE tenant_id = ", tenant, " AND id = ", id, "
           AND state IN (", State::Uploaded.as_str(), ", ", State::Planned.as_str(), ")"
    })?;
    if kept == 0 {
        return Ok(false);
    }
    tx.exec(
        sql! { "DELETE FROM import_rows WHERE tenant_id = ", tenant, " AND import_id = ", id },
    )?;
    let row = |(position, row): (u32, &PlannedRow)| {
        [tenant.into(), id.into(), position.into(), row.verdict().as_str().into(), Json(row).into()]
    };
    let mut positions = 0..;
    for some in plan.rows.chunks(ROWS_IN_MEMORY) {
        tx.exec_many(
            "INSERT INTO import_rows (tenant_id, import_id, position, verdict, body) VALUES ",
            positions.by_ref().zip(some).map(row).collect(),
            "",
        )?;
    }
    Ok(true)
}

/// A page of the plan; `after` is the last one's position.
pub fn rows(
    tx: &mut Tx<'_>,
    id: ImportId,
    verdict: Option<Verdict>,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<KeptRow>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT position, verdict, body
         FROM import_rows
         WHERE tenant_id = ", tenant, " AND import_id = ", id
    };
    if let Some(verdict) = verdict {
        sql! { sql => " AND verdict = ", verdict.as_str() };
    }
    walked(tx, sql, after, limit)
}

/// A page of those that carry a warning.
pub fn warned(
    tx: &mut Tx<'_>,
    id: ImportId,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<KeptRow>, StoreError> {
    let tenant = tx.tenant();
    // Within a text of JSON every quote is escaped, so that this can be nothing but the key.
    let sql = sql! {
        "SELECT position, verdict, body
         FROM import_rows
         WHERE tenant_id = ", tenant, " AND import_id = ", id, "
           AND body LIKE '%\"warnings\":[%'"
    };
    walked(tx, sql, after, limit)
}

fn walked(
    tx: &mut Tx<'_>,
    mut sql: Sql,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<KeptRow>, StoreError> {
    if let Some(after) = after {
        sql! { sql => " AND position > ", after };
    }
    sql! { sql => " ORDER BY position LIMIT ", limit };
    tx.all(sql, |row| {
        Ok(KeptRow {
            position: row.next()?,
            verdict: parsed(row, |text| Verdict::parse(text).ok_or("no such verdict"))?,
            row: row.next::<Json<_>>()?.0,
        })
    })
}

/// Takes it for whoever applies it: from now on, and in this transaction, it is applied. False when
/// it is not planned, or was planned anew since that version.
pub fn claim(
    tx: &mut Tx<'_>,
    id: ImportId,
    version: i64,
    by: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let claimed = tx.exec(sql! {
        "UPDATE imports
         SET state = ", State::Applied.as_str(), ", applied_by = ", by, ", applied_at = ", at, "
         WHERE tenant_id = ", tenant, " AND id = ", id, "
           AND state = ", State::Planned.as_str(), "
           AND version = ", version
    })?;
    Ok(claimed > 0)
}

/// Rows that were left alone, and the sums as they came out. The file's own rows go.
pub fn done(
    tx: &mut Tx<'_>,
    id: ImportId,
    counts: Counts,
    stale: &[u32],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for position in stale {
        tx.exec(sql! {
            "UPDATE import_rows
             SET verdict = ", Verdict::Stale.as_str(), "
             WHERE tenant_id = ", tenant, " AND import_id = ", id, " AND position = ", *position
        })?;
    }
    tx.exec(sql! {
        "UPDATE imports
         SET counts = ", Json(counts), "
         WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    tx.exec(sql! {
        "DELETE FROM import_lines WHERE tenant_id = ", tenant, " AND import_id = ", id
    })?;
    Ok(())
}

/// False when it is not applied, or was taken back already.
pub fn take_back(
    tx: &mut Tx<'_>,
    id: ImportId,
    by: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let done = tx.exec(sql! {
        "UPDATE imports
         SET state = ", State::Undone.as_str(), ", undone_by = ", by, ", undone_at = ", at, "
         WHERE tenant_id = ", tenant, " AND id = ", id, "
           AND state = ", State::Applied.as_str()
    })?;
    Ok(done > 0)
}

/// Forgets one that was not applied; false when there is none such.
pub fn discard(tx: &mut Tx<'_>, id: ImportId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let gone = tx.exec(sql! {
        "DELETE FROM imports
         WHERE tenant_id = ", tenant, " AND id = ", id, "
           AND state IN (", State::Uploaded.as_str(), ", ", State::Planned.as_str(), ")"
    })?;
    if gone > 0 {
        tx.exec(sql! {
            "DELETE FROM import_rows WHERE tenant_id = ", tenant, " AND import_id = ", id
        })?;
    }
    Ok(gone > 0)
}

/// Plans older than the newest `kept` imports go; that they were, and what they came to, stays.
pub fn tidy(tx: &mut Tx<'_>, kept: u32) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let oldest: Option<ImportId> = tx.find(
        sql! {
            "SELECT id
             FROM imports
             WHERE tenant_id = ", tenant, "
             ORDER BY id DESC
             LIMIT 1 OFFSET ", kept
        },
        |row| row.next(),
    )?;
    let Some(oldest) = oldest else { return Ok(()) };
    for table in ["import_rows", "import_lines"] {
        let mut sql = sql! { "DELETE FROM " };
        sql.text(table);
        sql! { sql => " WHERE tenant_id = ", tenant, " AND import_id <= ", oldest };
        tx.exec(sql)?;
    }
    Ok(())
}

/// Makes what rows name and nobody had made, makers and categories before products.
pub fn make(tx: &mut Tx<'_>, deed: &Deed, mint: &Mint, new: &New) -> Result<(), StoreError> {
    for one in &new.manufacturers {
        catalog::create(tx, deed, mint, one.id, &one.name)?;
    }
    for one in &new.categories {
        catalog::create(tx, deed, mint, one.id, &one.name)?;
    }
    for one in &new.suppliers {
        catalog::create(tx, deed, mint, one.id, &one.name)?;
    }
    for one in &new.departments {
        catalog::create(tx, deed, mint, one.id, &one.name)?;
    }
    for one in &new.locations {
        locations::create(tx, deed, mint, one)?;
    }
    for one in &new.statuses {
        statuses::create(tx, deed, mint, one)?;
    }
    for one in &new.products {
        products::create(tx, deed, mint, one)?;
    }
    for one in &new.employees {
        employees::create(tx, deed, mint, one, None)?;
    }
    Ok(())
}

fn read(row: &mut Row<'_>) -> Result<Import, StoreError> {
    Ok(Import {
        id: row.next()?,
        what: parsed(row, |text| AppliesTo::parse(text).ok_or("neither assets nor employees"))?,
        name: row.next()?,
        state: parsed(row, |text| State::parse(text).ok_or("no such state"))?,
        exporter: parsed_if(row, |text| Exporter::parse(text).ok_or("no such product"))?,
        head: row.next::<Json<_>>()?.0,
        lines: row.next()?,
        mapping: row.next::<Json<_>>()?.0,
        counts: row.next::<Json<_>>()?.0,
        new: row.next::<Json<_>>()?.0,
        version: row.next()?,
        brought_by: row.next()?,
        brought_at: row.next()?,
        applied_by: row.next()?,
        applied_at: row.next()?,
        undone_by: row.next()?,
        undone_at: row.next()?,
    })
}
