//! The register's plain nouns, a name each: categories, manufacturers, suppliers, departments.
//! Names are unique in their tenant; conflicts are named `<table>_name`.

use domain::Id;
use domain::id::{Noun, noun};
use domain::text::key;

use crate::seam::{Query, Row, Sql, StoreError, Tx, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<N: Noun> {
    pub id: Id<N>,
    pub name: String,
    /// How many unarchived assets belong to it.
    pub assets: i64,
}

/// A noun that is a name and nothing more.
pub trait Named: Noun {
    #[doc(hidden)]
    const SELECT: &'static str;
    #[doc(hidden)]
    const INSERT: &'static str;
    #[doc(hidden)]
    const UPDATE: &'static str;
    #[doc(hidden)]
    const DELETE: &'static str;
}

macro_rules! named {
    ($noun:ident, $table:literal, $assets:literal) => {
        impl Named for noun::$noun {
            const SELECT: &'static str = concat!(
                "SELECT n.id, n.name, (SELECT count(*) FROM assets a ",
                $assets,
                ")
                 FROM ",
                $table,
                " n
                 WHERE n.tenant_id = "
            );
            const INSERT: &'static str =
                concat!("INSERT INTO ", $table, " (tenant_id, id, name, name_key) VALUES (");
            const UPDATE: &'static str = concat!("UPDATE ", $table, " SET name = ");
            const DELETE: &'static str = concat!("DELETE FROM ", $table, " WHERE tenant_id = ");
        }
    };
}
named!(
    Category,
    "categories",
    "WHERE a.tenant_id = n.tenant_id AND NOT a.archived AND a.shown_category_id = n.id"
);
named!(
    Department,
    "departments",
    "WHERE a.tenant_id = n.tenant_id AND NOT a.archived AND a.department_id = n.id"
);
named!(
    Supplier,
    "suppliers",
    "WHERE a.tenant_id = n.tenant_id AND NOT a.archived AND a.supplier_id = n.id"
);
named!(
    Manufacturer,
    "manufacturers",
    "JOIN products p ON p.tenant_id = a.tenant_id AND p.id = a.product_id
     WHERE a.tenant_id = n.tenant_id AND NOT a.archived AND p.manufacturer_id = n.id"
);

/// All of them, by name.
pub fn list<N: Named>(tx: &mut Tx<'_>) -> Result<Vec<Entry<N>>, StoreError> {
    let tenant = tx.tenant();
    tx.all(select::<N>(sql! { tenant, " ORDER BY n.name_key" }), read)
}

pub fn find<N: Named>(tx: &mut Tx<'_>, id: Id<N>) -> Result<Option<Entry<N>>, StoreError> {
    let tenant = tx.tenant();
    tx.find(select::<N>(sql! { tenant, " AND n.id = ", id }), read)
}

pub fn find_by_name<N: Named>(tx: &mut Tx<'_>, name: &str) -> Result<Option<Entry<N>>, StoreError> {
    let tenant = tx.tenant();
    tx.find(select::<N>(sql! { tenant, " AND n.name_key = ", key(name) }), read)
}

pub fn create<N: Named>(tx: &mut Tx<'_>, id: Id<N>, name: &str) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut sql = Sql::default();
    sql.text(N::INSERT);
    sql! { sql => tenant, ", ", id, ", ", name, ", ", key(name), ")" };
    tx.exec(sql).map(drop)
}

pub fn rename<N: Named>(tx: &mut Tx<'_>, id: Id<N>, name: &str) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut sql = Sql::default();
    sql.text(N::UPDATE);
    sql! { sql =>
        name, ", name_key = ", key(name), "
         WHERE tenant_id = ", tenant, " AND id = ", id
    };
    if tx.exec(sql)? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// False when there was none; [`StoreError::Referenced`] while something belongs to it.
pub fn delete<N: Named>(tx: &mut Tx<'_>, id: Id<N>) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let mut sql = Sql::default();
    sql.text(N::DELETE);
    sql! { sql => tenant, " AND id = ", id };
    Ok(tx.exec(sql)? > 0)
}

fn select<N: Named>(rest: Sql) -> Sql {
    let mut sql = Sql::default();
    sql.text(N::SELECT);
    sql.append(rest);
    sql
}

fn read<N: Noun>(row: &mut Row<'_>) -> Result<Entry<N>, StoreError> {
    Ok(Entry { id: row.next()?, name: row.next()?, assets: row.next()? })
}
