//! What every checkout asks: to whom, until when, why.

use app::Refusal;
use app::assets::{self, AssetQuery};
use app::catalog::{self, Picks};
use app::custody::Back;
use app::people::{self, EmployeeQuery};
use domain::Custodian;
use domain::id::AssetId;
use jiff::civil::Date;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::nouns::locations;
use super::visitor::Visitor;
use super::words::choice;
use crate::components::{Field, Pick};
use crate::error::Refused;

/// People, places and assets shown at once; the search brings the others.
const SHOWN: usize = 8;
/// People who have left, shown so that nobody looks for them in vain.
const LEFT: usize = 3;

/// The answers of a checkout.
pub struct Handed {
    pub to: Custodian,
    pub due_on: Option<Date>,
    pub note: Option<String>,
}

impl Handed {
    pub fn read(answers: &Answers) -> Result<Self, Refusal> {
        let to = custodian(answers.get("to")).ok_or_else(|| {
            Refusal::invalid("to", "choose who or where; hint: search for a name")
        })?;
        let due_on = answers.some("due_on").map(str::parse::<Date>).transpose();
        let due_on = due_on.map_err(|_| {
            Refusal::invalid("due_on", "this is no date; hint: write it like 2027-01-31")
        })?;
        Ok(Handed { to, due_on, note: answers.some("note").map(str::to_owned) })
    }
}

/// What becomes of what is given back.
pub fn back(answers: &Answers) -> Result<Back, Refusal> {
    let gone = |field: &str| Refusal::invalid(field, "this is not there; hint: choose another");
    let status = answers.some("status").map(str::parse).transpose();
    let location = answers.some("location").map(str::parse).transpose();
    Ok(Back {
        status: status.map_err(|_| gone("status"))?,
        location: location.map_err(|_| gone("location"))?,
    })
}

/// The status it gets and where it goes.
pub async fn returning(
    visitor: &Visitor,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let statuses = catalog::picks(&visitor.web.app, &visitor.caller, Picks::Statuses).await?;
    let places = locations::picks(visitor).await?;
    let (status, place) = (Field::new("status", "Status"), Field::new("location", "Location"));
    let stays = Some("Stays as it is");
    Ok(html! {
        (choice(status.error(wrong.at("status")), stays, statuses, answers.get("status")))
        (choice(place.hint("Where it lies from now on").error(wrong.at("location")), stays, places, answers.get("location")))
    })
}

pub fn custodian(id: &str) -> Option<Custodian> {
    let employee = id.parse().ok().map(Custodian::Employee);
    let location = || id.parse().ok().map(Custodian::Location);
    employee.or_else(location).or_else(|| id.parse().ok().map(Custodian::Asset))
}

/// Id, name and a hint.
type Named = Vec<(String, String, String)>;

/// Who and what may get it, and who of those searched for has left.
pub struct Offered {
    named: Named,
    left: Vec<String>,
}

/// People who have not left, places, and, once something is searched for, assets that could hold
/// `asset`. Whoever was chosen already comes first.
pub async fn offered(
    visitor: &Visitor,
    asset: Option<AssetId>,
    answers: &Answers,
) -> Result<Offered, Refused> {
    let (app, caller, q) = (&visitor.web.app, &visitor.caller, answers.get("q"));
    let some = Some(q.to_owned()).filter(|q| !q.is_empty());
    let query = EmployeeQuery {
        q: some.clone(),
        leaver: Some(false),
        limit: SHOWN,
        ..EmployeeQuery::default()
    };
    let mut left = Vec::new();
    if some.is_some() {
        let query = EmployeeQuery { leaver: Some(true), limit: LEFT, ..query.clone() };
        let gone = people::list(app, caller, query).await?.items.into_iter();
        left = gone.map(|row| row.employee.name).collect();
    }
    let mut offered = chosen(visitor, answers.get("to")).await?;
    offered.extend(people::list(app, caller, query).await?.items.into_iter().map(|row| {
        let mail = row.employee.email.map(|mail| mail.to_string()).unwrap_or_default();
        (row.employee.id.to_string(), row.employee.name, mail)
    }));
    let key = domain::text::key(q);
    let places = catalog::locations(app, caller).await?.into_iter();
    let places = places.filter(|place| domain::text::key(&place.path).contains(&key));
    let place =
        |place: catalog::Place| (place.location.id.to_string(), place.path, "Location".to_owned());
    offered.extend(places.take(SHOWN).map(place));
    if some.is_some() {
        let query = AssetQuery { q: some, limit: SHOWN, ..AssetQuery::default() };
        let found = assets::list(app, caller, query).await?.items.into_iter();
        let found = found.filter(|row| Some(row.asset.id) != asset);
        offered.extend(found.map(|row| {
            let name = row.asset.name.or(row.product).unwrap_or_default();
            (row.asset.id.to_string(), row.asset.tag.to_string(), format!("Asset {name}"))
        }));
    }
    let mut seen = std::collections::BTreeSet::new();
    offered.retain(|(id, ..)| seen.insert(id.clone()));
    Ok(Offered { named: offered, left })
}

/// The one an address or a form names.
async fn chosen(visitor: &Visitor, id: &str) -> Result<Named, Refused> {
    let mut wanted = app::names::Wanted::default();
    wanted.id(id);
    let names = app::names::names(&visitor.web.app, &visitor.caller, wanted).await?;
    let named = custodian(id).and_then(|_| names.get(id));
    Ok(named.map(|name| (id.to_owned(), name.to_owned(), String::new())).into_iter().collect())
}

/// To whom, until when, why.
pub fn handing(visitor: &Visitor, offered: &Offered, answers: &Answers, wrong: &Wrong) -> Markup {
    html! {
        (receiving(visitor, offered, answers, wrong))
        (Field::new("note", "Note").hint("Stands in the history").text(answers.get("note")))
    }
}

/// To whom, until when.
pub fn receiving(visitor: &Visitor, offered: &Offered, answers: &Answers, wrong: &Wrong) -> Markup {
    let picks: Vec<_> = offered
        .named
        .iter()
        .map(|(id, name, hint)| {
            let pick = Pick::new(id, name);
            if hint.is_empty() { pick } else { pick.hint(hint) }
        })
        .collect();
    html! {
        div id="offered" {
            // A form that is refused still offers what was found.
            @if let Some(q) = answers.some("q") { input type="hidden" name="q" value=(q); }
            @if picks.is_empty() && !offered.left.is_empty() {
                // Who was looked for is found; that they have left is said below.
            } @else if picks.is_empty() {
                p.quiet-text { (if answers.get("q").is_empty() { "There is nobody and nowhere to hand it to yet. " } else { "Nobody and nowhere by that name. " }) a href=(visitor.to("employees/new")) { "Add an employee" } " or " a href=(visitor.to("locations/new")) { "a location" } " first." }
            } @else {
                (Field::new("to", "To").error(wrong.at("to")).radios(&picks, answers.get("to")))
            }
            @for name in &offered.left { p.quiet-text { (name) " has left; nothing new goes to leavers." } }
        }
        (Field::new("due_on", "Due back").hint("Leave blank if they keep it").error(wrong.at("due_on")).date(answers.get("due_on")))
    }
}
