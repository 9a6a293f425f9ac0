//! What assets cost and since when, for those who compute what they are still worth.

use std::sync::Arc;

use domain::id::CategoryId;
use jiff::civil::Date;

use super::counts::unordered;
use super::list::matching;
use super::query::AssetQuery;
use crate::read::date;
use crate::seam::{Query, StoreError, Tx, sql};

/// Assets that cost the same, were bought on one day and are of one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    pub category: Option<CategoryId>,
    /// Nothing: the company's.
    pub currency: Option<String>,
    pub on: Option<Date>,
    /// Of one, in minor units.
    pub cost: i64,
    pub assets: i64,
}

/// All whose cost is known; remembered as long as nothing was committed.
pub fn bought(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Arc<Vec<Bought>>, StoreError> {
    let query = AssetQuery { priced: true, ..unordered(query) };
    tx.remembered("bought", format!("{query:?}"), |tx| {
        let mut sql = sql! {
            "SELECT a.shown_category_id, a.currency, a.purchased_on, a.cost, count(*)"
        };
        sql.append(matching(tx, &query)?);
        sql.text(
            " GROUP BY a.shown_category_id, a.currency, a.purchased_on, a.cost
              ORDER BY a.shown_category_id, a.currency, a.purchased_on, a.cost",
        );
        let found = tx.all(sql, |row| {
            Ok(Bought {
                category: row.next()?,
                currency: row.next()?,
                on: date(row)?,
                cost: row.next()?,
                assets: row.next()?,
            })
        })?;
        Ok(Arc::new(found))
    })
}
