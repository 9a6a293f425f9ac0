//! What activity is narrowed by: each filter a chip that can be changed or taken away.

use app::Refusal;
use app::activity::{self, CauseRow, EventFilter};
use app::names::Wanted;
use app::refusal::FieldError;
use domain::event::Subject;
use domain::field::BUILT_IN;
use domain::id::{RunId, TokenId, UserId};
use domain::{Action, Cause, Timestamp};
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::components::{Button, Chip, Field, FieldToFilter, Pick, add_filter, fields_to_filter};
use crate::error::Refused;
use crate::pages::answers::Answers;
use crate::pages::visitor::Visitor;
use crate::pages::words::{bare_label, titled};

/// Word in the address, label. The last two come from links alone.
const FACETS: [(&str, &str); 8] = [
    ("by", "Who"),
    ("actor", "Person or token"),
    ("what", "What"),
    ("action", "Action"),
    ("field", "Field"),
    ("when", "When"),
    ("thing", "Thing"),
    ("cause", "Cause"),
];

/// Kinds of actors, and of occasions on which they did much at once.
const BY: [(&str, &str); 7] = [
    ("user", "People"),
    ("token", "API tokens"),
    ("run", "Sources"),
    ("import", "Imports"),
    ("bulk", "Bulk changes"),
    ("undo", "What was taken back"),
    ("system", "Stockroom itself"),
];

const WHEN: [(&str, &str); 5] = [
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("7", "The last 7 days"),
    ("30", "The last 30 days"),
    ("between", "Between two days"),
];

/// What the address asks for; what cannot be read is refused, not passed over.
pub fn filter(visitor: &Visitor, asked: &Answers) -> Result<EventFilter, Refusal> {
    let mut errors = Vec::new();
    let (since, until) = when(visitor, asked);
    each(asked, "when", &mut errors, |text| WHEN.iter().find(|(word, _)| *word == text));
    for day in ["from", "to"] {
        each(asked, day, &mut errors, |text| text.parse::<Date>().ok());
    }
    let mut filter = EventFilter {
        actor: each(asked, "actor", &mut errors, somebody).pop(),
        subjects: each(asked, "what", &mut errors, Subject::kind_named),
        subject: each(asked, "thing", &mut errors, Subject::parse).pop(),
        actions: each(asked, "action", &mut errors, Action::parse),
        field: each(asked, "field", &mut errors, |text| text.parse().ok()).pop(),
        cause: each(asked, "cause", &mut errors, occasion).pop(),
        since,
        until,
        ..EventFilter::default()
    };
    each(asked, "by", &mut errors, |word| filter.by(word).then_some(()));
    if errors.is_empty() { Ok(filter) } else { Err(Refusal::Invalid { errors }) }
}

/// All that an address says under a name, each read; of what cannot be, it is said.
fn each<T>(
    asked: &Answers,
    name: &str,
    errors: &mut Vec<FieldError>,
    mut read: impl FnMut(&str) -> Option<T>,
) -> Vec<T> {
    let label = FACETS.iter().find(|(key, _)| *key == name).map_or(name, |(_, label)| label);
    let given = asked.all(name).filter(|text| !text.is_empty());
    given
        .filter_map(|text| {
            let found = read(text);
            if found.is_none() {
                let text: String = text.chars().take(80).collect();
                let detail = format!("\"{text}\" is nothing to choose for \"{label}\"");
                errors.push(FieldError { field: name.to_owned(), detail });
            }
            found
        })
        .collect()
}

/// The id of someone who does things here.
fn somebody(text: &str) -> Option<String> {
    let known = text.parse::<UserId>().is_ok()
        || text.parse::<TokenId>().is_ok()
        || text.parse::<RunId>().is_ok();
    known.then(|| text.to_owned())
}

/// `run:run_…`
fn occasion(text: &str) -> Option<Cause> {
    let (kind, id) = text.split_once(':')?;
    Some(Cause { kind: kind.into(), id: Some(id.into()) })
}

/// Days as the company has them.
fn when(visitor: &Visitor, asked: &Answers) -> (Option<Timestamp>, Option<Timestamp>) {
    let begins = |day: Date| {
        let midnight = day.to_zoned(visitor.now.zone.clone()).ok()?;
        Some(midnight.timestamp())
    };
    let today = visitor.now.date_of(visitor.now.at);
    let past = |days: i64| begins(today.saturating_sub(days.days()));
    match asked.get("when") {
        "today" => (past(0), None),
        "yesterday" => (past(1), past(0)),
        "7" => (past(6), None),
        "30" => (past(29), None),
        "between" => {
            let day = |name: &str| asked.get(name).parse::<Date>().ok();
            let until = day("to").map(|day| day.saturating_add(1.days()));
            (day("from").and_then(begins), until.and_then(begins))
        }
        _ => (None, None),
    }
}

