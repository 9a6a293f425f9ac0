//! Sources: configured connections with their rules and health. The token is opaque here.

mod health;
mod outage;
#[cfg(test)]
mod tests;

use domain::{
    Timestamp,
    id::{AssetId, RunId, SourceId, TenantId},
    text,
};
use reconcile::Rules;

pub use self::health::{Capability, Health, HealthState};
pub use self::outage::{Outage, count_outage, end_outage};
use crate::{
    StoreError, SystemTx, Tx, derived, outcomes, plans,
    seam::{Json, Query, Row, sql},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub id: SourceId,
    pub name: String,
    pub api_url: String,
    /// Encrypted by the app.
    pub token: Vec<u8>,
    pub enabled: bool,
    /// The preset its rules began with.
    pub preset: Option<String>,
    pub rules: Rules,
    /// Rises by one with every change to the rules.
    pub rules_version: i64,
    pub health: Health,
    pub capabilities: Vec<Capability>,
    /// Runs in a row that failed for what passes by itself.
    pub outage: Option<Outage>,
    /// When its ADE tokens were last looked at apart from a run.
    pub ade_asked_at: Option<Timestamp>,
    /// A run has been applied; its tags are fixed from then on.
    pub synced_before: bool,
    pub next_run_at: Option<Timestamp>,
    pub last_run: Option<RunId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a source starts with; it is enabled.
#[derive(Debug, Clone)]
pub struct NewSource {
    pub id: SourceId,
    pub name: String,
    pub api_url: String,
    pub token: Vec<u8>,
    pub preset: Option<String>,
    pub rules: Rules,
    pub health: Health,
    pub capabilities: Vec<Capability>,
    pub next_run_at: Option<Timestamp>,
}

/// The one kind of source there is so far.
const KIND: &str = "kandji";

const SELECT: &str = "SELECT s.id, s.name, s.api_url, s.token, s.enabled, s.preset, s.settings, \
           s.settings_version, s.health, s.capabilities, s.outage_since, s.outage_runs, \
           s.ade_asked_at, s.synced_before, s.next_run_at, \
           (SELECT max(r.id) FROM runs AS r \
            WHERE r.tenant_id = s.tenant_id AND r.source_id = s.id), \
           s.created_at, s.updated_at \
    FROM sources AS s \
    WHERE s.tenant_id = ";

/// A name that is taken is a conflict over `sources_name`.
pub fn create(tx: &mut Tx<'_>, source: &NewSource, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO sources \
         (tenant_id, id, kind, name, name_key, api_url, token, enabled, preset, settings, \
          settings_version, health, capabilities, synced_before, next_run_at, created_at, \
          updated_at) VALUES (",
        tenant, ", ", source.id, ", ", KIND, ", ", &source.name, ", ", text::key(&source.name),
        ", ",
        &source.api_url, ", ", source.token.as_slice(), ", TRUE, ",
        source.preset.as_ref(), ", ", Json(&source.rules), ", 1, ",
        Json(&source.health), ", ", Json(&source.capabilities), ", FALSE, ",
        source.next_run_at, ", ", now, ", ", now, ")"
    })?;
    Ok(())
}

pub fn find(tx: &mut Tx<'_>, id: SourceId) -> Result<Option<Source>, StoreError> {
    let tenant = tx.tenant();
    tx.find(sql! { const SELECT, tenant, " AND s.id = ", id }, read)
}

/// As a person names it on the command line: `src_…`, or the name however it is spelled.
pub fn find_by_name_or_id(tx: &mut Tx<'_>, text: &str) -> Result<Option<Source>, StoreError> {
    if let Ok(id) = text.parse() {
        return find(tx, id);
    }
    let tenant = tx.tenant();
    tx.find(sql! { const SELECT, tenant, " AND s.name_key = ", text::key(text) }, read)
}

/// In order of name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Source>, StoreError> {
    let tenant = tx.tenant();
    tx.all(sql! { const SELECT, tenant, " ORDER BY s.name_key" }, read)
}

