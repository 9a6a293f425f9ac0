//! Who bears a serial that others bear too, against both databases.

use domain::{Action, Field};
use serde_json::Value;

use super::world::{World, deed, in_a_world, text};
use crate::assets::serials;
use crate::stage;

fn bears(world: &World, tag: &str, serial: &str) -> domain::Asset {
    world.asset_with(tag, &[text(Field::Serial, serial)])
}

fn others(world: &World, asset: &domain::Asset) -> Vec<String> {
    let asset = asset.clone();
    let found = world.read(move |tx| serials::others(tx, &asset, 10));
    let told = |other: serials::Bearer| {
        format!("{}{}", other.tag, if other.archived { " archived" } else { "" })
    };
    found.into_iter().map(told).collect()
}

#[test]
fn others_with_the_same_serial_are_found_however_it_is_spelled_archived_ones_last() {
    in_a_world(|world| {
        let gone = bears(world, "A-0", "syn1 ");
        let first = bears(world, "A-1", "SYN1");
        bears(world, "A-2", "Syn1");
        bears(world, "A-3", "SYN2");
        let at = Value::from("2026-03-03T00:00:00Z");
        world.change(deed(5), gone.id, Action::Archived, &[(Field::ArchivedAt, at)]);
        assert_eq!(others(world, &first), ["A-2", "A-0 archived"]);
        let globex = stage::tenant(&world.store, "globex");
        let asked = first.clone();
        let there = world.store.read_blocking(globex, move |tx| serials::others(tx, &asked, 10));
        assert_eq!(there, Ok(Vec::new()), "what another tenant has is nobody's business");
    });
}

#[test]
fn nobody_shares_a_blank_or_a_makers_filler() {
    in_a_world(|world| {
        let filler = bears(world, "A-1", "To be filled by O.E.M.");
        bears(world, "A-2", "to be filled by o.e.m.");
        let blank = world.asset("A-3");
        world.asset("A-4");
        assert!(others(world, &filler).is_empty() && others(world, &blank).is_empty());
        assert!(world.read(serials::shared).is_empty());
    });
}

#[test]
fn shared_serials_are_those_of_several_assets_in_use_in_order() {
    in_a_world(|world| {
        for (tag, serial) in
            [("A-1", "SYN2"), ("A-2", "syn2"), ("A-3", "SYN1"), ("A-4", "SYN1"), ("A-5", "SYN1")]
        {
            bears(world, tag, serial);
        }
        let alone = bears(world, "A-6", "SYN3");
        let archived = bears(world, "A-7", "SYN3");
        let at = Value::from("2026-03-03T00:00:00Z");
        world.change(deed(5), archived.id, Action::Archived, &[(Field::ArchivedAt, at)]);
        let shared = world.read(serials::shared);
        assert_eq!(shared, [("syn1".to_owned(), 3), ("syn2".to_owned(), 2)]);
        let all = world.read(|tx| serials::bearers(tx, ["syn3".to_owned()]));
        let mut ids: Vec<_> = all.iter().map(|one| (one.id, one.archived)).collect();
        ids.sort();
        assert_eq!(ids, [(alone.id, false), (archived.id, true)]);
    });
}
