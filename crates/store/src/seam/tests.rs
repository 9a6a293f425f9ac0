//! The promises of the seam, each held on both databases.

use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use domain::{Timestamp, id::TenantId};

use super::*;
use crate::testing::{on_both, on_both_with};

const ACME: TenantId = TenantId::new(11);

/// A store with one small table of its own.
fn with_shelves(body: impl Fn(Store)) {
    on_both(|store| {
        make_shelves(&store);
        body(store);
    });
}

fn make_shelves(store: &Store) {
    let make: Result<u64, StoreError> = store.system_blocking(|tx| {
        tx.exec(sql! {
            "CREATE TABLE shelves (
                tenant_id BIGINT NOT NULL,
                id BIGINT NOT NULL,
                name ordered_text NOT NULL,
                depth BIGINT CONSTRAINT shelves_depth_check CHECK (depth > 0),
                parent_id BIGINT,
                PRIMARY KEY (tenant_id, id),
                FOREIGN KEY (tenant_id, parent_id) REFERENCES shelves (tenant_id, id)
            )"
        })?;
        tx.exec(sql! { "CREATE UNIQUE INDEX shelves_name ON shelves (tenant_id, name)" })
    });
    make.unwrap();
}

fn put(tx: &mut Tx<'_>, id: i64, name: &str) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO shelves (tenant_id, id, name) VALUES (",
        tenant,
        ", ",
        id,
        ", ",
        name,
        ")"
    })
}

fn names(store: &Store) -> Vec<String> {
    store.read_blocking(ACME, read_names).unwrap()
}

fn read_names(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! { "SELECT name FROM shelves WHERE tenant_id = ", tenant, " ORDER BY name" },
        |row| row.next(),
    )
}

#[test]
fn every_kind_of_value_reads_back_as_it_was_written() {
    on_both(|store| {
        let (half, yes, name) = (0.5, true, "Žluť");
        let at: Timestamp = "2026-11-22T04:57:29.123456Z".parse().unwrap();
        let read = store.system_blocking(move |tx| {
            tx.exec(sql! {
                "CREATE TABLE kinds (
                    a BIGINT, b DOUBLE PRECISION, c BOOLEAN, d TEXT,
                    e BYTEA, f BIGINT, g TEXT, h TEXT
                 )"
            })?;
            tx.exec(sql! {
                "INSERT INTO kinds (a, b, c, d, e, f, g, h)
                 VALUES (", i64::MIN, ", ", half, ", ", yes, ", ", name, ", ",
                        vec![0_u8, 255], ", ", at, ", ", Json(vec![1, 2]), ", ", None::<String>, ")"
            })?;
            tx.one(sql! { "SELECT a, b, c, d, e, f, g, h FROM kinds WHERE c = ", yes }, |row| {
                assert_eq!(row.next::<i64>()?, i64::MIN);
                assert_eq!(row.next::<Option<f64>>()?, Some(0.5));
                assert!(row.next::<bool>()?);
                assert_eq!(row.next::<String>()?, "Žluť");
                assert_eq!(row.next::<Vec<u8>>()?, [0, 255]);
                assert_eq!(row.next::<Timestamp>()?, at);
                assert_eq!(row.next::<Json<Vec<i64>>>()?, Json(vec![1, 2]));
                row.next::<Option<String>>()
            })
        });
        assert_eq!(read, Ok::<_, StoreError>(None));
    });
}

#[test]
fn a_column_that_holds_something_else_is_named() {
    with_shelves(|store| {
        let read = store.write_blocking(ACME, |tx| {
            put(tx, 1, "A")?;
            tx.one(sql! { "SELECT name FROM shelves WHERE tenant_id = ", ACME }, |row| {
                row.next::<i64>()
            })
        });
        let Err(StoreError::Corrupt(words)) = read else { panic!("{read:?}") };
        assert!(words.contains("\"name\" holds text where i64"));
    });
}

#[test]
fn ok_commits_and_err_rolls_back() {
    with_shelves(|store| {
        store.write_blocking(ACME, |tx| put(tx, 1, "kept")).unwrap();
        let refused: Result<(), StoreError> = store.write_blocking(ACME, |tx| {
            put(tx, 2, "dropped")?;
            Err(StoreError::Stale)
        });
        assert_eq!(refused, Err(StoreError::Stale));
        assert_eq!(names(&store), ["kept"]);
    });
}

#[test]
fn a_panic_rolls_back_is_reported_and_the_thread_lives() {
    with_shelves(|store| {
        for _ in 0..40 {
            let bug: Result<(), StoreError> = store.write_blocking(ACME, |tx| {
                put(tx, 1, "dropped")?;
                tx.attempt(|tx| {
                    put(tx, 2, "dropped too")?;
                    panic!("no shelf {}", 7)
                })
            });
            assert_eq!(bug, Err(StoreError::Panicked("no shelf 7".into())));
        }
        store.write_blocking(ACME, |tx| put(tx, 1, "kept")).unwrap();
        assert_eq!(names(&store), ["kept"]);
    });
}

