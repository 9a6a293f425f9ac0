//! What a run needs to know before it plans: the tenant's register as the planner sees it.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalog::Product;
use domain::fields::AppliesTo;
use domain::id::{AssetId, SourceId, noun};
use domain::{AssetTag, Field, Serial};
use reconcile::inventory::{Absence, AssetHeld, CompanySwitches, PersonLink};
use reconcile::rules::MatchRule;
use reconcile::survey::DeviceId;
use reconcile::{Inventory, Rules};
use serde_json::Value;

use crate::catalog::Named;
use crate::read::{custodian, parsed, parsed_if};
use crate::seam::{Json, Query, Row, StoreError, Tx, sql};
use crate::{
    employees, fields as custom, former_names, links, products, settlements, statuses, tenants,
};

/// Everything in one snapshot. Custom fields are read only where these rules look at them.
pub fn recall(tx: &mut Tx<'_>, source: SourceId, rules: &Rules) -> Result<Inventory, StoreError> {
    let company = tenants::company(tx)?;
    let elsewhere = elsewhere(tx, source, rules)?;
    Ok(Inventory {
        assets: assets(tx, &wanted_fields(rules))?,
        links: links::of_source(tx, source)?,
        claimed_elsewhere: elsewhere.claimed,
        seen_elsewhere: elsewhere.seen,
        employees: employees::all(tx)?,
        people: people(tx, source)?,
        products: known_products(tx)?,
        manufacturers: known::<noun::Manufacturer>(tx, "manufacturer")?,
        categories: known::<noun::Category>(tx, "category")?,
        departments: known::<noun::Department>(tx, "department")?,
        default_status: statuses::default(tx)?,
        pending_status: statuses::first_pending(tx)?,
        company: CompanySwitches {
            auto_location: company.auto_location,
            auto_department: company.auto_department,
        },
        settlements: settlements::of_source(tx, source)?,
        kept: settlements::kept_values(tx, source)?,
        fields: custom::of(tx, AppliesTo::Assets)?,
        synced_before: synced_before(tx, source)?,
    })
}

/// The custom fields that these rules map or match by.
fn wanted_fields(rules: &Rules) -> BTreeSet<String> {
    let mapped = rules.fields.iter().map(|mapping| mapping.to.clone());
    let matched = rules.matching.iter().filter_map(|rule| match rule {
        MatchRule::DeviceIdIsField(key) => Some(key.clone()),
        _ => None,
    });
    mapped.chain(matched).collect()
}

fn assets(tx: &mut Tx<'_>, wanted: &BTreeSet<String>) -> Result<Vec<AssetHeld>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT id, version, tag, name, serial, product_id, status_id, location_id,
                    department_id, custodian_kind, custodian_id, archived, fields
             FROM assets
             WHERE tenant_id = ", tenant, "
             ORDER BY id"
        },
        |row| {
            Ok(AssetHeld {
                id: row.next()?,
                version: row.next()?,
                tag: parsed(row, AssetTag::parse)?,
                name: row.next()?,
                serial: parsed_if(row, Serial::parse)?,
                product: row.next()?,
                status: row.next()?,
                location: row.next()?,
                department: row.next()?,
                custodian: custodian(row)?,
                archived: row.next()?,
                fields: fields(row, wanted)?,
            })
        },
    )
}

fn fields(
    row: &mut Row<'_>,
    wanted: &BTreeSet<String>,
) -> Result<BTreeMap<String, Value>, StoreError> {
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let Json(mut fields) = row.next::<Json<BTreeMap<String, Value>>>()?;
    fields.retain(|key, _| wanted.contains(key));
    Ok(fields)
}

/// What the other sources of this tenant have to do with the same assets.
#[derive(Default)]
struct Elsewhere {
    claimed: BTreeSet<(AssetId, Field)>,
    seen: BTreeSet<AssetId>,
}

