//! What can go wrong with the database, said so that the reader knows what to do.
//! Both drivers' errors are translated here and nowhere else.

use postgres::error::{DbError, SqlState};
use rusqlite::{ErrorCode, ffi};

/// Cloneable, because one failed commit answers every job that was grouped into it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A unique index or a check refused the row; the text is that index's or check's name.
    #[error(
        "\"{0}\" does not allow this; hint: another row holds the value, or it is out of range"
    )]
    Conflict(String),
    /// A foreign key refused: what the row points at is gone, or something still points at it.
    #[error("something this refers to is gone, or something else still refers to it")]
    Referenced,
    /// The version expected is not the version held.
    #[error("it changed meanwhile; hint: load it again and repeat the change")]
    Stale,
    #[error("it is not here")]
    NotFound,
    /// A value does not fit its field; the sentence says which and why.
    #[error("{0}")]
    Misfit(String),
    /// A cursor of a list that was put in order by something else.
    #[error("this cursor is of a list in another order; hint: begin without one")]
    OtherOrder,
    #[error("the database is busy; hint: try again in a moment")]
    Busy,
    #[error("the disk of the database is full; hint: free space on it, nothing was changed")]
    Full,
    #[error(
        "the file of the database cannot be written any further; hint: look for a limit on the size \
         of files (ulimit -f) and for a broken disk, nothing was changed"
    )]
    Unwritable,
    #[error("the database is read-only; hint: check the permissions of the file and its folder")]
    ReadOnly,
    #[error(
        "the database is at version {found}, this program knows {known}; \
         hint: start a newer release, or restore the backup made before the upgrade"
    )]
    Newer { found: i64, known: i64 },
    #[error(
        "migration \"{0}\" is not the one this database was built with; \
         hint: run an official release, a published migration never changes"
    )]
    Checksum(String),
    #[error(
        "the database does not say that migration \"{0}\" ran, though later ones did; \
         hint: its table \"migrations\" was changed or lost a row, restore the last backup"
    )]
    Gap(String),
    #[error("\"{0}\" is not a database address; hint: sqlite:///path/file.db or postgres://…")]
    Url(String),
    #[error("the database does not answer: {0}; hint: is it running, is the address right?")]
    Unreachable(String),
    /// What is stored cannot be read as what it should be.
    #[error("the database holds something unreadable: {0}; hint: restore the last backup")]
    Corrupt(String),
    /// A bug: the closure panicked; it was rolled back.
    #[error("a bug stopped this; nothing was changed: {0}")]
    Panicked(String),
    /// A bug or an odd state of the database; the driver's own words.
    #[error("the database refused: {0}")]
    Other(String),
}

impl StoreError {
    /// Whether a unique index or check of this name refused.
    pub fn is_conflict(&self, name: &str) -> bool {
        matches!(self, Self::Conflict(found) if found == name)
    }
}

impl From<&postgres::Error> for StoreError {
    fn from(error: &postgres::Error) -> Self {
        match error.as_db_error() {
            Some(error) => from_postgres(error),
            None if error.is_closed() => Self::Unreachable("the connection was closed".into()),
            None => {
                let cause = std::error::Error::source(error).map(ToString::to_string);
                let text = error.to_string();
                if text.contains("connect") || text.contains("communicat") {
                    Self::Unreachable(cause.unwrap_or(text))
                } else {
                    Self::Other(cause.map_or(text.clone(), |cause| format!("{text}: {cause}")))
                }
            }
        }
    }
}

fn from_postgres(error: &DbError) -> StoreError {
    let code = error.code();
    let named = || error.constraint().unwrap_or("a constraint").to_owned();
    match *code {
        SqlState::UNIQUE_VIOLATION | SqlState::CHECK_VIOLATION => StoreError::Conflict(named()),
        SqlState::NOT_NULL_VIOLATION => {
            StoreError::Conflict(error.column().unwrap_or("a column").to_owned())
        }
        SqlState::FOREIGN_KEY_VIOLATION => StoreError::Referenced,
        SqlState::DISK_FULL => StoreError::Full,
        SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly,
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::LOCK_NOT_AVAILABLE
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::OUT_OF_MEMORY => StoreError::Busy,
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::INVALID_PASSWORD
        | SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        | SqlState::INVALID_CATALOG_NAME => StoreError::Unreachable(error.message().to_owned()),
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => {
            StoreError::Corrupt(error.message().to_owned())
        }
        _ => StoreError::Other(format!("{} ({})", error.message(), code.code())),
    }
}

/// `index_of` finds the name of the unique index over the columns SQLite lists.
pub(crate) fn from_sqlite(
    error: &rusqlite::Error,
    index_of: impl FnOnce(&str) -> String,
) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        return StoreError::Other(error.to_string());
    };
    let message = message.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::ConstraintViolation => {
            from_constraint(failure.extended_code, &message, index_of)
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::OutOfMemory => {
            StoreError::Busy
        }
        ErrorCode::DiskFull => StoreError::Full,
        _ if failure.extended_code == ffi::SQLITE_IOERR_WRITE => StoreError::Unwritable,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::ReadOnly,
        ErrorCode::CannotOpen => StoreError::Unreachable(message),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(message),
        _ => StoreError::Other(message),
    }
}

fn from_constraint(code: i32, message: &str, index_of: impl FnOnce(&str) -> String) -> StoreError {
    let subject = message.split_once(": ").map_or(message, |(_, subject)| subject);
    match code {
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => StoreError::Referenced,
        ffi::SQLITE_CONSTRAINT_CHECK => StoreError::Conflict(subject.to_owned()),
        ffi::SQLITE_CONSTRAINT_NOTNULL => {
            let column = subject.rsplit_once('.').map_or(subject, |(_, column)| column);
            StoreError::Conflict(column.to_owned())
        }
        _ => StoreError::Conflict(index_of(subject)),
    }
}
