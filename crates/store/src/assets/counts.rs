//! How many assets there are of each: one question for every report that counts. The answer is
//! remembered as long as nothing was committed.

use std::sync::Arc;

use domain::Custodian;
use domain::id::{CategoryId, DepartmentId, LocationId, ProductId, StatusId};
use jiff::civil::Date;

use super::list::matching;
use super::query::AssetQuery;
use super::sorts::AssetSort;
use crate::locations;
use crate::read::{custodian, date};
use crate::seam::{Query, Row, Sql, StoreError, Tx, sql};

/// What assets are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Status,
    Product,
    Category,
    Location,
    Department,
    Custodian,
    /// Of the devices that sources list for them.
    OsVersion,
    PurchasedOn,
}

/// What some assets have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    Status(StatusId),
    Product(ProductId),
    Category(CategoryId),
    Location(LocationId),
    Department(DepartmentId),
    Custodian(Custodian),
    OsVersion {
        platform: String,
        version: String,
    },
    PurchasedOn(Date),
    /// They have none.
    Without,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub group: Group,
    /// Its name; blank where the group says it all.
    pub label: String,
    pub assets: i64,
}

/// In no order of their own.
pub fn by(tx: &mut Tx<'_>, query: &AssetQuery, by: By) -> Result<Arc<Vec<Counted>>, StoreError> {
    let query = unordered(query);
    let of = format!("{by:?} {query:?}");
    tx.remembered("counts", of, |tx| Ok(Arc::new(ask(tx, &query, by)?)))
}

/// The same assets, whatever page of them was asked for.
pub(super) fn unordered(query: &AssetQuery) -> AssetQuery {
    AssetQuery {
        sort: AssetSort::default(),
        descending: false,
        cursor: None,
        limit: 0,
        ..query.clone()
    }
}

fn ask(tx: &mut Tx<'_>, query: &AssetQuery, by: By) -> Result<Vec<Counted>, StoreError> {
    let named = |column, table, group| Named { column, table, group };
    match by {
        By::Status => {
            let group = |row: &mut Row<'_>| Ok(row.next::<Option<_>>()?.map(Group::Status));
            of_noun(tx, query, named("a.status_id", "statuses", group))
        }
        By::Product => {
            let group = |row: &mut Row<'_>| Ok(row.next::<Option<_>>()?.map(Group::Product));
            of_noun(tx, query, named("a.product_id", "products", group))
        }
        By::Category => {
            let group = |row: &mut Row<'_>| Ok(row.next::<Option<_>>()?.map(Group::Category));
            of_noun(tx, query, named("a.shown_category_id", "categories", group))
        }
        By::Location => {
            let group = |row: &mut Row<'_>| Ok(row.next::<Option<_>>()?.map(Group::Location));
            let found = of_noun(tx, query, named("a.location_id", "locations", group))?;
            places_called(tx, found)
        }
        By::Department => {
            let group = |row: &mut Row<'_>| Ok(row.next::<Option<_>>()?.map(Group::Department));
            of_noun(tx, query, named("a.department_id", "departments", group))
        }
        By::Custodian => {
            let found = of_custodians(tx, query)?;
            places_called(tx, found)
        }
        By::OsVersion => of_os_versions(tx, query),
        By::PurchasedOn => of_days(tx, query),
    }
}

