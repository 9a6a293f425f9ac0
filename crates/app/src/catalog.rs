//! The catalog and the places: listed with how many assets each has, made and changed by people.

use domain::access::Role;
use domain::catalog::{Location, Product, Status, StatusKind};
use domain::event::Subject;
use domain::id::{Id, LocationId, ProductId, StatusId, noun};

pub use store::catalog::{Entry, Named};
pub use store::changes::Stamp;
pub use store::locations::Place;
pub use store::picks::Picks;
pub use store::products::{ProductQuery, ProductRow, ProductSort};
pub use store::statuses::StatusRow;
pub use store::{Cursor, Page};
use store::{Tx, catalog, changes, locations, picks, products, statuses};

use crate::caller::Caller;
use crate::installation::App;
use crate::names::{Wanted, names};
use crate::nouns;
use crate::refusal::Refusal;

/// More than this nobody picks from a list.
const MOST_PICKS: i64 = 1_000;

/// In the tenant's own order, each with how many assets have it.
pub async fn statuses(app: &App, caller: &Caller) -> Result<Vec<StatusRow>, Refusal> {
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

pub async fn suppliers(app: &App, caller: &Caller) -> Result<Vec<Entry<noun::Supplier>>, Refusal> {
    entries(app, caller).await
}

/// All of one kind, by name.
pub async fn entries<N: Named + 'static>(
    app: &App,
    caller: &Caller,
) -> Result<Vec<Entry<N>>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, catalog::list).await?)
}

pub async fn entry<N: Named + 'static>(
    app: &App,
    caller: &Caller,
    id: Id<N>,
) -> Result<Entry<N>, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| catalog::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found(N::subject(id).kind(), id))
}

/// A new one of a name that is free.
pub async fn create_entry<N: Named + 'static>(
    app: &App,
    caller: &Caller,
    name: &str,
) -> Result<Id<N>, Refusal> {
    caller.need(Role::Manager)?;
    let (id, name) = (app.id::<N>(), nouns::named(name)?);
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let created = app.store.write(caller.tenant, move |tx| {
        let made = catalog::create(tx, &deed, &mint, id, name.as_str());
        made.map_err(nouns::refused(N::subject(id).kind())).map(|()| id)
    });
    created.await
}

/// Sources that say the old name still mean it. Refused unless it is of the version expected, where one
/// is.
pub async fn rename_entry<N: Named + 'static>(
    app: &App,
    caller: &Caller,
    id: Id<N>,
    version: Option<i64>,
    name: &str,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    entry(app, caller, id).await?;
    let name = nouns::named(name)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let renamed = app.store.write(caller.tenant, move |tx| {
        store::nouns::hold(tx, N::subject(id))?;
        changes::expect(tx, N::subject(id), version)?;
        let done = catalog::rename(tx, &deed, &mint, id, name.as_str());
        done.map_err(nouns::refused(N::subject(id).kind()))
    });
    renamed.await
}

/// Every place after the one it is in, with how many assets stand there.
pub async fn locations(app: &App, caller: &Caller) -> Result<Vec<Place>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, locations::list).await?)
}

pub async fn location(app: &App, caller: &Caller, id: LocationId) -> Result<Place, Refusal> {
    let found = locations(app, caller).await?.into_iter().find(|place| place.location.id == id);
    found.ok_or_else(|| Refusal::not_found("location", id))
}

/// A new place, in another or at the top.
pub async fn create_location(
    app: &App,
    caller: &Caller,
    name: &str,
    parent: Option<LocationId>,
) -> Result<Location, Refusal> {
    caller.need(Role::Manager)?;
    let location = Location { id: app.id(), name: nouns::named(name)?.into(), parent };
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let created = app.store.write(caller.tenant, move |tx| {
        nouns::must_stand(tx, "parent", parent.map(Subject::Location))?;
        let made = locations::create(tx, &deed, &mint, &location);
        made.map_err(nouns::refused("location")).map(|()| location)
    });
    created.await
}

/// Renames a place or moves it, with everything in it.
pub async fn change_location(
    app: &App,
    caller: &Caller,
    id: LocationId,
    version: Option<i64>,
    edit: impl FnOnce(&mut Location) + Send + 'static,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let changed = app.store.write(caller.tenant, move |tx| {
        store::nouns::hold(tx, Subject::Location(id))?;
        changes::expect(tx, Subject::Location(id), version)?;
        let found = locations::find(tx, id)?;
        let mut location = found.ok_or_else(|| Refusal::not_found("location", id))?;
        edit(&mut location);
        nouns::must_stand(tx, "parent", location.parent.map(Subject::Location))?;
        let done = locations::update(tx, &deed, &mint, &location, None);
        done.map_err(nouns::refused("location"))
    });
    changed.await
}

pub async fn status(app: &App, caller: &Caller, id: StatusId) -> Result<StatusRow, Refusal> {
    let found = statuses(app, caller).await?.into_iter().find(|row| row.status.id == id);
    found.ok_or_else(|| Refusal::not_found("status", id))
}

