//! What a person does and sees in the register, over the API.

use serde_json::{Value, json};

use crate::answer::Text;
use crate::world::World;

impl World {
    pub async fn asset(&self, tag: &str) -> Value {
        self.get(&format!("/assets/tag:{}", encoded(tag))).await.expect(200).body
    }

    /// Tags of all assets, archived ones too, in order.
    pub async fn tags(&self) -> Vec<String> {
        let list = self.get("/assets?archived=any&limit=200").await.expect(200).body;
        list["items"].list().iter().map(|asset| asset["tag"].text()).collect()
    }

    /// Who has it, by name; blank for nobody.
    pub async fn holder(&self, tag: &str) -> String {
        self.asset(tag).await["custodian"]["name"].as_str().unwrap_or_default().to_owned()
    }

    /// An asset's events, oldest first.
    pub async fn history(&self, tag: &str) -> Vec<Value> {
        let id = self.asset(tag).await["id"].text();
        let list = self.get(&format!("/assets/{id}/history?limit=200")).await.expect(200).body;
        list["items"].list().iter().rev().cloned().collect()
    }

    /// The events of its custody, oldest first, as `what (who did it): why`.
    pub async fn custody_of(&self, tag: &str) -> Vec<String> {
        let events = self.history(tag).await;
        let custody = events.iter().filter(|event| {
            let action = event["action"].as_str();
            ["checked_out", "checked_in"].iter().any(|custody| action == Some(custody))
        });
        let told = custody.map(|event| {
            let (what, who) = (event["action"].text(), event["actor"]["name"].text());
            format!("{what} ({who}): {}", event["note"].as_str().unwrap_or_default())
        });
        told.collect()
    }

    /// A new asset made by hand; its id.
    pub async fn make(&self, asset: Value) -> String {
        self.post("/assets", asset).await.expect(201).body["id"].text()
    }

    pub async fn edit(&self, tag: &str, change: Value) -> Value {
        self.patch(&format!("/assets/tag:{}", encoded(tag)), change).await.expect(200).body
    }

    /// A new employee's id.
    pub async fn employee(&self, name: &str, email: &str) -> String {
        let body = json!({"name": name, "email": email});
        self.post("/employees", body).await.expect(201).body["id"].text()
    }

    /// Employees by name.
    pub async fn employees(&self) -> Vec<Value> {
        self.get("/employees?limit=200").await.expect(200).body["items"].list().to_vec()
    }

    /// Someone Kandji and we both know; their id there.
    pub async fn colleague(&self, name: &str, email: &str) -> String {
        self.employee(name, email).await;
        self.sim().add_user(name, email)
    }

    /// A new location's id.
    pub async fn location(&self, name: &str) -> String {
        self.post("/locations", json!({"name": name})).await.expect(201).body["id"].text()
    }

    /// Makes a thing that has nothing but a name; its id.
    async fn named(&self, noun: &str, name: &str) -> String {
        self.post(&format!("/{noun}"), json!({"name": name})).await.expect(201).body["id"].text()
    }

    /// The id of the one thing of this kind with that value.
    async fn id_where(&self, noun: &str, key: &str, value: &str) -> String {
        let list = self.get(&format!("/{noun}?limit=200")).await.expect(200).body;
        let found = list["items"].list().iter().find(|thing| thing[key] == value);
        found.unwrap_or_else(|| panic!("none of {noun} has {key} {value}"))["id"].text()
    }

    /// An employee belongs to a place and a department, both made for it.
    pub async fn at_home(&self, email: &str, place: &str, department: &str) {
        let employee = self.id_where("employees", "email", email).await;
        let location = self.location(place).await;
        let department = self.named("departments", department).await;
        let home = json!({"location": location, "department": department});
        self.patch(&format!("/employees/{employee}"), home).await.expect(200);
    }

    /// A product's category becomes this one, made for it.
    pub async fn recategorize(&self, product: &str, category: &str) {
        let product = self.id_where("products", "name", product).await;
        let category = self.named("categories", category).await;
        let change = json!({"category": category});
        self.patch(&format!("/products/{product}"), change).await.expect(200);
    }

    /// The status of this kind.
    pub async fn status(&self, kind: &str) -> String {
        let list = self.get("/statuses").await.expect(200).body;
        let found = list["items"].list().iter().find(|status| status["kind"] == kind);
        found.expect("each kind has a status")["id"].text()
    }

    /// By hand, out of whoever's hands it is in.
    pub async fn hand_to(&self, tag: &str, kind: &str, id: &str, note: &str) {
        if !self.holder(tag).await.is_empty() {
            self.take_back(tag, note).await;
        }
        let path = format!("/assets/tag:{}/checkout", encoded(tag));
        let body = json!({"to": {"kind": kind, "id": id}, "note": note});
        self.post(&path, body).await.expect(200);
    }

    pub async fn take_back(&self, tag: &str, note: &str) {
        let path = format!("/assets/tag:{}/checkin", encoded(tag));
        self.post(&path, json!({"note": note})).await.expect(200);
    }

    /// What the last run decided about a device, by its serial number: the whole decision.
    pub async fn decision(&self, run: &Value, serial: &str) -> Value {
        let path = format!("/runs/{}/devices?limit=200", run["id"].text());
        let list = self.get(&path).await.expect(200).body;
        let found = list["items"].list().iter().find(|device| device["serial"] == serial);
        found.unwrap_or_else(|| panic!("no device {serial} in {list:#}")).clone()
    }

    /// The open questions.
    pub async fn conflicts(&self) -> Vec<Value> {
        self.get("/conflicts?limit=200").await.expect(200).body["items"].list().to_vec()
    }

    pub async fn alerts(&self) -> Vec<Value> {
        self.get("/alerts").await.expect(200).body["items"].list().to_vec()
    }

    /// What Kandji last said of an asset: label and value, in order.
    pub async fn details(&self, tag: &str) -> Vec<(String, Value)> {
        let path = format!("/assets/tag:{}/sources", encoded(tag));
        let said = self.get(&path).await.expect(200).body;
        let details = said["items"][0]["details"].list();
        details.iter().map(|line| (line["label"].text(), line["value"].clone())).collect()
    }
}

/// As part of an address.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
