//! The settings as one form: each in plain words, grouped, each difference from the preset marked
//! with what the preset says and a button that goes back to it.

use app::enrollments::Integration;
use app::sources::Rival;
use domain::Timestamp;
use maud::{Markup, html};
use reconcile::preset::Preset;
use reconcile::rules::{AbsenceAction, FirstRun, TagFrom};

use super::choices::{self, Choices, PLATFORMS};
use super::says::says;
use crate::components::{Button, Field, Icon, Panel, Pick, badge, checkbox};
use crate::pages::answers::{Answers, Wrong};
use crate::pages::words::bare_label;

/// Faults of these are shown where they belong.
pub const ASKED: [&str; 21] = [
    "name",
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
    "assign",
    "employees",
    "fields",
    "ade_rules",
    "absence",
    "guard",
    "guard.max_changes_percent",
    "guard.max_checkins",
    "guard.max_absent_percent",
    "priority",
];

pub struct Form<'a> {
    /// Where it is sent.
    pub action: &'a str,
    pub answers: &'a Answers,
    pub wrong: &'a Wrong,
    pub preset: Preset,
    /// Settings that are not the preset's.
    pub differences: Vec<String>,
    /// Where tags come from, once that is fixed.
    pub tag_from: Option<TagFrom>,
    pub choices: &'a Choices,
    pub integrations: &'a Result<Vec<Integration>, String>,
    pub rivals: &'a [Rival],
    pub now: Timestamp,
}

