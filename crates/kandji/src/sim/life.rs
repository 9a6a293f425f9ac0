//! The tenant lives: every step is one believable event, drawn from the seed.

use jiff::SignedDuration;

use super::catalog::systems;
use super::fleet::User;
use super::levers::DeviceSpec;
use super::tenant::{Tenant, World};

impl Tenant {
    /// Lets one thing happen, a minute later than the last, and says what it was.
    pub fn step(&self) -> String {
        let mut world = self.world();
        world.now += SignedDuration::from_mins(1);
        world.step()
    }
}

impl World {
    fn step(&mut self) -> String {
        if self.devices.is_empty() {
            return self.newcomer();
        }
        let at = self.draw.rng.usize(0..self.devices.len());
        let id = self.devices[at].device_id.clone();
        let serial = self.devices[at].serial.clone();
        let what = match self.draw.rng.u32(0..100) {
            0..10 => return self.newcomer(),
            10..25 => self.handed_over(at),
            25..33 => self.set(at, |world, at| world.devices[at].user = None, "lost its user"),
            33..38 => {
                let new = self.reenroll(&id).unwrap_or_default();
                format!("was wiped and came back as {new}")
            }
            38..42 => {
                self.remove(at);
                "vanished from the list".to_owned()
            }
            42..70 => self.set(at, checked_in, "checked in"),
            70..78 => self.renamed(at),
            78..90 => self.set(at, updated, "got a newer system"),
            90..96 => self.set(at, strayed, "has not been heard of for a month"),
            _ => {
                self.set(at, |world, at| world.devices[at].removed = true, "was marked as removed")
            }
        };
        format!("{serial} {what}")
    }

    fn set(&mut self, at: usize, change: fn(&mut World, usize), what: &str) -> String {
        change(self, at);
        self.rewrite(at);
        what.to_owned()
    }

    fn newcomer(&mut self) -> String {
        let user = self.somebody().map(|user| user.id);
        let id = self.enroll(DeviceSpec { user, ..DeviceSpec::default() });
        let at = self.position(&id).expect("it was enrolled just above");
        format!("{} was enrolled as \"{}\"", self.devices[at].serial, self.devices[at].name)
    }

    fn handed_over(&mut self, at: usize) -> String {
        let Some(user) = self.somebody() else { return "was handed to nobody".to_owned() };
        self.devices[at].user = Some(user.id);
        self.rewrite(at);
        format!("was handed to {}", user.email)
    }

    fn renamed(&mut self, at: usize) -> String {
        let name = format!("loaner-{:03}", self.draw.rng.u32(0..1_000));
        self.devices[at].name.clone_from(&name);
        self.rewrite(at);
        format!("was renamed to \"{name}\"")
    }

    fn somebody(&mut self) -> Option<User> {
        let present: Vec<&User> = self.users.iter().filter(|user| !user.archived).collect();
        if present.is_empty() {
            return None;
        }
        Some(self.draw.pick(&present).to_owned().clone())
    }
}

fn checked_in(world: &mut World, at: usize) {
    let device = &mut world.devices[at];
    device.last_check_in = Some(world.now);
    device.missing = false;
}

fn updated(world: &mut World, at: usize) {
    let device = &mut world.devices[at];
    if let Some(newest) = systems(device.platform()).last() {
        newest.version.clone_into(&mut device.os_version);
        newest.build.clone_into(&mut device.build);
    }
}

fn strayed(world: &mut World, at: usize) {
    let device = &mut world.devices[at];
    device.missing = true;
    device.last_check_in = Some(world.now - SignedDuration::from_hours(31 * 24));
}
