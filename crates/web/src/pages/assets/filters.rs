//! What a list of assets or of employees is narrowed by: each filter a chip that can be changed or
//! taken away.
//! What the address says is read by `app::filters`, so that it means what it means to the API.

mod editor;
mod said;
mod settle;

use app::Refusal;
use app::assets::AssetQuery;
use app::catalog as c;
use app::filters::{self as f, Kind, Told, people};
use app::listing::names_of;
use app::names::Names;
use domain::fields::{AppliesTo, CustomField, FieldType};
use maud::{Markup, html};

use crate::components::{Chip, FieldToFilter, add_filter, fields_to_filter, pick_to_filter};
use crate::error::Refused;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::values::name as custom_name;
use crate::pages::visitor::Visitor;

pub use settle::settled;

/// The word in an address for the list of what Kandji says besides.
const MORE: &str = "kandji";

const PLATFORMS: [&str; 7] = ["Mac", "iPhone", "iPad", "AppleTV", "Vision", "Windows", "Android"];

/// A field as its chip and its editor treat it.
#[derive(Debug)]
struct Facet {
    name: String,
    label: String,
    shape: Shape,
    /// What can be picked: the value and its label.
    picks: Vec<(String, String)>,
}

/// What a filter is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Ids or words with commas.
    List,
    /// The same, with what is below them.
    Places,
    /// Values that may hold commas.
    Choices,
    /// One answer as it is.
    Answer,
    Text,
    /// Part of a name, or nobody.
    Person,
    Days,
    Numbers,
    /// Numbers of one currency or of any.
    Money,
}

type Named = Vec<(String, String)>;

/// What a list is of: which fields it is filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Assets,
    Employees,
}

impl Of {
    /// Fields by name and label, and those that a source tells.
    fn known(self) -> (Named, Named) {
        let owned = |name: &str, label: &str| (name.to_owned(), label.to_owned());
        let named = |facet: &f::Facet| owned(facet.name, facet.label);
        match self {
            Of::Assets => {
                let (told, known): (Vec<_>, Vec<_>) =
                    f::facets().iter().partition(|facet| facet.is_told());
                (known.into_iter().map(named).collect(), told.into_iter().map(named).collect())
            }
            Of::Employees => {
                let all = people::FACETS.iter().map(|facet| owned(facet.name, facet.label));
                (all.collect(), Vec::new())
            }
        }
    }

    const fn custom(self) -> AppliesTo {
        match self {
            Of::Assets => AppliesTo::Assets,
            Of::Employees => AppliesTo::Employees,
        }
    }

    fn is_one(self, name: &str) -> bool {
        match self {
            Of::Assets => f::is_one(name),
            Of::Employees => people::is_one(name),
        }
    }
}

/// What the address asks.
pub async fn read(visitor: &Visitor, asked: &Answers) -> Result<AssetQuery, Refusal> {
    f::read(&visitor.web.app, &visitor.caller, f::asked(asked.pairs())).await
}

/// The names of what the filters name by id.
pub async fn names(visitor: &Visitor, asked: &Answers) -> Result<Names, Refused> {
    Ok(names_of(&visitor.web.app, &visitor.caller, &f::asked(asked.pairs())).await?)
}

/// The filters there are by name and label, as menus have them; and those among them of what sources
/// tell.
fn labels(of: Of, custom: &[CustomField]) -> (Named, Named) {
    let own = custom.iter().map(|field| (custom_name(field), field.label.clone()));
    let (known, told) = of.known();
    (known.into_iter().chain(own).chain(told.iter().cloned()).collect(), told)
}

/// What is wrong with the filters of an address, each by its label and without our names for ids.
pub async fn in_words(of: Of, visitor: &Visitor, wrong: Wrong) -> Result<Wrong, Refused> {
    let custom = if wrong.all().any(|(name, _)| name.starts_with("fields.")) {
        app::fields::of(&visitor.web.app, &visitor.caller, of.custom()).await?
    } else {
        Vec::new()
    };
    let (labels, _) = labels(of, &custom);
    Ok(wrong.told(|name, why| {
        let label = labels.iter().find(|(known, _)| known == name).map_or(name, |(_, label)| label);
        let why = why.strip_prefix(&format!("\"{name}\": ")).unwrap_or(why);
        format!("{label}: {}", without_ids(why))
    }))
}

/// `"bad" is no sta id. Ids look like sta_01J….` is for programs; people get it in plain words.
fn without_ids(why: &str) -> String {
    match why.split_once("\" is no ") {
        Some((text, rest)) if rest.contains(" id. Ids look like ") => {
            format!("{text}\": nothing is known by that id.")
        }
        _ => why.to_owned(),
    }
}

