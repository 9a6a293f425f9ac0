//! Somebody stood before an asset and says so: when, who, and where it is.

use domain::access::Role;
use domain::event::Subject;
use domain::id::{AssetId, LocationId};
use domain::{Action, Asset, Event, Field};
use serde_json::Value;
use store::{assets, ledger, nouns};

use crate::caller::Caller;
use crate::installation::App;
use crate::notes;
use crate::refusal::Refusal;

/// Records a sighting; with a location the asset is there from now on. Whoever has it keeps it.
pub async fn see(
    app: &App,
    caller: &Caller,
    id: AssetId,
    location: Option<LocationId>,
    note: Option<String>,
) -> Result<Asset, Refusal> {
    caller.need(Role::Operator)?;
    let note = note.map(|note| notes::checked(&note)).transpose()?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let seen = app.store.write(caller.tenant, move |tx| {
        nouns::hold(tx, Subject::Asset(id))?;
        assets::find(tx, id)?.ok_or_else(|| Refusal::not_found("asset", id))?;
        let mut fields = Vec::new();
        if let Some(location) = location {
            if !nouns::stands(tx, Subject::Location(location))? {
                return Err(Refusal::not_found("location", location));
            }
            fields.push((Field::Location, Value::from(location.to_string())));
        }
        Ok(ledger::change(tx, &deed, &mint, id, None, Action::Seen, &fields, note)?)
    });
    seen.await
}

/// When somebody last stood before it.
pub async fn last(app: &App, caller: &Caller, id: AssetId) -> Result<Option<Event>, Refusal> {
    let page = crate::assets::history_of(app, caller, id, Action::Seen, None, 1).await?;
    Ok(page.items.into_iter().next())
}
