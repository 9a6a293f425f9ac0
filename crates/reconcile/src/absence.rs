//! Absence: one missing row proves nothing. Two complete surveys a day apart do, and so does the
//! source's own word that a device was removed.

use domain::{Custodian, Field, Timestamp};
use jiff::SignedDuration;
use serde_json::Value;

use crate::inventory::{Absence, AssetHeld};
use crate::plan::{Edit, Step};
use crate::reason::Reason;
use crate::rules::{AbsenceAction, Rules};
use crate::survey::{Clocks, Coverage, Survey};

/// How long a device must have been absent before that is believed.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// What a survey without this device means: the absence it leaves behind, and why.
/// The flag says whether the policy acts now.
pub fn missed(absence: Absence, survey: &Survey, now: Timestamp) -> (Absence, Reason, bool) {
    match (&survey.coverage, absence) {
        (_, Absence::Unseen(_)) => (absence, Reason::UnseenKept, false),
        (Coverage::Partial(_), _) => (absence, Reason::NotSeenPartialSurvey, false),
        // What is missed by a clock that is wrong would be told from one that is right.
        (Coverage::Complete, _) if survey.clocks == Clocks::Apart => {
            (absence, Reason::NotSeenClocksApart, false)
        }
        (Coverage::Complete, Absence::Present) => {
            (Absence::MissedSince(now), Reason::NotSeenYetBelieved, false)
        }
        // Since a time that is yet to come: our clock was ahead when it was written down.
        (Coverage::Complete, Absence::MissedSince(since)) if since > now => {
            (Absence::MissedSince(now), Reason::NotSeenYetBelieved, false)
        }
        (Coverage::Complete, Absence::MissedSince(since)) => {
            if now.duration_since(since) >= PATIENCE {
                (Absence::Unseen(now), Reason::NotSeen, true)
            } else {
                (absence, Reason::NotSeenYetBelieved, false)
            }
        }
    }
}

/// The steps of the policy for an asset whose device is gone.
pub fn act(asset: &AssetHeld, rules: &Rules) -> Vec<Step> {
    let reason = || Reason::UnseenPolicy;
    match rules.absence.action {
        AbsenceAction::Nothing => Vec::new(),
        AbsenceAction::Archive if asset.archived => Vec::new(),
        AbsenceAction::Archive => vec![Step::Archive { reason: reason() }],
        AbsenceAction::Checkin => match asset.custodian {
            Some(from @ Custodian::Employee(_)) => vec![Step::CheckIn { from, reason: reason() }],
            Some(Custodian::Location(_) | Custodian::Asset(_)) | None => Vec::new(),
        },
        AbsenceAction::Status => {
            let status = rules.absence.status.filter(|status| *status != asset.status);
            let edit = |status: domain::id::StatusId| Edit {
                field: Field::Status,
                before: Value::from(asset.status.to_string()),
                after: Value::from(status.to_string()),
                reason: reason(),
            };
            status.map(|status| Step::Edit { edits: vec![edit(status)] }).into_iter().collect()
        }
    }
}
