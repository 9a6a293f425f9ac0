//! The tenant as a whole: what it holds, behind one lock, and how it is made.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

use super::fleet::{Awaiting, Device, Draw, User};
use super::row;
use super::tally::{Tally, TallyBook};
use super::trouble::Trouble;

/// How a tenant is drawn. The same configuration draws the same tenant.
#[derive(Debug, Clone)]
pub struct SimConfig {
    pub devices: usize,
    /// People in its directory; `None` is one for two devices.
    pub people: Option<usize>,
    /// So many in a hundred devices are assigned to one of them.
    pub assigned: u32,
    pub seed: u64,
    /// What the tenant takes for now; it only moves with `step` and `set_now`.
    pub now: Timestamp,
    /// The one token it accepts.
    pub token: String,
    /// Requests it grants before it answers 429; `None` is without end.
    pub hourly_requests: Option<u64>,
    /// What its answers say the time is.
    pub dated: Dated,
}

/// The `Date` of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dated {
    /// It says nothing, for its world stands still at a time of its own.
    Not,
    /// The time of this machine.
    ByMachine,
    At(Timestamp),
}

impl Default for SimConfig {
    fn default() -> SimConfig {
        SimConfig {
            devices: 50,
            people: None,
            assigned: 90,
            seed: 1,
            now: Timestamp::constant(1_788_249_600, 0), // 2026-09-01T08:00:00Z
            token: "00000000-0000-4000-8000-00000000070c".to_owned(),
            hourly_requests: None,
            dated: Dated::Not,
        }
    }
}

/// A simulated tenant. Clones are handles to the same one.
#[derive(Clone)]
pub struct Tenant {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub config: SimConfig,
    pub world: Mutex<World>,
    pub troubles: Mutex<Vec<Trouble>>,
    pub tally: Mutex<TallyBook>,
    /// The token that took the first one's place.
    pub renewed: Mutex<Option<String>>,
    pub dated: Mutex<Dated>,
    /// Counts the times it was told to behave; hung requests wait for the next.
    pub behaved: watch::Sender<u64>,
    /// True once the server goes down; hung requests wait for it.
    pub stopping: watch::Sender<bool>,
}

/// Everything the tenant knows.
#[derive(Debug)]
pub(super) struct World {
    pub now: Timestamp,
    pub draw: Draw,
    /// In order of `device_id`, so that a page is a slice.
    pub devices: Vec<Device>,
    pub users: Vec<User>,
    pub awaiting: Vec<Awaiting>,
    /// When each ADE token ends.
    pub ade_expiry: [Timestamp; 2],
    /// Whether rows carry the keys that came with Windows and Android.
    pub mixed: bool,
    /// What follows from the fleet, until it changes.
    pub(super) derived: OnceCell<Derived>,
}

/// Found out once per change of the fleet: a page of 300 must not look through 100,000 devices.
#[derive(Debug)]
pub(super) struct Derived {
    /// Positions of the devices listed for ADE.
    pub listed: Vec<usize>,
    /// How many devices each user has.
    pub held: HashMap<String, usize>,
}

impl Tenant {
    pub fn new(config: SimConfig) -> Tenant {
        let world = World::drawn(&config);
        let (stopping, _) = watch::channel(false);
        let (behaved, _) = watch::channel(0);
        let shared = Shared {
            dated: Mutex::new(config.dated),
            config,
            world: Mutex::new(world),
            troubles: Mutex::default(),
            tally: Mutex::default(),
            renewed: Mutex::default(),
            behaved,
            stopping,
        };
        Tenant { shared: Arc::new(shared) }
    }

    /// The token it was made with.
    pub fn token(&self) -> &str {
        &self.shared.config.token
    }

    /// Every enrolled device, in order of `device_id`.
    pub fn devices(&self) -> Vec<Device> {
        self.world().devices.clone()
    }

    pub fn users(&self) -> Vec<User> {
        self.world().users.clone()
    }

    pub fn awaiting(&self) -> Vec<Awaiting> {
        self.world().awaiting.clone()
    }

    /// The requests that arrived so far.
    pub fn requests(&self) -> Tally {
        lock(&self.shared.tally).tally()
    }

    pub fn forget_requests(&self) {
        *lock(&self.shared.tally) = TallyBook::default();
    }

