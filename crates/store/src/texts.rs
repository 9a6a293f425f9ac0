//! What assets are found by, held in memory beside a SQLite file. Reading through all of it takes
//! less time than asking an index of trigrams would, and no change pays for such an index.
//! Every reader brings it up to its own snapshot first; the database tells what moved.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::id::TenantId;
use memchr::memmem;

use crate::assets::Archived;
use crate::seam::{Query, Sql, StoreError, Tx, sql};

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

/// One tenant's.
#[derive(Default)]
pub(crate) struct Pile {
    /// The newest change in it; `None` before anything was read.
    upto: Option<i64>,
    /// One after the other, each with a line break behind it.
    text: String,
    /// In the order of `text`.
    slips: Vec<Slip>,
    /// Where in `slips` an asset's text is.
    place: HashMap<i64, usize>,
}

struct Slip {
    start: usize,
    asset: i64,
    archived: bool,
    /// A later one took its place, or the asset is gone.
    void: bool,
}

/// A text that was found, by its place.
pub(crate) type Hit = usize;

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
        // What is void is not worth more room than what is not.
        let worn = self.slips.len() > 2 * self.place.len() + 1_000;
        match moved {
            Some(assets) if !worn => self.read_again(tx, &assets)?,
            _ => self.read_all(tx)?,
        }
        self.upto = Some(newest);
        Ok(())
    }

    fn read_all(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        *self = Self::default();
        let tenant = tx.tenant();
        tx.each(
            sql! { "SELECT id, ", const TEXT, " FROM assets WHERE tenant_id = ", tenant },
            |row| {
                self.put(row.next()?, row.next()?, &row.next::<String>()?);
                Ok(())
            },
        )?;
        self.text.shrink_to_fit();
        Ok(())
    }

    fn read_again(&mut self, tx: &mut Tx<'_>, assets: &[i64]) -> Result<(), StoreError> {
        for asset in assets {
            if let Some(place) = self.place.remove(asset) {
                self.slips[place].void = true;
            }
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

    fn put(&mut self, asset: i64, archived: bool, text: &str) {
        self.place.insert(asset, self.slips.len());
        self.slips.push(Slip { start: self.text.len(), asset, archived, void: false });
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// All in which every word stands, in no order that means anything.
    pub fn find<'w>(
        &self,
        words: impl IntoIterator<Item = &'w str>,
        archived: Archived,
    ) -> Vec<Hit> {
        let mut words: Vec<_> = words.into_iter().map(memmem::Finder::new).collect();
        // The longest is the rarest, most likely.
        words.sort_by_key(|word| word.needle().len());
        let Some(rarest) = words.pop() else { return Vec::new() };
        let text = self.text.as_bytes();
        let (mut hits, mut from, mut place) = (Vec::new(), 0, 0);
        while let Some(at) = rarest.find(&text[from..]) {
            place = self.place_of(from + at, place);
            from = self.end(place);
            let slip = &self.slips[place];
            let around = &text[slip.start..from];
            let wanted = !slip.void && archived.shows(slip.archived);
            if wanted && words.iter().all(|word| word.find(around).is_some()) {
                hits.push(place);
            }
        }
        hits
    }

    /// The slip around a position, not before slip `from`; often it is one of the next.
    fn place_of(&self, position: usize, from: usize) -> usize {
        let mut reach = 8;
        loop {
            let ahead = self.slips.len().min(from + reach);
            if ahead == self.slips.len() || self.slips[ahead].start > position {
                let some = &self.slips[from..ahead];
                return from + some.partition_point(|slip| slip.start <= position) - 1;
            }
            reach *= 8;
        }
    }

    fn end(&self, place: usize) -> usize {
        self.slips.get(place + 1).map_or(self.text.len(), |next| next.start)
    }

    pub fn asset(&self, hit: Hit) -> i64 {
        self.slips[hit].asset
    }

    /// The sort key that stands in that line of its text.
    pub fn line(&self, hit: Hit, line: usize) -> &str {
        let text = &self.text[self.slips[hit].start..self.end(hit)];
        text.split('\n').nth(line).unwrap_or_default()
    }
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
