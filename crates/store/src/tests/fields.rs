//! Custom fields on both databases: definitions, unique values, what lists and search find.

use domain::event::Subject;
use domain::fields::{CustomField, FieldKey, FieldType};
use domain::{Action, Field};
use reconcile::Reason;
use reconcile::plan::{AssetChange, Edit, Step};
use reconcile::survey::DeviceId;
use serde_json::{Value, json};

use super::world::{World, caused, deed, in_a_world};
use crate::assets::conditions::{Condition, Custom, Test, Value as Wanted};
use crate::assets::{self, AssetQuery};
use crate::fields::{self, SOLE};
use crate::stage::{MINT, at};
use crate::{StoreError, employees, ledger};

fn field(key: &str) -> CustomField {
    CustomField::text(MINT.id(at(0)), FieldKey::parse(key).unwrap(), key)
}

impl World {
    fn define(&self, field: &CustomField) -> Result<(), StoreError> {
        let made = field.clone();
        self.try_write(move |tx| fields::create(tx, &made))
    }

    fn redefine(&self, field: &CustomField) -> Result<(), StoreError> {
        let next = field.clone();
        self.try_write(move |tx| fields::update(tx, &next, at(9)))
    }

    /// Tags of the assets that a list with this filter shows, in both ways it can be walked.
    fn found(&self, field: &CustomField, value: &str) -> Vec<String> {
        let custom = Custom { id: field.id, key: field.key.clone(), kept: field.is_kept() };
        let test = Test::Custom(custom, Wanted::OneOf(vec![value.to_owned()]));
        let conditions = vec![Condition { not: false, any: vec![test] }];
        let query = AssetQuery { conditions, limit: 50, ..AssetQuery::default() };
        let page = self.read(move |tx| assets::list::list(tx, &query));
        page.items.into_iter().map(|row| row.asset.tag.to_string()).collect()
    }
}

fn set(key: &str, value: Value) -> (Field, Value) {
    (Field::Custom(key.into()), value)
}

#[test]
fn a_definition_reads_back_whole_and_its_key_is_unique() {
    in_a_world(|world| {
        let colors = FieldType::Choices(vec!["Red".into(), "Blue".into()]);
        let mut color = CustomField { kind: colors, indexed: true, ..field("color") };
        color.default = Some(json!(["Red"]));
        world.define(&color).unwrap();
        let taken = world.define(&field("color"));
        assert_eq!(taken, Err(StoreError::Conflict("custom_fields_key".into())));
        color.label = "Colour of the lid".into();
        color.required = true;
        world.redefine(&color).unwrap();
        assert_eq!(world.read(fields::list), [color.clone()]);
        assert_eq!(world.redefine(&field("other")), Err(StoreError::NotFound));
        let id = color.id;
        assert!(world.write(move |tx| fields::delete(tx, id)));
        assert!(world.read(fields::list).is_empty());
    });
}

#[test]
fn a_unique_value_is_one_assets_whoever_writes_it_and_however_it_is_spelled() {
    in_a_world(|world| {
        let badge = CustomField { unique: true, ..field("badge") };
        world.define(&badge).unwrap();
        let first = world.asset_with("A-1", &[set("badge", json!("B-1"))]);
        let second = world.asset("A-2");
        let sole = Err(StoreError::Conflict(SOLE.into()));
        let take = |id, value: &str| {
            let values = [set("badge", json!(value))];
            world
                .try_write(move |tx| {
                    ledger::change(tx, &deed(2), &MINT, id, None, Action::Updated, &values, None)
                })
                .map(drop)
        };
        assert_eq!(take(second.id, "b-1"), sole);
        assert_eq!(world.find(second.id).unwrap(), second);
        take(first.id, "B-9").unwrap();
        take(second.id, "b-1").unwrap();
        world.write(move |tx| ledger::delete(tx, &deed(3), &MINT, first.id, None, None));
        take(second.id, "b-9").unwrap();
    });
}

#[test]
fn a_field_becomes_unique_only_where_no_value_repeats() {
    in_a_world(|world| {
        let mut badge = field("badge");
        world.define(&badge).unwrap();
        world.asset_with("A-1", &[set("badge", json!("B-1"))]);
        let second = world.asset_with("A-2", &[set("badge", json!("b-1"))]).id;
        badge.unique = true;
        assert_eq!(world.redefine(&badge), Err(StoreError::Conflict(SOLE.into())));
        assert!(!world.read(fields::list)[0].unique);
        world.change(deed(2), second, Action::Updated, &[set("badge", Value::Null)]);
        world.redefine(&badge).unwrap();
    });
}

#[test]
fn lists_find_values_whether_they_are_looked_up_or_read() {
    in_a_world(|world| {
        let mut team = field("team");
        world.define(&team).unwrap();
        world.asset_with("A-1", &[set("team", json!("Sales 100%"))]);
        world.asset_with("A-2", &[set("team", json!(["Sales 100%", "IT"]))]);
        let third = world.asset_with("A-3", &[set("team", json!("Sales"))]).id;
        for indexed in [false, true, false] {
            team.indexed = indexed;
            world.redefine(&team).unwrap();
            assert_eq!(world.found(&team, "sales 100%"), ["A-1", "A-2"], "{indexed}");
            assert_eq!(world.found(&team, "it"), ["A-2"], "{indexed}");
            assert!(world.found(&team, "sale").is_empty(), "{indexed}");
        }
        team.indexed = true;
        world.redefine(&team).unwrap();
        world.change(deed(2), third, Action::Updated, &[set("team", json!("IT"))]);
        assert_eq!(world.found(&team, "it"), ["A-2", "A-3"]);
        assert!(world.found(&team, "sales").is_empty());
    });
}