    /// From now on, or `trouble.times` times, it behaves badly.
    pub fn misbehave(&self, trouble: Trouble) {
        lock(&self.shared.troubles).push(trouble);
    }

    /// Ends every misbehaviour, and with it the waiting of requests that hang.
    pub fn behave(&self) {
        let mut troubles = lock(&self.shared.troubles);
        troubles.clear();
        self.shared.behaved.send_modify(|times| *times += 1);
    }

    /// The token expires, and this one is accepted in its place.
    pub fn renew_token(&self, token: &str) {
        *lock(&self.shared.renewed) = Some(token.to_owned());
    }

    /// From now on its answers say so.
    pub fn tell_time(&self, dated: Dated) {
        *lock(&self.shared.dated) = dated;
    }

    pub fn now(&self) -> Timestamp {
        self.world().now
    }

    pub fn set_now(&self, now: Timestamp) {
        self.world().now = now;
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.shared.world)
    }
}

/// A lock whose holder panicked still guards a world that is good enough for a simulation.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// 2027-03-11 and, long past by then, 2026-01-31.
const ADE_EXPIRY: [Timestamp; 2] =
    [Timestamp::constant(1_804_740_103, 0), Timestamp::constant(1_769_887_338, 0)];

impl World {
    fn drawn(config: &SimConfig) -> World {
        let mut draw = Draw::new(config.seed);
        let usual = if config.devices == 0 { 0 } else { (config.devices / 2).max(3) };
        let people = config.people.unwrap_or(usual);
        let mut users: Vec<User> = (0..people).map(|_| draw.user(config.now)).collect();
        users.sort_by(|a, b| a.id.cmp(&b.id));
        let mut devices: Vec<Device> = (0..config.devices)
            .map(|_| draw.settled(config.now, &users, config.assigned))
            .collect();
        devices.sort_by(|a, b| a.device_id.cmp(&b.device_id));
        let waiting = if config.devices == 0 { 0 } else { config.devices / 20 + 2 };
        let awaiting = (0..waiting).map(|_| draw.awaiting()).collect();
        let mixed = devices.iter().any(|device| !device.is_apple());
        let mut world = World {
            now: config.now,
            draw,
            devices,
            users,
            awaiting,
            ade_expiry: ADE_EXPIRY,
            mixed,
            derived: OnceCell::new(),
        };
        world.rewrite_all();
        world
    }

    pub fn user(&self, id: &str) -> Option<&User> {
        let at = self.users.binary_search_by(|user| user.id.as_str().cmp(id)).ok()?;
        Some(&self.users[at])
    }

    pub fn position(&self, device_id: &str) -> Option<usize> {
        self.devices.binary_search_by(|device| device.device_id.as_str().cmp(device_id)).ok()
    }

    pub fn insert(&mut self, device: Device) {
        let found = self.devices.binary_search_by(|other| other.device_id.cmp(&device.device_id));
        let at = found.unwrap_or_else(|free| free);
        self.devices.insert(at, device);
        if !self.mixed && !self.devices[at].is_apple() {
            self.mixed = true;
            self.rewrite_all();
        } else {
            self.rewrite(at);
        }
    }

    pub fn derived(&self) -> &Derived {
        self.derived.get_or_init(|| {
            let mut held = HashMap::new();
            for user in self.devices.iter().filter_map(|device| device.user.clone()) {
                *held.entry(user).or_default() += 1;
            }
            let listed = |at: &usize| self.devices[*at].ade.is_some();
            Derived { listed: (0..self.devices.len()).filter(listed).collect(), held }
        })
    }

    pub fn remove(&mut self, at: usize) -> Device {
        self.derived.take();
        self.devices.remove(at)
    }

    /// Writes the row of a device anew after it changed.
    pub fn rewrite(&mut self, at: usize) {
        self.derived.take();
        let user = self.devices[at].user.as_deref().and_then(|id| self.user(id));
        let row = row::device(&self.devices[at], user, self.mixed);
        self.devices[at].row = row;
    }

    pub fn rewrite_all(&mut self) {
        for at in 0..self.devices.len() {
            self.rewrite(at);
        }
    }

    /// Writes the rows anew that show this user.
    pub fn rewrite_of(&mut self, user: &str) {
        for at in 0..self.devices.len() {
            if self.devices[at].user.as_deref() == Some(user) {
                self.rewrite(at);
            }
        }
    }
}
