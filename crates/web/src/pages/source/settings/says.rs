//! What a preset says of a setting, in the words of the form.

use reconcile::Rules;
use reconcile::rules::{MatchConflict, PersonRule};

use super::choices::{self, AUTHORITIES, Choices};
use super::short;

/// A few words; a blank setting is "none".
pub fn says(key: &str, rules: &Rules, choices: &Choices) -> String {
    let known = |all: &[(String, String)], id: Option<String>| {
        let name = id.and_then(|id| choices::named(all, &id).map(str::to_owned));
        name.unwrap_or_else(|| "none".to_owned())
    };
    match key {
        "interval_minutes" => format!("{} minutes", rules.interval_minutes),
        "first_run" => choices::first_run(rules.first_run).to_lowercase(),
        "match" => {
            let rules = rules.matching.iter().map(reconcile::explain::rule);
            rules.collect::<Vec<_>>().join(", then ")
        }
        "match_conflict" => match rules.match_conflict {
            MatchConflict::Ask => "ask me".to_owned(),
            MatchConflict::First => "the first one counts".to_owned(),
        },
        "on_match" => choices::on_match(rules.on_match).to_lowercase(),
        "on_no_match" => choices::on_no_match(rules.on_no_match).to_lowercase(),
        "tag_from" => choices::tag_from(rules.tag_from).to_lowercase(),
        "name_from" => match rules.name_from.as_deref() {
            Some(property) => app::details::label(property).to_lowercase(),
            None => "left to people".to_owned(),
        },
        "category" => format!("\u{201c}{}\u{201d} on every platform", rules.category.default),
        "status" => known(&choices.statuses, rules.status.map(|id| id.to_string())),
        "location" => known(&choices.locations, rules.location.map(|id| id.to_string())),
        "assign" => short::assign(rules),
        "employees" => people(rules),
        "fields" => fields(rules),
        "ade_rules" => "none".to_owned(),
        "awaiting" => choices::awaiting(rules.awaiting).to_lowercase(),
        "absence" => choices::absence(rules.absence.action).to_lowercase(),
        "guard" => {
            let guard = rules.guard;
            format!(
                "{} percent changed, {} check-ins, {} percent gone",
                guard.max_changes_percent, guard.max_checkins, guard.max_absent_percent
            )
        }
        "priority" => rules.priority.to_string(),
        _ => String::new(),
    }
}

fn people(rules: &Rules) -> String {
    let known = rules.employees.matching.iter().map(|rule| match rule {
        PersonRule::Link => "link",
        PersonRule::Email => "e-mail",
        PersonRule::Name => "name",
    });
    let known: Vec<_> = known.collect();
    let create = if rules.employees.create {
        "unknown users become employees"
    } else {
        "unknown users are left alone"
    };
    let directory = if rules.employees.import_directory {
        "the whole directory"
    } else {
        "users of devices only"
    };
    format!("known by {}; {create}; {directory}", known.join(", then "))
}

fn fields(rules: &Rules) -> String {
    let mapped: Vec<String> = rules
        .fields
        .iter()
        .map(|mapping| {
            let word = serde_json::to_value(mapping.authority).unwrap_or_default();
            let authority = AUTHORITIES.iter().find(|(own, _)| word.as_str() == Some(own));
            let label = app::details::label(&mapping.from);
            format!("{label} in {}, which {}", mapping.to, authority.map_or("", |(_, words)| words))
        })
        .collect();
    if mapped.is_empty() { "none".to_owned() } else { mapped.join("; ") }
}
