//! Move five, last third: one device and its asset → the steps that bring them together.

pub(crate) mod fields;

use domain::id::{AssetId, StatusId};
use domain::{Custodian, Field, Mint, NewAsset, Timestamp};
use serde_json::Value;

use crate::catalog::Catalog;
use crate::custody::{self, CustodyDecision};
use crate::fields::Fields;
use crate::inventory::{AssetHeld, Baseline, Inventory, Link};
use crate::people::Roster;
use crate::plan::{Conflict, Edit, Step};
use crate::reason::Reason;
use crate::rules::{AdeRule, Apply, Rules};
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

/// How a device came to its asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    Known,
    /// The asset stood here before this source knew it.
    Adopted,
    /// The asset was made ahead, and its device has enrolled now.
    Enrolled,
}

/// A new asset for a device that nothing here matches.
pub fn create<'a>(
    device: &Observation,
    tag: domain::AssetTag,
    reason: Reason,
    context: &Context<'a, '_>,
    catalog: &mut Catalog<'_>,
    own: &mut Fields<'a>,
) -> (NewAsset, Link, Planned) {
    let status = usual_status(device, context);
    let (asset, mut link, left) = fresh(device, tag, status, context, catalog, own);
    let mut planned = Planned::default();
    planned.steps.push(Step::Create { asset: asset.clone(), reason: reason.clone() });
    planned.reasons.push(reason);
    planned.reasons.extend(left);
    follow_user(device, &as_held(&asset), &mut link.baseline, true, context, &mut planned);
    (asset, link, planned)
}

/// A new asset for a device that has not enrolled yet: pending, and nobody's.
pub fn create_ahead<'a>(
    device: &Observation,
    tag: domain::AssetTag,
    context: &Context<'a, '_>,
    catalog: &mut Catalog<'_>,
    own: &mut Fields<'a>,
) -> (NewAsset, Link, Vec<Reason>) {
    let ruled = ade_rule(device, context.rules).and_then(|rule| rule.status);
    let status = ruled.or(context.inventory.pending_status);
    let status = status.unwrap_or_else(|| usual_status(device, context));
    let (asset, mut link, left) = fresh(device, tag, status, context, catalog, own);
    link.baseline.status = Some(status);
    (asset, link, left)
}

/// The status of a new asset whose device has enrolled.
fn usual_status(device: &Observation, context: &Context<'_, '_>) -> StatusId {
    let ruled = ade_rule(device, context.rules).and_then(|rule| rule.status);
    ruled.or(context.rules.status).unwrap_or(context.inventory.default_status)
}

/// All that a device brings to a new asset but its user.
fn fresh<'a>(
    device: &Observation,
    tag: domain::AssetTag,
    status: StatusId,
    context: &Context<'a, '_>,
    catalog: &mut Catalog<'_>,
    own: &mut Fields<'a>,
) -> (NewAsset, Link, Vec<Reason>) {
    let id: AssetId = context.mint.id(context.now);
    let mut asset = NewAsset::plain(id, tag, status);
    let mut baseline = Baseline::default();
    asset.name = name_of(device, context.rules);
    baseline.name.clone_from(&asset.name);
    asset.serial.clone_from(&device.serial);
    baseline.serial = device.serial.as_ref().map(|serial| serial.as_str().to_owned());
    if let Some(model) = model_of(device) {
        asset.product = Some(catalog.product(model, device, context.mint, context.now));
        baseline.model = Some(model.to_owned());
    }
    let rule = ade_rule(device, context.rules);
    asset.location = rule.and_then(|rule| rule.location).or(context.rules.location);
    let category = asset.product.and_then(|product| catalog.category_of(product));
    let left = own.created(device, &mut asset, &mut baseline, category, context.rules);
    let link = Link {
        asset: id,
        device_id: device.device_id.clone(),
        serial: device.serial.clone(),
        past: Vec::new(),
        baseline,
        absence: crate::inventory::Absence::Present,
    };
    (asset, link, left)
}

