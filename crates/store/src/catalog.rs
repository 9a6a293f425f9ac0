//! The register's plain nouns, a name each: categories, manufacturers, suppliers, departments.
//! Names are unique in their tenant; conflicts are named `<table>_name`.

use domain::event::Subject;
use domain::id::{Id, Noun, noun};
use domain::text::key;
use domain::{Action, Deed, Field, Mint};

use crate::changes::Stamp;
use crate::former_names;
use crate::members::{self, Members};
use crate::nouns::{self, Told};
use crate::seam::{Query, Row, Sql, StoreError, Tx, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<N: Noun> {
    pub id: Id<N>,
    pub name: String,
    /// How many unarchived assets belong to it.
    pub assets: i64,
    pub stamp: Stamp,
}

/// A noun that is a name and nothing more.
pub trait Named: Noun + Sized {
    #[doc(hidden)]
    const TABLE: &'static str;
    /// The assets of one, for counting.
    #[doc(hidden)]
    const ASSETS: &'static str;
    /// How many each has.
    #[doc(hidden)]
    fn members(tx: &mut Tx<'_>) -> Result<Members, StoreError>;

    /// As events name it.
    fn subject(id: Id<Self>) -> Subject;
}

macro_rules! named {
    ($noun:ident, $table:literal, $assets:literal, $members:expr) => {
        impl Named for noun::$noun {
            const TABLE: &'static str = $table;
            const ASSETS: &'static str = $assets;

            fn members(tx: &mut Tx<'_>) -> Result<Members, StoreError> {
                $members(tx)
            }

            fn subject(id: Id<Self>) -> Subject {
                Subject::$noun(id)
            }
        }
    };
}
named!(
    Category,
    "categories",
    "WHERE a.tenant_id = n.tenant_id AND a.archived = FALSE AND a.shown_category_id = n.id",
    |tx| members::by(tx, "shown_category_id")
);
named!(
    Department,
    "departments",
    "WHERE a.tenant_id = n.tenant_id AND a.archived = FALSE AND a.department_id = n.id",
    |tx| members::by(tx, "department_id")
);
named!(
    Supplier,
    "suppliers",
    "WHERE a.tenant_id = n.tenant_id AND a.archived = FALSE AND a.supplier_id = n.id",
    |tx| members::by(tx, "supplier_id")
);
named!(
    Manufacturer,
    "manufacturers",
    "JOIN products p ON p.tenant_id = a.tenant_id AND p.id = a.product_id
     WHERE a.tenant_id = n.tenant_id AND a.archived = FALSE AND p.manufacturer_id = n.id",
    members::by_maker
);

/// All of them, by name.
pub fn list<N: Named>(tx: &mut Tx<'_>) -> Result<Vec<Entry<N>>, StoreError> {
    let (tenant, members) = (tx.tenant(), N::members(tx)?);
    let mut sql = sql! { "SELECT id, name, version, updated_at FROM " };
    sql.text(N::TABLE);
    sql! { sql => " WHERE tenant_id = ", tenant, " ORDER BY name_key" };
    tx.all(sql, |row| {
        let (id, name): (Id<N>, String) = (row.next()?, row.next()?);
        let assets = members.of(id.number());
        Ok(Entry { id, name, assets, stamp: Stamp::read(row)? })
    })
}

pub fn find<N: Named>(tx: &mut Tx<'_>, id: Id<N>) -> Result<Option<Entry<N>>, StoreError> {
    let tenant = tx.tenant();
    tx.find(select::<N>(sql! { tenant, " AND n.id = ", id }), read)
}

pub fn find_by_name<N: Named>(tx: &mut Tx<'_>, name: &str) -> Result<Option<Entry<N>>, StoreError> {
    let tenant = tx.tenant();
    tx.find(select::<N>(sql! { tenant, " AND n.name_key = ", key(name) }), read)
}

pub fn create<N: Named>(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: Id<N>,
    name: &str,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "INSERT INTO " };
    sql.text(N::TABLE);
    sql! { sql =>
        " (tenant_id, id, name, name_key)
         VALUES (", tenant, ", ", id, ", ", name, ", ", key(name), ")"
    };
    tx.exec(sql)?;
    let changes = nouns::appearing(told(name));
    nouns::record(tx, deed, mint, N::subject(id), Action::Created, changes, None)
}

/// Sources that say the name it had still mean it.
pub fn rename<N: Named>(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: Id<N>,
    name: &str,
) -> Result<(), StoreError> {
    let before = find(tx, id)?.ok_or(StoreError::NotFound)?.name;
    let tenant = tx.tenant();
    let mut sql = sql! { "UPDATE " };
    sql.text(N::TABLE);
    sql! { sql =>
        " SET name = ", name, ", name_key = ", key(name), "
         WHERE tenant_id = ", tenant, " AND id = ", id
    };
    tx.exec(sql)?;
    if key(&before) != key(name) {
        former_names::keep(tx, N::subject(id), &before)?;
    }
    let changes = nouns::moved(told(&before), told(name));
    nouns::record(tx, deed, mint, N::subject(id), Action::Updated, changes, None)
}

/// False when there was none; conflict `in_use` while something belongs to it.
pub fn delete<N: Named>(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: Id<N>,
) -> Result<bool, StoreError> {
    let Some(gone) = find(tx, id)? else { return Ok(false) };
    nouns::remove(tx, N::subject(id))?;
    former_names::forget(tx, N::subject(id))?;
    let changes = nouns::vanishing(told(&gone.name));
    nouns::record(tx, deed, mint, N::subject(id), Action::Deleted, changes, None)?;
    Ok(true)
}

fn told(name: &str) -> Told {
    vec![(Field::Name, name.into())]
}

fn select<N: Named>(rest: Sql) -> Sql {
    let mut sql =
        sql! { "SELECT n.id, n.name, n.version, n.updated_at, (SELECT count(*) FROM assets a " };
    sql.text(N::ASSETS);
    sql.text(") FROM ");
    sql.text(N::TABLE);
    sql.text(" n WHERE n.tenant_id = ");
    sql.append(rest);
    sql
}

fn read<N: Noun>(row: &mut Row<'_>) -> Result<Entry<N>, StoreError> {
    let (id, name) = (row.next()?, row.next()?);
    let stamp = Stamp::read(row)?;
    Ok(Entry { id, name, assets: row.next()?, stamp })
}