/// A chip for each filter in force and the one being edited, then the menu of all of them.
/// `path` is where the list stands, `names` those of [`names`], `wrong` what could not be read.
pub async fn chips(
    visitor: &Visitor,
    asked: &Answers,
    path: &str,
    names: &Names,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    chips_of(Of::Assets, visitor, asked, path, (names, wrong)).await
}

/// The same for a list of either.
pub async fn chips_of(
    of: Of,
    visitor: &Visitor,
    asked: &Answers,
    path: &str,
    (names, wrong): (&Names, &Wrong),
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    // Custom fields are asked for only where one of them can be seen: most pages show none.
    let own = |name: &str| name.starts_with("fields.");
    let editing = asked.get("edit");
    let custom = if editing == "filter" || own(editing) || asked.pairs().any(|(name, _)| own(name))
    {
        app::fields::of(app, caller, of.custom()).await?
    } else {
        Vec::new()
    };
    let (all, told) = labels(of, &custom);
    let mut chips = Vec::new();
    let (mut rest, mut further) = (Vec::new(), Vec::new());
    for (name, label) in &all {
        let open = asked.get("edit") == name;
        if open || asked.some(name).is_some() || wrong.at(name).is_some() {
            let facet = facet(of, visitor, &custom, name, label, open).await?;
            chips.push(chip((visitor, asked, path), &facet, names, wrong.at(name), open));
        } else {
            let told = told.iter().any(|(known, _)| known == name);
            let late = told && f::find(name).is_some_and(|facet| !facet.is_first());
            let offered = FieldToFilter { label, name, group: told.then_some("Kandji") };
            if late { further.push(offered) } else { rest.push(offered) }
        }
    }
    let gone = asked.pairs().filter(|(name, text)| {
        !text.is_empty() && of.is_one(name) && all.iter().all(|(known, _)| known != name)
    });
    let gone: Vec<_> = gone.map(|(name, text)| lost(visitor, asked, path, name, text)).collect();
    let kept = asked.without("cursor").without("edit");
    let kept: Vec<_> = kept.pairs().collect();
    let more = match asked.get("edit") {
        "filter" => {
            // They are many, and come when they are asked for.
            if !further.is_empty() {
                let (label, group) = ("All else it says", Some("Kandji"));
                rest.push(FieldToFilter { label, name: MORE, group });
            }
            fields_to_filter(&kept, &rest)
        }
        MORE => pick_to_filter(&kept, "What Kandji says", &further),
        _ => add_filter(&asked.without("cursor").with("edit", "filter").at(&visitor.to(path))),
    };
    Ok(html! { @for chip in chips.iter().chain(&gone) { (chip) } (more) })
}

/// What an address asks of assets, in the words of the chips: `Status is Ready`.
pub async fn told(visitor: &Visitor, asked: &Answers) -> Result<Vec<String>, Refused> {
    let named = names(visitor, asked).await?;
    let custom = app::fields::of(&visitor.web.app, &visitor.caller, AppliesTo::Assets).await?;
    let mut phrases = Vec::new();
    for (name, label) in labels(Of::Assets, &custom).0 {
        let texts: Vec<&str> = asked.all(&name).filter(|text| !text.is_empty()).collect();
        if !texts.is_empty() {
            let facet = facet(Of::Assets, visitor, &custom, &name, &label, false).await?;
            let (relation, value) = said::phrase(&facet, &texts, &named);
            phrases.push([label, relation, value].join(" "));
        }
    }
    Ok(phrases)
}

