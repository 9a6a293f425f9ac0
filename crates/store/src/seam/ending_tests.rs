//! What the last handle leaves behind.

use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
};

use domain::id::TenantId;

use super::*;
use crate::testing::{Fresh, on_both};

const ACME: TenantId = TenantId::new(11);

fn make_shelf(store: &Store) {
    let made: Result<u64, StoreError> = store.system_blocking(|tx| {
        tx.exec(sql! { "CREATE TABLE shelf (tenant_id BIGINT NOT NULL, name TEXT NOT NULL)" })
    });
    made.unwrap();
}

fn put(tx: &mut Tx<'_>, name: &str) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! { "INSERT INTO shelf (tenant_id, name) VALUES (", tenant, ", ", name, ")" })
}

fn names(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let tenant = tx.tenant();
    tx.all(sql! { "SELECT name FROM shelf WHERE tenant_id = ", tenant }, |row| row.next())
}

#[test]
fn the_last_handle_waits_for_what_was_begun() {
    on_both(|store| {
        make_shelf(&store);
        let url = store.url().clone();
        let (started, has_started) = mpsc::channel();
        let inner = store.clone();
        let writer = thread::spawn(move || {
            inner.write_blocking(ACME, move |tx| {
                started.send(()).unwrap();
                put(tx, "kept")
            })
        });
        has_started.recv().unwrap();
        drop(store);
        writer.join().unwrap().unwrap();
        assert_eq!(Store::open(&url).unwrap().read_blocking(ACME, names).unwrap(), ["kept"]);
    });
}

/// Copying the file of a server that has stopped is copying all there is.
#[test]
fn the_last_handle_leaves_the_whole_database_in_its_file() {
    for _ in 0..50 {
        let fresh = Fresh::sqlite();
        let DatabaseUrl::Sqlite(file) = &fresh.url else { unreachable!() };
        let store = Store::open(&fresh.url).unwrap();
        make_shelf(&store);
        let together = Arc::new(Barrier::new(4));
        let readers: Vec<_> = std::iter::repeat_with(|| (store.clone(), Arc::clone(&together)))
            .take(4)
            .map(|(store, together)| {
                let at_once = move |tx: &mut Tx<'_>| {
                    together.wait();
                    names(tx)
                };
                thread::spawn(move || store.read_blocking(ACME, at_once))
            })
            .collect();
        for reader in readers {
            reader.join().unwrap().unwrap();
        }
        drop(store);
        assert!(!file.with_extension("db-wal").exists());
    }
}
