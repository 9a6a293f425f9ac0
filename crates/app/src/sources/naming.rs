//! What a source is called. Runs, links and settings know it by its id, so a name is free to change.

use domain::access::Role;
use domain::id::SourceId;
use store::{StoreError, sources};

use super::{Source, source};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

pub async fn rename(
    app: &App,
    caller: &Caller,
    id: SourceId,
    name: &str,
) -> Result<Source, Refusal> {
    caller.need(Role::Administrator)?;
    source(app, caller, id).await?;
    let (name, deed, mint) = (named_so(name)?, caller.deed(app.now()), app.mint.clone());
    app.store
        .write(caller.tenant, move |tx| {
            sources::rename(tx, &deed, &mint, id, &name).map_err(name_taken)
        })
        .await?;
    source(app, caller, id).await
}

pub(super) fn named_so(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Refusal::invalid("name", "a source has a name; hint: such as Kandji, Acme EU"));
    }
    if name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Refusal::invalid("name", "the name is too long or has control characters"));
    }
    Ok(name.to_owned())
}

pub(super) fn name_taken(error: StoreError) -> Refusal {
    if matches!(error, StoreError::Conflict(_)) {
        return Refusal::invalid("name", "a source has this name already; hint: choose another");
    }
    error.into()
}
