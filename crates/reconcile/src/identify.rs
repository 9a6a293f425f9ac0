//! Move five, first third: which asset is this device? Rules in order; doubt is a conflict.

use std::collections::{BTreeMap, HashMap};

use domain::Timestamp;
use domain::id::AssetId;

use crate::absence::missed;
use crate::contest::{claimed, retire_moved_links, settle_contests};
use crate::index::{Held, tag_value};
use crate::inventory::{Absence, Answer, Inventory, Link, Settlement};
use crate::plan::{ConflictKind, Verdict};
use crate::reason::Reason;
use crate::rows::{by_device_id, twins};
use crate::rules::{MatchConflict, MatchRule, OnMatch, OnNoMatch, Rules};
use crate::survey::{Coverage, DeviceId, Observation, Survey};

/// What a device turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Identity<'a> {
    /// Its link says so. A device the source calls removed is still linked.
    Linked {
        link: &'a Link,
        reason: Reason,
    },
    /// The machine of this link came back under a new device id.
    Relinked {
        link: &'a Link,
        reason: Reason,
    },
    /// An asset of ours that this source did not know yet.
    Adopted {
        asset: AssetId,
        reason: Reason,
    },
    New {
        reason: Reason,
    },
    /// Nothing is done; the reason says why.
    Left(Left),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    pub verdict: Verdict,
    pub asset: Option<AssetId>,
    pub reason: Reason,
    pub question: Option<ConflictKind>,
    pub candidates: Vec<AssetId>,
}

impl Left {
    pub(crate) fn quiet(verdict: Verdict, asset: Option<AssetId>, reason: Reason) -> Self {
        Left { verdict, asset, reason, question: None, candidates: Vec::new() }
    }

    pub(crate) fn asking(
        verdict: Verdict,
        kind: ConflictKind,
        reason: Reason,
        among: Vec<AssetId>,
    ) -> Self {
        Left { verdict, asset: None, reason, question: Some(kind), candidates: among }
    }
}

/// Every device seen, in order of id, with what it is.
pub fn identify<'a>(
    survey: &'a Survey,
    inventory: &'a Inventory,
    rules: &Rules,
    now: Timestamp,
) -> Vec<(&'a Observation, Identity<'a>)> {
    let seen = by_device_id(survey);
    let links: HashMap<&DeviceId, &Link> =
        inventory.links.iter().map(|link| (&link.device_id, link)).collect();
    let twins = twins(&seen, inventory, rules);
    let unlinked = seen.keys().any(|id| !links.contains_key(*id));
    let held = unlinked.then(|| Held::of(inventory, rules));
    let mut world =
        World { survey, inventory, rules, now, seen: &seen, twins: &twins, taken: BTreeMap::new() };

    // A claim that nobody contests takes its asset out of the others' choice, which may settle them
    // in turn; so rounds go on until nothing more is taken.
    let mut decided: BTreeMap<&DeviceId, Identity<'a>> = BTreeMap::new();
    loop {
        let mut identities: Vec<_> = seen
            .values()
            .map(|device| {
                let identity =
                    match (decided.get(&device.device_id), links.get(&device.device_id), &held) {
                        (Some(identity), _, _) => identity.clone(),
                        (None, Some(link), _) => world.linked(device, link),
                        (None, None, Some(held)) => world.unlinked(device, held),
                        (None, None, None) => {
                            unreachable!("an unlinked device makes us index what we hold")
                        }
                    };
                (*device, identity)
            })
            .collect();
        settle_contests(&mut identities);
        let claims = identities.iter().filter_map(|(device, identity)| {
            Some((&device.device_id, identity, claimed(identity)?))
        });
        let before = decided.len();
        for (device_id, identity, asset) in claims {
            world.taken.insert(asset, device_id);
            decided.insert(device_id, identity.clone());
        }
        if decided.len() == before {
            retire_moved_links(&mut identities);
            return identities;
        }
    }
}

/// What identifying one device may look at.
struct World<'a, 'b> {
    survey: &'a Survey,
    inventory: &'a Inventory,
    rules: &'b Rules,
    now: Timestamp,
    seen: &'b BTreeMap<&'a DeviceId, &'a Observation>,
    twins: &'b BTreeMap<&'a DeviceId, &'a DeviceId>,
    /// Assets that a device of this run has taken already.
    taken: BTreeMap<AssetId, &'a DeviceId>,
}

