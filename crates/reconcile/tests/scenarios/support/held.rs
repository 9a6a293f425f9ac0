//! `people`, `we hold` and `by hand`: what stands in the register, and what people do to it.

use domain::catalog::Product;
use domain::id::{AssetId, CategoryId, DepartmentId, EmployeeId, ManufacturerId, ProductId};
use domain::person::Employee;
use domain::{AssetTag, Custodian, Email, Serial};
use reconcile::inventory::{
    Absence, Answer, AssetHeld, Baseline, Link, PersonBaseline, PersonLink, Settlement,
};
use reconcile::survey::{Claims, DeviceId};
use serde_json::Value;

use super::line::Line;
use super::stage::{Stage, capital_of};

/// An employee; `linked=u1` ties them to the source's user, of whom it said the same so far.
pub fn person(stage: &mut Stage, mut line: Line) {
    let leaver = line.flag("leaver");
    let email = line.word();
    let name = line.maybe_word().unwrap_or_else(|| capital_of(&email));
    let works_in = line.value("department");
    let held = Employee {
        email: Email::parse(&email).ok(),
        title: line.value("title"),
        department: works_in.as_deref().map(|name| department(stage, name)),
        location: line.value("location").map(|name| stage.locations.id(&name)),
        leaver,
        ..Employee::named(stage.mint.id(stage.now), name)
    };
    if let Some(user_id) = line.value("linked") {
        let baseline = PersonBaseline {
            name: Some(held.name.clone()),
            email: held.email.as_ref().map(|email| email.as_str().to_owned()),
            title: held.title.clone(),
            department: works_in,
            archived: leaver,
        };
        let link = PersonLink { user_id: user_id.into(), employee: held.id, baseline };
        stage.inventory.people.push(link);
    }
    line.done();
    stage.inventory.employees.push(held);
}

/// One line of `we hold`: an asset, its link to a device, or a product.
pub fn thing(stage: &mut Stage, mut line: Line) {
    match line.word().as_str() {
        "asset" => asset(stage, line),
        "link" => link(stage, line),
        "product" => product(stage, line),
        // The tenant's first status of kind pending.
        "pending" => {
            stage.inventory.pending_status = Some(stage.statuses.id(&line.word()));
            line.done();
        }
        // An asset whose device another source still sees.
        "seen" => {
            let id = asset_id(stage, &line.word());
            stage.inventory.seen_elsewhere.insert(id);
            line.done();
        }
        // A field of an asset that a source with a better priority feeds.
        "elsewhere" => {
            let id = asset_id(stage, &line.word());
            let field = line.word().parse().expect("a field's name");
            stage.inventory.claimed_elsewhere.insert((id, field));
            line.done();
        }
        other => panic!("line {}: we hold no {other}", line.number),
    }
}

fn asset(stage: &mut Stage, mut line: Line) {
    let mut asset = AssetHeld {
        id: stage.mint.id(stage.now),
        version: 1,
        archived: line.flag("archived"),
        tag: AssetTag::parse(&line.word()).unwrap(),
        name: None,
        serial: None,
        product: None,
        status: stage.inventory.default_status,
        location: None,
        department: None,
        custodian: line.value("holder").map(|holder| custodian(stage, &holder)),
        fields: std::collections::BTreeMap::new(),
    };
    dress(stage, &mut asset, &mut line);
    line.done();
    stage.inventory.assets.push(asset);
}

/// Sets every field the line speaks of; an empty value blanks one.
fn dress(stage: &mut Stage, asset: &mut AssetHeld, line: &mut Line) {
    for (key, value) in line.rest() {
        let said = Some(value.clone()).filter(|value| !value.is_empty());
        match key.as_str() {
            "name" => asset.name = said,
            "serial" => asset.serial = said.map(|serial| Serial::parse(&serial).unwrap()),
            "product" => asset.product = said.map(|name| product_named(stage, &name)),
            "status" => asset.status = stage.statuses.id(&value),
            "location" => asset.location = said.map(|name| stage.locations.id(&name)),
            "department" => asset.department = said.map(|name| department(stage, &name)),
            key => match key.strip_prefix("fields.") {
                Some(key) => drop(asset.fields.insert(key.to_owned(), Value::from(value))),
                None => panic!("line {}: an asset has no {key}", line.number),
            },
        }
    }
}

