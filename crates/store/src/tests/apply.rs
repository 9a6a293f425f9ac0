//! The bulk door: a plan's changes, each asset whole or not at all.

use domain::event::Subject;
use domain::id::{AssetId, EmployeeId};
use domain::{Action, AssetTag, Custodian, Email, Field, NewAsset};
use reconcile::Reason;
use reconcile::inventory::{Link, PersonBaseline, PersonLink};
use reconcile::plan::{AssetChange, CatalogChange, Counts, Edit, PersonChange, Step};
use reconcile::survey::DeviceId;
use serde_json::{Value, json};

use super::world::{World, deed, in_a_world, link, text};
use crate::devices::DeviceSaid;
use crate::ledger::Applied;
use crate::stage::{MINT, at};
use crate::{StoreError, devices, employees, ledger, links, products};

fn change(asset: AssetId, version: Option<i64>, device: &str, steps: Vec<Step>) -> AssetChange {
    AssetChange {
        asset,
        version,
        tag: String::new(),
        device_id: DeviceId::new(device),
        steps,
        link: Some(link(asset, device)),
    }
}

fn create(world: &World, tag: &str) -> (AssetId, Step) {
    let asset = world.new_asset(tag);
    (asset.id, Step::Create { asset, reason: Reason::NewDevice })
}

fn edit(field: Field, after: Value) -> Step {
    let reason = Reason::FillsBlank { property: "name".into() };
    Step::Edit { edits: vec![Edit { field, before: Value::Null, after, reason }] }
}

fn check_out(to: EmployeeId) -> Step {
    Step::CheckOut {
        to: Custodian::Employee(to),
        edits: Vec::new(),
        reason: Reason::AssignedInSource { who: "Robin".into() },
    }
}

fn apply(world: &World, changes: Vec<AssetChange>, moved: Vec<Link>) -> Applied {
    let source = world.source;
    world.write(move |tx| ledger::apply(tx, &deed(5), &MINT, source, &changes, &moved))
}

fn links_of(world: &World) -> Vec<Link> {
    let source = world.source;
    world.read(move |tx| links::of_source(tx, source))
}

#[test]
fn each_step_is_an_event_and_each_asset_one_row() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let (id, made) = create(world, "SYN-1");
        let steps = vec![made, Step::Link { reason: Reason::NewDevice }, check_out(robin)];
        let applied = apply(world, vec![change(id, None, "dev-1", steps)], Vec::new());
        let counts = Counts { created: 1, linked: 1, checked_out: 1, ..Counts::default() };
        assert_eq!(applied, Applied { counts, stale: Vec::new() });
        let asset = world.find(id).unwrap();
        assert_eq!((asset.version, asset.custodian), (3, Some(Custodian::Employee(robin))));
        assert_eq!(world.actions(id), [Action::Created, Action::Linked, Action::CheckedOut]);
        assert_eq!(links_of(world), [link(id, "dev-1")]);
        assert_eq!(
            world.events(id)[0].note.as_deref(),
            Some("New in Kandji; nothing here matches it.")
        );
    });
}

#[test]
fn an_asset_that_moved_meanwhile_is_left_alone_whole() {
    in_a_world(|world| {
        let [moved, still] = ["A-1", "A-2"].map(|tag| world.asset(tag).id);
        world.change(deed(2), moved, Action::Updated, &[text(Field::Notes, "scratched")]);
        let name = || vec![edit(Field::Name, json!("mac"))];
        let changes =
            vec![change(moved, Some(1), "dev-1", name()), change(still, Some(1), "dev-2", name())];
        let applied = apply(world, changes, Vec::new());
        assert_eq!((applied.stale, applied.counts.updated), (vec![moved], 1));
        assert_eq!(world.find(moved).unwrap().name, None);
        assert_eq!(world.events(moved).len(), 2);
        assert_eq!(links_of(world), [link(still, "dev-2")]);
    });
}

