//! A plan in short human lines. Ids never show: assets go by tag, employees by e-mail, the rest by
//! name; a device goes by the source's id for it, as in the sentences.

use std::fmt::Write;

use domain::{Custodian, Field};
use reconcile::explain::{self, plain, sentence};
use reconcile::inventory::{Absence, Inventory, Link};
use reconcile::plan::{
    AssetChange, CatalogChange, Conflict, DeviceOutcome, Edit, PersonChange, Plan, Step, Verdict,
};
use serde_json::Value;

use super::stage::Stage;

/// `after` is the register with the plan applied, where new things have their names.
pub fn tell(plan: &Plan, stage: &Stage, after: &Inventory) -> Vec<String> {
    let names = Telling { stage, after };
    let mut lines = Vec::new();
    lines.extend(plan.catalog.iter().map(|change| names.catalog(change)));
    lines.extend(plan.people.iter().map(|change| names.person(change)));
    for change in &plan.assets {
        names.asset(change, &mut lines);
    }
    lines.extend(plan.links.iter().map(|link| names.memory(link)));
    if lines.is_empty() {
        lines.push("nothing changes".into());
    }
    lines.extend(plan.devices.iter().map(|device| names.device(device)));
    lines.extend(plan.conflicts.iter().map(|conflict| names.conflict(conflict)));
    lines.extend(plan.doubts.iter().map(|doubt| format!("held: {}", explain::doubt(doubt))));
    lines
}

struct Telling<'a> {
    stage: &'a Stage,
    after: &'a Inventory,
}

