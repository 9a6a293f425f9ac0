//! What planning an import needs to know of the register: the assets that the rows touch, and the
//! names of everything they may point at.

use std::collections::{BTreeMap, BTreeSet};

use domain::fields::{AppliesTo, CustomField, Values, keys};
use domain::id::AssetId;
use domain::imports::assets::{Known, folded_key};
use domain::imports::{Line, Mapping, Target, people};
use domain::{Asset, AssetTag, Custodian, Id};
use jiff::civil::Date;

use crate::assets::{COLUMNS, read, serials};
use crate::seam::{Json, Query, StoreError, Tx, sql};
use crate::{employees, fields, locations, products, statuses, tenants};

/// For rows that become assets.
pub fn of_assets(tx: &mut Tx<'_>, rows: &[Line], mapping: &Mapping) -> Result<Known, StoreError> {
    let fields = fields::of(tx, AppliesTo::Assets)?;
    let assets = touched(tx, rows, mapping, &fields)?;
    let bearers = serials::bearers(tx, column(rows, mapping, &Target::Serial, &fields))?;
    let bearers = bearers.into_iter().map(|one| (one.id, one.tag, one.serial)).collect();
    let unique = fields
        .iter()
        .filter(|field| field.unique && mapping.has(&Target::Custom(field.key.to_string())));
    let mut taken = BTreeMap::new();
    for field in unique {
        let target = Target::Custom(field.key.to_string());
        let wanted = column(rows, mapping, &target, &fields);
        let holders = holders(tx, field, &wanted)?;
        taken.insert(field.key.to_string(), holders.into_iter().collect());
    }
    Ok(Known {
        assets,
        holders: holding(tx, rows, mapping)?,
        bearers,
        categories: names(tx, "SELECT id, name FROM categories WHERE tenant_id = ")?,
        manufacturers: names(tx, "SELECT id, name FROM manufacturers WHERE tenant_id = ")?,
        suppliers: names(tx, "SELECT id, name FROM suppliers WHERE tenant_id = ")?,
        departments: names(tx, "SELECT id, name FROM departments WHERE tenant_id = ")?,
        locations: locations::all(tx)?,
        statuses: statuses::list(tx)?.into_iter().map(|row| row.status).collect(),
        products: products::all(tx)?,
        employees: employees::all(tx)?,
        fields,
        taken,
        status: statuses::default(tx)?,
        company: tenants::company(tx)?,
    })
}

/// For rows that become employees.
pub fn of_people(tx: &mut Tx<'_>, today: Date) -> Result<people::Known, StoreError> {
    Ok(people::Known {
        today,
        employees: employees::all(tx)?,
        departments: names(tx, "SELECT id, name FROM departments WHERE tenant_id = ")?,
        locations: locations::all(tx)?,
        fields: fields::of(tx, AppliesTo::Employees)?,
        company: tenants::company(tx)?,
    })
}

/// The assets whose tag, or whose key, stands in the file.
fn touched(
    tx: &mut Tx<'_>,
    rows: &[Line],
    mapping: &Mapping,
    fields: &[CustomField],
) -> Result<Vec<Asset>, StoreError> {
    let mut found: BTreeMap<AssetId, Asset> = BTreeMap::new();
    let mut keep = |assets: Vec<Asset>| found.extend(assets.into_iter().map(|one| (one.id, one)));
    let tags = column(rows, mapping, &Target::Tag, fields);
    keep(of_keys(tx, " AND a.tag_key IN (", tags)?);
    let wanted = column(rows, mapping, &mapping.key, fields);
    match &mapping.key {
        Target::Serial => {
            let by_serial = " AND a.archived IN (FALSE, TRUE) AND a.serial_key IN (";
            keep(of_keys(tx, by_serial, wanted)?);
        }
        Target::Custom(key) => {
            if let Some(field) = fields.iter().find(|field| field.key.as_str() == key) {
                let ids: BTreeSet<AssetId> =
                    holders(tx, field, &wanted)?.into_iter().map(|(_, id)| id).collect();
                keep(crate::assets::held(tx, ids)?.into_iter().map(|held| held.asset).collect());
            }
        }
        _ => {}
    }
    Ok(found.into_values().collect())
}

