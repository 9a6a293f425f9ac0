//! Move five, last third: one device and its asset → the steps that bring them together.

use std::collections::BTreeSet;

use domain::id::AssetId;
use domain::{Custodian, Field, Mint, NewAsset, Serial, Timestamp};
use serde_json::Value;

use crate::catalog::Catalog;
use crate::custody::{self, CustodyDecision};
use crate::diff::{Decision, decide};
use crate::fields::Fields;
use crate::inventory::{AssetHeld, Baseline, Inventory, Link};
use crate::people::Roster;
use crate::plan::{Conflict, Edit, Step};
use crate::reason::Reason;
use crate::rules::{AdeRule, Apply, Authority, Rules};
use crate::survey::Observation;

/// What planning one device reads besides the device itself.
pub struct Context<'a, 'b> {
    pub rules: &'a Rules,
    pub inventory: &'a Inventory,
    pub roster: &'b Roster<'a>,
    pub mint: &'b Mint,
    pub now: Timestamp,
}

/// What planning one device gives.
#[derive(Default)]
pub struct Planned {
    pub steps: Vec<Step>,
    pub reasons: Vec<Reason>,
    pub conflicts: Vec<Conflict>,
}

/// A new asset for a device that nothing here matches.
pub fn create<'a>(
    device: &Observation,
    tag: domain::AssetTag,
    reason: Reason,
    context: &Context<'a, '_>,
    catalog: &mut Catalog<'_>,
    fields: &mut Fields<'a>,
) -> (NewAsset, Link, Planned) {
    let id: AssetId = context.mint.id(context.now);
    let rule = ade_rule(device, context.rules);
    let status = rule.and_then(|rule| rule.status).or(context.rules.status);
    let mut asset = NewAsset::plain(id, tag, status.unwrap_or(context.inventory.default_status));
    let mut baseline = Baseline::default();
    asset.name = name_of(device, context.rules);
    baseline.name.clone_from(&asset.name);
    asset.serial.clone_from(&device.serial);
    baseline.serial = device.serial.as_ref().map(|serial| serial.as_str().to_owned());
    if let Some(model) = model_of(device) {
        asset.product = Some(catalog.product(model, device, context.mint, context.now));
        baseline.model = Some(model.to_owned());
    }
    asset.location = rule.and_then(|rule| rule.location).or(context.rules.location);
    let category = asset.product.and_then(|product| catalog.category_of(product));
    let left = fields.created(device, &mut asset, &mut baseline, category, context.rules);
    let mut planned = Planned::default();
    planned.steps.push(Step::Create { asset: asset.clone(), reason: reason.clone() });
    planned.reasons.push(reason);
    planned.reasons.extend(left);
    let held = as_held(&asset);
    follow_user(device, &held, &mut baseline, context, &mut planned);
    let link = Link {
        asset: id,
        device_id: device.device_id.clone(),
        serial: device.serial.clone(),
        past: Vec::new(),
        baseline,
        absence: crate::inventory::Absence::Present,
    };
    (asset, link, planned)
}

/// An asset that exists: fields, place and custody follow the rules; the link remembers.
pub fn follow(
    device: &Observation,
    asset: &AssetHeld,
    link: &mut Link,
    adopted: bool,
    context: &Context<'_, '_>,
    catalog: &mut Catalog<'_>,
    fields: &Fields<'_>,
) -> Planned {
    let mut planned = Planned::default();
    let mut edits = Vec::new();
    let baseline = &mut link.baseline;
    name(device, asset, baseline, context, &mut edits, &mut planned);
    serial(device, asset, baseline, adopted, &mut edits);
    product(device, asset, baseline, adopted, context, catalog, &mut edits);
    fields.follow(device, asset, baseline, context, &mut edits, &mut planned);
    place(device, asset, context, &mut edits);
    if !edits.is_empty() {
        planned.steps.push(Step::Edit { edits });
    }
    if asset.archived {
        planned.reasons.push(Reason::ArchivedAssetKeepsCustody);
    } else {
        follow_user(device, asset, baseline, context, &mut planned);
    }
    // A blank from the source never blanks: the serial is how a wiped device is found again.
    if device.serial.is_some() {
        link.serial.clone_from(&device.serial);
    }
    planned
}