#[test]
fn a_tag_taken_meanwhile_makes_only_its_own_change_stale() {
    in_a_world(|world| {
        let other = world.asset("A-1").id;
        world.asset("taken");
        let (refused, clash) = create(world, "TAKEN");
        let (made, fine) = create(world, "SYN-1");
        let retag = vec![edit(Field::Tag, json!("Taken"))];
        let changes = vec![
            change(refused, None, "dev-1", vec![clash]),
            change(made, None, "dev-2", vec![fine]),
            change(other, Some(1), "dev-3", retag),
        ];
        let applied = apply(world, changes, Vec::new());
        assert_eq!(applied.stale, [refused, other]);
        assert!(world.find(made).is_some());
        assert!(world.events(refused).is_empty());
    });
}

#[test]
fn a_device_that_enrolled_anew_keeps_its_asset_under_the_new_id() {
    in_a_world(|world| {
        let (id, made) = create(world, "SYN-1");
        apply(world, vec![change(id, None, "old", vec![made])], Vec::new());
        let relink = Step::Relink { from: DeviceId::new("old"), reason: Reason::NewDevice };
        let mut again = change(id, Some(1), "new", vec![relink]);
        let moved = Link { past: vec![DeviceId::new("old")], ..link(id, "new") };
        again.link = Some(moved.clone());
        apply(world, vec![again], Vec::new());
        assert_eq!(links_of(world), [moved]);
        assert_eq!(world.actions(id), [Action::Created, Action::Relinked]);
    });
}

#[test]
fn a_links_memory_moves_without_an_event() {
    in_a_world(|world| {
        let (id, made) = create(world, "SYN-1");
        apply(world, vec![change(id, None, "dev-1", vec![made])], Vec::new());
        let mut remembered = link(id, "dev-1");
        remembered.baseline.name = Some("mac".into());
        apply(world, Vec::new(), vec![remembered.clone(), link(AssetId::new(9), "unknown")]);
        assert_eq!(links_of(world), [remembered]);
        assert_eq!(world.find(id).unwrap().version, 1);
    });
}

#[test]
fn a_platform_said_before_or_after_reaches_the_asset() {
    in_a_world(|world| {
        let source = world.source;
        let said = |device: &str, platform: &str| DeviceSaid {
            words: String::new(),
            device_id: DeviceId::new(device),
            hash: u64::MAX,
            platform: platform.into(),
            os_version: "15.1".into(),
            last_seen_at: Some(at(1)),
            enrolled_at: None,
            raw: format!("{{\"device_id\":{device:?}}}"),
        };
        let before = said("dev-1", "Mac");
        world.write(move |tx| devices::save(tx, source, &[before], at(1)));
        let (id, made) = create(world, "SYN-1");
        apply(world, vec![change(id, None, "dev-1", vec![made])], Vec::new());
        let platform = || world.read(move |tx| crate::assets::list::row(tx, id)).unwrap().platform;
        assert_eq!(platform(), "Mac");
        let after = said("dev-1", "iPad");
        world.write(move |tx| devices::save(tx, source, &[after], at(2)));
        assert_eq!(platform(), "iPad");
        let docs = world.read(move |tx| devices::of_asset(tx, id));
        assert_eq!(
            (docs.len(), docs[0].seen_at, docs[0].source_name.as_str()),
            (1, Some(at(2)), "Kandji")
        );
        let hashes = world.read(move |tx| devices::known_hashes(tx, source));
        assert_eq!(hashes["dev-1"], u64::MAX);
    });
}

