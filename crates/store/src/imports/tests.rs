//! Imports on both databases: kept, claimed once, done in bulk and taken back exactly.

use domain::fields::{AppliesTo, CustomField, FieldKey};
use domain::id::ImportId;
use domain::imports::{
    Counts, Exporter, Fault, Intent, Line, Mapping, New, Plan, PlannedRow, State, Step, Target,
    Verdict,
};
use domain::person::Employee;
use domain::{Action, Asset, Cause, Deed, Field, FieldChange};
use serde_json::{Value, json};

use super::*;
use crate::ledger::{self, Bulk};
use crate::stage::{MINT, at, tenant};
use crate::tests::world::{World, deed, held_by, in_a_world, text, unexpected};
use crate::{assets, custody, events, fields};

fn mapping(columns: &[&str], key: &str) -> Mapping {
    let columns = columns.iter().map(|word| word.parse().ok()).collect();
    Mapping {
        columns,
        key: Target::read(key),
        create: true,
        make_catalog: true,
        make_employees: false,
        whole: false,
        day_first: false,
    }
}

fn lines(rows: &[&[&str]]) -> Vec<Line> {
    let line = |(line, cells): (u32, &&[&str])| {
        let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
        Line { line, cells }
    };
    (2..).zip(rows).map(line).collect()
}

fn import() -> Import {
    Import {
        id: MINT.id(at(0)),
        what: AppliesTo::Assets,
        name: "assets.csv".into(),
        state: State::Uploaded,
        exporter: Some(Exporter::SnipeIt),
        head: vec!["Asset Tag".into(), "Name".into()],
        lines: 600,
        mapping: mapping(&["tag", "name"], "tag"),
        counts: Counts::default(),
        new: New::default(),
        version: 1,
        brought_by: "Robin".into(),
        brought_at: at(0),
        applied_by: None,
        applied_at: None,
        undone_by: None,
        undone_at: None,
    }
}

fn brought(world: &World) -> Import {
    let (import, lines) = (import(), many_lines());
    let made = import.clone();
    world.write(move |tx| create(tx, &made, &lines));
    import
}

fn many_lines() -> Vec<Line> {
    (2..602).map(|line| Line { line, cells: vec![format!("A-{line}"), String::new()] }).collect()
}

fn faulty(line: u32) -> PlannedRow {
    let fault = Fault { column: Some("Name".into()), value: "x".into(), detail: "no".into() };
    PlannedRow {
        line,
        key: "A".into(),
        intent: Intent::Fault { faults: vec![fault] },
        warnings: Vec::new(),
    }
}

fn plan(rows: Vec<PlannedRow>) -> Plan {
    Plan { rows, new: New::default() }
}

#[test]
fn a_file_and_its_plan_read_back_as_they_were_kept() {
    in_a_world(|world| {
        let import = brought(world);
        let id = import.id;
        assert_eq!(world.read(move |tx| find(tx, id)), Some(import.clone()));
        assert_eq!(world.read(move |tx| super::lines(tx, id)), many_lines());
        assert_eq!(world.read(move |tx| first_lines(tx, id)).len(), 250);

        let left_out = |line| PlannedRow {
            line,
            key: "B".into(),
            intent: Intent::LeftOut,
            warnings: Vec::new(),
        };
        let first = plan((0..300).map(faulty).collect());
        let second = plan(vec![faulty(2), left_out(3), faulty(4)]);
        let chosen = mapping(&["tag", "notes"], "tag");
        let (kept, chose) = (second.clone(), chosen.clone());
        world.write(move |tx| {
            assert!(keep(tx, id, &chose, &first)?);
            assert!(keep(tx, id, &chose, &kept)?);
            let faults = rows(tx, id, Some(Verdict::Fault), None, 10)?;
            assert_eq!(faults.iter().map(|row| row.position).collect::<Vec<_>>(), [0, 2]);
            let rest = rows(tx, id, None, Some(0), 1)?;
            assert_eq!((rest.len(), &rest[0].row), (1, &kept.rows[1]));
            Ok(())
        });
        let now = world.read(move |tx| find(tx, id)).unwrap();
        assert_eq!((now.state, now.version, &now.mapping), (State::Planned, 3, &chosen));
        assert_eq!(now.counts, Counts { fault: 2, skip: 1, ..Counts::default() });
    });
}

