//! A backup put in place of a SQLite database: copied beside it and looked through first, then put
//! there in one step. What stood there before stays, under a name of its own.

use std::{
    ffi::OsString,
    fs::{self, File, Permissions},
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use super::{
    Access,
    connection::Connection,
    error::StoreError,
    migrate::{self, MIGRATIONS},
    sql::sql,
    sqlite::{self, Sqlite},
    url::DatabaseUrl,
};

/// What belongs to a database beside its own file.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What was done.
#[derive(Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the database from before stands now, if there was one.
    pub kept: Option<PathBuf>,
    /// It could not be read, so nobody knows whether a server had it open.
    pub damaged: bool,
    /// Migrations that the restored one waits for, which the next start runs.
    pub pending: usize,
}

/// Why nothing was done.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRestore {
    #[error("this database is PostgreSQL; hint: use pg_restore, it does this better")]
    Postgres,
    #[error("{0} is the database itself; hint: name a file made by stockroom backup")]
    Itself(String),
    #[error("{0} is no database of Stockroom; hint: name a file made by stockroom backup")]
    NotOurs(String),
    #[error("{0} is damaged: {1}; hint: restore another backup")]
    Damaged(String, String),
    #[error("another program has the database open; hint: stop the server first")]
    InUse,
    #[error("{0}: {1}")]
    File(String, String),
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// `stamp` is part of the name under which the database from before is kept.
pub fn restore(url: &DatabaseUrl, backup: &Path, stamp: &str) -> Result<Restored, NoRestore> {
    let DatabaseUrl::Sqlite(database) = url else { return Err(NoRestore::Postgres) };
    let found = fs::canonicalize(backup).map_err(|error| file(backup, &error))?;
    if fs::canonicalize(database).is_ok_and(|database| database == found) {
        return Err(NoRestore::Itself(shown(backup)));
    }
    let copy = with(database, ".restoring");
    let restored = looked_through(&found, &copy).and_then(|pending| {
        let (kept, damaged) = swap(database, &copy, stamp)?;
        Ok(Restored { kept, damaged, pending })
    });
    if restored.is_err() {
        // What was half copied is of no use to anybody.
        let _ = remove(&copy);
    }
    restored
}

/// Copies the backup, and answers how many migrations the copy waits for.
fn looked_through(backup: &Path, copy: &Path) -> Result<usize, NoRestore> {
    remove(copy).map_err(|error| file(copy, &error))?;
    sqlite::copy(backup, copy).map_err(|error| unreadable(backup, error))?;
    let opened = Connection::open(&DatabaseUrl::Sqlite(copy.to_owned()), Access::Write);
    let mut opened = opened.map_err(|error| unreadable(backup, error))?;
    let waiting = match migrate::waiting(&mut opened, MIGRATIONS) {
        Err(StoreError::Other(_)) => return Err(NoRestore::NotOurs(shown(backup))),
        waiting => waiting?,
    };
    if waiting.len() == MIGRATIONS.len() {
        return Err(NoRestore::NotOurs(shown(backup)));
    }
    let mut fault = None;
    let look = opened.rows(&sql! { "PRAGMA quick_check(1)" }, &mut |row| {
        fault = Some(row.next::<String>()?).filter(|said| said != "ok");
        Ok(false)
    });
    look.map_err(|error| unreadable(backup, error))?;
    if let Some(fault) = fault {
        return Err(NoRestore::Damaged(shown(backup), fault));
    }
    // In one file, so that it can be renamed.
    opened.batch("PRAGMA journal_mode = DELETE")?;
    Ok(waiting.len())
}

/// Where the old one went, and whether it was damaged.
fn swap(database: &Path, copy: &Path, stamp: &str) -> Result<(Option<PathBuf>, bool), NoRestore> {
    let mode =
        fs::metadata(database).map_or(Permissions::from_mode(0o600), |old| old.permissions());
    fs::set_permissions(copy, mode).map_err(|error| file(copy, &error))?;
    let (held, damaged) = match begins_well(database) {
        Ok(true) => match Sqlite::open(database, Access::Write) {
            Ok(old) if old.is_alone()? => (Some(old), false),
            Ok(_) | Err(StoreError::Busy) => return Err(NoRestore::InUse),
            Err(StoreError::Corrupt(_)) => (None, true),
            Err(error) => return Err(error.into()),
        },
        Ok(false) => (None, true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (None, false),
        Err(error) => return Err(file(database, &error)),
    };
    let kept = unused(database, stamp);
    let moved = put_away(database, &kept);
    let done = moved.and_then(|moved| fs::rename(copy, database).map(|()| moved));
    let moved = done.map_err(|error| {
        put_back(&kept, database);
        file(database, &error)
    })?;
    drop(held);
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    // The names are on the disk at once where the system can do that, else soon.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok((moved.then_some(kept), damaged))
}

/// What does not is left as it is: SQLite would tidy up beside it.
fn begins_well(database: &Path) -> io::Result<bool> {
    let mut first = Vec::new();
    File::open(database)?.take(16).read_to_end(&mut first)?;
    Ok(first == b"SQLite format 3\0")
}

/// Gives the database a second name, so that there is one at every moment, and moves what belongs
/// to it. Whether there was anything.
fn put_away(database: &Path, kept: &Path) -> io::Result<bool> {
    let mut any = false;
    for part in BESIDE {
        any |= found(fs::rename(with(database, part), with(kept, part)))?;
    }
    match fs::hard_link(database, kept) {
        // Not every file system lets a file have two names.
        Err(error) if error.kind() != io::ErrorKind::NotFound => fs::rename(database, kept)?,
        linked => return Ok(found(linked)? || any),
    }
    Ok(true)
}

/// What cannot be put back is whole where it is, and the fault that led here is told.
fn put_back(kept: &Path, database: &Path) {
    for part in BESIDE.into_iter().chain([""]) {
        let _ = fs::rename(with(kept, part), with(database, part));
    }
    // Two names of one file are left alone by a renaming.
    if database.exists() {
        let _ = fs::remove_file(kept);
    }
}

/// `false` for a file that is not there.
fn found(done: io::Result<()>) -> io::Result<bool> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        done => done.map(|()| true),
    }
}

fn remove(database: &Path) -> io::Result<()> {
    BESIDE
        .into_iter()
        .chain([""])
        .try_for_each(|part| found(fs::remove_file(with(database, part))).map(drop))
}

/// A name beside the database that nothing has.
fn unused(database: &Path, stamp: &str) -> PathBuf {
    let first = with(database, &format!(".before-{stamp}"));
    let more = (2_u32..).map(|n| with(database, &format!(".before-{stamp}-{n}")));
    let mut names = std::iter::once(first).chain(more);
    let free = names.find(|name| BESIDE.iter().chain([&""]).all(|part| !with(name, part).exists()));
    free.expect("numbers do not end")
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn unreadable(backup: &Path, error: StoreError) -> NoRestore {
    match error {
        StoreError::Corrupt(why) if why.contains("not a database") => {
            NoRestore::NotOurs(shown(backup))
        }
        StoreError::Corrupt(why) => NoRestore::Damaged(shown(backup), why),
        other => other.into(),
    }
}

fn file(path: &Path, error: &io::Error) -> NoRestore {
    NoRestore::File(shown(path), error.to_string())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
#[path = "restore_tests.rs"]
mod tests;
