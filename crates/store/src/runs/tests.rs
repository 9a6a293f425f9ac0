//! The promises of runs and their leases, each held on both databases.

use std::{
    sync::{Arc, Barrier},
    thread,
};

use domain::id::TenantId;

use super::*;
use crate::{
    Store,
    stage::{at, new_run, run, source, tenant},
    testing::{Fresh, on_both},
};

fn ready(body: impl Fn(Store, TenantId, SourceId)) {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let source = source(&store, acme, "Kandji");
        body(store, acme, source);
    });
}

fn found(store: &Store, tenant: TenantId, id: RunId) -> Run {
    let found: Result<_, StoreError> = store.read_blocking(tenant, move |tx| find(tx, id));
    found.unwrap().unwrap()
}

fn ended(state: RunState) -> Finish {
    Finish {
        state,
        planned: Some(Counts { created: 3, ..Counts::default() }),
        requests: 4,
        left_this_hour: Some(9_996),
        devices: 900,
        conflicts: 1,
        skipped: 2,
        notes: 5,
        coverage: Some("page 3 never came".into()),
        error: None,
    }
}

/// A run of the source that has ended so.
fn past(tx: &mut Tx<'_>, source: SourceId, state: RunState) -> RunId {
    let id = open(tx, &new_run(source), at(0), "here", at(60)).unwrap();
    assert_eq!(finish(tx, id, "here", &ended(state), at(9)), Ok(true));
    id
}

