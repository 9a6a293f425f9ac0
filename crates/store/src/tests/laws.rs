//! The law of the ledger: folding the events gives the assets, whatever was done.

use domain::id::{AssetId, EmployeeId};
use domain::{Action, Asset, AssetTag, Cause, Field, NewAsset};
use fastrand::Rng;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::world::{World, caused, held_by, in_a_world, text};
use crate::stage::{MINT, at};
use crate::{StoreError, Tx, assets, custody, home, ledger};

#[test]
fn folding_the_events_gives_the_assets() {
    let seed = fastrand::u64(..);
    eprintln!("seed {seed}");
    in_a_world(|world| {
        let mut rng = Rng::with_seed(seed);
        let people: Vec<EmployeeId> =
            ["Robin", "Casey", "Jordan"].map(|name| world.employee(name).id).to_vec();
        let mut ids: Vec<AssetId> = Vec::new();
        for step in 0..150 {
            deed_of_chance(world, &mut rng, step, &people, &mut ids);
        }
        for id in ids {
            assert_eq!(folded(world, id), world.find(id));
            custody_agrees(world, id);
        }
    });
}

#[test]
fn the_home_page_never_shows_a_count_that_is_no_longer_so() {
    let seed = fastrand::u64(..);
    eprintln!("seed {seed}");
    in_a_world(|world| {
        let mut rng = Rng::with_seed(seed);
        let people: Vec<EmployeeId> =
            ["Robin", "Casey", "Jordan"].map(|name| world.employee(name).id).to_vec();
        let mut ids: Vec<AssetId> = Vec::new();
        for step in 0..80 {
            deed_of_chance(world, &mut rng, step, &people, &mut ids);
            let home =
                |tx: &mut Tx<'_>| home::home(tx, Date::MAX, [at(9), at(5), at(0)], &[at(0), at(5)]);
            // What may write remembers nothing and counts afresh.
            let fresh = world.write(home);
            for _ in 0..3 {
                assert_eq!(world.read(home), fresh, "after step {step}");
            }
        }
    });
}

/// One deed out of the whole list; refused ones are part of the story.
fn deed_of_chance(
    world: &World,
    rng: &mut Rng,
    step: i64,
    people: &[EmployeeId],
    ids: &mut Vec<AssetId>,
) {
    let deed = caused(step + 1, &format!("r{}", step / 20));
    let tag = format!("A-{}", rng.u8(0..12));
    if ids.is_empty() || rng.u8(0..6) == 0 {
        let new = world.new_asset(&tag);
        ids.push(new.id);
        let more = [held_by(people[rng.usize(0..people.len())])];
        let made = world.try_write(move |tx| {
            ledger::create(tx, &deed, &MINT, new, &more[..usize::from(step % 2 == 0)], None)
        });
        assert!(made.is_ok() || made.is_err_and(|error| error.is_conflict("assets_tag")));
        return;
    }
    let id = ids[rng.usize(0..ids.len())];
    let (action, values) = match rng.u8(0..9) {
        0 => (Action::Updated, vec![text(Field::Name, format!("name {}", rng.u8(0..3)))]),
        1 => (Action::Updated, vec![text(Field::Tag, tag)]),
        2 => (Action::Updated, vec![(Field::Custom("memory".into()), json!(rng.u8(0..3)))]),
        3 => (Action::Updated, vec![(Field::Custom("memory".into()), Value::Null)]),
        4 => (Action::CheckedOut, vec![held_by(people[rng.usize(0..people.len())])]),
        5 => (Action::CheckedIn, vec![(Field::Custodian, Value::Null)]),
        6 => (Action::Archived, vec![text(Field::ArchivedAt, deed.at)]),
        7 => {
            let cause =
                Cause { kind: "run".into(), id: Some(format!("r{}", rng.i64(0..=step / 20))) };
            world.write(move |tx| ledger::undo(tx, &deed, &MINT, &cause));
            return;
        }
        _ => {
            let gone = world.try_write(move |tx| ledger::delete(tx, &deed, &MINT, id, None, None));
            assert!(gone.is_ok() || gone == Err(StoreError::NotFound));
            return;
        }
    };
    let done = world
        .try_write(move |tx| ledger::change(tx, &deed, &MINT, id, None, action, &values, None));
    match done {
        Ok(_) | Err(StoreError::NotFound) => {}
        Err(error) => assert!(error.is_conflict("assets_tag"), "{error}"),
    }
}

/// The asset as its events tell it.
pub fn folded(world: &World, id: AssetId) -> Option<Asset> {
    let mut asset: Option<Asset> = None;
    for event in world.events(id) {
        match event.action {
            Action::Created => {
                let plain = NewAsset::plain(id, AssetTag::parse("?").unwrap(), world.status);
                let mut made = plain.into_asset(event.at);
                made.version = 0;
                made.fold(&event.changes, event.at).unwrap();
                asset = Some(made);
            }
            Action::Deleted => asset = None,
            _ => asset.as_mut().unwrap().fold(&event.changes, event.at).unwrap(),
        }
    }
    asset
}

/// The open interval is the custodian; everything else is closed.
pub fn custody_agrees(world: &World, id: AssetId) {
    let (asset, intervals) =
        world.read(move |tx| Ok((assets::find(tx, id)?, custody::of_asset(tx, id)?)));
    let open: Vec<_> = intervals
        .iter()
        .filter(|(interval, _)| interval.until_at.is_none())
        .map(|(interval, _)| interval.custodian)
        .collect();
    assert_eq!(open, asset.and_then(|asset| asset.custodian).into_iter().collect::<Vec<_>>());
}