#[test]
fn a_part_that_failed_is_undone_alone() {
    with_shelves(|store| {
        let done = store.write_blocking(ACME, |tx| {
            put(tx, 1, "A")?;
            let again = tx.attempt(|tx| {
                put(tx, 2, "B")?;
                put(tx, 3, "A")
            });
            assert!(again.is_err_and(|error| error.is_conflict("shelves_name")));
            put(tx, 4, "C")
        });
        assert_eq!(done, Ok::<_, StoreError>(1));
        assert_eq!(names(&store), ["A", "C"]);
    });
}

#[test]
fn a_failure_passed_over_is_not_committed() {
    with_shelves(|store| {
        let done: Result<(), StoreError> = store.write_blocking(ACME, |tx| {
            put(tx, 1, "A")?;
            assert!(put(tx, 1, "B").is_err());
            Ok(())
        });
        assert!(matches!(done, Err(StoreError::Other(_))));
        assert!(names(&store).is_empty());
    });
}

#[test]
fn constraints_have_the_same_names_on_both() {
    fn refused(store: &Store, sql: Sql) -> StoreError {
        store.system_blocking(move |tx| tx.exec(sql)).unwrap_err()
    }
    with_shelves(|store| {
        store.write_blocking(ACME, |tx| put(tx, 1, "A")).unwrap();
        let insert = |values| {
            let mut sql =
                sql! { "INSERT INTO shelves (tenant_id, id, name, depth, parent_id) VALUES " };
            sql.text(values);
            refused(&store, sql)
        };
        assert_eq!(insert("(11, 1, 'B', NULL, NULL)"), StoreError::Conflict("shelves_pkey".into()));
        assert_eq!(insert("(11, 2, 'A', NULL, NULL)"), StoreError::Conflict("shelves_name".into()));
        assert_eq!(
            insert("(11, 2, 'B', 0, NULL)"),
            StoreError::Conflict("shelves_depth_check".into())
        );
        assert_eq!(insert("(11, 2, NULL, 1, NULL)"), StoreError::Conflict("name".into()));
        assert_eq!(insert("(11, 2, 'B', 1, 99)"), StoreError::Referenced);
        assert_eq!(insert("(12, 2, 'B', 1, 1)"), StoreError::Referenced);
    });
}

#[test]
fn a_read_changes_nothing() {
    with_shelves(|store| {
        let refused = store.read_blocking(ACME, |tx| put(tx, 1, "A"));
        assert_eq!(refused, Err(StoreError::ReadOnly));
    });
}

#[test]
#[should_panic(
    expected = "a bug stopped this; nothing was changed: this statement forgets its tenant: SELECT"
)]
fn a_statement_that_forgets_its_tenant_is_a_bug() {
    with_shelves(|store| {
        let found = store.read_blocking(ACME, |tx| {
            tx.find(sql! { "SELECT id FROM shelves" }, |row| row.next::<i64>())
        });
        found.unwrap_or_else(|error: StoreError| panic!("{error}"));
    });
}

#[test]
fn text_is_ordered_by_code_point() {
    with_shelves(|store| {
        store
            .write_blocking(ACME, |tx| {
                ["b", "B", "a", "Ž", "z", "-"]
                    .iter()
                    .zip(1..)
                    .try_for_each(|(name, id)| put(tx, id, name).map(drop))
            })
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        assert_eq!(names(&store), ["-", "B", "a", "b", "z", "Ž"]);
    });
}

#[test]
fn many_rows_go_in_few_statements() {
    with_shelves(|store| {
        let touched = store.write_blocking(ACME, |tx| {
            let rows = (0..1_111_i64).map(|id| [ACME.into(), id.into(), format!("{id:05}").into()]);
            tx.exec_many(
                "INSERT INTO shelves (tenant_id, id, name) VALUES ",
                rows.collect(),
                " ON CONFLICT (tenant_id, id) DO NOTHING",
            )
        });
        assert_eq!(touched, Ok::<_, StoreError>(1_111));
        assert_eq!(names(&store).len(), 1_111);
    });
}

#[test]
fn eight_writers_do_not_disturb_each_other() {
    with_shelves(|store| {
        let write = |writer: i64| {
            let store = store.clone();
            move || {
                for n in 0..25 {
                    let id = writer * 1_000 + n;
                    store.write_blocking(ACME, move |tx| put(tx, id, &id.to_string())).unwrap();
                    // One in five fails, and takes no other down with it.
                    if n % 5 == 0 {
                        let taken = store.write_blocking(ACME, move |tx| put(tx, id, "again"));
                        assert_eq!(taken, Err(StoreError::Conflict("shelves_pkey".into())));
                    }
                }
            }
        };
        let writers: Vec<_> = (0..8).map(|writer| thread::spawn(write(writer))).collect();
        for writer in writers {
            writer.join().unwrap();
        }
        assert_eq!(names(&store).len(), 200);
    });
}

