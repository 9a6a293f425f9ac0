//! Two assets that are one thing, before they are merged: what differs, which value stands unless
//! somebody chooses, and what is in the way.

use std::collections::{BTreeMap, BTreeSet};

use domain::field::BUILT_IN;
use domain::id::{AssetId, SourceId};
use domain::{Asset, Custodian, Field};
use reconcile::inventory::{Absence, Link};
use reconcile::rules::Authority;
use serde_json::Value;

use crate::seam::{StoreError, Tx};
use crate::{assets, custody, links, sources};

#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The one that goes.
    pub from: Asset,
    pub into: Asset,
    /// Every field in which they differ, as people read them.
    pub choices: Vec<Choice>,
    /// While there is any of these, they are not merged.
    pub in_the_way: Vec<InTheWay>,
    pub(super) links: Links,
}

/// A field in which the two differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub field: Field,
    pub from: Value,
    pub into: Value,
    /// The value of the one that goes stands, unless somebody chooses otherwise.
    pub taken: bool,
    /// The source whose word stands: nobody chooses, for the next run would only put it back.
    pub follows: Option<SourceId>,
}

/// Why two assets cannot be merged as things are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InTheWay {
    /// Somebody has the one, somebody else the other.
    TwoHolders { from: Custodian, into: Custodian },
    /// One of them lies in the other.
    Inside,
    /// Each is a device that this source has not seen gone.
    TwoDevices(SourceId),
}

/// The links of both, each with its source.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Links {
    pub from: Vec<(SourceId, Link)>,
    pub into: Vec<(SourceId, Link)>,
}

/// Looks at two assets. [`StoreError::NotFound`] where one of them is not there.
pub fn pair(tx: &mut Tx<'_>, from: AssetId, into: AssetId) -> Result<Pair, StoreError> {
    let links = Links { from: links::of_asset(tx, from)?, into: links::of_asset(tx, into)? };
    let from = assets::find(tx, from)?.ok_or(StoreError::NotFound)?;
    let into = assets::find(tx, into)?.ok_or(StoreError::NotFound)?;
    let in_the_way = in_the_way(tx, &from, &into, &links)?;
    let choices = choices(&from, &into, &followed(tx, &links)?);
    Ok(Pair { from, into, choices, in_the_way, links })
}

impl Pair {
    /// What the one that stays gets: by choice where `chosen` says it, else what stands anyway.
    pub(super) fn values(&self, chosen: &BTreeMap<Field, bool>) -> Vec<(Field, Value)> {
        let taken = |choice: &&Choice| match chosen.get(&choice.field) {
            Some(taken) if choice.follows.is_none() => *taken,
            _ => choice.taken,
        };
        let mut values: Vec<(Field, Value)> = Vec::new();
        for choice in self.choices.iter().filter(taken) {
            if choice.field == Field::Cost {
                // An amount without its currency is another amount.
                values.push((Field::Currency, self.from.get(&Field::Currency)));
            }
            values.push((choice.field.clone(), choice.from.clone()));
        }
        if self.into.custodian.is_none() {
            values.push((Field::Custodian, self.from.get(&Field::Custodian)));
        }
        values
    }
}

fn in_the_way(
    tx: &mut Tx<'_>,
    from: &Asset,
    into: &Asset,
    links: &Links,
) -> Result<Vec<InTheWay>, StoreError> {
    let mut found = Vec::new();
    let inside = custody::around(tx, into.id)?.contains(&from.id)
        || custody::around(tx, from.id)?.contains(&into.id);
    if inside {
        found.push(InTheWay::Inside);
    }
    if let (Some(one), Some(other)) = (from.custodian, into.custodian)
        && one != other
        && !inside
    {
        found.push(InTheWay::TwoHolders { from: one, into: other });
    }
    for (source, link) in &links.from {
        let other = links.into.iter().find(|(other, _)| other == source);
        if other.is_some_and(|(_, other)| !is_gone(link) && !is_gone(other)) {
            found.push(InTheWay::TwoDevices(*source));
        }
    }
    Ok(found)
}

/// Complete surveys no longer mention its device.
pub(super) const fn is_gone(link: &Link) -> bool {
    matches!(link.absence, Absence::Unseen(_))
}

/// Whether a field is the linked one's to say, by which source: its value came from there, and a run
/// would take it from there again. Of two sources the one counts whose word counts in runs.
fn followed(
    tx: &mut Tx<'_>,
    links: &Links,
) -> Result<BTreeMap<Field, (bool, SourceId)>, StoreError> {
    let mut followed: BTreeMap<Field, (i32, SourceId, bool)> = BTreeMap::new();
    let of_from = links.from.iter().map(|linked| (true, linked));
    let of_into = links.into.iter().map(|linked| (false, linked));
    for (of_from, (source, link)) in of_from.chain(of_into).filter(|(_, (_, link))| !is_gone(link))
    {
        let Some(source) = sources::find(tx, *source)?.filter(|source| source.enabled) else {
            continue;
        };
        let rules = &source.rules;
        let mirrored = |mapping: &&reconcile::rules::FieldMapping| {
            matches!(mapping.authority, Authority::Mirror | Authority::MirrorBlanks)
                && link.baseline.fields.contains_key(&mapping.to)
        };
        let own = rules.fields.iter().filter(mirrored);
        let own = own.map(|mapping| Field::Custom(mapping.to.clone()));
        let named = rules.name_from.as_ref().and(link.baseline.name.as_ref());
        for field in own.chain(named.map(|_| Field::Name)) {
            let word = (rules.priority, source.id, of_from);
            let better = followed
                .get(&field)
                .is_none_or(|(priority, id, _)| (word.0, word.1) < (*priority, *id));
            if better {
                followed.insert(field, word);
            }
        }
    }
    let told = followed.into_iter();
    Ok(told.map(|(field, (_, source, of_from))| (field, (of_from, source))).collect())
}

/// Custody goes with who has it, an archived one stays so, and a currency goes with its amount.
fn choices(
    from: &Asset,
    into: &Asset,
    followed: &BTreeMap<Field, (bool, SourceId)>,
) -> Vec<Choice> {
    let no_choice = [Field::Custodian, Field::ArchivedAt];
    let keys: BTreeSet<&String> = from.fields.keys().chain(into.fields.keys()).collect();
    let fields = BUILT_IN.iter().map(|(field, _)| field.clone());
    let fields = fields.chain(keys.into_iter().map(|key| Field::Custom(key.clone())));
    let priced = from.cost.is_some() || into.cost.is_some();
    let mut choices = Vec::new();
    for field in fields.filter(|field| !no_choice.contains(field)) {
        let (one, other) = (from.get(&field), into.get(&field));
        let same = match &field {
            Field::Cost => one == other && (!priced || from.currency == into.currency),
            Field::Currency => priced || one == other,
            _ => one == other,
        };
        if same {
            continue;
        }
        let word = followed.get(&field);
        let taken = word.map_or(other.is_null(), |(of_from, _)| *of_from && !one.is_null());
        let follows = word.map(|(_, source)| *source);
        choices.push(Choice { field, from: one, into: other, taken, follows });
    }
    choices
}
