//! What the register's nouns share: each of their changes is an event, and none goes while
//! something points at it. A noun is named by the subject of its events.

use std::fmt;

use domain::event::Subject;
use domain::money::grouped;
use domain::text::key;
use domain::{Action, Deed, Event, Field, FieldChange, Mint};
use serde_json::Value;

use crate::seam::{Dialect, Query, Sql, StoreError, Tx, sql};
use crate::search::pattern;
use crate::{changes as changed, ledger};

/// A noun in the words of events; what an asset has no field for goes by its own name.
pub type Told = Vec<(Field, Value)>;

/// A field that only this noun has.
pub fn own(name: &str) -> Field {
    Field::Custom(name.to_owned())
}

/// What points at a noun. Archived assets count: they point as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uses {
    pub assets: i64,
    pub products: i64,
    /// For an employee, those who report to them.
    pub employees: i64,
    /// Places that are part of it.
    pub locations: i64,
    /// Custom fields that are of this category.
    pub fields: i64,
    /// Sources whose settings name it.
    pub sources: i64,
}

impl Uses {
    pub const fn any(&self) -> bool {
        self.assets + self.products + self.employees + self.locations + self.fields + self.sources
            > 0
    }
}

impl fmt::Display for Uses {
    /// `2 assets and 1 product`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            (self.assets, "asset", "assets"),
            (self.products, "product", "products"),
            (self.employees, "employee", "employees"),
            (self.locations, "location", "locations"),
            (self.fields, "custom field", "custom fields"),
            (self.sources, "source", "sources"),
        ];
        let said: Vec<String> = all
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| {
                let word = if *count == 1 { one } else { many };
                format!("{} {word}", grouped(&count.to_string()))
            })
            .collect();
        match said.split_last() {
            Some((last, [])) => f.write_str(last),
            Some((last, before)) => write!(f, "{} and {last}", before.join(", ")),
            None => f.write_str("nothing"),
        }
    }
}

/// Writes the event of a change. A change of nothing is none.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    subject: Subject,
    action: Action,
    changes: Vec<FieldChange>,
    note: Option<String>,
) -> Result<(), StoreError> {
    if changes.is_empty() && action == Action::Updated {
        return Ok(());
    }
    changed::touch_subject(tx, subject, deed.at)?;
    let event = Event {
        id: mint.id(deed.at),
        at: deed.at,
        actor: deed.actor.clone(),
        subject,
        action,
        changes,
        cause: deed.cause.clone(),
        note,
    };
    ledger::insert_events(tx, std::iter::once(&event))
}

/// What people do with what is settled about a tenant: its users, tokens, webhooks, custom fields
/// and itself. What was told before is nothing for what is new, what is told after for what goes.
pub fn settled(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    subject: Subject,
    before: Option<Told>,
    after: Option<Told>,
) -> Result<(), StoreError> {
    let (action, changes) = match (before, after) {
        (None, after) => (Action::Created, appearing(after.unwrap_or_default())),
        (Some(before), None) => (Action::Deleted, vanishing(before)),
        (Some(before), Some(after)) => (Action::Updated, moved(before, after)),
    };
    record(tx, deed, mint, subject, action, changes, None)
}

/// That one of them was merged into another: an event of each, with the same note.
pub fn merged(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    (from, gone): (Subject, Told),
    (into, before, after): (Subject, Told, Told),
    note: String,
) -> Result<(), StoreError> {
    let (gone, moved) = (vanishing(gone), moved(before, after));
    record(tx, deed, mint, from, Action::Deleted, gone, Some(note.clone()))?;
    record(tx, deed, mint, into, Action::Merged, moved, Some(note))
}

/// Writes down what was done with a noun that is no asset, and changes nothing of it: a note, a file.
pub fn tell(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    subject: Subject,
    action: Action,
    note: String,
) -> Result<(), StoreError> {
    record(tx, deed, mint, subject, action, Vec::new(), Some(note))
}

/// All that is known, coming from nothing.
pub(crate) fn appearing(told: Told) -> Vec<FieldChange> {
    let change = |(field, after)| FieldChange { field, before: Value::Null, after };
    let blank =
        |change: &FieldChange| change.after.is_null() || change.after == Value::Array(vec![]);
    told.into_iter().map(change).filter(|change| !blank(change)).collect()
}

/// The same, going.
pub(crate) fn vanishing(told: Told) -> Vec<FieldChange> {
    let mut changes = appearing(told);
    for change in &mut changes {
        std::mem::swap(&mut change.before, &mut change.after);
    }
    changes
}

/// What moved between two tellings of one noun.
pub(crate) fn moved(before: Told, after: Told) -> Vec<FieldChange> {
    before
        .into_iter()
        .zip(after)
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| FieldChange { field, before, after })
        .collect()
}

/// Its name; `None` where it is gone.
pub fn find_name(tx: &mut Tx<'_>, subject: Subject) -> Result<Option<String>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT " };
    sql.text(if matches!(subject, Subject::Asset(_)) { "tag" } else { "name" });
    sql.text(" FROM ");
    sql.text(table(subject));
    sql! { sql => " WHERE tenant_id = ", tenant, " AND id = ", subject.number() };
    tx.find(sql, |row| row.next())
}

/// Others of its kind whose name holds these words, by name: id and name.
pub fn others(
    tx: &mut Tx<'_>,
    subject: Subject,
    words: &str,
    most: i64,
) -> Result<Vec<(Subject, String)>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT id, name FROM " };
    sql.text(table(subject));
    sql! { sql => " WHERE tenant_id = ", tenant, " AND id <> ", subject.number() };
    for word in key(words).split_whitespace() {
        sql! { sql => " AND name_key LIKE ", pattern(word), " ESCAPE '\\'" };
    }
    sql! { sql => " ORDER BY name_key, id LIMIT ", most };
    tx.all(sql, |row| {
        let other = Subject::from_parts(subject.kind(), row.next()?);
        Ok((other.expect("a subject's kind is a kind"), row.next()?))
    })
}

