//! Drafts become rows: the asset, its events, its custody.

use std::collections::BTreeSet;

use domain::Asset;
use domain::event::Event;
use domain::id::{AssetId, TenantId};

use super::draft::Draft;
use super::names::Names;
use crate::derived::{self, Keys};
use crate::events::{causes, feed};
use crate::fields::{self, Moved};
use crate::read::date_value;
use crate::seam::{Dialect, Json, Query, StoreError, Tx, Value, sql};
use crate::{tallies, texts};

/// Every column of the table, in the order of [`values`].
const WRITTEN: [&str; 40] = [
    "tenant_id",
    "id",
    "tag",
    "name",
    "serial",
    "product_id",
    "category_id",
    "status_id",
    "location_id",
    "department_id",
    "custodian_kind",
    "custodian_id",
    "purchased_on",
    "cost",
    "currency",
    "order_number",
    "supplier_id",
    "warranty_until",
    "due_on",
    "notes",
    "archived_at",
    "fields",
    "version",
    "created_at",
    "updated_at",
    "origins",
    "archived",
    "tag_key",
    "name_key",
    "serial_key",
    "product_key",
    "status_key",
    "location_key",
    "custodian_key",
    "shown_category_id",
    "platform",
    "search",
    "fields_key",
    "fields_text",
    "details_text",
];

const INSERT: &str = "INSERT INTO assets (
        tenant_id, id, tag, name, serial, product_id, category_id, status_id,
        location_id, department_id, custodian_kind, custodian_id, purchased_on, cost,
        currency, order_number, supplier_id, warranty_until, due_on, notes,
        archived_at, fields, version, created_at, updated_at, origins, archived,
        tag_key, name_key, serial_key, product_key, status_key, location_key,
        custodian_key, shown_category_id, platform, search, fields_key, fields_text,
        details_text
    ) VALUES ";

/// Conflict `assets_tag` when the tag is taken, [`fields::SOLE`] when a unique value is.
pub(super) fn insert(tx: &mut Tx<'_>, draft: &Draft) -> Result<(), StoreError> {
    let names = Names::of(tx, std::slice::from_ref(draft))?;
    insert_one(tx, draft, &names)
}

fn insert_one(tx: &mut Tx<'_>, draft: &Draft, names: &Names) -> Result<(), StoreError> {
    let row = after(tx.tenant(), draft, names);
    tx.exec_each(INSERT, vec![row], "")?;
    arrived(tx, &[draft.asset.id])?;
    fields::write(tx, &names.kept, &[moved(draft)])
}

/// On SQLite no trigger tells of new rows: what a trigger costs there stands in `Query::exec_each`.
fn arrived(tx: &mut Tx<'_>, assets: &[AssetId]) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        tallies::assets_arrived(tx, assets)?;
        texts::arrived(tx, assets)?;
    }
    Ok(())
}

/// The custom fields of a draft, for the table of looked-up values.
fn moved(draft: &Draft) -> Moved<'_> {
    let (before, after) = (draft.fields_before(), &draft.asset.fields);
    Moved { subject: draft.asset.id.number(), before, after }
}

