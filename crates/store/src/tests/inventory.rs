//! What a run recalls before it plans.

use std::collections::BTreeMap;

use domain::{Action, Field};
use reconcile::inventory::{Absence, Link};
use reconcile::preset::Preset;
use reconcile::rules::{Authority, FieldMapping};
use serde_json::json;

use super::world::{deed, held_by, in_a_world, link, text};
use crate::stage;
use crate::{StoreError, inventory, links, sources};

#[test]
fn recall_gives_the_register_as_the_planner_sees_it() {
    in_a_world(|world| {
        let source = world.source;
        let robin = world.employee("Robin").id;
        let custom = |key: &str| (Field::Custom(key.into()), json!(32));
        let values =
            [held_by(robin), text(Field::Serial, "SYN1"), custom("memory"), custom("other")];
        let held = world.asset_with("A-1", &values);
        let shelved = world.asset("A-2").id;
        world.change(deed(2), shelved, Action::Archived, &[text(Field::ArchivedAt, deed(2).at)]);
        world.write(move |tx| links::save(tx, source, &[&link(held.id, "dev-1")]));

        let mut rules = Preset::Recommended.rules();
        rules.fields = vec![mapping("memory")];
        let inventory = world.read(move |tx| inventory::recall(tx, source, &rules));
        let first = &inventory.assets[0];
        assert_eq!((first.id, first.version, first.archived), (held.id, 1, false));
        assert_eq!((first.serial.clone(), first.custodian), (held.serial, held.custodian));
        assert_eq!(first.fields, BTreeMap::from([("memory".to_owned(), json!(32))]));
        assert!(inventory.assets[1].archived);
        assert_eq!(inventory.links, [link(held.id, "dev-1")]);
        assert_eq!(inventory.employees[0].id, robin);
        assert_eq!(inventory.default_status, world.status);
        assert!(!inventory.synced_before);
    });
}

fn mapping(to: &str) -> FieldMapping {
    FieldMapping {
        from: "hardware_overview.memory".into(),
        to: to.into(),
        authority: Authority::Mirror,
    }
}

#[test]
fn b41_a_field_that_a_better_source_feeds_is_claimed() {
    in_a_world(|world| {
        let (worse, better) = (world.source, stage::source(&world.store, world.tenant, "Better"));
        let mut rules = Preset::Recommended.rules();
        rules.name_from = None;
        rules.assign.on_assign = true;
        rules.fields = vec![mapping("memory"), mapping("disk")];
        let mut first = rules.clone();
        first.priority = 1;
        first.fields = vec![mapping("memory")];
        let asset = world.asset("A-1").id;
        world.write(move |tx| {
            let held = sources::find(tx, better)?.ok_or(StoreError::NotFound)?;
            sources::save_rules(tx, &deed(1), &stage::MINT, &held, None, &first, None)?;
            links::save(tx, better, &[&link(asset, "dev-9")])
        });
        let ours = rules.clone();
        let inventory = world.read(move |tx| inventory::recall(tx, worse, &ours));
        let memory = Field::Custom("memory".into());
        let claimed = [Field::Serial, Field::Product, Field::Custodian, memory];
        assert_eq!(inventory.claimed_elsewhere, claimed.map(|field| (asset, field)).into());
        assert_eq!(inventory.seen_elsewhere, [asset].into());
        let theirs = world.read(move |tx| inventory::recall(tx, better, &rules));
        assert!(theirs.claimed_elsewhere.is_empty() && theirs.seen_elsewhere.is_empty());
    });
}

#[test]
fn b41_at_equal_priority_the_older_source_counts() {
    in_a_world(|world| {
        let (older, newer) = (world.source, stage::source(&world.store, world.tenant, "Newer"));
        assert!(older < newer);
        let rules = Preset::Recommended.rules();
        let asset = world.asset("A-1").id;
        world.write(move |tx| {
            links::save(tx, older, &[&link(asset, "dev-1")])?;
            links::save(tx, newer, &[&link(asset, "dev-9")])
        });
        let ours = rules.clone();
        let held = world.read(move |tx| inventory::recall(tx, newer, &ours));
        assert!(held.claimed_elsewhere.contains(&(asset, Field::Name)));
        let held = world.read(move |tx| inventory::recall(tx, older, &rules));
        assert!(held.claimed_elsewhere.is_empty());
        assert_eq!(held.seen_elsewhere, [asset].into());
    });
}

#[test]
fn b41_a_source_that_is_off_or_has_lost_the_device_feeds_nothing() {
    in_a_world(|world| {
        let (ours, other) = (world.source, stage::source(&world.store, world.tenant, "Other"));
        let mut first = Preset::Recommended.rules();
        first.priority = 1;
        let (kept, lost) = (world.asset("A-1").id, world.asset("A-2").id);
        let gone = Link { absence: Absence::Unseen(deed(1).at), ..link(lost, "dev-2") };
        let rules = first.clone();
        world.write(move |tx| {
            let held = sources::find(tx, other)?.ok_or(StoreError::NotFound)?;
            sources::save_rules(tx, &deed(1), &stage::MINT, &held, None, &rules, None)?;
            links::save(tx, other, &[&link(kept, "dev-1"), &gone])
        });
        let rules = Preset::Recommended.rules();
        let again = rules.clone();
        let held = world.read(move |tx| inventory::recall(tx, ours, &again));
        assert!(held.claimed_elsewhere.iter().all(|(asset, _)| *asset == kept));
        assert_eq!(held.seen_elsewhere, [kept].into());
        world.write(move |tx| sources::set_enabled(tx, &deed(2), &stage::MINT, other, false));
        let held = world.read(move |tx| inventory::recall(tx, ours, &rules));
        assert!(held.claimed_elsewhere.is_empty() && held.seen_elsewhere.is_empty());
    });
}