/// What points at it.
pub fn uses(tx: &mut Tx<'_>, subject: Subject) -> Result<Uses, StoreError> {
    let id = subject.number();
    let products = match subject {
        Subject::Category(_) => Some("products WHERE category_id = "),
        Subject::Manufacturer(_) => Some("products WHERE manufacturer_id = "),
        _ => None,
    };
    let employees = match subject {
        Subject::Department(_) => Some("employees WHERE department_id = "),
        Subject::Location(_) => Some("employees WHERE location_id = "),
        Subject::Employee(_) => Some("employees WHERE manager_id = "),
        _ => None,
    };
    let locations = match subject {
        Subject::Location(_) => Some("locations WHERE parent_id = "),
        _ => None,
    };
    Ok(Uses {
        assets: match pointing(tx, subject)? {
            Some(condition) => count(tx, "assets a WHERE ", condition)?,
            None => 0,
        },
        products: products.map_or(Ok(0), |from| count(tx, from, sql! { id }))?,
        employees: employees.map_or(Ok(0), |from| count(tx, from, sql! { id }))?,
        locations: locations.map_or(Ok(0), |from| count(tx, from, sql! { id }))?,
        fields: count(tx, "custom_fields WHERE categories LIKE ", named(subject))?,
        sources: count(tx, "sources WHERE settings LIKE ", named(subject))?,
    })
}

/// Its id, as documents hold it.
fn named(subject: Subject) -> Sql {
    sql! { pattern(&format!("\"{}\"", subject.id())), " ESCAPE '\\'" }
}

fn count(tx: &mut Tx<'_>, from: &'static str, condition: Sql) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT count(*) FROM " };
    sql.text(from);
    sql.append(condition);
    sql! { sql => " AND tenant_id = ", tenant };
    tx.one(sql, |row| row.next())
}

/// The condition on `assets a` of those that point at it; `None` where assets never do.
/// What has a sort key is looked for by that key too, because the index begins with it.
pub(crate) fn pointing(tx: &mut Tx<'_>, subject: Subject) -> Result<Option<Sql>, StoreError> {
    let id = subject.number();
    let held = sql! { "(a.custodian_kind = ", subject.kind(), " AND a.custodian_id = ", id, ")" };
    let keyed = |tx: &mut Tx<'_>, column: &'static str, key_column: &'static str| {
        let name = find_name(tx, subject)?.unwrap_or_default();
        let mut sql = sql! { "a.archived IN (FALSE, TRUE) AND " };
        sql! { sql => const key_column, " = ", key(&name), " AND ", const column, " = ", id };
        Ok::<_, StoreError>(sql)
    };
    Ok(Some(match subject {
        Subject::Product(_) => keyed(tx, "a.product_id", "a.product_key")?,
        Subject::Status(_) => keyed(tx, "a.status_id", "a.status_key")?,
        Subject::Location(_) => {
            let stands = keyed(tx, "a.location_id", "a.location_key")?;
            sql! { "((", + stands, ") OR ", + held, ")" }
        }
        Subject::Category(_) => sql! { "a.category_id = ", id },
        Subject::Supplier(_) => sql! { "a.supplier_id = ", id },
        Subject::Department(_) => sql! { "a.department_id = ", id },
        Subject::Employee(_) | Subject::Asset(_) => held,
        _ => return Ok(None),
    }))
}

pub(crate) const fn table(subject: Subject) -> &'static str {
    match subject {
        Subject::Asset(_) => "assets",
        Subject::Employee(_) => "employees",
        Subject::Source(_) => "sources",
        Subject::Product(_) => "products",
        Subject::Category(_) => "categories",
        Subject::Manufacturer(_) => "manufacturers",
        Subject::Supplier(_) => "suppliers",
        Subject::Status(_) => "statuses",
        Subject::Location(_) => "locations",
        Subject::Department(_) => "departments",
        Subject::Field(_) => "custom_fields",
        Subject::User(_) => "users",
        Subject::Token(_) => "tokens",
        Subject::Webhook(_) => "webhooks",
        Subject::Company(_) => "tenants",
    }
}

/// Removes the row. Conflict `in_use` while something points at it; false when there was none.
pub(crate) fn remove(tx: &mut Tx<'_>, subject: Subject) -> Result<bool, StoreError> {
    hold(tx, subject)?;
    if uses(tx, subject)?.any() {
        return Err(StoreError::Conflict("in_use".into()));
    }
    let tenant = tx.tenant();
    let mut sql = sql! { "DELETE FROM " };
    sql.text(table(subject));
    sql! { sql => " WHERE tenant_id = ", tenant, " AND id = ", subject.number() };
    Ok(tx.exec(sql)? > 0)
}

/// Whether it is here; what is found stays until the transaction ends, on both databases.
pub fn stands(tx: &mut Tx<'_>, subject: Subject) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT 1 FROM " };
    sql.text(table(subject));
    sql! { sql => " WHERE tenant_id = ", tenant, " AND id = ", subject.number() };
    sql.text(tx.held_still());
    Ok(tx.find(sql, |_| Ok(()))?.is_some())
}

/// Keeps others from changing it, or pointing at it anew, until the transaction ends: asked before
/// a row is read that is written again, or taken away.
pub fn hold(tx: &mut Tx<'_>, subject: Subject) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT 1 FROM " };
    sql.text(table(subject));
    sql! { sql => " WHERE tenant_id = ", tenant, " AND id = ", subject.number(), " FOR UPDATE" };
    tx.find(sql, |_| Ok(()))?;
    Ok(())
}
