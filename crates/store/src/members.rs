//! How many unarchived assets each thing has: counted for all of a kind together, and once until
//! something is committed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::seam::{Query, StoreError, Tx, sql};

/// By the number of its id.
#[derive(Debug, Clone, Default)]
pub struct Members(Arc<BTreeMap<i64, i64>>);

impl Members {
    pub fn of(&self, id: i64) -> i64 {
        self.0.get(&id).copied().unwrap_or(0)
    }
}

/// Assets by what stands in that column of theirs.
pub(crate) fn by(tx: &mut Tx<'_>, column: &'static str) -> Result<Members, StoreError> {
    tx.remembered("assets by a column", column.to_owned(), |tx| {
        let tenant = tx.tenant();
        let counted: Vec<(i64, i64)> = tx.all(
            sql! {
                "SELECT ", const column, ", count(*)
                 FROM assets
                 WHERE tenant_id = ", tenant, " AND archived = FALSE AND ", const column, " IS NOT NULL
                 GROUP BY ", const column
            },
            |row| Ok((row.next()?, row.next()?)),
        )?;
        Ok(Members(Arc::new(counted.into_iter().collect())))
    })
}

/// Assets by who makes their products.
pub(crate) fn by_maker(tx: &mut Tx<'_>) -> Result<Members, StoreError> {
    let (tenant, of_products) = (tx.tenant(), by(tx, "product_id")?);
    let mut makers = BTreeMap::new();
    tx.each(
        sql! {
            "SELECT manufacturer_id, id
             FROM products
             WHERE tenant_id = ", tenant, " AND manufacturer_id IS NOT NULL"
        },
        |row| {
            let maker: i64 = row.next()?;
            let product: i64 = row.next()?;
            *makers.entry(maker).or_default() += of_products.of(product);
            Ok(())
        },
    )?;
    Ok(Members(Arc::new(makers)))
}
