//! Sources: configured connections with their rules and health. The token is opaque here.

mod health;
mod outage;
#[cfg(test)]
mod tests;
mod told;

use domain::{
    Action, Deed, FieldChange, Mint, Timestamp,
    event::Subject,
    id::{AssetId, RunId, SourceId, TenantId},
    text,
};
use reconcile::Rules;

pub use self::health::{Capability, Health, HealthState};
pub use self::outage::{Outage, count_outage, end_outage};
pub use self::told::moved;
use crate::{
    StoreError, SystemTx, Tx, derived, nouns, outcomes, plans,
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
pub fn create(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    source: &NewSource,
) -> Result<(), StoreError> {
    insert(tx, source, deed.at)?;
    let changes = nouns::appearing(told::new(source));
    record(tx, deed, mint, source.id, Action::Created, changes, None)
}

/// The row alone.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    source: &NewSource,
    now: Timestamp,
) -> Result<(), StoreError> {
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

/// A name that is taken is a conflict over `sources_name`; the one it has is no change.
pub fn rename(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: SourceId,
    name: &str,
) -> Result<(), StoreError> {
    let (held, tenant) = (held(tx, id)?, tx.tenant());
    let changes = nouns::moved(vec![told::named(&held.name)], vec![told::named(name)]);
    if changes.is_empty() {
        return Ok(());
    }
    tx.exec(sql! {
        "UPDATE sources SET name = ", name, ", name_key = ", text::key(name),
        ", updated_at = ", deed.at, " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    record(tx, deed, mint, id, Action::Updated, changes, None)
}

/// A connection that was just tested.
pub fn save_connection(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: SourceId,
    api_url: &str,
    token: &[u8],
) -> Result<(), StoreError> {
    let (held, tenant) = (held(tx, id)?, tx.tenant());
    tx.exec(sql! {
        "UPDATE sources SET api_url = ", api_url, ", token = ", token, ", updated_at = ", deed.at,
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    let mut changes =
        nouns::moved(vec![told::address(&held.api_url)], vec![told::address(api_url)]);
    changes.push(told::replaced());
    let note = Some("the connection was replaced".to_owned());
    record(tx, deed, mint, id, Action::Updated, changes, note)
}

/// Answers the new version of the rules. Those that `held` has must still stand:
/// [`StoreError::Stale`].
pub fn save_rules(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    held: &Source,
    preset: Option<&str>,
    rules: &Rules,
    note: Option<String>,
) -> Result<i64, StoreError> {
    let (tenant, id) = (tx.tenant(), held.id);
    let saved = tx.find(
        sql! {
            "UPDATE sources SET preset = ", preset, ", settings = ", Json(rules),
            ", settings_version = settings_version + 1, updated_at = ", deed.at,
            " WHERE tenant_id = ", tenant, " AND id = ", id,
            " AND settings_version = ", held.rules_version, " RETURNING settings_version"
        },
        |row| row.get(0),
    )?;
    let Some(version) = saved else {
        return Err(match find(tx, id)? {
            Some(_) => StoreError::Stale,
            None => StoreError::NotFound,
        });
    };
    let changes = told::moved(held, preset, rules);
    record(tx, deed, mint, id, Action::Updated, changes, note)?;
    Ok(version)
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
    deed: &Deed,
    mint: &Mint,
    id: SourceId,
    enabled: bool,
) -> Result<(), StoreError> {
    let (held, tenant) = (held(tx, id)?, tx.tenant());
    tx.exec(sql! {
        "UPDATE sources SET enabled = ", enabled, ", updated_at = ", deed.at,
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    let changes = nouns::moved(vec![told::switch(held.enabled)], vec![told::switch(enabled)]);
    record(tx, deed, mint, id, Action::Updated, changes, None)
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

/// Enabled sources of all tenants whose time lies beyond that one.
pub fn put_off_beyond(
    tx: &mut SystemTx<'_>,
    beyond: Timestamp,
) -> Result<Vec<(TenantId, SourceId)>, StoreError> {
    tx.all(
        sql! { "SELECT tenant_id, id FROM sources WHERE enabled AND next_run_at > ", beyond },
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
pub fn delete(tx: &mut Tx<'_>, deed: &Deed, mint: &Mint, id: SourceId) -> Result<(), StoreError> {
    let (gone, tenant) = (held(tx, id)?, tx.tenant());
    plans::forget_source(tx, id)?;
    outcomes::forget_source(tx, id)?;
    let linked: Vec<AssetId> = tx.all(
        sql! { "SELECT asset_id FROM links WHERE tenant_id = ", tenant, " AND source_id = ", id },
        |row| row.next::<AssetId>(),
    )?;
    tx.exec(sql! { "DELETE FROM sources WHERE tenant_id = ", tenant, " AND id = ", id })?;
    derived::details_changed(tx, linked)?;
    record(tx, deed, mint, id, Action::Deleted, nouns::vanishing(told::whole(&gone)), None)
}

/// As it stands, until the transaction ends.
fn held(tx: &mut Tx<'_>, id: SourceId) -> Result<Source, StoreError> {
    nouns::hold(tx, Subject::Source(id))?;
    find(tx, id)?.ok_or(StoreError::NotFound)
}

/// The event of what a person did with it; what runs write about it is none.
fn record(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: SourceId,
    action: Action,
    changes: Vec<FieldChange>,
    note: Option<String>,
) -> Result<(), StoreError> {
    nouns::record(tx, deed, mint, Subject::Source(id), action, changes, note)
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