#[test]
fn a_run_opens_starts_tells_how_far_it_is_and_ends() {
    ready(|store, acme, source| {
        let asked = NewRun {
            mode: RunMode::Preview,
            trigger: Trigger::Person,
            requested_by: Some("Robin".into()),
            ..new_run(source)
        };
        let id = asked.id;
        store
            .write_blocking(acme, move |tx| {
                assert_eq!(open(tx, &asked, at(0), "here", at(60)), Ok(id));
                let queued = find(tx, id)?.unwrap();
                assert!(queued.state.is_open());
                assert_eq!((queued.mode, queued.trigger), (RunMode::Preview, Trigger::Person));
                assert_eq!(queued.requested_by.as_deref(), Some("Robin"));
                assert!(start(tx, id, "here", at(1))?);
                assert!(!start(tx, id, "here", at(2))?);
                assert!(heartbeat(tx, id, "here", at(90))?);
                assert!(progress(tx, id, "here", Progress { pages: 3, devices: 900 }, at(9))?);
                let running = find(tx, id)?.unwrap();
                assert_eq!((running.state, running.started_at), (RunState::Running, Some(at(1))));
                assert_eq!(running.lease_until, Some(at(90)));
                assert!(finish(tx, id, "here", &ended(RunState::Previewed), at(9))?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let run = found(&store, acme, id);
        assert_eq!((run.state, run.finished_at), (RunState::Previewed, Some(at(9))));
        assert_eq!(run.progress, Progress { pages: 3, devices: 900 });
        assert_eq!((run.counts.created, run.requests, run.devices), (3, 4, 900));
        assert_eq!(run.left_this_hour, Some(9_996));
        assert_eq!((run.conflicts, run.skipped, run.notes), (1, 2, 5));
        assert_eq!(run.coverage.as_deref(), Some("page 3 never came"));
        assert_eq!((run.lease_owner, run.lease_until), (None, None));
    });
}

#[test]
fn an_open_run_is_named_to_whoever_wants_another() {
    ready(|store, acme, source| {
        let first = run(&store, acme, source);
        store
            .write_blocking(acme, move |tx| {
                let second = open(tx, &new_run(source), at(60), "there", at(120));
                assert_eq!(second, Err(OpenError::AlreadyOpen(first)));
                finish(tx, first, "here", &ended(RunState::Applied), at(61))?;
                assert!(open(tx, &new_run(source), at(62), "there", at(120)).is_ok());
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn two_processes_cannot_both_open_a_run() {
    for fresh in Fresh::both() {
        let stores = [0, 1].map(|_| Store::open(&fresh.url).unwrap());
        let acme = tenant(&stores[0], "acme");
        let source = source(&stores[0], acme, "Kandji");
        for round in 0..20 {
            let barrier = Arc::new(Barrier::new(2));
            let opened = stores.clone().map(|store| {
                let barrier = Arc::clone(&barrier);
                thread::spawn(move || {
                    barrier.wait();
                    store.write_blocking(acme, move |tx| {
                        open(tx, &new_run(source), at(round), "it", at(round + 60))
                    })
                })
            });
            let mut opened = opened.map(|thread| thread.join().unwrap());
            opened.sort_by_key(Result::is_err);
            let [Ok(winner), Err(OpenError::AlreadyOpen(named))] = opened else {
                panic!("on {:?}: {opened:?}", fresh.url);
            };
            assert_eq!(winner, named);
            let done = stores[0].write_blocking(acme, move |tx| {
                finish(tx, winner, "it", &ended(RunState::Applied), at(round))
            });
            assert_eq!(done, Ok::<_, StoreError>(true));
        }
    }
}

#[test]
fn a_run_whose_process_stopped_makes_way_for_the_next() {
    ready(|store, acme, source| {
        let first = run(&store, acme, source);
        store
            .write_blocking(acme, move |tx| {
                let second = open(tx, &new_run(source), at(61), "there", at(120)).unwrap();
                assert!(!heartbeat(tx, first, "here", at(120))?);
                assert!(!progress(tx, first, "here", Progress::default(), at(9))?);
                assert!(!finish(tx, first, "here", &ended(RunState::Applied), at(62))?);
                assert!(!heartbeat(tx, second, "here", at(120))?, "it is held by another");
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let run = found(&store, acme, first);
        assert_eq!((run.state, run.finished_at), (RunState::Failed, Some(at(61))));
        let words = "the process that ran it stopped; the next run starts again";
        assert_eq!(run.error.as_deref(), Some(words));
    });
}

#[test]
fn abandoned_runs_of_all_tenants_are_failed_at_once() {
    ready(|store, acme, first| {
        let globex = tenant(&store, "globex");
        let second = source(&store, globex, "Kandji");
        let runs = [(acme, run(&store, acme, first)), (globex, run(&store, globex, second))];
        let failed = |now| store.system_blocking(move |tx| fail_abandoned(tx, at(now)));
        assert_eq!(failed(60), Ok::<_, StoreError>(Vec::new()));
        let mut ended = failed(61).unwrap();
        ended.sort();
        let mut sources = vec![(acme, first), (globex, second)];
        sources.sort();
        assert_eq!(ended, sources);
        for (tenant, run) in runs {
            assert_eq!(found(&store, tenant, run).state, RunState::Failed);
        }
    });
}

#[test]
fn a_run_tells_what_it_did_so_far_whatever_becomes_of_its_process() {
    ready(|store, acme, source| {
        let run = run(&store, acme, source);
        let chunk = Counts { created: 2, checked_out: 1, ..Counts::default() };
        for _ in 0..2 {
            store.write_blocking(acme, move |tx| did(tx, run, chunk)).unwrap();
        }
        store.system_blocking(|tx| fail_abandoned(tx, at(61))).unwrap();
        let told = found(&store, acme, run);
        let twice = Counts { created: 4, checked_out: 2, ..Counts::default() };
        assert_eq!((told.state, told.counts), (RunState::Failed, twice));
    });
}

#[test]
fn an_approved_run_counts_what_is_done_and_no_more_what_was_planned() {
    ready(|store, acme, source| {
        let run = run(&store, acme, source);
        let planned = Counts { created: 7, ..Counts::default() };
        store
            .write_blocking(acme, move |tx| {
                let held = Finish { planned: Some(planned), ..ended(RunState::NeedsReview) };
                assert!(finish(tx, run, "here", &held, at(2))?);
                assert!(reopen(tx, run, at(3), "here", at(60)).unwrap());
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(found(&store, acme, run).counts, Counts::default());
    });
}

#[test]
fn runs_are_listed_newest_first_page_by_page() {
    ready(|store, acme, source| {
        let other = crate::stage::source(&store, acme, "Iru");
        store
            .write_blocking(acme, move |tx| {
                let a = past(tx, source, RunState::Applied);
                let b = past(tx, source, RunState::Failed);
                let c = past(tx, other, RunState::Applied);
                let mut ids = |source, before, limit| -> Result<Vec<RunId>, StoreError> {
                    Ok(list(tx, source, before, limit)?.iter().map(|run| run.id).collect())
                };
                assert_eq!(ids(Some(source), None, 10)?, [b, a]);
                assert_eq!(ids(None, None, 2)?, [c, b]);
                assert_eq!(ids(None, Some(b), 2)?, [a]);
                assert_eq!(latest(tx, source)?.map(|run| run.id), Some(b));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_newer_run_supersedes_what_waits_for_review() {
    ready(|store, acme, source| {
        let other = crate::stage::source(&store, acme, "Iru");
        store
            .write_blocking(acme, move |tx| {
                let old = past(tx, source, RunState::NeedsReview);
                let kept = past(tx, other, RunState::NeedsReview);
                let new = past(tx, source, RunState::NeedsReview);
                assert_eq!(awaiting_review(tx)?.len(), 3);
                assert_eq!(supersede(tx, source, new, at(50))?, 1);
                assert_eq!(find(tx, old)?.map(|run| run.state), Some(RunState::Superseded));
                let waiting: Vec<_> = awaiting_review(tx)?.iter().map(|run| run.id).collect();
                assert_eq!(waiting, [new, kept]);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_state_moves_only_from_where_it_is_thought_to_be() {
    ready(|store, acme, source| {
        store
            .write_blocking(acme, move |tx| {
                let run = past(tx, source, RunState::NeedsReview);
                assert!(!set_state(tx, run, RunState::Applied, RunState::Undone, at(50))?);
                assert!(set_state(tx, run, RunState::NeedsReview, RunState::Rejected, at(50))?);
                assert!(!set_state(tx, run, RunState::NeedsReview, RunState::Applied, at(50))?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn an_approved_run_opens_again_unless_another_is_open() {
    ready(|store, acme, source| {
        store
            .write_blocking(acme, move |tx| {
                let held = past(tx, source, RunState::NeedsReview);
                let newer = open(tx, &new_run(source), at(10), "there", at(70)).unwrap();
                let refused = reopen(tx, held, at(70), "here", at(130));
                assert_eq!(refused, Err(OpenError::AlreadyOpen(newer)));
                assert_eq!(reopen(tx, held, at(71), "here", at(131)), Ok(true));
                assert_eq!(reopen(tx, held, at(71), "here", at(131)), Ok(false));
                assert_eq!(find(tx, newer)?.map(|run| run.state), Some(RunState::Failed));
                assert!(finish(tx, held, "here", &ended(RunState::Applied), at(80))?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn another_tenants_run_is_not_here() {
    ready(|store, acme, source| {
        let run = run(&store, acme, source);
        let globex = tenant(&store, "globex");
        store
            .write_blocking(globex, move |tx| {
                assert_eq!(find(tx, run)?, None);
                assert_eq!(list(tx, None, None, 10)?, []);
                assert_eq!(latest(tx, source)?, None);
                assert!(!heartbeat(tx, run, "here", at(99))?);
                assert!(!start(tx, run, "here", at(1))?);
                assert!(!finish(tx, run, "here", &ended(RunState::Applied), at(1))?);
                assert!(!set_state(tx, run, RunState::Queued, RunState::Failed, at(50))?);
                assert_eq!(reopen(tx, run, at(1), "here", at(2)), Ok(false));
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let foreign =
            store.write_blocking(globex, move |tx| open(tx, &new_run(source), at(0), "x", at(60)));
        assert_eq!(foreign, Err(OpenError::Store(StoreError::Referenced)));
    });
}