#[test]
fn readers_see_whole_transactions_while_a_writer_writes() {
    with_shelves(|store| {
        let barrier = Arc::new(Barrier::new(9));
        let read = || {
            let (store, barrier) = (store.clone(), Arc::clone(&barrier));
            move || {
                barrier.wait();
                loop {
                    let seen = names(&store).len();
                    assert_eq!(seen % 10, 0, "half a transaction was seen");
                    if seen == 300 {
                        return;
                    }
                }
            }
        };
        let readers: Vec<_> = (0..8).map(|_| thread::spawn(read())).collect();
        barrier.wait();
        for round in 0..30 {
            let ten = move |tx: &mut Tx<'_>| {
                (0..10).try_for_each(|n| put(tx, round * 10 + n, &format!("{round} {n}")).map(drop))
            };
            store.write_blocking(ACME, ten).unwrap();
        }
        for reader in readers {
            reader.join().unwrap();
        }
    });
}

#[test]
fn one_read_sees_one_moment() {
    with_shelves(|store| {
        let (go, gone) = mpsc::channel();
        let (back, returned) = mpsc::channel::<()>();
        let reader = thread::spawn({
            let store = store.clone();
            move || {
                store.read_blocking(ACME, move |tx| {
                    let before: Vec<String> = read_names(tx)?;
                    go.send(()).unwrap();
                    returned.recv().unwrap();
                    Ok::<_, StoreError>(before == read_names(tx)?)
                })
            }
        });
        gone.recv().unwrap();
        store.write_blocking(ACME, |tx| put(tx, 1, "new")).unwrap();
        back.send(()).unwrap();
        assert_eq!(reader.join().unwrap(), Ok(true));
    });
}

#[test]
fn a_job_that_finds_no_thread_in_time_is_told_so_and_never_runs() {
    let settings =
        Settings { threads: 1, patience: Duration::from_millis(50), ..Settings::default() };
    on_both_with(settings, |store| {
        make_shelves(&store);
        let (hold, held) = mpsc::channel::<()>();
        let (started, has_started) = mpsc::channel();
        let long = thread::spawn({
            let store = store.clone();
            move || {
                store.write_blocking(ACME, move |tx| {
                    started.send(()).unwrap();
                    held.recv().unwrap();
                    put(tx, 1, "first")
                })
            }
        });
        has_started.recv().unwrap();
        assert_eq!(store.write_blocking(ACME, |tx| put(tx, 2, "second")), Err(StoreError::Busy));
        hold.send(()).unwrap();
        assert_eq!(long.join().unwrap(), Ok(1));
        assert_eq!(names(&store), ["first"]);
    });
}

#[test]
fn a_future_dropped_before_it_began_leaves_nothing() {
    let settings = Settings { threads: 1, ..Settings::default() };
    on_both_with(settings, |store| {
        make_shelves(&store);
        let (hold, held) = mpsc::channel::<()>();
        let (started, has_started) = mpsc::channel();
        let long = thread::spawn({
            let store = store.clone();
            move || {
                store.write_blocking(ACME, move |tx| {
                    started.send(()).unwrap();
                    held.recv().unwrap();
                    put(tx, 1, "first")
                })
            }
        });
        has_started.recv().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let second = store.write(ACME, |tx| put(tx, 2, "second"));
            assert!(tokio::time::timeout(Duration::from_millis(10), second).await.is_err());
        });
        hold.send(()).unwrap();
        long.join().unwrap().unwrap();
        assert_eq!(names(&store), ["first"]);
    });
}

#[test]
fn a_connection_cut_by_the_server_is_opened_again() {
    let url = testkit::postgres::database();
    let store = Store::open(&DatabaseUrl::Postgres(url.clone())).unwrap();
    make_shelves(&store);
    testkit::postgres::server().disconnect_all(&url);
    for id in 0..20 {
        store.write_blocking(ACME, move |tx| put(tx, id, &id.to_string())).unwrap();
    }
    assert_eq!(names(&store).len(), 20);
}

#[test]
fn a_copy_is_whole_and_opens_by_itself() {
    let fresh = crate::testing::Fresh::sqlite();
    let store = Store::open(&fresh.url).unwrap();
    make_shelves(&store);
    store.write_blocking(ACME, |tx| put(tx, 1, "A")).unwrap();
    let DatabaseUrl::Sqlite(path) = &fresh.url else { unreachable!() };
    let copy = path.with_extension("copy");
    assert_eq!(store.copy_to(&copy), Ok(true));
    assert_eq!(names(&Store::open(&DatabaseUrl::Sqlite(copy)).unwrap()), ["A"]);
}

#[test]
fn what_cannot_be_opened_says_so() {
    for url in ["/nowhere/at/all.db", "postgres://postgres@/none?host=/nowhere"] {
        let Err(StoreError::Unreachable(_)) = Store::open(&url.parse().unwrap()) else {
            panic!("{url} was opened");
        };
    }
}
