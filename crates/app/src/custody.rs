//! Checking out and in by hand, one asset or many: all of them or none, with an event each.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Role;
use domain::event::Subject;
use domain::id::{AssetId, LocationId, StatusId};
use domain::{Action, Asset, Custodian, Field};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{StoreError, Tx, custody, employees, ledger, tenants};

use crate::assets::{AssetRow, Which, find, shown};
use crate::caller::Caller;
use crate::installation::App;
use crate::notes;
use crate::nouns::must_stand;
use crate::refusal::Refusal;
use crate::told::Teller;

/// More than this nobody carries at once.
pub const MOST: usize = 500;

/// An asset to hand over or take back, and the version it was looked at in; without one any will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct One {
    pub which: Which,
    pub version: Option<i64>,
}

impl From<AssetId> for One {
    fn from(id: AssetId) -> Self {
        One { which: Which::Id(id), version: None }
    }
}

/// What becomes of a thing that is given back; what is `None` stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    pub status: Option<StatusId>,
    pub location: Option<LocationId>,
}

impl Back {
    /// What a check-in sets; refused where the status or the location is not there.
    pub(crate) fn values(self, tx: &mut Tx<'_>) -> Result<Vec<(Field, Value)>, Refusal> {
        must_stand(tx, "status", self.status.map(Subject::Status))?;
        must_stand(tx, "location", self.location.map(Subject::Location))?;
        let mut values = vec![(Field::Custodian, Value::Null), (Field::DueOn, Value::Null)];
        let status = self.status.map(|id| (Field::Status, Value::from(id.to_string())));
        let location = self.location.map(|id| (Field::Location, Value::from(id.to_string())));
        values.extend(status.into_iter().chain(location));
        Ok(values)
    }
}

/// Hands an asset to someone or somewhere; answers it as it is now. What is held already is refused.
pub async fn check_out(
    app: &App,
    caller: &Caller,
    one: One,
    to: Custodian,
    due_on: Option<Date>,
    note: Option<String>,
) -> Result<AssetRow, Refusal> {
    let note = notes::perhaps(note)?;
    let out = move |tx: &mut Tx<'_>, by: &Teller| {
        let held = expected(tx, &one)?;
        Ok(only(hand_over(tx, by, &[held], to, due_on, note.as_deref())?))
    };
    written(app, caller, out).await
}

/// The same for several to one custodian.
pub async fn check_out_all(
    app: &App,
    caller: &Caller,
    ids: Vec<AssetId>,
    to: Custodian,
    due_on: Option<Date>,
    note: Option<String>,
) -> Result<Vec<AssetRow>, Refusal> {
    let note = notes::perhaps(note)?;
    let out = move |tx: &mut Tx<'_>, by: &Teller| {
        let held = found(tx, ids)?;
        hand_over(tx, by, &held, to, due_on, note.as_deref())
    };
    written(app, caller, out).await
}

pub async fn check_in(
    app: &App,
    caller: &Caller,
    one: One,
    back: Back,
    note: Option<String>,
) -> Result<AssetRow, Refusal> {
    let note = notes::perhaps(note)?;
    let taken = move |tx: &mut Tx<'_>, by: &Teller| {
        let held = expected(tx, &one)?;
        Ok(only(take_back(tx, by, &[held], back, note.as_deref())?))
    };
    written(app, caller, taken).await
}

/// The same for several, whoever has them.
pub async fn check_in_all(
    app: &App,
    caller: &Caller,
    ids: Vec<AssetId>,
    back: Back,
    note: Option<String>,
) -> Result<Vec<AssetRow>, Refusal> {
    let note = notes::perhaps(note)?;
    let taken = move |tx: &mut Tx<'_>, by: &Teller| {
        let held = found(tx, ids)?;
        take_back(tx, by, &held, back, note.as_deref())
    };
    written(app, caller, taken).await
}

/// How many assets are checked out to this one, archived ones too.
pub async fn count_holdings(app: &App, caller: &Caller, id: AssetId) -> Result<u64, Refusal> {
    caller.need(Role::Viewer)?;
    let holds = move |tx: &mut Tx<'_>| custody::count_holdings(tx, Custodian::Asset(id));
    Ok(app.store.read(caller.tenant, holds).await?)
}

/// Takes an asset back from whoever has it and hands it on, in one step.
pub async fn hand_on(
    app: &App,
    caller: &Caller,
    one: One,
    to: Custodian,
    due_on: Option<Date>,
    note: Option<String>,
) -> Result<AssetRow, Refusal> {
    let note = notes::perhaps(note)?;
    let on = move |tx: &mut Tx<'_>, by: &Teller| {
        let held = expected(tx, &one)?;
        let back = only(take_back(tx, by, &[held], Back::default(), note.as_deref())?);
        Ok(only(hand_over(tx, by, &[back.asset], to, due_on, note.as_deref())?))
    };
    written(app, caller, on).await
}

async fn written<T: Send + 'static>(
    app: &App,
    caller: &Caller,
    work: impl FnOnce(&mut Tx<'_>, &Teller) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    caller.need(Role::Operator)?;
    let by = Teller::new(app, caller);
    app.store.write(caller.tenant, move |tx| work(tx, &by)).await
}

fn hand_over(
    tx: &mut Tx<'_>,
    by: &Teller,
    held: &[Asset],
    to: Custodian,
    due_on: Option<Date>,
    note: Option<&str>,
) -> Result<Vec<AssetRow>, Refusal> {
    refuse(held, |asset| asset.archived_at.is_some(), "archived; hint: bring it back first")?;
    refuse(held, |asset| asset.custodian.is_some(), "checked out; hint: check it in first")?;
    let mut values = vec![(Field::Custodian, json(&to))];
    if let Some(due_on) = due_on {
        values.push((Field::DueOn, Value::from(due_on.to_string())));
    }
    values.extend(ready_to_take(tx, to)?);
    for asset in held {
        holds_itself(tx, asset, to)?;
    }
    changed(tx, by, held, Action::CheckedOut, &values, note)
}

