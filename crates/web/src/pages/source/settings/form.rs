//! The settings as a form: each in plain words, each difference from the preset marked.

use maud::{Markup, html};
use reconcile::preset::Preset;
use reconcile::rules::{AbsenceAction, FirstRun, OnMatch, OnNoMatch, TagFrom};

use super::choices::{self, AUTHORITIES, Choices, MATCH_RULES, PLATFORMS};
use super::patch::count;
use crate::components::{Field, Icon, Panel, Pick, badge, checkbox};
use crate::pages::answers::{Answers, Wrong};

/// Faults of these are shown where they belong.
pub const ASKED: [&str; 16] = [
    "interval_minutes",
    "match",
    "match_conflict",
    "on_match",
    "on_no_match",
    "tag_from",
    "name_from",
    "category",
    "status",
    "location",
    "fields",
    "ade_rules",
    "guard.max_changes_percent",
    "guard.max_checkins",
    "guard.max_absent_percent",
    "priority",
];

pub struct Form<'a> {
    pub answers: &'a Answers,
    pub wrong: &'a Wrong,
    /// Settings that are not the preset's.
    pub differences: Vec<String>,
    pub preset: Preset,
    /// Tags are fixed after the first applied run.
    pub tag_locked: bool,
    pub choices: &'a Choices,
}

