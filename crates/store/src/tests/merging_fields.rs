//! Two custom fields become one: values move where there is room, and whatever named the one that
//! is gone names the other.

use std::collections::BTreeMap;

use domain::Action;
use domain::Field;
use domain::fields::{AppliesTo, CustomField, FieldKey, FieldType};
use domain::id::FieldId;
use domain::person::Employee;
use reconcile::Reason;
use reconcile::inventory::{Baseline, Link};
use reconcile::plan::{Conflict, ConflictKind};
use reconcile::rules::{Authority, FieldMapping, MatchRule};
use reconcile::survey::{Claims, DeviceId};
use serde_json::{Value, json};

use super::laws::folded;
use super::merging::titled;
use super::world::{World, deed, in_a_world, link};
use crate::conflicts::{self, Raising};
use crate::fields::{self, SOLE};
use crate::stage::{self, MINT, at};
use crate::{StoreError, Tx, employees, ledger, links, sources};

pub fn field(key: &str) -> CustomField {
    CustomField::text(MINT.id(at(0)), FieldKey::parse(key).unwrap(), key)
}

fn set(key: &str, value: Value) -> (Field, Value) {
    (Field::Custom(key.into()), value)
}

impl World {
    pub fn defined(&self, field: &CustomField) -> FieldId {
        let made = field.clone();
        self.write(move |tx| fields::create(tx, &made));
        field.id
    }

    fn try_merge_fields(&self, from: FieldId, into: FieldId) -> Result<bool, StoreError> {
        self.try_write(move |tx| ledger::merge_fields(tx, &deed(50), &MINT, from, into))
    }

    /// As the app does: until it says that all is done. Answers after how many times.
    fn merge_fields(&self, from: FieldId, into: FieldId) -> usize {
        let step = || self.try_merge_fields(from, into).unwrap();
        1 + std::iter::repeat_with(step).take_while(|done| !done).count()
    }
}

#[test]
fn values_move_where_the_one_that_stays_is_blank_and_its_own_stays_elsewhere() {
    in_a_world(|world| {
        let (from, into) = (field("ram"), field("memory"));
        let (from, into) = (world.defined(&from), world.defined(&into));
        let alone = world.asset_with("A-1", &[set("ram", json!("8"))]).id;
        let both = [set("ram", json!("8")), set("memory", json!("16"))];
        let both = world.asset_with("A-2", &both).id;
        let same = [set("ram", json!("8")), set("memory", json!("8"))];
        let same = world.asset_with("A-3", &same).id;
        let other = world.asset_with("A-4", &[set("ram_size", json!("8"))]).id;
        assert_eq!(world.merge_fields(from, into), 1);
        let noted = |id| {
            let last = world.events(id).pop().unwrap();
            assert_eq!(last.action, Action::Updated);
            last.note.unwrap()
        };
        for (id, value, note) in [
            (alone, "8", "ram was merged into memory"),
            (both, "16", "ram was merged into memory; what stood there stays"),
            (same, "8", "ram was merged into memory"),
        ] {
            let held = world.find(id).unwrap();
            assert_eq!(held.fields, BTreeMap::from([("memory".to_owned(), json!(value))]));
            assert_eq!(noted(id), note);
            assert_eq!(folded(world, id), Some(held));
        }
        assert_eq!(world.find(other).unwrap().version, 1);
        assert_eq!(world.read(move |tx| fields::find(tx, from)), None);
    });
}

#[test]
fn many_values_move_in_several_transactions_and_a_broken_off_merge_is_taken_up_again() {
    in_a_world(|world| {
        let (from, into) = (world.defined(&field("ram")), world.defined(&field("memory")));
        let many = ledger::CHUNK + 3;
        let news: Vec<_> = (0..many).map(|n| world.new_asset(&format!("A-{n}"))).collect();
        world.write(move |tx| {
            news.into_iter().try_for_each(|new| {
                let values = [set("ram", json!("8"))];
                ledger::create(tx, &deed(1), &MINT, new, &values, None).map(drop)
            })
        });
        assert_eq!(world.try_merge_fields(from, into), Ok(false));
        assert!(world.read(move |tx| fields::find(tx, from)).is_some());
        assert_eq!(world.merge_fields(from, into), 1);
        let memory = world.read(move |tx| fields::find(tx, into)).unwrap();
        let used = world.read(move |tx| fields::used(tx, &memory));
        assert_eq!(used.values, u64::try_from(many).unwrap());
    });
}

