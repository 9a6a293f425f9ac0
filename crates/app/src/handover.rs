//! The sheet that is signed when things change hands: what somebody holds, or one thing of it.

use std::collections::BTreeSet;

use documents::pdf::{self, HandoverAsset};
use domain::access::Role;
use domain::company::Company;
use domain::id::{AssetId, EmployeeId};
use domain::{Asset, Custodian, Email};
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use documents::pdf::{Handover, Paper};

use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::labels::on_a_thread;
use crate::names::{self, Wanted};
use crate::people;
use crate::refusal::Refusal;
use crate::words;

/// What is signed to where the company says nothing else.
pub const USUAL_TERMS: &str =
    "I have received the assets above and will give them back when asked to.";

/// What the company has people sign to.
pub fn terms(company: &Company) -> &str {
    match company.handover_terms.trim() {
        "" => USUAL_TERMS,
        terms => terms,
    }
}

/// North America prints on Letter, all others on A4.
pub fn paper(company: &Company) -> Paper {
    const LETTER: [&str; 3] = ["US/", "America/", "Canada/"];
    const A4_IN_AMERICA: [&str; 6] =
        ["Argentina", "Sao_Paulo", "Lima", "Montevideo", "Asuncion", "La_Paz"];
    let zone = company.time_zone.as_str();
    let letter = LETTER.iter().any(|part| zone.starts_with(part));
    let a4 = A4_IN_AMERICA.iter().any(|part| zone.contains(part));
    if letter && !a4 { Paper::Letter } else { Paper::A4 }
}

/// The characters of these texts that the PDF cannot show.
pub fn unprintable<'t>(app: &App, texts: impl Iterator<Item = &'t str>) -> String {
    let fonts = app.fonts();
    let all: BTreeSet<char> = texts.flat_map(|text| fonts.missing(text)).collect();
    all.into_iter().take(40).collect()
}

/// All that an employee holds, as PDF.
pub async fn of_employee(app: &App, caller: &Caller, id: EmployeeId) -> Result<Vec<u8>, Refusal> {
    caller.need(Role::Viewer)?;
    let holds = people::holdings(app, caller, id).await?;
    sheet(app, caller, id, holds).await
}

/// One asset, for whoever has it.
pub async fn of_asset(app: &App, caller: &Caller, id: AssetId) -> Result<Vec<u8>, Refusal> {
    let row = crate::assets::asset(app, caller, id).await?;
    let Some(Custodian::Employee(employee)) = row.asset.custodian else {
        let detail = format!(
            "nobody has \"{}\", so nobody signs for it; hint: check it out to an employee first",
            row.asset.tag
        );
        return Err(Refusal::conflict(detail));
    };
    sheet(app, caller, employee, vec![row.asset]).await
}

async fn sheet(
    app: &App,
    caller: &Caller,
    id: EmployeeId,
    assets: Vec<Asset>,
) -> Result<Vec<u8>, Refusal> {
    let company = company::company(app, caller).await?;
    let row = people::row(app, caller, id).await?;
    let held = people::held(app, caller, id).await?;
    let mut wanted = Wanted::default();
    assets.iter().filter_map(|asset| asset.product).for_each(|id| wanted.id(id));
    let names = names::names(app, caller, wanted).await?;
    let zone = company::zone(&company);
    let assets = assets.iter().map(|asset| {
        let product = asset.product.map(|id| id.to_string()).unwrap_or_default();
        let what = [names.get(&product).map(str::to_owned), asset.name.clone()];
        let open = held
            .iter()
            .find(|(interval, _)| interval.asset == asset.id && interval.until_at.is_none());
        let since = open.map(|(interval, _)| words::day(date(interval.from_at, &zone)));
        HandoverAsset {
            tag: asset.tag.to_string(),
            what: what.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            serial: asset
                .serial
                .as_ref()
                .map(|serial| serial.as_str().to_owned())
                .unwrap_or_default(),
            since: since.unwrap_or_default(),
            due: asset.due_on.map(words::day).unwrap_or_default(),
        }
    });
    let employee = row.employee;
    let email = employee.email.as_ref().map(Email::as_str).unwrap_or_default();
    let about = [
        ("E-mail", email.to_owned()),
        ("Department", row.department.unwrap_or_default()),
        ("Location", row.location.unwrap_or_default()),
    ];
    let sheet = Handover {
        date: words::day(company::today(app, &company)),
        name: employee.name,
        about: about.map(|(label, value)| (label.to_owned(), value)).into(),
        assets: assets.collect(),
        terms: terms(&company).to_owned(),
        paper: paper(&company),
        company: company.name,
    };
    let fonts = app.fonts();
    on_a_thread(app, move || pdf::handover(&fonts, &sheet)).await
}

fn date(at: domain::Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_is_the_one_people_have_there() {
        for (zone, expect) in [
            ("America/New_York", Paper::Letter),
            ("America/Argentina/Buenos_Aires", Paper::A4),
            ("Europe/Prague", Paper::A4),
            ("UTC", Paper::A4),
        ] {
            let company = Company { time_zone: zone.into(), ..Company::named("Acme") };
            assert_eq!(paper(&company), expect, "{zone}");
        }
    }
}
