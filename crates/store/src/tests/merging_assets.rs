//! Two assets become one: nothing that either had is lost, nobody's hands change, and whoever looks
//! for the one that is gone finds the other.

use std::collections::BTreeMap;

use domain::attachment::{Attachment, FileKind, FileName};
use domain::event::Subject;
use domain::id::{AssetId, AttachmentId};
use domain::{Action, Asset, Custodian, Field};
use reconcile::Reason;
use reconcile::inventory::{Absence, Baseline, Link, Settlement};
use reconcile::plan::{Conflict, ConflictKind};
use reconcile::rules::{Authority, FieldMapping};
use reconcile::survey::{Claims, DeviceId};
use serde_json::{Value, json};

use super::laws::{custody_agrees, folded};
use super::world::{World, caused, deed, held_by, in_a_world, link, text};
use crate::assets::{AssetQuery, list};
use crate::conflicts::{self, Raising};
use crate::ledger::{InTheWay, Pair};
use crate::stage::{self, MINT, at};
use crate::{
    StoreError, attachments, custody, events, former_names, ledger, links, settlements, sources,
};

impl World {
    fn pair(&self, from: AssetId, into: AssetId) -> Pair {
        self.read(move |tx| ledger::pair(tx, from, into))
    }

    fn merge(&self, from: AssetId, into: AssetId, chosen: &[(Field, bool)]) -> Asset {
        let chosen: BTreeMap<Field, bool> = chosen.iter().cloned().collect();
        let merged = self.write(move |tx| {
            let pair = ledger::pair(tx, from, into)?;
            ledger::merge_assets(tx, &deed(50), &MINT, &pair, &chosen)
        });
        assert_eq!(self.find(from), None);
        assert_eq!(folded(self, from), None);
        assert_eq!(folded(self, into).as_ref(), Some(&merged));
        assert_eq!(self.find(into).as_ref(), Some(&merged));
        custody_agrees(self, into);
        merged
    }

    fn tagged(&self, words: &str) -> Vec<String> {
        let query = AssetQuery { q: Some(words.into()), limit: 9, ..AssetQuery::default() };
        let page = self.read(move |tx| list::list(tx, &query));
        page.items.into_iter().map(|row| row.asset.tag.to_string()).collect()
    }

    fn hands(&self, id: AssetId) -> Vec<(String, i64, Option<i64>)> {
        let second = |at: domain::Timestamp| at.as_second() - stage::at(0).as_second();
        let all = self.read(move |tx| custody::of_asset(tx, id));
        let told = all.into_iter().map(|(interval, name)| {
            (name, second(interval.from_at), interval.until_at.map(second))
        });
        told.collect()
    }
}

fn custom(key: &str, value: Value) -> (Field, Value) {
    (Field::Custom(key.into()), value)
}