/// Of two sources that feed one field the lower priority counts, at a draw the older source. One
/// that is switched off, or has lost the device, feeds nothing.
fn elsewhere(tx: &mut Tx<'_>, source: SourceId, rules: &Rules) -> Result<Elsewhere, StoreError> {
    let tenant = tx.tenant();
    let others: Vec<(SourceId, Json<Rules>)> = tx.all(
        sql! {
            "SELECT id, settings
             FROM sources
             WHERE tenant_id = ", tenant, " AND id <> ", source, " AND enabled = TRUE"
        },
        |row| Ok((row.next()?, row.next()?)),
    )?;
    let ours = rules.fed();
    let mut elsewhere = Elsewhere::default();
    for (other, Json(theirs)) in others {
        let better = (theirs.priority, other) < (rules.priority, source);
        let mut shared = theirs.fed();
        shared.retain(|field| better && ours.contains(field));
        tx.each(
            sql! {
                "SELECT device_id, asset_id, absence
                 FROM links
                 WHERE tenant_id = ", tenant, " AND source_id = ", other
            },
            |row| {
                let (device, asset): (String, AssetId) = (row.next()?, row.next()?);
                let Json(absence) = row.next::<Json<Absence>>()?;
                let gone = matches!(absence, Absence::Unseen(_));
                if !gone && !DeviceId::new(&device).is_awaiting() {
                    elsewhere.seen.insert(asset);
                    elsewhere.claimed.extend(shared.iter().map(|field| (asset, field.clone())));
                }
                Ok(())
            },
        )?;
    }
    Ok(elsewhere)
}

fn people(tx: &mut Tx<'_>, source: SourceId) -> Result<Vec<PersonLink>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT user_id, employee_id, baseline
             FROM person_links
             WHERE tenant_id = ", tenant, " AND source_id = ", source, "
             ORDER BY user_id"
        },
        |row| {
            let user_id: String = row.next()?;
            let (employee, Json(baseline)) = (row.next()?, row.next()?);
            Ok(PersonLink { user_id: user_id.into(), employee, baseline })
        },
    )
}

/// Whether somebody without an address is known by a number alone, as users were before they had
/// UUIDs: only their source's directory can then say who they are now.
pub fn knows_by_number(tx: &mut Tx<'_>, source: SourceId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let ids: Vec<String> = tx.all(
        sql! {
            "SELECT l.user_id
             FROM person_links l
             JOIN employees e ON e.tenant_id = l.tenant_id AND e.id = l.employee_id
             WHERE l.tenant_id = ", tenant, " AND l.source_id = ", source, "
               AND e.email IS NULL"
        },
        |row| row.next(),
    )?;
    Ok(ids.iter().any(|id| id.bytes().all(|byte| byte.is_ascii_digit())))
}

/// Under all the names they are known by; the later one counts, so that today's come last.
fn known<N: Named>(
    tx: &mut Tx<'_>,
    kind: &'static str,
) -> Result<Vec<(domain::Id<N>, String)>, StoreError> {
    let mut names = former_names::of_kind::<N>(tx, kind)?;
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT id, name FROM " };
    sql.text(N::TABLE);
    sql! { sql => " WHERE tenant_id = ", tenant, " ORDER BY id" };
    let present: Vec<_> = tx.all(sql, |row| Ok((row.next()?, row.next()?)))?;
    names.extend(present);
    Ok(names)
}

/// Each as it is, then once more for every maker it had before; here the first one counts.
fn known_products(tx: &mut Tx<'_>) -> Result<Vec<Product>, StoreError> {
    let mut products = products::all(tx)?;
    let former = former_names::of_kind::<noun::Product>(tx, "product")?;
    let again = former.into_iter().filter_map(|(id, maker)| {
        let product = products.iter().find(|product| product.id == id)?;
        Some(Product { manufacturer: maker.parse().ok(), ..product.clone() })
    });
    let again: Vec<Product> = again.collect();
    products.extend(again);
    Ok(products)
}

fn synced_before(tx: &mut Tx<'_>, source: SourceId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT synced_before
             FROM sources
             WHERE tenant_id = ", tenant, " AND id = ", source
        },
        |row| row.next(),
    )
}