/// `link d1 to MBP-1`: the source and we agreed on all that the asset has, unless the line differs.
fn link(stage: &mut Stage, mut line: Line) {
    let device_id = DeviceId::new(&line.word());
    assert!(line.phrase("to"), "line {}: link a device to an asset", line.number);
    let asset = find(stage, &line.word()).clone();
    let products = &stage.inventory.products;
    let product = products.iter().find(|product| Some(product.id) == asset.product);
    let mut baseline = Baseline {
        name: line.value("name").or(asset.name),
        serial: asset.serial.as_ref().map(|serial| serial.as_str().to_owned()),
        model: product.map(|product| product.name.clone()),
        user: line.value("user").map(|email| employee(stage, &email)),
        status: None,
        fields: asset.fields,
    };
    for (key, value) in line.rest() {
        let key = key.strip_prefix("fields.").expect("name, user or a custom field");
        baseline.fields.insert(key.to_owned(), Value::from(value));
    }
    let (past, absence) = (Vec::new(), Absence::Present);
    let link = Link { asset: asset.id, device_id, serial: asset.serial, past, baseline, absence };
    stage.inventory.links.push(link);
    stage.inventory.links.sort_by(|a, b| a.device_id.cmp(&b.device_id));
    stage.inventory.synced_before = true;
    line.done();
}

fn product(stage: &mut Stage, mut line: Line) {
    let id = product_named(stage, &line.word());
    let maker = line.value("maker").map(|name| manufacturer(stage, &name));
    let category = line.value("category").map(|name| category(stage, &name));
    let known_as = line.value("known_as");
    line.done();
    let held = stage.inventory.products.iter_mut().find(|held| held.id == id).unwrap();
    held.manufacturer = maker.or(held.manufacturer);
    held.category = category;
    held.models.extend(known_as);
}

/// One line of `by hand`.
pub fn deed(stage: &mut Stage, mut line: Line) {
    if line.phrase("check out") {
        let tag = line.word();
        assert!(line.phrase("to"), "line {}: check out to whom?", line.number);
        let holder = custodian(stage, &line.word());
        change(stage, &tag, |asset| asset.custodian = Some(holder));
    } else if line.phrase("check in") {
        change(stage, &line.word(), |asset| asset.custodian = None);
    } else if line.phrase("archive") {
        change(stage, &line.word(), |asset| asset.archived = true);
    } else if line.phrase("delete field") {
        let key = line.word();
        stage.inventory.fields.retain(|field| field.key.as_str() != key);
    } else if line.phrase("delete") {
        // Deleting an asset deletes its link.
        let gone = find(stage, &line.word()).id;
        stage.inventory.assets.retain(|asset| asset.id != gone);
        stage.inventory.links.retain(|link| link.asset != gone);
    } else if line.phrase("edit") {
        let tag = line.word();
        let mut asset = find(stage, &tag).clone();
        dress(stage, &mut asset, &mut line);
        change(stage, &tag, |held| *held = asset);
    } else if line.phrase("product") {
        let id = product_named(stage, &line.word());
        let category = line.value("category").map(|name| category(stage, &name));
        let name = line.value("name");
        let held = stage.inventory.products.iter_mut().find(|held| held.id == id).unwrap();
        held.category = category.or(held.category);
        held.name = name.unwrap_or_else(|| held.name.clone());
    } else if line.phrase("employee") {
        let id = employee(stage, &line.word());
        let department = line.value("department").map(|name| department(stage, &name));
        let held = stage.inventory.employees.iter_mut().find(|held| held.id == id).unwrap();
        held.name = line.value("name").unwrap_or_else(|| held.name.clone());
        held.department = department.or(held.department);
    } else if line.phrase("settle") {
        let device = DeviceId::new(&line.word());
        let settlement = match line.word().as_str() {
            "adopt" => Settlement::Adopt(find(stage, &line.word()).id),
            "create" => Settlement::Create,
            "ignore" => Settlement::Ignore,
            other => panic!("line {}: no answer {other}", line.number),
        };
        // `once`: while the device goes by what it goes by now.
        let once = line.flag("once");
        let seen = stage.survey.observations.iter().find(|seen| seen.device_id == device);
        let holds_for = once.then(|| Claims::of(seen.expect("a device that was seen")));
        stage.inventory.settlements.insert(device, Answer { settlement, holds_for });
    } else if line.phrase("take back") {
        let device = DeviceId::new(&line.word());
        let gone = match line.maybe_word() {
            Some(key) => stage.inventory.kept.remove(&(device, key)).is_some(),
            None => stage.inventory.settlements.remove(&device).is_some(),
        };
        assert!(gone, "line {}: no such answer", line.number);
    } else if line.phrase("keep ours") {
        let (device, key) = (DeviceId::new(&line.word()), line.word());
        let theirs = Value::from(line.word());
        stage.inventory.kept.insert((device, key), theirs);
    } else if line.phrase("approve") {
        let plan = stage.doubted.take().expect("only a plan held for review is approved");
        stage.apply(&plan);
    } else {
        panic!("line {}: no deed {}", line.number, line.raw);
    }
    line.done();
}

