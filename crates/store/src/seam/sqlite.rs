//! SQLite: one connection that writes, several that only read, in WAL mode.

use std::{
    cell::Cell,
    ffi::OsString,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::Path,
    time::Duration,
};

use domain::text::key;
use rusqlite::{
    Connection, OpenFlags, ToSql,
    config::DbConfig,
    functions::FunctionFlags,
    params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use super::{
    Access,
    error::{StoreError, from_sqlite},
    row::{Raw, Row},
    sql::{Sql, with_numbers_of_one_length},
    value::{self, Value},
};

/// Statements kept ready per connection.
const STATEMENTS: usize = 256;

pub(super) struct Sqlite {
    connection: Connection,
    /// What had ever been changed through this connection by its last commit.
    committed: Cell<u64>,
}

impl Sqlite {
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        if access == Access::Write {
            private(path)?;
        }
        let connection =
            Connection::open_with_flags(path, flags(access)).map_err(|error| match from_sqlite(
                &error,
                str::to_owned,
            ) {
                StoreError::Unreachable(why) => {
                    StoreError::Unreachable(format!("{}: {why}", path.display()))
                }
                other => other,
            })?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let this = Self { connection, committed: Cell::default() };
        this.settle(access).map_err(|error| this.translate(&error))?;
        Ok(this)
    }

    fn settle(&self, access: Access) -> rusqlite::Result<()> {
        let connection = &self.connection;
        // SQLite's own LOWER knows the letters of ASCII alone.
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        connection
            .create_scalar_function("folded", 1, flags, |given| Ok(folded(given.get_raw(0))))?;
        connection.create_scalar_function("numbered", 1, flags, |given| {
            Ok(folded(given.get_raw(0)).map(|text| with_numbers_of_one_length(&text)))
        })?;
        connection.busy_timeout(Duration::from_secs(10))?;
        // A plan does not depend on what is bound: else a statement kept ready is prepared again
        // each time it is used, which takes longer than most take to run.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if access == Access::Write {
            connection.pragma_update(None, "journal_mode", "WAL")?;
        } else {
            connection.pragma_update(None, "query_only", true)?;
        }
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", 10_000)?;
        connection.pragma_update(
            None,
            "cache_size",
            if access == Access::Write { -64 * 1024 } else { -16 * 1024 },
        )?;
        // What a writer would need to go back to a savepoint may grow: in memory, SQLite walks all of
        // it after each statement, and ten thousand changes in one transaction take minutes. Beyond
        // 64 KB it goes to a temporary file instead.
        let temporary = if access == Access::Write { "FILE" } else { "MEMORY" };
        connection.pragma_update(None, "temp_store", temporary)
    }

    pub fn rows(
        &self,
        sql: &Sql,
        each: &mut dyn FnMut(&mut Row<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let translate = |error: rusqlite::Error| self.translate(&error);
        let mut statement = self.connection.prepare_cached(sql.sqlite()).map_err(translate)?;
        let mut rows = statement.query(params_from_iter(sql.values())).map_err(translate)?;
        while let Some(row) = rows.next().map_err(translate)? {
            if !each(&mut Row::new(Raw::Sqlite(row)))? {
                break;
            }
        }
        Ok(())
    }

    pub fn exec(&self, sql: &Sql) -> Result<u64, StoreError> {
        let translate = |error: rusqlite::Error| self.translate(&error);
        let mut statement = self.connection.prepare_cached(sql.sqlite()).map_err(translate)?;
        let changed = statement.execute(params_from_iter(sql.values())).map_err(translate)?;
        Ok(changed as u64)
    }

    pub fn batch(&self, text: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(text).map_err(|error| self.translate(&error))
    }

    /// BEGIN, COMMIT and their like, kept prepared.
    pub fn control(&self, text: &'static str) -> Result<(), StoreError> {
        let run = || self.connection.prepare_cached(text)?.execute([]);
        run().map(drop).map_err(|error| self.translate(&error))
    }

    /// Numbers the state that is about to be committed, where it is another than before. The
    /// number stands in the file itself, so that every connection of every process reads it as of
    /// its own snapshot.
    pub fn move_on(&self) -> Result<(), StoreError> {
        let changes = self.connection.total_changes();
        if self.committed.replace(changes) == changes {
            return Ok(());
        }
        let move_on = || {
            let number = "PRAGMA user_version";
            let mut read = self.connection.prepare_cached(number)?;
            let last: i32 = read.query_row([], |row| row.get(0))?;
            self.connection.pragma_update(None, "user_version", last.wrapping_add(1))
        };
        move_on().map_err(|error| self.translate(&error))
    }

    pub fn limit(&self, pages: u32) -> Result<(), StoreError> {
        let limit = self.connection.pragma_update(None, "max_page_count", pages);
        limit.map_err(|error| self.translate(&error))
    }

    pub fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// A consistent copy of the whole database, taken while others go on.
    pub fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        let pages_at_once = 4096;
        private(target)?;
        let copy = || {
            let mut target = Connection::open(target)?;
            rusqlite::backup::Backup::new(&self.connection, &mut target)?.run_to_completion(
                pages_at_once,
                Duration::ZERO,
                None,
            )
        };
        copy().map_err(|error| self.translate(&error))
    }

    /// Whether nobody else has the file open. Then it is whole in that one file, and stays ours
    /// alone as long as this is held: everybody who has a WAL database open holds a lock on it, so
    /// only who is alone can lead it out of WAL mode.
    pub fn is_alone(&self) -> Result<bool, StoreError> {
        let ask = || {
            self.connection.busy_timeout(Duration::ZERO)?;
            self.connection.pragma_update(None, "journal_mode", "DELETE")?;
            self.connection.execute_batch("BEGIN EXCLUSIVE")?;
            self.connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))
        };
        match ask().map_err(|error| self.translate(&error)) {
            Ok(mode) => Ok(mode == "delete"),
            Err(StoreError::Busy) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn translate(&self, error: &rusqlite::Error) -> StoreError {
        from_sqlite(error, |columns| self.index_over(columns))
    }

    /// `assets.tenant_id, assets.tag` → the name of the unique index over these columns.
    fn index_over(&self, columns: &str) -> String {
        if let Some(name) = columns.strip_prefix("index '") {
            return name.trim_end_matches('\'').to_owned();
        }
        let mut names = columns.split(", ").filter_map(|column| column.split_once('.'));
        let Some((table, first)) = names.next() else { return columns.to_owned() };
        let columns: Vec<&str> =
            std::iter::once(first).chain(names.map(|(_, name)| name)).collect();
        let find = || {
            let sql = "SELECT i.name FROM pragma_index_list(?1) AS i \
                       WHERE i.\"unique\" AND i.origin = 'c' AND ?2 = \
                       (SELECT group_concat(c.name, ',') FROM pragma_index_info(i.name) AS c)";
            self.connection.query_row(sql, [table, &columns.join(",")], |row| row.get(0))
        };
        find().unwrap_or_else(|_| format!("{table}_pkey"))
    }
}

