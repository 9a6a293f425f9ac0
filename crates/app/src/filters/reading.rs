//! What an address asks of each field, read into what the store understands.

use std::fmt::Display;

use domain::Custodian;
use domain::company::Company;
use domain::fields::{AppliesTo, CustomField, FieldType, keys};
use domain::filters::{BLANK, Bounds, Days, End, Unread, Words, listed, turned};
use domain::id::{Id, Noun, StatusId, noun};
use domain::text::key;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reconcile::survey::Platform;
use store::assets::conditions::{
    Ask, Condition, Custom, Detail, Edge, Property, Range, Reference, Test, Told, Value,
};
use store::assets::{Archived, AssetQuery};
use store::picks::Picks;
use store::{Tx, fields, locations, picks};

use super::amounts::{amounts, cost};
use super::{Kind, plain};
use crate::refusal::{FieldError, Refusal};

/// More statuses than anybody has.
const MOST_STATUSES: i64 = 1_000;

/// Reads on one day of one company.
pub(super) struct Reader<'r, 't> {
    pub tx: &'r mut Tx<'t>,
    pub company: Company,
    pub zone: TimeZone,
    pub today: Date,
}

/// A filter that cannot be read, or a database that does not answer.
pub(super) enum Trouble {
    Text(String),
    World(Refusal),
}

impl<E: Display> From<E> for Trouble {
    fn from(error: E) -> Self {
        Trouble::Text(error.to_string())
    }
}

/// The conditions of all filters that say something. Every one that cannot be read is named in the
/// refusal.
pub(super) fn each_filter<C>(
    asked: Vec<(String, Vec<String>)>,
    mut read: impl FnMut(&str, &[&str]) -> Result<Vec<C>, Trouble>,
) -> Result<Vec<C>, Refusal> {
    let (mut conditions, mut errors) = (Vec::new(), Vec::new());
    for (name, texts) in asked {
        let texts: Vec<&str> =
            texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        if texts.is_empty() {
            continue;
        }
        match read(&name, &texts) {
            Ok(read) => conditions.extend(read),
            Err(Trouble::World(refusal)) => return Err(refusal),
            Err(Trouble::Text(why)) => {
                errors.push(FieldError { detail: format!("\"{name}\": {why}"), field: name });
            }
        }
    }
    if errors.is_empty() { Ok(conditions) } else { Err(Refusal::Invalid { errors }) }
}

impl Reader<'_, '_> {
    pub fn query(&mut self, asked: Vec<(String, Vec<String>)>) -> Result<AssetQuery, Refusal> {
        let mut query = AssetQuery::default();
        let custom = self.defined(&asked, AppliesTo::Assets)?;
        let conditions = each_filter(asked, |name, texts| match name.strip_prefix("fields.") {
            Some(key) => self.custom(&custom, key, texts, Test::Custom),
            None => self.facet(&mut query, name, texts),
        })?;
        query.conditions.extend(conditions);
        Ok(query)
    }

    /// The custom fields, where one of them is asked for.
    pub fn defined(
        &mut self,
        asked: &[(String, Vec<String>)],
        of: AppliesTo,
    ) -> Result<Vec<CustomField>, Refusal> {
        if asked.iter().any(|(name, _)| name.starts_with("fields.")) {
            return Ok(fields::of(self.tx, of)?);
        }
        Ok(Vec::new())
    }

