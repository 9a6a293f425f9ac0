//! Guards: doubts about a finished plan. A doubted plan waits for a person.

use std::collections::BTreeSet;

use domain::id::AssetId;
use serde::{Deserialize, Serialize};

use crate::inventory::{Absence, Inventory, Link};
use crate::plan::{DeviceOutcome, Plan, Step, Verdict};
use crate::rules::{AbsenceAction, FirstRun, Rules};
use crate::survey::{Coverage, Survey};

/// Why a plan should be looked at before it runs; counts say how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum Doubt {
    FirstRun,
    ManyChanges { touched: u64, linked: u64, percent: u32, limit: u32 },
    ManyCheckins { checkins: u64, limit: u32 },
    ManyAbsent { absent: u64, linked: u64, percent: u32, limit: u32 },
}

/// What there is to doubt about this plan.
pub fn doubts(plan: &Plan, survey: &Survey, inventory: &Inventory, rules: &Rules) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if !inventory.synced_before && rules.first_run == FirstRun::Preview && !plan.is_empty() {
        doubts.push(Doubt::FirstRun);
    }
    doubts.extend(many_changes(plan, inventory, rules));
    doubts.extend(many_checkins(plan, rules));
    doubts.extend(many_absent(plan, survey, inventory, rules));
    doubts
}

/// Only assets linked before the run count; creations and adoptions are growth, not change.
fn many_changes(plan: &Plan, inventory: &Inventory, rules: &Rules) -> Option<Doubt> {
    if !inventory.synced_before {
        return None;
    }
    let linked: BTreeSet<AssetId> = enrolled(inventory).map(|link| link.asset).collect();
    let touched = plan
        .assets
        .iter()
        .filter(|change| !change.steps.is_empty() && linked.contains(&change.asset))
        .count() as u64;
    let limit = rules.guard.max_changes_percent;
    let linked = linked.len() as u64;
    let percent = percent(touched, linked);
    exceeds(touched, linked, limit).then_some(Doubt::ManyChanges {
        touched,
        linked,
        percent,
        limit,
    })
}

/// A check-in that is followed by a check-out in the same run is a change of hands.
fn many_checkins(plan: &Plan, rules: &Rules) -> Option<Doubt> {
    let given_back = |steps: &[Step]| {
        steps.iter().any(|step| matches!(step, Step::CheckIn { .. }))
            && !steps.iter().any(|step| matches!(step, Step::CheckOut { .. }))
    };
    let checkins = plan.assets.iter().filter(|change| given_back(&change.steps)).count() as u64;
    let limit = rules.guard.max_checkins;
    (checkins > u64::from(limit)).then_some(Doubt::ManyCheckins { checkins, limit })
}

/// Half a fleet does not vanish overnight; a walk that says so is doubted before the policy acts.
fn many_absent(
    plan: &Plan,
    survey: &Survey,
    inventory: &Inventory,
    rules: &Rules,
) -> Option<Doubt> {
    let acts = rules.absence.action != AbsenceAction::Nothing;
    if !acts || survey.coverage != Coverage::Complete {
        return None;
    }
    // Those believed gone before this run are settled; they neither vanish again nor count as fleet.
    let settled = |link: &&Link| matches!(link.absence, Absence::Unseen(_));
    let settled: BTreeSet<_> =
        enrolled(inventory).filter(settled).map(|link| &link.device_id).collect();
    let gone = |d: &&DeviceOutcome| d.verdict == Verdict::Absent && !settled.contains(&d.device_id);
    let absent = plan.devices.iter().filter(gone).count() as u64;
    let linked = (enrolled(inventory).count() - settled.len()) as u64;
    let limit = rules.guard.max_absent_percent;
    let percent = percent(absent, linked);
    exceeds(absent, linked, limit).then_some(Doubt::ManyAbsent { absent, linked, percent, limit })
}

/// Links to devices; one that still awaits enrollment is growth when it comes, not change.
fn enrolled(inventory: &Inventory) -> impl Iterator<Item = &Link> {
    inventory.links.iter().filter(|link| !link.device_id.is_awaiting())
}

fn exceeds(part: u64, whole: u64, limit: u32) -> bool {
    limit < 100 && part * 100 > whole * u64::from(limit)
}

fn percent(part: u64, whole: u64) -> u32 {
    let percent = (part * 100).checked_div(whole).unwrap_or(0);
    u32::try_from(percent).unwrap_or(u32::MAX)
}