#[test]
fn an_asset_made_by_hand_and_its_double_from_a_source_become_one_and_keep_what_each_had() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let by_hand = [
            held_by(robin),
            (Field::Cost, json!(99_900)),
            text(Field::Currency, "EUR"),
            text(Field::Notes, "from the shop"),
            custom("room", json!("B2")),
        ];
        let into = world.asset_with("IT-0042", &by_hand).id;
        let synced = [
            text(Field::Name, "Robin's Mac"),
            text(Field::Serial, "SYN1"),
            custom("memory", json!(32)),
            custom("room", json!("elsewhere")),
        ];
        let from = world.asset_with("SYN1", &synced).id;
        let source = world.source;
        let baseline = Baseline { serial: Some("SYN1".into()), ..Baseline::default() };
        let known = Link { baseline, ..link(from, "dev-1") };
        let kept = Link { asset: into, ..known.clone() };
        world.write(move |tx| links::save(tx, source, &[&known]));

        let pair = world.pair(from, into);
        assert_eq!(pair.in_the_way, []);
        let told: Vec<_> =
            pair.choices.iter().map(|one| (one.field.to_string(), one.taken)).collect();
        let told: Vec<_> = told.iter().map(|(field, taken)| (field.as_str(), *taken)).collect();
        let expect = [
            ("tag", false),
            ("name", true),
            ("serial", true),
            ("cost", false),
            ("notes", false),
            ("fields.memory", true),
            ("fields.room", false),
        ];
        assert_eq!(told, expect);

        let merged = world.merge(from, into, &[]);
        assert_eq!(merged.tag.as_str(), "IT-0042");
        assert_eq!(merged.name.as_deref(), Some("Robin's Mac"));
        assert_eq!((merged.cost, merged.currency.as_deref()), (Some(99_900), Some("EUR")));
        assert_eq!(merged.custodian, Some(Custodian::Employee(robin)));
        assert_eq!(
            merged.fields,
            BTreeMap::from([("memory".into(), json!(32)), ("room".into(), json!("B2"))])
        );
        assert_eq!(merged.version, 2);
        assert_eq!(world.read(move |tx| links::of_source(tx, source)), [kept]);

        let last = world.events(into).pop().unwrap();
        assert_eq!(last.action, Action::Merged);
        assert_eq!(last.note.as_deref(), Some("SYN1 was merged into IT-0042"));
        let old = world.events(from);
        assert_eq!(world.actions(from), [Action::Created, Action::Deleted]);
        assert_eq!(old[1].note, last.note);
        assert_eq!(world.actions(into), [Action::Created, Action::Merged]);
    });
}

#[test]
fn a_value_is_chosen_field_by_field_and_an_amount_brings_its_currency() {
    in_a_world(|world| {
        let costs = |cost: i64, currency: &str| {
            [(Field::Cost, json!(cost)), text(Field::Currency, currency)]
        };
        let into = world.asset_with("A-1", &costs(100, "EUR")).id;
        let from = world.asset_with("A-2", &costs(100, "USD")).id;
        world.change(deed(2), into, Action::Updated, &[text(Field::Name, "one")]);
        world.change(deed(2), from, Action::Updated, &[text(Field::Notes, "two")]);
        let chosen = [(Field::Cost, true), (Field::Tag, true), (Field::Notes, false)];
        let merged = world.merge(from, into, &chosen);
        assert_eq!((merged.cost, merged.currency.as_deref()), (Some(100), Some("USD")));
        assert_eq!((merged.tag.as_str(), merged.notes), ("A-2", None));
        assert_eq!(merged.name.as_deref(), Some("one"));
    });
}

#[test]
fn the_tag_and_the_id_that_are_gone_lead_to_the_one_that_stays_until_it_goes_too() {
    in_a_world(|world| {
        let [first, second, third] = ["OLD-1", "OLD-2", "NEW-3"].map(|tag| world.asset(tag).id);
        world.merge(first, second, &[]);
        world.merge(second, third, &[]);
        for (id, tag) in [(first, "old-1"), (second, " OLD-2 ")] {
            assert_eq!(world.read(move |tx| former_names::heir(tx, id)), Some(third));
            assert_eq!(world.read(move |tx| former_names::heir_of_tag(tx, tag)), Some(third));
            assert_eq!(world.tagged(tag), ["NEW-3"]);
        }
        let gone = world.read(move |tx| former_names::merged_into(tx, third));
        assert_eq!(gone, [first, second]);
        // What changes it later does not forget them.
        world.change(deed(60), third, Action::Updated, &[text(Field::Name, "mac")]);
        assert_eq!(world.tagged("old-2 mac"), ["NEW-3"]);
        world.write(move |tx| ledger::delete(tx, &deed(61), &MINT, third, None, None));
        assert_eq!(world.read(move |tx| former_names::heir(tx, first)), None);
        assert_eq!(world.read(|tx| former_names::heir_of_tag(tx, "OLD-1")), None);
        assert!(world.tagged("old-1").is_empty());
    });
}