    fn facet(
        &mut self,
        query: &mut AssetQuery,
        name: &str,
        texts: &[&str],
    ) -> Result<Vec<Condition>, Trouble> {
        let facet = super::find(name);
        let facet = facet.ok_or_else(|| Trouble::Text("there is no such filter".into()))?;
        match facet.kind {
            Kind::Refers(to) => {
                let conditions = each(texts, |text| self.references(to, text))?;
                match self.other_statuses(to, &conditions)? {
                    Some(others) => {
                        query.status = others;
                        Ok(Vec::new())
                    }
                    None => Ok(plain::references(query, to, conditions)),
                }
            }
            Kind::Custodian => each(texts, custodians).map(|all| plain::custodian(query, all)),
            Kind::Platform => {
                each(texts, |text| Ok(platforms(text))).map(|all| plain::platforms(query, all))
            }
            Kind::Held => yes_no(texts).map(|held| query.held = Some(held)).map(|()| Vec::new()),
            Kind::Linked => yes_no(texts).map(|on| query.linked = Some(on)).map(|()| Vec::new()),
            Kind::Archived => {
                query.archived = archived(texts)?;
                Ok(Vec::new())
            }
            Kind::Text(column) => {
                each(texts, |text| Ok(vec![Test::Text(column, Words::read(text))]))
            }
            Kind::Day(column) => each(texts, |text| Ok(vec![Test::Day(column, self.days(text)?)])),
            Kind::Moment(column) => {
                each(texts, |text| Ok(vec![Test::Moment(column, self.moments(text)?)]))
            }
            Kind::Cost => each(texts, cost),
            Kind::Told(of) => {
                each(texts, |text| Ok(vec![Test::Said(Detail { of, ask: self.told(of, text)? })]))
            }
        }
    }

    /// Ids with commas, `none` among them; `in:` takes in what is below a location.
    fn references(&mut self, to: Reference, text: &str) -> Result<Vec<Test>, Trouble> {
        let (below, text) = match text.strip_prefix("in:").filter(|_| to == Reference::Location) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut ids = Vec::new();
        let mut tests = Vec::new();
        for part in listed(text) {
            if part == BLANK {
                tests.push(Test::Refers(to, Vec::new()));
            } else {
                ids.push(reference(to, part)?);
            }
        }
        if below {
            let within = locations::within(self.tx, &ids);
            ids = within.map_err(|error| Trouble::World(error.into()))?;
        }
        if !ids.is_empty() {
            tests.push(Test::Refers(to, ids));
        }
        Ok(tests)
    }

    /// Every asset has a status, so not to have these is to have one of the others, which the
    /// indexes find.
    fn other_statuses(
        &mut self,
        to: Reference,
        conditions: &[Condition],
    ) -> Result<Option<Vec<StatusId>>, Trouble> {
        let (Reference::Status, [Condition { not: true, any }]) = (to, conditions) else {
            return Ok(None);
        };
        let all = picks::of(self.tx, Picks::Statuses, MOST_STATUSES);
        let all = all.map_err(|error| Trouble::World(error.into()))?;
        let named = |id: &StatusId| {
            any.iter()
                .any(|test| matches!(test, Test::Refers(_, ids) if ids.contains(&id.number())))
        };
        let others = all.iter().filter_map(|(id, _)| id.parse().ok()).filter(|id| !named(id));
        let others: Vec<StatusId> = others.collect();
        Ok(Some(others).filter(|others| !others.is_empty()))
    }

    pub(super) fn days(&self, text: &str) -> Result<Range<Date>, Trouble> {
        let days: Days = match text {
            BLANK => return Ok(Range::Blank),
            "overdue" => "<today".parse()?,
            "week" => "<in-8-days".parse()?,
            "any" => return Ok(Range::Between(None, None)),
            text => text.parse()?,
        };
        let (from, until) = days.seen_on(self.today);
        in_order(from, until, text)?;
        Ok(Range::Between(from, until))
    }

    /// Days of the company, to their last moment.
    pub(super) fn moments(&self, text: &str) -> Result<Range<domain::Timestamp>, Trouble> {
        let Range::Between(from, until) = self.days(text)? else { return Ok(Range::Blank) };
        let begins = |day: Date| day.to_zoned(self.zone.clone()).ok().map(|at| at.timestamp());
        let ends = |day: Date| {
            let next = day.tomorrow().ok().and_then(begins)?;
            next.checked_sub(jiff::SignedDuration::from_micros(1)).ok()
        };
        Ok(Range::Between(from.and_then(begins), until.and_then(ends)))
    }

    /// What is asked of a value that a source tells, as its kind is asked.
    fn told(&self, of: &Property, text: &str) -> Result<Ask, Trouble> {
        Ok(match of.told {
            _ if text == BLANK => Ask::Blank,
            Told::Text | Told::Numbered | Told::List => Ask::Words(Words::read(text)),
            Told::YesNo => Ask::Yes(yes_no(&[text])?),
            Told::Time => match self.moments(text)? {
                Range::Blank => Ask::Blank,
                Range::Between(from, until) => Ask::Moments(from, until),
            },
            Told::Day => match self.days(text)? {
                Range::Blank => Ask::Blank,
                Range::Between(from, until) => Ask::Days(from, until),
            },
        })
    }

