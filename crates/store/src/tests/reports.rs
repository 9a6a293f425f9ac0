//! What reports ask, against both databases.

use reconcile::survey::DeviceId;

use super::world::{deed, in_a_world, link};
use crate::assets::{AssetQuery, list};
use crate::devices::{self, DeviceSaid};
use crate::stage::{self, MINT, at};
use crate::{links, reports};

fn said(id: &str) -> DeviceSaid {
    DeviceSaid {
        words: String::new(),
        device_id: DeviceId::new(id),
        hash: 1,
        platform: "Mac".into(),
        os_version: "15.6".into(),
        last_seen_at: None,
        enrolled_at: None,
        raw: format!("{{\"device_id\": \"{id}\"}}"),
    }
}

#[test]
fn devices_without_an_asset_are_found_page_by_page() {
    in_a_world(|world| {
        let (asset, source) = (world.asset("A-1").id, world.source);
        world.write(move |tx| {
            devices::save(tx, source, &["d1", "d2", "d3", "d4"].map(said), at(1))?;
            links::save(tx, source, &[&link(asset, "d2")])
        });
        let first = world.read(move |tx| reports::unlinked(tx, None, 2));
        let ids: Vec<_> = first.iter().map(|device| device.device_id.as_str()).collect();
        assert_eq!(ids, ["d1", "d3"]);
        let rest = world.read(move |tx| reports::unlinked(tx, Some((source, "d3")), 2));
        assert_eq!(rest.len(), 1);
        assert_eq!(rest[0].device_id, "d4");
        assert_eq!(world.read(reports::count_unlinked), 3);
    });
}

#[test]
fn an_asset_is_linked_while_a_source_lists_its_device() {
    in_a_world(|world| {
        let (listed, gone) = (world.asset("A-1").id, world.asset("A-2").id);
        world.asset("A-3");
        let source = world.source;
        world.write(move |tx| {
            devices::save(tx, source, &[said("d1")], at(1))?;
            links::save(tx, source, &[&link(listed, "d1"), &link(gone, "d2")])
        });
        let tags = |linked| {
            let query = AssetQuery { linked: Some(linked), limit: 10, ..AssetQuery::default() };
            let page = world.read(move |tx| list::list(tx, &query));
            page.items.iter().map(|row| row.asset.tag.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(tags(true), ["A-1"]);
        assert_eq!(tags(false), ["A-2", "A-3"]);
        let said = world.read(move |tx| reports::said(tx, [listed, gone]));
        let raws: Vec<_> = said.iter().map(|said| (said.asset, said.raw.is_some())).collect();
        assert_eq!(raws.len(), 2);
        assert!(raws.contains(&(listed, true)) && raws.contains(&(gone, false)));
    });
}

#[test]
fn two_sources_of_one_asset_are_told_apart_and_the_better_comes_first() {
    in_a_world(|world| {
        let asset = world.asset("A-1").id;
        let second = stage::source(&world.store, world.tenant, "Kandji EU");
        let first = world.source;
        world.write(move |tx| {
            for source in [first, second] {
                devices::save(tx, source, &[said("d1")], at(1))?;
                links::save(tx, source, &[&link(asset, "d1")])?;
            }
            let found = crate::sources::find(tx, first)?.expect("it was made");
            let rules = reconcile::Rules { priority: 99, ..found.rules.clone() };
            crate::sources::save_rules(tx, &deed(2), &MINT, &found, None, &rules, None)
        });
        let names: Vec<_> =
            world.read(reports::sources).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["Kandji EU", "Kandji"]);
        assert_eq!(world.read(reports::most_links), 2);
        let page = world.read(move |tx| reports::custody(tx, None, 1));
        let place = (page[0].asset, page[0].source);
        let rest = world.read(move |tx| reports::custody(tx, Some(place), 9));
        assert_eq!(rest.len(), 1);
        assert_ne!(rest[0].source, place.1);
    });
}
