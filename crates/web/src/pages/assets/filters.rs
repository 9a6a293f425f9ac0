//! What an asset list is narrowed by: each filter a chip that can be changed or taken away.

use app::assets::{Archived, AssetQuery};
use app::catalog::{self as c, Picks};
use app::names::Wanted;
use domain::Custodian;
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::components::{Button, Chip, Field, FieldToFilter, Pick, add_filter};
use crate::error::Refused;
use crate::pages::answers::Answers;
use crate::pages::visitor::Visitor;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Facet {
    Status,
    Category,
    Product,
    Held,
    Custodian,
    Location,
    Department,
    Supplier,
    Due,
    Platform,
    Archived,
}

const FACETS: [Facet; 11] = [
    Facet::Status,
    Facet::Category,
    Facet::Product,
    Facet::Held,
    Facet::Custodian,
    Facet::Location,
    Facet::Department,
    Facet::Supplier,
    Facet::Due,
    Facet::Platform,
    Facet::Archived,
];

const PLATFORMS: [&str; 7] = ["Mac", "iPhone", "iPad", "AppleTV", "Vision", "Windows", "Android"];

const DUE: [(&str, &str); 3] =
    [("overdue", "Overdue"), ("week", "Within a week, or overdue"), ("any", "On any day")];

impl Facet {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Facet::Status => ("status", "Status"),
            Facet::Category => ("category", "Category"),
            Facet::Product => ("product", "Product"),
            Facet::Held => ("held", "Checked out"),
            Facet::Custodian => ("custodian", "Custodian"),
            Facet::Location => ("location", "Location"),
            Facet::Department => ("department", "Department"),
            Facet::Supplier => ("supplier", "Supplier"),
            Facet::Due => ("due", "Due back"),
            Facet::Platform => ("platform", "Platform"),
            Facet::Archived => ("archived", "Archived"),
        }
    }

    const fn key(self) -> &'static str {
        self.words().0
    }

    /// Several answers at once make sense.
    const fn many(self) -> bool {
        matches!(self, Facet::Status | Facet::Category | Facet::Platform)
    }

    /// What can be picked; nobody picks one of ten thousand people from a list.
    async fn picks(self, visitor: &Visitor) -> Result<Vec<(String, String)>, Refused> {
        let (app, caller) = (&visitor.web.app, &visitor.caller);
        let fixed = |all: &[(&str, &str)]| {
            all.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
        };
        Ok(match self {
            Facet::Status => c::picks(app, caller, Picks::Statuses).await?,
            Facet::Category => c::picks(app, caller, Picks::Categories).await?,
            Facet::Department => c::picks(app, caller, Picks::Departments).await?,
            Facet::Supplier => c::picks(app, caller, Picks::Suppliers).await?,
            Facet::Due => fixed(&DUE),
            Facet::Location => c::picks(app, caller, Picks::Locations).await?,
            Facet::Product => c::picks(app, caller, Picks::Products).await?,
            Facet::Platform => fixed(&PLATFORMS.map(|name| (name, name))),
            Facet::Held => fixed(&[("yes", "Yes"), ("no", "No")]),
            Facet::Archived => fixed(&[("any", "Shown too"), ("only", "Nothing else")]),
            Facet::Custodian => Vec::new(),
        })
    }
}

/// The filters of the address; what cannot be read is not asked for.
/// `today` is the company's.
pub fn query(asked: &Answers, today: Date) -> AssetQuery {
    AssetQuery {
        status: asked.all("status").filter_map(|id| id.parse().ok()).collect(),
        category: asked.all("category").filter_map(|id| id.parse().ok()).collect(),
        product: asked.get("product").parse().ok(),
        custodian: custodian(asked.get("custodian")),
        held: match asked.get("held") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        location: asked.get("location").parse().ok(),
        department: asked.get("department").parse().ok(),
        supplier: asked.get("supplier").parse().ok(),
        due_before: match asked.get("due") {
            "overdue" => Some(today),
            "week" => Some(today.saturating_add(8.days())),
            "any" => Some(Date::MAX),
            _ => None,
        },
        platform: asked
            .all("platform")
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        archived: match asked.get("archived") {
            "only" => Archived::Only,
            "any" => Archived::Any,
            _ => Archived::Without,
        },
        ..AssetQuery::default()
    }
}

