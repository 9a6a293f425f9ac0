//! Which reports there are, and how one is made of what was asked.

use jiff::civil::Date;
use store::assets::{Archived, AssetQuery};

use super::Report;
use super::assets::AssetReport;
use super::counts::{Counting, Counts};
use super::coverage::{Coverage, Gap};
use super::leavers::Leavers;
use super::overdue::Overdue;
use super::value::Value;
use super::warranty::{Warranty, Within};
use crate::assets;
use crate::caller::Caller;
use crate::company;
use crate::filters;
use crate::installation::App;
use crate::refusal::Refusal;

/// A report there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shelved {
    /// The last part of its address.
    pub name: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Assets,
    Coverage,
    Counts(Counting),
    Value,
    Warranty,
    Overdue,
    Leavers,
}

const fn shelved(
    name: &'static str,
    title: &'static str,
    about: &'static str,
    kind: Kind,
) -> Shelved {
    Shelved { name, title, about, kind }
}

pub const SHELF: [Shelved; 14] = [
    shelved(
        "assets",
        "Asset Report",
        "Every asset with all its columns and its Kandji details.",
        Kind::Assets,
    ),
    shelved(
        "coverage",
        "Coverage",
        "What is in Kandji and not here, here and not in Kandji, held by someone else, without a serial, or with one that another has.",
        Kind::Coverage,
    ),
    shelved(
        "status",
        "Assets by status",
        "How many are ready, in repair, or out of service.",
        Kind::Counts(Counting::Status),
    ),
    shelved(
        "products",
        "Assets by product",
        "What you have most of.",
        Kind::Counts(Counting::Product),
    ),
    shelved(
        "categories",
        "Assets by category",
        "Laptops, phones, monitors: how many of each kind.",
        Kind::Counts(Counting::Category),
    ),
    shelved(
        "locations",
        "Assets by location",
        "How many stand where.",
        Kind::Counts(Counting::Location),
    ),
    shelved(
        "departments",
        "Assets by department",
        "How many are on whose budget.",
        Kind::Counts(Counting::Department),
    ),
    shelved(
        "custodians",
        "Assets by custodian",
        "Who has how many, and how many nobody has.",
        Kind::Counts(Counting::Custodian),
    ),
    shelved(
        "os-versions",
        "OS versions",
        "Which versions your devices run, as Kandji sees them.",
        Kind::Counts(Counting::OsVersion),
    ),
    shelved(
        "age",
        "Assets by age",
        "How old they are, by the day they were bought.",
        Kind::Counts(Counting::Age),
    ),
    shelved(
        "value",
        "Value and depreciation",
        "What each asset cost and is still worth, straight-line, on any day.",
        Kind::Value,
    ),
    shelved(
        "warranty",
        "Warranty ending",
        "Warranties that ended, or end in the next 30, 60 or 90 days.",
        Kind::Warranty,
    ),
    shelved(
        "overdue",
        "Overdue returns",
        "What should be back by now, who has it, and how late it is.",
        Kind::Overdue,
    ),
    shelved(
        "leavers",
        "Leavers who still hold things",
        "People who left, and what to get back from them.",
        Kind::Leavers,
    ),
];

/// What reports are asked for; each takes from it what it knows.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub assets: AssetQuery,
    /// Whether anything was said of archived assets.
    pub archived: bool,
    /// Kandji details beside the eleven.
    pub details: Vec<String>,
    pub gap: Option<Gap>,
    pub within: Option<Within>,
    /// For values; without it today.
    pub as_of: Option<Date>,
    /// The company's day.
    pub today: Date,
}

pub fn find(name: &str) -> Option<&'static Shelved> {
    SHELF.iter().find(|shelved| shelved.name == name)
}

/// What is on the shelf under this name.
pub fn named(name: &str) -> Result<&'static Shelved, Refusal> {
    find(name).ok_or_else(|| Refusal::not_found("report", name))
}

/// That there is none of this name, and which there are.
pub fn unknown(name: &str) -> String {
    let known: Vec<_> = SHELF.iter().map(|report| report.name).collect();
    format!("no report \"{name}\"; hint: {}", known.join(", "))
}