/// A noun that assets point at by an id.
struct Named {
    column: &'static str,
    table: &'static str,
    group: fn(&mut Row<'_>) -> Result<Option<Group>, StoreError>,
}

fn of_noun(tx: &mut Tx<'_>, query: &AssetQuery, noun: Named) -> Result<Vec<Counted>, StoreError> {
    let tenant = tx.tenant();
    let Named { column, table, group } = noun;
    let mut grouped = sql! { "SELECT ", const column, " AS id, count(*) AS n" };
    grouped.append(matching(tx, query)?);
    sql! { grouped => " GROUP BY ", const column };
    let mut sql = sql! { "SELECT g.id, g.n, t.name FROM (" };
    sql.append(grouped);
    sql! { sql => ") g LEFT JOIN ", const table, " t ON t.tenant_id = ", tenant, " AND t.id = g.id" };
    tx.all(sql, |row| {
        let group = group(row)?.unwrap_or(Group::Without);
        let (assets, label): (_, Option<String>) = (row.next()?, row.next()?);
        Ok(Counted { group, label: label.unwrap_or_default(), assets })
    })
}

/// Places that share their name are told by the way to them.
fn places_called(tx: &mut Tx<'_>, mut found: Vec<Counted>) -> Result<Vec<Counted>, StoreError> {
    let place = |group: &Group| match group {
        Group::Location(id) | Group::Custodian(Custodian::Location(id)) => Some(id.number()),
        _ => None,
    };
    let names = locations::called(tx, found.iter().filter_map(|one| place(&one.group)))?;
    for one in &mut found {
        if let Some(name) = place(&one.group).and_then(|id| names.get(&id)) {
            one.label.clone_from(name);
        }
    }
    Ok(found)
}

fn of_custodians(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Vec<Counted>, StoreError> {
    let tenant = tx.tenant();
    let mut grouped =
        sql! { "SELECT a.custodian_kind AS kind, a.custodian_id AS id, count(*) AS n" };
    grouped.append(matching(tx, query)?);
    grouped.text(" GROUP BY a.custodian_kind, a.custodian_id");
    let mut sql = sql! { "SELECT g.kind, g.id, g.n, COALESCE(e.name, l.name, h.tag) FROM (" };
    sql.append(grouped);
    sql! { sql =>
        ") g
         LEFT JOIN employees e ON g.kind = 'employee' AND e.tenant_id = ", tenant, " AND e.id = g.id
         LEFT JOIN locations l ON g.kind = 'location' AND l.tenant_id = ", tenant, " AND l.id = g.id
         LEFT JOIN assets h ON g.kind = 'asset' AND h.tenant_id = ", tenant, " AND h.id = g.id"
    };
    tx.all(sql, |row| {
        let group = custodian(row)?.map_or(Group::Without, Group::Custodian);
        let (assets, label): (_, Option<String>) = (row.next()?, row.next()?);
        Ok(Counted { group, label: label.unwrap_or_default(), assets })
    })
}

/// An asset that two sources say different things of counts with each of them.
fn of_os_versions(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Vec<Counted>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT d.platform, d.os_version, count(DISTINCT f.id) FROM (SELECT a.id"
    };
    sql.append(matching(tx, query)?);
    sql! { sql =>
        ") f
         JOIN links k ON k.tenant_id = ", tenant, " AND k.asset_id = f.id
         JOIN devices d ON d.tenant_id = k.tenant_id
             AND d.source_id = k.source_id AND d.device_id = k.device_id
         GROUP BY d.platform, d.os_version"
    };
    let mut found: Vec<Counted> = tx.all(sql, |row| {
        let group = Group::OsVersion { platform: row.next()?, version: row.next()? };
        Ok(Counted { group, label: String::new(), assets: row.next()? })
    })?;
    let unlisted = AssetQuery { linked: Some(false), ..query.clone() };
    let assets = match query.linked {
        Some(true) => 0,
        _ => total(tx, &unlisted)?,
    };
    if assets > 0 {
        found.push(Counted { group: Group::Without, label: String::new(), assets });
    }
    Ok(found)
}

fn of_days(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Vec<Counted>, StoreError> {
    let mut sql = sql! { "SELECT a.purchased_on, count(*)" };
    sql.append(matching(tx, query)?);
    sql.text(" GROUP BY a.purchased_on");
    tx.all(sql, |row| {
        let group = date(row)?.map_or(Group::Without, Group::PurchasedOn);
        Ok(Counted { group, label: String::new(), assets: row.next()? })
    })
}

/// How many the query finds, however many those are.
pub fn total(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<i64, StoreError> {
    let query = unordered(query);
    tx.remembered("total", format!("{query:?}"), |tx| {
        let mut sql: Sql = sql! { "SELECT count(*)" };
        sql.append(matching(tx, &query)?);
        tx.one(sql, |row| row.next())
    })
}