#[test]
fn rows_with_a_warning_are_found_whatever_their_cells_say() {
    in_a_world(|world| {
        let id = brought(world).id;
        let left_out = |line, key: &str, warnings: Vec<Fault>| PlannedRow {
            line,
            key: key.into(),
            intent: Intent::LeftOut,
            warnings,
        };
        let odd = Fault { column: Some("Serial".into()), value: "x".into(), detail: "odd".into() };
        let rows = vec![
            left_out(2, "\"warnings\":[{}]", Vec::new()),
            left_out(3, "B", vec![odd.clone()]),
            faulty(4),
            left_out(5, "C", vec![odd.clone(), odd]),
        ];
        let (kept, chosen) = (rows.clone(), mapping(&["tag", "name"], "tag"));
        world.write(move |tx| keep(tx, id, &chosen, &plan(kept)));
        let found = world.read(move |tx| warned(tx, id, None, 10));
        assert_eq!(found.iter().map(|kept| kept.position).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(found[1].row, rows[3]);
        assert_eq!(world.read(move |tx| warned(tx, id, Some(1), 10)).len(), 1);
        assert_eq!(world.read(move |tx| find(tx, id)).unwrap().counts.warned, 2);
    });
}

#[test]
fn an_import_is_claimed_once_and_only_as_it_was_looked_at() {
    in_a_world(|world| {
        let id = brought(world).id;
        let chosen = mapping(&["tag", "name"], "tag");
        world.write(move |tx| {
            assert!(!claim(tx, id, 1, "Robin", at(9))?, "it is not planned yet");
            keep(tx, id, &chosen, &plan(vec![faulty(2)]))?;
            assert!(!claim(tx, id, 1, "Robin", at(9))?, "somebody planned it anew");
            assert!(claim(tx, id, 2, "Robin", at(9))?);
            assert!(!claim(tx, id, 2, "Robin", at(9))?, "it is applied");
            assert!(!keep(tx, id, &chosen, &plan(Vec::new()))?, "nothing is planned any more");
            assert!(!discard(tx, id)?);
            done(tx, id, Counts { stale: 1, ..Counts::default() }, &[0])?;
            assert_eq!(rows(tx, id, Some(Verdict::Stale), None, 10)?.len(), 1);
            assert!(super::lines(tx, id)?.is_empty());
            assert!(take_back(tx, id, "Casey", at(10))?);
            assert!(!take_back(tx, id, "Casey", at(10))?);
            Ok(())
        });
        let found = world.read(move |tx| find(tx, id)).unwrap();
        assert_eq!((found.state, found.undone_by.as_deref()), (State::Undone, Some("Casey")));
    });
}

#[test]
fn what_was_not_applied_can_be_discarded_and_old_plans_go() {
    in_a_world(|world| {
        let ids: Vec<ImportId> = (0..4).map(|_| brought(world).id).collect();
        let last = ids[3];
        world.write(move |tx| {
            let chosen = mapping(&["tag", "name"], "tag");
            for id in &ids {
                keep(tx, *id, &chosen, &plan(vec![faulty(2)]))?;
            }
            tidy(tx, 2)?;
            let plans: Vec<usize> = ids
                .iter()
                .map(|id| rows(tx, *id, None, None, 9).map(|rows| rows.len()))
                .collect::<Result<_, _>>()?;
            assert_eq!((plans, count(tx, None)?), (vec![0, 0, 1, 1], 4));
            assert!(discard(tx, last)? && !discard(tx, last)?);
            assert!(rows(tx, last, None, None, 9)?.is_empty());
            assert!(super::lines(tx, last)?.is_empty());
            Ok(())
        });
        let page = world.read(|tx| list(tx, None, None, 2));
        assert_eq!((page.items.len(), page.next.is_some()), (2, true));
    });
}

#[test]
fn imports_of_one_tenant_are_nothing_to_another() {
    in_a_world(|world| {
        let id = brought(world).id;
        let other = tenant(&world.store, "globex");
        let seen = world.store.read_blocking(other, move |tx| {
            let found =
                (find(tx, id)?, super::lines(tx, id)?.len(), list(tx, None, None, 9)?.items);
            Ok::<_, StoreError>(found)
        });
        assert_eq!(seen.unwrap_or_else(unexpected), (None, 0, Vec::new()));
        let taken = world.store.write_blocking(other, move |tx| {
            keep(tx, id, &mapping(&["tag", "name"], "tag"), &plan(Vec::new()))?;
            discard(tx, id)
        });
        assert!(!taken.unwrap_or_else(unexpected));
        assert!(world.read(move |tx| find(tx, id)).is_some());
    });
}

#[test]
fn planning_knows_what_the_rows_touch_and_no_more() {
    in_a_world(|world| {
        let field = |key: &str, indexed| CustomField {
            indexed,
            ..CustomField::text(MINT.id(at(0)), FieldKey::parse(key).unwrap(), key)
        };
        for one in [field("plain", false), field("kept", true)] {
            world.write(move |tx| fields::create(tx, &one));
        }
        let with = |tag: &str, field: &str| {
            let custom = (Field::Custom(field.to_owned()), json!("Abc"));
            world.asset_with(tag, &[custom, text(Field::Serial, format!("SYN{tag}"))])
        };
        let (one, two) = (with("A-1", "plain"), with("A-2", "kept"));
        with("A-3", "other");
        let touched = |columns: &[&str], key: &str, row: &[&str]| -> Vec<String> {
            let (mapping, rows) = (mapping(columns, key), lines(&[row]));
            let known = world.read(move |tx| known::of_assets(tx, &rows, &mapping));
            assert!(!known.statuses.is_empty());
            known.assets.iter().map(|asset| asset.tag.to_string()).collect()
        };
        assert_eq!(touched(&["tag", "name"], "tag", &[" a-1 ", "x"]), ["A-1"]);
        assert_eq!(touched(&["serial", "tag"], "serial", &["syna-2", "A-3"]), ["A-2", "A-3"]);
        assert_eq!(touched(&["fields.plain"], "plain", &["ABC"]), [one.tag.as_str()]);
        assert_eq!(touched(&["fields.kept"], "kept", &["abc"]), [two.tag.as_str()]);
    });
}

fn step(action: Action, changes: &[(Field, Value, Value)]) -> Step {
    let changes = changes.iter().cloned();
    let changes = changes.map(|(field, before, after)| FieldChange { field, before, after });
    Step { action, changes: changes.collect() }
}

fn imported(second: i64) -> Deed {
    Deed { cause: cause(), ..deed(second) }
}

fn cause() -> Cause {
    Cause { kind: "import".into(), id: Some("imp_1".into()) }
}

/// As it stands, but for what rises with every event.
fn plainly(asset: &Asset) -> Asset {
    Asset { version: 0, updated_at: at(0), ..asset.clone() }
}

#[test]
fn many_are_made_and_changed_at_once_and_what_moved_meanwhile_is_left_alone() {
    in_a_world(|world| {
        let robin = world.employee("Robin");
        let (kept, moved) = (world.asset("A-1"), world.asset("A-2"));
        world.change(deed(2), moved.id, Action::Updated, &[text(Field::Name, "moved")]);
        let out = step(Action::CheckedOut, &[(Field::Custodian, Value::Null, held_by(robin.id).1)]);
        let name = step(Action::Updated, &[(Field::Name, Value::Null, json!("new"))]);
        let mut made = world.new_asset("A-3").into_asset(at(0));
        made.custodian = Some(domain::Custodian::Employee(robin.id));
        let taken = world.new_asset("a-1").into_asset(at(0));
        let (first, second) = (kept.id, moved.id);
        let (third, fourth) = (made.id, taken.id);
        let done = world.write(move |tx| {
            let steps = [out];
            let names = [name];
            let change = |asset, made, version| Bulk {
                asset,
                version,
                made,
                steps: &names,
                note: "from assets.csv",
            };
            let all = [
                change(first, None, Some(1)),
                change(second, None, Some(1)),
                Bulk {
                    asset: third,
                    version: None,
                    made: Some(&made),
                    steps: &steps,
                    note: "from assets.csv",
                },
                Bulk {
                    asset: fourth,
                    version: None,
                    made: Some(&taken),
                    steps: &[],
                    note: "from assets.csv",
                },
            ];
            ledger::bulk(tx, &imported(5), &MINT, &all)
        });
        assert_eq!(done.into_iter().collect::<Vec<_>>(), [first, third]);
        assert_eq!(world.find(first).unwrap().name.as_deref(), Some("new"));
        assert_eq!(world.find(second).unwrap().name.as_deref(), Some("moved"));
        assert!(world.find(fourth).is_none());
        assert_eq!(world.actions(third), [Action::Created, Action::CheckedOut]);
        let created = world.events(third).remove(0);
        assert!(created.changes.iter().all(|change| change.field != Field::Custodian));
        assert_eq!((created.cause, created.note.as_deref()), (cause(), Some("from assets.csv")));
        assert_eq!(created.at, at(5));
        let held = world.read(move |tx| custody::of_asset(tx, third));
        assert_eq!((held.len(), held[0].0.until_at), (1, None));
    });
}

#[test]
fn an_import_taken_back_leaves_everything_as_it_was() {
    in_a_world(|world| {
        let (robin, casey) = (world.employee("Robin"), world.employee("Casey"));
        let asset = world.asset_with("A-1", &[text(Field::Name, "old"), text(Field::Notes, "n")]);
        let before = world.change(deed(2), asset.id, Action::CheckedOut, &[held_by(robin.id)]);
        let (from, to) = (held_by(robin.id).1, held_by(casey.id).1);
        let steps = vec![
            step(Action::Updated, &[(Field::Name, json!("old"), json!("new"))]),
            step(Action::CheckedIn, &[(Field::Custodian, from, Value::Null)]),
            step(Action::CheckedOut, &[(Field::Custodian, Value::Null, to)]),
            step(Action::Archived, &[(Field::ArchivedAt, Value::Null, json!(at(1).to_string()))]),
        ];
        let made = world.new_asset("A-2").into_asset(at(0));
        let (id, new, version) = (before.id, made.id, before.version);
        world.write(move |tx| {
            let all = [
                Bulk {
                    asset: id,
                    version: Some(version),
                    made: None,
                    steps: &steps,
                    note: "from assets.csv",
                },
                Bulk {
                    asset: new,
                    version: None,
                    made: Some(&made),
                    steps: &[],
                    note: "from assets.csv",
                },
            ];
            ledger::bulk(tx, &imported(5), &MINT, &all)
        });
        let after = world.find(id).unwrap();
        assert_eq!((after.archived_at, after.name.as_deref()), (Some(at(5)), Some("new")));
        let undone = world.write(move |tx| ledger::undo(tx, &deed(6), &MINT, &cause()));
        assert_eq!((undone.restored.len(), undone.kept.len()), (2, 0));
        assert_eq!(plainly(&world.find(id).unwrap()), plainly(&before));
        assert!(world.find(new).is_none());
        let open = world.read(move |tx| custody::of_asset(tx, id));
        let open: Vec<_> =
            open.iter().filter(|(interval, _)| interval.until_at.is_none()).collect();
        assert_eq!((open.len(), open[0].1.as_str()), (1, "Robin"));
    });
}

#[test]
fn employees_of_an_import_are_taken_back_too_unless_something_points_at_them() {
    in_a_world(|world| {
        let robin = world.employee("Robin");
        let boss = Employee::named(MINT.id(at(0)), "Boss");
        let kim = Employee { manager: Some(boss.id), ..Employee::named(MINT.id(at(0)), "Kim") };
        let used = Employee::named(MINT.id(at(0)), "Used");
        let changed = Employee { title: Some("Lead".into()), leaver: true, ..robin.clone() };
        let (all, asset) = ([boss.clone(), kim.clone(), used.clone()], world.asset("A-1"));
        world.write(move |tx| {
            for one in &all {
                employees::create(tx, &imported(5), &MINT, one, None)?;
            }
            employees::update(tx, &imported(5), &MINT, &changed, None)
        });
        world.change(deed(6), asset.id, Action::CheckedOut, &[held_by(used.id)]);
        let undo = Deed { cause: Cause { kind: "undo".into(), id: None }, ..deed(7) };
        let undone = world.write(move |tx| ledger::undo_people(tx, &undo, &MINT, &cause()));
        assert_eq!(undone.restored.len(), 3);
        assert_eq!(undone.kept.len(), 1, "{:?}", undone.kept);
        assert!(undone.kept[0].1.contains("1 asset"), "{:?}", undone.kept);
        world.read(move |tx| {
            assert_eq!(employees::find(tx, robin.id)?, Some(robin));
            assert_eq!(employees::find(tx, kim.id)?, None);
            assert_eq!(employees::find(tx, boss.id)?, None);
            assert!(employees::find(tx, used.id)?.is_some());
            assert!(events::count(tx, domain::Subject::Employee(used.id))? > 0);
            assert!(assets::find(tx, asset.id)?.is_some());
            Ok(())
        });
    });
}
