//! What a run recalls before it plans.

use std::collections::BTreeMap;

use domain::{Action, Field};
use reconcile::preset::Preset;
use reconcile::rules::{Authority, FieldMapping};
use serde_json::json;

use super::world::{deed, held_by, in_a_world, link, text};
use crate::stage;
use crate::{inventory, links, sources};

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
fn a_field_that_a_better_source_feeds_is_claimed() {
    in_a_world(|world| {
        let (worse, better) = (world.source, stage::source(&world.store, world.tenant, "Better"));
        let mut rules = Preset::Recommended.rules();
        rules.name_from = None;
        rules.fields = vec![mapping("memory"), mapping("disk")];
        let mut first = rules.clone();
        first.priority = 1;
        first.fields = vec![mapping("memory")];
        let asset = world.asset("A-1").id;
        world.write(move |tx| {
            sources::save_rules(tx, better, 1, None, &first, deed(1).at)?;
            links::save(tx, better, &[&link(asset, "dev-9")])
        });
        let ours = rules.clone();
        let inventory = world.read(move |tx| inventory::recall(tx, worse, &ours));
        let claimed: Vec<_> = inventory.claimed_elsewhere.into_iter().collect();
        assert_eq!(claimed, [(asset, Field::Custom("memory".into()))]);
        let theirs = world.read(move |tx| inventory::recall(tx, better, &rules));
        assert!(theirs.claimed_elsewhere.is_empty());
    });
}
