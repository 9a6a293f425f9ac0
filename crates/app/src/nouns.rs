//! What can be done with any of the register's nouns, whatever it is: told its history, merged into
//! another, taken away. A noun is named by the subject of its events.

use domain::access::Role;
use domain::event::Subject;
use domain::{Asset, Custodian, Event, Field, Name};
use serde_json::Value;
use store::{
    StoreError, Tx, catalog, departed, employees, events, ledger, locations, nouns, products,
    statuses,
};

pub use store::nouns::Uses;
pub use store::{Cursor, Page};

use crate::caller::Caller;
use crate::fields::values;
use crate::installation::App;
use crate::refusal::Refusal;

/// What points at it.
pub async fn uses(app: &App, caller: &Caller, subject: Subject) -> Result<Uses, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| nouns::uses(tx, subject)).await?)
}

/// Newest first; of what is gone too.
pub async fn history(
    app: &App,
    caller: &Caller,
    subject: Subject,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Page<Event>, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app
        .store
        .read(caller.tenant, move |tx| events::of_subject(tx, subject, cursor.as_ref(), limit));
    Ok(found.await?)
}

/// How many events [`history`] has in all.
pub async fn count_events(app: &App, caller: &Caller, subject: Subject) -> Result<i64, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| events::count(tx, subject)).await?)
}

/// How many times it had something; only people, places and assets ever do.
pub async fn times_held(app: &App, caller: &Caller, subject: Subject) -> Result<u64, Refusal> {
    caller.need(Role::Viewer)?;
    let custodian = match subject {
        Subject::Employee(id) => Custodian::Employee(id),
        Subject::Location(id) => Custodian::Location(id),
        Subject::Asset(id) => Custodian::Asset(id),
        _ => return Ok(0),
    };
    let times = app.store.read(caller.tenant, move |tx| departed::times(tx, custodian)).await?;
    Ok(times.unsigned_abs())
}

pub async fn name(app: &App, caller: &Caller, subject: Subject) -> Result<String, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| nouns::find_name(tx, subject)).await?;
    found.ok_or_else(|| Refusal::not_found(subject.kind(), subject.id()))
}

/// Others of its kind, by name: what it may be merged into.
pub async fn others(
    app: &App,
    caller: &Caller,
    subject: Subject,
    words: &str,
    most: i64,
) -> Result<Vec<(Subject, String)>, Refusal> {
    caller.need(Role::Viewer)?;
    let words = words.to_owned();
    Ok(app.store.read(caller.tenant, move |tx| nouns::others(tx, subject, &words, most)).await?)
}

/// Takes it away; refused while something points at it.
pub async fn delete(app: &App, caller: &Caller, subject: Subject) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    app.store
        .write(caller.tenant, move |tx| {
            let used = nouns::uses(tx, subject)?;
            let gone = match subject {
                _ if used.any() => Err(StoreError::Conflict("in_use".into())),
                Subject::Product(id) => products::delete(tx, &deed, &mint, id),
                Subject::Category(id) => catalog::delete(tx, &deed, &mint, id),
                Subject::Manufacturer(id) => catalog::delete(tx, &deed, &mint, id),
                Subject::Supplier(id) => catalog::delete(tx, &deed, &mint, id),
                Subject::Department(id) => catalog::delete(tx, &deed, &mint, id),
                Subject::Status(id) => statuses::delete(tx, &deed, &mint, id),
                Subject::Location(id) => locations::delete(tx, &deed, &mint, id),
                Subject::Employee(id) => employees::delete(tx, &deed, &mint, id, None),
                _ => Err(StoreError::NotFound),
            };
            match gone {
                Ok(true) => Ok(()),
                Ok(false) => Err(Refusal::not_found(subject.kind(), subject.id())),
                Err(error) if error.is_conflict("in_use") => Err(in_use(subject, &used)),
                Err(error) => Err(refused(subject.kind())(error)),
            }
        })
        .await
}

fn in_use(subject: Subject, used: &Uses) -> Refusal {
    let kind = subject.kind();
    let hint = match subject {
        Subject::Employee(_) if used.employees == 0 => {
            "check in what they hold, or merge them into another employee"
        }
        Subject::Employee(_) => {
            "check in what they hold and give who reports to them another manager, or merge them \
             into another employee"
        }
        _ => "merge it into another, or give these another first",
    };
    Refusal::conflict(format!("this {kind} is used by {used}; hint: {hint}"))
}