#[test]
fn the_catalog_is_made_first_and_only_once() {
    in_a_world(|world| {
        let (maker, product) = (MINT.id(at(0)), MINT.id(at(0)));
        let manufacturer = CatalogChange::Manufacturer { id: maker, name: "Apple".into() };
        let mac = CatalogChange::Product {
            id: product,
            name: "MacBook Air".into(),
            manufacturer: Some(maker),
            category: None,
        };
        let known = CatalogChange::ProductKnownAs {
            id: product,
            models: Vec::new(),
            identifiers: vec!["Mac14,2".into()],
        };
        let changes = [manufacturer, mac, known];
        let again = changes.clone();
        world.write(move |tx| ledger::apply_catalog(tx, &deed(0), &MINT, &changes));
        assert_eq!(
            world.try_write(move |tx| ledger::apply_catalog(tx, &deed(0), &MINT, &again[..1])),
            Err(StoreError::Stale)
        );
        let made = world.read(move |tx| products::find(tx, product)).unwrap();
        assert_eq!(
            (made.models, made.identifiers),
            (vec!["MacBook Air".to_owned()], vec!["Mac14,2".to_owned()])
        );
    });
}

#[test]
fn people_are_made_updated_and_remembered_by_their_source() {
    in_a_world(|world| {
        let source = world.source;
        let id: EmployeeId = MINT.id(at(0));
        let linked = PersonLink {
            user_id: "user-1".into(),
            employee: id,
            baseline: PersonBaseline::default(),
        };
        let made = PersonChange::Create {
            id,
            name: "Robin".into(),
            email: Some(Email::parse("robin@example.com").unwrap()),
            title: None,
            department: None,
            leaver: false,
            link: Some(linked),
        };
        let again = made.clone();
        let left = PersonChange::Update {
            id,
            name: None,
            email: None,
            title: None,
            department: None,
            leaver: Some(true),
            link: None,
        };
        world.write(move |tx| ledger::apply_people(tx, &deed(1), &MINT, source, &[made, left]));
        assert!(world.read(move |tx| employees::find(tx, id)).unwrap().leaver);
        let twice =
            world.try_write(move |tx| ledger::apply_people(tx, &deed(2), &MINT, source, &[again]));
        assert_eq!(twice, Err(StoreError::Stale));
        let events = world
            .read(move |tx| crate::events::of_subject(tx, Subject::Employee(id), None, 10))
            .items;
        assert_eq!(
            events.iter().map(|event| event.action).collect::<Vec<_>>(),
            [Action::Updated, Action::Created]
        );
    });
}

#[test]
fn an_empty_plan_writes_nothing() {
    in_a_world(|world| assert_eq!(apply(world, Vec::new(), Vec::new()), Applied::default()));
}

#[test]
fn a_new_asset_needs_nothing_but_its_tag() {
    let tag = AssetTag::parse("A-1").unwrap();
    in_a_world(|world| {
        let plain = NewAsset::plain(MINT.id(at(0)), tag.clone(), world.status);
        let id = plain.id;
        let step = Step::Create { asset: plain, reason: Reason::NewDevice };
        let alone = AssetChange { link: None, ..change(id, None, "dev-1", vec![step]) };
        assert_eq!(apply(world, vec![alone], Vec::new()).counts.created, 1);
        assert!(links_of(world).is_empty());
    });
}

#[test]
fn what_points_at_something_merged_since_is_left_to_the_next_plan() {
    in_a_world(|world| {
        let [robin, twin] = ["Robin", "Twin"].map(|name| world.employee(name).id);
        let held = world.asset("A-1");
        let (made, step) = create(world, "A-2");
        let (from, into) = (Subject::Employee(robin), Subject::Employee(twin));
        while !world.write(move |tx| ledger::merge(tx, &deed(3), &MINT, from, into)) {}
        let changes = vec![
            change(held.id, Some(held.version), "d1", vec![check_out(robin)]),
            change(made, None, "d2", vec![step, check_out(robin)]),
        ];
        let applied = apply(world, changes, Vec::new());
        assert_eq!(applied.stale, [held.id, made]);
        assert_eq!(world.find(held.id).unwrap(), held);
        assert_eq!(world.find(made), None);
        assert!(links_of(world).is_empty());
    });
}