impl Shelved {
    pub fn made(&self, given: Given) -> Result<Box<dyn Report>, Refusal> {
        let Given { assets, archived, details, gap, within, as_of, today } = given;
        // What is archived and still in somebody's hands is to be got back all the same.
        let held = |assets| {
            if archived { assets } else { AssetQuery { archived: Archived::Any, ..assets } }
        };
        Ok(match self.kind {
            Kind::Assets => Box::new(AssetReport::of(assets, details)?),
            Kind::Coverage => Box::new(Coverage { gap }),
            Kind::Counts(of) => Box::new(Counts { of, assets, today }),
            Kind::Value => Box::new(Value { assets, as_of: as_of.unwrap_or(today) }),
            Kind::Warranty => Box::new(Warranty { assets, within, today }),
            Kind::Overdue => Box::new(Overdue { assets: held(assets), today }),
            Kind::Leavers => Box::new(Leavers { assets: held(assets) }),
        })
    }

    /// Whether it can be asked for this; what else an address says it passes over.
    pub fn takes(&self, name: &str) -> bool {
        let own = match self.kind {
            Kind::Coverage => return name == "gap",
            Kind::Assets => "details",
            Kind::Value => "as_of",
            Kind::Warranty => "within",
            Kind::Counts(_) | Kind::Overdue | Kind::Leavers => "",
        };
        ["q", "sort", own].contains(&name) || filters::is_one(name)
    }

    /// Whether the filters of the list of assets narrow it.
    pub fn is_of_assets(&self) -> bool {
        self.kind != Kind::Coverage
    }
}

/// What a report is asked for, pair by pair as in its address. What cannot be read is not asked
/// for, except where another report would come of it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a>(pub &'a [(String, String)]);

/// Rows that a page asks for; files read more at once.
const ROWS: usize = 50;

impl<'a> Asked<'a> {
    fn all(self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = self.0.iter().filter(move |(key, _)| key == name);
        of_name.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    fn one(self, name: &'a str) -> &'a str {
        self.all(name).next().unwrap_or_default()
    }

    fn read<T: std::str::FromStr<Err: ToString>>(
        self,
        name: &'a str,
    ) -> Result<Option<T>, Refusal> {
        let text = Some(self.one(name)).filter(|text| !text.is_empty());
        let read = text.map(str::parse).transpose();
        read.map_err(|error: T::Err| Refusal::invalid(name, error.to_string()))
    }

    fn as_of(self) -> Result<Option<Date>, Refusal> {
        let text = self.one("as_of");
        if text.is_empty() {
            return Ok(None);
        }
        let read = text.parse().map(Some);
        read.map_err(|_| {
            let detail = format!("\"{text}\" is no day; hint: write it like 2026-12-31");
            Refusal::invalid("as_of", detail)
        })
    }

    /// Several values, or one with commas.
    fn details(self) -> Vec<String> {
        let named = self.all("details").flat_map(|some| some.split(','));
        named.filter(|key| !key.is_empty()).map(str::to_owned).collect()
    }

    /// The answer to it all, on the company's day.
    pub async fn given(self, app: &App, caller: &Caller) -> Result<Given, Refusal> {
        caller.need(domain::access::Role::Viewer)?;
        let company = company::company(app, caller).await?;
        let pairs = self.0.iter().map(|(name, text)| (name.as_str(), text.trim()));
        let filters = filters::read(app, caller, filters::asked(pairs)).await?;
        Ok(Given {
            assets: self.assets(filters),
            archived: self.all("archived").next().is_some(),
            details: self.details(),
            gap: self.read("gap")?,
            within: self.read("within")?,
            as_of: self.as_of()?,
            today: company::today(app, &company),
        })
    }

    /// The filters, and the order of the list.
    fn assets(self, filters: AssetQuery) -> AssetQuery {
        let sort = self.one("sort");
        AssetQuery {
            q: Some(self.one("q").to_owned()).filter(|q| !q.is_empty()),
            sort: assets::sort(sort.trim_start_matches('-')).unwrap_or_default(),
            descending: sort.starts_with('-'),
            limit: ROWS,
            ..filters
        }
    }
}
