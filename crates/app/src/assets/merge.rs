//! Two assets that are one thing become one: looked at side by side first, then merged.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Role;
use domain::event::Subject;
use domain::id::AssetId;
use domain::{Action, Asset, Custodian, Field};
use store::{
    StoreError, Tx, custody, departed, events, former_names, ledger, names, nouns, sources,
};

pub use store::ledger::{Choice, Pair};

use super::{AssetRow, shown, tag_taken};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::{FieldError, Refusal};

/// Two assets as a person looks at them before they are merged.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The one that goes.
    pub from: AssetRow,
    pub into: AssetRow,
    pub choices: Vec<Choice>,
    /// Names of the sources that `choices` follow.
    pub sources: BTreeMap<String, String>,
    /// Why they cannot be merged as things are, and what to do, in sentences.
    pub in_the_way: Vec<String>,
    /// How many assets are checked out to the one that goes.
    pub holds: u64,
}

/// What is merged: the versions they were looked at in, and which values were chosen; in a field
/// that is not named stands the value of the one that stays, or the other's where that is blank.
#[derive(Debug, Clone, Default)]
pub struct Merge {
    pub from_version: Option<i64>,
    pub into_version: Option<i64>,
    /// Whether it is the value of the one that goes.
    pub chosen: BTreeMap<Field, bool>,
}

/// What merging the one into the other would do.
pub async fn preview(
    app: &App,
    caller: &Caller,
    from: AssetId,
    into: AssetId,
) -> Result<Preview, Refusal> {
    caller.need(Role::Manager)?;
    let looked = app.store.read(caller.tenant, move |tx| {
        let pair = look(tx, from, into)?;
        let followed: BTreeSet<String> = pair
            .choices
            .iter()
            .filter_map(|choice| choice.follows)
            .map(|source| source.to_string())
            .collect();
        let gone = |id| Refusal::not_found("asset", id);
        Ok::<_, Refusal>(Preview {
            from: shown(tx, [from])?.pop().ok_or_else(|| gone(from))?,
            into: shown(tx, [into])?.pop().ok_or_else(|| gone(into))?,
            sources: names::of(tx, &followed)?,
            in_the_way: in_the_way(tx, &pair)?,
            holds: custody::count_holdings(tx, Custodian::Asset(from))?,
            choices: pair.choices,
        })
    });
    looked.await
}

/// Merges the one into the other; answers the one that stays.
pub async fn merge(
    app: &App,
    caller: &Caller,
    from: AssetId,
    into: AssetId,
    merge: Merge,
) -> Result<Asset, Refusal> {
    caller.need(Role::Manager)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let merged = app.store.write(caller.tenant, move |tx| {
        // Always in one order, so that two merges do not wait for each other.
        for id in BTreeSet::from([from, into]) {
            nouns::hold(tx, Subject::Asset(id))?;
        }
        let pair = look(tx, from, into)?;
        let as_seen = |seen: Option<i64>, is: i64| seen.is_none_or(|seen| seen == is);
        if !as_seen(merge.from_version, pair.from.version)
            || !as_seen(merge.into_version, pair.into.version)
        {
            return Err(Refusal::Stale);
        }
        if let Some(why) = in_the_way(tx, &pair)?.into_iter().next() {
            return Err(Refusal::conflict(why));
        }
        may_choose(tx, &pair, &merge.chosen)?;
        ledger::merge_assets(tx, &deed, &mint, &pair, &merge.chosen).map_err(tag_taken)
    });
    merged.await
}

/// The assets that were merged into this one, each with its last tag: under their ids stands what
/// happened to them before.
pub async fn merged_into(
    app: &App,
    caller: &Caller,
    id: AssetId,
) -> Result<Vec<(AssetId, String)>, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let mut gone = Vec::new();
        for one in former_names::merged_into(tx, id)? {
            let end = events::of_action(tx, Subject::Asset(one), Action::Deleted, None, 1)?;
            let changes = end.items.iter().flat_map(|event| &event.changes);
            let tag = changes
                .filter(|change| change.field == Field::Tag)
                .find_map(|change| change.before.as_str().map(str::to_owned));
            gone.push((one, tag.unwrap_or_default()));
        }
        Ok::<_, StoreError>(gone)
    });
    Ok(found.await?)
}

