//! When things were last changed, for programs that ask for what is new since they last asked; and
//! how often, for whoever changes what they read a while ago.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::event::Subject;
use domain::id::TenantId;

use crate::nouns;
use crate::seam::{Query, Row, Sql, StoreError, SystemTx, Tx, sql};

/// A kind of thing whose rows say when they were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changeable {
    Fields,
    Users,
    Conflicts,
    Alerts,
}

/// Which state of a thing this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Greater after each change.
    pub version: i64,
    pub updated_at: Timestamp,
}

impl Stamp {
    /// Two columns: version and instant.
    pub(crate) fn read(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Stamp { version: row.next()?, updated_at: row.next()? })
    }
}

/// [`StoreError::Stale`] unless it still is of the version that somebody read; any will do where none
/// is expected. Asked once it is [held](nouns::hold).
pub fn expect(tx: &mut Tx<'_>, subject: Subject, version: Option<i64>) -> Result<(), StoreError> {
    let Some(version) = version else { return Ok(()) };
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT version FROM " };
    sql.text(nouns::table(subject));
    sql! { sql => " WHERE tenant_id = ", tenant, " AND id = ", subject.number() };
    let held: Option<i64> = tx.find(sql, |row| row.next())?;
    if held.is_some_and(|held| held != version) { Err(StoreError::Stale) } else { Ok(()) }
}

impl Changeable {
    const fn table(self) -> &'static str {
        match self {
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

/// It changed without anybody having written to it: whoever writes to it is not in the way.
pub(crate) fn moved(tx: &mut Tx<'_>, subject: Subject, now: Timestamp) -> Result<(), StoreError> {
    write(tx, nouns::table(subject), "", subject.number(), now)
}

/// The same for what an event is about, unless that keeps its own time.
pub(crate) fn touch_subject(
    tx: &mut Tx<'_>,
    subject: Subject,
    now: Timestamp,
) -> Result<(), StoreError> {
    match subject {
        Subject::Asset(_)
        | Subject::Employee(_)
        | Subject::Source(_)
        | Subject::Token(_)
        | Subject::Webhook(_)
        | Subject::Company(_) => Ok(()),
        Subject::Field(_) | Subject::User(_) => {
            write(tx, nouns::table(subject), "", subject.number(), now)
        }
        noun => write(tx, nouns::table(noun), ", version = version + 1", noun.number(), now),
    }
}

fn write(
    tx: &mut Tx<'_>,
    table: &'static str,
    counted: &'static str,
    id: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut sql = Sql::default();
    sql.text("UPDATE ");
    sql.text(table);
    sql! { sql => " SET updated_at = ", now, const counted, " WHERE tenant_id = ", tenant, " AND id = ", id };
    tx.exec(sql).map(drop)
}
