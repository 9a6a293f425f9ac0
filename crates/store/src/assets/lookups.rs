//! Rows found by a condition, on SQLite: their ids are looked up once in whatever index holds the
//! answer. Where few fit, the list starts from them; where many do, a walk along the order of the
//! list passes over all others by their ids alone, without reading their rows.

use std::sync::{Arc, PoisonError};

use domain::filters::Words;
use domain::text::key;

use super::conditions::{Condition, DayColumn, Detail, MomentColumn, Range, Test, TextColumn};
use super::conditions::{Reference, Value, custom::of_values};
use super::query::{Archived, AssetQuery, LISTED};
use crate::ids::{Ids, both, sorted, without};
use crate::seam::{Dialect, Query, Sql, StoreError, Tx, sql};

/// The ids that fit every condition that few fit; nothing where no condition is like that.
pub(super) fn few(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    most: i64,
) -> Result<Option<Ids>, StoreError> {
    if tx.dialect() == Dialect::Postgres {
        return Ok(None);
    }
    let mut few: Option<Ids> = None;
    for condition in &query.conditions {
        let fitting = fitting(tx, query, condition)?;
        let Some(ids) = fitting.filter(|ids| i64::try_from(ids.len()).is_ok_and(|n| n < most))
        else {
            continue;
        };
        few = Some(few.map_or_else(|| Arc::clone(&ids), |few| both(&few, &ids)));
    }
    Ok(few)
}

/// Up to this many are looked up where each costs more than an entry of an index. Where more fit, a
/// walk meets enough of them soon.
const DEAR: i64 = if cfg!(test) { 12 } else { 20_000 };

/// All that fit whatever can be looked up, and what the query asks besides; nothing where nothing
/// can be looked up. In an order without an index all of it is looked up, whatever it costs once,
/// because no walk along it may ask the rows it passes.
pub(super) fn fit(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
) -> Result<Option<(Ids, AssetQuery)>, StoreError> {
    let wholly = query.sort.index().is_none();
    let mut open = AssetQuery { q: None, ..query.clone() };
    let mut asked = open.asked_of_facts();
    if wholly {
        asked.extend(open.asked_besides());
    }
    let mut all: Vec<Ids> = Vec::new();
    for condition in asked.iter().chain(&query.conditions) {
        match fitting(tx, query, condition)? {
            Some(ids) => all.push(ids),
            None if wholly => all.push(asked_of_all(tx, query, condition)?),
            None => open.conditions.push(condition.clone()),
        }
    }
    // Most are linked, and a walk meets them soon.
    if let Some(linked) = open.linked.filter(|linked| wholly || !linked) {
        all.push(if linked { all_linked(tx, query)? } else { unlinked(tx, query)? });
        open.linked = None;
    }
    if all.len() < 2 {
        return Ok(all.pop().map(|all| (all, open)));
    }
    let of = format!("{:?} {:?} {asked:?} {:?}", query.archived, query.linked, query.conditions);
    let of = format!("{of} {wholly}");
    let all = tx.remembered("fit together", of, |_| {
        Ok::<_, StoreError>(
            all.iter().skip(1).fold(Arc::clone(&all[0]), |some, ids| both(&some, ids)),
        )
    })?;
    Ok(Some((all, open)))
}

/// Every asset that is shown.
pub(super) fn everything(tx: &mut Tx<'_>, archived: Archived) -> Result<Ids, StoreError> {
    tx.remembered("everything", format!("{archived:?}"), |tx| {
        let tenant = tx.tenant();
        let mut sql = sql! {
            "SELECT a.id FROM assets a INDEXED BY assets_facts WHERE a.tenant_id = ", tenant
        };
        archived.narrow(&mut sql);
        Ok(sorted(tx.all(sql, |row| row.next::<i64>())?))
    })
}

/// Row by row, once.
fn asked_of_all(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    condition: &Condition,
) -> Result<Ids, StoreError> {
    tx.remembered("fit of all", format!("{:?} {condition:?}", query.archived), |tx| {
        let tenant = tx.tenant();
        let mut sql = sql! { "SELECT a.id FROM assets a WHERE a.tenant_id = ", tenant };
        query.archived.narrow(&mut sql);
        condition.narrow(&mut sql, tenant, Dialect::Sqlite);
        Ok(sorted(tx.all(sql, |row| row.next::<i64>())?))
    })
}

