//! The company details page.

use domain::Timestamp;
use domain::access::Role;
use domain::company::{Company, Tenant};
use domain::event::Subject;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::{Tx, tenants};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::told::{self, Teller};
use crate::versions;

/// Of a handover: two pages of small print.
const LONGEST_TERMS: usize = 8_000;

pub async fn company(app: &App, caller: &Caller) -> Result<Company, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, tenants::company).await?)
}

/// Where its days begin and end.
pub fn zone(company: &Company) -> TimeZone {
    TimeZone::get(&company.time_zone).unwrap_or(TimeZone::UTC)
}

/// The company's day.
pub fn today(app: &App, company: &Company) -> Date {
    day(company, app.now())
}

/// The day it is at the company then.
pub(crate) fn day(company: &Company, at: Timestamp) -> Date {
    at.to_zoned(zone(company)).date()
}

/// `change` makes of the company as it stands, whoever wrote last, what it shall be. Refused unless it
/// is of the version expected, where one is.
pub async fn save(
    app: &App,
    caller: &Caller,
    version: Option<i64>,
    change: impl FnOnce(Company) -> Company + Send + 'static,
) -> Result<Company, Refusal> {
    caller.need(Role::Administrator)?;
    let teller = Teller::new(app, caller);
    app.store
        .write(caller.tenant, move |tx| {
            amend(tx, &teller, |held| {
                versions::expect(version, versions::company(&held))?;
                let company = change(held);
                checked(&company)?;
                Ok(company)
            })
        })
        .await
}

fn checked(company: &Company) -> Result<(), Refusal> {
    if company.name.trim().is_empty() {
        return Err(Refusal::invalid("name", "the company has no name; hint: any name will do"));
    }
    if company.handover_terms.chars().count() > LONGEST_TERMS {
        let detail = format!("the terms are too long; hint: {LONGEST_TERMS} characters at most");
        return Err(Refusal::invalid("handover_terms", detail));
    }
    if TimeZone::get(&company.time_zone).is_err() {
        let zone = &company.time_zone;
        let detail = format!("no time zone \"{zone}\"; hint: write it like Europe/Berlin");
        return Err(Refusal::invalid("time_zone", detail));
    }
    if company.currency.len() != 3 || !company.currency.bytes().all(|b| b.is_ascii_uppercase()) {
        let currency = &company.currency;
        let detail = format!("no currency \"{currency}\"; hint: three letters, such as EUR");
        return Err(Refusal::invalid("currency", detail));
    }
    Ok(())
}

/// Saved as `change` makes it of what stands, whoever wrote last, with its event.
pub(crate) fn amend(
    tx: &mut Tx<'_>,
    teller: &Teller,
    change: impl FnOnce(Company) -> Result<Company, Refusal>,
) -> Result<Company, Refusal> {
    tenants::hold(tx)?;
    let held = tenants::company(tx)?;
    let before = told::company(&held);
    let company = change(held)?;
    tenants::save_company(tx, &company, teller.deed.at)?;
    let subject = Subject::Company(tx.tenant());
    teller.tell(tx, subject, Some(before), Some(told::company(&company)))?;
    Ok(company)
}

/// The tenant of this address, if the caller's is the one.
pub async fn tenant(app: &App, slug: &str) -> Result<Option<Tenant>, Refusal> {
    let slug = slug.to_owned();
    Ok(app.store.system_read(move |tx| tenants::by_slug(tx, &slug)).await?)
}

/// The installation's first tenant.
pub async fn first(app: &App) -> Result<Option<Tenant>, Refusal> {
    Ok(app.store.system_read(tenants::first).await?)
}
