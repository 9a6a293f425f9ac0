//! Restoring: what it keeps, and what it refuses.

use super::*;
use crate::{Store, testing::Fresh};

/// A database with one tenant of this name, closed again.
fn filled(fresh: &Fresh, name: &'static str) -> PathBuf {
    let DatabaseUrl::Sqlite(path) = &fresh.url else { unreachable!() };
    let store = Store::open(&fresh.url).unwrap();
    name_it(&store, name);
    path.clone()
}

fn name_it(store: &Store, name: &'static str) {
    let made = store.system_blocking(move |tx| {
        use crate::seam::Query;
        tx.exec(sql! { "DELETE FROM tenants" })?;
        tx.exec(sql! {
            "INSERT INTO tenants (id, name, slug, company, created_at, updated_at) \
             VALUES (1, ", name, ", 'x', '{}', 0, 0)"
        })
    });
    let _: u64 = made.unwrap();
}

fn name_in(path: &Path) -> String {
    let store = Store::open(&DatabaseUrl::Sqlite(path.to_owned())).unwrap();
    let read = store.system_blocking(|tx| {
        use crate::seam::Query;
        tx.one(sql! { "SELECT name FROM tenants" }, |row| row.next::<String>())
    });
    let name: Result<_, StoreError> = read;
    name.unwrap()
}

#[test]
fn a_backup_takes_the_place_of_the_database_which_is_kept_whole() {
    let fresh = Fresh::sqlite();
    let database = filled(&fresh, "Then");
    let backup = with(&database, ".backup");
    let store = Store::open(&fresh.url).unwrap();
    store.copy_to(&backup).unwrap();
    name_it(&store, "Now");
    assert_eq!(restore(&fresh.url, &backup, "1"), Err(NoRestore::InUse));
    drop(store);
    assert_eq!(name_in(&database), "Now", "a refusal changes nothing");

    let kept = with(&database, ".before-1");
    let done = Restored { kept: Some(kept.clone()), damaged: false, pending: 0 };
    assert_eq!(restore(&fresh.url, &backup, "1"), Ok(done));
    assert_eq!((name_in(&database), name_in(&kept)), ("Then".into(), "Now".into()));
    assert_eq!(name_in(&backup), "Then", "the backup stays");

    let again = restore(&fresh.url, &kept, "1").unwrap();
    assert_eq!(again.kept, Some(with(&database, ".before-1-2")), "no name is taken twice");
    assert_eq!(name_in(&database), "Now");
    assert!(!with(&database, ".restoring").exists());
}

#[test]
fn a_backup_goes_where_nothing_is_and_over_what_is_damaged() {
    let (fresh, elsewhere) = (Fresh::sqlite(), Fresh::sqlite());
    let backup = filled(&elsewhere, "Then");
    let DatabaseUrl::Sqlite(database) = &fresh.url else { unreachable!() };
    let done = Restored { kept: None, damaged: false, pending: 0 };
    assert_eq!(restore(&fresh.url, &backup, "1"), Ok(done));
    assert_eq!(fs::metadata(database).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(name_in(database), "Then");

    fs::write(database, "spilt coffee".repeat(1_000)).unwrap();
    fs::write(with(database, "-wal"), "and tea").unwrap();
    let done = restore(&fresh.url, &backup, "1").unwrap();
    let kept = with(database, ".before-1");
    assert_eq!((done.kept.as_ref(), done.damaged), (Some(&kept), true));
    assert!(fs::read_to_string(&kept).unwrap().starts_with("spilt coffee"));
    assert_eq!(fs::read_to_string(with(&kept, "-wal")).unwrap(), "and tea");
    assert_eq!(name_in(database), "Then");
}

#[test]
fn what_is_no_backup_is_refused_and_nothing_moves() {
    let (fresh, elsewhere) = (Fresh::sqlite(), Fresh::sqlite());
    let database = filled(&fresh, "Now");
    let refused = |backup: &Path| restore(&fresh.url, backup, "1").unwrap_err();
    let other = with(&database, ".other");
    assert!(matches!(refused(&other), NoRestore::File(..)));
    assert_eq!(refused(&database), NoRestore::Itself(shown(&database)));
    for odd in ["", "a letter", &"a long letter".repeat(1_000)] {
        fs::write(&other, odd).unwrap();
        assert_eq!(refused(&other), NoRestore::NotOurs(shown(&other)), "{odd}");
    }
    fs::remove_file(&other).unwrap();
    let foreign = Sqlite::open(&other, Access::Write).unwrap();
    foreign.batch("CREATE TABLE letters (id BIGINT)").unwrap();
    drop(foreign);
    assert_eq!(refused(&other), NoRestore::NotOurs(shown(&other)));

    let newer = filled(&elsewhere, "Later");
    let ahead = Sqlite::open(&newer, Access::Write).unwrap();
    ahead.batch("INSERT INTO migrations (number, name, checksum) VALUES (900, 'x', 'x')").unwrap();
    drop(ahead);
    let known = MIGRATIONS.last().unwrap().number;
    assert_eq!(refused(&newer), NoRestore::Store(StoreError::Newer { found: 900, known }));

    let (whole, torn) = (with(&database, ".whole"), with(&database, ".torn"));
    Store::open(&fresh.url).unwrap().copy_to(&whole).unwrap();
    let bytes = fs::read(&whole).unwrap();
    fs::write(&torn, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(refused(&torn), NoRestore::Damaged(..)));

    let postgres = DatabaseUrl::Postgres("postgres://db/x".into());
    assert_eq!(restore(&postgres, &newer, "1"), Err(NoRestore::Postgres));
    assert_eq!(name_in(&database), "Now");
}
