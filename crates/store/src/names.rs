//! What ids stand for: the names of many things of one kind, looked up at once.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{Id, Noun, noun};

use crate::locations;
use crate::seam::{Query, Sql, StoreError, Tx, sql};

/// Names by id as it was written. What is gone has none, nor has what is no id.
pub fn of(tx: &mut Tx<'_>, ids: &BTreeSet<String>) -> Result<BTreeMap<String, String>, StoreError> {
    let mut found = Found { tx, ids, names: BTreeMap::new() };
    found.add::<noun::Asset>("SELECT id, tag FROM assets WHERE tenant_id = ")?;
    found.add::<noun::Category>("SELECT id, name FROM categories WHERE tenant_id = ")?;
    found.add::<noun::Department>("SELECT id, name FROM departments WHERE tenant_id = ")?;
    found.add::<noun::Employee>("SELECT id, name FROM employees WHERE tenant_id = ")?;
    found.add_places()?;
    found.add::<noun::Manufacturer>("SELECT id, name FROM manufacturers WHERE tenant_id = ")?;
    found.add::<noun::Product>("SELECT id, name FROM products WHERE tenant_id = ")?;
    found.add::<noun::Source>("SELECT id, name FROM sources WHERE tenant_id = ")?;
    found.add::<noun::Status>("SELECT id, name FROM statuses WHERE tenant_id = ")?;
    found.add::<noun::Supplier>("SELECT id, name FROM suppliers WHERE tenant_id = ")?;
    found.add::<noun::Field>("SELECT id, label FROM custom_fields WHERE tenant_id = ")?;
    found.add::<noun::User>("SELECT id, name FROM users WHERE tenant_id = ")?;
    found.add::<noun::Token>("SELECT id, name FROM tokens WHERE tenant_id = ")?;
    found.add::<noun::Webhook>("SELECT id, name FROM webhooks WHERE tenant_id = ")?;
    found.add::<noun::Tenant>("SELECT id, name FROM tenants WHERE id = ")?;
    Ok(found.names)
}

struct Found<'f, 'c> {
    tx: &'f mut Tx<'c>,
    ids: &'f BTreeSet<String>,
    names: BTreeMap<String, String>,
}

impl Found<'_, '_> {
    fn add<N: Noun>(&mut self, select: &'static str) -> Result<(), StoreError> {
        let ids = self.numbers::<N>();
        let names = by_id(self.tx, select, ids.iter().map(|(_, number)| *number))?;
        self.keep(ids, &names);
        Ok(())
    }

    fn add_places(&mut self) -> Result<(), StoreError> {
        let ids = self.numbers::<noun::Location>();
        let names = locations::called(self.tx, ids.iter().map(|(_, number)| *number))?;
        self.keep(ids, &names);
        Ok(())
    }

    fn numbers<N: Noun>(&self) -> Vec<(String, i64)> {
        let id = |text: &'_ String| Some((text.clone(), text.parse::<Id<N>>().ok()?.number()));
        self.ids.iter().filter_map(id).collect()
    }

    fn keep(&mut self, ids: Vec<(String, i64)>, names: &BTreeMap<i64, String>) {
        let named = |(text, number)| Some((text, names.get(&number)?.clone()));
        self.names.extend(ids.into_iter().filter_map(named));
    }
}

/// `SELECT id, … FROM … WHERE tenant_id = `, of these ids.
pub(crate) fn by_id(
    tx: &mut Tx<'_>,
    select: &'static str,
    ids: impl IntoIterator<Item = i64>,
) -> Result<BTreeMap<i64, String>, StoreError> {
    let tenant = tx.tenant();
    let ask = |list: Sql| sql! { const select, tenant, " AND id IN (", + list, ")" };
    let ids: BTreeSet<i64> = ids.into_iter().collect();
    Ok(tx.of_ids(ids, ask, |row| Ok((row.next()?, row.next()?)))?.into_iter().collect())
}
