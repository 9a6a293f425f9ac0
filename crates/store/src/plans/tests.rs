//! The promises of kept plans, each held on both databases.

use domain::{
    AssetTag, Custodian, Field, NewAsset,
    id::{AssetId, CategoryId, EmployeeId, StatusId, TenantId},
};
use reconcile::{
    Reason,
    inventory::{Absence, Baseline},
    plan::{AssetChange, Edit, Step},
    rules::Authority,
    survey::DeviceId,
};
use serde_json::Value;

use super::*;
use crate::{
    Store,
    runs::{self, RunState},
    stage::{at, run, source, tenant},
    testing::on_both,
};

fn ready(body: impl Fn(Store, TenantId, SourceId)) {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let source = source(&store, acme, "Kandji");
        body(store, acme, source);
    });
}

fn change(number: i64, steps: Vec<Step>) -> AssetChange {
    AssetChange {
        asset: AssetId::new(number),
        version: Some(3),
        tag: format!("MBP-{number:04}"),
        device_id: DeviceId::new(&format!("7c8f2f0a-8e2c-4c4e-9b6f-{number:012}")),
        steps,
        link: None,
    }
}

fn edit() -> Step {
    let reason =
        Reason::FromSource { property: "device_name".into(), authority: Authority::Mirror };
    let edit = Edit {
        field: Field::Name,
        before: Value::Null,
        after: "Robin’s MacBook Pro".into(),
        reason,
    };
    Step::Edit { edits: vec![edit] }
}

fn create(number: i64) -> Step {
    let tag = AssetTag::parse(&format!("MBP-{number:04}")).unwrap();
    let asset = NewAsset::plain(AssetId::new(number), tag, StatusId::new(1));
    Step::Create { asset, reason: Reason::NewDevice }
}

fn check_out() -> Step {
    let to = Custodian::Employee(EmployeeId::new(8));
    Step::CheckOut { to, edits: vec![], reason: Reason::AssignedInSource { who: "Robin".into() } }
}

fn link(number: i64) -> Link {
    Link {
        asset: AssetId::new(number),
        device_id: DeviceId::new(&number.to_string()),
        serial: None,
        past: vec![],
        baseline: Baseline::default(),
        absence: Absence::Present,
    }
}

fn plan() -> Plan {
    Plan {
        catalog: vec![CatalogChange::Category { id: CategoryId::new(4), name: "Kandji".into() }],
        assets: vec![
            change(1, vec![create(1), check_out()]),
            change(2, vec![edit(), check_out(), edit()]),
            change(3, vec![Step::Archive { reason: Reason::UnseenPolicy }]),
            change(4, vec![Step::Link { reason: Reason::NewDevice }]),
        ],
        links: vec![link(9)],
        doubts: vec![Doubt::FirstRun],
        ..Plan::default()
    }
}

#[test]
fn a_plan_reads_back_as_it_was_kept() {
    ready(|store, acme, source| {
        let run = run(&store, acme, source);
        store
            .write_blocking(acme, move |tx| {
                assert_eq!(load(tx, run)?, None);
                assert_eq!(counts(tx, run)?, None);
                keep(tx, run, &plan(), 7)?;
                assert_eq!(load(tx, run)?, Some(StoredPlan { plan: plan(), rules_version: 7 }));
                assert_eq!(counts(tx, run)?, Some(plan().counts()));
                assert_eq!(doubts(tx, run)?, [Doubt::FirstRun]);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_second_plan_of_a_run_takes_the_first_ones_place() {
    ready(|store, acme, source| {
        let run = run(&store, acme, source);
        store
            .write_blocking(acme, move |tx| {
                keep(tx, run, &plan(), 7)?;
                let smaller = Plan { assets: vec![change(5, vec![edit()])], ..Plan::default() };
                keep(tx, run, &smaller, 8)?;
                assert_eq!(load(tx, run)?, Some(StoredPlan { plan: smaller, rules_version: 8 }));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_plan_of_no_run_is_not_kept() {
    ready(|store, acme, _| {
        let kept = store.write_blocking(acme, |tx| keep(tx, RunId::new(1), &plan(), 1));
        assert_eq!(kept, Err(StoreError::NotFound));
    });
}

#[test]
fn changes_are_shown_by_kind_and_page_as_the_counts_count_them() {
    ready(|store, acme, source| {
        let run = run(&store, acme, source);
        store
            .write_blocking(acme, move |tx| {
                keep(tx, run, &plan(), 7)?;
                let mut of = |kind| changes(tx, run, Some(kind), None, 10).map(|found| found.len());
                let found = [
                    of(ChangeKind::Created)?,
                    of(ChangeKind::Updated)?,
                    of(ChangeKind::Linked)?,
                    of(ChangeKind::CheckedOut)?,
                    of(ChangeKind::CheckedIn)?,
                ];
                assert_eq!(found, [1, 2, 1, 2, 0]);
                let Counts { created, updated, linked, checked_out, checked_in } = plan().counts();
                assert_eq!([created, updated, linked, checked_out, checked_in], [1, 2, 1, 2, 0]);
                let first = changes(tx, run, Some(ChangeKind::CheckedOut), None, 1)?;
                let after = Some(first[0].position);
                let second = changes(tx, run, Some(ChangeKind::CheckedOut), after, 1)?;
                assert_eq!(second, [KeptChange { position: 1, change: plan().assets[1].clone() }]);
                assert_eq!(changes(tx, run, None, Some(1), 10)?.len(), 2);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn only_the_newest_plans_of_a_source_are_kept_and_those_in_review() {
    ready(|store, acme, source| {
        let applied = RunState::Applied;
        let kept = [RunState::NeedsReview, applied, applied, applied].map(|state| {
            let run = run(&store, acme, source);
            let kept = store.write_blocking(acme, move |tx| {
                keep(tx, run, &plan(), 7)?;
                runs::set_state(tx, run, RunState::Queued, state, at(50))
            });
            assert_eq!(kept, Ok::<_, StoreError>(true));
            run
        });
        store
            .write_blocking(acme, move |tx| {
                assert_eq!(delete_bodies(tx, source, 50)?, 0);
                assert_eq!(delete_bodies(tx, source, 2)?, 1);
                let mut left = Vec::new();
                for run in kept {
                    assert!(runs::find(tx, run)?.is_some());
                    left.push((load(tx, run)?.is_some(), changes(tx, run, None, None, 9)?.len()));
                }
                assert_eq!(left, [(true, 4), (false, 0), (true, 4), (true, 4)]);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn another_tenants_plan_is_not_here() {
    ready(|store, acme, source| {
        let run = run(&store, acme, source);
        let globex = tenant(&store, "globex");
        store.write_blocking(acme, move |tx| keep(tx, run, &plan(), 7)).unwrap();
        store
            .write_blocking(globex, move |tx| {
                assert_eq!(load(tx, run)?, None);
                assert_eq!(counts(tx, run)?, None);
                assert_eq!(changes(tx, run, None, None, 10)?, []);
                assert_eq!(delete_bodies(tx, source, 0)?, 0);
                assert_eq!(keep(tx, run, &plan(), 8), Err(StoreError::NotFound));
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert!(store.read_blocking(acme, move |tx| load(tx, run)).unwrap().is_some());
    });
}