#[test]
fn looked_up_values_follow_and_one_that_would_repeat_is_refused_before_anything_moves() {
    in_a_world(|world| {
        let badge = CustomField { unique: true, ..field("badge") };
        let (from, into) = (world.defined(&field("card")), world.defined(&badge));
        let first = world.asset_with("A-1", &[set("card", json!("B-1"))]).id;
        let second = world.asset_with("A-2", &[set("badge", json!("b-1"))]).id;
        assert_eq!(world.try_merge_fields(from, into), Err(StoreError::Conflict(SOLE.into())));
        assert_eq!(world.find(first).unwrap().version, 1);
        world.change(deed(3), second, Action::Updated, &[set("badge", json!("B-2"))]);
        world.merge_fields(from, into);
        let holder = world.read(move |tx| fields::holder(tx, &badge, &json!("B-1"), None));
        assert_eq!(holder, Some(first.number()));
        let taken = world.try_write(move |tx| {
            let values = [set("badge", json!("b-1"))];
            ledger::change(tx, &deed(60), &MINT, second, None, Action::Updated, &values, None)
        });
        assert_eq!(taken.map(drop), Err(StoreError::Conflict(SOLE.into())));
    });
}

#[test]
fn fields_that_do_not_hold_the_same_are_not_merged() {
    in_a_world(|world| {
        let text = world.defined(&field("ram"));
        let number = world.defined(&CustomField { kind: FieldType::Number, ..field("memory") });
        let people =
            world.defined(&CustomField { applies_to: AppliesTo::Employees, ..field("desk") });
        for into in [number, people] {
            let refused = world.try_merge_fields(text, into);
            assert!(matches!(refused, Err(StoreError::Misfit(_))), "{refused:?}");
        }
    });
}

#[test]
fn categories_and_choices_are_united_and_a_choice_is_spelled_as_the_one_that_stays_spells_it() {
    in_a_world(|world| {
        let [laptops, phones] = [1, 2].map(domain::Id::new);
        let colors =
            |all: &[&str]| FieldType::Choice(all.iter().map(ToString::to_string).collect());
        let from = CustomField { kind: colors(&["RED", "Green"]), ..field("colour") };
        let from = CustomField { categories: vec![phones], ..from };
        let into = CustomField { kind: colors(&["Red", "Blue"]), ..field("color") };
        let into = CustomField { categories: vec![laptops], ..into };
        let (from, into) = (world.defined(&from), world.defined(&into));
        let id = world.asset_with("A-1", &[set("colour", json!("RED"))]).id;
        world.merge_fields(from, into);
        let color = world.read(move |tx| fields::find(tx, into)).unwrap();
        assert_eq!(color.kind.choices(), ["Red", "Blue", "Green"]);
        assert_eq!(color.categories, [laptops, phones]);
        assert_eq!(world.find(id).unwrap().fields["color"], json!("Red"));
        // A field without categories is of all.
        let all = world.defined(&CustomField { kind: colors(&["Red"]), ..field("shade") });
        world.merge_fields(all, into);
        assert!(world.read(move |tx| fields::find(tx, into)).unwrap().categories.is_empty());
    });
}

#[test]
fn values_of_people_move_like_those_of_assets() {
    in_a_world(|world| {
        let of_people = |key| CustomField { applies_to: AppliesTo::Employees, ..field(key) };
        let (from, into) = (world.defined(&of_people("seat")), world.defined(&of_people("desk")));
        let robin = world.employee("Robin");
        let id = robin.id;
        let fields = BTreeMap::from([("seat".to_owned(), json!("4b"))]);
        let seated = Employee { fields, ..robin };
        world.write(move |tx| employees::update(tx, &deed(2), &MINT, &seated, None));
        world.merge_fields(from, into);
        let held = world.read(move |tx| employees::find(tx, id)).unwrap();
        assert_eq!(held.fields, BTreeMap::from([("desk".to_owned(), json!("4b"))]));
    });
}

