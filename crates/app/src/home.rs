//! The home page: what needs someone, then counts.

use domain::access::Role;
use store::home;
pub use store::home::Home;

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

pub async fn home(app: &App, caller: &Caller) -> Result<Home, Refusal> {
    caller.need(Role::Viewer)?;
    let now = app.now();
    Ok(app.store.read(caller.tenant, move |tx| home::home(tx, now)).await?)
}