impl Telling<'_> {
    fn catalog(&self, change: &CatalogChange) -> String {
        match change {
            CatalogChange::Manufacturer { name, .. } => format!("new manufacturer {name}"),
            CatalogChange::Category { name, .. } => format!("new category {name}"),
            CatalogChange::Department { name, .. } => format!("new department {name}"),
            CatalogChange::Product { name, manufacturer, category, .. } => format!(
                "new product {name}, made by {}, in category {}",
                manufacturer.map_or("nobody known", |id| named(&self.after.manufacturers, id)),
                category.map_or("none", |id| named(&self.after.categories, id)),
            ),
            CatalogChange::ProductKnownAs { id, models, identifiers } => format!(
                "product {} is also known as {}",
                self.product(*id),
                [models.as_slice(), identifiers].concat().join(", "),
            ),
        }
    }

    fn person(&self, change: &PersonChange) -> String {
        let mut line = String::new();
        let (title, department, link) = match change {
            PersonChange::Create { name, email, title, department, leaver, link, .. } => {
                let email = email.as_ref().map_or("nobody's address", |email| email.as_str());
                write!(line, "new employee {email}: {name},").unwrap();
                line.push_str(if *leaver { " a leaver," } else { "" });
                (title, department, link)
            }
            PersonChange::Update { id, name, email, title, department, leaver, link } => {
                write!(line, "employee {}:", self.employee(*id)).unwrap();
                if let Some(name) = name {
                    write!(line, " is called {name} now,").unwrap();
                }
                if let Some(email) = email {
                    write!(line, " has the address {email} now,").unwrap();
                }
                match leaver {
                    Some(true) => line.push_str(" is a leaver,"),
                    Some(false) => line.push_str(" is no leaver any more,"),
                    None => {}
                }
                (title, department, link)
            }
        };
        if let Some(title) = title {
            write!(line, " title {title},").unwrap();
        }
        if let Some(id) = department {
            write!(line, " department {},", named(&self.after.departments, *id)).unwrap();
        }
        if let Some(link) = link {
            let known = &self.stage.inventory.people;
            let linked = known.iter().any(|held| held.user_id == link.user_id);
            let deed = if linked { "the link learns what is said of" } else { "linked to" };
            write!(line, " {deed} user {}", link.user_id).unwrap();
        }
        line.trim_end_matches(',').to_owned()
    }

    fn asset(&self, change: &AssetChange, lines: &mut Vec<String>) {
        lines.push(format!("asset {}, device {}", change.tag, change.device_id));
        for step in &change.steps {
            let (deed, reason, edits): (String, _, &[Edit]) = match step {
                Step::Create { asset, reason } => (self.created(asset), Some(reason), &[]),
                Step::Link { reason } => ("linked".into(), Some(reason), &[]),
                Step::Relink { from, reason } => {
                    let past = change.link.iter().flat_map(|link| link.past.iter().rev().skip(1));
                    let mut deed = format!("linked, no longer to {from}");
                    past.for_each(|id| write!(deed, ", before that to {id}").unwrap());
                    (deed, Some(reason), &[])
                }
                Step::Edit { edits } => (String::new(), None, edits),
                Step::CheckIn { from, reason } => {
                    (format!("checked in from {}", self.custodian(*from)), Some(reason), &[])
                }
                Step::CheckOut { to, edits, reason } => {
                    (format!("checked out to {}", self.custodian(*to)), Some(reason), edits)
                }
                Step::Archive { reason } => ("archived".into(), Some(reason), &[]),
            };
            lines.extend(reason.map(|reason| format!("    {deed} -- {}", sentence(reason))));
            lines.extend(edits.iter().map(|edit| format!("    {}", self.edit(edit))));
        }
    }

    fn created(&self, asset: &domain::NewAsset) -> String {
        let mut line = format!("created, {}", self.stage.statuses.name(asset.status));
        let mut say = |what: &str, value: &str| write!(line, ", {what} {value}").unwrap();
        if let Some(name) = &asset.name {
            say("name", &format!("\"{name}\""));
        }
        if let Some(serial) = &asset.serial {
            say("serial", serial.as_str());
        }
        if let Some(id) = asset.product {
            say("product", self.product(id));
            say("category", self.category(id));
        }
        if let Some(id) = asset.location {
            say("location", self.stage.locations.name(id));
        }
        for (key, value) in &asset.fields {
            say(key, &plain(value));
        }
        line
    }

    fn edit(&self, edit: &Edit) -> String {
        let value = |value: &Value| self.value(&edit.field, value);
        let (before, after) = (value(&edit.before), value(&edit.after));
        format!("{}: {before} → {after} -- {}", edit.field, sentence(&edit.reason))
    }

    fn value(&self, field: &Field, value: &Value) -> String {
        let Some(text) = value.as_str() else {
            return if value.is_null() { "blank".into() } else { plain(value) };
        };
        match field {
            Field::Product => self.product(text.parse().unwrap()).to_owned(),
            Field::Status => self.stage.statuses.name::<domain::id::noun::Status>(id(text)).into(),
            Field::Location => {
                self.stage.locations.name::<domain::id::noun::Location>(id(text)).into()
            }
            Field::Department => named(&self.after.departments, text.parse().unwrap()).to_owned(),
            _ => format!("\"{text}\""),
        }
    }

    /// What a link learned without a change to its asset.
    fn memory(&self, link: &Link) -> String {
        let links = &self.stage.inventory.links;
        let before = links.iter().find(|held| held.asset == link.asset).unwrap();
        let mut learned = Vec::new();
        let mut compare = |what: &str, before: &str, after: &str| {
            if before != after {
                let shown =
                    |text: &str| if text.is_empty() { "none".into() } else { text.to_owned() };
                learned.push(format!("{what} {} → {}", shown(before), shown(after)));
            }
        };
        let (old, new) = (&before.baseline, &link.baseline);
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let user = |id: Option<_>| id.map_or("nobody".into(), |id| self.employee(id));
        compare("user", &user(old.user), &user(new.user));
        compare("name", &text(&old.name), &text(&new.name));
        compare("serial", &text(&old.serial), &text(&new.serial));
        let last = |link: &Link| link.serial.as_ref().map(ToString::to_string).unwrap_or_default();
        if old.serial == new.serial {
            compare("its device's serial", &last(before), &last(link));
        }
        compare("model", &text(&old.model), &text(&new.model));
        for (key, value) in &new.fields {
            compare(key, &old.fields.get(key).map(plain).unwrap_or_default(), &plain(value));
        }
        compare("absence", absence(before.absence), absence(link.absence));
        if learned.is_empty() {
            learned.push("absence counted anew".to_owned());
        }
        let asset = self.tag(link.asset);
        format!("asset {asset} stays as it is, its link learns: {}", learned.join(", "))
    }

    fn device(&self, device: &DeviceOutcome) -> String {
        let verdict = match device.verdict {
            Verdict::Matched => "matched",
            Verdict::Unmatched => "unmatched",
            Verdict::Ambiguous => "ambiguous",
            Verdict::Contradicted => "contradicted",
            Verdict::Duplicated => "duplicated",
            Verdict::Absent => "absent",
            Verdict::Awaiting => "awaiting",
        };
        let asset = device.asset.map(|id| format!(", {}", self.tag(id))).unwrap_or_default();
        let reasons: Vec<String> = device.reasons.iter().map(sentence).collect();
        format!("{} ({verdict}{asset}): {}", device.device_id, reasons.join(" "))
    }

    fn conflict(&self, conflict: &Conflict) -> String {
        let kind = serde_json::to_value(conflict.kind).unwrap();
        let among: Vec<&str> = conflict.candidates.iter().map(|id| self.tag(*id)).collect();
        let among = match among.as_slice() {
            [] => String::new(),
            tags => format!(" about {}", tags.join(", ")),
        };
        let sentence = sentence(&conflict.reason);
        format!("question of {} ({}){among}: {sentence}", conflict.device_id, plain(&kind))
    }

    fn custodian(&self, custodian: Custodian) -> String {
        match custodian {
            Custodian::Employee(id) => self.employee(id),
            Custodian::Location(id) => self.stage.locations.name(id).to_owned(),
            Custodian::Asset(id) => self.tag(id).to_owned(),
        }
    }

    fn employee(&self, id: domain::id::EmployeeId) -> String {
        // By the address people know them by, which this very plan may change.
        let mut known = self.stage.inventory.employees.iter().chain(&self.after.employees);
        let held = known.find(|held| held.id == id);
        held.map_or_else(
            || "someone gone".into(),
            |held| held.email.as_ref().map_or(held.name.clone(), |email| email.as_str().to_owned()),
        )
    }

    fn product(&self, id: domain::id::ProductId) -> &str {
        let held = self.after.products.iter().find(|product| product.id == id);
        held.map_or("a product gone", |product| product.name.as_str())
    }

    /// An asset without a category of its own shows its product's.
    fn category(&self, id: domain::id::ProductId) -> &str {
        let held = self.after.products.iter().find(|product| product.id == id);
        let category = held.and_then(|product| product.category);
        category.map_or("none", |id| named(&self.after.categories, id))
    }

    fn tag(&self, id: domain::id::AssetId) -> &str {
        let held = self.after.assets.iter().find(|asset| asset.id == id);
        held.map_or("an asset gone", |asset| asset.tag.as_str())
    }
}

fn named<I: PartialEq + Copy>(held: &[(I, String)], id: I) -> &str {
    held.iter().find(|(known, _)| *known == id).map_or("a name gone", |(_, name)| name.as_str())
}

fn id<N: domain::id::Noun>(text: &str) -> domain::Id<N> {
    text.parse().unwrap()
}

fn absence(absence: Absence) -> &'static str {
    match absence {
        Absence::Present => "present",
        Absence::MissedSince(_) => "missed once",
        Absence::Unseen(_) => "unseen",
    }
}