#[test]
fn a_tag_that_was_given_again_and_is_gone_again_finds_the_later_one_alone() {
    in_a_world(|world| {
        let [first, into] = ["T-1", "A-1"].map(|tag| world.asset(tag).id);
        world.merge(first, into, &[]);
        let [second, later] = ["T-1", "A-2"].map(|tag| world.asset(tag).id);
        assert_eq!(world.tagged("t-1"), ["A-1", "T-1"]);
        world.merge(second, later, &[]);
        assert_eq!(world.tagged("t-1"), ["A-2"]);
        assert_eq!(world.read(|tx| former_names::heir_of_tag(tx, "T-1")), Some(later));
        assert_eq!(world.read(move |tx| former_names::heir(tx, first)), Some(into));
    });
}

#[test]
fn who_had_either_had_the_one_that_stays_and_what_lay_in_either_lies_in_it() {
    in_a_world(|world| {
        let [robin, casey] = ["Robin", "Casey"].map(|name| world.employee(name).id);
        let into = world.asset("A-1").id;
        let from = world.asset("A-2").id;
        let dock = world.asset("A-3").id;
        let once = world.asset("A-4").id;
        let out = |second, id, to: (Field, Value)| {
            world.change(deed(second), id, Action::CheckedOut, &[to]);
        };
        let back = |second, id| {
            world.change(deed(second), id, Action::CheckedIn, &[(Field::Custodian, Value::Null)]);
        };
        out(10, into, held_by(casey));
        back(20, into);
        out(12, from, held_by(robin));
        back(14, from);
        out(30, from, held_by(robin));
        let inside = (Field::Custodian, json!(Custodian::Asset(from)));
        out(31, dock, inside.clone());
        out(32, once, inside);
        back(33, once);
        world.merge(from, into, &[]);
        let told = |name: &str, from, until| (name.to_owned(), from, until);
        let expect =
            [told("Robin", 30, None), told("Robin", 12, Some(14)), told("Casey", 10, Some(20))];
        let mut hands = world.hands(into);
        hands.sort_by_key(|(_, from, _)| std::cmp::Reverse(*from));
        assert_eq!(hands, expect);
        assert_eq!(world.hands(dock), [told("A-1", 31, None)]);
        assert_eq!(world.hands(once), [told("A-1", 32, Some(33))]);
        assert_eq!(world.find(dock).unwrap().custodian, Some(Custodian::Asset(into)));
        assert_eq!(folded(world, dock), world.find(dock));
        assert_eq!(world.tagged("a-1").len(), 2);
    });
}

#[test]
fn hands_that_have_both_have_had_the_one_that_stays_since_the_earlier_time() {
    for earlier in [true, false] {
        in_a_world(move |world| {
            let robin = world.employee("Robin").id;
            let (into, from) = (world.asset("A-1").id, world.asset("A-2").id);
            let (first, second) = if earlier { (from, into) } else { (into, from) };
            world.change(deed(10), first, Action::CheckedOut, &[held_by(robin)]);
            world.change(deed(20), second, Action::CheckedOut, &[held_by(robin)]);
            let merged = world.merge(from, into, &[]);
            assert_eq!(merged.custodian, Some(Custodian::Employee(robin)));
            let told = |from, until| ("Robin".to_owned(), from, until);
            let expect = if earlier {
                vec![told(20, None), told(10, Some(20))]
            } else {
                vec![told(10, None)]
            };
            assert_eq!(world.hands(into), expect);
        });
    }
}

