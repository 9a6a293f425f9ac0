//! Tallies are what a count would be, whatever happens, on both databases.

use domain::id::StatusId;
use domain::{Action, Field};
use serde_json::Value;

use super::world::{World, deed, held_by, in_a_world, text};
use crate::devices::{self, DeviceSaid};
use crate::seam::{Query, Tx, sql};
use crate::stage::{MINT, at};
use crate::{StoreError, ledger, products, tallies};

/// Counted anew, in the order of the tallies.
fn agree(world: &World, when: &str) {
    let when = when.to_owned();
    world.read(move |tx: &mut Tx<'_>| {
        let tenant = tx.tenant();
        let assets: Vec<(StatusId, String, String, bool, i64)> = tx.all(
            sql! {
                "SELECT status_id, product_key, platform, custodian_key > '', count(*)
                 FROM assets
                 WHERE tenant_id = ", tenant, " AND archived = FALSE
                 GROUP BY status_id, product_key, platform, custodian_key > ''
                 ORDER BY 1, 2, 3, 4"
            },
            |row| Ok((row.next()?, row.next()?, row.next()?, row.next()?, row.next()?)),
        )?;
        let tallied: Vec<(StatusId, String, String, bool, i64)> = tx.all(
            sql! {
                "SELECT status_id, product_key, platform, held, CAST(sum(n) AS BIGINT)
                 FROM asset_tallies
                 WHERE tenant_id = ", tenant, "
                 GROUP BY status_id, product_key, platform, held
                 HAVING sum(n) <> 0
                 ORDER BY 1, 2, 3, 4"
            },
            |row| Ok((row.next()?, row.next()?, row.next()?, row.next()?, row.next()?)),
        )?;
        assert_eq!(tallied, assets, "assets {when}");
        let all = assets.iter().map(|(.., n)| n).sum();
        let held = assets.iter().filter(|(.., held, _)| *held).map(|(.., n)| n).sum();
        assert_eq!(tallies::assets(tx)?, (all, held), "all {when}");
        let devices: Vec<(String, String, i64)> = tx.all(
            sql! {
                "SELECT platform, os_version, count(*) AS n
                 FROM devices
                 WHERE tenant_id = ", tenant, " AND os_version > ''
                 GROUP BY platform, os_version
                 ORDER BY n DESC, platform, os_version"
            },
            |row| Ok((row.next()?, row.next()?, row.next()?)),
        )?;
        assert_eq!(tallies::os_versions(tx, 99)?, devices, "devices {when}");
        Ok(())
    });
}

#[test]
fn tallies_equal_a_recount_whatever_happens() {
    in_a_world(|world| {
        let mut dice = fastrand::Rng::with_seed(7);
        let robin = world.employee("Robin").id;
        let products = ["MacBook", "iPhone", "iPad"].map(|name| world.product(name));
        let spare = world.read(crate::statuses::list).last().expect("there are several").status.id;
        let mut ids = Vec::new();
        for step in 0..120_i64 {
            let id = ids.get(dice.usize(0..ids.len().max(1))).copied();
            let now = deed(step + 10);
            match (dice.u8(0..10), id) {
                (0..3, _) | (_, None) => {
                    let product = text(Field::Product, products[dice.usize(0..3)]);
                    let more =
                        if dice.bool() { vec![product] } else { vec![product, held_by(robin)] };
                    ids.push(world.asset_with(&format!("A-{step}"), &more).id);
                }
                (3, Some(id)) => {
                    let value = if dice.bool() { spare } else { world.status };
                    world.change(now, id, Action::Updated, &[text(Field::Status, value)]);
                }
                (4, Some(id)) => {
                    let gone = [(Field::Custodian, Value::Null)];
                    world.change(now, id, Action::CheckedIn, &gone);
                }
                (5, Some(id)) => {
                    let archived = world.find(id).is_some_and(|asset| asset.archived_at.is_some());
                    let (action, value) = if archived {
                        (Action::Unarchived, Value::Null)
                    } else {
                        (Action::Archived, Value::from("2026-01-01T00:00:00Z"))
                    };
                    world.change(now, id, action, &[(Field::ArchivedAt, value)]);
                }
                (6, Some(id)) => {
                    ids.retain(|other| *other != id);
                    world.write(move |tx| ledger::delete(tx, &now, &MINT, id, None, None));
                }
                (7, Some(_)) => {
                    let id = products[dice.usize(0..3)];
                    let mut product = world.read(move |tx| products::find(tx, id)).unwrap();
                    product.name = format!("Renamed {step}");
                    world.write(move |tx| products::update(tx, &now, &MINT, &product, None));
                }
                (8, Some(_)) => said(world, &mut dice, step),
                (_, Some(id)) => {
                    // What is rolled back was never counted.
                    let undone: Result<(), _> = world.try_write(move |tx| {
                        ledger::delete(tx, &now, &MINT, id, None, None)?;
                        Err(StoreError::Conflict("on second thoughts".into()))
                    });
                    assert!(undone.is_err());
                }
            }
            agree(world, &format!("after step {step}"));
        }
    });
}

fn said(world: &World, dice: &mut fastrand::Rng, step: i64) {
    let source = world.source;
    let said: Vec<DeviceSaid> = (0..20)
        .map(|_| dice.u8(0..30))
        .collect::<std::collections::BTreeSet<u8>>()
        .into_iter()
        .map(|n| DeviceSaid {
            device_id: reconcile::survey::DeviceId::new(&format!("d{n}")),
            hash: dice.u64(..),
            platform: ["Mac", "iPhone"][dice.usize(0..2)].into(),
            os_version: ["15.6", "15.7", ""][dice.usize(0..3)].into(),
            last_seen_at: None,
            enrolled_at: None,
            raw: "{}".into(),
            words: String::new(),
        })
        .collect();
    world.write(move |tx| devices::save(tx, source, &said, at(step)));
}

#[test]
fn writers_on_several_connections_do_not_wait_for_each_others_counts() {
    in_a_world(|world| {
        let id = world.asset("A-1").id;
        std::thread::scope(|scope| {
            for n in 0..4 {
                scope.spawn(move || {
                    for step in 0..5 {
                        world.asset(&format!("B-{n}-{step}"));
                    }
                });
            }
        });
        assert!(world.find(id).is_some());
        agree(world, "after four writers");
    });
}
