//! `rules`: a preset's name, then what differs from it, a setting a line.

use domain::fields::{CustomField, FieldKey, FieldType};
use reconcile::preset::Preset;
use reconcile::rules::{AdeRule, Assign, FieldMapping, FirstRun, MatchRule, Rules};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::line::Line;
use super::stage::Stage;

/// A story's fleet is so small that every change is a third of it, and its first run is every run's
/// first half; so guards and the first run's review are off until a story speaks of them.
pub fn preset(name: &str) -> Rules {
    let mut rules = spoken::<Preset>(name).rules();
    rules.first_run = FirstRun::Apply;
    rules.guard.max_changes_percent = 100;
    rules
}

/// What a preset maps to is there, as connecting with it makes it.
pub fn define_all(stage: &mut Stage) {
    for mapping in stage.rules.fields.clone() {
        define(stage, &mapping.to, |_| ());
    }
}

fn define(stage: &mut Stage, key: &str, dress: impl FnOnce(&mut CustomField)) {
    let key = FieldKey::parse(key).unwrap();
    if stage.inventory.fields.iter().all(|field| field.key != key) {
        let mut field = CustomField::text(stage.mint.id(stage.now), key.clone(), key.as_str());
        dress(&mut field);
        stage.inventory.fields.push(field);
    }
}

/// One setting, in the words of the API.
pub fn amend(stage: &mut Stage, mut line: Line) {
    let setting = line.word();
    match setting.as_str() {
        "match" => {
            // Tokens hold an equals sign, so they are read from the raw line.
            let tokens = line.raw["match".len()..].split(',').map(str::trim);
            stage.rules.matching = tokens.map(spoken::<MatchRule>).collect();
            return;
        }
        "match_conflict" => stage.rules.match_conflict = spoken(&line.word()),
        "on_match" => stage.rules.on_match = spoken(&line.word()),
        "on_no_match" => stage.rules.on_no_match = spoken(&line.word()),
        "tag_from" => stage.rules.tag_from = spoken(&line.word()),
        "name_from" => stage.rules.name_from = Some(line.word()).filter(|word| word != "nothing"),
        "awaiting" => stage.rules.awaiting = spoken(&line.word()),
        "first_run" => stage.rules.first_run = spoken(&line.word()),
        "status" => stage.rules.status = Some(stage.statuses.id(&line.word())),
        "location" => stage.rules.location = Some(stage.locations.id(&line.word())),
        "category" => match (line.word(), line.maybe_word()) {
            (platform, Some(name)) => {
                drop(stage.rules.category.by_platform.insert(platform, name));
            }
            (name, None) => stage.rules.category.default = name,
        },
        "assign" => {
            stage.rules.assign = Assign {
                on_assign: line.flag("on_assign"),
                on_change: line.flag("on_change"),
                on_removed: line.flag("on_removed"),
            };
            line.flag("nothing");
        }
        "employees" => {
            let employees = &mut stage.rules.employees;
            employees.create |= line.flag("create");
            employees.import_directory |= line.flag("import_directory");
            if line.flag("match") {
                employees.matching =
                    std::iter::from_fn(|| line.maybe_word()).map(|word| spoken(&word)).collect();
            }
        }
        "ade" => {
            let rule = AdeRule {
                ade_id: line.word(),
                location: line.value("location").map(|name| stage.locations.id(&name)),
                status: line.value("status").map(|name| stage.statuses.id(&name)),
                apply: spoken(&line.value("apply").unwrap_or_else(|| "on_create".into())),
            };
            stage.rules.ade_rules.push(rule);
        }
        "field" => {
            let from = line.word();
            assert!(line.phrase("->"), "field from -> to authority");
            let (to, authority) = (line.word(), spoken(&line.word()));
            let (unique, default) = (line.flag("unique"), line.value("default"));
            let kind = line.maybe_word().unwrap_or_else(|| "text".into());
            define(stage, &to, |field| {
                field.kind = FieldType::parse(&kind, Vec::new()).unwrap();
                field.unique = unique;
                field.default = default.map(Value::from);
            });
            stage.rules.fields.push(FieldMapping { from, to, authority });
        }
        "absence" => {
            stage.rules.absence.action = spoken(&line.word());
            stage.rules.absence.status = line.maybe_word().map(|name| stage.statuses.id(&name));
        }
        "guard" => {
            let guard = &mut stage.rules.guard;
            for (limit, value) in line.rest() {
                let value = value.parse().expect("a limit is a number");
                match limit.as_str() {
                    "max_changes_percent" => guard.max_changes_percent = value,
                    "max_checkins" => guard.max_checkins = value,
                    "max_absent_percent" => guard.max_absent_percent = value,
                    other => panic!("no limit {other}"),
                }
            }
        }
        other => panic!("line {}: no setting {other}", line.number),
    }
    line.done();
}

/// A value by the word the API has for it.
pub fn spoken<T: DeserializeOwned>(word: &str) -> T {
    serde_json::from_value(Value::from(word)).unwrap_or_else(|error| panic!("\"{word}\": {error}"))
}
