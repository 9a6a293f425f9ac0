//! Migrations: numbered SQL files compiled in, each run once, in order, in one transaction.
//! A published file never changes; the database remembers its checksum.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{
    Access,
    connection::{Connection, Dialect},
    error::StoreError,
    sql::sql,
};

/// What both databases run first, then each its own part.
pub(super) struct Migration {
    pub number: i64,
    pub name: &'static str,
    pub shared: &'static str,
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "001_types",
        shared: "",
        sqlite: "",
        postgres: include_str!("../../migrations/001_types.postgres.sql"),
    },
    Migration {
        number: 2,
        name: "002_register",
        shared: include_str!("../../migrations/002_register.sql"),
        sqlite: include_str!("../../migrations/002_register.sqlite.sql"),
        postgres: include_str!("../../migrations/002_register.postgres.sql"),
    },
    Migration {
        number: 3,
        name: "003_sources",
        shared: include_str!("../../migrations/003_sources.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 4,
        name: "004_lists",
        shared: include_str!("../../migrations/004_lists.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 5,
        name: "005_jobs",
        shared: include_str!("../../migrations/005_jobs.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 6,
        name: "006_fields",
        shared: include_str!("../../migrations/006_fields.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 9,
        name: "009_nouns",
        shared: include_str!("../../migrations/009_nouns.sql"),
        sqlite: "",
        postgres: include_str!("../../migrations/009_nouns.postgres.sql"),
    },
    Migration {
        number: 10,
        name: "010_people",
        shared: include_str!("../../migrations/010_people.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 11,
        name: "011_idempotency",
        shared: include_str!("../../migrations/011_idempotency.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 12,
        name: "012_finding",
        shared: include_str!("../../migrations/012_finding.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 13,
        name: "013_imports",
        shared: include_str!("../../migrations/013_imports.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 14,
        name: "014_attachments",
        shared: include_str!("../../migrations/014_attachments.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 15,
        name: "015_reports",
        shared: include_str!("../../migrations/015_reports.sql"),
        sqlite: include_str!("../../migrations/015_reports.sqlite.sql"),
        postgres: include_str!("../../migrations/015_reports.postgres.sql"),
    },
    Migration {
        number: 16,
        name: "016_news",
        shared: include_str!("../../migrations/016_news.sql"),
        sqlite: include_str!("../../migrations/016_news.sqlite.sql"),
        postgres: include_str!("../../migrations/016_news.postgres.sql"),
    },
    Migration {
        number: 17,
        name: "017_bulks",
        shared: include_str!("../../migrations/017_bulks.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 18,
        name: "018_texts",
        shared: include_str!("../../migrations/018_texts.sql"),
        sqlite: include_str!("../../migrations/018_texts.sqlite.sql"),
        postgres: include_str!("../../migrations/018_texts.postgres.sql"),
    },
    Migration {
        number: 19,
        name: "019_people",
        shared: include_str!("../../migrations/019_people.sql"),
        sqlite: include_str!("../../migrations/019_people.sqlite.sql"),
        postgres: include_str!("../../migrations/019_people.postgres.sql"),
    },
    Migration {
        number: 20,
        name: "020_budget",
        shared: include_str!("../../migrations/020_budget.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 21,
        name: "021_arrivals",
        shared: "",
        sqlite: include_str!("../../migrations/021_arrivals.sqlite.sql"),
        postgres: "",
    },
    Migration {
        number: 22,
        name: "022_lists",
        shared: include_str!("../../migrations/022_lists.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 23,
        name: "023_pictures",
        shared: "",
        sqlite: include_str!("../../migrations/023_pictures.sqlite.sql"),
        postgres: include_str!("../../migrations/023_pictures.postgres.sql"),
    },
];

impl Migration {
    fn own_part(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    fn checksum(&self, dialect: Dialect) -> String {
        let digest = Sha256::new()
            .chain_update(self.shared)
            .chain_update([0])
            .chain_update(self.own_part(dialect))
            .finalize();
        digest.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a String cannot fail");
            hex
        })
    }
}

/// Any number will do, as long as every release takes the same.
const LOCK: &str = "SELECT pg_advisory_xact_lock(5370636)";

/// Brings the database up to date, or leaves it as it was and says why.
/// Answers what that took, by name.
pub(super) fn run(
    connection: &mut Connection,
    known: &[Migration],
) -> Result<Vec<&'static str>, StoreError> {
    connection.begin(Access::Write)?;
    let done = run_pending(connection, known);
    match done {
        Ok(done) => connection.commit().map(|()| done),
        Err(error) => connection.rollback().and(Err(error)),
    }
}

fn run_pending(
    connection: &mut Connection,
    known: &[Migration],
) -> Result<Vec<&'static str>, StoreError> {
    let dialect = connection.dialect();
    if dialect == Dialect::Postgres {
        connection.batch(LOCK)?;
    }
    connection.batch(
        "CREATE TABLE IF NOT EXISTS migrations (
            number BIGINT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            checksum TEXT NOT NULL
        )",
    )?;
    let mut done = Vec::new();
    for migration in waiting(connection, known)? {
        apply(connection, migration, migration.checksum(dialect))?;
        done.push(migration.name);
    }
    Ok(done)
}

/// What has not run yet. Refused where a newer program, or another one, made the database, or where
/// one is not recorded that must have run: what it made is there already.
pub(super) fn waiting<'k>(
    connection: &mut Connection,
    known: &'k [Migration],
) -> Result<Vec<&'k Migration>, StoreError> {
    let dialect = connection.dialect();
    let done = recorded(connection)?;
    let newest = known.last().map_or(0, |migration| migration.number);
    if let Some((found, ..)) = done.iter().find(|(number, ..)| *number > newest) {
        return Err(StoreError::Newer { found: *found, known: newest });
    }
    let latest = done.first().map_or(0, |(number, _)| *number);
    let mut waiting = Vec::new();
    for migration in known {
        match done.iter().find(|(number, _)| *number == migration.number) {
            Some((_, recorded)) if *recorded == migration.checksum(dialect) => {}
            Some(_) => return Err(StoreError::Checksum(migration.name.to_owned())),
            None if migration.number < latest => {
                return Err(StoreError::Gap(migration.name.to_owned()));
            }
            None => waiting.push(migration),
        }
    }
    Ok(waiting)
}

fn recorded(connection: &mut Connection) -> Result<Vec<(i64, String)>, StoreError> {
    let mut done = Vec::new();
    let sql = sql! { "SELECT number, checksum FROM migrations ORDER BY number DESC" };
    connection.rows(&sql, &mut |row| {
        done.push((row.next()?, row.next()?));
        Ok(true)
    })?;
    Ok(done)
}

fn apply(
    connection: &mut Connection,
    migration: &Migration,
    checksum: String,
) -> Result<(), StoreError> {
    for part in [migration.shared, migration.own_part(connection.dialect())] {
        connection.batch(part)?;
    }
    let row = sql! {
        "INSERT INTO migrations (number, name, checksum) VALUES (",
        migration.number,
        ", ",
        migration.name,
        ", ",
        checksum,
        ")"
    };
    connection.exec(&row)?;
    tracing::info!(migration = migration.name, "the database was brought up to date");
    Ok(())
}

#[cfg(test)]
#[path = "migrate_tests.rs"]
mod tests;