fn mapping(from: &str, to: &str) -> FieldMapping {
    FieldMapping { from: from.into(), to: to.into(), authority: Authority::Mirror }
}

#[test]
fn sources_feed_the_one_that_stays_and_remember_what_they_fed() {
    in_a_world(|world| {
        let (from, into) = (world.defined(&field("ram")), world.defined(&field("memory")));
        let twice = stage::source(&world.store, world.tenant, "Twice");
        let source = world.source;
        for (source, fields) in [
            (source, vec![mapping("os_version", "os"), mapping("hardware.memory", "ram")]),
            (twice, vec![mapping("a", "ram"), mapping("b", "memory")]),
        ] {
            world.write(move |tx| {
                let held = sources::find(tx, source)?.ok_or(StoreError::NotFound)?;
                let mut rules = held.rules.clone();
                rules.fields = fields;
                rules.matching.push(MatchRule::DeviceIdIsField("ram".into()));
                sources::save_rules(tx, &deed(1), &MINT, &held, None, &rules, None)
            });
        }
        let id = world.asset_with("A-1", &[set("ram", json!("8"))]).id;
        let fed = |key: &str| Baseline {
            name: Some("ram".into()),
            fields: BTreeMap::from([(key.to_owned(), json!("8"))]),
            ..Baseline::default()
        };
        let known = Link { baseline: fed("ram"), ..link(id, "dev-1") };
        world.write(move |tx| links::save(tx, source, &[&known]));
        let run = stage::run(&world.store, world.tenant, source);
        let raising = Raising { source, run, complete: true, now: at(4) };
        let asked = ["ram", "program"].map(|key| Conflict {
            key: format!("field:dev-1:{key}"),
            device_id: DeviceId::new("dev-1"),
            kind: ConflictKind::Suggestion,
            reason: Reason::Suggested { field: Field::Custom(key.into()), theirs: json!("9") },
            candidates: vec![id],
            claims: Claims::default(),
        });
        world.write(move |tx| conflicts::keep(tx, &MINT, raising, &asked).map(drop));
        world.merge_fields(from, into);

        let rules = |id| world.read(move |tx| sources::find(tx, id)).unwrap().rules;
        let fields = [mapping("os_version", "os"), mapping("hardware.memory", "memory")];
        assert_eq!(rules(source).fields, fields);
        assert_eq!(rules(twice).fields, [mapping("b", "memory")]);
        let by_field = MatchRule::DeviceIdIsField("memory".into());
        assert_eq!(rules(source).matching.last(), Some(&by_field));
        let links = world.read(move |tx| links::of_source(tx, source));
        assert_eq!(links[0].baseline, fed("memory"));
        let open = world.read(|tx| conflicts::open(tx, None, 9));
        assert_eq!(open.len(), 1);
    });
}

#[test]
fn who_is_edited_while_fields_are_merged_keeps_what_was_edited() {
    in_a_world(|world| {
        let [from, into] = ["desk", "seat"]
            .map(|key| CustomField { applies_to: AppliesTo::Employees, ..field(key) });
        let [from, into] = [&from, &into].map(|field| world.defined(field));
        let mut robin = world.employee("Robin");
        robin.fields = serde_json::from_value(json!({"desk": "7"})).unwrap();
        let seated = robin.clone();
        world.write(move |tx| employees::update(tx, &deed(2), &MINT, &seated, None));
        let merged = move |tx: &mut Tx<'_>| ledger::merge_fields(tx, &deed(50), &MINT, from, into);
        assert!(world.at_once(titled(&robin), merged));
        let now = world.read(move |tx| employees::find(tx, robin.id)).unwrap();
        assert_eq!(now.title.as_deref(), Some("Buyer"));
        assert_eq!(serde_json::to_value(&now.fields).unwrap(), json!({"seat": "7"}));
    });
}