/// The one in the address is not found; the one in the body is a bad field.
fn look(tx: &mut Tx<'_>, from: AssetId, into: AssetId) -> Result<Pair, Refusal> {
    if nouns::find_name(tx, Subject::Asset(from))?.is_none() {
        return Err(Refusal::not_found("asset", from));
    }
    if from == into {
        let detail = "an asset cannot be merged into itself; hint: choose another";
        return Err(Refusal::invalid("into", detail));
    }
    ledger::pair(tx, from, into).map_err(|error| match error {
        StoreError::NotFound => {
            Refusal::invalid("into", format!("no asset \"{into}\"; hint: it may have been deleted"))
        }
        other => other.into(),
    })
}

/// Every field that cannot be chosen is named.
fn may_choose(tx: &mut Tx<'_>, pair: &Pair, chosen: &BTreeMap<Field, bool>) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    for (field, from) in chosen {
        let detail = match pair.choices.iter().find(|choice| choice.field == *field) {
            Some(Choice { follows: Some(source), taken, .. }) if taken != from => {
                let name = sources::find(tx, *source)?.map(|source| source.name);
                let name = name.unwrap_or_default();
                format!("\"{field}\" follows {name}, and the next run would put it back")
            }
            // Where they do not differ there is nothing to choose.
            Some(_) | None => match field {
                Field::Custodian | Field::ArchivedAt | Field::Currency => {
                    format!("\"{field}\" is not chosen; hint: {}", unchosen(field))
                }
                _ => continue,
            },
        };
        errors.push(FieldError { field: "take".into(), detail });
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid { errors }) }
}

const fn unchosen(field: &Field) -> &'static str {
    match field {
        Field::Custodian => "who has either of them has the one that stays",
        Field::ArchivedAt => "archive the one that stays, or bring it back",
        _ => "it goes with the cost",
    }
}

fn in_the_way(tx: &mut Tx<'_>, pair: &Pair) -> Result<Vec<String>, StoreError> {
    let (from, into) = (&pair.from.tag, &pair.into.tag);
    let mut said = Vec::with_capacity(pair.in_the_way.len());
    for one in &pair.in_the_way {
        said.push(match one {
            ledger::InTheWay::Inside => format!(
                "one of \"{from}\" and \"{into}\" lies in the other; hint: check it in first"
            ),
            ledger::InTheWay::TwoHolders { from: one, into: other } => {
                let (one, other) = (holder(tx, *one)?, holder(tx, *other)?);
                format!(
                    "\"{from}\" is checked out to {one} and \"{into}\" to {other}; hint: check in \
                     the one that is wrong"
                )
            }
            ledger::InTheWay::TwoDevices(source) => {
                let source = sources::find(tx, *source)?.map(|source| source.name);
                let source = source.unwrap_or_default();
                format!(
                    "both are linked to a device of {source}, and a thing has one there; hint: \
                     remove the device that is no longer used in Kandji, and merge once runs have \
                     seen that it is gone"
                )
            }
        });
    }
    Ok(said)
}

fn holder(tx: &mut Tx<'_>, custodian: Custodian) -> Result<String, StoreError> {
    let subject = match custodian {
        Custodian::Employee(id) => Subject::Employee(id),
        Custodian::Location(id) => Subject::Location(id),
        Custodian::Asset(id) => Subject::Asset(id),
    };
    if let Some(name) = nouns::find_name(tx, subject)? {
        return Ok(name);
    }
    Ok(departed::name(tx, subject)?.unwrap_or_else(|| "one that is gone".to_owned()))
}