fn custodian(id: &str) -> Option<Custodian> {
    let employee = id.parse().ok().map(Custodian::Employee);
    let location = || id.parse().ok().map(Custodian::Location);
    employee.or_else(location).or_else(|| id.parse().ok().map(Custodian::Asset))
}

/// A chip for each filter in force and the one being edited, then the menu of the others.
/// `path` is where the list stands.
pub async fn chips(visitor: &Visitor, asked: &Answers, path: &str) -> Result<Markup, Refused> {
    let editing = asked.get("edit");
    let mut chips = Vec::new();
    let mut rest = Vec::new();
    for facet in FACETS {
        let given = asked.some(facet.key()).is_some();
        if given || editing == facet.key() {
            chips.push(chip(visitor, asked, path, facet).await?);
        } else if facet != Facet::Custodian {
            let href = asked.without("cursor").with("edit", facet.key());
            rest.push((facet.words().1, href.at(&visitor.to(path))));
        }
    }
    let (own, more) = super::own::chips(visitor, asked, path).await?;
    chips.extend(own);
    let more = more.iter().map(|(label, href)| FieldToFilter { label, href });
    let rest = rest.iter().map(|(label, href)| FieldToFilter { label, href });
    let rest: Vec<_> = rest.chain(more).collect();
    Ok(html! { @for chip in &chips { (chip) } (add_filter(&rest)) })
}

async fn chip(
    visitor: &Visitor,
    asked: &Answers,
    path: &str,
    facet: Facet,
) -> Result<Markup, Refused> {
    let (key, label) = facet.words();
    let open = asked.get("edit") == key;
    let picks = facet.picks(visitor).await?;
    let chosen: Vec<&str> = asked.all(key).collect();
    let value = shown(visitor, &picks, &chosen).await?;
    let rest = asked.without(key).without("cursor").without("edit");
    let without = rest.at(&visitor.to(path));
    let editor = (!picks.is_empty()).then(|| editor(asked, facet, &picks, &chosen));
    let chip = Chip {
        field: label,
        relation: if value.is_empty() { "" } else { "is" },
        value: &value,
        without: &without,
        editor,
        open,
    };
    Ok(html! { (chip) })
}

/// The chosen values by name.
async fn shown(
    visitor: &Visitor,
    picks: &[(String, String)],
    chosen: &[&str],
) -> Result<String, Refused> {
    let mut wanted = Wanted::default();
    for id in chosen.iter().filter(|id| picks.iter().all(|(value, _)| value != *id)) {
        wanted.id(id);
    }
    let names = app::names::names(&visitor.web.app, &visitor.caller, wanted).await?;
    let name = |id: &&str| {
        let picked = picks.iter().find(|(value, _)| value == id).map(|(_, label)| label.as_str());
        picked.or(names.get(id)).unwrap_or("one that is gone").to_owned()
    };
    Ok(chosen.iter().filter(|id| !id.is_empty()).map(name).collect::<Vec<_>>().join(", "))
}

fn editor(asked: &Answers, facet: Facet, picks: &[(String, String)], chosen: &[&str]) -> Markup {
    let (key, label) = facet.words();
    let kept = asked.without(key).without("edit").without("cursor");
    let options: Vec<_> = picks.iter().map(|(value, name)| Pick::new(value, name)).collect();
    let field = Field::new(key, label);
    let one = chosen.first().copied().unwrap_or_default();
    html! {
        @for (name, value) in kept.pairs() { input type="hidden" name=(name) value=(value); }
        @if facet.many() {
            (field.checks(&options, chosen))
        } @else if matches!(facet, Facet::Held | Facet::Archived) {
            (field.segmented(&options, one))
        } @else {
            (field.select(&options, one))
        }
        (Button::submit("Show").primary())
    }
}