fn name(
    device: &Observation,
    asset: &AssetHeld,
    baseline: &mut Baseline,
    context: &Context<'_, '_>,
    edits: &mut Vec<Edit>,
    planned: &mut Planned,
) {
    let Some(property) = &context.rules.name_from else { return };
    let field = Field::Name;
    if fed_elsewhere(asset, &field, context, planned) {
        return;
    }
    let base = Value::from(baseline.name.clone());
    let ours = Value::from(asset.name.clone());
    let theirs = Value::from(name_of(device, context.rules));
    match decide(&base, &ours, &theirs, Authority::Mirror) {
        Decision::Take => {
            let property = property.clone();
            let reason = Reason::FromSource { property, authority: Authority::Mirror };
            edits.push(Edit { field, before: ours, after: theirs.clone(), reason });
            baseline.name = theirs.as_str().map(str::to_owned);
        }
        Decision::Acknowledge => baseline.name = theirs.as_str().map(str::to_owned),
        Decision::Leave | Decision::Ask | Decision::Suggest => {}
    }
}

/// The maker's label follows the source only where nobody here wrote another.
fn serial(
    device: &Observation,
    asset: &AssetHeld,
    baseline: &mut Baseline,
    adopted: bool,
    edits: &mut Vec<Edit>,
) {
    let Some(theirs) = &device.serial else { return };
    let key = |text: &str| domain::text::key(text);
    let base = baseline.serial.as_deref().map(key);
    let ours = asset.serial.as_ref().map(Serial::key);
    let moved = base != Some(theirs.key());
    let untouched = ours.is_none() || (!adopted && ours == base);
    if moved && untouched && ours.as_deref() != Some(&*theirs.key()) {
        let property = "serial_number".to_owned();
        let reason = match ours {
            None => Reason::FillsBlank { property },
            Some(_) => Reason::FromSource { property, authority: Authority::Merge },
        };
        let before = Value::from(asset.serial.as_ref().map(Serial::as_str));
        let after = Value::from(theirs.as_str());
        edits.push(Edit { field: Field::Serial, before, after, reason });
    }
    if moved {
        baseline.serial = Some(theirs.as_str().to_owned());
    }
}

/// The product is filled once, and follows a model that changed where nobody chose another.
fn product(
    device: &Observation,
    asset: &AssetHeld,
    baseline: &mut Baseline,
    adopted: bool,
    context: &Context<'_, '_>,
    catalog: &mut Catalog<'_>,
    edits: &mut Vec<Edit>,
) {
    let Some(model) = model_of(device) else { return };
    if baseline.model.as_deref() != Some(model) {
        let before_it = baseline.model.as_deref().and_then(|model| catalog.find(model, device));
        let untouched = asset.product.is_none() || (!adopted && asset.product == before_it);
        if untouched {
            let product = catalog.product(model, device, context.mint, context.now);
            if asset.product != Some(product) {
                let property = "model".to_owned();
                let reason = match asset.product {
                    None => Reason::FillsBlank { property },
                    Some(_) => Reason::FromSource { property, authority: Authority::Merge },
                };
                let before = asset.product.map_or(Value::Null, |id| Value::from(id.to_string()));
                let after = Value::from(product.to_string());
                edits.push(Edit { field: Field::Product, before, after, reason });
            }
        }
        baseline.model = Some(model.to_owned());
    }
    if let (Some(product), Some(identifier)) =
        (catalog.find(model, device), device.model_identifier.as_deref())
    {
        catalog.identify(product, identifier);
    }
}

/// Location and status move by rule only.
fn place(
    device: &Observation,
    asset: &AssetHeld,
    context: &Context<'_, '_>,
    edits: &mut Vec<Edit>,
) {
    let Some(rule) = ade_rule(device, context.rules).filter(|rule| rule.apply == Apply::Always)
    else {
        return;
    };
    let reason = || Reason::AdeRule { ade: rule.ade_id.clone() };
    if let Some(status) = rule.status.filter(|status| *status != asset.status) {
        let before = Value::from(asset.status.to_string());
        let after = Value::from(status.to_string());
        edits.push(Edit { field: Field::Status, before, after, reason: reason() });
    }
    if let Some(location) = rule.location.filter(|location| Some(*location) != asset.location) {
        let before = asset.location.map_or(Value::Null, |id| Value::from(id.to_string()));
        let after = Value::from(location.to_string());
        edits.push(Edit { field: Field::Location, before, after, reason: reason() });
    }
}