async fn facet(
    of: Of,
    visitor: &Visitor,
    custom: &[CustomField],
    name: &str,
    label: &str,
    open: bool,
) -> Result<Facet, Refused> {
    let facet =
        |shape, picks| Facet { name: name.to_owned(), label: label.to_owned(), shape, picks };
    if let Some(field) = custom.iter().find(|field| custom_name(field) == name) {
        let picks = field.kind.choices().iter().map(|one| (one.clone(), one.clone())).collect();
        return Ok(facet(shape_of(&field.kind), picks));
    }
    if of == Of::Employees {
        return of_people(visitor, name, label, open).await;
    }
    let Some(known) = f::find(name) else { return Err(Refused::no_page()) };
    let fixed = |all: &[(&str, &str)]| {
        all.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
    };
    Ok(match known.kind {
        Kind::Refers(_) => {
            let what = known.picks().filter(|_| open);
            let mut picks = match what {
                Some(what) => c::picks(&visitor.web.app, &visitor.caller, what).await?,
                None => Vec::new(),
            };
            if known.name != "status" {
                picks.insert(0, ("none".into(), "None".into()));
            }
            facet(if known.name == "location" { Shape::Places } else { Shape::List }, picks)
        }
        Kind::Platform => {
            let mut picks = vec![("none".to_owned(), "No device".to_owned())];
            picks.extend(PLATFORMS.map(|name| (name.to_owned(), name.to_owned())));
            facet(Shape::List, picks)
        }
        Kind::Held | Kind::Linked => facet(Shape::Answer, fixed(&[("yes", "Yes"), ("no", "No")])),
        Kind::Archived => {
            facet(Shape::Answer, fixed(&[("any", "Shown too"), ("only", "Nothing else")]))
        }
        Kind::Custodian => facet(Shape::Person, Vec::new()),
        Kind::Text(_) => facet(Shape::Text, Vec::new()),
        Kind::Day(_) | Kind::Moment(_) => facet(Shape::Days, Vec::new()),
        Kind::Cost => facet(Shape::Money, Vec::new()),
        Kind::Told(property) => match property.told {
            Told::Text | Told::Numbered | Told::List => facet(Shape::Text, Vec::new()),
            Told::Time | Told::Day => facet(Shape::Days, Vec::new()),
            Told::YesNo => facet(Shape::Choices, fixed(&[("yes", "Yes"), ("no", "No")])),
        },
    })
}

async fn of_people(
    visitor: &Visitor,
    name: &str,
    label: &str,
    open: bool,
) -> Result<Facet, Refused> {
    let Some(known) = people::FACETS.iter().find(|facet| facet.name == name) else {
        return Err(Refused::no_page());
    };
    let (shape, picks) = match known.kind {
        people::Kind::Department | people::Kind::Location => {
            let mut picks = vec![("none".to_owned(), "None".to_owned())];
            if let Some(what) = known.picks().filter(|_| open) {
                picks.extend(c::picks(&visitor.web.app, &visitor.caller, what).await?);
            }
            let place = known.kind == people::Kind::Location;
            (if place { Shape::Places } else { Shape::List }, picks)
        }
        people::Kind::Manager => (Shape::Person, Vec::new()),
        people::Kind::Leaver | people::Kind::Holding => {
            let answers = [("yes", "Yes"), ("no", "No")];
            (Shape::Answer, answers.map(|(value, label)| (value.into(), label.into())).into())
        }
        people::Kind::Text(_) => (Shape::Text, Vec::new()),
        people::Kind::Day(_) | people::Kind::Moment(_) => (Shape::Days, Vec::new()),
    };
    Ok(Facet { name: name.to_owned(), label: label.to_owned(), shape, picks })
}

const fn shape_of(kind: &FieldType) -> Shape {
    match kind {
        FieldType::Text | FieldType::LongText | FieldType::Link | FieldType::Email => Shape::Text,
        FieldType::Number | FieldType::Size => Shape::Numbers,
        FieldType::Money => Shape::Money,
        FieldType::Date => Shape::Days,
        FieldType::YesNo | FieldType::Choice(_) | FieldType::Choices(_) => Shape::Choices,
    }
}

fn chip(
    (visitor, asked, path): (&Visitor, &Answers, &str),
    facet: &Facet,
    names: &Names,
    error: Option<&str>,
    open: bool,
) -> Markup {
    let texts: Vec<&str> = asked.all(&facet.name).filter(|text| !text.is_empty()).collect();
    let (relation, value) = said::phrase(facet, &texts, names);
    let rest = asked.without(&facet.name).without("cursor").without("edit");
    let without = rest.at(&visitor.to(path));
    let change = asked.without("cursor").with("edit", &facet.name).at(&visitor.to(path));
    let chip = Chip {
        field: &facet.label,
        relation: &relation,
        value: &value,
        without: &without,
        change: Some(&change),
        editor: open.then(|| editor::editor(&rest, facet, &texts, error)),
        open,
    };
    html! { (chip) }
}

/// A filter on what there is no more: it can only go.
fn lost(visitor: &Visitor, asked: &Answers, path: &str, name: &str, text: &str) -> Markup {
    let without = asked.without(name).without("cursor").without("edit").at(&visitor.to(path));
    let field = name.strip_prefix("fields.").unwrap_or(name);
    let (relation, value, open) = ("is", text, false);
    let (change, editor) = (None, None);
    html! { (Chip { field, relation, value, without: &without, change, editor, open }) }
}
