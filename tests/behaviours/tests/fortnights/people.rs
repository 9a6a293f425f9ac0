//! What people do here, over the API, beside the runs; being refused is part of it.

use behaviours::{Answer, Text};
use serde_json::{Value, json};

use crate::life::Life;

impl Life<'_> {
    pub async fn somebody_edits(&mut self) {
        let (what, answer) = match self.rng.u8(0..100) {
            0..14 => self.renames().await,
            14..34 => self.hands_out().await,
            34..44 => self.takes_back().await,
            44..52 => self.archives().await,
            52..57 => self.deletes().await,
            57..66 => self.adds().await,
            66..80 => self.settles().await,
            80..92 => self.changes_settings().await,
            _ => self.hires().await,
        };
        assert!(answer.status < 500, "{what}: {}", answer.text);
        self.note(format!("somebody {what}: {}", answer.status));
    }

    async fn some_asset(&mut self) -> Option<Value> {
        let list = self.world.get("/assets?archived=any&limit=200").await.expect(200).body;
        self.pick(list["items"].list())
    }

    async fn of_an_asset(&mut self, verb: &str, what: &str, body: Value) -> (String, Answer) {
        let Some(asset) = self.some_asset().await else { return self.nothing().await };
        let path = format!("/assets/{}", asset["id"].text());
        let answer = match verb {
            "PATCH" => self.world.patch(&path, body).await,
            "DELETE" => self.world.delete(&path).await,
            noun => self.world.post(&format!("{path}/{noun}"), body).await,
        };
        (format!("{what} {}", asset["tag"].text()), answer)
    }

    async fn nothing(&self) -> (String, Answer) {
        ("finds nothing to do".into(), self.world.get("/company").await)
    }

    async fn renames(&mut self) -> (String, Answer) {
        let n = self.rng.u8(0..6);
        let change = match self.rng.u8(0..5) {
            0 => json!({"tag": format!("IT-0000{n}")}),
            1 => json!({"serial": format!("SYNMAC00000{n}")}),
            2 => json!({"notes": "seen", "warranty_until": "2027-01-01"}),
            _ => json!({"name": format!("named here {n}")}),
        };
        let what = format!("changes {change} of");
        self.of_an_asset("PATCH", &what, change).await
    }

    async fn hands_out(&mut self) -> (String, Answer) {
        let noun = if self.rng.u8(0..3) == 0 { "locations" } else { "employees" };
        let kind = noun.trim_end_matches('s');
        let list = self.world.get(&format!("/{noun}")).await.expect(200).body;
        let Some(to) = self.pick(list["items"].list()) else { return self.nothing().await };
        let Some(asset) = self.some_asset().await else { return self.nothing().await };
        let path = format!("/assets/{}", asset["id"].text());
        if asset["custodian"].is_object() && self.rng.bool() {
            self.world.post(&format!("{path}/checkin"), json!({"note": "to pass it on"})).await;
        }
        let body = json!({"to": {"kind": kind, "id": to["id"]}, "note": "handed out"});
        let answer = self.world.post(&format!("{path}/checkout"), body).await;
        (format!("hands {} to {}", asset["tag"].text(), to["name"].text()), answer)
    }

    async fn takes_back(&mut self) -> (String, Answer) {
        self.of_an_asset("checkin", "takes back", json!({"note": "taken back"})).await
    }

    async fn archives(&mut self) -> (String, Answer) {
        let deed = if self.rng.bool() { "archive" } else { "unarchive" };
        self.of_an_asset(deed, deed, Value::Null).await
    }

    async fn deletes(&mut self) -> (String, Answer) {
        self.of_an_asset("DELETE", "deletes", Value::Null).await
    }

    /// By hand, sometimes with what a device in Kandji is known by.
    async fn adds(&mut self) -> (String, Answer) {
        let devices = self.world.sim().devices();
        let device = self.pick(&devices);
        let asset = match (self.rng.u8(0..4), device) {
            (0, Some(device)) => json!({"tag": format!("{} ", device.serial)}),
            (1, Some(device)) => {
                json!({"tag": format!("H-{}", self.rng.u8(0..99)), "serial": device.serial})
            }
            (2, Some(device)) => {
                json!({"tag": format!("H-{}", self.rng.u8(0..99)), "name": device.name})
            }
            _ => json!({"tag": format!("IT-0000{}", self.rng.u8(0..9))}),
        };
        let what = format!("adds {asset}");
        (what, self.world.post("/assets", asset).await)
    }

    async fn settles(&mut self) -> (String, Answer) {
        let open = self.world.conflicts().await;
        let Some(asked) = self.pick(&open) else { return self.nothing().await };
        let candidates = asked["candidates"].list().to_vec();
        let always = self.rng.bool();
        let answer = match (self.rng.u8(0..3), self.pick(&candidates)) {
            (0, Some(asset)) => json!({"choice": "adopt", "asset": asset, "always": always}),
            (1, _) => json!({"choice": "create", "always": always}),
            _ => json!({"choice": "ignore", "always": always}),
        };
        let path = format!("/conflicts/{}/settlement", asked["id"].text());
        let what = format!("answers {} of {}: {answer}", asked["kind"], asked["device"]);
        (what, self.world.post(&path, answer).await)
    }

    async fn changes_settings(&mut self) -> (String, Answer) {
        let on = self.rng.bool();
        let change = match self.rng.u8(0..9) {
            0 => json!({"assign": {"on_assign": on}}),
            1 => json!({"assign": {"on_change": on}}),
            2 => json!({"assign": {"on_removed": on}}),
            3 => json!({"on_match": if on { "adopt" } else { "skip" }}),
            4 => json!({"on_no_match": if on { "create" } else { "review" }}),
            5 => json!({"absence": {"action": if on { "archive" } else { "checkin" }}}),
            6 => json!({"name_from": if on { json!("device_name") } else { Value::Null }}),
            7 => json!({"employees": {"create": on}}),
            _ => json!({"guard": {"max_changes_percent": if on { 100 } else { 20 }}}),
        };
        let what = format!("sets {change}");
        (what, self.world.patch("/sources/kandji/settings", change).await)
    }

    async fn hires(&mut self) -> (String, Answer) {
        let users = self.world.sim().users();
        let Some(user) = self.pick(&users) else { return self.nothing().await };
        let body = json!({"name": user.name, "email": user.email});
        (format!("hires {}", user.name), self.world.post("/employees", body).await)
    }
}
