//! The devices and people of the simulated tenant, and how a fresh fleet is drawn.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::catalog::{self, MODELS, Model};

/// An enrolled device.
#[derive(Debug, Clone)]
pub struct Device {
    pub device_id: String,
    pub serial: String,
    pub name: String,
    pub os_version: String,
    pub build: String,
    pub asset_tag: String,
    /// The assigned user's id.
    pub user: Option<String>,
    pub tags: Vec<String>,
    pub mdm_enabled: bool,
    pub missing: bool,
    pub removed: bool,
    pub lost_mode: String,
    pub first_enrollment: Timestamp,
    pub last_enrollment: Timestamp,
    pub last_check_in: Option<Timestamp>,
    /// Index of the ADE integration it is listed under.
    pub ade: Option<usize>,
    /// Counts enrollments; steers what is else arbitrary.
    pub ordinal: usize,
    pub(super) model: &'static Model,
    pub(super) blueprint: usize,
    /// Raw values laid over the row as sent.
    pub(super) overlay: Map<String, Value>,
    /// The list row, ready to be sent.
    pub(super) row: String,
}

/// A person of the tenant's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: String,
    pub name: String,
    pub email: String,
    pub department: String,
    pub job_title: String,
    pub archived: bool,
    pub ordinal: usize,
    pub created_at: Timestamp,
}

/// A device Apple lists that was never enrolled.
#[derive(Debug, Clone)]
pub struct Awaiting {
    pub serial: String,
    pub ade: usize,
    pub(super) model: &'static Model,
}

impl Device {
    pub fn platform(&self) -> &'static str {
        self.model.platform
    }

    /// The marketing name.
    pub fn model(&self) -> &'static str {
        self.model.name
    }

    /// The list row, as it is sent.
    pub fn row(&self) -> &str {
        &self.row
    }

    pub fn blueprint_name(&self) -> &'static str {
        catalog::BLUEPRINTS[self.blueprint]
    }

    pub(super) fn is_apple(&self) -> bool {
        self.model.manufacturer == "Apple"
    }
}

