//! The catalog and the places, as lists with how many assets each has.

use domain::access::Role;
use domain::catalog::{Location, Status};
use domain::id::noun;

pub use store::catalog::{Entry, Named};
pub use store::picks::Picks;
pub use store::products::ProductRow;
pub use store::{Cursor, Page};
use store::{catalog, locations, picks, products, statuses};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// More than this nobody picks from a list.
const MOST_PICKS: i64 = 1_000;

/// In the tenant's own order, each with how many assets have it.
pub async fn statuses(app: &App, caller: &Caller) -> Result<Vec<(Status, i64)>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, statuses::list).await?)
}

pub async fn categories(app: &App, caller: &Caller) -> Result<Vec<Entry<noun::Category>>, Refusal> {
    entries(app, caller).await
}

pub async fn manufacturers(
    app: &App,
    caller: &Caller,
) -> Result<Vec<Entry<noun::Manufacturer>>, Refusal> {
    entries(app, caller).await
}

pub async fn departments(
    app: &App,
    caller: &Caller,
) -> Result<Vec<Entry<noun::Department>>, Refusal> {
    entries(app, caller).await
}

async fn entries<N: Named + 'static>(app: &App, caller: &Caller) -> Result<Vec<Entry<N>>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, catalog::list).await?)
}

/// Every place, with how many assets stand there.
pub async fn locations(app: &App, caller: &Caller) -> Result<Vec<(Location, i64)>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, locations::list).await?)
}

/// A new place, in another or at the top.
pub async fn create_location(
    app: &App,
    caller: &Caller,
    name: &str,
    parent: Option<domain::id::LocationId>,
) -> Result<Location, Refusal> {
    caller.need(Role::Manager)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(Refusal::invalid("name", "a location needs a name of 1 to 200 characters"));
    }
    let location = Location { id: app.id(), name: name.to_owned(), parent };
    let stored = location.clone();
    let created = app.store.write(caller.tenant, move |tx| locations::create(tx, &stored)).await;
    created.map_err(|error| match error {
        store::StoreError::Conflict(_) => {
            Refusal::invalid("name", "a location has this name already")
        }
        other => other.into(),
    })?;
    Ok(location)
}

/// Products by name, a page at a time; `q` is a part of the name.
pub async fn products(
    app: &App,
    caller: &Caller,
    q: Option<String>,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Page<ProductRow>, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app
        .store
        .read(caller.tenant, move |tx| products::list(tx, q.as_deref(), cursor.as_ref(), limit));
    Ok(found.await?)
}

/// What a filter or a form offers: id and name, without counting anything.
pub async fn picks(
    app: &App,
    caller: &Caller,
    what: Picks,
) -> Result<Vec<(String, String)>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| picks::of(tx, what, MOST_PICKS)).await?)
}
