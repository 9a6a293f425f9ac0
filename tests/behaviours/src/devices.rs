//! Devices of the simulated tenant, by the serial numbers a story calls them.

use kandji::sim::{Device, DeviceSpec, Tenant};

/// A Mac of one model that belongs to nobody: no Kandji asset tag, no enrollment configuration.
pub fn mac(serial: &str) -> DeviceSpec {
    DeviceSpec {
        serial: Some(serial.to_owned()),
        name: Some(format!("mac of {serial}")),
        asset_tag: Some(String::new()),
        platform: Some("Mac".to_owned()),
        ade: Some(None),
        ..DeviceSpec::default()
    }
}

/// Levers by serial number.
pub trait Devices {
    fn device(&self, serial: &str) -> Device;
    fn id_of(&self, serial: &str) -> String;
    /// Gives it to a user, or to nobody.
    fn give(&self, serial: &str, user: Option<&str>);
    /// Wipes and enrolls it again; answers the new device id.
    fn wipe(&self, serial: &str) -> String;
    fn vanish(&self, serial: &str);
    fn call_it(&self, serial: &str, name: &str);
}

impl Devices for Tenant {
    #[track_caller]
    fn device(&self, serial: &str) -> Device {
        let found = self.devices().into_iter().find(|device| device.serial == serial);
        found.unwrap_or_else(|| panic!("no device {serial}"))
    }

    #[track_caller]
    fn id_of(&self, serial: &str) -> String {
        self.device(serial).device_id
    }

    #[track_caller]
    fn give(&self, serial: &str, user: Option<&str>) {
        self.assign(&self.id_of(serial), user).expect("device and user are there");
    }

    #[track_caller]
    fn wipe(&self, serial: &str) -> String {
        self.wipe_and_reenroll(&self.id_of(serial)).expect("the device is there")
    }

    #[track_caller]
    fn vanish(&self, serial: &str) {
        self.delete(&self.id_of(serial)).expect("the device is there");
    }

    #[track_caller]
    fn call_it(&self, serial: &str, name: &str) {
        self.rename(&self.id_of(serial), name).expect("the device is there");
    }
}
