//! Checking out and in by hand.

use domain::access::Role;
use domain::id::AssetId;
use domain::{Action, Asset, Custodian, Field};
use jiff::civil::Date;
use serde_json::Value;
use store::{assets, employees, locations};

use crate::assets::ledger_change;
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// Hands an asset to someone or somewhere. What is held already is refused.
pub async fn check_out(
    app: &App,
    caller: &Caller,
    id: AssetId,
    to: Custodian,
    due_on: Option<Date>,
    note: Option<String>,
) -> Result<Asset, Refusal> {
    caller.need(Role::Operator)?;
    let held = crate::assets::asset(app, caller, id).await?.asset;
    if held.custodian.is_some() {
        return Err(Refusal::conflict("this asset is checked out; hint: check it in first"));
    }
    let mut fields = vec![(Field::Custodian, json(&to))];
    if let Some(due_on) = due_on {
        fields.push((Field::DueOn, Value::from(due_on.to_string())));
    }
    fields.extend(follow_custodian(app, caller, id, to).await?);
    ledger_change(app, caller, id, Some(held.version), Action::CheckedOut, fields, note).await
}

pub async fn check_in(
    app: &App,
    caller: &Caller,
    id: AssetId,
    note: Option<String>,
) -> Result<Asset, Refusal> {
    caller.need(Role::Operator)?;
    let held = crate::assets::asset(app, caller, id).await?.asset;
    if held.custodian.is_none() {
        return Err(Refusal::conflict("nobody has this asset; hint: check it out first"));
    }
    let mut fields = vec![(Field::Custodian, Value::Null)];
    if held.due_on.is_some() {
        fields.push((Field::DueOn, Value::Null));
    }
    ledger_change(app, caller, id, Some(held.version), Action::CheckedIn, fields, note).await
}

/// The company's switches: place and department become the employee's (B18). Also makes sure that
/// the custodian exists.
async fn follow_custodian(
    app: &App,
    caller: &Caller,
    asset: AssetId,
    to: Custodian,
) -> Result<Vec<(Field, Value)>, Refusal> {
    let tenant = caller.tenant;
    let company = crate::company::company(app, caller).await?;
    app.store
        .read(tenant, move |tx| {
            let employee = match to {
                Custodian::Employee(id) => employees::find(tx, id)?
                    .map(Some)
                    .ok_or_else(|| Refusal::not_found("employee", id))?,
                Custodian::Location(id) => {
                    let found = locations::find(tx, id)?;
                    found.map(|_| None).ok_or_else(|| Refusal::not_found("location", id))?
                }
                Custodian::Asset(id) if id == asset => {
                    return Err(Refusal::invalid("to", "an asset cannot hold itself"));
                }
                Custodian::Asset(id) => {
                    let found = assets::find(tx, id)?;
                    found.map(|_| None).ok_or_else(|| Refusal::not_found("asset", id))?
                }
            };
            let Some(employee) = employee else { return Ok(Vec::new()) };
            let place = company.auto_location.then_some(employee.location).flatten();
            let department = company.auto_department.then_some(employee.department).flatten();
            let place = place.map(|id| (Field::Location, Value::from(id.to_string())));
            let department = department.map(|id| (Field::Department, Value::from(id.to_string())));
            Ok(place.into_iter().chain(department).collect())
        })
        .await
}

fn json(to: &Custodian) -> Value {
    serde_json::to_value(to).expect("a custodian is two plain texts")
}