pub async fn chips(
    visitor: &Visitor,
    asked: &Answers,
    cause: Option<&CauseRow>,
) -> Result<Markup, Refused> {
    let editing = asked.get("edit");
    let (mut chips, mut rest) = (Vec::new(), Vec::new());
    for (key, label) in FACETS {
        if asked.some(key).is_some() || editing == key {
            chips.push(chip(visitor, asked, key, label, cause).await?);
        } else if !matches!(key, "thing" | "cause") {
            rest.push(FieldToFilter { label, name: key, group: None });
        }
    }
    let plain = asked.without("cursor").without("edit");
    let kept: Vec<_> = plain.pairs().collect();
    let more = match editing {
        "filter" => fields_to_filter(&kept, &rest),
        _ => add_filter(&plain.with("edit", "filter").at(&visitor.to("activity"))),
    };
    Ok(html! { @for chip in &chips { (chip) } (more) })
}

async fn chip(
    visitor: &Visitor,
    asked: &Answers,
    key: &'static str,
    name: &str,
    cause: Option<&CauseRow>,
) -> Result<Markup, Refused> {
    let picks = picks(visitor, key).await?;
    let chosen: Vec<&str> = asked.all(key).filter(|word| !word.is_empty()).collect();
    let picked = |word: &&str| {
        let pick = picks.iter().find(|(value, _)| value == word);
        pick.map_or_else(|| (*word).to_owned(), |(_, label)| label.clone())
    };
    let value = match key {
        "cause" => cause.map_or_else(|| "one that did nothing".to_owned(), caused),
        "thing" => named(visitor, chosen.first().copied().unwrap_or_default()).await?,
        "when" if asked.get("when") == "between" => between(asked),
        _ => chosen.iter().map(picked).collect::<Vec<_>>().join(", "),
    };
    let bare = ["from", "to", key, "cursor", "edit"];
    let bare = if key == "when" { &bare[..] } else { &bare[2..] };
    let kept = bare.iter().fold(asked.clone(), |kept, name| kept.without(name));
    let without = kept.at(&visitor.to("activity"));
    let editor = (!picks.is_empty()).then(|| editor(asked, &kept, key, name, &picks, &chosen));
    let chip = Chip {
        field: name,
        relation: if value.is_empty() { "" } else { "is" },
        value: &value,
        without: &without,
        change: None,
        editor,
        open: asked.get("edit") == key,
    };
    Ok(html! { (chip) })
}

fn caused(row: &CauseRow) -> String {
    format!("a {} of {}", row.cause.kind.replace('_', " "), row.actor.name)
}

fn between(asked: &Answers) -> String {
    match (asked.some("from"), asked.some("to")) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("{from} or later"),
        (None, Some(to)) => format!("{to} or earlier"),
        (None, None) => "any day".to_owned(),
    }
}

async fn named(visitor: &Visitor, id: &str) -> Result<String, Refused> {
    let mut wanted = Wanted::default();
    wanted.id(id);
    let names = app::names::names(&visitor.web.app, &visitor.caller, wanted).await?;
    Ok(names.called(id).to_owned())
}

/// What can be picked; none where only links lead there.
async fn picks(visitor: &Visitor, key: &str) -> Result<Vec<(String, String)>, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let worded = |word: &str| (word.to_owned(), titled(word));
    Ok(match key {
        "by" => BY.iter().map(|(word, label)| ((*word).into(), (*label).into())).collect(),
        "actor" => activity::actors(app, caller).await?,
        "what" => Subject::KINDS.iter().map(|kind| worded(kind)).collect(),
        "action" => Action::ALL.iter().map(|action| worded(action.as_str())).collect(),
        "when" => WHEN.iter().map(|(word, label)| ((*word).into(), (*label).into())).collect(),
        "field" => {
            let own = app::fields::list(app, caller).await?;
            let built_in =
                BUILT_IN.iter().map(|(field, name)| ((*name).to_owned(), bare_label(field)));
            let own = own.into_iter().map(|field| (format!("fields.{}", field.key), field.label));
            built_in.chain(own).collect()
        }
        _ => Vec::new(),
    })
}

fn editor(
    asked: &Answers,
    kept: &Answers,
    key: &'static str,
    name: &str,
    picks: &[(String, String)],
    chosen: &[&str],
) -> Markup {
    let options: Vec<_> = picks.iter().map(|(value, name)| Pick::new(value, name)).collect();
    let field = Field::new(key, name);
    html! {
        @for (name, value) in kept.pairs() { input type="hidden" name=(name) value=(value); }
        @if matches!(key, "what" | "action") {
            (field.checks(&options, chosen))
        } @else {
            (field.select(&options, chosen.first().copied().unwrap_or_default()))
        }
        @if key == "when" {
            (Field::new("from", "From").date(asked.get("from")))
            (Field::new("to", "To").date(asked.get("to")))
        }
        (Button::submit("Show").primary())
    }
}
