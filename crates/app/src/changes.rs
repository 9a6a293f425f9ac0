//! What changed lately, for programs that ask for what is new since they last asked.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::access::Role;
use domain::id::TenantId;
use store::changes;

pub use store::changes::Changeable;

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// Numbers of the ids of those that changed at that time or later.
pub async fn since(
    app: &App,
    caller: &Caller,
    what: Changeable,
    at: Timestamp,
) -> Result<BTreeSet<i64>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| changes::since(tx, what, at)).await?)
}

/// The same of tenants; for who administers the installation.
pub async fn tenants_since(
    app: &App,
    caller: &Caller,
    at: Timestamp,
) -> Result<BTreeSet<TenantId>, Refusal> {
    caller.need(Role::Administrator)?;
    Ok(app.store.system_read(move |tx| changes::tenants_since(tx, at)).await?)
}