/// An asset that exists: fields, place and custody follow the rules; the link remembers.
pub fn follow(
    device: &Observation,
    asset: &AssetHeld,
    link: &mut Link,
    tie: Tie,
    context: &Context<'_, '_>,
    catalog: &mut Catalog<'_>,
    own: &Fields<'_>,
) -> Planned {
    let mut planned = Planned::default();
    let mut edits = Vec::new();
    let baseline = &mut link.baseline;
    fields::name(device, asset, baseline, context, &mut edits, &mut planned);
    let adopted = tie == Tie::Adopted;
    if !fields::serial_fed_elsewhere(device, asset, context, &mut planned) {
        edits.extend(fields::serial(device, asset, baseline, adopted));
    }
    if !fields::product_fed_elsewhere(device, asset, context, catalog, &mut planned) {
        edits.extend(fields::product(device, asset, baseline, adopted, context, catalog));
    }
    own.follow(device, asset, baseline, context, &mut edits, &mut planned);
    place(device, asset, baseline, tie, context, &mut edits);
    if !edits.is_empty() {
        planned.steps.push(Step::Edit { edits });
    }
    if asset.archived {
        planned.reasons.push(Reason::ArchivedAssetKeepsCustody);
    } else {
        follow_user(device, asset, baseline, tie == Tie::Enrolled, context, &mut planned);
    }
    // A blank from the source never blanks: the serial is how a wiped device is found again.
    if device.serial.is_some() {
        link.serial.clone_from(&device.serial);
    }
    planned
}

/// Location and status move by rule only; the status also when a device that was awaited enrolls,
/// unless a person gave the asset another one meanwhile.
fn place(
    device: &Observation,
    asset: &AssetHeld,
    baseline: &mut Baseline,
    tie: Tie,
    context: &Context<'_, '_>,
    edits: &mut Vec<Edit>,
) {
    let mut edit_status = |status: StatusId, reason: Reason| {
        if status != asset.status {
            let before = Value::from(asset.status.to_string());
            let after = Value::from(status.to_string());
            edits.push(Edit { field: Field::Status, before, after, reason });
        }
    };
    let rule = ade_rule(device, context.rules).filter(|rule| rule.apply == Apply::Always);
    let given = if tie == Tie::Enrolled { baseline.status.take() } else { None };
    if given == Some(asset.status) {
        edit_status(usual_status(device, context), Reason::EnrolledAtLast);
    } else if let Some((rule, status)) = rule.and_then(|rule| Some((rule, rule.status?))) {
        edit_status(status, Reason::AdeRule { ade: rule.ade_id.clone() });
    }
    let Some(rule) = rule else { return };
    let reason = || Reason::AdeRule { ade: rule.ade_id.clone() };
    if let Some(location) = rule.location.filter(|location| Some(*location) != asset.location) {
        let before = asset.location.map_or(Value::Null, |id| Value::from(id.to_string()));
        let after = Value::from(location.to_string());
        edits.push(Edit { field: Field::Location, before, after, reason: reason() });
    }
}

/// `new`: the device has just come, so an enrollment rule's place goes before the employee's.
fn follow_user(
    device: &Observation,
    asset: &AssetHeld,
    baseline: &mut Baseline,
    new: bool,
    context: &Context<'_, '_>,
    planned: &mut Planned,
) {
    if fields::fed_elsewhere(asset, &Field::Custodian, context, planned) {
        return;
    }
    let user = context.roster.known(device.user.as_ref());
    match custody::decide(asset.custodian, baseline.user, &user, context.rules.assign) {
        CustodyDecision::Agree(who, reason) => {
            baseline.user = who;
            planned.reasons.push(reason);
        }
        CustodyDecision::Leave(reason) => planned.reasons.push(reason),
        CustodyDecision::CheckOut { to, reason } => {
            baseline.user = Some(to);
            planned.steps.push(check_out(device, asset, to, new, reason, context));
        }
        CustodyDecision::Move { from, to, reason } => {
            baseline.user = Some(to);
            planned.steps.push(Step::CheckIn { from, reason: reason.clone() });
            planned.steps.push(check_out(device, asset, to, new, reason, context));
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
    new: bool,
    reason: Reason,
    context: &Context<'_, '_>,
) -> Step {
    let mut edits = Vec::new();
    let company = context.inventory.company;
    let ruled = ade_rule(device, context.rules)
        .is_some_and(|rule| rule.location.is_some() && (rule.apply == Apply::Always || new));
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

/// A new asset as custody sees it.
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
