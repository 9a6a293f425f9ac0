//! What a connection remembers, and what it knows of those who wait: on both databases.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use domain::id::TenantId;

use super::*;
use crate::testing::{on_both, on_both_with};

const ACME: TenantId = TenantId::new(11);
const GLOBEX: TenantId = TenantId::new(12);

fn one_thread() -> Settings {
    Settings { threads: 1, ..Settings::default() }
}

fn note(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! { "INSERT INTO notes_of_tests (tenant_id) VALUES (", tenant, ")" })
}

fn with_notes(body: impl Fn(&Store)) {
    on_both_with(one_thread(), |store| {
        let made: Result<u64, StoreError> = store.system_blocking(|tx| {
            tx.exec(sql! { "CREATE TABLE notes_of_tests (tenant_id BIGINT NOT NULL)" })
        });
        made.unwrap();
        body(&store);
    });
}

/// Counts the notes, and how often it had to.
fn remembered(tx: &mut Tx<'_>, asked: &AtomicU32) -> Result<i64, StoreError> {
    tx.remembered("notes", String::new(), |tx| {
        asked.fetch_add(1, Ordering::Relaxed);
        let tenant = tx.tenant();
        let count = sql! { "SELECT count(*) FROM notes_of_tests WHERE tenant_id = ", tenant };
        tx.one(count, |row| row.next())
    })
}

#[test]
fn an_answer_is_remembered_until_something_is_committed() {
    with_notes(|store| {
        let asked = Arc::new(AtomicU32::new(0));
        // The moment of PostgreSQL moves with every database of its server, other tests' too.
        let alone = matches!(store.url(), DatabaseUrl::Sqlite(_));
        let read = |tenant, counted: i64, times: u32| {
            let by = Arc::clone(&asked);
            let found = store.read_blocking(tenant, move |tx| remembered(tx, &by));
            assert_eq!(found, Ok(counted));
            let asked = asked.load(Ordering::Relaxed);
            assert!(asked == times || (!alone && asked > times), "{asked} times, not {times}");
        };
        read(ACME, 0, 1);
        read(ACME, 0, 1);
        read(GLOBEX, 0, 2);
        store.write_blocking(ACME, note).unwrap();
        read(ACME, 1, 3);
        read(GLOBEX, 0, 4);
        read(ACME, 1, 4);
        store.write_blocking(ACME, |_| Ok::<_, StoreError>(())).unwrap();
        read(ACME, 1, 4);
        // Another process is another connection.
        let other = Store::open_with(store.url(), one_thread()).unwrap();
        other.write_blocking(ACME, note).unwrap();
        read(ACME, 2, 5);
    });
}

#[test]
fn what_one_connection_found_out_the_others_know() {
    let two = Settings { threads: 2, ..Settings::default() };
    on_both_with(two, |store| {
        let asked = Arc::new(AtomicU32::new(0));
        let ask = |tx: &mut Tx<'_>, asked: &AtomicU32| {
            tx.remembered("echo", String::new(), |_| {
                Ok::<_, StoreError>(asked.fetch_add(1, Ordering::Relaxed))
            })
        };
        let (by, other) = (Arc::clone(&asked), store.clone());
        let found = store.read_blocking(ACME, move |tx| {
            let first = ask(tx, &by)?;
            // This connection is busy, so another one answers.
            Ok::<_, StoreError>((first, other.read_blocking(ACME, move |tx| ask(tx, &by))?))
        });
        let alone = matches!(store.url(), DatabaseUrl::Sqlite(_));
        assert!(found == Ok((0, 0)) || !alone, "{found:?}");
    });
}

#[test]
fn another_question_is_not_answered_with_a_remembered_one() {
    with_notes(|store| {
        let ask = |of: &str| {
            let of = of.to_owned();
            let answer = of.clone();
            let asked = store.read_blocking(ACME, move |tx| {
                tx.remembered("echo", of, move |_| Ok::<_, StoreError>(answer))
            });
            asked.unwrap()
        };
        assert_eq!(
            (ask("one"), ask("two"), ask("one")),
            ("one".into(), "two".into(), "one".into())
        );
    });
}

#[test]
fn a_transaction_that_writes_counts_for_itself_and_leaves_no_memory() {
    with_notes(|store| {
        let asked = Arc::new(AtomicU32::new(0));
        let by = Arc::clone(&asked);
        let undone = store.write_blocking(ACME, move |tx| {
            assert_eq!(remembered(tx, &by)?, 0);
            note(tx)?;
            assert_eq!(remembered(tx, &by)?, 1, "it sees its own rows");
            Err::<(), _>(StoreError::Stale)
        });
        assert_eq!(undone, Err(StoreError::Stale));
        let by = Arc::clone(&asked);
        let found = store.read_blocking(ACME, move |tx| remembered(tx, &by));
        assert_eq!(found, Ok(0), "nobody else does");
    });
}

#[test]
fn a_long_piece_of_work_hears_that_somebody_waits() {
    on_both(|store| {
        let sqlite = matches!(store.url(), DatabaseUrl::Sqlite(_));
        let other = store.clone();
        let heard = store.write_blocking(ACME, move |tx| {
            let before = tx.others_wait();
            let waiting =
                thread::spawn(move || other.write_blocking(ACME, |_| Ok::<_, StoreError>(())));
            while !tx.others_wait() {
                thread::yield_now();
            }
            Ok::<_, StoreError>((before, waiting))
        });
        let (before, waiting) = heard.unwrap();
        assert_eq!(before, !sqlite, "who waits for a row of PostgreSQL is not known");
        waiting.join().unwrap().unwrap();
    });
}
