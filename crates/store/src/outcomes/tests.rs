//! The promises of outcomes, each held on both databases.

use domain::id::{AssetId, TenantId};
use reconcile::{
    Plan, Reason,
    plan::{AssetChange, Step},
};

use super::*;
use crate::{
    Store, plans,
    stage::{run, source, tenant},
    testing::on_both,
};

fn ready(body: impl Fn(Store, TenantId, SourceId, RunId)) {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let source = source(&store, acme, "Kandji");
        let run = run(&store, acme, source);
        body(store, acme, source, run);
    });
}

fn outcome(number: i64) -> DeviceOutcome {
    DeviceOutcome {
        device_id: DeviceId::new(&format!("dev-{number:04}")),
        serial: Some(format!("SYN{number:04}")),
        name: Some(format!("Robin’s MacBook {number}")),
        asset: Some(AssetId::new(number)),
        verdict: Verdict::Matched,
        reasons: vec![Reason::NobodyOnBothSides],
    }
}

fn absent(number: i64) -> DeviceOutcome {
    DeviceOutcome { verdict: Verdict::Absent, reasons: vec![Reason::NotSeen], ..outcome(number) }
}

fn fleet(size: i64) -> Vec<DeviceOutcome> {
    (0..size).map(outcome).collect()
}

#[test]
fn an_idle_run_writes_nothing() {
    ready(|store, acme, source, run| {
        store
            .write_blocking(acme, move |tx| {
                assert_eq!(keep(tx, source, run, &fleet(300))?, 300);
                assert_eq!(keep(tx, source, RunId::new(2), &fleet(300))?, 0);
                let mut reversed = fleet(300);
                reversed.reverse();
                assert_eq!(keep(tx, source, RunId::new(3), &reversed)?, 0);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn only_what_moved_is_written_and_what_is_not_mentioned_goes() {
    ready(|store, acme, source, run| {
        store
            .write_blocking(acme, move |tx| {
                keep(tx, source, run, &fleet(10))?;
                let mut next = fleet(9);
                next[3] = absent(3);
                next.push(outcome(77));
                assert_eq!(keep(tx, source, RunId::new(2), &next)?, 3);
                next.sort_by(|a, b| a.device_id.cmp(&b.device_id));
                assert_eq!(list(tx, source, &OutcomeFilter::default(), None, 99)?, next);
                let of = |tx: &mut Tx<'_>, id| of_device(tx, source, &DeviceId::new(id));
                assert_eq!(of(tx, "dev-0003")?, Some((absent(3), RunId::new(2))));
                assert_eq!(of(tx, "dev-0004")?, Some((outcome(4), run)));
                assert_eq!(of(tx, "dev-0009")?, None);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_device_said_twice_is_one_row() {
    ready(|store, acme, source, run| {
        store
            .write_blocking(acme, move |tx| {
                keep(tx, source, run, &[outcome(1), absent(1)])?;
                let kept = list(tx, source, &OutcomeFilter::default(), None, 9)?;
                assert_eq!(kept, [absent(1)]);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn outcomes_are_filtered_by_verdict_and_by_part_of_a_name_page_by_page() {
    ready(|store, acme, source, run| {
        store
            .write_blocking(acme, move |tx| {
                let mut all = fleet(20);
                all[4] = absent(4);
                all[5].name = Some("100% mine".into());
                keep(tx, source, run, &all)?;
                let gone =
                    OutcomeFilter { verdict: Some(Verdict::Absent), ..OutcomeFilter::default() };
                assert_eq!(list(tx, source, &gone, None, 9)?, [absent(4)]);
                let mut found = |q: &str| {
                    let filter = OutcomeFilter { q: Some(q.into()), ..OutcomeFilter::default() };
                    list(tx, source, &filter, None, 99).map(|found| found.len())
                };
                assert_eq!(found("ROBIN’S macbook 1")?, 11);
                assert_eq!(found("syn0007")?, 1);
                assert_eq!(found("0% m")?, 1);
                assert_eq!(found("_")?, 0);
                assert_eq!(found("  ")?, 20);
                let everything = OutcomeFilter::default();
                let first = list(tx, source, &everything, None, 8)?;
                let after = first.last().map(|outcome| &outcome.device_id);
                assert_eq!(list(tx, source, &everything, after, 99)?, all[8..]);
                let counted = counts(tx, source)?;
                let expected = BTreeMap::from([(Verdict::Matched, 19), (Verdict::Absent, 1)]);
                assert_eq!(counted, expected);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn devices_that_a_run_left_alone_can_be_listed() {
    ready(|store, acme, source, run| {
        store
            .write_blocking(acme, move |tx| {
                keep(tx, source, run, &fleet(3))?;
                let touched = AssetChange {
                    asset: AssetId::new(1),
                    version: Some(1),
                    tag: "A-1".into(),
                    device_id: outcome(1).device_id,
                    steps: vec![Step::Link { reason: Reason::NewDevice }],
                    link: None,
                };
                plans::keep(tx, run, &Plan { assets: vec![touched], ..Plan::default() }, 1)?;
                let quiet = OutcomeFilter { unchanged_by: Some(run), ..OutcomeFilter::default() };
                assert_eq!(list(tx, source, &quiet, None, 9)?, [outcome(0), outcome(2)]);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn another_tenants_outcomes_are_not_here() {
    ready(|store, acme, source, run| {
        let globex = tenant(&store, "globex");
        store.write_blocking(acme, move |tx| keep(tx, source, run, &fleet(3))).unwrap();
        store
            .write_blocking(globex, move |tx| {
                assert_eq!(list(tx, source, &OutcomeFilter::default(), None, 9)?, []);
                assert_eq!(counts(tx, source)?, BTreeMap::new());
                assert_eq!(of_device(tx, source, &outcome(1).device_id)?, None);
                assert_eq!(keep(tx, source, run, &[])?, 0);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(
            store.read_blocking(acme, move |tx| counts(tx, source)),
            Ok::<_, StoreError>(BTreeMap::from([(Verdict::Matched, 3)]))
        );
    });
}