/// Inserts all it can; answers whose tag, and whose values of unique fields, were free.
pub(super) fn insert_many(
    tx: &mut Tx<'_>,
    drafts: &[&Draft],
    names: &Names,
) -> Result<BTreeSet<AssetId>, StoreError> {
    let tenant = tx.tenant();
    // What may clash in a second way goes alone, so that it can be taken back alone.
    let (alone, together): (Vec<&Draft>, Vec<&Draft>) =
        drafts.iter().partition(|draft| names.may_clash(draft));
    let rows = together.iter().map(|draft| (draft.asset.id, after(tenant, draft, names)));
    let done: Vec<AssetId> = tx.insert_free(INSERT, rows.collect())?;
    arrived(tx, &done)?;
    let mut done: BTreeSet<AssetId> = done.into_iter().collect();
    let made = together.iter().filter(|draft| done.contains(&draft.asset.id));
    fields::write(tx, &names.kept, &made.map(|draft| moved(draft)).collect::<Vec<_>>())?;
    for draft in alone {
        match tx.attempt(|tx| insert_one(tx, draft, names)) {
            Ok(()) => drop(done.insert(draft.asset.id)),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// Writes what differs, if the version is still the one the draft began with; else `Stale`.
pub(super) fn update(tx: &mut Tx<'_>, draft: &Draft, names: &Names) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let held = draft.before.as_ref().expect("a draft without a row is inserted");
    let shown = (held.platform.as_str(), held.details.as_str());
    let old = values(tenant, &held.asset, Json(&held.origins).into(), shown, names);
    let mut sql = sql! { "UPDATE assets SET version = ", draft.asset.version };
    for ((column, new), old) in WRITTEN.iter().zip(after(tenant, draft, names)).zip(old) {
        if new != old && *column != "version" {
            sql! { sql => ", ", const column, " = ", new };
        }
    }
    sql! { sql =>
        " WHERE tenant_id = ", tenant, "
           AND id = ", draft.asset.id, "
           AND version = ", held.asset.version
    };
    if tx.exec(sql)? == 0 {
        return Err(StoreError::Stale);
    }
    if held.asset.tag != draft.asset.tag {
        derived::tag_changed(tx, draft.asset.id, &draft.asset.tag.key())?;
    }
    fields::write(tx, &names.kept, &[moved(draft)])
}

/// Writes the events of drafts whose rows are written, and the custody they speak of.
pub(super) fn record(tx: &mut Tx<'_>, drafts: &[Draft]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let events = drafts.iter().flat_map(|draft| &draft.events);
    insert_events(tx, events)?;
    let mut opened = Vec::new();
    for draft in drafts {
        if let Some(first) = draft.handovers.first().filter(|first| first.from.is_some()) {
            close_custody(tx, draft.asset.id, first)?;
        }
        let nexts = draft.handovers.iter().skip(1).map(Some).chain([None]);
        for (handover, next) in draft.handovers.iter().zip(nexts) {
            // What began and ended in one transaction is written closed.
            let (until, by) = (next.map(|next| next.at), next.map(|next| next.event));
            let Some(to) = handover.to else { continue };
            opened.push([
                tenant.into(),
                handover.event.into(),
                draft.asset.id.into(),
                to.kind().into(),
                to.number().into(),
                handover.at.into(),
                until.into(),
                by.into(),
            ]);
        }
    }
    tx.exec_each(
        "INSERT INTO custody (
            tenant_id, out_event, asset_id, custodian_kind, custodian_id,
            from_at, until_at, in_event
         ) VALUES ",
        opened,
        "",
    )?;
    Ok(())
}

fn close_custody(
    tx: &mut Tx<'_>,
    asset: AssetId,
    handover: &super::draft::Handover,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE custody
         SET until_at = ", handover.at, ", in_event = ", handover.event, "
         WHERE tenant_id = ", tenant, " AND asset_id = ", asset, " AND until_at IS NULL"
    })
    .map(drop)
}

/// With their places in the feed, and counted under their causes.
pub(crate) fn insert_events<'e>(
    tx: &mut Tx<'_>,
    events: impl Iterator<Item = &'e Event>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let events: Vec<&Event> = events.collect();
    let rows = events.iter().map(|event| {
        [
            tenant.into(),
            event.id.into(),
            event.at.into(),
            event.actor.kind.as_str().into(),
            event.actor.id.clone().into(),
            (&event.actor.name).into(),
            event.subject.kind().into(),
            event.subject.number().into(),
            event.action.as_str().into(),
            Json(&event.changes).into(),
            (&event.cause.kind).into(),
            event.cause.id.clone().into(),
            event.note.clone().into(),
        ]
    });
    tx.exec_each(
        "INSERT INTO events (
            tenant_id, id, at, actor_kind, actor_id, actor_name, subject_kind, subject_id,
            action, changes, cause_kind, cause_id, note
         ) VALUES ",
        rows.collect(),
        "",
    )?;
    causes::count(tx, &events)?;
    feed::append(tx, &events)
}

fn after(tenant: TenantId, draft: &Draft, names: &Names) -> [Value; 40] {
    let shown = (draft.platform.as_str(), draft.details.as_str());
    values(tenant, &draft.asset, Json(&draft.origins).into(), shown, names)
}

fn values(
    tenant: TenantId,
    asset: &Asset,
    origins: Value,
    (platform, details): (&str, &str),
    names: &Names,
) -> [Value; 40] {
    let keys = Keys { details: details.to_owned(), ..names.keys(asset) };
    let search = keys.search();
    [
        tenant.into(),
        asset.id.into(),
        asset.tag.as_str().into(),
        asset.name.clone().into(),
        asset.serial.as_ref().map(domain::Serial::as_str).into(),
        asset.product.into(),
        asset.category.into(),
        asset.status.into(),
        asset.location.into(),
        asset.department.into(),
        asset.custodian.map(domain::Custodian::kind).into(),
        asset.custodian.map(domain::Custodian::number).into(),
        date_value(asset.purchased_on),
        asset.cost.into(),
        asset.currency.clone().into(),
        asset.order_number.clone().into(),
        asset.supplier.into(),
        date_value(asset.warranty_until),
        date_value(asset.due_on),
        asset.notes.clone().into(),
        asset.archived_at.into(),
        Json(&asset.fields).into(),
        asset.version.into(),
        asset.created_at.into(),
        asset.updated_at.into(),
        origins,
        asset.archived_at.is_some().into(),
        keys.tag.into(),
        keys.name.into(),
        keys.serial.into(),
        keys.product.into(),
        keys.status.into(),
        keys.location.into(),
        keys.custodian.into(),
        names.shown_category(asset).into(),
        platform.into(),
        search.into(),
        fields::lines(&asset.fields).into(),
        keys.fields.into(),
        keys.details.into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_insert_names_the_columns_in_order() {
        let listed: String = INSERT.split_whitespace().collect();
        assert!(listed.contains(&WRITTEN.join(",")));
    }
}