/// A value as text, as the function of that name gives it.
fn folded(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Text(text) => Some(key(&String::from_utf8_lossy(text))),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}

/// A copy of a database that nobody has open; nothing is left beside the original.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut wal = OsString::from(from);
    wal.push("-wal");
    let (name, flags) = if Path::new(&wal).exists() {
        // Part of it may stand there, which only who may write can read.
        (from.as_os_str().to_owned(), OpenFlags::SQLITE_OPEN_READ_WRITE)
    } else {
        (unmoving(from), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
    };
    private(to)?;
    let copy = || {
        let from = Connection::open_with_flags(name, flags)?;
        let mut to = Connection::open(to)?;
        rusqlite::backup::Backup::new(&from, &mut to)?.run_to_completion(4096, Duration::ZERO, None)
    };
    copy().map_err(|error| from_sqlite(&error, str::to_owned))
}

/// The address of a file that nobody writes: SQLite then makes no files beside it.
fn unmoving(path: &Path) -> OsString {
    let mut address = Vec::from(b"file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'%' | b'?' | b'#' => address.extend(format!("%{byte:02x}").bytes()),
            plain => address.push(*plain),
        }
    }
    address.extend(b"?immutable=1");
    OsString::from_vec(address)
}

/// A new file is for its owner alone; SQLite gives those beside it, `-wal` and `-shm`, the same
/// mode. One that exists keeps what its operator gave it.
fn private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Unreachable(format!("{}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

fn flags(access: Access) -> OpenFlags {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match access {
        Access::Write => flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        // A reader of a WAL database writes its shared-memory file; `query_only` does the rest.
        Access::Read => flags | OpenFlags::SQLITE_OPEN_READ_WRITE,
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

pub(super) fn cell<'r>(
    row: &'r rusqlite::Row<'r>,
    position: usize,
) -> Result<value::Cell<'r>, StoreError> {
    let value = row.get_ref(position).map_err(|error| StoreError::Other(error.to_string()))?;
    Ok(match value {
        ValueRef::Null => value::Cell::Null,
        ValueRef::Integer(value) => value::Cell::Integer(value),
        ValueRef::Real(value) => value::Cell::Real(value),
        ValueRef::Text(text) => value::Cell::Text(
            std::str::from_utf8(text).map_err(|error| StoreError::Corrupt(error.to_string()))?,
        ),
        ValueRef::Blob(bytes) => value::Cell::Bytes(bytes),
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::{DatabaseUrl, testing::Fresh};

    #[test]
    fn a_new_database_what_stands_beside_it_and_its_copies_are_for_their_owner_alone() {
        let fresh = Fresh::sqlite();
        let DatabaseUrl::Sqlite(path) = &fresh.url else { unreachable!("asked for") };
        let at = |name: &str| path.with_file_name(name);
        let mode = |name: &str| std::fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
        let database = Sqlite::open(&at("x.db"), Access::Write).unwrap();
        database.batch("CREATE TABLE t (a)").unwrap();
        let names = ["x.db", "x.db-wal", "x.db-shm"];
        assert_eq!(names.map(mode), [0o600; 3]);
        database.copy_to(&at("copy.db")).unwrap();
        assert_eq!(mode("copy.db"), 0o600);
        let shared = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(at("x.db"), shared).unwrap();
        drop(database);
        Sqlite::open(&at("x.db"), Access::Write).unwrap();
        assert_eq!(mode("x.db"), 0o640, "the operator's own choice stays");
    }
}
