//! Seeded fortnights: one installation, and all that can happen to it: events in Kandji, edits by
//! people, faults of Kandji, and the death of the process between any two moves of a run. After
//! every step the laws hold; when the faults end, one clean run makes everything agree.
//!
//! `FORTNIGHTS=1000 cargo test -p behaviours --test fortnights` tells more of them than the usual
//! fifty, `FIRST=17` begins with another; a fortnight that breaks a law prints its number.

mod death;
mod diary;
mod kandji;
mod laws;
mod life;
mod people;
mod runs;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use diary::Diary;

#[test]
fn whatever_happens_in_a_fortnight_the_laws_hold_and_one_clean_run_makes_all_agree() {
    let (first, count) = (asked("FIRST").unwrap_or(0), asked("FORTNIGHTS").unwrap_or(50));
    let next = AtomicU64::new(first);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let broken: Vec<u64> = std::thread::scope(|scope| {
        let tell = || {
            let mut broken = Vec::new();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= first + count {
                    return broken;
                }
                if !told(seed) {
                    broken.push(seed);
                }
            }
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(tell)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(broken.is_empty(), "laws broke in the fortnights {broken:?}");
}

/// Whether all went well; else the diary of the fortnight is printed.
fn told(seed: u64) -> bool {
    let diary = Diary::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let lived = catch_unwind(AssertUnwindSafe(|| runtime.block_on(life::live(seed, &diary))));
    if lived.is_err() {
        eprintln!(
            "fortnight {seed} broke a law; FIRST={seed} FORTNIGHTS=1 tells it again:\n{diary}"
        );
    }
    lived.is_ok()
}

#[expect(clippy::disallowed_methods, reason = "which fortnights is asked of the environment")]
fn asked(what: &str) -> Option<u64> {
    std::env::var(what).ok().and_then(|n| n.parse().ok())
}