/// Draws devices and people; the same draws for the same seed.
#[derive(Debug)]
pub(super) struct Draw {
    pub rng: fastrand::Rng,
    /// Devices drawn so far; makes serials and names unique.
    pub drawn: usize,
    pub people: usize,
}

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw { rng: fastrand::Rng::with_seed(seed), drawn: 0, people: 0 }
    }

    /// A random id in the shape of a version 4 UUID.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.rng.u64(..), self.rng.u64(..));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.rng.usize(0..from.len())]
    }

    pub fn model(&mut self) -> &'static Model {
        let total: u32 = MODELS.iter().map(|model| model.weight).sum();
        let mut at = self.rng.u32(0..total);
        for model in &MODELS {
            if at < model.weight {
                return model;
            }
            at -= model.weight;
        }
        &MODELS[0]
    }

    pub fn serial(&mut self, model: &Model) -> String {
        self.drawn += 1;
        format!("SYN{}{:06}", catalog::serial_mark(model.platform), self.drawn)
    }

    /// A moment up to `days` before `now`, to the microsecond.
    pub fn before(&mut self, now: Timestamp, days: i64) -> Timestamp {
        let micros = self.rng.i64(0..days * 86_400 * 1_000_000);
        now - SignedDuration::from_micros(micros)
    }

    pub fn user(&mut self, now: Timestamp) -> User {
        self.people += 1;
        let n = self.people;
        let first = catalog::FIRST[(n - 1) % catalog::FIRST.len()];
        let last = catalog::LAST[((n - 1) / catalog::FIRST.len() + n - 1) % catalog::LAST.len()];
        let place = self.rng.usize(0..catalog::DEPARTMENTS.len());
        User {
            id: self.uuid(),
            name: format!("{first} {last}"),
            email: email(first, last, n, self.chance(3)),
            department: catalog::DEPARTMENTS[place].to_owned(),
            job_title: catalog::TITLES[place].to_owned(),
            archived: n > 2 && self.chance(6),
            ordinal: n,
            created_at: self.before(now, 900),
        }
    }

    /// A device just as it is enrolled, assigned to nobody yet.
    pub fn device(&mut self, model: &'static Model, now: Timestamp) -> Device {
        let serial = self.serial(model);
        let systems = catalog::systems(model.platform);
        let os = self.pick(systems);
        let tagged = self.chance(70);
        let tags = if self.chance(60) {
            vec![(*self.pick(&catalog::TAGS)).to_owned(), (*self.pick(&catalog::TAGS)).to_owned()]
        } else {
            Vec::new()
        };
        let ade = match self.rng.u32(0..100) {
            _ if model.manufacturer != "Apple" => None,
            0..80 => Some(0),
            80..88 => Some(1),
            _ => None,
        };
        let mut device = Device {
            device_id: self.uuid(),
            name: format!("{}-{:05}", model.generic.replace(' ', "-").to_lowercase(), self.drawn),
            asset_tag: if tagged { format!("IT-{:05}", self.drawn) } else { String::new() },
            serial,
            os_version: os.version.to_owned(),
            build: os.build.to_owned(),
            user: None,
            tags,
            mdm_enabled: true,
            missing: false,
            removed: false,
            lost_mode: String::new(),
            first_enrollment: now,
            last_enrollment: now,
            last_check_in: Some(now),
            ade,
            ordinal: self.drawn,
            blueprint: catalog::blueprint(model.platform, false),
            model,
            overlay: Map::new(),
            row: String::new(),
        };
        device.tags.dedup();
        device
    }

    /// A device that has been around for a while, and by a chance of so many in a hundred has a user.
    pub fn settled(&mut self, now: Timestamp, users: &[User], assigned: u32) -> Device {
        let model = self.model();
        let enrolled = self.before(now, 1_200);
        let mut device = self.device(model, enrolled);
        if self.chance(15) {
            let days = (now.duration_since(enrolled).as_hours() / 24).max(1);
            device.last_enrollment = self.before(now, days);
        }
        if self.chance(assigned) && !users.is_empty() {
            let user = self.pick(users);
            device.user = Some(user.id.clone());
            device.name = device_name(user, &device);
        } else {
            device.blueprint = catalog::blueprint(model.platform, true);
        }
        device.last_check_in = if self.chance(2) { None } else { Some(self.before(now, 3)) };
        if self.chance(4) {
            device.missing = true;
            device.mdm_enabled = self.chance(50);
            device.last_check_in = Some(self.before(now, 200) - SignedDuration::from_hours(800));
        }
        device
    }

    pub fn awaiting(&mut self) -> Awaiting {
        let apple = MODELS.iter().filter(|model| model.manufacturer == "Apple");
        let apple: Vec<&'static Model> = apple.collect();
        let model = *self.pick(&apple);
        Awaiting { serial: self.serial(model), ade: usize::from(self.chance(20)), model }
    }
}

/// What people call their machines, the typographic apostrophe included.
pub(super) fn device_name(user: &User, device: &Device) -> String {
    let first = user.name.split(' ').next().unwrap_or("Somebody");
    match device.platform() {
        "iPhone" | "iPad" if device.ordinal.is_multiple_of(3) => device.platform().to_owned(),
        "Windows" => format!("WIN-SYN-{:05}", device.ordinal),
        _ => format!("{first}’s {}", device.model.generic),
    }
}

fn email(first: &str, last: &str, n: usize, capitals: bool) -> String {
    let plain = |name: &str| -> String { name.chars().filter(char::is_ascii_alphabetic).collect() };
    let round = (n - 1) / (catalog::FIRST.len() * catalog::LAST.len());
    let number = if round == 0 { String::new() } else { (round + 1).to_string() };
    let email = format!("{}.{}{number}@example.com", plain(first), plain(last));
    // Directories disagree about capitals; whoever compares addresses must not care.
    if capitals { email } else { email.to_ascii_lowercase() }
}
