//! Reports that somebody kept under a name, and when they are mailed next.

use domain::Timestamp;
use domain::id::{SavedReportId, TenantId, UserId};
use domain::mailing::Mailing;
use domain::text::key;

use crate::seam::{Json, Query, Row, StoreError, SystemTx, Tx, sql};

/// What a report is asked for: names and values as in its address.
pub type Parameters = Vec<(String, String)>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedReport {
    pub id: SavedReportId,
    pub name: String,
    /// Which report there is.
    pub report: String,
    pub parameters: Parameters,
    /// Everybody of the tenant may open it.
    pub shared: bool,
    pub owner: UserId,
    /// Their name when they last saved it, for when they are gone.
    pub owner_name: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub mailing: Option<Mailing>,
    pub next_at: Option<Timestamp>,
    /// Why it is no longer mailed, although it says when.
    pub stopped: Option<String>,
    pub sent_at: Option<Timestamp>,
    /// What went wrong with the last mail.
    pub error: Option<String>,
}

const COLUMNS: &str = "id, name, report, parameters, shared, owner_id, owner_name, created_at,
    updated_at, schedule, next_at, stopped, sent_at, error";

/// What this user may open, by name: their own and the shared ones. `None` sees the shared ones.
pub fn list(tx: &mut Tx<'_>, user: Option<UserId>) -> Result<Vec<SavedReport>, StoreError> {
    let tenant = tx.tenant();
    let mut sql =
        sql! { "SELECT ", const COLUMNS, " FROM saved_reports WHERE tenant_id = ", tenant };
    sql.text(" AND (shared = TRUE");
    if let Some(user) = user {
        sql! { sql => " OR owner_id = ", user };
    }
    sql.text(")");
    sql.text(" ORDER BY name_key, id");
    tx.all(sql, read)
}

/// Everybody's.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<SavedReport>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM saved_reports
             WHERE tenant_id = ", tenant, "
             ORDER BY id"
        },
        read,
    )
}

pub fn find(tx: &mut Tx<'_>, id: SavedReportId) -> Result<Option<SavedReport>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM saved_reports
             WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

/// As it stands; nobody changes it before the transaction ends.
pub fn hold(tx: &mut Tx<'_>, id: SavedReportId) -> Result<Option<SavedReport>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "UPDATE saved_reports SET shared = shared
             WHERE tenant_id = ", tenant, " AND id = ", id, "
             RETURNING ", const COLUMNS
        },
        read,
    )
}

/// Conflict `saved_reports_name` when its owner has one of that name.
pub fn create(tx: &mut Tx<'_>, report: &SavedReport) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO saved_reports
            (tenant_id, id, name, name_key, report, parameters, shared, owner_id, owner_name,
             created_at, updated_at)
         VALUES (", tenant, ", ", report.id, ", ", &report.name, ", ", key(&report.name), ", ",
                &report.report, ", ", Json(&report.parameters), ", ", report.shared, ", ",
                report.owner, ", ", &report.owner_name, ", ", report.created_at, ", ",
                report.updated_at, ")"
    })?;
    Ok(())
}

/// Name, parameters and who may open it. Conflict `saved_reports_name` as above.
pub fn update(tx: &mut Tx<'_>, report: &SavedReport) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE saved_reports
         SET name = ", &report.name, ", name_key = ", key(&report.name), ",
             parameters = ", Json(&report.parameters), ", shared = ", report.shared, ",
             updated_at = ", report.updated_at, "
         WHERE tenant_id = ", tenant, " AND id = ", report.id
    })?;
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// When and to whom it is mailed from now on; whatever stood in the way is forgotten.
pub fn schedule(
    tx: &mut Tx<'_>,
    id: SavedReportId,
    mailing: Option<&Mailing>,
    next_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE saved_reports
         SET schedule = ", mailing.map(Json), ", next_at = ", next_at, ", stopped = NULL,
             error = NULL, updated_at = ", now, "
         WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

pub fn delete(tx: &mut Tx<'_>, id: SavedReportId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let sql = sql! { "DELETE FROM saved_reports WHERE tenant_id = ", tenant, " AND id = ", id };
    Ok(tx.exec(sql)? > 0)
}

/// Those whose time has come, in every tenant.
pub fn due(
    tx: &mut SystemTx<'_>,
    now: Timestamp,
) -> Result<Vec<(TenantId, SavedReportId)>, StoreError> {
    tx.all(
        sql! {
            "SELECT tenant_id, id FROM saved_reports
             WHERE next_at <= ", now, "
             ORDER BY next_at, id LIMIT 100"
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

/// Moves the next time on. `false`: another process was quicker.
pub fn claim(
    tx: &mut Tx<'_>,
    id: SavedReportId,
    due_at: Timestamp,
    next_at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE saved_reports SET next_at = ", next_at,
        " WHERE tenant_id = ", tenant, " AND id = ", id, " AND next_at = ", due_at
    })?;
    Ok(touched > 0)
}

/// It is mailed no more until somebody sets its schedule again.
pub fn stop(tx: &mut Tx<'_>, id: SavedReportId, why: &str) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE saved_reports SET next_at = NULL, stopped = ", why,
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    Ok(())
}

/// How the last mail ended.
pub fn told(
    tx: &mut Tx<'_>,
    id: SavedReportId,
    sent_at: Option<Timestamp>,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE saved_reports SET sent_at = COALESCE(", sent_at, ", sent_at), error = ", error,
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    Ok(())
}

fn read(row: &mut Row<'_>) -> Result<SavedReport, StoreError> {
    Ok(SavedReport {
        id: row.next()?,
        name: row.next()?,
        report: row.next()?,
        parameters: row.next::<Json<_>>()?.0,
        shared: row.next()?,
        owner: row.next()?,
        owner_name: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
        mailing: row.next::<Option<Json<_>>>()?.map(|Json(mailing)| mailing),
        next_at: row.next()?,
        stopped: row.next()?,
        sent_at: row.next()?,
        error: row.next()?,
    })
}