impl Form<'_> {
    pub fn render(&self) -> Markup {
        html! {
            (self.panel("when", "When", &["interval_minutes", "first_run"], self.when()))
            (self.panel("match", "Which asset a device is", &["match", "match_conflict", "on_match", "on_no_match"], self.identity()))
            (self.panel("look", "What new assets look like", &["tag_from", "name_from", "category", "status", "location"], self.look()))
            (self.panel("employees.match", "Who has it", &["assign", "employees"], self.custody()))
            (self.panel("fields", "Kandji values in custom fields", &["fields"], self.fields()))
            (self.panel("ade_rules", "Automated enrollment (ADE)", &["ade_rules", "awaiting"], self.enrollment()))
            (self.panel("absence", "When a device is gone from Kandji", &["absence"], self.absence()))
            (self.panel("guard", "Brakes", &["guard"], self.guard()))
            (self.panel("priority", "Beside other sources", &["priority"], self.priority()))
        }
    }

    /// A group of settings; a button inside it comes back to it.
    fn panel(&self, id: &str, title: &str, keys: &[&str], body: Markup) -> Markup {
        let differs = self.differences.iter().any(|key| keys.contains(&key.as_str()));
        let label = format!("differs from {}", self.preset.label());
        let mark = html! { @if differs { (badge(None, &label)) } };
        html! { div id={ "part-" (id) } { (Panel::new(title).aside(mark).body(body)) } }
    }

    /// What the preset says of this setting, where that is something else; one click back to it.
    pub fn preset_says(&self, key: &str) -> Markup {
        let differs = self.differences.iter().any(|other| other == key);
        let deed = format!("reset:{key}");
        let here = format!("{}#part-{}", self.action, part_of(key));
        html! {
            @if differs {
                p.differs {
                    span { (self.preset.label()) " says: " (says(key, &self.preset.rules(), self.choices)) }
                    @if !(key == "tag_from" && self.tag_from.is_some()) {
                        (Button::answer("deed", &deed, "Use that").quiet().leads_to(&here))
                    }
                }
            }
        }
    }

    /// What was wrong with a setting that is more than one question.
    pub fn fault(&self, key: &str) -> Markup {
        html! { @if let Some(fault) = self.wrong.at(key) { p.error { (Icon::CircleAlert) (fault) } } }
    }

    pub fn get(&self, name: &str) -> &str {
        self.answers.get(name)
    }

    pub fn field<'f>(&'f self, name: &'f str, label: &'f str) -> Field<'f> {
        Field::new(name, label).error(self.wrong.at(name))
    }

    fn number(&self, name: &str, label: &str, hint: &str) -> Markup {
        self.field(name, label).hint(hint).number(self.get(name))
    }

    fn tick(&self, name: &str, label: &str, hint: Option<&str>) -> Markup {
        checkbox(name, label, hint, self.answers.ticked(name))
    }

    fn when(&self) -> Markup {
        let first = [FirstRun::Preview, FirstRun::Apply].map(choices::first_run);
        let picks = [Pick::new("preview", first[0]), Pick::new("apply", first[1])];
        html! {
            div.form {
                (self.number("interval_minutes", "Minutes between runs", "5 to 1440"))
                (self.preset_says("interval_minutes"))
                (self.field("first_run", "The first run").radios(&picks, self.get("first_run")))
                (self.preset_says("first_run"))
            }
        }
    }

    fn look(&self) -> Markup {
        let first = [Pick::new("", "Nothing: names are left to people")];
        let names = self.field("name_from", "Name from");
        let names = names.hint("A name that follows Kandji overrides what is typed here");
        html! {
            div.form {
                (self.tag())
                (self.preset_says("tag_from"))
                (names.select_grouped(&first, &self.choices.groups(), self.get("name_from")))
                (self.preset_says("name_from"))
                (self.category("category.default", "Category of new products", "Made on first use. Change a product's category whenever you like: no run sets it back."))
                details.fold-plain open[PLATFORMS.iter().any(|platform| !self.get(&format!("category.{platform}")).is_empty())] {
                    summary { (Icon::ChevronRight) "Categories by platform" }
                    div.form {
                        @for platform in PLATFORMS {
                            (self.category(&format!("category.{platform}"), platform, "Blank: as above"))
                        }
                    }
                }
                datalist id="categories" { @for (_, name) in &self.choices.categories { option value=(name) {} } }
                (self.fault("category"))
                (self.preset_says("category"))
                (self.pick("status", "Status of new assets", "The usual one", &self.choices.statuses))
                (self.preset_says("status"))
                (self.pick("location", "Location of new assets", "None", &self.choices.locations))
                (self.preset_says("location"))
            }
        }
    }

    fn tag(&self) -> Markup {
        let all = [
            ("serial_number", TagFrom::SerialNumber),
            ("device_name", TagFrom::DeviceName),
            ("asset_tag", TagFrom::AssetTag),
            ("asset_tag_or_serial", TagFrom::AssetTagOrSerial),
        ];
        let picks = all.map(|(word, from)| Pick::new(word, choices::tag_from(from)));
        let Some(fixed) = self.tag_from else {
            let field = self.field("tag_from", "Asset tag from");
            let field = field.hint("Choose with care: it is fixed after the first applied run");
            return field.radios(&picks, self.get("tag_from"));
        };
        let word = all.iter().find(|(_, from)| *from == fixed).map_or("", |(word, _)| word);
        let why = "Fixed since the first applied run, because tags tell assets apart. To change it, delete the synced assets and connect the source anew.";
        html! {
            fieldset.locked disabled {
                (Field::new("tag_from", "Asset tag from").hint(why).radios(&picks, word))
            }
        }
    }

    /// By name; one that was set by its id says whose that is.
    fn category(&self, name: &str, label: &str, hint: &str) -> Markup {
        let value = self.get(name);
        let known = choices::named(&self.choices.categories, value);
        let hint = known.map_or(hint.to_owned(), |known| format!("This is the category {known}"));
        Field::new(name, label).hint(&hint).list("categories").text(value)
    }

    pub fn pick(&self, name: &str, label: &str, blank: &str, all: &[(String, String)]) -> Markup {
        let own = self.get(name);
        let gone = !own.is_empty() && choices::named(all, own).is_none();
        let picks: Vec<_> = std::iter::once(Pick::new("", blank))
            .chain(all.iter().map(|(value, label)| Pick::new(value, label)))
            .chain(gone.then(|| Pick::new(own, "One that is gone")))
            .collect();
        self.field(name, label).select(&picks, own)
    }

    fn custody(&self) -> Markup {
        let people = "Otherwise an unknown user is left alone and the run says so";
        html! {
            div.form {
                (self.tick("assign.on_assign", "Check out to the user in Kandji", Some("Overrides a checkout to another employee by hand. A checkout to a location is never touched.")))
                (self.tick("assign.on_change", "When the user in Kandji changes, follow", Some("Checked in from the one, checked out to the other")))
                (self.tick("assign.on_removed", "When the user is removed in Kandji, check in", Some("A checkout to a location is never touched")))
                (self.fault("assign"))
                (self.preset_says("assign"))
                (self.tick("employees.create", "Make an employee of every user who is not one yet", Some(people)))
                (self.tick("employees.import_directory", "Bring in the whole directory, not only users of devices", Some("Needs the permission List Users")))
                (self.ordered("employees.match", "A user is known by", &Self::person_picks()))
                (self.fault("employees"))
                (self.preset_says("employees"))
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
                p.quiet-text { "A device is believed gone when two complete runs at least a day apart do not find it, or when Kandji says that it was removed. While another source still has it, it is not gone." }
                (self.field("absence.action", "Then").radios(&picks, self.get("absence.action")))
                (self.pick("absence.status", "Which status", "None", &self.choices.statuses))
                (self.fault("absence"))
                (self.preset_says("absence"))
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
                (self.fault("guard"))
                (self.preset_says("guard"))
            }
        }
    }

    /// In a sentence: a custom field by its own label.
    fn field_label(&self, field: &domain::Field) -> String {
        let own = match field {
            domain::Field::Custom(key) => {
                self.choices.fields.iter().find(|target| target.key == *key)
            }
            _ => None,
        };
        own.map_or_else(|| bare_label(field).to_lowercase(), |own| own.label.clone())
    }

    fn priority(&self) -> Markup {
        let hint = "Where two sources feed one field of an asset, the lower number counts; at a draw the older source";
        html! {
            div.form {
                (self.number("priority", "Priority", hint))
                (self.preset_says("priority"))
                @for rival in self.rivals {
                    @let fields: Vec<String> = rival.fields.iter().map(|field| self.field_label(field)).collect();
                    @let (name, priority) = (&rival.name, rival.priority);
                    p.quiet-text {
                        "Where " (name) " (priority " (priority) ") has a device too, "
                        @if rival.wins { "it feeds " } @else { "this source feeds " }
                        (fields.join(", ")) "."
                    }
                }
            }
        }
    }
}

/// The group in which a setting stands.
fn part_of(key: &str) -> &str {
    match key {
        "interval_minutes" | "first_run" => "when",
        "match_conflict" | "on_match" | "on_no_match" => "match",
        "tag_from" | "name_from" | "category" | "status" | "location" => "look",
        "assign" | "employees" => "employees.match",
        "awaiting" => "ade_rules",
        key => key,
    }
}
