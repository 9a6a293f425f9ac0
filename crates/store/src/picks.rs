//! What a filter or a form offers to pick from: ids and names alone, quick however many assets
//! there are.

use domain::id::{Id, Noun, noun};
use domain::locations::Places;
use domain::text::key;

use crate::locations;
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
        Picks::Locations => places(tx, most),
        Picks::Departments => {
            by_name::<noun::Department>(tx, "departments WHERE tenant_id = ", most)
        }
        Picks::Manufacturers => {
            by_name::<noun::Manufacturer>(tx, "manufacturers WHERE tenant_id = ", most)
        }
        Picks::Suppliers => by_name::<noun::Supplier>(tx, "suppliers WHERE tenant_id = ", most),
    }
}

/// Each by the way to it from the top.
fn places(tx: &mut Tx<'_>, most: i64) -> Result<Vec<(String, String)>, StoreError> {
    let all = locations::all(tx)?;
    let tree = Places::of(all.iter().cloned());
    let told = all.iter().map(|place| (place.id.to_string(), tree.path(place.id)));
    let mut told: Vec<(String, String)> = told.collect();
    told.sort_by_cached_key(|(_, path)| key(path));
    told.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(told)
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