fn change(stage: &mut Stage, tag: &str, deed: impl FnOnce(&mut AssetHeld)) {
    let id = find(stage, tag).id;
    let asset = stage.inventory.assets.iter_mut().find(|asset| asset.id == id).unwrap();
    deed(asset);
    asset.version += 1;
}

fn find<'a>(stage: &'a Stage, tag: &str) -> &'a AssetHeld {
    let found = stage.inventory.assets.iter().find(|asset| asset.tag.as_str() == tag);
    found.unwrap_or_else(|| panic!("no asset {tag}"))
}

/// `robin@example.com`, `location:Berlin` or `asset:MBP-1`.
fn custodian(stage: &mut Stage, text: &str) -> Custodian {
    match text.split_once(':') {
        Some(("location", name)) => Custodian::Location(stage.locations.id(name)),
        Some(("asset", tag)) => Custodian::Asset(asset_id(stage, tag)),
        _ => Custodian::Employee(employee(stage, text)),
    }
}

fn asset_id(stage: &Stage, tag: &str) -> AssetId {
    find(stage, tag).id
}

fn employee(stage: &Stage, email: &str) -> EmployeeId {
    let held = |held: &&Employee| {
        held.email.as_ref().map_or(held.name == email, |known| known.as_str() == email)
    };
    let found = stage.inventory.employees.iter().find(held);
    found.unwrap_or_else(|| panic!("no employee {email}")).id
}

fn product_named(stage: &mut Stage, name: &str) -> ProductId {
    if let Some(held) = stage.inventory.products.iter().find(|held| held.name == name) {
        return held.id;
    }
    let id = stage.mint.id(stage.now);
    let manufacturer = Some(manufacturer(stage, "Apple"));
    let (models, identifiers) = (vec![name.to_owned()], Vec::new());
    let (name, category) = (name.to_owned(), None);
    let product = Product { id, name, manufacturer, category, models, identifiers };
    stage.inventory.products.push(product);
    id
}

fn manufacturer(stage: &mut Stage, name: &str) -> ManufacturerId {
    let fresh = stage.mint.id(stage.now);
    named(&mut stage.inventory.manufacturers, name, fresh)
}

fn category(stage: &mut Stage, name: &str) -> CategoryId {
    let fresh = stage.mint.id(stage.now);
    named(&mut stage.inventory.categories, name, fresh)
}

fn department(stage: &mut Stage, name: &str) -> DepartmentId {
    let fresh = stage.mint.id(stage.now);
    named(&mut stage.inventory.departments, name, fresh)
}

fn named<I: Copy>(held: &mut Vec<(I, String)>, name: &str, fresh: I) -> I {
    if let Some((id, _)) = held.iter().find(|(_, known)| known == name) {
        return *id;
    }
    held.push((fresh, name.to_owned()));
    fresh
}