fn take_back(
    tx: &mut Tx<'_>,
    by: &Teller,
    held: &[Asset],
    back: Back,
    note: Option<&str>,
) -> Result<Vec<AssetRow>, Refusal> {
    let free = |asset: &Asset| asset.custodian.is_none();
    refuse(held, free, "in nobody's hands; hint: check it out first")?;
    let values = back.values(tx)?;
    changed(tx, by, held, Action::CheckedIn, &values, note)
}

/// The same change of all of them; answers them as they are now, in the same order.
fn changed(
    tx: &mut Tx<'_>,
    Teller { deed, mint }: &Teller,
    held: &[Asset],
    action: Action,
    values: &[(Field, Value)],
    note: Option<&str>,
) -> Result<Vec<AssetRow>, Refusal> {
    let wanted = held.iter().map(|asset| ledger::ToChange {
        asset: asset.id,
        version: asset.version,
        action,
        values: values.to_vec(),
    });
    let done = ledger::change_many(tx, deed, mint, &wanted.collect::<Vec<_>>(), note)?;
    if !done.left.is_empty() {
        // All of them were read in this transaction, so that only a bug leads here.
        return Err(Refusal::Stale);
    }
    let rows = shown(tx, held.iter().map(|asset| asset.id))?;
    let mut rows: BTreeMap<AssetId, AssetRow> =
        rows.into_iter().map(|row| (row.asset.id, row)).collect();
    Ok(held.iter().filter_map(|asset| rows.remove(&asset.id)).collect())
}

fn only(rows: Vec<AssetRow>) -> AssetRow {
    rows.into_iter().next().expect("one went in")
}

/// The asset, unless somebody was quicker than the version expected.
fn expected(tx: &mut Tx<'_>, one: &One) -> Result<Asset, Refusal> {
    let held = find(tx, &one.which)?;
    if one.version.is_some_and(|version| version != held.version) {
        return Err(Refusal::Stale);
    }
    Ok(held)
}

/// Each once, in the order given.
fn found(tx: &mut Tx<'_>, mut ids: Vec<AssetId>) -> Result<Vec<Asset>, Refusal> {
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    if ids.is_empty() || ids.len() > MOST {
        let detail =
            format!("{} assets cannot be handed over at once; hint: 1 to {MOST}", ids.len());
        return Err(Refusal::invalid("assets", detail));
    }
    ids.into_iter().map(|id| find(tx, &Which::Id(id))).collect()
}

/// Names every asset that is not in a state for it.
fn refuse(held: &[Asset], wrong: impl Fn(&Asset) -> bool, why: &str) -> Result<(), Refusal> {
    let tags: Vec<_> = held
        .iter()
        .filter(|asset| wrong(asset))
        .map(|asset| format!("\"{}\"", asset.tag))
        .collect();
    match tags.as_slice() {
        [] => Ok(()),
        [one] => Err(Refusal::conflict(format!("{one} is {why}"))),
        [first @ .., last] => {
            Err(Refusal::conflict(format!("{} and {last} are {why}", first.join(", "))))
        }
    }
}

/// Makes sure that the custodian is there and may get something; answers what follows them by the
/// company's switches: place and department become the employee's (B18).
pub(crate) fn ready_to_take(
    tx: &mut Tx<'_>,
    to: Custodian,
) -> Result<Vec<(Field, Value)>, Refusal> {
    must_stand(tx, "to", Some(Subject::from(to)))?;
    if let Custodian::Asset(id) = to {
        let place = find(tx, &Which::Id(id))?;
        if place.archived_at.is_some() {
            let detail = "is archived, and nothing goes into it; hint: bring it back first, or \
                          choose another";
            return Err(Refusal::conflict(format!("\"{}\" {detail}", place.tag)));
        }
    }
    let Custodian::Employee(id) = to else { return Ok(Vec::new()) };
    let employee = employees::find(tx, id)?.ok_or(StoreError::NotFound)?;
    if employee.leaver {
        let detail = "has left, and nothing new goes to leavers; hint: if they are back, edit them";
        return Err(Refusal::conflict(format!("{} {detail}", employee.name)));
    }
    let company = tenants::company(tx)?;
    let place = company.auto_location.then_some(employee.location).flatten();
    let department = company.auto_department.then_some(employee.department).flatten();
    let place = place.map(|id| (Field::Location, Value::from(id.to_string())));
    let department = department.map(|id| (Field::Department, Value::from(id.to_string())));
    Ok(place.into_iter().chain(department).collect())
}

/// A thing inside another cannot hold that other, however deep it lies.
fn holds_itself(tx: &mut Tx<'_>, asset: &Asset, to: Custodian) -> Result<(), Refusal> {
    let Custodian::Asset(place) = to else { return Ok(()) };
    if place == asset.id {
        return Err(Refusal::invalid("to", "an asset cannot hold itself"));
    }
    if custody::inside(tx, place, asset.id)? {
        let detail = format!(
            "it lies inside \"{}\" itself; hint: check it in first, or choose another",
            asset.tag
        );
        return Err(Refusal::invalid("to", detail));
    }
    Ok(())
}

fn json(to: &Custodian) -> Value {
    serde_json::to_value(to).expect("a custodian is two plain texts")
}
