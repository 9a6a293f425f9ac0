//! Checking out and in by hand, one asset or many: all of them or none, with an event each.

use domain::access::Role;
use domain::event::Subject;
use domain::id::AssetId;
use domain::{Action, Asset, Custodian, Field};
use jiff::civil::Date;
use serde_json::Value;
use store::{Tx, assets, custody, employees, ledger, nouns, tenants};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// More than this nobody carries at once.
pub const MOST: usize = 500;

/// Hands an asset to someone or somewhere. What is held already is refused.
pub async fn check_out(
    app: &App,
    caller: &Caller,
    id: AssetId,
    to: Custodian,
    due_on: Option<Date>,
    note: Option<String>,
) -> Result<Asset, Refusal> {
    let done = check_out_all(app, caller, vec![id], to, due_on, note).await?;
    Ok(done.into_iter().next().expect("one went in"))
}

/// The same for several to one custodian.
pub async fn check_out_all(
    app: &App,
    caller: &Caller,
    ids: Vec<AssetId>,
    to: Custodian,
    due_on: Option<Date>,
    note: Option<String>,
) -> Result<Vec<Asset>, Refusal> {
    caller.need(Role::Operator)?;
    let ids = counted(ids)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let done = app.store.write(caller.tenant, move |tx| {
        let held = found(tx, &ids)?;
        refuse(&held, |asset| asset.custodian.is_some(), "checked out; hint: check it in first")?;
        let mut fields = vec![(Field::Custodian, json(&to))];
        if let Some(due_on) = due_on {
            fields.push((Field::DueOn, Value::from(due_on.to_string())));
        }
        fields.extend(ready_to_take(tx, to)?);
        for asset in &held {
            holds_itself(tx, asset, to)?;
        }
        let out = held.iter().map(|asset| {
            let (id, version, action) = (asset.id, Some(asset.version), Action::CheckedOut);
            ledger::change(tx, &deed, &mint, id, version, action, &fields, note.clone())
        });
        Ok(out.collect::<Result<_, _>>()?)
    });
    done.await
}

pub async fn check_in(
    app: &App,
    caller: &Caller,
    id: AssetId,
    note: Option<String>,
) -> Result<Asset, Refusal> {
    let done = check_in_all(app, caller, vec![id], note).await?;
    Ok(done.into_iter().next().expect("one went in"))
}

/// The same for several, whoever has them.
pub async fn check_in_all(
    app: &App,
    caller: &Caller,
    ids: Vec<AssetId>,
    note: Option<String>,
) -> Result<Vec<Asset>, Refusal> {
    caller.need(Role::Operator)?;
    let ids = counted(ids)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let done = app.store.write(caller.tenant, move |tx| {
        let held = found(tx, &ids)?;
        let free = |asset: &Asset| asset.custodian.is_none();
        refuse(&held, free, "in nobody's hands; hint: check it out first")?;
        let back = held.iter().map(|asset| {
            let fields = [(Field::Custodian, Value::Null), (Field::DueOn, Value::Null)];
            let (id, version, action) = (asset.id, Some(asset.version), Action::CheckedIn);
            ledger::change(tx, &deed, &mint, id, version, action, &fields, note.clone())
        });
        Ok(back.collect::<Result<_, _>>()?)
    });
    done.await
}

/// Each once, in the order given.
fn counted(ids: Vec<AssetId>) -> Result<Vec<AssetId>, Refusal> {
    let mut seen = std::collections::BTreeSet::new();
    let ids: Vec<_> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
    if ids.is_empty() || ids.len() > MOST {
        let detail =
            format!("{} assets cannot be handed over at once; hint: 1 to {MOST}", ids.len());
        return Err(Refusal::invalid("assets", detail));
    }
    Ok(ids)
}

fn found(tx: &mut Tx<'_>, ids: &[AssetId]) -> Result<Vec<Asset>, Refusal> {
    let one = |id: &AssetId| {
        let found = assets::find(tx, *id)?;
        found.ok_or_else(|| Refusal::not_found("asset", id))
    };
    ids.iter().map(one).collect()
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
    let subject = match to {
        Custodian::Employee(id) => Subject::Employee(id),
        Custodian::Location(id) => Subject::Location(id),
        Custodian::Asset(id) => Subject::Asset(id),
    };
    let gone = || Refusal::not_found(subject.kind(), subject.id());
    if !nouns::stands(tx, subject)? {
        return Err(gone());
    }
    let Custodian::Employee(id) = to else { return Ok(Vec::new()) };
    let employee = employees::find(tx, id)?.ok_or_else(gone)?;
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
