//! What happens in Kandji: devices and people come, go, and change.

use behaviours::{DeviceSpec, Misbehaviour, Trouble};

use crate::life::Life;

impl Life<'_> {
    pub fn something_in_kandji(&mut self) {
        let what = match self.rng.u8(0..100) {
            0..16 => self.enrolls(),
            16..34 => self.changes_user(),
            34..42 => self.on_one("loses its user", |life, id| life.sim().assign(id, None)),
            42..50 => self.is_wiped(),
            50..57 => self.is_deleted(),
            57..63 => self.returns(),
            63..71 => self.is_renamed(),
            71..77 => self.a_user_changes(),
            77..81 => {
                let removed = self.rng.bool();
                self.on_one("is marked", |life, id| life.sim().set_removed(id, removed))
            }
            81..85 => self.on_one("is missing", |life, id| life.sim().set_missing(id, true)),
            85..90 => self.gets_a_tag(),
            _ => self.misbehaves(),
        };
        self.note(format!("in Kandji: {what}"));
    }

    fn sim(&self) -> &kandji::sim::Tenant {
        self.world.sim()
    }

    fn some_device(&mut self) -> Option<kandji::sim::Device> {
        let devices = self.sim().devices();
        self.pick(&devices)
    }

    fn some_user(&mut self) -> Option<String> {
        let users: Vec<String> = self.sim().users().into_iter().map(|user| user.id).collect();
        self.pick(&users)
    }

    fn on_one(
        &mut self,
        what: &str,
        lever: impl Fn(&Self, &str) -> Result<(), kandji::sim::NoSuch>,
    ) -> String {
        let Some(device) = self.some_device() else { return "nothing is left".into() };
        lever(self, &device.device_id).unwrap();
        format!("{} {what}", device.serial)
    }

    /// Now and then with a serial, name or tag that another device or asset has.
    fn enrolls(&mut self) -> String {
        let like = self.some_device();
        let mut spec = DeviceSpec { user: self.some_user(), ..DeviceSpec::default() };
        if let Some(like) = like {
            match self.rng.u8(0..12) {
                0 => spec.serial = Some(like.serial),
                1 => spec.name = Some(like.name),
                2 => spec.asset_tag = Some(like.asset_tag),
                3 => spec.serial = Some(String::new()),
                4 => spec.serial = Some("To be filled by O.E.M.".into()),
                _ => {}
            }
        }
        let id = self.sim().add_device(spec);
        format!("{id} enrolls")
    }

    fn changes_user(&mut self) -> String {
        let Some(user) = self.some_user() else { return "nobody is there".into() };
        let what = format!("goes to {user}");
        self.on_one(&what, |life, id| life.sim().assign(id, Some(&user)))
    }

    fn is_wiped(&mut self) -> String {
        let Some(device) = self.some_device() else { return "nothing is left".into() };
        let new = self.sim().wipe_and_reenroll(&device.device_id).unwrap();
        format!("{} is wiped and comes back as {new}", device.serial)
    }

    fn is_deleted(&mut self) -> String {
        let Some(device) = self.some_device() else { return "nothing is left".into() };
        self.sim().delete(&device.device_id).unwrap();
        self.gone.push((device.device_id, device.serial.clone()));
        format!("{} is deleted", device.serial)
    }

    fn returns(&mut self) -> String {
        let Some((device_id, serial)) = self.gone.pop() else { return "nothing returns".into() };
        let device_id = self.rng.bool().then_some(device_id);
        let spec = DeviceSpec { serial: Some(serial.clone()), ..DeviceSpec::default() };
        let id = self.sim().add_device(DeviceSpec { device_id, ..spec });
        format!("{serial} returns as {id}")
    }

    fn is_renamed(&mut self) -> String {
        let name = format!("renamed {}", self.rng.u8(0..6));
        self.on_one(&format!("is \"{name}\""), |life, id| life.sim().rename(id, &name))
    }

    fn gets_a_tag(&mut self) -> String {
        let tag = format!("IT-0000{}", self.rng.u8(0..9));
        self.on_one(&format!("is tagged {tag}"), |life, id| {
            life.sim().set_field(id, "asset_tag", tag.clone().into())
        })
    }

    fn a_user_changes(&mut self) -> String {
        let Some(user) = self.some_user() else { return "nobody is there".into() };
        if self.rng.bool() {
            self.sim().archive_user(&user).unwrap();
            return format!("{user} is archived");
        }
        let n = self.rng.u8(0..5);
        let (name, email) = (format!("Jordan {n}"), format!("jordan.{n}@example.com"));
        self.sim().rename_user(&user, &name, &email).unwrap();
        format!("{user} is called {name} now")
    }

    /// A fault, for a while or until it behaves again.
    fn misbehaves(&mut self) -> String {
        if self.rng.u8(0..3) == 0 {
            self.sim().behave();
            return "it behaves again".into();
        }
        let what = match self.rng.u8(0..9) {
            0 => Misbehaviour::Unauthorized,
            1 => Misbehaviour::Forbidden,
            2 => Misbehaviour::RateLimited { retry_after: None },
            3 => Misbehaviour::Status { status: 503 },
            4 => Misbehaviour::Status { status: 400 },
            5 => Misbehaviour::Html,
            6 => Misbehaviour::Truncated,
            7 => Misbehaviour::InsertRow,
            _ => Misbehaviour::DeleteRow,
        };
        let (after, times) = (self.rng.u32(0..2), self.rng.u32(1..8));
        let path = if self.rng.bool() { "/devices" } else { "*" };
        self.sim().misbehave(Trouble::on(path, what.clone()).after(after).times(times));
        format!("{what:?} on {path} after {after}, {times} times")
    }
}
