//! What sources say of an asset's devices is found, and found no more once they say otherwise.

use reconcile::survey::DeviceId;

use super::world::{World, deed, in_a_world, link, text};
use crate::assets::{AssetQuery, list};
use crate::devices::{self, DeviceSaid};
use crate::stage::{self, at};
use crate::{ledger, links, sources};
use domain::{Action, Field};

fn said(id: &str, words: &str) -> DeviceSaid {
    DeviceSaid {
        device_id: DeviceId::new(id),
        hash: 1,
        platform: "Mac".into(),
        os_version: "15.6".into(),
        last_seen_at: None,
        enrolled_at: None,
        raw: "{}".into(),
        words: words.into(),
    }
}

fn found(world: &World, q: &str) -> Vec<String> {
    let query = AssetQuery { q: Some(q.into()), limit: 10, ..AssetQuery::default() };
    let page = world.read(move |tx| list::list(tx, &query));
    page.items.iter().map(|row| row.asset.tag.to_string()).collect()
}

#[test]
fn what_a_source_says_is_found_as_long_as_it_says_so() {
    in_a_world(|world| {
        let (asset, source) = (world.asset_with("A-1", &[text(Field::Name, "Dock")]), world.source);
        let id = asset.id;
        world.write(move |tx| {
            links::save(tx, source, &[&link(id, "d1")])?;
            devices::save(tx, source, &[said("d1", "Staff Macs\n15.6.1\nRobin@Example.com")], at(1))
        });
        assert_eq!(found(world, "STAFF 15.6.1 dock"), ["A-1"]);
        assert_eq!(found(world, "robin@example"), ["A-1"]);
        // The asset itself did not change.
        assert_eq!(world.find(id).unwrap(), asset);
        world.write(move |tx| devices::save(tx, source, &[said("d1", "Staff Macs\n26.0")], at(2)));
        assert!(found(world, "15.6.1").is_empty());
        assert_eq!(found(world, "staff 26.0"), ["A-1"]);
        // A change by hand keeps what the source says, a second source adds to it.
        world.change(deed(3), id, Action::Updated, &[text(Field::Name, "Lamp")]);
        let second = stage::source(&world.store, world.tenant, "Kandji EU");
        world.write(move |tx| {
            links::save(tx, second, &[&link(id, "e1")])?;
            devices::save(tx, second, &[said("e1", "Loaners")], at(4))
        });
        assert_eq!(found(world, "lamp staff loaners"), ["A-1"]);
        world.write(move |tx| sources::delete(tx, &deed(5), &stage::MINT, source));
        assert!(found(world, "staff").is_empty());
        assert_eq!(found(world, "lamp loaners"), ["A-1"]);
        world.write(move |tx| ledger::delete(tx, &deed(5), &stage::MINT, id, None, None));
        assert!(found(world, "loaners").is_empty());
    });
}