pub fn rename(tx: &mut Tx<'_>, id: SourceId, name: &str, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE sources SET name = ", name, ", name_key = ", text::key(name),
        ", updated_at = ", now, " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// A connection that was just tested, with what the test found.
pub fn save_connection(
    tx: &mut Tx<'_>,
    id: SourceId,
    api_url: &str,
    token: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE sources SET api_url = ", api_url, ", token = ", token, ", updated_at = ", now,
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// Answers the new version of the rules. `expected` guards against a change in between:
/// [`StoreError::Stale`].
pub fn save_rules(
    tx: &mut Tx<'_>,
    id: SourceId,
    expected: i64,
    preset: Option<&str>,
    rules: &Rules,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let saved = tx.find(
        sql! {
            "UPDATE sources SET preset = ", preset, ", settings = ", Json(rules),
            ", settings_version = settings_version + 1, updated_at = ", now,
            " WHERE tenant_id = ", tenant, " AND id = ", id, " AND settings_version = ", expected,
            " RETURNING settings_version"
        },
        |row| row.get(0),
    )?;
    match saved {
        Some(version) => Ok(version),
        None if find(tx, id)?.is_some() => Err(StoreError::Stale),
        None => Err(StoreError::NotFound),
    }
}

/// What the last look at the connection found; not a change by a person.
pub fn save_health(tx: &mut Tx<'_>, id: SourceId, health: &Health) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE sources SET health = ", Json(health),
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

pub fn save_capabilities(
    tx: &mut Tx<'_>,
    id: SourceId,
    capabilities: &[Capability],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE sources SET capabilities = ", Json(capabilities),
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// Its ADE tokens were looked at, whatever came of it.
pub fn ade_asked(tx: &mut Tx<'_>, id: SourceId, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE sources SET ade_asked_at = ", now, " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

pub fn set_enabled(
    tx: &mut Tx<'_>,
    id: SourceId,
    enabled: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE sources SET enabled = ", enabled, ", updated_at = ", now,
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// After the first applied run.
pub fn mark_synced(tx: &mut Tx<'_>, id: SourceId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE sources SET synced_before = TRUE \
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND NOT synced_before"
    })?;
    Ok(())
}

/// Enabled sources of all tenants whose time has come, the longest waiting first.
pub fn due(tx: &mut SystemTx<'_>, now: Timestamp) -> Result<Vec<(TenantId, SourceId)>, StoreError> {
    tx.all(
        sql! {
            "SELECT tenant_id, id FROM sources \
             WHERE enabled AND next_run_at <= ", now, " ORDER BY next_run_at, id"
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

/// `None`: only when a person asks.
pub fn set_next_run(
    tx: &mut Tx<'_>,
    id: SourceId,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE sources SET next_run_at = ", at, " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// With its runs, plans, outcomes, conflicts and settlements; assets stay as they are.
pub fn delete(tx: &mut Tx<'_>, id: SourceId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    plans::forget_source(tx, id)?;
    outcomes::forget_source(tx, id)?;
    let linked: Vec<AssetId> = tx.all(
        sql! { "SELECT asset_id FROM links WHERE tenant_id = ", tenant, " AND source_id = ", id },
        |row| row.next::<AssetId>(),
    )?;
    let touched =
        tx.exec(sql! { "DELETE FROM sources WHERE tenant_id = ", tenant, " AND id = ", id })?;
    must_be_here(touched)?;
    derived::details_changed(tx, linked)
}

fn must_be_here(touched: u64) -> Result<(), StoreError> {
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn read(row: &mut Row<'_>) -> Result<Source, StoreError> {
    Ok(Source {
        id: row.next()?,
        name: row.next()?,
        api_url: row.next()?,
        token: row.next()?,
        enabled: row.next()?,
        preset: row.next()?,
        rules: row.next::<Json<_>>()?.0,
        rules_version: row.next()?,
        health: row.next::<Json<_>>()?.0,
        capabilities: row.next::<Json<_>>()?.0,
        outage: outage::read(row)?,
        ade_asked_at: row.next()?,
        synced_before: row.next()?,
        next_run_at: row.next()?,
        last_run: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}