#[test]
fn two_pairs_of_hands_one_inside_the_other_or_two_living_devices_are_in_the_way() {
    in_a_world(|world| {
        let [robin, casey] = ["Robin", "Casey"].map(|name| world.employee(name).id);
        let [robin, casey] = [robin, casey].map(Custodian::Employee);
        let held = |to: Custodian| (Field::Custodian, json!(to));
        let one = world.asset_with("A-1", &[held(robin)]).id;
        let other = world.asset_with("A-2", &[held(casey)]).id;
        let two = InTheWay::TwoHolders { from: robin, into: casey };
        assert_eq!(world.pair(one, other).in_the_way, [two]);
        let bag = world.asset_with("A-3", &[held(Custodian::Asset(one))]).id;
        let deep = world.asset_with("A-4", &[held(Custodian::Asset(bag))]).id;
        assert_eq!(world.pair(one, deep).in_the_way, [InTheWay::Inside]);
        assert_eq!(world.pair(deep, one).in_the_way, [InTheWay::Inside]);
        let source = world.source;
        let [twin, double] = ["A-5", "A-6"].map(|tag| world.asset(tag).id);
        world.write(move |tx| {
            links::save(tx, source, &[&link(twin, "dev-5"), &link(double, "dev-6")])
        });
        let pair = world.pair(twin, double);
        assert_eq!(pair.in_the_way, [InTheWay::TwoDevices(source)]);
        let refused = world.try_write(move |tx| {
            ledger::merge_assets(tx, &deed(9), &MINT, &pair, &BTreeMap::new()).map(drop)
        });
        assert_eq!(refused, Err(StoreError::Stale));
        assert!(world.find(twin).is_some());
    });
}

#[test]
fn a_device_that_is_gone_becomes_the_past_of_the_one_that_is_not() {
    for gone_goes in [true, false] {
        in_a_world(move |world| {
            let source = world.source;
            let [from, into] = ["A-1", "A-2"].map(|tag| world.asset(tag).id);
            let (lost, here) = if gone_goes { (from, into) } else { (into, from) };
            let past = vec![DeviceId::new("dev-0")];
            let absence = Absence::Unseen(at(3));
            let before = Link { past, absence, ..link(lost, "dev-1") };
            world.write(move |tx| links::save(tx, source, &[&before, &link(here, "dev-2")]));
            world.merge(from, into, &[]);
            let [link] = &*world.read(move |tx| links::of_source(tx, source)) else {
                panic!("one link is left")
            };
            assert_eq!((link.asset, link.device_id.as_str()), (into, "dev-2"));
            assert_eq!(link.past, [DeviceId::new("dev-0"), DeviceId::new("dev-1")]);
            assert_eq!(link.absence, Absence::Present);
        });
    }
}

#[test]
fn what_a_source_mirrors_stays_as_it_said_it_so_that_no_run_sees_a_difference() {
    in_a_world(|world| {
        let source = world.source;
        let mapping = FieldMapping {
            from: "hardware_overview.memory".into(),
            to: "memory".into(),
            authority: Authority::Mirror,
        };
        world.write(move |tx| {
            let held = sources::find(tx, source)?.ok_or(StoreError::NotFound)?;
            let mut rules = held.rules.clone();
            rules.fields = vec![mapping];
            sources::save_rules(tx, &deed(1), &MINT, &held, None, &rules, None)
        });
        let into = world.asset_with("A-1", &[custom("memory", json!("by hand"))]).id;
        let from = world.asset_with("A-2", &[custom("memory", json!(32))]).id;
        let baseline = Baseline {
            fields: BTreeMap::from([("memory".to_owned(), json!(32))]),
            ..Baseline::default()
        };
        let known = Link { baseline, ..link(from, "dev-1") };
        world.write(move |tx| links::save(tx, source, &[&known]));
        let memory = Field::Custom("memory".into());
        let choices = world.pair(from, into).choices;
        let choice = choices.iter().find(|choice| choice.field == memory).unwrap();
        assert_eq!((choice.taken, choice.follows), (true, Some(source)));
        let merged = world.merge(from, into, &[(memory, false)]);
        assert_eq!(merged.fields["memory"], json!(32));
    });
}

