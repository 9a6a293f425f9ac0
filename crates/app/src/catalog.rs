//! The catalog and the places, as lists with how many assets each has.

use domain::access::Role;
use domain::catalog::Status;
use store::catalog;

pub use store::catalog::{NounKind, NounRow, ProductRow};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

pub async fn statuses(app: &App, caller: &Caller) -> Result<Vec<Status>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, catalog::statuses).await?)
}

/// Categories, manufacturers, locations or departments, by name.
pub async fn nouns(app: &App, caller: &Caller, kind: NounKind) -> Result<Vec<NounRow>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| catalog::nouns(tx, kind)).await?)
}

pub async fn products(app: &App, caller: &Caller) -> Result<Vec<ProductRow>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, catalog::products).await?)
}