impl<'a> World<'a, '_> {
    fn linked(&self, device: &Observation, link: &'a Link) -> Identity<'a> {
        if let Some(Settlement::Ignore) = self.settled(device) {
            let left = Left::quiet(Verdict::Matched, Some(link.asset), Reason::IgnoredByPerson);
            return Identity::Left(left);
        }
        if let Some(other) = self.twins.get(&device.device_id) {
            let reason = Reason::TwinStandsForIt { other: (*other).clone() };
            let mut left = Left::asking(
                Verdict::Duplicated,
                ConflictKind::DuplicateSerial,
                reason,
                vec![link.asset],
            );
            left.asset = Some(link.asset);
            return Identity::Left(left);
        }
        Identity::Linked { link, reason: Reason::KnownBy { rule: MatchRule::DeviceId } }
    }

    fn unlinked(&self, device: &Observation, held: &Held<'a>) -> Identity<'a> {
        if device.removed {
            return Identity::Left(Left::quiet(Verdict::Unmatched, None, Reason::RemovedInSource));
        }
        match self.settled(device) {
            Some(Settlement::Ignore) => {
                let left = Left::quiet(Verdict::Unmatched, None, Reason::IgnoredByPerson);
                return Identity::Left(left);
            }
            Some(Settlement::Create) => return Identity::New { reason: Reason::SettledByPerson },
            Some(Settlement::Adopt(asset)) if self.free(asset, device, held) => {
                return self.known(device, asset, Reason::SettledByPerson, held);
            }
            Some(Settlement::Adopt(asset)) if held.exists(asset) => {
                // The answer stands, but a live device has that asset: which one is it?
                return Identity::Left(self.contested(asset, held));
            }
            Some(Settlement::Adopt(_)) | None => {}
        }
        if let Some(other) = self.twins.get(&device.device_id) {
            let reason = Reason::TwinStandsForIt { other: (*other).clone() };
            let kind = ConflictKind::DuplicateSerial;
            return Identity::Left(Left::asking(Verdict::Duplicated, kind, reason, Vec::new()));
        }
        if let Some(link) = self.awaited(device, held) {
            return Identity::Relinked { link, reason: Reason::EnrolledAtLast };
        }
        self.by_rules(device, held)
    }

    /// The link made while this machine awaited enrollment. Its serial says so, whatever the rules.
    fn awaited(&self, device: &Observation, held: &Held<'a>) -> Option<&'a Link> {
        let placeholder = DeviceId::awaiting(device.serial.as_ref()?);
        let links = &self.inventory.links;
        let at = links.binary_search_by(|link| link.device_id.cmp(&placeholder)).ok()?;
        Some(&links[at]).filter(|link| self.free(link.asset, device, held))
    }

    fn by_rules(&self, device: &Observation, held: &Held<'a>) -> Identity<'a> {
        let named: Vec<(&MatchRule, Vec<AssetId>)> = self
            .rules
            .matching
            .iter()
            .map(|rule| (rule, self.candidates(rule, device, held)))
            .filter(|(_, assets)| !assets.is_empty())
            .collect();
        let single = |(_, assets): &&(&MatchRule, Vec<AssetId>)| assets.len() == 1;
        let first = named.iter().find(single);
        let several = named.iter().find(|(_, assets)| assets.len() > 1);
        match (first, several, self.rules.match_conflict) {
            (None, None, _) => self.unmatched(),
            (Some((rule, assets)), _, MatchConflict::First) => {
                self.matched(device, assets[0], rule, held)
            }
            (_, Some((rule, assets)), _) => {
                let count = u32::try_from(assets.len()).unwrap_or(u32::MAX);
                let reason = Reason::SeveralAssets { rule: (*rule).clone(), assets: count };
                let kind = ConflictKind::AmbiguousMatch;
                Identity::Left(Left::asking(Verdict::Ambiguous, kind, reason, assets.clone()))
            }
            (Some((rule, assets)), None, MatchConflict::Ask) => {
                match named.iter().find(|(_, others)| others[0] != assets[0]) {
                    Some((second, others)) => Identity::Left(Left::asking(
                        Verdict::Contradicted,
                        ConflictKind::ContradictedMatch,
                        Reason::RulesDisagree { first: (*rule).clone(), second: (*second).clone() },
                        vec![assets[0], others[0]],
                    )),
                    None => self.matched(device, assets[0], rule, held),
                }
            }
        }
    }

    /// The assets a rule names. One that another live device of this source has is never named, nor
    /// one that waits for a machine of its own.
    fn candidates(&self, rule: &MatchRule, device: &Observation, held: &Held<'a>) -> Vec<AssetId> {
        let mut assets = held.named_by(rule, device, self.rules);
        let waits = |asset| held.link_of(asset).is_some_and(|link| link.device_id.is_awaiting());
        assets.retain(|asset| self.free(*asset, device, held) && !waits(*asset));
        assets
    }

    fn free(&self, asset: AssetId, device: &Observation, held: &Held<'a>) -> bool {
        let taken = self.taken.get(&asset).is_some_and(|taker| **taker != device.device_id);
        !taken
            && held.exists(asset)
            && held.link_of(asset).is_none_or(|link| !self.live(&link.device_id))
    }

    /// In use under this id: listed, and neither called removed nor left aside for another.
    fn live(&self, device_id: &DeviceId) -> bool {
        let in_use = |device: &&Observation| {
            !device.removed && self.settled(device) != Some(Settlement::Ignore)
        };
        self.seen.get(device_id).is_some_and(in_use) && !self.twins.contains_key(device_id)
    }

    /// A person's answer about this device, while it holds.
    fn settled(&self, device: &Observation) -> Option<Settlement> {
        let answer = self.inventory.settlements.get(&device.device_id)?;
        Answer::holds(answer, device, self.rules).then_some(answer.settlement)
    }

    fn contested(&self, asset: AssetId, held: &Held<'a>) -> Left {
        let has_it = held.link_of(asset).map(|link| &link.device_id);
        let other = has_it.or(self.taken.get(&asset).copied()).expect("someone has it").clone();
        let reason = Reason::SeveralDevices { asset, other };
        Left::asking(Verdict::Ambiguous, ConflictKind::AmbiguousMatch, reason, vec![asset])
    }

    fn matched(
        &self,
        device: &Observation,
        asset: AssetId,
        rule: &MatchRule,
        held: &Held<'a>,
    ) -> Identity<'a> {
        let tag = || held.tag_of(asset).to_owned();
        let on_match = self.rules.on_match;
        if held.link_of(asset).is_none() && on_match != OnMatch::Adopt {
            let (reason, kind) = if on_match == OnMatch::Skip {
                (Reason::MergingOff { asset, tag: tag() }, None)
            } else {
                let reason = Reason::AwaitsReviewOfMatch { asset, tag: tag() };
                (reason, Some(ConflictKind::ReviewMatch))
            };
            let candidates = vec![asset];
            let verdict = Verdict::Matched;
            let asset = Some(asset);
            return Identity::Left(Left { verdict, asset, reason, question: kind, candidates });
        }
        self.known(device, asset, Reason::KnownBy { rule: rule.clone() }, held)
    }

    fn known(
        &self,
        device: &Observation,
        asset: AssetId,
        reason: Reason,
        held: &Held<'a>,
    ) -> Identity<'a> {
        let Some(link) = held.link_of(asset) else {
            return Identity::Adopted { asset, reason };
        };
        let unsure = matches!(self.survey.coverage, Coverage::Partial(_));
        if unsure && !self.seen.contains_key(&link.device_id) {
            // The device it has now may stand on a page we did not get to see.
            let left = Left::quiet(Verdict::Matched, Some(asset), Reason::WaitsForCompleteSurvey);
            return Identity::Left(left);
        }
        let serial = device.serial.as_ref().map(domain::Serial::key);
        let serial_was = link.serial.as_ref().map(domain::Serial::key);
        let same_serial = serial.is_some() && serial == serial_was;
        let another_machine = serial.is_some() && serial_was.is_some() && !same_serial;
        let (absence, ..) = missed(link.absence, self.survey, self.now);
        let only_missed =
            !self.seen.contains_key(&link.device_id) && !matches!(absence, Absence::Unseen(_));
        if another_machine && only_missed && reason != Reason::SettledByPerson {
            // One missing row proves nothing: its machine may be back in the next run.
            let reason = Reason::WaitsForAbsence { other: link.device_id.clone() };
            return Identity::Left(Left::quiet(Verdict::Matched, Some(asset), reason));
        }
        let reason = match reason {
            // A person's word is told apart, for it also decides a contest.
            Reason::SettledByPerson => reason,
            _ if same_serial => Reason::ReEnrolled { from: link.device_id.clone() },
            _ => reason,
        };
        Identity::Relinked { link, reason }
    }

    fn unmatched(&self) -> Identity<'a> {
        let verdict = Verdict::Unmatched;
        match self.rules.on_no_match {
            OnNoMatch::Create => Identity::New { reason: Reason::NewDevice },
            OnNoMatch::Skip => Identity::Left(Left::quiet(verdict, None, Reason::CreatingOff)),
            OnNoMatch::Review => Identity::Left(Left::asking(
                verdict,
                ConflictKind::ReviewNoMatch,
                Reason::AwaitsReviewOfCreation,
                Vec::new(),
            )),
        }
    }
}

/// The tag a new asset for this device would get, or why it gets none.
pub fn new_tag(device: &Observation, rules: &Rules) -> Result<domain::AssetTag, Reason> {
    let (value, from) = tag_value(device, rules.tag_from);
    let Some(value) = value else {
        let filler = device.filler.as_deref().filter(|_| rules.tag_from.reads_serial());
        return Err(match filler {
            Some(filler) => Reason::PlaceholderSerial { value: filler.into() },
            None => Reason::NoTag { from: from.into() },
        });
    };
    if domain::Serial::is_placeholder(value) {
        return Err(Reason::PlaceholderTag { value: value.into() });
    }
    domain::AssetTag::parse(value).map_err(|error| Reason::BadTag {
        value: value.chars().take(80).collect(),
        because: error.to_string(),
    })
}