#[test]
fn files_questions_and_answers_go_over_to_the_one_that_stays() {
    in_a_world(|world| {
        let [from, into, third] = ["A-1", "A-2", "A-3"].map(|tag| world.asset(tag).id);
        let file = Attachment {
            id: AttachmentId::new(7),
            subject: Subject::Asset(from),
            name: FileName::of("invoice.pdf", FileKind::Pdf),
            kind: FileKind::Pdf,
            size: 2,
            added_at: at(2),
            added_by: "Robin".into(),
        };
        world.write(move |tx| attachments::insert(tx, &file, b"ok".to_vec()));
        let (tenant, source) = (world.tenant, world.source);
        let run = stage::run(&world.store, tenant, source);
        let raising = Raising { source, run, complete: true, now: at(4) };
        let question = move |n: i64, candidates: Vec<AssetId>| Conflict {
            key: format!("review dev-{n}"),
            device_id: DeviceId::new(&format!("dev-{n}")),
            kind: ConflictKind::ReviewMatch,
            reason: Reason::AwaitsReviewOfMatch { asset: from, tag: "A-1".into() },
            candidates,
            claims: Claims::default(),
        };
        let both = question(2, vec![from, into]);
        let asked = [question(1, vec![third, from]), both, question(3, vec![from])];
        world.write(move |tx| {
            conflicts::keep(tx, &MINT, raising, &asked)?;
            let open = conflicts::open(tx, None, 9)?;
            let third = open.iter().find(|row| row.device_id.as_str() == "dev-3").unwrap();
            let adopt = Settlement::Adopt(from);
            conflicts::settle(tx, third.id, adopt, true, &domain::Actor::system(), at(5))
        });
        world.merge(from, into, &[]);

        let files = world.read(move |tx| attachments::of(tx, Subject::Asset(into)));
        assert_eq!(
            files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
            ["invoice.pdf"]
        );
        let content = world.read(|tx| attachments::content(tx, AttachmentId::new(7)));
        assert_eq!(content.as_deref(), Some(&b"ok"[..]));
        let open = world.read(|tx| conflicts::open(tx, None, 9));
        let candidates: Vec<_> = open.iter().map(|row| row.candidates.clone()).collect();
        assert_eq!(candidates, [vec![third, into], vec![into]]);
        let reason = Reason::AwaitsReviewOfMatch { asset: into, tag: "A-2".into() };
        assert_eq!((&open[0].reason, open.len()), (&reason, 2));
        let answers = world.read(move |tx| settlements::of_source(tx, source));
        assert_eq!(answers[&DeviceId::new("dev-3")].settlement, Settlement::Adopt(into));
    });
}

#[test]
fn undoing_what_touched_the_one_that_is_gone_leaves_it_alone_and_says_that_it_was_merged() {
    in_a_world(|world| {
        let [from, into] = ["A-1", "A-2"].map(|tag| world.asset(tag).id);
        world.change(caused(2, "r1"), from, Action::Updated, &[text(Field::Name, "from a run")]);
        world.change(caused(3, "r1"), into, Action::Updated, &[text(Field::Notes, "a run's")]);
        world.merge(from, into, &[]);
        let cause = caused(0, "r1").cause;
        let undone = world.write(move |tx| ledger::undo(tx, &deed(70), &MINT, &cause));
        assert_eq!(undone.restored, [into]);
        let kept: Vec<_> = undone.kept.iter().map(|one| (one.asset, one.why.as_str())).collect();
        assert_eq!(kept, [(from, "the asset was merged into another since")]);
        let held = world.find(into).unwrap();
        // What the merge brought stays; it is newer than the run.
        assert_eq!((held.name.as_deref(), held.notes), (Some("from a run"), None));
    });
}

#[test]
fn an_asset_that_moved_since_it_was_looked_at_is_not_merged() {
    in_a_world(|world| {
        let [from, into] = ["A-1", "A-2"].map(|tag| world.asset(tag).id);
        let pair = world.pair(from, into);
        world.change(deed(2), into, Action::Updated, &[text(Field::Name, "meanwhile")]);
        let refused = world.try_write(move |tx| {
            ledger::merge_assets(tx, &deed(9), &MINT, &pair, &BTreeMap::new()).map(drop)
        });
        assert_eq!(refused, Err(StoreError::Stale));
        assert_eq!(world.find(from).map(|asset| asset.version), Some(1));
        let page = world.read(move |tx| events::of_subject(tx, Subject::Asset(from), None, 9));
        assert_eq!(page.items.len(), 1);
    });
}
