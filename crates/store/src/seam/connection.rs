//! One connection to either database, owned by one database thread.

use std::{path::Path, sync::Arc};

use super::{
    Access,
    error::StoreError,
    job::Queue,
    memory::Memory,
    postgres::Postgres,
    row::Row,
    sql::{Sql, sql},
    sqlite::Sqlite,
    url::DatabaseUrl,
};
use crate::texts::Texts;

pub(crate) struct Connection {
    database: Database,
    /// A statement failed: PostgreSQL will not commit after that, so neither database does.
    failed: bool,
    /// What the open transaction is for.
    access: Access,
    common: Common,
    /// Where the jobs of its thread wait.
    queue: Option<Arc<Queue>>,
    /// Other jobs were done in the open transaction; they wait for its commit.
    pub(super) shared: bool,
}

/// What all readers of one database hold in common.
#[derive(Clone, Default)]
pub(super) struct Common {
    pub memory: Arc<Memory>,
    /// Of a SQLite file.
    pub texts: Option<Arc<Texts>>,
}

enum Database {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

/// A savepoint: of a job among several in one transaction, or of a part that may fail alone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mark {
    Job,
    Attempt,
}

/// Which database answers; for the few statements that part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Connection {
    pub fn open(url: &DatabaseUrl, access: Access) -> Result<Self, StoreError> {
        let database = match url {
            DatabaseUrl::Sqlite(path) => Database::Sqlite(Sqlite::open(path, access)?),
            DatabaseUrl::Postgres(url) => Database::Postgres(Box::new(Postgres::open(url)?)),
        };
        let (access, common) = (Access::Write, Common::default());
        Ok(Self { database, failed: false, access, common, queue: None, shared: false })
    }

    /// For the thread that serves this queue.
    pub(super) fn serving(self, queue: &Arc<Queue>) -> Self {
        Self { queue: Some(Arc::clone(queue)), ..self }
    }

    /// One of several that read the same database.
    pub(super) fn holding(self, common: &Common) -> Self {
        Self { common: common.clone(), ..self }
    }

    pub(super) fn memory(&self) -> Arc<Memory> {
        Arc::clone(&self.common.memory)
    }

    pub fn texts(&self) -> Option<Arc<Texts>> {
        self.common.texts.clone().filter(|_| self.access == Access::Read)
    }

    /// A SQLite file grows no further than this.
    pub fn limit(&self, pages: u32) -> Result<(), StoreError> {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.limit(pages),
            Database::Postgres(_) => Ok(()),
        }
    }

    /// Whether anybody waits for the open transaction to end. Who waits for a row of PostgreSQL
    /// is not known, so there somebody always may.
    pub fn others_wait(&self) -> bool {
        match self.database {
            Database::Sqlite(_) => {
                self.shared || self.queue.as_ref().is_none_or(|queue| !queue.is_empty())
            }
            Database::Postgres(_) => true,
        }
    }

    /// Names the state of the database that a read sees: two reads with the same name see the
    /// same, whichever connections they use. `None` in a transaction that may write.
    pub fn moment(&mut self) -> Result<Option<String>, StoreError> {
        if self.access == Access::Write {
            return Ok(None);
        }
        let question = match self.database {
            Database::Sqlite(_) => sql! { "PRAGMA user_version" },
            // Every commit changes which transactions a snapshot sees.
            Database::Postgres(_) => sql! { "SELECT pg_current_snapshot()::text" },
        };
        let sqlite = self.dialect() == Dialect::Sqlite;
        let mut moment = None;
        self.rows(&question, &mut |row| {
            moment = Some(if sqlite { row.next::<i64>()?.to_string() } else { row.next()? });
            Ok(false)
        })?;
        Ok(moment)
    }

    pub fn dialect(&self) -> Dialect {
        match self.database {
            Database::Sqlite(_) => Dialect::Sqlite,
            Database::Postgres(_) => Dialect::Postgres,
        }
    }

    pub fn held_still(&self) -> &'static str {
        match (&self.database, self.access) {
            (Database::Postgres(_), Access::Write) => " FOR SHARE",
            _ => "",
        }
    }

    /// Hands over row after row until `each` says that it has enough.
    pub fn rows(
        &mut self,
        sql: &Sql,
        each: &mut dyn FnMut(&mut Row<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let done = match &mut self.database {
            Database::Sqlite(sqlite) => sqlite.rows(sql, each),
            Database::Postgres(postgres) => postgres.rows(sql, each),
        };
        self.noting(done)
    }

    pub fn exec(&mut self, sql: &Sql) -> Result<u64, StoreError> {
        let done = match &mut self.database {
            Database::Sqlite(sqlite) => sqlite.exec(sql),
            Database::Postgres(postgres) => postgres.exec(sql),
        };
        self.noting(done)
    }

    /// Several statements without values: migrations.
    pub fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        let done = match &mut self.database {
            Database::Sqlite(sqlite) => sqlite.batch(text),
            Database::Postgres(postgres) => postgres.batch(text),
        };
        self.noting(done)
    }

    pub fn begin(&mut self, access: Access) -> Result<(), StoreError> {
        (self.failed, self.access) = (false, access);
        match (&mut self.database, access) {
            (Database::Sqlite(sqlite), Access::Read) => sqlite.control("BEGIN"),
            (Database::Sqlite(sqlite), Access::Write) => sqlite.control("BEGIN IMMEDIATE"),
            // One snapshot for all that a read asks.
            (Database::Postgres(postgres), Access::Read) => {
                postgres.batch("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            }
            (Database::Postgres(postgres), Access::Write) => postgres.batch("BEGIN"),
        }
    }

    pub fn commit(&mut self) -> Result<(), StoreError> {
        if let (Database::Sqlite(sqlite), Access::Write) = (&self.database, self.access) {
            sqlite.move_on()?;
        }
        self.control("COMMIT")
    }

    pub fn rollback(&mut self) -> Result<(), StoreError> {
        self.control("ROLLBACK")
    }

    /// Sets a mark to come back to. Refused after a swallowed failure, as PostgreSQL would.
    pub fn savepoint(&mut self, mark: Mark) -> Result<(), StoreError> {
        self.refuse_swallowed()?;
        self.control(match mark {
            Mark::Job => "SAVEPOINT job",
            Mark::Attempt => "SAVEPOINT attempt",
        })
    }

    pub fn release(&mut self, mark: Mark) -> Result<(), StoreError> {
        self.control(match mark {
            Mark::Job => "RELEASE SAVEPOINT job",
            Mark::Attempt => "RELEASE SAVEPOINT attempt",
        })
    }

    pub fn back_to(&mut self, mark: Mark) -> Result<(), StoreError> {
        self.failed = false;
        self.control(match mark {
            Mark::Job => "ROLLBACK TO SAVEPOINT job",
            Mark::Attempt => "ROLLBACK TO SAVEPOINT attempt",
        })?;
        self.release(mark)
    }

    /// An error when a statement failed since the last mark and nobody took notice.
    pub fn refuse_swallowed(&self) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::Other("a failed statement was passed over".into()));
        }
        Ok(())
    }

    /// Why the open transaction is gone, if it is: SQLite rolls all of it back when the disk
    /// is full, a PostgreSQL connection can break.
    pub fn lost_transaction(&self) -> Option<StoreError> {
        match &self.database {
            Database::Sqlite(sqlite) => (!sqlite.in_transaction()).then_some(StoreError::Full),
            Database::Postgres(postgres) => {
                postgres.is_closed().then(|| StoreError::Unreachable("the connection broke".into()))
            }
        }
    }

    /// A consistent copy of a SQLite database; PostgreSQL's own tools do this.
    pub fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.copy_to(target),
            Database::Postgres(_) => Err(StoreError::Other("only a SQLite file is copied".into())),
        }
    }

    pub fn is_closed(&self) -> bool {
        match &self.database {
            Database::Sqlite(_) => false,
            Database::Postgres(postgres) => postgres.is_closed(),
        }
    }

    fn control(&mut self, text: &'static str) -> Result<(), StoreError> {
        match &mut self.database {
            Database::Sqlite(sqlite) => sqlite.control(text),
            Database::Postgres(postgres) => postgres.batch(text),
        }
    }

    fn noting<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        self.failed |= done.is_err();
        done
    }
}
