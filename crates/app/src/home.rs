//! The home page: what needs someone, then counts.

use domain::Timestamp;
use domain::access::Role;
use domain::company::Company;
use jiff::Span;
use jiff::tz::TimeZone;
use store::home;
pub use store::home::Home;

use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::refusal::Refusal;

/// How many days back devices are counted by when they were last seen.
pub const SEEN_WITHIN: [i64; 3] = [7, 30, 90];

/// The company's time zone decides what is overdue today.
pub async fn home(app: &App, caller: &Caller, company: &Company) -> Result<Home, Refusal> {
    caller.need(Role::Viewer)?;
    let now = app.now();
    let (months, today) = (months(now), company::today(app, company));
    let zone = company::zone(company);
    // Whole days, as the filters of lists count them.
    let begins = |days: i64| {
        let day = today.saturating_sub(Span::new().days(days));
        day.to_zoned(zone.clone()).map_or(now, |at| at.timestamp())
    };
    let seen = SEEN_WITHIN.map(begins);
    Ok(app.store.read(caller.tenant, move |tx| home::home(tx, today, seen, &months)).await?)
}

/// The first instants of the last twelve months, the present one's last; UTC.
fn months(now: Timestamp) -> Vec<Timestamp> {
    let first = now.to_zoned(TimeZone::UTC).date().first_of_month();
    let begin = |back: i64| {
        let day = first.checked_sub(Span::new().months(back)).ok()?;
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    (0..12).rev().filter_map(begin).collect()
}
