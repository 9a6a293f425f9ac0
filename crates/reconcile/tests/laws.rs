//! The laws of the core, over seeded worlds. `WORLDS=20000 cargo test -p reconcile` runs more;
//! a failing seed is printed, and becomes a scenario.

mod world;

use domain::{Field, Mint};
use reconcile::inventory::{Absence, AssetHeld, Link};
use reconcile::plan::{Plan, Step};
use reconcile::rules::{AbsenceAction, OnAwaiting};
use reconcile::survey::{Coverage, DeviceId, Observation};
use reconcile::{Reason, reconcile};
use world::seeded::{World, world};

fn plan(world: &World) -> Plan {
    plan_with(world, &Mint::new(1))
}

fn plan_with(world: &World, mint: &Mint) -> Plan {
    reconcile(&world.survey, &world.inventory, &world.rules, world.now, mint)
}

#[expect(clippy::disallowed_methods, reason = "how many worlds is asked of the environment")]
/// Runs a law over every seed; a panic names the seed it happened in.
fn over_worlds(law: impl Fn(World) + std::panic::RefUnwindSafe) {
    let worlds = std::env::var("WORLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(600);
    for seed in 0..worlds {
        let run = std::panic::catch_unwind(|| law(world(seed)));
        if let Err(panic) = run {
            eprintln!("the law broke in world {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

#[test]
fn applying_a_plan_and_planning_again_yields_nothing() {
    over_worlds(|mut world| {
        let first = plan(&world);
        world::apply(&mut world.inventory, &first);
        let second = plan(&world);
        assert!(second.is_empty(), "{:#?} {:#?} {:#?}", second.assets, second.links, second.people);
    });
}

#[test]
fn the_same_inputs_give_the_same_plan_byte_for_byte() {
    over_worlds(|world| {
        let text = |plan: &Plan| serde_json::to_string(plan).unwrap();
        assert_eq!(text(&plan(&world)), text(&plan(&world)));
    });
}

#[test]
fn the_order_of_rows_does_not_matter() {
    over_worlds(|mut world| {
        let first = plan(&world);
        world.survey.observations.reverse();
        world.survey.awaiting.reverse();
        let half = world.survey.observations.len() / 2;
        world.survey.observations.rotate_left(half);
        assert_eq!(first, plan(&world));
    });
}

#[test]
fn a_row_that_a_shifting_page_repeats_changes_nothing() {
    over_worlds(|mut world| {
        let first = plan(&world);
        let again = world.survey.observations.clone();
        world.survey.observations.extend(again);
        assert_eq!(first, plan(&world));
    });
}

#[test]
fn a_partial_survey_takes_nothing_away() {
    over_worlds(|mut world| {
        world.survey.coverage = Coverage::Partial("the fourth page timed out".into());
        let seen: Vec<_> = world.survey.observations.iter().map(|d| d.device_id.clone()).collect();
        let plan = plan(&world);
        let mut after = world.inventory.clone();
        world::apply(&mut after, &plan);
        let unseen =
            |link: &&Link| !link.device_id.is_awaiting() && !seen.contains(&link.device_id);
        for link in world.inventory.links.iter().filter(unseen) {
            let kept = after.links.iter().find(|held| held.asset == link.asset).unwrap();
            assert_eq!(kept, link, "an unseen device's link moved");
            assert!(!plan.assets.iter().any(|change| change.asset == link.asset));
        }
    });
}

#[test]
fn no_two_assets_ever_share_a_tag_or_a_link() {
    over_worlds(|mut world| {
        let mut rng = fastrand::Rng::with_seed(world.survey.observations.len() as u64);
        let mint = Mint::new(1);
        for _ in 0..4 {
            let next = plan_with(&world, &mint);
            world::apply(&mut world.inventory, &next);
            world::check_sound(&world.inventory);
            world.survey = world::seeded::survey(&mut rng, &world.rules);
        }
    });
}

fn asset_before(world: &World, plan_asset: domain::id::AssetId) -> Option<&AssetHeld> {
    world.inventory.assets.iter().find(|asset| asset.id == plan_asset)
}

#[test]
fn b17_a_checkout_to_a_location_or_an_asset_is_never_touched() {
    over_worlds(|world| {
        for change in plan(&world).assets {
            if asset_before(&world, change.asset).is_some_and(world::held_by_place) {
                let custody =
                    |step: &Step| matches!(step, Step::CheckIn { .. } | Step::CheckOut { .. });
                assert!(!change.steps.iter().any(custody), "{change:?}");
            }
        }
    });
}

#[test]
fn what_a_person_set_survives_unless_the_rules_say_otherwise() {
    over_worlds(|world| {
        for change in plan(&world).assets {
            let Some(before) = asset_before(&world, change.asset) else { continue };
            for step in &change.steps {
                let (Step::Edit { edits } | Step::CheckOut { edits, .. }) = step else { continue };
                for edit in edits {
                    let allowed = match &edit.field {
                        Field::Name => world.rules.name_from.is_some(),
                        Field::Serial => {
                            let base = world.inventory.links.iter().find(|l| l.asset == before.id);
                            let base = base.and_then(|link| link.baseline.serial.clone());
                            before.serial.is_none()
                                || base == before.serial.as_ref().map(ToString::to_string)
                        }
                        Field::Product => before.product.is_none(),
                        Field::Status if edit.reason == Reason::EnrolledAtLast => {
                            let link = world.inventory.links.iter().find(|l| l.asset == before.id);
                            link.and_then(|link| link.baseline.status) == Some(before.status)
                        }
                        Field::Custom(key) => {
                            world.rules.fields.iter().any(|mapping| mapping.to == *key)
                        }
                        Field::Location | Field::Status | Field::Department => matches!(
                            edit.reason,
                            Reason::AdeRule { .. }
                                | Reason::EmployeesPlace { .. }
                                | Reason::UnseenPolicy
                        ),
                        _ => false,
                    };
                    assert!(allowed, "{edit:?}");
                }
            }
        }
    });
}

#[test]
fn a_device_that_enrolls_fills_its_awaited_asset_whatever_the_rules() {
    over_worlds(|mut world| {
        world.rules.awaiting = OnAwaiting::Create;
        world.survey.observations.clear();
        let ahead = plan(&world);
        world::apply(&mut world.inventory, &ahead);
        let mint = Mint::new(2);
        let mut rng = fastrand::Rng::with_seed(7);
        let awaited = world.inventory.links.iter().filter(|link| link.device_id.is_awaiting());
        let awaited: Vec<Link> = awaited.cloned().collect();
        for (n, link) in awaited.iter().enumerate() {
            let drawn = world::seeded::observation(&mut rng, n, &world.rules);
            let device_id = DeviceId::new(&format!("enrolled {n}"));
            let (serial, removed) = (link.serial.clone(), false);
            world.survey.observations.push(Observation { device_id, serial, removed, ..drawn });
        }
        world.survey.awaiting.clear();
        let enrolled = plan_with(&world, &mint);
        for (n, link) in awaited.iter().enumerate() {
            let device_id = DeviceId::new(&format!("enrolled {n}"));
            let outcome = enrolled.devices.iter().find(|d| d.device_id == device_id).unwrap();
            assert_eq!(outcome.asset, Some(link.asset), "{outcome:?}");
        }
        assert_eq!(enrolled.counts().created, 0);
        world::apply(&mut world.inventory, &enrolled);
        world::check_sound(&world.inventory);
        assert!(plan_with(&world, &mint).is_empty());
    });
}

#[test]
fn what_awaits_enrollment_and_vanishes_loses_nothing() {
    over_worlds(|mut world| {
        world.survey.observations.clear();
        world.survey.awaiting.clear();
        let plan = plan(&world);
        for link in world.inventory.links.iter().filter(|link| link.device_id.is_awaiting()) {
            assert!(!plan.assets.iter().any(|change| change.asset == link.asset));
            assert!(!plan.links.iter().any(|moved| moved.asset == link.asset));
        }
    });
}

#[test]
fn one_absence_is_never_believed() {
    over_worlds(|world| {
        let plan = plan(&world);
        for link in &world.inventory.links {
            let seen = world.survey.observations.iter().any(|d| d.device_id == link.device_id);
            if seen || link.absence != Absence::Present {
                continue;
            }
            let touched = plan.assets.iter().find(|change| change.asset == link.asset);
            let by_policy = touched.is_some_and(|change| {
                change.steps.iter().any(|step| {
                    matches!(step, Step::Archive { .. })
                        || matches!(step, Step::CheckIn { reason: Reason::UnseenPolicy, .. })
                })
            });
            assert!(!by_policy, "{touched:?}");
        }
    });
}

#[test]
fn every_device_seen_or_missed_is_answered_for_exactly_once() {
    over_worlds(|world| {
        let plan = plan(&world);
        let mut answered: Vec<_> = plan.devices.iter().map(|d| d.device_id.clone()).collect();
        answered.dedup();
        assert_eq!(answered.len(), plan.devices.len(), "a device has two outcomes");
        for device in &world.survey.observations {
            assert!(answered.contains(&device.device_id), "{} has no outcome", device.device_id);
        }
        for outcome in &plan.devices {
            assert!(!outcome.reasons.is_empty(), "{outcome:?} has no reason");
        }
    });
}

#[test]
fn every_reason_reads_as_a_sentence() {
    over_worlds(|world| {
        for outcome in plan(&world).devices {
            for reason in outcome.reasons {
                let sentence = reconcile::explain::sentence(&reason);
                assert!(sentence.ends_with(['.', '?', ')']) && sentence.len() > 10, "{sentence:?}");
            }
        }
    });
}

#[test]
fn a_plan_reads_back_from_its_stored_form() {
    over_worlds(|world| {
        let plan = plan(&world);
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    });
}

#[test]
fn b36_by_default_a_deleted_device_leaves_its_asset_alone() {
    over_worlds(|mut world| {
        world.rules.absence.action = AbsenceAction::Nothing;
        world.survey.observations.clear();
        world.survey.awaiting.clear();
        world.survey.coverage = Coverage::Complete;
        assert!(plan(&world).assets.is_empty());
    });
}