/// A new status, at the end of the order or at this place of it.
pub async fn create_status(
    app: &App,
    caller: &Caller,
    name: &str,
    kind: StatusKind,
    color: &str,
    place: Option<usize>,
) -> Result<StatusId, Refusal> {
    caller.need(Role::Manager)?;
    let (id, name) = (app.id(), nouns::named(name)?.into());
    let status = Status { id, name, kind, color: color.to_owned() };
    colored(&status)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let created = app.store.write(caller.tenant, move |tx| {
        let made = statuses::create(tx, &deed, &mint, &status);
        made.map_err(nouns::refused("status"))?;
        if let Some(place) = place {
            statuses::place(tx, &deed, &mint, id, place)?;
        }
        Ok(id)
    });
    created.await
}

/// Changes a status, and its place in the order if one is given.
pub async fn change_status(
    app: &App,
    caller: &Caller,
    id: StatusId,
    version: Option<i64>,
    place: Option<usize>,
    edit: impl FnOnce(&mut Status) + Send + 'static,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let changed = app.store.write(caller.tenant, move |tx| {
        store::nouns::hold(tx, Subject::Status(id))?;
        changes::expect(tx, Subject::Status(id), version)?;
        let found = statuses::find(tx, id)?;
        let mut status = found.ok_or_else(|| Refusal::not_found("status", id))?;
        edit(&mut status);
        colored(&status)?;
        statuses::update(tx, &deed, &mint, &status).map_err(nouns::refused("status"))?;
        if let Some(place) = place {
            statuses::place(tx, &deed, &mint, id, place)?;
        }
        Ok(())
    });
    changed.await
}

fn colored(status: &Status) -> Result<(), Refusal> {
    if Status::COLORS.contains(&status.color.as_str()) {
        return Ok(());
    }
    let (color, known) = (&status.color, Status::COLORS.join(", "));
    Err(Refusal::invalid("color", format!("no color \"{color}\"; hint: {known}")))
}

/// Products in the order asked for, a page at a time.
pub async fn products(
    app: &App,
    caller: &Caller,
    query: ProductQuery,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Page<ProductRow>, Refusal> {
    caller.need(Role::Viewer)?;
    if cursor.as_ref().is_some_and(|at| at.is_number() != query.sort.is_number()) {
        return Err(another_order());
    }
    let found =
        app.store.read(caller.tenant, move |tx| products::list(tx, &query, cursor.as_ref(), limit));
    Ok(found.await?)
}

/// A cursor that walks along something else.
fn another_order() -> Refusal {
    Refusal::invalid("cursor", "this cursor is of another order; hint: begin again without it")
}

/// How many [`products`] finds in all.
pub async fn count_products(
    app: &App,
    caller: &Caller,
    query: ProductQuery,
) -> Result<i64, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| products::count(tx, &query)).await?)
}

/// One product, with the names of what it refers to.
pub async fn product(app: &App, caller: &Caller, id: ProductId) -> Result<ProductRow, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| products::row(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("product", id))
}

pub async fn create_product(
    app: &App,
    caller: &Caller,
    name: &str,
    edit: impl FnOnce(&mut Product) + Send + 'static,
) -> Result<ProductId, Refusal> {
    caller.need(Role::Manager)?;
    let (id, name) = (app.id(), nouns::named(name)?.into());
    let (manufacturer, category) = (None, None);
    let (models, identifiers) = (Vec::new(), Vec::new());
    let mut product = Product { id, name, manufacturer, category, models, identifiers };
    edit(&mut product);
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let created = app.store.write(caller.tenant, move |tx| {
        refers_well(tx, &product)?;
        let made = products::create(tx, &deed, &mint, &product);
        made.map_err(nouns::refused("product")).map(|()| id)
    });
    created.await
}

/// What a person changes of a product no run changes back (B26).
pub async fn change_product(
    app: &App,
    caller: &Caller,
    id: ProductId,
    version: Option<i64>,
    edit: impl FnOnce(&mut Product) + Send + 'static,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let changed = app.store.write(caller.tenant, move |tx| {
        store::nouns::hold(tx, Subject::Product(id))?;
        changes::expect(tx, Subject::Product(id), version)?;
        let found = products::find(tx, id)?;
        let mut product = found.ok_or_else(|| Refusal::not_found("product", id))?;
        edit(&mut product);
        refers_well(tx, &product)?;
        let done = products::update(tx, &deed, &mint, &product, None);
        done.map_err(nouns::refused("product"))
    });
    changed.await
}

fn refers_well(tx: &mut Tx<'_>, product: &Product) -> Result<(), Refusal> {
    nouns::must_stand(tx, "manufacturer", product.manufacturer.map(Subject::Manufacturer))?;
    nouns::must_stand(tx, "category", product.category.map(Subject::Category))
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

/// The same with what is chosen already, which may stand further down than anybody reads: a form
/// that does not offer it would take it away.
pub async fn picks_with(
    app: &App,
    caller: &Caller,
    what: Picks,
    chosen: &str,
) -> Result<Vec<(String, String)>, Refusal> {
    let mut offered = picks(app, caller, what).await?;
    if !chosen.is_empty() && offered.iter().all(|(id, _)| id != chosen) {
        let mut wanted = Wanted::default();
        wanted.id(chosen);
        let names = names(app, caller, wanted).await?;
        offered.extend(names.get(chosen).map(|name| (chosen.to_owned(), name.to_owned())));
    }
    Ok(offered)
}
