//! Claims on assets: one that several devices make is nobody's until a person decides.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::AssetId;

use crate::identify::{Identity, Left};
use crate::plan::{ConflictKind, Verdict};
use crate::reason::Reason;
use crate::survey::Observation;

/// The asset a device would newly take.
pub fn claimed(identity: &Identity<'_>) -> Option<AssetId> {
    match identity {
        Identity::Adopted { asset, .. } => Some(*asset),
        Identity::Relinked { link, .. } => Some(link.asset),
        Identity::Linked { .. } | Identity::New { .. } | Identity::Left(_) => None,
    }
}

/// An asset that several devices of one run claim belongs to none of them until a person says so.
pub fn settle_contests(identities: &mut [(&Observation, Identity<'_>)]) {
    let by_person = |identity: &Identity<'_>| {
        matches!(
            identity,
            Identity::Adopted { reason: Reason::SettledByPerson, .. }
                | Identity::Relinked { reason: Reason::SettledByPerson, .. }
        )
    };
    let mut claims: BTreeMap<AssetId, Vec<(usize, bool)>> = BTreeMap::new();
    for (position, (_, identity)) in identities.iter().enumerate() {
        if let Some(asset) = claimed(identity) {
            claims.entry(asset).or_default().push((position, by_person(identity)));
        }
    }
    for (asset, claimants) in claims.into_iter().filter(|(_, claimants)| claimants.len() > 1) {
        let settled = claimants.iter().filter(|(_, settled)| *settled).count();
        let losers: BTreeSet<usize> = claimants
            .iter()
            .filter(|(_, by_person)| settled != 1 || !by_person)
            .map(|(position, _)| *position)
            .collect();
        for position in &losers {
            let rival = claimants.iter().find(|(other, _)| other != position);
            let other = identities[rival.expect("a contest has two sides").0].0.device_id.clone();
            let reason = Reason::SeveralDevices { asset, other };
            let kind = ConflictKind::AmbiguousMatch;
            let left = Left::asking(Verdict::Ambiguous, kind, reason, vec![asset]);
            identities[*position].1 = Identity::Left(left);
        }
    }
}

/// A link that moves on leaves its former device, which the source calls removed, with nothing.
pub fn retire_moved_links(identities: &mut [(&Observation, Identity<'_>)]) {
    let moved: BTreeSet<AssetId> = identities
        .iter()
        .filter_map(|(_, identity)| match identity {
            Identity::Relinked { link, .. } => Some(link.asset),
            _ => None,
        })
        .collect();
    for (_, identity) in identities {
        if let Identity::Linked { link, .. } = identity
            && moved.contains(&link.asset)
        {
            let asset = Some(link.asset);
            *identity =
                Identity::Left(Left::quiet(Verdict::Matched, asset, Reason::RemovedInSource));
        }
    }
}
