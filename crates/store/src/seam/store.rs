//! The doors to the database: a closure goes in, runs whole on one database thread, in one
//! transaction; `Ok` commits, `Err` and panics roll back.

use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use domain::id::TenantId;
use tokio::sync::oneshot;

use super::{
    Access,
    connection::{Common, Connection},
    error::StoreError,
    job::{Job, Queue},
    migrate::{self, MIGRATIONS},
    tx::{SystemTx, Tx},
    url::DatabaseUrl,
    worker,
};
use crate::texts::Texts;

/// Writes of several callers that share one commit on SQLite.
const WRITES_PER_COMMIT: usize = 16;

/// How many threads, and how long a caller waits for one.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// SQLite: readers beside the one writer. PostgreSQL: connections, for both.
    pub threads: usize,
    /// Past this a job that has not begun is given up with [`StoreError::Busy`].
    pub patience: Duration,
    /// SQLite: how many pages the file may have before its disk counts as full.
    pub most_pages: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(4, usize::from);
        let threads = (2 * cores).clamp(4, 16);
        Self { threads, patience: Duration::from_secs(10), most_pages: None }
    }
}

/// A handle on the database; clones share its threads. The last one dropped waits for them.
#[derive(Clone)]
pub struct Store(Arc<Threads>);

struct Threads {
    url: DatabaseUrl,
    patience: Duration,
    reads: Arc<Queue>,
    writes: Arc<Queue>,
    handles: Vec<JoinHandle<()>>,
}

impl Store {
    /// Opens the database, makes it when it is a new SQLite file, and brings it up to date.
    pub fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        Self::open_with(url, Settings::default())
    }

    pub fn open_with(url: &DatabaseUrl, settings: Settings) -> Result<Self, StoreError> {
        bring_up_to_date(url)?;
        let reads = Arc::new(Queue::default());
        let mut handles = Vec::new();
        let texts = match url {
            DatabaseUrl::Sqlite(_) => Some(Arc::new(Texts::default())),
            DatabaseUrl::Postgres(_) => None,
        };
        let common = Common { texts, ..Common::default() };
        let writes = match url {
            DatabaseUrl::Postgres(_) => Arc::clone(&reads),
            DatabaseUrl::Sqlite(_) => {
                let writes = Arc::new(Queue::default());
                let most_pages = settings.most_pages;
                let open = opener(url, Access::Write, &writes, Common::default(), most_pages);
                handles.push(spawn("store-writer", &writes, WRITES_PER_COMMIT, open)?);
                writes
            }
        };
        for _ in 0..settings.threads {
            let open = opener(url, Access::Read, &reads, common.clone(), None);
            handles.push(spawn("store", &reads, 1, open)?);
        }
        let threads =
            Threads { url: url.clone(), patience: settings.patience, reads, writes, handles };
        Ok(Self(Arc::new(threads)))
    }

    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Reads of one tenant, all from one snapshot.
    pub async fn read<T, E, F>(&self, tenant: TenantId, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.submit(Access::Read, move |connection| work(&mut Tx::new(tenant, connection))).await
    }

    /// Changes to one tenant. Dropping the future before a thread has begun withdraws them;
    /// after that they are done whether or not anyone waits.
    pub async fn write<T, E, F>(&self, tenant: TenantId, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.submit(Access::Write, move |connection| work(&mut Tx::new(tenant, connection))).await
    }

    /// Reads and changes above the tenants: sign-in, sessions, leases, jobs.
    pub async fn system<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut SystemTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.submit(Access::Write, move |connection| work(&mut SystemTx::new(connection))).await
    }

    /// As [`Store::system`], but only to read: it waits for no writer.
    pub async fn system_read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut SystemTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.submit(Access::Read, move |connection| work(&mut SystemTx::new(connection))).await
    }

    /// As [`Store::read`], for callers that are not async.
    pub fn read_blocking<T, E, F>(&self, tenant: TenantId, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.wait(Access::Read, move |connection| work(&mut Tx::new(tenant, connection)))
    }

    /// As [`Store::write`], for callers that are not async.
    pub fn write_blocking<T, E, F>(&self, tenant: TenantId, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.wait(Access::Write, move |connection| work(&mut Tx::new(tenant, connection)))
    }

    /// As [`Store::system`], for callers that are not async.
    pub fn system_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut SystemTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.wait(Access::Write, move |connection| work(&mut SystemTx::new(connection)))
    }

    /// Copies a SQLite database to a new file while others go on; `false` on PostgreSQL, whose
    /// own tools do this.
    pub fn copy_to(&self, target: &Path) -> Result<bool, StoreError> {
        match &self.0.url {
            DatabaseUrl::Postgres(_) => Ok(false),
            url @ DatabaseUrl::Sqlite(_) => {
                Connection::open(url, Access::Read)?.copy_to(target).map(|()| true)
            }
        }
    }

    async fn submit<T, E>(
        &self,
        access: Access,
        work: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        // A caller that no longer listens is no fault.
        let (job, ticket) = Job::new(access, work, move |done| drop(reply.send(done)));
        self.0.queue(access).push(job);
        let answered = match tokio::time::timeout(self.0.patience, &mut answer).await {
            Ok(answered) => answered,
            Err(_) if ticket.withdraw() => return Err(StoreError::Busy.into()),
            Err(_) => answer.await,
        };
        answered.unwrap_or_else(|_| Err(died().into()))
    }

    fn wait<T, E>(
        &self,
        access: Access,
        work: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = mpsc::channel();
        let (job, ticket) = Job::new(access, work, move |done| drop(reply.send(done)));
        self.0.queue(access).push(job);
        let answered = match answer.recv_timeout(self.0.patience) {
            Err(mpsc::RecvTimeoutError::Timeout) if ticket.withdraw() => {
                return Err(StoreError::Busy.into());
            }
            Err(_) => answer.recv().ok(),
            Ok(answered) => Some(answered),
        };
        answered.unwrap_or_else(|| Err(died().into()))
    }
}