#[test]
fn search_finds_the_words_of_custom_fields_and_keeps_them_when_a_name_changes() {
    in_a_world(|world| {
        let robin = world.employee("Robin");
        let held = super::world::held_by(robin.id);
        let made = world.asset_with("A-1", &[set("room", json!("Zwölf Süd")), held]).id;
        let found = |words: &str| {
            let query = AssetQuery { q: Some(words.into()), limit: 9, ..AssetQuery::default() };
            world.read(move |tx| assets::list::list(tx, &query)).items.len()
        };
        assert_eq!((found("zwölf süd"), found("room")), (1, 0));
        let renamed = domain::person::Employee { name: "Casey".into(), ..robin };
        world.write(move |tx| employees::update(tx, &deed(2), &MINT, &renamed, None));
        assert_eq!((found("süd casey"), found("süd robin")), (1, 0));
        world.change(deed(3), made, Action::Updated, &[set("room", Value::Null)]);
        assert_eq!(found("süd"), 0);
    });
}

#[test]
fn an_employees_own_fields_are_kept_told_searched_and_unique() {
    in_a_world(|world| {
        let mut badge = CustomField { unique: true, ..field("badge") };
        badge.applies_to = domain::fields::AppliesTo::Employees;
        world.define(&badge).unwrap();
        let mut robin = world.employee("Robin");
        let mut casey = world.employee("Casey");
        robin.fields.insert("badge".into(), json!("B-1"));
        casey.fields.insert("badge".into(), json!("b-1"));
        let save = |employee: &domain::person::Employee| {
            let next = employee.clone();
            world.try_write(move |tx| employees::update(tx, &deed(2), &MINT, &next, None))
        };
        save(&robin).unwrap();
        assert_eq!(save(&casey), Err(StoreError::Conflict(SOLE.into())));
        let id = robin.id;
        assert_eq!(world.read(move |tx| employees::find(tx, id)), Some(robin.clone()));
        let query = employees::EmployeeQuery {
            q: Some("b-1".into()),
            limit: 9,
            ..employees::EmployeeQuery::default()
        };
        assert_eq!(world.read(move |tx| employees::list(tx, &query)).items.len(), 1);
        let told = world
            .read(move |tx| crate::events::of_subject(tx, Subject::Employee(id), None, 9))
            .items;
        assert_eq!(told[0].changes[0].field, Field::Custom("badge".into()));
        robin.fields.clear();
        save(&robin).unwrap();
        save(&casey).unwrap();
    });
}

#[test]
fn a_run_taken_back_leaves_a_value_that_another_asset_has_meanwhile() {
    in_a_world(|world| {
        world.define(&CustomField { unique: true, ..field("badge") }).unwrap();
        let first = world.asset_with("A-1", &[set("badge", json!("B-1"))]).id;
        let second = world.asset("A-2").id;
        world.change(caused(2, "7"), first, Action::Updated, &[set("badge", json!("B-2"))]);
        world.change(deed(3), second, Action::Updated, &[set("badge", json!("B-1"))]);
        let cause = caused(2, "7").cause;
        let undone = world.write(move |tx| ledger::undo(tx, &deed(4), &MINT, &cause));
        assert_eq!(undone.kept.len(), 1, "{undone:?}");
        assert_eq!(world.find(first).unwrap().fields["badge"], json!("B-2"));
    });
}

#[test]
fn a_plans_change_whose_unique_value_was_taken_meanwhile_is_left_alone_whole() {
    in_a_world(|world| {
        world.define(&CustomField { unique: true, ..field("badge") }).unwrap();
        let [held, other] = ["A-1", "A-2"].map(|tag| world.asset(tag).id);
        world.change(deed(2), other, Action::Updated, &[set("badge", json!("B-1"))]);
        let reason = Reason::NewDevice;
        let edit = Edit {
            field: Field::Custom("badge".into()),
            before: Value::Null,
            after: json!("b-1"),
            reason: reason.clone(),
        };
        let mut asset = world.new_asset("A-3");
        asset.fields.insert("badge".into(), json!("B-1"));
        let made = asset.id;
        let change = |asset, version, step, device: &str| AssetChange {
            asset,
            version,
            tag: String::new(),
            device_id: DeviceId::new(device),
            steps: vec![step],
            link: None,
        };
        let changes = [
            change(held, Some(1), Step::Edit { edits: vec![edit] }, "d1"),
            change(made, None, Step::Create { asset, reason }, "d2"),
        ];
        let source = world.source;
        let applied =
            world.write(move |tx| ledger::apply(tx, &deed(5), &MINT, source, &changes, &[]));
        assert_eq!(applied.stale, [held, made]);
        assert_eq!(world.find(held).unwrap().version, 1);
        assert_eq!(world.find(made), None);
    });
}