fn unlinked(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Ids, StoreError> {
    let of = format!("{:?}", query.archived);
    tx.remembered("unlinked", of, |tx| all_unlinked(tx, query))
}

fn all_linked(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Ids, StoreError> {
    let (all, unlinked) = (everything(tx, query.archived)?, unlinked(tx, query)?);
    tx.remembered("linked", format!("{:?}", query.archived), |_| {
        Ok(without(&all, &unlinked).collect())
    })
}

/// All that fit one condition. Whoever turns pages or tries another order asks the same again.
fn fitting(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    condition: &Condition,
) -> Result<Option<Ids>, StoreError> {
    let of = format!("{:?} {condition:?}", query.archived);
    tx.remembered("fit", of, |tx| look_up(tx, query, condition))
}

fn look_up(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    condition: &Condition,
) -> Result<Option<Ids>, StoreError> {
    if let Some(found) = in_text(tx, query, condition)? {
        return Ok(Some(sorted(found)));
    }
    if let [Test::Said(detail)] = &condition.any[..] {
        return said(tx, query, condition.not, detail).map(Some);
    }
    let Some(mut found) = lookup(tx, query, condition) else { return Ok(None) };
    if !matches!(condition.any[..], [Test::Custom(..)]) {
        return Ok(Some(sorted(tx.all(found, |row| row.next::<i64>())?)));
    }
    sql! { found => " LIMIT ", DEAR };
    let found: Vec<i64> = tx.all(found, |row| row.next::<i64>())?;
    if i64::try_from(found.len()).is_ok_and(|n| n >= DEAR) {
        return Ok(None);
    }
    // These know nothing of what is archived.
    let archived = |tx: &mut Tx<'_>| tx.remembered("archived", String::new(), all_archived);
    Ok(Some(match query.archived {
        Archived::Any => sorted(found),
        Archived::Only => both(&archived(tx)?, &sorted(found)),
        Archived::Without => without(&sorted(found), &archived(tx)?).collect(),
    }))
}

fn all_archived(tx: &mut Tx<'_>) -> Result<Ids, StoreError> {
    let tenant = tx.tenant();
    let archived = sql! {
        "SELECT a.id FROM assets a INDEXED BY assets_facts
         WHERE a.tenant_id = ", tenant, " AND a.archived = TRUE"
    };
    Ok(sorted(tx.all(archived, |row| row.next::<i64>())?))
}

fn all_unlinked(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Ids, StoreError> {
    let tenant = tx.tenant();
    let mut sql =
        sql! { "SELECT a.id FROM assets a INDEXED BY assets_facts WHERE a.tenant_id = ", tenant };
    query.archived.narrow(&mut sql);
    sql! { sql => " AND NOT EXISTS (", const LISTED, ")" };
    Ok(sorted(tx.all(sql, |row| row.next::<i64>())?))
}

/// A statement that finds at least those that fit; nothing where only the rows themselves know.
fn lookup(tx: &Tx<'_>, query: &AssetQuery, condition: &Condition) -> Option<Sql> {
    let tenant = tx.tenant();
    match &condition.any[..] {
        [Test::Custom(field, value)] if !condition.not => {
            let looked_up = matches!(value, Value::OneOf(_) | Value::Part(_) | Value::Day(..));
            if !field.kept || !looked_up {
                return None;
            }
            let mut sql = sql! { "SELECT v.subject_id FROM field_values v WHERE " };
            of_values(&mut sql, field, value, tenant);
            Some(sql)
        }
        [Test::Custom(..) | Test::Said(_)] => None,
        _ => scan(tx, query, condition),
    }
}

/// Those of whose devices it is said, or all others. What is not said of any device is asked as
/// what is.
fn said(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    not: bool,
    detail: &Detail,
) -> Result<Ids, StoreError> {
    let tenant = tx.tenant();
    let mut device = Sql::default();
    let none = detail.of_device(&mut device, Dialect::Sqlite);
    let found = sql! {
        "SELECT k.asset_id
         FROM devices x
         CROSS JOIN links k ON k.tenant_id = x.tenant_id
             AND k.source_id = x.source_id AND k.device_id = x.device_id
         WHERE x.tenant_id = ", tenant, " AND ", + device
    };
    let found = sorted(tx.all(found, |row| row.next::<i64>())?);
    let all = everything(tx, query.archived)?;
    Ok(if none == not { both(&all, &found) } else { without(&all, &found).collect() })
}

/// Tags, names, serials and custodians stand in the texts that are held in memory, each in a line.
fn in_text(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    condition: &Condition,
) -> Result<Option<Vec<i64>>, StoreError> {
    let [Test::Text(column, Words::Part(part))] = &condition.any[..] else { return Ok(None) };
    let (Some(line), Some(texts)) = (column.line(), tx.texts()) else { return Ok(None) };
    if condition.not {
        return Ok(None);
    }
    let pile = texts.of(tx)?;
    let pile = pile.read().unwrap_or_else(PoisonError::into_inner);
    let part = key(part);
    let mut found = Vec::new();
    pile.find([part.as_str()], query.archived, pile.all(), |hit| {
        if pile.line(hit, line).contains(&part) {
            found.push(pile.asset(hit));
        }
        true
    });
    Ok(Some(found))
}

/// The rows of an index that holds all that the condition asks about.
fn scan(tx: &Tx<'_>, query: &AssetQuery, condition: &Condition) -> Option<Sql> {
    let tenant = tx.tenant();
    let index = condition.index()?;
    let mut sql = sql! {
        "SELECT a.id FROM assets a INDEXED BY ", const index, " WHERE a.tenant_id = ", tenant
    };
    query.archived.narrow(&mut sql);
    condition.narrow(&mut sql, tenant, Dialect::Sqlite);
    if let Some(column) = condition.given() {
        sql! { sql => " AND ", const column, " IS NOT NULL" };
    }
    Some(sql)
}

impl Condition {
    fn index(&self) -> Option<&'static str> {
        let mut indexes = self.any.iter().map(|test| self.index_of(test));
        let first = indexes.next()??;
        indexes.all(|index| index == Some(first)).then_some(first)
    }

    /// The column without blanks, where the index has none.
    fn given(&self) -> Option<&'static str> {
        match (self.index()?, &self.any[..]) {
            ("assets_facts", _) => None,
            (_, [Test::Day(column, _), ..]) => Some(column.name()),
            (_, [Test::Cost(..), ..]) => Some("a.cost"),
            (_, [Test::Text(TextColumn::OrderNumber, _), ..]) => Some("a.order_number"),
            (_, [Test::Text(TextColumn::Notes, _), ..]) => Some("a.notes"),
            _ => None,
        }
    }

    fn index_of(&self, test: &Test) -> Option<&'static str> {
        Some(match test {
            Test::Refers(Reference::Status | Reference::Category, _)
            | Test::Platform(_)
            | Test::Text(TextColumn::Tag, _) => "assets_by_tag",
            Test::Refers(..)
            | Test::Held(_)
            | Test::Text(TextColumn::Currency, _)
            | Test::Day(_, Range::Blank)
            | Test::Cost(Range::Blank, _) => "assets_facts",
            Test::Text(TextColumn::Name, _) => "assets_by_name",
            Test::Text(TextColumn::Serial, _) => "assets_by_serial",
            Test::Text(TextColumn::Custodian, _) => "assets_by_custodian",
            Test::Text(column, words) => match (self.not || *words == Words::Blank, column) {
                (true, _) => return None,
                (false, TextColumn::Notes) => "assets_notes",
                (false, _) => "assets_order_number",
            },
            Test::Day(..) | Test::Cost(..) if self.not => "assets_facts",
            Test::Day(DayColumn::PurchasedOn, _) => "assets_purchased_on",
            Test::Day(DayColumn::WarrantyUntil, _) => "assets_warranty_until",
            Test::Day(DayColumn::DueOn, _) => "assets_due",
            Test::Cost(..) => "assets_cost",
            Test::Moment(MomentColumn::CreatedAt, _) => "assets_by_created_at",
            Test::Moment(MomentColumn::UpdatedAt, _) => "assets_by_updated_at",
            Test::Said(_) | Test::Custom(..) => return None,
        })
    }
}
