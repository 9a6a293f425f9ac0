//! Assets: looked at, found, made and changed by people. Every change goes through the ledger.

mod fitting;
pub mod merge;

use std::collections::BTreeMap;
use std::fmt;

use domain::access::Role;
use domain::event::Subject;
use domain::fields::{AppliesTo, FieldKey};
use domain::id::AssetId;
use domain::{Action, Asset, AssetTag, Custodian, Event, Field, NewAsset};
use jiff::civil::Date;
use serde_json::Value;
use store::{
    StoreError, Tx, assets, custody, devices, events, former_names, ledger, nouns, products,
    statuses,
};

pub use self::fitting::fit_alone;
pub(crate) use self::fitting::set_all;
pub use store::assets::conditions::Condition;
pub use store::assets::{Archived, AssetQuery, AssetRow, AssetSort};
pub use store::custody::Interval;
pub use store::devices::DeviceDoc;
pub use store::{Count, Cursor, Page};

use crate::caller::Caller;
use crate::company;
use crate::fields::values;
use crate::filters;
use crate::installation::App;
use crate::nouns::all_stand;
use crate::refusal::{FieldError, Refusal};
use crate::reports::{RegisterColumn, register};

/// An order of a list, by the key of the column that it goes by.
pub fn sort(word: &str) -> Option<AssetSort> {
    if let Some(key) = word.strip_prefix("fields.") {
        return FieldKey::parse(key).ok().map(AssetSort::Custom);
    }
    if let Some(key) = word.strip_prefix("kandji.") {
        return filters::told::find(key).map(AssetSort::Said);
    }
    register::ALL.into_iter().find(|column| column.key() == word).map(RegisterColumn::sort)
}

pub async fn list(
    app: &App,
    caller: &Caller,
    query: AssetQuery,
) -> Result<Page<AssetRow>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| page(tx, &query)).await?)
}

fn page(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Page<AssetRow>, StoreError> {
    let mut page = assets::list::list(tx, query)?;
    in_sight(tx, page.items.iter_mut())?;
    Ok(page)
}

pub(crate) fn in_sight<'r>(
    tx: &mut Tx<'_>,
    rows: impl Iterator<Item = &'r mut AssetRow>,
) -> Result<(), StoreError> {
    values::in_sight(tx, AppliesTo::Assets, rows.map(|row| &mut row.asset.fields))
}

/// A page of the list, with how many there are: exact without filters, else up to `most`.
pub async fn counted(
    app: &App,
    caller: &Caller,
    query: AssetQuery,
    most: i64,
) -> Result<(Page<AssetRow>, Count), Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let (mut page, count) = assets::list::counted(tx, &query, most)?;
        in_sight(tx, page.items.iter_mut())?;
        Ok::<_, Refusal>((page, count))
    });
    found.await
}

/// One asset with the names of what it refers to.
pub async fn asset(app: &App, caller: &Caller, id: AssetId) -> Result<AssetRow, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let row = shown(tx, [id])?.pop();
        row.ok_or_else(|| Refusal::not_found("asset", id))
    });
    found.await
}

/// By id (`ast_…`) or tag, as it stands in an address or on a label. What was merged is the asset
/// that it was merged into.
pub async fn named(app: &App, caller: &Caller, which: &str) -> Result<AssetRow, Refusal> {
    caller.need(Role::Viewer)?;
    let which = Which::read(which);
    let found = app.store.read(caller.tenant, move |tx| {
        let heir = match &which {
            Which::Id(id) => former_names::heir(tx, *id)?,
            Which::Tag(_) => None,
        };
        let id = match heir {
            Some(heir) => heir,
            None => find(tx, &which)?.id,
        };
        let row = shown(tx, [id])?.pop();
        row.ok_or_else(|| Refusal::not_found("asset", which))
    });
    found.await
}

/// An asset as people write it down: its id, or its tag however it is spelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    Id(AssetId),
    Tag(String),
}

impl Which {
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        match text.parse() {
            Ok(id) => Which::Id(id),
            Err(_) => Which::Tag(text.strip_prefix("tag:").unwrap_or(text).to_owned()),
        }
    }

    /// Whether the asset goes by this now; what was merged into it went by it before.
    pub fn names(&self, asset: &Asset) -> bool {
        match self {
            Which::Id(id) => asset.id == *id,
            Which::Tag(tag) => domain::text::key(tag) == asset.tag.key(),
        }
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Which::Id(id) => id.fmt(f),
            Which::Tag(tag) => tag.fmt(f),
        }
    }
}

/// A tag that no asset bears any longer is that of the one that its asset was merged into.
fn meant(tx: &mut Tx<'_>, which: &Which) -> Result<Option<Asset>, StoreError> {
    let tag = match which {
        Which::Id(id) => return assets::find(tx, *id),
        Which::Tag(tag) => tag,
    };
    if let Some(bears_it) = assets::find_by_tag(tx, tag)? {
        return Ok(Some(bears_it));
    }
    let heir = former_names::heir_of_tag(tx, tag)?;
    heir.map_or(Ok(None), |heir| assets::find(tx, heir))
}

