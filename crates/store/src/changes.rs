//! When things were last changed, for programs that ask for what is new since they last asked.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::event::Subject;
use domain::id::TenantId;

use crate::nouns;
use crate::seam::{Query, Sql, StoreError, SystemTx, Tx, sql};

/// A kind of thing whose rows say when they were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changeable {
    Statuses,
    Categories,
    Manufacturers,
    Suppliers,
    Departments,
    Locations,
    Fields,
    Users,
    Conflicts,
    Alerts,
}

impl Changeable {
    const fn table(self) -> &'static str {
        match self {
            Changeable::Statuses => "statuses",
            Changeable::Categories => "categories",
            Changeable::Manufacturers => "manufacturers",
            Changeable::Suppliers => "suppliers",
            Changeable::Departments => "departments",
            Changeable::Locations => "locations",
            Changeable::Fields => "custom_fields",
            Changeable::Users => "users",
            Changeable::Conflicts => "conflicts",
            Changeable::Alerts => "alerts",
        }
    }
}

/// Numbers of those that changed at that time or later.
pub fn since(
    tx: &mut Tx<'_>,
    what: Changeable,
    at: Timestamp,
) -> Result<BTreeSet<i64>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT id FROM " };
    sql.text(what.table());
    sql! { sql => " WHERE tenant_id = ", tenant, " AND updated_at >= ", at };
    tx.all(sql, |row| row.next::<i64>())
}

/// The same of tenants.
pub fn tenants_since(
    tx: &mut SystemTx<'_>,
    at: Timestamp,
) -> Result<BTreeSet<TenantId>, StoreError> {
    tx.all(sql! { "SELECT id FROM tenants WHERE updated_at >= ", at }, |row| row.next::<TenantId>())
}

/// It changed now.
pub fn touch(tx: &mut Tx<'_>, what: Changeable, id: i64, now: Timestamp) -> Result<(), StoreError> {
    write(tx, what.table(), id, now)
}

/// The same for what an event is about, unless that keeps its own time.
pub(crate) fn touch_subject(
    tx: &mut Tx<'_>,
    subject: Subject,
    now: Timestamp,
) -> Result<(), StoreError> {
    match subject {
        Subject::Asset(_) | Subject::Employee(_) | Subject::Source(_) => Ok(()),
        Subject::Token(_) | Subject::Webhook(_) | Subject::Company(_) => Ok(()),
        noun => write(tx, nouns::table(noun), noun.number(), now),
    }
}

fn write(tx: &mut Tx<'_>, table: &'static str, id: i64, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut sql = Sql::default();
    sql.text("UPDATE ");
    sql.text(table);
    sql! { sql => " SET updated_at = ", now, " WHERE tenant_id = ", tenant, " AND id = ", id };
    tx.exec(sql).map(drop)
}
