//! How long things are of use, category by category: what the report of values computes with.

use domain::access::Role;
use domain::company::Company;
use domain::depreciation::UsefulLife;
use domain::id::CategoryId;
use store::{Tx, tenants, useful_lives};

pub use store::useful_lives::CategoryLife;

use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::refusal::{FieldError, Refusal};
use crate::told::Teller;
use crate::versions;

/// The company's, and what each category says of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lives {
    pub company: UsefulLife,
    pub categories: Vec<CategoryLife>,
}

/// What is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LifeChange {
    pub months: Option<u32>,
    pub residual_percent: Option<u32>,
}

impl LifeChange {
    fn over(self, held: UsefulLife) -> UsefulLife {
        UsefulLife {
            months: self.months.unwrap_or(held.months),
            residual_percent: self.residual_percent.unwrap_or(held.residual_percent),
        }
    }
}

impl From<UsefulLife> for LifeChange {
    fn from(life: UsefulLife) -> Self {
        let UsefulLife { months, residual_percent } = life;
        LifeChange { months: Some(months), residual_percent: Some(residual_percent) }
    }
}

pub async fn lives(app: &App, caller: &Caller) -> Result<Lives, Refusal> {
    caller.need(Role::Viewer)?;
    app.store.read(caller.tenant, read).await
}

fn read(tx: &mut Tx<'_>) -> Result<Lives, Refusal> {
    let company = tenants::company(tx)?.useful_life;
    Ok(Lives { company, categories: useful_lives::list(tx)? })
}

/// The company's where it is given, and those of these categories; all or nothing. What a category
/// without a life of its own leaves open is the company's. Refused unless they are of the version
/// expected, where one is.
pub async fn save(
    app: &App,
    caller: &Caller,
    version: Option<i64>,
    of_company: Option<LifeChange>,
    categories: Vec<(CategoryId, Option<LifeChange>)>,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let mut errors = Vec::new();
    if let Some(life) = of_company {
        fits("company", life, &mut errors);
    }
    for (id, life) in &categories {
        if let Some(life) = life {
            fits(&id.to_string(), *life, &mut errors);
        }
    }
    if !errors.is_empty() {
        return Err(Refusal::Invalid { errors });
    }
    let teller = Teller::new(app, caller);
    app.store
        .write(caller.tenant, move |tx| {
            tenants::hold(tx)?;
            let held = read(tx)?;
            versions::expect(version, versions::lives(&held))?;
            let company = of_company.map_or(held.company, |life| life.over(held.company));
            if of_company.is_some() {
                company::amend(tx, &teller, |held| Ok(Company { useful_life: company, ..held }))?;
            }
            for (id, life) in categories {
                let own = held.categories.iter().find(|one| one.id == id).and_then(|one| one.life);
                let life = life.map(|life| life.over(own.unwrap_or(company)));
                let saved = useful_lives::save(tx, &teller.deed, &teller.mint, id, life);
                saved.map_err(|error| match error {
                    store::StoreError::NotFound => Refusal::not_found("category", id),
                    other => other.into(),
                })?;
            }
            Ok(())
        })
        .await
}

fn fits(of: &str, life: LifeChange, errors: &mut Vec<FieldError>) {
    let mut refuse = |field: &str, detail: String| {
        errors.push(FieldError { field: format!("{of}.{field}"), detail });
    };
    let most = UsefulLife::MOST_MONTHS;
    if let Some(months) = life.months.filter(|months| !(1..=most).contains(months)) {
        refuse("months", format!("{months} is no useful life; hint: 1 to {most} months"));
    }
    if let Some(percent) = life.residual_percent.filter(|percent| *percent > 100) {
        refuse(
            "residual_percent",
            format!("{percent} percent is more than it cost; hint: 0 to 100"),
        );
    }
}
