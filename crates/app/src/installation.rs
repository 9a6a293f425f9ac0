//! The installation: what every use case needs at hand. Cloning it clones a handle.

use std::sync::{Arc, LazyLock};

use documents::pdf::Fonts;
use domain::{Id, Mint};
use kandji::ExtraHosts;
use store::{DatabaseUrl, Store};
use tokio::sync::Semaphore;

use crate::attachments::Limits;
use crate::clock::{Clock, random_text};
use crate::imports::Working;
use crate::mail::Mail;
use crate::refusal::Refusal;
use crate::reports::places::Places;
use crate::secrets::Keys;

/// Runs under way at once; each holds a survey and an inventory in memory.
const RUNS_AT_ONCE: usize = 2;
const HASHED_AT_ONCE: usize = 2;
const PRINTED_AT_ONCE: usize = 2;

/// Settings that an installation is started with.
#[derive(Clone)]
pub struct Options {
    pub database: DatabaseUrl,
    pub keys: Keys,
    pub clock: Clock,
    pub extra_hosts: ExtraHosts,
    /// List requests a second; `None` is for a simulated tenant on this machine: no ceiling, and
    /// next to no waiting between tries.
    pub requests_per_second: Option<u32>,
}

#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) mint: Arc<Mint>,
    pub(crate) keys: Keys,
    pub(crate) extra_hosts: ExtraHosts,
    pub(crate) requests_per_second: Option<u32>,
    /// Where webhooks may lead besides public addresses over HTTPS.
    pub(crate) webhook_hosts: ExtraHosts,
    /// Nothing: alerts stay in the app.
    pub(crate) mail: Option<Mail>,
    /// Of files kept with assets.
    pub(crate) limits: Limits,
    /// Those we carry, unless an operator adds some.
    fonts: Option<Arc<Fonts>>,
    /// Names this process in leases.
    pub(crate) owner: Arc<str>,
    pub(crate) runs: Arc<Semaphore>,
    /// Files on their way out.
    pub(crate) downloads: Places,
    /// Imports that this process works on.
    pub(crate) imports: Working,
    /// Passwords hashed at once: each takes memory and a while, and strangers may ask for it.
    pub(crate) hashing: Arc<Semaphore>,
    /// Papers drawn at once: thousands of labels keep a core busy for seconds.
    pub(crate) printing: Arc<Semaphore>,
}

impl App {
    /// Opens the database, bringing it up to date, and takes a node number for ids.
    pub fn open(options: Options) -> Result<Self, Refusal> {
        Self::over(Store::open(&options.database)?, options)
    }

    /// The same over a database that is open already.
    pub fn over(store: Store, options: Options) -> Result<Self, Refusal> {
        let (node, newest) = store.system_blocking(|tx| {
            Ok::<_, Refusal>((store::nodes::next(tx)?, store::nodes::newest_id(tx)?))
        })?;
        let mint = Mint::new(node);
        mint.go_on_above(newest);
        let owner = random_text::<8>();
        Ok(App {
            store,
            clock: options.clock,
            mint: Arc::new(mint),
            keys: options.keys,
            extra_hosts: options.extra_hosts,
            requests_per_second: options.requests_per_second,
            webhook_hosts: ExtraHosts::none(),
            mail: None,
            fonts: None,
            limits: Limits::default(),
            owner: owner.into(),
            runs: Arc::new(Semaphore::new(RUNS_AT_ONCE)),
            downloads: Places::default(),
            imports: Working::default(),
            hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            printing: Arc::new(Semaphore::new(PRINTED_AT_ONCE)),
        })
    }

    /// The same, with a way to send mail.
    #[must_use]
    pub fn mailing(self, mail: Option<Mail>) -> Self {
        App { mail, ..self }
    }

    /// The same, with webhooks that may lead to these origins too.
    #[must_use]
    pub fn sending_to(self, webhook_hosts: ExtraHosts) -> Self {
        App { webhook_hosts, ..self }
    }

    pub fn mail(&self) -> Option<&Mail> {
        self.mail.as_ref()
    }

    /// The same, taking files up to these sizes.
    #[must_use]
    pub fn attaching(self, limits: Limits) -> Self {
        App { limits, ..self }
    }

    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// The same, printing with fonts for scripts that ours lack.
    #[must_use]
    pub fn printing(self, more: Vec<Vec<u8>>) -> Self {
        App { fonts: Some(Arc::new(Fonts::with(more))), ..self }
    }

    pub(crate) fn fonts(&self) -> Arc<Fonts> {
        static OURS: LazyLock<Arc<Fonts>> = LazyLock::new(Arc::default);
        self.fonts.clone().unwrap_or_else(|| OURS.clone())
    }

    pub fn now(&self) -> domain::Timestamp {
        self.clock.now()
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn id<N: domain::id::Noun>(&self) -> Id<N> {
        self.mint.id(self.clock.now())
    }

    /// Whether the database answers; for `/readyz`.
    pub async fn ready(&self) -> Result<(), Refusal> {
        self.store.system_read(store::tenants::first).await?;
        Ok(())
    }

    /// A consistent copy of a SQLite database; `false` on PostgreSQL.
    pub fn copy_database(&self, target: &std::path::Path) -> Result<bool, Refusal> {
        Ok(self.store.copy_to(target)?)
    }
}