    /// What is asked of a custom field, each test as `test` makes it.
    pub(super) fn custom<T>(
        &mut self,
        defined: &[CustomField],
        name: &str,
        texts: &[&str],
        test: fn(Custom, Value) -> T,
    ) -> Result<Vec<Condition<T>>, Trouble> {
        let Some(field) = defined.iter().find(|field| field.key.as_str() == name) else {
            return Err("no custom field has this key; hint: see Settings, Custom fields".into());
        };
        let custom = Custom { id: field.id, key: field.key.clone(), kept: field.is_kept() };
        each(texts, |text| {
            let values = self.values(field, text)?;
            Ok(values.into_iter().map(|value| test(custom.clone(), value)).collect())
        })
    }

    /// An amount is asked of currencies one by one, all else in one.
    fn values(&self, field: &CustomField, text: &str) -> Result<Vec<Value>, Trouble> {
        if field.kind != FieldType::Money || text == BLANK {
            return Ok(vec![self.value(field, text)?]);
        }
        let priced = amounts(text)?.into_iter();
        Ok(priced.map(|(currencies, from, until)| Value::Money(currencies, from, until)).collect())
    }

    fn value(&self, field: &CustomField, text: &str) -> Result<Value, Trouble> {
        let words = match Words::read(text) {
            Words::Blank => return Ok(Value::Blank),
            words => words,
        };
        let whole = || field.parse(text, Some(&self.company.currency));
        match (&field.kind, words) {
            (
                FieldType::Text | FieldType::LongText | FieldType::Link | FieldType::Email,
                Words::Whole(text),
            ) => Ok(Value::OneOf(vec![key(&text)])),
            (FieldType::Choice(_) | FieldType::Choices(_), Words::Whole(text)) => {
                choices(field, &text)
            }
            (FieldType::YesNo, _) => Ok(Value::OneOf(keys(&whole()?.unwrap_or_default()))),
            (FieldType::Date, _) => match self.days(text)? {
                Range::Blank => Ok(Value::Blank),
                Range::Between(from, until) => Ok(Value::Day(from, until)),
            },
            // Amounts were read before, of each currency.
            (FieldType::Money | FieldType::Number | FieldType::Size, _) => numbers(field, text),
            (_, Words::Part(part)) => Ok(Value::Part(key(&part))),
            (_, Words::Blank) => Ok(Value::Blank),
        }
    }
}

/// The whole text as one choice, else its parts as several.
fn choices(field: &CustomField, text: &str) -> Result<Value, Trouble> {
    let one = |text: &str| Ok::<_, Trouble>(keys(&field.parse(text, None)?.unwrap_or_default()));
    let FieldType::Choice(_) = field.kind else { return Ok(Value::OneOf(one(text)?)) };
    if let Ok(keys) = one(text) {
        return Ok(Value::OneOf(keys));
    }
    let mut all = Vec::new();
    for part in listed(text) {
        all.extend(one(part)?);
    }
    Ok(Value::OneOf(all))
}

fn numbers(field: &CustomField, text: &str) -> Result<Value, Trouble> {
    let odd = || Unread::new(text, "number or range of numbers", "100..500, >100, <=500, none");
    let bounds = Bounds::read(text).ok_or_else(odd)?;
    let end = |end: Option<End<'_>>| -> Result<Option<Edge>, Trouble> {
        let Some(end) = end else { return Ok(None) };
        let number = field.parse(end.text, None)?.and_then(|value| value.as_f64());
        Ok(Some(Edge { at: number.ok_or_else(odd)?, with: end.with }))
    };
    if bounds.from == bounds.until {
        return Ok(Value::OneOf(keys(&field.parse(text, None)?.unwrap_or_default())));
    }
    let (from, until) = (end(bounds.from)?, end(bounds.until)?);
    in_order(from.as_ref().map(|edge| edge.at), until.as_ref().map(|edge| edge.at), text)?;
    Ok(Value::Number(from, until))
}

