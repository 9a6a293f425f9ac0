//! What assets are found by, held in memory beside a SQLite file, so that no change pays for an
//! index of it. Every reader brings it up to its own snapshot first; the database tells what moved.

mod pile;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::id::{AssetId, TenantId};

use crate::seam::{Query, Sql, StoreError, Tx, sql};

pub(crate) use pile::Pile;

/// One line a key, as `derived::Keys::search` writes them; a line break inside a key is a space.
const TEXT: &str = "archived, replace(tag_key, char(10), ' ') || char(10)
    || replace(name_key, char(10), ' ') || char(10)
    || replace(serial_key, char(10), ' ') || char(10)
    || replace(product_key, char(10), ' ') || char(10)
    || replace(custodian_key, char(10), ' ') || char(10)
    || fields_text || char(10)
    || details_text";

/// The texts of every tenant in which somebody searched since the start.
#[derive(Default)]
pub(crate) struct Texts(Mutex<HashMap<TenantId, Arc<RwLock<Pile>>>>);

impl Texts {
    /// The tenant's texts, not older than what `tx` sees.
    pub fn of(&self, tx: &mut Tx<'_>) -> Result<Arc<RwLock<Pile>>, StoreError> {
        let pile = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(tx.tenant()).or_default())
        };
        let newest = newest(tx)?;
        let upto = pile.read().unwrap_or_else(PoisonError::into_inner).upto;
        if upto.is_none_or(|upto| upto < newest) {
            let mut stale = pile.write().unwrap_or_else(PoisonError::into_inner);
            // Another reader may have been quicker, or may see more than we do.
            if stale.upto.is_none_or(|upto| upto < newest) {
                stale.catch_up(tx, newest)?;
            }
        }
        Ok(pile)
    }
}

impl Pile {
    fn catch_up(&mut self, tx: &mut Tx<'_>, newest: i64) -> Result<(), StoreError> {
        let moved = match self.upto {
            Some(upto) => moved(tx, upto)?,
            None => None,
        };
        match moved {
            Some(assets) if !self.is_worn() => self.read_again(tx, &assets)?,
            _ => self.read_all(tx)?,
        }
        self.upto = Some(newest);
        Ok(())
    }

    fn read_all(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        self.clear();
        let tenant = tx.tenant();
        tx.each(
            sql! {
                "SELECT id, ", const TEXT, " FROM assets WHERE tenant_id = ", tenant, "
                 ORDER BY tag_key, id"
            },
            |row| {
                self.put(row.next()?, row.next()?, &row.next::<String>()?);
                Ok(())
            },
        )?;
        self.begin();
        Ok(())
    }

    fn read_again(&mut self, tx: &mut Tx<'_>, assets: &[i64]) -> Result<(), StoreError> {
        for asset in assets {
            self.void(*asset);
        }
        let tenant = tx.tenant();
        let ask = |list: Sql| {
            sql! {
                "SELECT id, ", const TEXT, "
                 FROM assets
                 WHERE tenant_id = ", tenant, " AND id IN (", + list, ")"
            }
        };
        let found = tx.of_ids(assets.iter().copied(), ask, |row| {
            Ok((row.next::<i64>()?, row.next::<bool>()?, row.next::<String>()?))
        })?;
        for (asset, archived, text) in found {
            self.put(asset, archived, &text);
        }
        Ok(())
    }
}

/// How many changes are remembered; who missed more reads everything anew. The triggers know it too.
const REMEMBERED: i64 = 10_000;

/// Numbers assets that were just inserted, as triggers number what changes.
pub(crate) fn arrived(tx: &mut Tx<'_>, assets: &[AssetId]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let before = newest(tx)?;
    let numbered = (before + 1..).zip(assets);
    let rows: Vec<_> =
        numbered.map(|(number, asset)| [tenant.into(), number.into(), (*asset).into()]).collect();
    let newest = before + i64::try_from(rows.len()).expect("what fits in memory");
    tx.exec_each("INSERT INTO text_changes (tenant_id, number, asset_id) VALUES ", rows, "")?;
    tx.exec(sql! {
        "DELETE FROM text_changes
         WHERE tenant_id = ", tenant, " AND number <= ", newest - REMEMBERED
    })
    .map(drop)
}

fn newest(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let newest = tx
        .one(sql! { "SELECT max(number) FROM text_changes WHERE tenant_id = ", tenant }, |row| {
            row.next::<Option<i64>>()
        })?;
    Ok(newest.unwrap_or(0))
}

/// The assets that changed after that change, each once. `None`: too many to know them all.
fn moved(tx: &mut Tx<'_>, upto: i64) -> Result<Option<Vec<i64>>, StoreError> {
    let tenant = tx.tenant();
    let known = tx.find(
        sql! {
            "SELECT number
             FROM text_changes
             WHERE tenant_id = ", tenant, " AND number <= ", upto + 1, "
             LIMIT 1"
        },
        |row| row.next::<i64>(),
    )?;
    if known.is_none() {
        return Ok(None);
    }
    let mut assets: Vec<i64> = tx.all(
        sql! {
            "SELECT asset_id
             FROM text_changes
             WHERE tenant_id = ", tenant, " AND number > ", upto
        },
        |row| row.next::<i64>(),
    )?;
    assets.sort_unstable();
    assets.dedup();
    Ok(Some(assets))
}
