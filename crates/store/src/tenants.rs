//! Tenants, and what each decided for itself.

use domain::{
    Mint, Timestamp,
    catalog::StatusKind,
    company::{Company, Tenant},
    id::{TenantId, noun},
    text,
};

use crate::{
    StoreError, SystemTx, Tx,
    seam::{Json, Query, Row, sql},
};

/// What a new tenant begins with; the first is the one new assets get.
const STATUSES: [(&str, StatusKind, &str); 5] = [
    ("Ready", StatusKind::Ready, "green"),
    ("Pending", StatusKind::Pending, "blue"),
    ("In repair", StatusKind::Unavailable, "orange"),
    ("Lost", StatusKind::Unavailable, "red"),
    ("Retired", StatusKind::Unavailable, "gray"),
];

/// With its first statuses. A slug that is taken is a conflict over `tenants_slug`.
pub fn create(
    tx: &mut SystemTx<'_>,
    tenant: &Tenant,
    company: &Company,
    now: Timestamp,
    mint: &Mint,
) -> Result<(), StoreError> {
    tx.exec(sql! {
        "INSERT INTO tenants (id, name, slug, company, created_at, updated_at) VALUES (",
        tenant.id, ", ", &tenant.name, ", ", &tenant.slug, ", ", Json(company), ", ", now, ", ",
        now, ")"
    })?;
    let status = |(position, (name, kind, color)): (u32, &(&str, StatusKind, &str))| {
        [
            tenant.id.into(),
            mint.id::<noun::Status>(now).into(),
            (*name).into(),
            text::key(name).into(),
            kind.as_str().into(),
            (*color).into(),
            position.into(),
            now.into(),
        ]
    };
    tx.exec_many(
        "INSERT INTO statuses
            (tenant_id, id, name, name_key, kind, color, position, updated_at)
         VALUES ",
        (0..).zip(&STATUSES).map(status).collect(),
        "",
    )?;
    Ok(())
}

/// The oldest tenant: the one meant where none is named.
pub fn first(tx: &mut SystemTx<'_>) -> Result<Option<Tenant>, StoreError> {
    tx.find(sql! { "SELECT id, name, slug FROM tenants ORDER BY id LIMIT 1" }, read)
}

pub fn by_slug(tx: &mut SystemTx<'_>, slug: &str) -> Result<Option<Tenant>, StoreError> {
    tx.find(sql! { "SELECT id, name, slug FROM tenants WHERE slug = ", slug }, read)
}

pub fn find(tx: &mut SystemTx<'_>, id: TenantId) -> Result<Option<Tenant>, StoreError> {
    tx.find(sql! { "SELECT id, name, slug FROM tenants WHERE id = ", id }, read)
}

/// All of them, oldest first.
pub fn list(tx: &mut SystemTx<'_>) -> Result<Vec<Tenant>, StoreError> {
    tx.all(sql! { "SELECT id, name, slug FROM tenants ORDER BY id" }, read)
}

/// Makes everybody who changes what this tenant settled for itself, who administers it or how much
/// it keeps wait for each other.
pub fn hold(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! { "UPDATE tenants SET name = name WHERE id = ", tenant }).map(drop)
}

pub fn company(tx: &mut Tx<'_>) -> Result<Company, StoreError> {
    let tenant = tx.tenant();
    let Json(company) =
        tx.one(sql! { "SELECT company FROM tenants WHERE id = ", tenant }, |row| row.get(0))?;
    Ok(company)
}

/// The tenant goes by its company's name from then on.
pub fn save_company(tx: &mut Tx<'_>, company: &Company, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE tenants SET name = ", &company.name, ", company = ", Json(company),
        ", updated_at = ", now, " WHERE id = ", tenant
    })?;
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// From `id, name, slug`.
pub(crate) fn read(row: &mut Row<'_>) -> Result<Tenant, StoreError> {
    Ok(Tenant { id: row.next()?, name: row.next()?, slug: row.next()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        stage::{MINT, at, tenant},
        testing::on_both,
    };

    #[test]
    fn the_oldest_tenant_is_the_first_and_each_is_found_by_its_slug() {
        on_both(|store| {
            let none = store.system_blocking(first);
            assert_eq!(none, Ok::<_, StoreError>(None));
            let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
            store
                .system_blocking(move |tx| {
                    assert_eq!(first(tx)?.map(|tenant| tenant.id), Some(acme));
                    assert_eq!(by_slug(tx, "globex")?.map(|tenant| tenant.id), Some(globex));
                    assert_eq!(by_slug(tx, "initech")?, None);
                    assert_eq!(find(tx, globex)?.map(|tenant| tenant.slug), Some("globex".into()));
                    assert_eq!(list(tx)?.len(), 2);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        });
    }

    #[test]
    fn a_tenant_begins_with_its_own_statuses() {
        on_both(|store| {
            for slug in ["acme", "globex"] {
                let tenant = tenant(&store, slug);
                let names = store.read_blocking(tenant, move |tx| {
                    let ordered = sql! {
                        "SELECT name FROM statuses WHERE tenant_id = ", tenant, " ORDER BY position"
                    };
                    tx.all::<String, Vec<_>>(ordered, |row| row.get(0))
                });
                let expected = ["Ready", "Pending", "In repair", "Lost", "Retired"];
                assert_eq!(names.unwrap_or_else(|error: StoreError| panic!("{error}")), expected);
            }
        });
    }

    #[test]
    fn a_slug_belongs_to_one_tenant() {
        on_both(|store| {
            tenant(&store, "acme");
            let again = Tenant { id: TenantId::new(99), name: "Acme".into(), slug: "acme".into() };
            let taken = store
                .system_blocking(move |tx| create(tx, &again, &Company::named("A"), at(0), &MINT));
            assert!(taken.is_err_and(|error: StoreError| error.is_conflict("tenants_slug")));
        });
    }

    #[test]
    fn a_company_is_saved_for_its_own_tenant_alone() {
        on_both(|store| {
            let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
            let mut wanted = Company::named("Acme Holding");
            wanted.auto_location = true;
            let saved = wanted.clone();
            store.write_blocking(acme, move |tx| save_company(tx, &saved, at(1))).unwrap();
            assert_eq!(store.read_blocking(acme, company), Ok::<_, StoreError>(wanted));
            let other = store.read_blocking(globex, company);
            assert_eq!(other, Ok::<_, StoreError>(Company::named("globex")));
            let named = store.system_blocking(move |tx| find(tx, acme)).unwrap();
            assert_eq!(named.map(|tenant| tenant.name), Some("Acme Holding".into()));
        });
    }
}
