//! The ledger: row, event, origins, version and custody move together or not at all.

use domain::id::{AssetId, StatusId};
use domain::{Action, Custodian, Field};
use serde_json::{Value, json};

use super::world::{deed, held_by, in_a_world, text};
use crate::stage::{MINT, at};
use crate::{StoreError, assets, custody, events, ledger};

#[test]
fn a_creation_carries_every_field_in_one_event() {
    in_a_world(|world| {
        let more = [
            text(Field::Serial, " SYN-1 "),
            (Field::Cost, json!(129_900)),
            text(Field::PurchasedOn, "2026-02-28"),
        ];
        let asset = world.asset_with("MBP-0042", &more);
        assert_eq!(world.find(asset.id).as_ref(), Some(&asset));
        assert_eq!(asset.version, 1);
        let events = world.events(asset.id);
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].changes, asset.as_changes());
        assert_eq!(events[0].actor.name, "Robin");
    });
}

#[test]
fn a_tag_is_free_however_it_is_spelled_or_not_at_all() {
    in_a_world(|world| {
        world.asset("MBP-0042");
        let new = world.new_asset("mbp-0042");
        let taken = world.try_write(move |tx| ledger::create(tx, &deed(1), &MINT, new, &[], None));
        assert_eq!(taken, Err(StoreError::Conflict("assets_tag".into())));
        let found = world.read(|tx| assets::find_by_tag(tx, " Mbp-0042 "));
        assert_eq!(found.unwrap().tag.as_str(), "MBP-0042");
    });
}

#[test]
fn a_change_writes_an_event_and_points_each_field_at_it() {
    in_a_world(|world| {
        let asset = world.asset("A-1");
        let named =
            world.change(deed(2), asset.id, Action::Updated, &[text(Field::Name, "Robin’s")]);
        assert_eq!((named.version, named.updated_at), (2, at(2)));
        let events = world.events(asset.id);
        assert_eq!(events[1].changes[0].before, Value::Null);
        let origins = world.read(move |tx| assets::origins(tx, asset.id));
        assert_eq!((origins[&Field::Tag], origins[&Field::Name]), (events[0].id, events[1].id));
        let found = world.read(move |tx| events::by_ids(tx, origins.into_values()));
        assert_eq!(found.len(), 2);
    });
}

#[test]
fn what_is_so_already_is_no_event() {
    in_a_world(|world| {
        let asset = world.asset_with("A-1", &[text(Field::Name, "Robin")]);
        let same = world.change(deed(2), asset.id, Action::Updated, &[text(Field::Name, "Robin")]);
        assert_eq!((same.version, world.events(asset.id).len()), (1, 1));
    });
}

#[test]
fn a_change_of_an_older_version_is_stale_and_leaves_nothing() {
    in_a_world(|world| {
        let id = world.asset("A-1").id;
        world.change(deed(2), id, Action::Updated, &[text(Field::Name, "first")]);
        let late = world.try_write(move |tx| {
            let values = [text(Field::Name, "late")];
            ledger::change(tx, &deed(3), &MINT, id, Some(1), Action::Updated, &values, None)
        });
        assert_eq!(late, Err(StoreError::Stale));
        assert_eq!(world.find(id).unwrap().name.as_deref(), Some("first"));
        assert_eq!(world.events(id).len(), 2);
    });
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_its_field() {
    in_a_world(|world| {
        let id = world.asset("A-1").id;
        let odd = world.try_write(move |tx| {
            let values = [(Field::Cost, json!("cheap"))];
            ledger::change(tx, &deed(2), &MINT, id, None, Action::Updated, &values, None)
        });
        let Err(StoreError::Misfit(words)) = odd else { panic!("{odd:?}") };
        assert!(words.starts_with("\"cost\" cannot hold"));
    });
}

#[test]
fn a_status_that_is_not_there_is_refused() {
    in_a_world(|world| {
        let mut new = world.new_asset("A-1");
        new.status = StatusId::new(7);
        let odd = world.try_write(move |tx| ledger::create(tx, &deed(1), &MINT, new, &[], None));
        assert_eq!(odd, Err(StoreError::Referenced));
    });
}

#[test]
fn custody_is_kept_as_intervals_with_the_events_that_bound_them() {
    in_a_world(|world| {
        let [robin, casey] = ["Robin", "Casey"].map(|name| world.employee(name).id);
        let id = world.asset("A-1").id;
        world.change(deed(2), id, Action::CheckedOut, &[held_by(robin)]);
        world.change(deed(3), id, Action::CheckedOut, &[held_by(casey)]);
        world.change(deed(4), id, Action::CheckedIn, &[(Field::Custodian, Value::Null)]);
        let events = world.events(id);
        let intervals = world.read(move |tx| custody::of_asset(tx, id));
        let told: Vec<_> = intervals
            .iter()
            .map(|(interval, name)| {
                (name.as_str(), interval.from_at, interval.until_at, interval.in_event)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("Casey", at(3), Some(at(4)), Some(events[3].id)),
                ("Robin", at(2), Some(at(3)), Some(events[2].id)),
            ]
        );
    });
}

#[test]
fn what_someone_holds_and_held_is_known() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let [here, gone] = ["A-1", "A-2"].map(|tag| world.asset_with(tag, &[held_by(robin)]).id);
        world.change(deed(3), gone, Action::CheckedIn, &[(Field::Custodian, Value::Null)]);
        let holds = world.read(move |tx| custody::holdings(tx, Custodian::Employee(robin)));
        assert_eq!(holds.iter().map(|asset| asset.id).collect::<Vec<AssetId>>(), [here]);
        let held = world.read(move |tx| custody::of_employee(tx, robin));
        assert_eq!(held.iter().map(|(_, tag)| tag.as_str()).collect::<Vec<_>>(), ["A-2", "A-1"]);
    });
}

#[test]
fn a_deleted_asset_leaves_its_history_and_ends_its_custody() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let id = world.asset_with("A-1", &[held_by(robin)]).id;
        world.write(move |tx| ledger::delete(tx, &deed(2), &MINT, id, Some(1), None));
        assert_eq!(world.find(id), None);
        assert_eq!(world.actions(id), [Action::Created, Action::Deleted]);
        let intervals = world.read(move |tx| custody::of_asset(tx, id));
        assert_eq!(intervals[0].0.until_at, Some(at(2)));
        world.asset("A-1");
    });
}
