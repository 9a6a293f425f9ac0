//! The life of a conflict, told on both databases.

use domain::id::TenantId;
use reconcile::inventory::Answer;
use reconcile::plan::{DeviceOutcome, Verdict};

use super::*;
use crate::settlements::Given;
use crate::{
    Store, outcomes,
    stage::{MINT, at, run, source, tenant},
    testing::on_both,
};

fn ready(body: impl Fn(Store, TenantId, Raising)) {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let source = source(&store, acme, "Kandji");
        let run = run(&store, acme, source);
        body(store, acme, Raising { source, run, complete: true, now: at(1) });
    });
}

fn conflict(number: i64) -> Conflict {
    Conflict {
        key: format!("review_match dev-{number}"),
        device_id: DeviceId::new(&format!("dev-{number}")),
        kind: ConflictKind::ReviewMatch,
        reason: Reason::AwaitsReviewOfMatch { asset: AssetId::new(number), tag: "A-1".into() },
        candidates: vec![AssetId::new(number)],
        claims: Claims { serial: Some(format!("syn{number}")), ..Claims::default() },
    }
}

fn conflicts(count: i64) -> Vec<Conflict> {
    (1..=count).map(conflict).collect()
}

fn robin() -> Actor {
    Actor { name: "Robin".into(), ..Actor::system() }
}

fn kept(raised: u64, closed: u64) -> Kept {
    Kept { raised, closed }
}