/// The assets whose tag stands where a row says who has it, and what they lie in, whatever its depth.
fn holding(tx: &mut Tx<'_>, rows: &[Line], mapping: &Mapping) -> Result<Vec<Asset>, StoreError> {
    let Some(at) = mapping.column(&Target::Custodian) else { return Ok(Vec::new()) };
    let cells = rows.iter().filter_map(|row| AssetTag::parse(row.cells.get(at)?).ok());
    let tags: BTreeSet<String> = cells.map(|tag| tag.key()).collect();
    let mut found: BTreeMap<AssetId, Asset> = BTreeMap::new();
    let mut next = of_keys(tx, " AND a.tag_key IN (", tags)?;
    while !next.is_empty() {
        found.extend(next.into_iter().map(|asset| (asset.id, asset)));
        let around = found.values().filter_map(|asset| match asset.custodian {
            Some(Custodian::Asset(place)) if !found.contains_key(&place) => Some(place),
            _ => None,
        });
        let around: BTreeSet<AssetId> = around.collect();
        next = crate::assets::held(tx, around)?.into_iter().map(|held| held.asset).collect();
    }
    Ok(found.into_values().collect())
}

/// The cells of a column as they compare, each once.
fn column(
    rows: &[Line],
    mapping: &Mapping,
    target: &Target,
    fields: &[CustomField],
) -> BTreeSet<String> {
    let Some(at) = mapping.column(target) else { return BTreeSet::new() };
    let cells = rows.iter().filter_map(|row| row.cells.get(at));
    let cells = cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    cells.filter_map(|cell| folded_key(target, cell, fields).ok()).collect()
}

fn of_keys(
    tx: &mut Tx<'_>,
    narrowed: &'static str,
    wanted: BTreeSet<String>,
) -> Result<Vec<Asset>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        wanted,
        |list| {
            let mut sql =
                sql! { "SELECT ", const COLUMNS, " FROM assets a WHERE a.tenant_id = ", tenant };
            sql.text(narrowed);
            sql! { sql => + list, ")" };
            sql
        },
        read,
    )
}

/// Who has one of these values of a custom field.
fn holders(
    tx: &mut Tx<'_>,
    field: &CustomField,
    wanted: &BTreeSet<String>,
) -> Result<Vec<(String, AssetId)>, StoreError> {
    let tenant = tx.tenant();
    if field.is_kept() {
        return tx.of_ids(
            wanted.iter(),
            |list| {
                sql! {
                    "SELECT value_key, subject_id
                     FROM field_values
                     WHERE tenant_id = ", tenant, " AND field_id = ", field.id, "
                       AND value_key IN (", + list, ")"
                }
            },
            |row| Ok((row.next()?, Id::new(row.next()?))),
        );
    }
    let mut found = Vec::new();
    tx.each(
        sql! { "SELECT id, fields FROM assets WHERE tenant_id = ", tenant, " AND fields <> '{}'" },
        |row| {
            let (id, Json(values)): (AssetId, Json<Values>) = (row.next()?, row.next()?);
            let own = values.get(field.key.as_str()).map(keys).unwrap_or_default();
            found.extend(own.into_iter().filter(|key| wanted.contains(key)).map(|key| (key, id)));
            Ok(())
        },
    )?;
    Ok(found)
}

fn names<N>(tx: &mut Tx<'_>, select: &'static str) -> Result<Vec<(Id<N>, String)>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = crate::seam::Sql::default();
    sql.text(select);
    sql! { sql => tenant, " ORDER BY id" };
    tx.all(sql, |row| Ok((Id::new(row.next()?), row.next()?)))
}
