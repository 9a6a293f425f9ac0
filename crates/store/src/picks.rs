//! What a filter or a form offers to pick from: ids and names alone, quick however many assets
//! there are.

use domain::id::{Id, Noun, noun};

use crate::seam::{Query, StoreError, Tx, sql};

/// Lists that stay short enough to be shown whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picks {
    Statuses,
    Categories,
    Products,
    Locations,
    Departments,
    Manufacturers,
    Suppliers,
}

/// Id and name of the first so many, by name; statuses in the tenant's own order.
pub fn of(tx: &mut Tx<'_>, what: Picks, most: i64) -> Result<Vec<(String, String)>, StoreError> {
    match what {
        Picks::Statuses => {
            named::<noun::Status>(tx, "statuses WHERE tenant_id = ", " ORDER BY position, id", most)
        }
        Picks::Categories => by_name::<noun::Category>(tx, "categories WHERE tenant_id = ", most),
        Picks::Products => by_name::<noun::Product>(tx, "products WHERE tenant_id = ", most),
        Picks::Locations => by_name::<noun::Location>(tx, "locations WHERE tenant_id = ", most),
        Picks::Departments => {
            by_name::<noun::Department>(tx, "departments WHERE tenant_id = ", most)
        }
        Picks::Manufacturers => {
            by_name::<noun::Manufacturer>(tx, "manufacturers WHERE tenant_id = ", most)
        }
        Picks::Suppliers => by_name::<noun::Supplier>(tx, "suppliers WHERE tenant_id = ", most),
    }
}

fn by_name<N: Noun>(
    tx: &mut Tx<'_>,
    from: &'static str,
    most: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    named::<N>(tx, from, " ORDER BY name_key, id", most)
}

fn named<N: Noun>(
    tx: &mut Tx<'_>,
    from: &'static str,
    order: &'static str,
    most: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT id, name FROM " };
    sql.text(from);
    sql.bind(tenant);
    sql.text(order);
    sql! { sql => " LIMIT ", most };
    tx.all(sql, |row| Ok((Id::<N>::new(row.next()?).to_string(), row.next()?)))
}