#[test]
fn a_conflict_is_raised_once_and_stays_as_long_as_it_is_mentioned() {
    ready(|store, acme, raising| {
        store
            .write_blocking(acme, move |tx| {
                assert_eq!(keep(tx, &MINT, raising, &conflicts(3))?, kept(3, 0));
                let before = open(tx, None, 9)?;
                let later = Raising { now: at(9), run: RunId::new(2), ..raising };
                assert_eq!(keep(tx, &MINT, later, &conflicts(3))?, kept(0, 0));
                assert_eq!(open(tx, None, 9)?, before);
                assert_eq!(count_open(tx)?, 3);
                let first = &before[0];
                assert_eq!((first.source_name.as_str(), first.raised_at), ("Kandji", at(1)));
                assert_eq!(first.reason, conflict(1).reason);
                assert_eq!(first.candidates, [AssetId::new(1)]);
                let ids: Vec<_> = open(tx, Some(first.id), 1)?.iter().map(|row| row.id).collect();
                assert_eq!(ids, [before[1].id]);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_conflict_that_asks_something_else_is_the_same_one() {
    ready(|store, acme, raising| {
        store
            .write_blocking(acme, move |tx| {
                keep(tx, &MINT, raising, &conflicts(1))?;
                let mut other = conflict(1);
                other.candidates.push(AssetId::new(8));
                let later = Raising { now: at(9), ..raising };
                assert_eq!(keep(tx, &MINT, later, &[other])?, kept(0, 0));
                let [row] = &open(tx, None, 9)?[..] else { panic!("one conflict") };
                assert_eq!((row.candidates.len(), row.raised_at), (2, at(1)));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_complete_survey_closes_what_it_no_longer_raises_and_a_partial_one_nothing() {
    ready(|store, acme, raising| {
        store
            .write_blocking(acme, move |tx| {
                keep(tx, &MINT, raising, &conflicts(3))?;
                let partial = Raising { complete: false, now: at(5), ..raising };
                assert_eq!(keep(tx, &MINT, partial, &conflicts(1))?, kept(0, 0));
                assert_eq!(count_open(tx)?, 3);
                let complete = Raising { now: at(6), ..raising };
                assert_eq!(keep(tx, &MINT, complete, &conflicts(1))?, kept(0, 2));
                assert_eq!(count_open(tx)?, 1);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_conflict_that_arises_again_is_open_again_since_it_was_first_raised() {
    ready(|store, acme, raising| {
        store
            .write_blocking(acme, move |tx| {
                keep(tx, &MINT, raising, &conflicts(1))?;
                let id = open(tx, None, 9)?[0].id;
                keep(tx, &MINT, Raising { now: at(5), ..raising }, &[])?;
                assert_eq!(find(tx, id)?.and_then(|row| row.closed_at), Some(at(5)));
                let again = keep(tx, &MINT, Raising { now: at(9), ..raising }, &conflicts(1))?;
                assert_eq!(again, kept(1, 0));
                let row = find(tx, id)?.unwrap();
                assert_eq!((row.closed_at, row.raised_at), (None, at(1)));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn an_answer_closes_the_conflict_and_stands_until_it_is_taken_back() {
    ready(|store, acme, raising| {
        let source = raising.source;
        store
            .write_blocking(acme, move |tx| {
                keep(tx, &MINT, raising, &conflicts(2))?;
                let id = open(tx, None, 9)?[0].id;
                settle(tx, id, Settlement::Adopt(AssetId::new(4)), true, &robin(), at(7))?;
                let twice = settle(tx, id, Settlement::Ignore, false, &robin(), at(8));
                assert_eq!(twice, Err(StoreError::Stale));
                assert_eq!(count_open(tx)?, 1);

                let device_id = conflict(1).device_id;
                let settlement = Settlement::Adopt(AssetId::new(4));
                let answers = settlements::of_source(tx, source)?;
                let always = Answer::always(settlement);
                assert_eq!(answers, BTreeMap::from([(device_id, always)]));
                let [standing] = &settlements::list(tx)?[..] else { panic!("one answer") };
                let given = Given::Device(settlement);
                assert_eq!((standing.conflict, &standing.answer), (id, &given));
                assert_eq!((standing.at, standing.by.name.as_str()), (at(7), "Robin"));
                settlements::take_back(tx, id)?;
                assert_eq!(settlements::of_source(tx, source)?, BTreeMap::new());
                assert_eq!(settlements::take_back(tx, id), Err(StoreError::NotFound));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn an_answer_that_is_not_for_good_knows_what_the_device_went_by() {
    ready(|store, acme, raising| {
        store
            .write_blocking(acme, move |tx| {
                keep(tx, &MINT, raising, &conflicts(1))?;
                let id = open(tx, None, 9)?[0].id;
                settle(tx, id, Settlement::Ignore, false, &robin(), at(7))?;
                let answers = settlements::of_source(tx, raising.source)?;
                let holds_for = Some(conflict(1).claims);
                let settlement = Settlement::Ignore;
                let answer = Answer { settlement, holds_for };
                assert_eq!(answers, BTreeMap::from([(conflict(1).device_id, answer)]));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn ours_is_kept_for_one_value_of_one_field_until_that_is_taken_back() {
    ready(|store, acme, raising| {
        store
            .write_blocking(acme, move |tx| {
                keep(tx, &MINT, raising, &conflicts(1))?;
                let id = open(tx, None, 9)?[0].id;
                let theirs = Value::from("15.1");
                keep_ours(tx, id, "os", &theirs, &robin(), at(7))?;
                assert_eq!(count_open(tx)?, 0);
                let twice = keep_ours(tx, id, "os", &theirs, &robin(), at(8));
                assert_eq!(twice, Err(StoreError::Stale));
                let place = (conflict(1).device_id, "os".to_owned());
                let kept = settlements::kept_values(tx, raising.source)?;
                assert_eq!(kept, BTreeMap::from([(place, theirs.clone())]));
                let [standing] = &settlements::list(tx)?[..] else { panic!("one answer") };
                let given = Given::Value { field: "os".into(), theirs };
                assert_eq!((standing.conflict, &standing.answer), (id, &given));
                settlements::take_back(tx, id)?;
                assert_eq!(settlements::kept_values(tx, raising.source)?, BTreeMap::new());
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_later_answer_takes_the_place_of_an_earlier_one() {
    ready(|store, acme, raising| {
        let source = raising.source;
        let answers = store.write_blocking(acme, move |tx| {
            for settlement in [Settlement::Ignore, Settlement::Create] {
                keep(tx, &MINT, raising, &conflicts(1))?;
                let id = open(tx, None, 9)?[0].id;
                settle(tx, id, settlement, false, &robin(), at(7))?;
            }
            settlements::of_source(tx, source)
        });
        let answer = Answer { settlement: Settlement::Create, holds_for: Some(conflict(1).claims) };
        let expected = BTreeMap::from([(conflict(1).device_id, answer)]);
        assert_eq!(answers, Ok::<_, StoreError>(expected));
    });
}

#[test]
fn a_conflict_shows_the_device_as_the_last_run_saw_it() {
    ready(|store, acme, raising| {
        store
            .write_blocking(acme, move |tx| {
                keep(tx, &MINT, raising, &conflicts(1))?;
                let seen = DeviceOutcome {
                    device_id: conflict(1).device_id,
                    serial: Some("SYN0001".into()),
                    name: None,
                    asset: None,
                    verdict: Verdict::Matched,
                    reasons: vec![],
                };
                outcomes::keep(tx, raising.source, raising.run, &[seen])?;
                let row = &open(tx, None, 9)?[0];
                assert_eq!((row.serial.as_deref(), row.name.as_deref()), (Some("SYN0001"), None));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn another_tenants_conflict_is_not_here() {
    ready(|store, acme, raising| {
        let globex = tenant(&store, "globex");
        let id = store
            .write_blocking(acme, move |tx| {
                keep(tx, &MINT, raising, &conflicts(1))?;
                let id = open(tx, None, 9)?[0].id;
                settle(tx, id, Settlement::Ignore, false, &robin(), at(7))?;
                Ok::<_, StoreError>(id)
            })
            .unwrap();
        store
            .write_blocking(globex, move |tx| {
                assert_eq!(open(tx, None, 9)?, []);
                assert_eq!(count_open(tx)?, 0);
                assert_eq!(find(tx, id)?, None);
                let theirs = settle(tx, id, Settlement::Create, false, &robin(), at(8));
                assert_eq!(theirs, Err(StoreError::NotFound));
                assert_eq!(settlements::of_source(tx, raising.source)?, BTreeMap::new());
                assert_eq!(keep(tx, &MINT, raising, &[])?, kept(0, 0));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}