/// A range that ends before it begins holds nothing, which nobody means.
pub(super) fn in_order<T: PartialOrd>(
    from: Option<T>,
    until: Option<T>,
    text: &str,
) -> Result<(), Trouble> {
    let turned = from.is_some_and(|from| until.is_some_and(|until| until < from));
    let why = || format!("\"{text}\" ends before it begins; hint: turn its two ends around");
    if turned { Err(Trouble::Text(why())) } else { Ok(()) }
}

/// Texts as conditions: those that are not turned around are alternatives.
pub(super) fn each<T>(
    texts: &[&str],
    mut tests: impl FnMut(&str) -> Result<Vec<T>, Trouble>,
) -> Result<Vec<Condition<T>>, Trouble> {
    let mut is = Condition { not: false, any: Vec::new() };
    let mut is_not = Condition { not: true, any: Vec::new() };
    let mut asked = [false, false];
    for text in texts {
        let (not, what) = turned(text);
        asked[usize::from(not)] = true;
        let side = if not { &mut is_not } else { &mut is };
        // A lone comma or tilde would be asked of nothing, or of everything.
        if what.trim_matches(['~', ',', ' ']).is_empty() {
            return Err(Unread::new(
                text,
                "filter",
                "leave it out, or write none for those without",
            )
            .into());
        }
        side.any.extend(tests(what)?);
    }
    Ok([is, is_not].into_iter().zip(asked).filter(|(_, asked)| *asked).map(|(c, _)| c).collect())
}

fn reference(to: Reference, text: &str) -> Result<i64, Trouble> {
    fn number<N: Noun>(text: &str) -> Result<i64, Trouble> {
        Ok(text.parse::<Id<N>>()?.number())
    }
    match to {
        Reference::Status => number::<noun::Status>(text),
        Reference::Category => number::<noun::Category>(text),
        Reference::Product => number::<noun::Product>(text),
        Reference::Manufacturer => number::<noun::Manufacturer>(text),
        Reference::Location => number::<noun::Location>(text),
        Reference::Department => number::<noun::Department>(text),
        Reference::Supplier => number::<noun::Supplier>(text),
    }
}

/// Ids with commas, or part of the name of whoever has it.
fn custodians(text: &str) -> Result<Vec<Test>, Trouble> {
    use store::assets::conditions::TextColumn;
    if text.starts_with('~') {
        return Ok(vec![Test::Text(TextColumn::Custodian, Words::read(text))]);
    }
    listed(text)
        .map(|part| {
            if part == BLANK {
                return Ok(Test::Held(None));
            }
            let employee = part.parse().map(Custodian::Employee);
            let location = || part.parse().map(Custodian::Location);
            let asset = || part.parse().map(Custodian::Asset);
            let found = employee.ok().or_else(|| location().ok()).or_else(|| asset().ok());
            let hint = "an id like emp_…, loc_… or ast_…, ~part of a name, or none";
            Ok(Test::Held(Some(found.ok_or_else(|| Unread::new(part, "custodian", hint))?)))
        })
        .collect()
}

/// In any case. A source may name others than the known ones, which are asked for as it writes them.
fn platforms(text: &str) -> Vec<Test> {
    let name = |part: &str| {
        let known = Platform::KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(part));
        if part == BLANK { String::new() } else { known.unwrap_or(part).to_owned() }
    };
    listed(text).map(|part| Test::Platform(name(part))).collect()
}

pub(super) fn yes_no(texts: &[&str]) -> Result<bool, Trouble> {
    let (not, text) = turned(texts.last().copied().unwrap_or_default());
    match text {
        "yes" | "true" => Ok(!not),
        "no" | "false" => Ok(not),
        other => Err(Unread::new(other, "answer", "yes or no").into()),
    }
}

fn archived(texts: &[&str]) -> Result<Archived, Trouble> {
    match texts.last().copied().unwrap_or_default() {
        "only" | "true" | "yes" => Ok(Archived::Only),
        "any" => Ok(Archived::Any),
        "no" | "false" | "none" => Ok(Archived::Without),
        other => Err(Unread::new(other, "answer", "only, any or no").into()),
    }
}
