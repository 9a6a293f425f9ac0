//! How long things of each category are of use; what a category leaves open is the company's.

use domain::depreciation::UsefulLife;
use domain::event::Subject;
use domain::id::CategoryId;
use domain::{Action, Deed, Mint};
use serde_json::Value;

use crate::nouns::{self, Told, own};
use crate::seam::{Query, StoreError, Tx, sql};

/// A category and what it says of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryLife {
    pub id: CategoryId,
    pub name: String,
    pub life: Option<UsefulLife>,
}

/// Every category, by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<CategoryLife>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT id, name, life_months, residual_percent
             FROM categories
             WHERE tenant_id = ", tenant, "
             ORDER BY name_key"
        },
        |row| {
            let (id, name) = (row.next()?, row.next()?);
            let (months, percent): (Option<i64>, Option<i64>) = (row.next()?, row.next()?);
            let life = months.zip(percent).map(|(months, percent)| UsefulLife {
                months: u32::try_from(months).unwrap_or(u32::MAX),
                residual_percent: u32::try_from(percent).unwrap_or(100),
            });
            Ok(CategoryLife { id, name, life })
        },
    )
}

/// `None`: as the company says. A change is an event of the category.
pub fn save(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: CategoryId,
    life: Option<UsefulLife>,
) -> Result<(), StoreError> {
    let held = list(tx)?.into_iter().find(|held| held.id == id).ok_or(StoreError::NotFound)?;
    if held.life == life {
        return Ok(());
    }
    let (months, percent) = (
        life.map(|life| i64::from(life.months)),
        life.map(|life| i64::from(life.residual_percent)),
    );
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE categories SET life_months = ", months, ", residual_percent = ", percent,
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    let changes = nouns::moved(told(held.life), told(life));
    nouns::record(tx, deed, mint, Subject::Category(id), Action::Updated, changes, None)
}

fn told(life: Option<UsefulLife>) -> Told {
    let number = |number: Option<u32>| number.map_or(Value::Null, Value::from);
    vec![
        (own("useful_life_months"), number(life.map(|life| life.months))),
        (own("residual_percent"), number(life.map(|life| life.residual_percent))),
    ]
}
