//! Views: lists somebody wants to see again, kept for themselves or shared with all.

use domain::Timestamp;
use domain::fields::AppliesTo;
use domain::id::{TenantId, UserId, ViewId};
use domain::text::key;

use crate::read::parsed;
use crate::seam::{Query, Row, StoreError, SystemTx, Tx, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: ViewId,
    /// Whose list it is.
    pub list: AppliesTo,
    pub name: String,
    /// What stands in the list's address.
    pub query: String,
    pub shared: bool,
    /// The user who keeps it; a program's has none.
    pub owner: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, list, name, query, shared, owner_id, created_at, updated_at";

/// Conflicts when a name is taken: among those shared, among one's own.
pub const TAKEN: [&str; 2] = ["views_shared_name", "views_own_name"];

/// The shared ones and this user's own, by name.
pub fn list(tx: &mut Tx<'_>, user: Option<UserId>) -> Result<Vec<View>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM views
             WHERE tenant_id = ", tenant, " AND (shared = TRUE OR owner_id = ", user, ")
             ORDER BY name_key, id"
        },
        read,
    )
}

/// Those of one list.
pub fn of(tx: &mut Tx<'_>, list: AppliesTo, user: Option<UserId>) -> Result<Vec<View>, StoreError> {
    let mut views = self::list(tx, user)?;
    views.retain(|view| view.list == list);
    Ok(views)
}

pub fn find(tx: &mut Tx<'_>, id: ViewId) -> Result<Option<View>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, " FROM views WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

/// As it stands; nobody changes it before the transaction ends.
pub fn hold(tx: &mut Tx<'_>, id: ViewId) -> Result<Option<View>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "UPDATE views SET shared = shared
             WHERE tenant_id = ", tenant, " AND id = ", id, "
             RETURNING ", const COLUMNS
        },
        read,
    )
}

/// One of [`TAKEN`] when the name is.
pub fn create(tx: &mut Tx<'_>, view: &View) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO views
            (tenant_id, id, list, name, name_key, query, shared, owner_id, created_at, updated_at)
         VALUES (", tenant, ", ", view.id, ", ", view.list.as_str(), ", ", &view.name, ", ",
                key(&view.name), ", ", &view.query, ", ", view.shared, ", ", view.owner, ", ",
                view.created_at, ", ", view.updated_at, ")"
    })
    .map(drop)
}

/// One of [`TAKEN`] when the name is; [`StoreError::NotFound`] without the view.
pub fn update(tx: &mut Tx<'_>, view: &View) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE views
         SET name = ", &view.name, ", name_key = ", key(&view.name), ", query = ", &view.query, ",
             shared = ", view.shared, ", updated_at = ", view.updated_at, "
         WHERE tenant_id = ", tenant, " AND id = ", view.id
    })?;
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

pub fn delete(tx: &mut Tx<'_>, id: ViewId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! { "DELETE FROM views WHERE tenant_id = ", tenant, " AND id = ", id }).map(drop)
}

/// Of a user who is gone, what they shared stays.
pub(crate) fn leave(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    user: UserId,
) -> Result<(), StoreError> {
    tx.exec(sql! {
        "DELETE FROM views
         WHERE tenant_id = ", tenant, " AND owner_id = ", user, " AND shared = FALSE"
    })?;
    tx.exec(sql! {
        "UPDATE views SET owner_id = NULL WHERE tenant_id = ", tenant, " AND owner_id = ", user
    })
    .map(drop)
}

fn read(row: &mut Row<'_>) -> Result<View, StoreError> {
    Ok(View {
        id: row.next()?,
        list: parsed(row, |text| AppliesTo::parse(text).ok_or("no list there is"))?,
        name: row.next()?,
        query: row.next()?,
        shared: row.next()?,
        owner: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}