/// Makes one of two: whatever points at `from` points at `into` from then on, and `from` goes.
/// Many assets move in several transactions; broken off, it is taken up by asking again.
pub async fn merge(
    app: &App,
    caller: &Caller,
    from: Subject,
    into: Subject,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    name(app, caller, from).await?;
    if from == into {
        let kind = from.kind();
        let detail = format!("a {kind} cannot be merged into itself; hint: choose another");
        return Err(Refusal::invalid("into", detail));
    }
    loop {
        let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
        let done = app.store.write(caller.tenant, move |tx| {
            for subject in [from, into] {
                if !nouns::stands(tx, subject)? {
                    return Err(absent(from, subject));
                }
            }
            ledger::merge(tx, &deed, &mint, from, into).map_err(refused_merge(from))
        });
        if done.await? {
            return Ok(());
        }
    }
}

/// The one in the address is not found; the one in the body is a bad field.
fn absent(from: Subject, missing: Subject) -> Refusal {
    let (kind, id) = (missing.kind(), missing.id());
    if missing == from {
        return Refusal::not_found(kind, id);
    }
    Refusal::invalid("into", format!("no {kind} \"{id}\"; hint: it may have been deleted"))
}

fn refused_merge(from: Subject) -> impl Fn(StoreError) -> Refusal {
    move |error| match error {
        StoreError::Conflict(name) if name == "products_name" => Refusal::conflict(
            "both make a product of the same name; hint: merge these products first",
        ),
        StoreError::Conflict(name) if name == "locations_name" => Refusal::conflict(
            "places of one name would stand beside each other; hint: merge those first, or rename one",
        ),
        other => refused(from.kind())(other),
    }
}

/// A name as people write it.
pub fn named(text: &str) -> Result<Name, Refusal> {
    Name::parse(text).map_err(Refusal::text("name"))
}

/// Why the store would not have a noun of this kind so.
pub(crate) fn refused(what: &'static str) -> impl Fn(StoreError) -> Refusal {
    move |error| {
        let StoreError::Conflict(name) = &error else { return error.into() };
        match name.as_str() {
            store::fields::SOLE => values::taken_meanwhile(),
            "products_name" => Refusal::invalid(
                "name",
                "its manufacturer has a product of this name already; hint: names that differ by \
                 case or spaces are the same",
            ),
            "locations_name" => Refusal::invalid(
                "name",
                "there is a location of this name in the same place already; hint: names that differ \
                 by case or spaces are the same",
            ),
            "locations_parent" => Refusal::invalid(
                "parent",
                "a location cannot stand inside itself; hint: choose a place that is not part of it",
            ),
            "employees_email" => {
                Refusal::invalid("email", "another employee has this e-mail already")
            }
            "employees_manager" => {
                Refusal::invalid("manager", "nobody reports to themselves; hint: leave it blank")
            }
            "employees_ring" => Refusal::invalid(
                "manager",
                "their manager reports to them, directly or further up; hint: choose another, or \
                 change whom that one reports to first",
            ),
            "statuses_ready" => Refusal::conflict(
                "new assets need a status that is ready, and this is the last one; hint: make \
                 another first",
            ),
            name if name.ends_with("_name") => Refusal::invalid(
                "name",
                format!(
                    "another {what} has this name already; hint: names that differ by case or \
                     spaces are the same"
                ),
            ),
            _ => error.into(),
        }
    }
}

/// Whatever an asset is made to refer to must be there; all that is not is named by its field.
pub(crate) fn all_stand(
    tx: &mut Tx<'_>,
    held: &Asset,
    fields: &[(Field, Value)],
) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    for (field, value) in fields.iter().filter(|(field, value)| held.get(field) != *value) {
        match must_stand(tx, &field.to_string(), referred(field, value)) {
            Err(Refusal::Invalid { errors: dangling }) => errors.extend(dangling),
            other => other?,
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid { errors }) }
}

/// What a value of an asset's field points at.
pub(crate) fn referred(field: &Field, value: &Value) -> Option<Subject> {
    let id = value.as_str()?;
    match field {
        Field::Product => id.parse().ok().map(Subject::Product),
        Field::Category => id.parse().ok().map(Subject::Category),
        Field::Status => id.parse().ok().map(Subject::Status),
        Field::Location => id.parse().ok().map(Subject::Location),
        Field::Department => id.parse().ok().map(Subject::Department),
        Field::Supplier => id.parse().ok().map(Subject::Supplier),
        _ => None,
    }
}

/// Something referred to must be there.
pub(crate) fn must_stand(
    tx: &mut Tx<'_>,
    field: &str,
    subject: Option<Subject>,
) -> Result<(), Refusal> {
    let Some(subject) = subject else { return Ok(()) };
    if nouns::stands(tx, subject)? {
        return Ok(());
    }
    let (kind, id) = (subject.kind(), subject.id());
    Err(Refusal::invalid(field, format!("no {kind} \"{id}\"; hint: it may have been deleted")))
}