fn follow_user(
    device: &Observation,
    asset: &AssetHeld,
    baseline: &mut Baseline,
    context: &Context<'_, '_>,
    planned: &mut Planned,
) {
    let user = context.roster.known(device.user.as_ref());
    match custody::decide(asset.custodian, baseline.user, &user, context.rules.assign) {
        CustodyDecision::Agree(who, reason) => {
            baseline.user = who;
            planned.reasons.push(reason);
        }
        CustodyDecision::Leave(reason) => planned.reasons.push(reason),
        CustodyDecision::CheckOut { to, reason } => {
            baseline.user = Some(to);
            planned.steps.push(check_out(device, asset, to, reason, context));
        }
        CustodyDecision::Move { from, to, reason } => {
            baseline.user = Some(to);
            planned.steps.push(Step::CheckIn { from, reason: reason.clone() });
            planned.steps.push(check_out(device, asset, to, reason, context));
        }
        CustodyDecision::CheckIn { from, reason } => {
            baseline.user = None;
            planned.steps.push(Step::CheckIn { from, reason });
        }
    }
}

/// Handing over moves location and department too, where the company wants that.
fn check_out(
    device: &Observation,
    asset: &AssetHeld,
    to: domain::id::EmployeeId,
    reason: Reason,
    context: &Context<'_, '_>,
) -> Step {
    let mut edits = Vec::new();
    let company = context.inventory.company;
    let ruled = ade_rule(device, context.rules).is_some_and(|rule| {
        rule.location.is_some() && (rule.apply == Apply::Always || asset.version == 0)
    });
    let mut edit = |field, before: Option<String>, after: Option<String>| {
        if after.is_some() && before != after {
            let reason = Reason::EmployeesPlace { employee: to };
            let (before, after) = (Value::from(before), Value::from(after));
            edits.push(Edit { field, before, after, reason });
        }
    };
    if company.auto_location && !ruled {
        let theirs = context.roster.employee(to).and_then(|employee| employee.location);
        let text = |id: domain::id::LocationId| id.to_string();
        edit(Field::Location, asset.location.map(text), theirs.map(text));
    }
    if company.auto_department {
        let theirs = context.roster.department(to);
        let text = |id: domain::id::DepartmentId| id.to_string();
        edit(Field::Department, asset.department.map(text), theirs.map(text));
    }
    Step::CheckOut { to: Custodian::Employee(to), edits, reason }
}

/// A field that a source with a better priority feeds is not ours to move.
pub fn fed_elsewhere(
    asset: &AssetHeld,
    field: &Field,
    context: &Context<'_, '_>,
    planned: &mut Planned,
) -> bool {
    let claimed: &BTreeSet<_> = &context.inventory.claimed_elsewhere;
    let fed = !claimed.is_empty() && claimed.contains(&(asset.id, field.clone()));
    if fed {
        planned.reasons.push(Reason::BetterSourceFeedsIt { field: field.clone() });
    }
    fed
}

fn ade_rule<'a>(device: &Observation, rules: &'a Rules) -> Option<&'a AdeRule> {
    let ade = device.ade.as_deref()?;
    rules.ade_rules.iter().find(|rule| rule.ade_id.eq_ignore_ascii_case(ade))
}

fn name_of(device: &Observation, rules: &Rules) -> Option<String> {
    let value = device.properties.get(rules.name_from.as_ref()?)?;
    Some(crate::explain::plain(value)).filter(|name| !name.trim().is_empty())
}

fn model_of(device: &Observation) -> Option<&str> {
    device.model.as_deref().map(str::trim).filter(|model| !model.is_empty())
}

/// A new asset as custody sees it; version 0 marks that it does not stand yet.
fn as_held(asset: &NewAsset) -> AssetHeld {
    AssetHeld {
        id: asset.id,
        version: 0,
        tag: asset.tag.clone(),
        name: asset.name.clone(),
        serial: asset.serial.clone(),
        product: asset.product,
        status: asset.status,
        location: asset.location,
        department: asset.department,
        custodian: None,
        archived: false,
        fields: asset.fields.clone(),
    }
}