pub(crate) fn find(tx: &mut Tx<'_>, which: &Which) -> Result<Asset, Refusal> {
    meant(tx, which)?.ok_or_else(|| Refusal::not_found("asset", which))
}

/// Several as lists show them, in no order of their own.
pub(crate) fn shown(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = AssetId>,
) -> Result<Vec<AssetRow>, StoreError> {
    let mut rows = assets::list::rows(tx, ids)?;
    in_sight(tx, rows.iter_mut())?;
    Ok(rows)
}

/// The ids of several; those that name nothing are all named in the refusal.
pub async fn ids(app: &App, caller: &Caller, which: Vec<Which>) -> Result<Vec<AssetId>, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let mut ids = Vec::with_capacity(which.len());
        let mut unknown = Vec::new();
        for one in which {
            match meant(tx, &one)? {
                Some(asset) => ids.push(asset.id),
                None => unknown.push(format!("\"{one}\"")),
            }
        }
        if unknown.is_empty() {
            return Ok(ids);
        }
        let detail = format!(
            "no asset {}; hint: correct it, or look for it in the list of assets",
            unknown.join(", ")
        );
        Err(Refusal::invalid("assets", detail))
    });
    found.await
}

/// Newest first.
pub async fn history(
    app: &App,
    caller: &Caller,
    id: AssetId,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Page<Event>, Refusal> {
    asset(app, caller, id).await?;
    let found =
        app.store.read(caller.tenant, move |tx| events::of_asset(tx, id, cursor.as_ref(), limit));
    Ok(found.await?)
}

/// Those of one action, newest first.
pub async fn history_of(
    app: &App,
    caller: &Caller,
    id: AssetId,
    action: Action,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Page<Event>, Refusal> {
    asset(app, caller, id).await?;
    let found = app.store.read(caller.tenant, move |tx| {
        events::of_action(tx, Subject::Asset(id), action, cursor.as_ref(), limit)
    });
    Ok(found.await?)
}

/// Per field, the event that set it.
pub async fn origins(
    app: &App,
    caller: &Caller,
    id: AssetId,
) -> Result<BTreeMap<Field, Event>, Refusal> {
    asset(app, caller, id).await?;
    let found = app.store.read(caller.tenant, move |tx| {
        let origins = assets::origins(tx, id)?;
        let events = events::by_ids(tx, origins.values().copied())?;
        let events: BTreeMap<_, _> = events.into_iter().map(|event| (event.id, event)).collect();
        let known = origins.into_iter();
        Ok::<_, Refusal>(
            known.filter_map(|(field, id)| Some((field, events.get(&id)?.clone()))).collect(),
        )
    });
    found.await
}

/// Who had it from when until when, newest first, each with the custodian's name.
pub async fn custody(
    app: &App,
    caller: &Caller,
    id: AssetId,
) -> Result<Vec<(Interval, String)>, Refusal> {
    asset(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| custody::of_asset(tx, id)).await?)
}

/// Who had it on a day of the company's, the last one if there were several.
pub async fn custody_on(
    app: &App,
    caller: &Caller,
    id: AssetId,
    day: Date,
) -> Result<Option<(Interval, String)>, Refusal> {
    asset(app, caller, id).await?;
    let zone = company::zone(&company::company(app, caller).await?);
    let begins = |day: Date| Some(day.to_zoned(zone.clone()).ok()?.timestamp());
    let span = begins(day).zip(day.tomorrow().ok().and_then(begins));
    let Some((from, until)) = span else {
        return Err(Refusal::invalid("as_of", "this day is too far away; hint: 2026-03-03"));
    };
    Ok(app.store.read(caller.tenant, move |tx| custody::within(tx, id, from, until)).await?)
}

/// What each source last said of it.
pub async fn said(app: &App, caller: &Caller, id: AssetId) -> Result<Vec<DeviceDoc>, Refusal> {
    asset(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| devices::of_asset(tx, id)).await?)
}

/// Makes an asset; only the tag is required.
pub async fn create(
    app: &App,
    caller: &Caller,
    tag: AssetTag,
    mut fields: Vec<(Field, Value)>,
) -> Result<Asset, Refusal> {
    caller.need(Role::Manager)?;
    let (id, deed, mint) = (app.id(), caller.deed(app.now()), app.mint.clone());
    let created = app
        .store
        .write(caller.tenant, move |tx| {
            let new = NewAsset::plain(id, tag, statuses::default(tx)?);
            let plain = new.clone().into_asset(deed.at);
            fit(tx, &plain, None, &mut fields)?;
            ledger::create(tx, &deed, &mint, new, &fields, None).map_err(tag_taken)
        })
        .await?;
    Ok(created)
}

