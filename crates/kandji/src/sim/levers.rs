//! Changing the tenant by hand: what tests pull to tell one story.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::catalog::MODELS;
use super::fleet::{Device, User, device_name};
use super::tenant::{Tenant, World};

/// A lever was pulled on something that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the simulated tenant has no {what} \"{id}\"; hint: list them to see the ids")]
pub struct NoSuch {
    pub what: &'static str,
    pub id: String,
}

/// A device to enroll; what is `None` is drawn.
#[derive(Debug, Clone, Default)]
pub struct DeviceSpec {
    pub device_id: Option<String>,
    pub serial: Option<String>,
    pub name: Option<String>,
    pub asset_tag: Option<String>,
    /// `Mac`, `iPhone`, `iPad`, `AppleTV`, `Windows` or `Android`.
    pub platform: Option<String>,
    /// A user's id.
    pub user: Option<String>,
    /// 0 or 1; `Some(None)` keeps it out of ADE.
    pub ade: Option<Option<usize>>,
}

impl Tenant {
    /// Gives the device to a user, or to nobody.
    pub fn assign(&self, device: &str, user: Option<&str>) -> Result<(), NoSuch> {
        let mut world = self.world();
        if let Some(id) = user {
            world.user(id).ok_or_else(|| no_such("user", id))?;
        }
        world.change(device, |device| device.user = user.map(str::to_owned))
    }

    /// Deletes the record: the device is simply not listed any more.
    pub fn delete(&self, device: &str) -> Result<(), NoSuch> {
        self.world().take(device).map(drop)
    }

    /// Wipes it, deletes the record and enrolls it again: a new `device_id`, the same serial, and
    /// nobody's. Returns the new id.
    pub fn wipe_and_reenroll(&self, device: &str) -> Result<String, NoSuch> {
        self.world().reenroll(device)
    }

    pub fn set_removed(&self, device: &str, removed: bool) -> Result<(), NoSuch> {
        self.world().change(device, |device| device.removed = removed)
    }

    pub fn set_missing(&self, device: &str, missing: bool) -> Result<(), NoSuch> {
        self.world().change(device, |device| device.missing = missing)
    }

    pub fn rename(&self, device: &str, name: &str) -> Result<(), NoSuch> {
        self.world().change(device, |device| name.clone_into(&mut device.name))
    }

    /// Sends this value under this key of the list row from now on, whatever it may be.
    pub fn set_field(&self, device: &str, key: &str, value: Value) -> Result<(), NoSuch> {
        self.world().change(device, |device| drop(device.overlay.insert(key.to_owned(), value)))
    }

    /// Enrolls a device and returns its id.
    pub fn add_device(&self, spec: DeviceSpec) -> String {
        self.world().enroll(spec)
    }

    /// Says from now on that this ADE token, 0 or 1, expires then.
    pub fn set_ade_expiry(&self, token: usize, at: Timestamp) {
        self.world().ade_expiry[token] = at;
    }

    /// Adds a person and returns their id.
    pub fn add_user(&self, name: &str, email: &str) -> String {
        let mut world = self.world();
        let now = world.now;
        let drawn = world.draw.user(now);
        let user =
            User { name: name.to_owned(), email: email.to_owned(), archived: false, ..drawn };
        let id = user.id.clone();
        let at = world.users.partition_point(|other| other.id < id);
        world.users.insert(at, user);
        id
    }

    /// Archives a person; what they hold stays theirs, as in Kandji.
    pub fn archive_user(&self, user: &str) -> Result<(), NoSuch> {
        self.world().change_user(user, |user| user.archived = true)
    }

    pub fn rename_user(&self, user: &str, name: &str, email: &str) -> Result<(), NoSuch> {
        self.world().change_user(user, |user| {
            name.clone_into(&mut user.name);
            email.clone_into(&mut user.email);
        })
    }

    pub(super) fn delete_first(&self) {
        let mut world = self.world();
        if !world.devices.is_empty() {
            world.remove(0);
        }
    }

    pub(super) fn insert_first(&self) {
        let mut world = self.world();
        // Sorts before every id drawn at random, and after those inserted before it.
        let device_id = format!("00000000-0000-4000-8000-{:012}", world.draw.drawn);
        world.enroll(DeviceSpec { device_id: Some(device_id), ..DeviceSpec::default() });
    }
}

impl World {
    pub fn change(&mut self, device: &str, change: impl FnOnce(&mut Device)) -> Result<(), NoSuch> {
        let at = self.position(device).ok_or_else(|| no_such("device", device))?;
        change(&mut self.devices[at]);
        self.rewrite(at);
        Ok(())
    }

    fn change_user(&mut self, user: &str, change: impl FnOnce(&mut User)) -> Result<(), NoSuch> {
        let found = self.users.iter_mut().find(|other| other.id == user);
        change(found.ok_or_else(|| no_such("user", user))?);
        self.rewrite_of(user);
        Ok(())
    }

    pub fn take(&mut self, device: &str) -> Result<Device, NoSuch> {
        let at = self.position(device).ok_or_else(|| no_such("device", device))?;
        Ok(self.remove(at))
    }

    pub fn reenroll(&mut self, device: &str) -> Result<String, NoSuch> {
        let old = self.take(device)?;
        let device_id = self.draw.uuid();
        self.insert(Device {
            device_id: device_id.clone(),
            user: None,
            missing: false,
            removed: false,
            mdm_enabled: true,
            first_enrollment: self.now,
            last_enrollment: self.now,
            last_check_in: Some(self.now),
            ..old
        });
        Ok(device_id)
    }

    pub fn enroll(&mut self, spec: DeviceSpec) -> String {
        let of_platform =
            MODELS.iter().find(|model| spec.platform.as_deref() == Some(model.platform));
        let model = of_platform.unwrap_or_else(|| self.draw.model());
        let now = self.now - SignedDuration::from_secs(30);
        let mut device = self.draw.device(model, now);
        if let Some(user) = spec.user.as_deref().and_then(|id| self.user(id)) {
            device.name = device_name(user, &device);
        }
        device.user = spec.user;
        device.device_id = spec.device_id.unwrap_or(device.device_id);
        device.serial = spec.serial.unwrap_or(device.serial);
        device.name = spec.name.unwrap_or(device.name);
        device.asset_tag = spec.asset_tag.unwrap_or(device.asset_tag);
        device.ade = spec.ade.unwrap_or(device.ade);
        let id = device.device_id.clone();
        self.insert(device);
        id
    }
}

fn no_such(what: &'static str, id: &str) -> NoSuch {
    NoSuch { what, id: id.to_owned() }
}