impl Threads {
    fn queue(&self, access: Access) -> &Queue {
        match access {
            Access::Read => &self.reads,
            Access::Write => &self.writes,
        }
    }
}

/// Runs the migrations that wait, and answers their names. On a thread of its own: the caller may
/// be async, where PostgreSQL's blocking client cannot be.
pub fn bring_up_to_date(url: &DatabaseUrl) -> Result<Vec<&'static str>, StoreError> {
    let url = url.clone();
    let work = move || migrate::run(&mut Connection::open(&url, Access::Write)?, MIGRATIONS);
    thread::spawn(work).join().unwrap_or_else(|_| Err(died()))
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.reads.close();
        self.writes.close();
        for handle in self.handles.drain(..) {
            // A closure may have held the last handle: a thread cannot wait for itself.
            if handle.thread().id() != thread::current().id() && handle.join().is_err() {
                tracing::error!("a database thread died of a panic");
            }
        }
    }
}

/// How a thread opens its connection, and opens it anew when it broke.
fn opener(
    url: &DatabaseUrl,
    access: Access,
    queue: &Arc<Queue>,
    common: Common,
    most_pages: Option<u32>,
) -> impl Fn() -> Result<Connection, StoreError> + Send + 'static {
    let (url, queue) = (url.clone(), Arc::clone(queue));
    move || {
        let connection = Connection::open(&url, access)?.serving(&queue).holding(&common);
        most_pages.map_or(Ok(()), |pages| connection.limit(pages))?;
        Ok(connection)
    }
}

fn spawn(
    name: &str,
    queue: &Arc<Queue>,
    group: usize,
    open: impl Fn() -> Result<Connection, StoreError> + Send + 'static,
) -> Result<JoinHandle<()>, StoreError> {
    let queue = Arc::clone(queue);
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || worker::serve(&queue, group, open))
        .map_err(|error| StoreError::Other(format!("no thread for the database: {error}")))
}

fn died() -> StoreError {
    StoreError::Other("a database thread ended before it answered".into())
}