impl Form<'_> {
    pub fn render(&self) -> Markup {
        html! {
            (Panel::new("When").aside(self.mark(&["interval_minutes", "first_run"])).body(self.when()))
            (Panel::new("Which asset a device is").aside(self.mark(&["match", "match_conflict", "on_match", "on_no_match"])).body(self.identity()))
            (Panel::new("What new assets look like").aside(self.mark(&["tag_from", "name_from", "category", "status", "location"])).body(self.look()))
            (Panel::new("Who has it").aside(self.mark(&["assign", "employees"])).body(self.custody()))
            (Panel::new("Kandji values in custom fields").aside(self.mark(&["fields"])).body(self.fields()))
            (Panel::new("By enrollment configuration (ADE)").aside(self.mark(&["ade_rules"])).body(self.ade()))
            (Panel::new("When a device is gone from Kandji").aside(self.mark(&["absence"])).body(self.absence()))
            (Panel::new("Brakes").aside(self.mark(&["guard", "priority"])).body(self.guard()))
        }
    }

    /// Says that something in a panel is not as in the preset.
    fn mark(&self, keys: &[&str]) -> Markup {
        let differs = self.differences.iter().any(|key| keys.contains(&key.as_str()));
        let label = format!("differs from {}", self.preset.label());
        html! { @if differs { (badge(None, &label)) } }
    }

    fn get(&self, name: &str) -> &str {
        self.answers.pairs().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    fn field<'f>(&'f self, name: &'f str, label: &'f str) -> Field<'f> {
        Field::new(name, label).error(self.wrong.at(name))
    }

    fn number(&self, name: &str, label: &str, hint: &str) -> Markup {
        self.field(name, label).hint(hint).number(self.get(name))
    }

    fn tick(&self, name: &str, label: &str, hint: Option<&str>) -> Markup {
        checkbox(name, label, hint, self.get(name) == "on")
    }

    fn when(&self) -> Markup {
        let first = [FirstRun::Preview, FirstRun::Apply].map(choices::first_run);
        let picks = [Pick::new("preview", first[0]), Pick::new("apply", first[1])];
        html! {
            div.form {
                (self.number("interval_minutes", "Minutes between runs", "5 to 1440"))
                (self.field("first_run", "The first run").radios(&picks, self.get("first_run")))
            }
        }
    }

    fn identity(&self) -> Markup {
        let own = self.get_all("match");
        let on_match =
            [("adopt", OnMatch::Adopt), ("review", OnMatch::Review), ("skip", OnMatch::Skip)]
                .map(|(word, on)| Pick::new(word, choices::on_match(on)));
        let on_none = [
            ("create", OnNoMatch::Create),
            ("review", OnNoMatch::Review),
            ("skip", OnNoMatch::Skip),
        ]
        .map(|(word, on)| Pick::new(word, choices::on_no_match(on)));
        let conflict = [Pick::new("ask", "Ask me"), Pick::new("first", "The first one counts")];
        html! {
            div.form {
                @if let Some(fault) = self.wrong.at("match") { p.error { (fault) } }
                @for (n, rule) in own.iter().enumerate() {
                    @let name = format!("match.{n}");
                    @let label = if n == 0 { "It is known by".to_owned() } else { format!("Else by ({})", n + 1) };
                    (Field::new(&name, &label).select(&rules(rule), rule))
                }
                (self.field("match_conflict", "When two of these name different assets").radios(&conflict, self.get("match_conflict")))
                (self.field("on_match", "When it is an asset that is not linked yet").radios(&on_match, self.get("on_match")))
                (self.field("on_no_match", "When it is none").radios(&on_none, self.get("on_no_match")))
            }
        }
    }

    fn get_all(&self, list: &str) -> Vec<&str> {
        (0..count(self.answers, list)).map(|n| self.get(&format!("{list}.{n}"))).collect()
    }

    fn look(&self) -> Markup {
        let tags = [
            ("serial_number", TagFrom::SerialNumber),
            ("device_name", TagFrom::DeviceName),
            ("asset_tag", TagFrom::AssetTag),
            ("asset_tag_or_serial", TagFrom::AssetTagOrSerial),
        ]
        .map(|(word, from)| Pick::new(word, choices::tag_from(from)));
        let tag = self.get("tag_from");
        let fixed = tags.iter().find(|pick| pick.value == tag).map_or(tag, |pick| pick.label);
        let names = std::iter::once(Pick::new("", "Nothing: names are left to people"))
            .chain(self.choices.properties.iter().map(|(key, label)| Pick::new(key, label)));
        html! {
            div.form {
                @if self.tag_locked {
                    div.field { span { "Asset tag from" } p { (fixed) } p.hint { "Fixed since the first applied run, because tags tell assets apart." } }
                } @else {
                    (self.field("tag_from", "Asset tag from").hint("Fixed after the first applied run").radios(&tags, tag))
                }
                (self.field("name_from", "Name from").hint("A name that follows Kandji overrides what is typed here").select(&names.collect::<Vec<_>>(), self.get("name_from")))
                (self.field("category.default", "Category of new products").hint("Made on first use; change a product's category whenever you like, no run sets it back").text(self.get("category.default")))
                details.fold-plain {
                    summary { (Icon::ChevronRight) "Categories by platform" }
                    div.form {
                        @for platform in PLATFORMS {
                            @let name = format!("category.{platform}");
                            (Field::new(&name, platform).text(self.get(&name)))
                        }
                    }
                }
                (self.pick("status", "Status", "The usual one", &self.choices.statuses))
                (self.pick("location", "Location", "None", &self.choices.locations))
            }
        }
    }

    fn pick(&self, name: &str, label: &str, blank: &str, all: &[(String, String)]) -> Markup {
        let picks: Vec<_> = std::iter::once(Pick::new("", blank))
            .chain(all.iter().map(|(value, label)| Pick::new(value, label)))
            .collect();
        self.field(name, label).select(&picks, self.get(name))
    }

    fn custody(&self) -> Markup {
        let never = "A checkout to a location is never touched";
        html! {
            div.form {
                (self.tick("assign.on_assign", "Check out to the user in Kandji", Some("Overrides a checkout to another employee by hand. A checkout to a location is never touched.")))
                (self.tick("assign.on_change", "When the user in Kandji changes, follow", Some("Checked in from the one, checked out to the other")))
                (self.tick("assign.on_removed", "When the user is removed in Kandji, check in", Some(never)))
                (self.tick("employees.create", "Make an employee of every user who is not one yet", Some("Otherwise an unknown user is left alone and the run says so")))
                (self.tick("employees.import_directory", "Bring in the whole directory, not only users of devices", Some("Needs the permission List Users")))
                (self.tick("employees.by_name", "Recognize people by name too, after id and e-mail", Some("Two people of one name are then left alone")))
            }
        }
    }

    fn fields(&self) -> Markup {
        let from: Vec<_> = std::iter::once(Pick::new("", "–"))
            .chain(self.choices.properties.iter().map(|(key, label)| Pick::new(key, label)))
            .collect();
        let authority = AUTHORITIES.map(|(word, label)| Pick::new(word, label));
        html! {
            div.form {
                p.quiet-text { "Every detail stands on the asset's page anyway; map what you want to search and edit as a field of your own. " (self.choices.fields) }
                @if let Some(fault) = self.wrong.at("fields") { p.error { (fault) } }
                @for n in 0..count(self.answers, "fields") {
                    @let (a, b, c) = (format!("fields.{n}.from"), format!("fields.{n}.to"), format!("fields.{n}.authority"));
                    div.mapping {
                        (Field::new(&a, "Kandji's").select(&from, self.get(&a)))
                        (Field::new(&b, "goes to the field").placeholder("memory").text(self.get(&b)))
                        (Field::new(&c, "which").select(&authority, self.get(&c)))
                    }
                }
            }
        }
    }

    fn ade(&self) -> Markup {
        let apply =
            [Pick::new("on_create", "when the asset is new"), Pick::new("always", "at every run")];
        html! {
            div.form {
                p.quiet-text { "A device that enrolled through one of these configurations gets this place and status." }
                @if let Some(fault) = self.wrong.at("ade_rules") { p.error { (fault) } }
                @for n in 0..count(self.answers, "ade_rules") {
                    @let names = ["ade_id", "location", "status", "apply"].map(|key| format!("ade_rules.{n}.{key}"));
                    div.mapping {
                        (Field::new(&names[0], "Configuration id").text(self.get(&names[0])))
                        (self.pick(&names[1], "Location", "As it is", &self.choices.locations))
                        (self.pick(&names[2], "Status", "As it is", &self.choices.statuses))
                        (Field::new(&names[3], "Set").select(&apply, self.get(&names[3])))
                    }
                }
            }
        }
    }

    fn absence(&self) -> Markup {
        let picks = [
            ("nothing", AbsenceAction::Nothing),
            ("status", AbsenceAction::Status),
            ("checkin", AbsenceAction::Checkin),
            ("archive", AbsenceAction::Archive),
        ]
        .map(|(word, action)| Pick::new(word, choices::absence(action)));
        html! {
            div.form {
                p.quiet-text { "A device is believed gone when two complete runs at least a day apart do not find it, or when Kandji says that it was removed." }
                (self.field("absence.action", "Then").radios(&picks, self.get("absence.action")))
                (self.pick("absence.status", "Which status", "None", &self.choices.statuses))
            }
        }
    }

    fn guard(&self) -> Markup {
        html! {
            div.form {
                p.quiet-text { "A run that would do more than this waits for a person." }
                (self.number("guard.max_changes_percent", "Most linked assets changed, percent", "100 never holds a run"))
                (self.number("guard.max_checkins", "Most check-ins in one run", "A change of hands is not one"))
                (self.number("guard.max_absent_percent", "Most devices gone, percent", "100 never holds a run"))
                (self.number("priority", "Priority", "Where two sources feed one field, the lower number wins"))
            }
        }
    }
}

/// The known rules, and the one in use where it is about a custom field.
fn rules(own: &str) -> Vec<Pick<'_>> {
    let blank = Pick::new("", "–");
    let known = MATCH_RULES.iter().map(|(rule, words)| Pick::new(rule, words));
    let mut picks: Vec<_> = std::iter::once(blank).chain(known).collect();
    if !picks.iter().any(|pick| pick.value == own) {
        picks.push(Pick::new(own, own));
    }
    picks
}
