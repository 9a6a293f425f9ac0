//! A register small enough to hold in the head: how a plan is applied, and seeded worlds to plan in.

pub mod seeded;

use std::collections::BTreeMap;

use domain::fields::keys;
use domain::id::AssetId;
use domain::person::Employee;
use domain::{Custodian, Field};
use reconcile::Inventory;
use reconcile::inventory::AssetHeld;
use reconcile::plan::{CatalogChange, Edit, PersonChange, Plan, Step};

/// Does what the plan says, no more: the model that the store has to agree with.
pub fn apply(inventory: &mut Inventory, plan: &Plan) {
    plan.catalog.iter().for_each(|change| apply_catalog(inventory, change));
    plan.people.iter().for_each(|change| apply_person(inventory, change));
    for change in &plan.assets {
        let mut asset = find(inventory, change.asset);
        assert_eq!(asset.as_ref().map(|asset| asset.version), change.version, "stale plan");
        for step in &change.steps {
            apply_step(&mut asset, step);
        }
        let asset = asset.expect("a plan creates an asset before it changes it");
        inventory.assets.retain(|held| held.id != asset.id);
        inventory.assets.push(asset);
        if let Some(link) = &change.link {
            inventory.links.retain(|held| held.asset != link.asset);
            inventory.links.push(link.clone());
        }
    }
    for link in &plan.links {
        inventory.links.retain(|held| held.asset != link.asset);
        inventory.links.push(link.clone());
    }
    inventory.assets.sort_by_key(|asset| asset.id);
    inventory.links.sort_by(|a, b| a.device_id.cmp(&b.device_id));
    inventory.synced_before = true;
}

fn find(inventory: &Inventory, id: AssetId) -> Option<AssetHeld> {
    inventory.assets.iter().find(|asset| asset.id == id).cloned()
}

fn apply_catalog(inventory: &mut Inventory, change: &CatalogChange) {
    match change.clone() {
        CatalogChange::Manufacturer { id, name } => inventory.manufacturers.push((id, name)),
        CatalogChange::Category { id, name } => inventory.categories.push((id, name)),
        CatalogChange::Department { id, name } => inventory.departments.push((id, name)),
        CatalogChange::Product { id, name, manufacturer, category } => {
            let models = vec![name.clone()];
            let identifiers = Vec::new();
            let product =
                domain::catalog::Product { id, name, manufacturer, category, models, identifiers };
            inventory.products.push(product);
        }
        CatalogChange::ProductKnownAs { id, models, identifiers } => {
            let product = inventory.products.iter_mut().find(|product| product.id == id).unwrap();
            product.models.extend(models);
            product.identifiers.extend(identifiers);
        }
    }
}

fn apply_person(inventory: &mut Inventory, change: &PersonChange) {
    let link = match change.clone() {
        PersonChange::Create { id, name, email, title, department, leaver, link } => {
            let plain = Employee::named(id, name);
            inventory.employees.push(Employee { email, title, department, leaver, ..plain });
            link
        }
        PersonChange::Update { id, name, email, title, department, leaver, link } => {
            let held = inventory.employees.iter_mut().find(|held| held.id == id).unwrap();
            held.name = name.unwrap_or_else(|| held.name.clone());
            held.email = email.or_else(|| held.email.clone());
            held.title = title.or_else(|| held.title.clone());
            held.department = department.or(held.department);
            held.leaver = leaver.unwrap_or(held.leaver);
            link
        }
    };
    if let Some(link) = link {
        inventory.people.retain(|held| held.user_id != link.user_id);
        inventory.people.push(link);
    }
}

fn apply_step(slot: &mut Option<AssetHeld>, step: &Step) {
    if let Step::Create { asset: new, .. } = step {
        *slot = Some(AssetHeld {
            id: new.id,
            version: 0,
            tag: new.tag.clone(),
            name: new.name.clone(),
            serial: new.serial.clone(),
            product: new.product,
            status: new.status,
            location: new.location,
            department: new.department,
            custodian: None,
            archived: false,
            fields: new.fields.clone(),
        });
    }
    let asset = slot.as_mut().expect("a plan creates an asset before it changes it");
    asset.version += 1;
    match step {
        Step::Create { .. } | Step::Link { .. } | Step::Relink { .. } => {}
        Step::Edit { edits } => edits.iter().for_each(|edit| apply_edit(asset, edit)),
        Step::CheckIn { from, .. } => {
            assert_eq!(asset.custodian, Some(*from), "checked in from someone else");
            asset.custodian = None;
        }
        Step::CheckOut { to, edits, .. } => {
            assert_eq!(asset.custodian, None, "checked out while held");
            asset.custodian = Some(*to);
            for edit in edits {
                apply_edit(asset, edit);
            }
        }
        Step::Archive { .. } => asset.archived = true,
    }
}

fn apply_edit(asset: &mut AssetHeld, edit: &Edit) {
    let text = || edit.after.as_str().map(str::to_owned);
    match &edit.field {
        Field::Name => asset.name = text(),
        Field::Serial => asset.serial = text().map(|text| text.try_into().unwrap()),
        Field::Product => asset.product = text().map(|text| text.parse().unwrap()),
        Field::Status => asset.status = text().unwrap().parse().unwrap(),
        Field::Location => asset.location = text().map(|text| text.parse().unwrap()),
        Field::Department => asset.department = text().map(|text| text.parse().unwrap()),
        Field::Custom(key) if edit.after.is_null() => drop(asset.fields.remove(key)),
        Field::Custom(key) => drop(asset.fields.insert(key.clone(), edit.after.clone())),
        other => panic!("a run never edits {other}"),
    }
}

/// What no register may ever show.
pub fn check_sound(inventory: &Inventory) {
    let mut tags = BTreeMap::new();
    for asset in &inventory.assets {
        let other = tags.insert(asset.tag.key(), asset.id);
        assert_eq!(other, None, "two assets share the tag {}", asset.tag);
    }
    let mut devices = BTreeMap::new();
    let mut linked = BTreeMap::new();
    for link in &inventory.links {
        assert_eq!(devices.insert(&link.device_id, link.asset), None, "two links, one device");
        assert_eq!(linked.insert(link.asset, &link.device_id), None, "two links, one asset");
        assert!(inventory.assets.iter().any(|asset| asset.id == link.asset), "a link to nothing");
    }
    for field in inventory.fields.iter().filter(|field| field.unique) {
        let mut values = BTreeMap::new();
        for asset in &inventory.assets {
            for value in asset.fields.get(field.key.as_str()).map(keys).unwrap_or_default() {
                let other = values.insert(value, asset.id);
                assert_eq!(other, None, "two assets share a value of {}", field.key);
            }
        }
    }
    let mut emails = BTreeMap::new();
    for held in &inventory.employees {
        if let Some(email) = &held.email {
            assert_eq!(emails.insert(email.key(), held.id), None, "two employees share {email}");
        }
    }
}

pub fn held_by_place(asset: &AssetHeld) -> bool {
    matches!(asset.custodian, Some(Custodian::Location(_) | Custodian::Asset(_)))
}
