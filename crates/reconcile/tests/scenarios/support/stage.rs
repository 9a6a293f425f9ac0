//! Living a story through: each section changes the register, the rules or what the source says;
//! each `plan` plans a run, tells it and, unless it is held for review, applies it a minute later.

use domain::id::{Id, StatusId};
use domain::{Mint, Timestamp};
use jiff::SignedDuration;
use reconcile::plan::Plan;
use reconcile::rules::Rules;
use reconcile::{Inventory, Survey, reconcile};

use super::line::Line;
use super::story::{Section, Story};
use super::{held, rules, seen, telling};
use crate::world;

pub struct Stage {
    pub rules: Rules,
    pub inventory: Inventory,
    pub survey: Survey,
    pub locations: Names,
    pub statuses: Names,
    pub now: Timestamp,
    pub mint: Mint,
    /// A plan that waits for a person.
    pub doubted: Option<Plan>,
}

/// Every `plan` of a story: the number of its head's line, what it promises and what came.
pub fn tell(text: &str) -> Vec<(usize, Vec<String>, Vec<String>)> {
    let story = Story::read(text);
    let mut stage = Stage::new();
    let mut plans = Vec::new();
    for section in story.sections {
        let number = section.head.number;
        let promised = section.promised();
        if let Some(came) = stage.live(&section) {
            plans.push((number, promised, came));
        }
    }
    assert!(!plans.is_empty(), "\"{}\" plans nothing", story.title);
    plans
}

impl Stage {
    fn new() -> Self {
        Stage {
            rules: rules::preset("recommended"),
            inventory: Inventory::empty(StatusId::new(1)),
            survey: Survey::default(),
            locations: Names::default(),
            statuses: Names(vec!["Ready".into()]),
            now: world::seeded::noon(),
            mint: Mint::new(1),
            doubted: None,
        }
    }

    fn live(&mut self, section: &Section) -> Option<Vec<String>> {
        let mut head = Line::read(section.head.number, &section.head.raw);
        let lines = section.lines();
        if head.phrase("plan") {
            head.done();
            return Some(self.plan());
        } else if head.phrase("rules") {
            self.rules = head.maybe_word().map_or(self.rules.clone(), |name| rules::preset(&name));
            rules::define_all(self);
            lines.for_each(|line| rules::amend(self, line));
        } else if head.phrase("company") {
            let company = &mut self.inventory.company;
            company.auto_location = head.flag("auto_location");
            company.auto_department = head.flag("auto_department");
        } else if head.phrase("people") {
            lines.for_each(|line| held::person(self, line));
        } else if head.phrase("we hold") {
            lines.for_each(|line| held::thing(self, line));
        } else if head.phrase("source says") {
            self.survey = seen::survey(&mut head, lines);
        } else if head.phrase("by hand") {
            lines.for_each(|line| held::deed(self, line));
        } else if head.phrase("later") {
            let hours = head.word().parse().expect("later so many hours");
            assert!(head.phrase("h"), "later is counted in hours: later 25 h");
            self.now = self.now.checked_add(SignedDuration::from_hours(hours)).unwrap();
        } else {
            panic!("line {}: no section \"{}\"", head.number, head.raw);
        }
        head.done();
        None
    }

    fn plan(&mut self) -> Vec<String> {
        self.now = self.now.checked_add(SignedDuration::from_mins(1)).unwrap();
        let plan = self.next();
        let mut after = self.inventory.clone();
        world::apply(&mut after, &plan);
        let told = telling::tell(&plan, self, &after);
        if plan.doubts.is_empty() {
            self.apply(&plan);
        } else {
            self.doubted = Some(plan);
        }
        told
    }

    pub fn apply(&mut self, plan: &Plan) {
        world::apply(&mut self.inventory, plan);
        self.inventory.people.sort_by(|a, b| a.user_id.cmp(&b.user_id));
        world::check_sound(&self.inventory);
        assert!(self.next().is_empty(), "applied and planned again, something is left to do");
    }

    fn next(&self) -> Plan {
        let mut survey = self.survey.clone();
        let wanted: Vec<&str> = self.rules.wanted_properties().collect();
        for device in &mut survey.observations {
            device.properties.retain(|key, _| wanted.contains(&key.as_str()));
        }
        reconcile(&survey, &self.inventory, &self.rules, self.now, &self.mint)
    }
}

/// Things the core knows by id alone, in the order a story mentions them.
#[derive(Default)]
pub struct Names(Vec<String>);

impl Names {
    pub fn id<N>(&mut self, name: &str) -> Id<N> {
        let known = self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        Id::new(i64::try_from(known).unwrap() + 1)
    }

    pub fn name<N>(&self, id: Id<N>) -> &str {
        let at = usize::try_from(id.number()).unwrap() - 1;
        self.0.get(at).map_or("somewhere", String::as_str)
    }
}

/// "robin@example.com" is called Robin unless a story says more.
pub fn capital_of(email: &str) -> String {
    let mut local = email.split('@').next().unwrap_or_default().chars();
    local.next().map_or_else(String::new, |first| first.to_uppercase().chain(local).collect())
}