/// Changes fields; `version` guards against another's change in between.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: AssetId,
    version: Option<i64>,
    fields: Vec<(Field, Value)>,
) -> Result<Asset, Refusal> {
    caller.need(Role::Manager)?;
    let verbs = [Field::Custodian, Field::ArchivedAt];
    if let Some((field, _)) = fields.iter().find(|(field, _)| verbs.contains(field)) {
        let detail = "is changed by checking out and in, or archiving";
        return Err(Refusal::invalid(&field.to_string(), format!("\"{field}\" {detail}")));
    }
    ledger_change(app, caller, id, version, Action::Updated, fields, None).await
}

fn nobody_owes() -> Refusal {
    Refusal::invalid("due_on", "nobody has this asset; hint: check it out with a due date")
}

pub async fn archive(app: &App, caller: &Caller, id: AssetId, on: bool) -> Result<Asset, Refusal> {
    caller.need(Role::Manager)?;
    let found = asset(app, caller, id).await?;
    if found.asset.archived_at.is_some() == on {
        let state = if on { "archived already" } else { "not archived" };
        return Err(Refusal::conflict(format!("this asset is {state}")));
    }
    let (action, value) = if on {
        (Action::Archived, Value::from(app.now().to_string()))
    } else {
        (Action::Unarchived, Value::Null)
    };
    let version = Some(found.asset.version);
    let fields = vec![(Field::ArchivedAt, value)];
    ledger_change(app, caller, id, version, action, fields, None).await
}

/// Deletes an asset with its links; its history stays in the ledger.
pub async fn delete(app: &App, caller: &Caller, id: AssetId) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    asset(app, caller, id).await?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    app.store
        .write(caller.tenant, move |tx| {
            nouns::hold(tx, Subject::Asset(id))?;
            let holds = custody::count_holdings(tx, Custodian::Asset(id))?;
            if holds > 0 {
                let (what, them) = match holds {
                    1 => ("an asset is".to_owned(), "it"),
                    more => (format!("{more} assets are"), "them"),
                };
                let detail = format!("{what} checked out to it; hint: check {them} in first");
                return Err(Refusal::conflict(detail));
            }
            Ok(ledger::delete(tx, &deed, &mint, id, None, None)?)
        })
        .await
}

pub(crate) async fn ledger_change(
    app: &App,
    caller: &Caller,
    id: AssetId,
    version: Option<i64>,
    action: Action,
    mut fields: Vec<(Field, Value)>,
    note: Option<String>,
) -> Result<Asset, Refusal> {
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let changed = app.store.write(caller.tenant, move |tx| {
        nouns::hold(tx, Subject::Asset(id))?;
        let held = assets::find(tx, id)?.ok_or_else(|| Refusal::not_found("asset", id))?;
        fit(tx, &held, Some(id), &mut fields)?;
        ledger::change(tx, &deed, &mint, id, version, action, &fields, note).map_err(tag_taken)
    });
    changed.await
}

/// Holds every value against its field; custom ones are put as their definitions write them.
pub(crate) fn fit(
    tx: &mut Tx<'_>,
    held: &Asset,
    id: Option<AssetId>,
    fields: &mut Vec<(Field, Value)>,
) -> Result<(), Refusal> {
    let mut after = held.clone();
    set_all(&mut after, fields)?;
    all_stand(tx, held, fields)?;
    let due = |(field, value): &(Field, Value)| *field == Field::DueOn && !value.is_null();
    if after.custodian.is_none() && fields.iter().any(due) {
        return Err(nobody_owes());
    }
    let mut category_of = |asset: &Asset| -> Result<_, StoreError> {
        match asset.product.filter(|_| asset.category.is_none()) {
            Some(product) => Ok(products::find(tx, product)?.and_then(|product| product.category)),
            None => Ok(asset.category),
        }
    };
    let category = category_of(&after)?;
    let same = (held.product, held.category) == (after.product, after.category);
    let held_category = if same { category } else { category_of(held)? };
    let subject = values::Subject {
        applies_to: AppliesTo::Assets,
        id: id.map(domain::Id::number),
        held: &held.fields,
        category,
        held_category,
    };
    values::fit(tx, subject, fields)
}

pub(crate) fn tag_taken(error: StoreError) -> Refusal {
    match error {
        StoreError::Conflict(name) if name == "assets_tag" => Refusal::invalid(
            "tag",
            "another asset has this tag; hint: tags are unique, archived assets included",
        ),
        StoreError::Conflict(name) if name == store::fields::SOLE => values::taken_meanwhile(),
        StoreError::Referenced => Refusal::Invalid {
            errors: vec![FieldError {
                field: "reference".into(),
                detail: "something this refers to does not exist; hint: check the ids".into(),
            }],
        },
        other => other.into(),
    }
}
