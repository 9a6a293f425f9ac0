//! The promises of jobs, each held on both databases.

use std::sync::Barrier;

use serde_json::json;

use super::*;
use crate::{
    Store,
    stage::{MINT, at, tenant},
    testing::on_both,
};

fn put(store: &Store, tenant: TenantId, key: &'static str, due: i64) -> bool {
    let body = json!({"do": key});
    let put = move |tx: &mut Tx<'_>| enqueue(tx, MINT.id(at(0)), key, &body, at(due));
    store.write_blocking(tenant, put).unwrap()
}

fn take(store: &Store, owner: &'static str, now: i64) -> Option<Job> {
    store
        .system_blocking(move |tx| claim(tx, owner, at(now), at(now + 30), None))
        .unwrap_or_else(|error: StoreError| panic!("{error}"))
}

fn keys(jobs: &[Option<Job>]) -> Vec<Option<&str>> {
    jobs.iter().map(|job| job.as_ref().and_then(|job| job.body["do"].as_str())).collect()
}

#[test]
fn jobs_are_claimed_in_the_order_they_were_due_and_each_by_one_process() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        assert!(put(&store, acme, "second", 2) && put(&store, acme, "first", 1));
        assert!(put(&store, acme, "not yet", 90));
        let taken = [take(&store, "a", 5), take(&store, "b", 5), take(&store, "c", 5)];
        assert_eq!(keys(&taken), [Some("first"), Some("second"), None]);
        assert_eq!(taken[0].as_ref().map(|job| (job.tenant, job.attempts)), Some((acme, 1)));
    });
}

#[test]
fn work_of_a_kind_is_left_to_others_by_whoever_has_enough_of_it() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        assert!(put(&store, acme, "webhook:1", 1) && put(&store, acme, "mail:1", 2));
        let take = |leave: Option<&'static str>| {
            let taken = store.system_blocking(move |tx| {
                let any = any_due(tx, at(5), leave)?;
                let taken = claim(tx, "a", at(5), at(35), leave)?;
                assert_eq!(any, taken.is_some());
                Ok::<_, StoreError>(taken)
            });
            taken.unwrap()
        };
        let taken = [take(Some("webhook:")), take(Some("webhook:")), take(None)];
        assert_eq!(keys(&taken), [Some("mail:1"), None, Some("webhook:1")]);
    });
}

#[test]
fn the_same_work_waits_once_until_it_is_done() {
    on_both(|store| {
        let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
        assert!(put(&store, acme, "mail", 1));
        assert!(!put(&store, acme, "mail", 2));
        assert!(put(&store, globex, "mail", 3), "another tenant's is other work");
        let job = take(&store, "a", 5).unwrap();
        assert!(store.write_blocking(acme, move |tx| finish(tx, job.id, "a")).unwrap());
        assert!(put(&store, acme, "mail", 6));
    });
}

#[test]
fn a_job_whose_process_was_killed_is_taken_up_again_after_its_lease() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        put(&store, acme, "mail", 1);
        let lost = take(&store, "killed", 5).unwrap();
        assert_eq!(take(&store, "next", 35), None, "the lease still holds");
        let any = store.system_blocking(move |tx| any_due(tx, at(35), None));
        assert_eq!(any, Ok::<_, StoreError>(false));
        let again = take(&store, "next", 36).unwrap();
        assert_eq!((again.id, again.attempts), (lost.id, 2));
        let id = lost.id;
        store
            .write_blocking(acme, move |tx| {
                assert!(
                    !finish(tx, id, "killed")?,
                    "it was not dead, only slow: it writes nothing"
                );
                assert!(!super::again(tx, id, "killed", at(40), "late")?);
                assert!(finish(tx, id, "next")?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_job_that_failed_comes_again_when_it_is_due_anew() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        put(&store, acme, "mail", 1);
        let id = take(&store, "a", 5).unwrap().id;
        let later = move |tx: &mut Tx<'_>| again(tx, id, "a", at(65), "no answer");
        assert!(store.write_blocking(acme, later).unwrap());
        assert_eq!(take(&store, "b", 64), None);
        assert_eq!(take(&store, "b", 65).map(|job| job.attempts), Some(2));
    });
}

const KEYS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

#[test]
fn many_processes_claim_at_once_and_no_job_goes_to_two() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        for key in KEYS {
            put(&store, acme, key, 1);
        }
        let barrier = Barrier::new(KEYS.len());
        let mut taken: Vec<Job> = std::thread::scope(|scope| {
            let claims = KEYS.map(|owner| {
                let (store, barrier) = (store.clone(), &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    // Who is beaten to a row looks for the next one, as the loop in the app does.
                    std::iter::from_fn(|| take(&store, owner, 5)).collect::<Vec<_>>()
                })
            });
            claims.into_iter().flat_map(|claim| claim.join().unwrap()).collect()
        });
        taken.sort_by_key(|job| job.id);
        assert_eq!(taken.len(), KEYS.len(), "{taken:?}");
        assert!(taken.is_sorted_by(|a, b| a.id < b.id), "{taken:?}");
        assert!(taken.iter().all(|job| job.attempts == 1), "{taken:?}");
    });
}

#[test]
fn another_tenants_job_is_not_ended() {
    on_both(|store| {
        let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
        put(&store, acme, "mail", 1);
        let id = take(&store, "a", 5).unwrap().id;
        store
            .write_blocking(globex, move |tx| {
                assert!(!finish(tx, id, "a")?);
                assert!(!again(tx, id, "a", at(9), "x")?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}
