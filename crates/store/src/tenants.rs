//! Tenants, and what each decided for itself.

use domain::catalog::StatusKind;
use domain::company::{Company, Tenant};
use domain::id::TenantId;
use domain::{Mint, Timestamp};

use crate::seam::{Json, Query, Row, Sql, StoreError, SystemTx, Tx, sql};

/// What a new tenant begins with; the first is the one new assets get.
const STATUSES: [(&str, StatusKind, &str); 5] = [
    ("Ready", StatusKind::Ready, "green"),
    ("Pending", StatusKind::Pending, "blue"),
    ("In repair", StatusKind::Unavailable, "orange"),
    ("Lost", StatusKind::Unavailable, "red"),
    ("Retired", StatusKind::Unavailable, "gray"),
];

/// Conflict `tenants_slug` when the slug is taken.
pub fn create(
    tx: &mut SystemTx<'_>,
    tenant: &Tenant,
    company: &Company,
    at: Timestamp,
    mint: &Mint,
) -> Result<(), StoreError> {
    tx.exec(sql!(
        "INSERT INTO tenants (id, name, slug, company, created_at)
         VALUES (", tenant.id, ", ", &tenant.name, ", ", &tenant.slug, ", ",
                Json(company), ", ", at, ")"
    ))?;
    let rows = STATUSES.iter().zip(0_i64..).map(|((name, kind, color), position)| {
        [
            tenant.id.into(),
            mint.id::<domain::id::noun::Status>(at).into(),
            (*name).into(),
            domain::text::key(name).into(),
            kind.as_str().into(),
            (*color).into(),
            position.into(),
        ]
    });
    tx.exec_many(
        "INSERT INTO statuses (tenant_id, id, name, name_key, kind, color, position) VALUES ",
        rows.collect(),
        "",
    )?;
    Ok(())
}

/// The oldest tenant; its administrators administer the installation.
pub fn first(tx: &mut SystemTx<'_>) -> Result<Option<Tenant>, StoreError> {
    tx.find(sql!("SELECT id, name, slug FROM tenants ORDER BY id LIMIT 1"), read)
}

pub fn find(tx: &mut SystemTx<'_>, id: TenantId) -> Result<Option<Tenant>, StoreError> {
    tx.find(sql!("SELECT id, name, slug FROM tenants WHERE id = ", id), read)
}

pub fn by_slug(tx: &mut SystemTx<'_>, slug: &str) -> Result<Option<Tenant>, StoreError> {
    tx.find(sql!("SELECT id, name, slug FROM tenants WHERE slug = ", slug), read)
}

pub fn list(tx: &mut SystemTx<'_>) -> Result<Vec<Tenant>, StoreError> {
    tx.all(sql!("SELECT id, name, slug FROM tenants ORDER BY id"), read)
}

pub fn rename(tx: &mut SystemTx<'_>, id: TenantId, name: &str) -> Result<(), StoreError> {
    changed(tx, sql!("UPDATE tenants SET name = ", name, " WHERE id = ", id))
}

/// The company details of this transaction's tenant.
pub fn company(tx: &mut Tx<'_>) -> Result<Company, StoreError> {
    let tenant = tx.tenant();
    let Json(company) =
        tx.one(sql!("SELECT company FROM tenants WHERE id = ", tenant), |row| row.next())?;
    Ok(company)
}

pub fn save_company(tx: &mut Tx<'_>, company: &Company) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    changed(tx, sql!("UPDATE tenants SET company = ", Json(company), " WHERE id = ", tenant))
}

fn changed(tx: &mut impl Query, sql: Sql) -> Result<(), StoreError> {
    if tx.exec(sql)? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn read(row: &mut Row<'_>) -> Result<Tenant, StoreError> {
    Ok(Tenant { id: row.next()?, name: row.next()?, slug: row.next()? })
}
