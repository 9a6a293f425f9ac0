//! A fortnight of each guide: set up, synced, handed on, checked out by hand, put away, wiped,
//! deleted, locked out, mended; after each step what the guide says, and an event that says why.

mod amfj;
mod bluetally;
mod reftab;

use behaviours::{DeviceSpec, Devices, Text, World, mac};
use serde_json::{Value, json};

const NEW_TOKEN: &str = "00000000-0000-4000-8000-00000000beef";

const RACK: u64 = 9;

/// Robin has SYNMAC1 and SYNMAC2 in Kandji, nobody has SYNMAC3; Casey has nothing. Nine others
/// stand in the rack, where nothing ever happens.
struct Office {
    world: World,
    robin: String,
    casey: String,
}

impl Office {
    /// `known` people are employees here before Kandji is connected.
    async fn open(known: bool) -> Office {
        let world = World::new().await;
        let mut ids = Vec::new();
        for (name, email) in
            [("Robin Reyes", "robin@example.com"), ("Casey Cole", "casey@example.com")]
        {
            if known {
                world.employee(name, email).await;
            }
            ids.push(world.sim().add_user(name, email));
        }
        let [robin, casey] = <[String; 2]>::try_from(ids).unwrap();
        for (serial, user) in
            [("SYNMAC1", Some(&robin)), ("SYNMAC2", Some(&robin)), ("SYNMAC3", None)]
        {
            world.sim().add_device(DeviceSpec { user: user.cloned(), ..mac(serial) });
        }
        for n in 1..=RACK {
            world.sim().add_device(mac(&format!("SYNRACK{n}")));
        }
        Office { world, robin, casey }
    }

    /// A day later, after the runs of the night.
    async fn next_day(&self) -> Value {
        self.world.advance(24);
        self.world.synced().await
    }

    async fn employee(&self, name: &str) -> String {
        let all = self.world.employees().await;
        all.iter().find(|found| found["name"] == name).expect("they work here")["id"].text()
    }

    /// Who has the asset, and that the newest event of its custody is the one that says why.
    async fn stands(&self, tag: &str, holder: &str, why: &str) {
        assert_eq!(self.world.holder(tag).await, holder, "{tag}");
        let told = self.world.custody_of(tag).await;
        assert_eq!(told.last().map_or("", String::as_str), why, "{tag}: {told:#?}");
        self.custody_is_told(tag).await;
    }

    /// Every change of custody has an event of its own, in order, each with its reason.
    async fn custody_is_told(&self, tag: &str) {
        let mut holder = Value::Null;
        for event in self.world.history(tag).await {
            let moved =
                event["changes"].list().iter().find(|change| change["field"] == "custodian");
            let Some(moved) = moved else { continue };
            assert_eq!(moved["before"], holder, "no custody changed between two events: {event}");
            assert!(event["note"].as_str().is_some_and(|note| !note.is_empty()), "why? {event}");
            holder = moved["after"].clone();
        }
        let now = self.world.asset(tag).await["custodian"].clone();
        assert_eq!((&holder["kind"], &holder["id"]), (&now["kind"], &now["id"]));
    }

    /// The token expires; a run fails, is told everywhere, and changes nothing.
    async fn lock_out(&self) {
        let before = self.world.get("/assets?archived=any").await.body;
        self.world.sim().renew_token(NEW_TOKEN);
        let run = self.world.sync().await;
        assert_eq!(run["state"], "failed");
        assert!(run["error"].text().contains("refused the API token (401)"), "{run}");
        assert_eq!(self.world.alerts().await.len(), 1);
        self.world.page("assets").await.expect(200).shows("Kandji cannot be read");
        assert_eq!(self.world.source().await["health"]["state"], "failing");
        assert_eq!(self.world.get("/assets?archived=any").await.body, before);
    }

    /// Update the connection: new credentials, tested, and all is well again.
    async fn mend(&self) {
        let wrong = json!({"api_url": self.world.kandji.url(), "token": "still-the-wrong-one"});
        let refused = self.world.put("/sources/kandji/connection", wrong).await;
        assert_eq!(refused.bad_fields(), ["connection"]);
        let right = json!({"api_url": self.world.kandji.url(), "token": NEW_TOKEN});
        self.world.put("/sources/kandji/connection", right).await.expect(200);
        assert_eq!(self.world.alerts().await.len(), 0);
        self.world.synced().await;
        assert_eq!(self.world.source().await["health"]["state"], "ok");
    }

    /// Nothing is left to do, and nothing was ever written to Kandji.
    async fn rests(&self) {
        let run = self.world.run("preview").await;
        let nothing =
            json!({"created": 0, "updated": 0, "linked": 0, "checked_out": 0, "checked_in": 0});
        assert_eq!(run["changes"], nothing, "{run}");
        assert!(self.world.sim().requests().refused.is_empty());
        for tag in self.world.tags().await {
            self.custody_is_told(&tag).await;
        }
    }

    fn give(&self, serial: &str, user: Option<&str>) {
        self.world.sim().give(serial, user);
    }
}
