//! Lists people keep, reports they saved and columns they chose: whatever merges, they name the one
//! that stays.

use std::collections::BTreeMap;

use domain::event::Subject;
use domain::fields::AppliesTo;
use domain::id::{UserId, ViewId};

use super::merging_fields::field;
use super::nouns::supplier;
use super::world::{World, deed, in_a_world};
use crate::saved_reports::SavedReport;
use crate::stage::{self, MINT, at};
use crate::views::View;
use crate::{StoreError, ledger, preferences, saved_reports, views};

pub fn view(owner: UserId, query: &str) -> View {
    View {
        id: ViewId::new(7),
        list: AppliesTo::Assets,
        name: "Small".into(),
        query: query.into(),
        shared: true,
        owner: Some(owner),
        created_at: at(1),
        updated_at: at(1),
    }
}

pub fn report(owner: UserId, name: &str, value: &str) -> SavedReport {
    SavedReport {
        id: domain::Id::new(8),
        name: "Small".into(),
        report: "assets".into(),
        parameters: vec![(name.into(), value.into())],
        shared: true,
        owner,
        owner_name: "Robin".into(),
        created_at: at(1),
        updated_at: at(1),
        mailing: None,
        next_at: None,
        stopped: None,
        sent_at: None,
        error: None,
    }
}

/// Keeps one of each, lets `merge` happen, and answers the list and the report as they are then.
fn after(
    world: &World,
    query: &str,
    parameter: (&str, &str),
    merge: impl FnOnce(UserId),
) -> (String, (String, String)) {
    let owner = stage::user(&world.store, world.tenant, "robin@example.com").id;
    let (view, report) = (view(owner, query), report(owner, parameter.0, parameter.1));
    let (kept, saved) = (view.id, report.id);
    world.write(move |tx| {
        views::create(tx, &view)?;
        saved_reports::create(tx, &report)
    });
    merge(owner);
    let view = world.read(move |tx| views::find(tx, kept)).unwrap();
    let report = world.read(move |tx| saved_reports::find(tx, saved)).unwrap();
    assert!(view.updated_at > at(1) && report.updated_at > at(1));
    (view.query, report.parameters[0].clone())
}

#[test]
fn who_changes_a_view_or_a_report_as_it_stands_waits_for_who_was_first() {
    in_a_world(|world| {
        let owner = stage::user(&world.store, world.tenant, "robin@example.com").id;
        let (view, report) = (view(owner, ""), report(owner, "q", ""));
        let (kept, saved) = (view.id, report.id);
        world.write(move |tx| {
            views::create(tx, &view)?;
            saved_reports::create(tx, &report)
        });
        let add = || {
            for _ in 0..10 {
                world.write(move |tx| {
                    let mut view = views::hold(tx, kept)?.unwrap();
                    view.query.push('x');
                    views::update(tx, &view)?;
                    let mut report = saved_reports::hold(tx, saved)?.unwrap();
                    report.parameters[0].1.push('x');
                    saved_reports::update(tx, &report)
                });
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(add);
            scope.spawn(add);
        });
        let view = world.read(move |tx| views::find(tx, kept)).unwrap();
        let report = world.read(move |tx| saved_reports::find(tx, saved)).unwrap();
        assert_eq!((view.query.len(), report.parameters[0].1.len()), (20, 20));
        let other = stage::tenant(&world.store, "globex");
        let gone = world.store.write_blocking(other, move |tx| views::hold(tx, kept));
        assert_eq!(gone, Ok::<_, crate::StoreError>(None));
    });
}

#[test]
fn a_noun_that_merged_is_the_other_in_kept_lists_and_reports() {
    in_a_world(|world| {
        let [acme, other] = ["Acme Ltd", "Acme"].map(|name| supplier(world, name));
        let query = format!("supplier=!{acme}&sort=-cost");
        let (query, parameter) = after(world, &query, ("supplier", &acme.to_string()), |_| {
            let (from, into) = (Subject::Supplier(acme), Subject::Supplier(other));
            assert!(world.write(move |tx| ledger::merge(tx, &deed(50), &MINT, from, into)));
        });
        assert_eq!(query, format!("supplier=!{other}&sort=-cost"));
        assert_eq!(parameter, ("supplier".to_owned(), other.to_string()));
    });
}

#[test]
fn an_asset_that_merged_is_the_other_in_kept_lists_and_reports() {
    in_a_world(|world| {
        let [from, into] = ["RACK-1", "RACK-2"].map(|tag| world.asset(tag).id);
        let query = format!("custodian={from}%2Cnone");
        let (query, parameter) = after(world, &query, ("custodian", &from.to_string()), |_| {
            world.write(move |tx| {
                let pair = ledger::pair(tx, from, into)?;
                ledger::merge_assets(tx, &deed(50), &MINT, &pair, &BTreeMap::new()).map(drop)
            });
        });
        assert_eq!(query, format!("custodian={into}%2Cnone"));
        assert_eq!(parameter, ("custodian".to_owned(), into.to_string()));
    });
}

#[test]
fn a_field_that_merged_is_the_other_in_kept_lists_reports_and_chosen_columns() {
    in_a_world(|world| {
        let [from, into] = ["ram", "memory"].map(|key| world.defined(&field(key)));
        let query = "fields.ram=8&columns=tag%2Cfields.ram%2Cfields.ram_size";
        let (query, parameter) = after(world, query, ("fields.ram", "8"), |owner| {
            world.write(move |tx| preferences::keep(tx, owner, "columns.assets", "tag,fields.ram"));
            assert!(world.write(move |tx| ledger::merge_fields(tx, &deed(50), &MINT, from, into)));
            let columns = world.read(move |tx| preferences::find(tx, owner, "columns.assets"));
            assert_eq!(columns.as_deref(), Some("tag,fields.memory"));
        });
        assert_eq!(query, "fields.memory=8&columns=tag%2Cfields.memory%2Cfields.ram_size");
        assert_eq!(parameter, ("fields.memory".to_owned(), "8".to_owned()));
    });
}

#[test]
fn two_lists_may_each_have_a_view_of_one_name() {
    in_a_world(|world| {
        let owner = stage::user(&world.store, world.tenant, "robin@example.com").id;
        let of = |id, list| View { id: ViewId::new(id), list, ..view(owner, "") };
        let [assets, people] = [of(7, AppliesTo::Assets), of(8, AppliesTo::Employees)];
        let (first, second) = (assets.clone(), people.clone());
        world.write(move |tx| {
            views::create(tx, &first)?;
            views::create(tx, &second)
        });
        for (list, kept) in [(AppliesTo::Assets, assets), (AppliesTo::Employees, people)] {
            assert_eq!(world.read(move |tx| views::of(tx, list, None)), [kept]);
            let twin = of(9, list);
            let taken =
                world.store.write_blocking(world.tenant, move |tx| views::create(tx, &twin));
            assert_eq!(taken, Err(StoreError::Conflict("views_shared_name".into())));
        }
    });
}
