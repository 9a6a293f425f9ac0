//! Custom fields over HTTP: definitions, values, filters; mappings to them; answers about values.

use domain::access::Role;
use kandji::sim::DeviceSpec;
use serde_json::{Value, json};

use crate::house::{House, Text, Who};

impl House {
    pub async fn field(&self, key: &str, kind: &str, more: Value) -> String {
        let mut body = json!({"key": key, "label": key, "type": kind});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/fields", body).await.expect(201).body["id"].text()
    }

    /// Settings without a first review, over a tenant without devices.
    async fn empty_source(&self, fields: Value) -> (kandji::sim::Running, String) {
        let (kandji, id) = self.source(0).await;
        let patch = json!({"first_run": "apply", "fields": fields});
        self.patch(&format!("/sources/{id}/settings"), patch).await.expect(200);
        (kandji, id)
    }
}

fn mapping(from: &str, to: &str, authority: &str) -> Value {
    json!([{"from": from, "to": to, "authority": authority}])
}

#[tokio::test]
async fn a_field_is_made_read_changed_and_deleted() {
    let house = House::new().await;
    let new = json!({"label": "Storage total", "type": "size", "indexed": true});
    let made = house.post("/fields", new).await.expect(201);
    assert_eq!(made.body["key"], "storage_total");
    let at = format!("/fields/{}", made.body["id"].text());
    assert_eq!(made.headers["location"].to_str().unwrap(), format!("/api/v1{at}"));
    let changed = house.patch("/fields/storage_total", json!({"label": "Disk", "unique": true}));
    assert_eq!(changed.await.expect(200).body["label"], "Disk");
    assert_eq!(house.get(&at).await.expect(200).body["unique"], true);
    let fixed = house.patch(&at, json!({"type": "text", "key": "x"})).await;
    assert_eq!(fixed.bad_fields(), ["key", "type"]);
    house.post("/assets", json!({"tag": "A-1", "fields": {"storage_total": 7}})).await.expect(201);
    let used = house.get(&format!("{at}/use")).await.expect(200).body;
    assert_eq!(used, json!({"values": 1, "sources": []}));
    house.delete(&at).await.expect(204);
    house.get(&at).await.is_problem(404);
    assert_eq!(house.get("/assets/tag:A-1").await.body["fields"], json!({}), "out of sight");
    let other = json!({"key": "storage_total", "label": "Disk", "type": "date"});
    assert_eq!(house.post("/fields", other).await.bad_fields(), ["key"]);
    house.field("storage_total", "size", json!({})).await;
    assert_eq!(house.get("/assets/tag:A-1").await.body["fields"]["storage_total"], 7);
}

#[tokio::test]
async fn a_definition_that_cannot_stand_is_refused_by_its_part() {
    let house = House::new().await;
    house.field("memory", "size", json!({})).await;
    for (new, part) in [
        (json!({"label": "Memory", "type": "size"}), "key"),
        (json!({"label": "x", "type": "color"}), "type"),
        (json!({"label": " ", "key": "y", "type": "text"}), "label"),
        (json!({"label": "x", "type": "choice"}), "choices"),
        (json!({"label": "x", "type": "yes_no", "unique": true}), "unique"),
        (json!({"label": "x", "type": "number", "default": "many"}), "default"),
        (json!({"label": "x", "type": "text", "applies_to": "rooms"}), "applies_to"),
        (json!({"label": "x", "type": "text", "categories": ["cat_0HZX4K9Q2M7RA"]}), "categories"),
        (json!({"key": "email", "label": "x", "type": "text", "applies_to": "employees"}), "key"),
        (json!({"label": "Status", "type": "text"}), "key"),
        (json!({"key": "state", "label": "status", "type": "text"}), "label"),
    ] {
        assert_eq!(house.post("/fields", new.clone()).await.bad_fields(), [part], "{new}");
    }
    let renamed = house.patch("/fields/memory", json!({"label": "Serial"})).await;
    assert_eq!(renamed.bad_fields(), ["label"]);
    let manager = Who::Role(Role::Manager);
    let new = json!({"label": "x", "type": "text"});
    house.ask(manager, "POST", "/fields", &new).await.is_problem(403);
}

#[tokio::test]
async fn values_are_held_against_their_definitions() {
    let house = House::new().await;
    house.field("memory", "size", json!({})).await;
    house.field("team", "choices", json!({"choices": ["Sales", "IT"]})).await;
    house.field("room", "text", json!({"default": "Store"})).await;
    house.field("price", "money", json!({})).await;
    let given = json!({"memory": 32_000_000_000_i64, "team": ["it", "Sales"], "price": "499.9"});
    let made = house.post("/assets", json!({"tag": "A-1", "fields": given})).await.expect(201);
    let kept = json!({"memory": 32_000_000_000_i64, "team": ["Sales", "IT"], "room": "Store",
        "price": "499.90 USD"});
    assert_eq!(made.body["fields"], kept);
    let wrong = json!({"fields": {"memory": "32 QB", "team": ["HR"], "shoe": 7, "price": "much"}});
    let said = house.patch("/assets/tag:A-1", wrong).await;
    let mut bad = said.bad_fields();
    bad.sort_unstable();
    assert_eq!(bad, ["fields.memory", "fields.price", "fields.shoe", "fields.team"]);
    assert!(said.text.contains("whole bytes"), "{}", said.text);
    assert_eq!(house.get("/assets/tag:A-1").await.body["fields"], kept);
    let written = house.patch("/assets/tag:A-1", json!({"fields": {"memory": "16 GB"}})).await;
    assert_eq!(written.expect(200).body["fields"]["memory"], 16_000_000_000_i64);
    let choices = house.patch("/fields/team", json!({"choices": ["IT"]})).await;
    assert_eq!(choices.bad_fields(), ["choices"]);
    house.patch("/fields/team", json!({"choices": ["IT", "HR", "Sales"]})).await.expect(200);
}

#[tokio::test]
async fn what_is_required_is_asked_for_and_what_is_unique_is_one_assets() {
    let house = House::new().await;
    house.field("badge", "text", json!({"required": true, "unique": true})).await;
    assert_eq!(house.post("/assets", json!({"tag": "A-1"})).await.bad_fields(), ["fields.badge"]);
    for (tag, badge) in [("A-1", "B-1"), ("A-2", "B-2")] {
        let new = json!({"tag": tag, "fields": {"badge": badge}});
        house.post("/assets", new).await.expect(201);
    }
    for badge in [json!("b-1"), Value::Null] {
        let said = house.patch("/assets/tag:A-2", json!({"fields": {"badge": badge}})).await;
        assert_eq!(said.bad_fields(), ["fields.badge"]);
    }
    house.patch("/assets/tag:A-2", json!({"notes": "n"})).await.expect(200);
}

#[tokio::test]
async fn a_field_of_one_category_is_no_field_of_the_others() {
    let house = House::new().await;
    let (_kandji, source) = house.source(3).await;
    house.patch(&format!("/sources/{source}/settings"), json!({"first_run": "apply"})).await;
    house.run(&source, "apply").await;
    let category = house.get("/categories").await.body["items"][0]["id"].text();
    house.field("lid", "text", json!({"categories": [category], "required": true})).await;
    house.post("/assets", json!({"tag": "A-1"})).await.expect(201);
    let lid = json!({"fields": {"lid": "grey"}});
    assert_eq!(house.patch("/assets/tag:A-1", lid.clone()).await.bad_fields(), ["fields.lid"]);
    let inside = json!({"tag": "A-2", "category": category});
    assert_eq!(house.post("/assets", inside).await.bad_fields(), ["fields.lid"]);
    let inside = json!({"tag": "A-2", "category": category, "fields": {"lid": "grey"}});
    house.post("/assets", inside).await.expect(201);
}

#[tokio::test]
async fn a_change_of_category_asks_for_what_the_new_one_requires_and_what_was_blank_may_stay() {
    let house = House::new().await;
    let category = house.post("/categories", json!({"name": "Phone"})).await.expect(201).body;
    let phone = category["id"].text();
    house.asset("A-1").await;
    let own = json!({"tag": "A-2", "category": phone});
    house.post("/assets", own).await.expect(201);
    house.field("imei", "text", json!({"categories": [phone], "required": true})).await;
    let moved = house.patch("/assets/tag:A-1", json!({"category": phone})).await;
    assert_eq!(moved.bad_fields(), ["fields.imei"]);
    let edit = json!({"action": "edit", "assets": ["tag:A-1"], "fields": {"category": phone}});
    let bulk = house.post("/bulks", edit).await.expect(201).body;
    assert_eq!(bulk["assets"]["refused"], 1, "{bulk}");
    // It was blank before anybody asked for it.
    let edit = json!({"notes": "n", "fields": {"imei": null}});
    house.patch("/assets/tag:A-2", edit).await.expect(200);
    let whole = json!({"category": phone, "fields": {"imei": "1"}});
    house.patch("/assets/tag:A-1", whole).await.expect(200);
    // What is left from a category it had may be said once more.
    house.patch("/assets/tag:A-1", json!({"category": null})).await.expect(200);
    house.patch("/assets/tag:A-1", json!({"fields": {"imei": "1"}})).await.expect(200);
    let other = house.patch("/assets/tag:A-1", json!({"fields": {"imei": "2"}})).await;
    assert_eq!(other.bad_fields(), ["fields.imei"]);
}

#[tokio::test]
async fn search_finds_numbers_as_written_and_sizes_as_shown() {
    let house = House::new().await;
    house.field("memory", "size", json!({})).await;
    house.field("weight", "number", json!({})).await;
    let fields = json!({"memory": 16_000_000_000_i64, "weight": 1.5});
    house.post("/assets", json!({"tag": "A-1", "fields": fields})).await.expect(201);
    for q in ["%2216%20GB%22", "16000000000", "1.5", "16+gb"] {
        let found = house.get(&format!("/assets?q={q}")).await.expect(200).body;
        assert_eq!(found["total"], 1, "{q}");
    }
}

#[tokio::test]
async fn lists_are_filtered_by_custom_fields_and_search_finds_their_words() {
    let house = House::new().await;
    house.field("memory", "size", json!({"indexed": true})).await;
    house.field("room", "text", json!({})).await;
    for (tag, memory, room) in [("A-1", 16, "Süd 1"), ("A-2", 32, "Süd 2"), ("A-3", 32, "Nord")] {
        let fields = json!({"memory": memory * 1_000_000_000_i64, "room": room});
        house.post("/assets", json!({"tag": tag, "fields": fields})).await.expect(201);
    }
    for (query, expect) in [
        ("fields.memory=32%20GB", 2),
        ("fields.memory=32000000000&fields.memory=16GB", 3),
        ("fields.memory=32GB&fields.room=nord", 1),
        ("fields.room=s%C3%BCd%201", 1),
        ("fields.room=s%C3%BCd", 0),
        ("q=s%C3%BCd", 2),
        ("q=room", 0),
    ] {
        let found = house.get(&format!("/assets?{query}")).await.expect(200).body;
        assert_eq!(found["total"], expect, "{query}");
        assert_eq!(found["items"].as_array().unwrap().len(), expect, "{query}");
    }
    assert_eq!(house.get("/assets?fields.memory=much").await.bad_fields(), ["fields.memory"]);
    assert_eq!(house.get("/assets?fields.shoe=7").await.bad_fields(), ["fields.shoe"]);
    assert_eq!(house.get("/employees?fields.memory=1").await.bad_fields(), ["fields.memory"]);
}

#[tokio::test]
async fn employees_have_fields_of_their_own() {
    let house = House::new().await;
    let of = json!({"applies_to": "employees", "required": true});
    house.field("badge", "text", of).await;
    house.field("memory", "size", json!({})).await;
    let said = house.post("/employees", json!({"name": "Robin"})).await;
    assert_eq!(said.bad_fields(), ["fields.badge"]);
    let new = json!({"name": "Robin", "fields": {"badge": "B-1"}});
    let id = house.post("/employees", new).await.expect(201).body["id"].text();
    let at = format!("/employees/{id}/fields");
    assert_eq!(house.patch(&at, json!({"memory": 7})).await.bad_fields(), ["fields.memory"]);
    let changed = house.patch(&at, json!({"badge": "B-2"})).await.expect(200).body;
    assert_eq!(changed["fields"], json!({"badge": "B-2"}));
    assert_eq!(house.get("/employees?q=b-2").await.body["total"], 1);
}

#[tokio::test]
async fn r6_the_reftab_preset_brings_its_field_and_nothing_goes_on_without_it() {
    let house = House::new().await;
    let (_kandji, id) = house.source(2).await;
    let settings = format!("/sources/{id}/settings");
    let patch = json!({"preset": "reftab"});
    house.patch(&settings, patch.clone()).await.expect(200);
    let field = house.get("/fields/kandjiid").await.expect(200).body;
    assert_eq!((&field["type"], &field["applies_to"]), (&json!("text"), &json!("assets")));
    house.run(&id, "apply").await;
    let made = house.get("/assets").await.body["items"].clone();
    for asset in made.as_array().unwrap() {
        assert!(asset["fields"]["kandjiid"].is_string(), "stored on creation: {asset}");
    }

    house.delete("/fields/kandjiid").await.expect(204);
    let said = house.patch(&settings, json!({"interval_minutes": 30})).await;
    assert_eq!(said.bad_fields(), ["fields"]);
    assert!(said.text.contains("kandjiid"), "{}", said.text);
    house.post(&format!("/sources/{id}/disable"), json!({})).await.expect(200);
    assert_eq!(
        house.post(&format!("/sources/{id}/enable"), json!({})).await.bad_fields(),
        ["fields"]
    );
    house.patch(&settings, patch).await.expect(200);
    house.post(&format!("/sources/{id}/enable"), json!({})).await.expect(200);
    let again = house.get("/assets").await.body["items"].clone();
    assert_eq!(again, made, "the values are back with the field");
}

#[tokio::test]
async fn r11_to_r14_an_adopted_asset_gets_its_kandji_id_and_is_known_by_it_later() {
    let house = House::new().await;
    let (kandji, id) = house.source(0).await;
    let settings = json!({"preset": "reftab"});
    house.patch(&format!("/sources/{id}/settings"), settings).await.expect(200);
    let serial = Some("SYNMAC000001".to_owned());
    let spec = || DeviceSpec { serial: serial.clone(), ..DeviceSpec::default() };
    let first = kandji.tenant.add_device(spec());
    house.asset("SYNMAC000001").await;
    house.run(&id, "apply").await;
    let held = house.get("/assets/tag:SYNMAC000001").await.body;
    assert_eq!(held["fields"]["kandjiid"], first.as_str());
    house.patch("/assets/tag:SYNMAC000001", json!({"tag": "IT-1"})).await.expect(200);
    house.run(&id, "apply").await;
    assert_eq!(house.get("/assets").await.body["total"], 1);
}

#[tokio::test]
async fn j12_a_mapping_names_a_field_that_exists_and_brings_its_value_typed() {
    let house = House::new().await;
    let (kandji, id) = house.empty_source(json!([])).await;
    let settings = format!("/sources/{id}/settings");
    let patch = json!({"fields": mapping("hardware_overview.memory", "memory", "mirror")});
    let said = house.patch(&settings, patch.clone()).await;
    assert_eq!(said.bad_fields(), ["fields"]);
    assert!(said.text.contains("no custom field \\\"memory\\\""), "{}", said.text);
    house.field("memory", "size", json!({})).await;
    house.patch(&settings, patch).await.expect(200);
    let spec = DeviceSpec { platform: Some("Mac".into()), ..DeviceSpec::default() };
    kandji.tenant.add_device(spec);
    house.run(&id, "apply").await;
    let asset = house.get("/assets").await.body["items"][0].clone();
    assert!(asset["fields"]["memory"].as_i64().unwrap() >= 1_000_000_000, "{asset}");
    let origins = house.get(&format!("/assets/{}/origins", asset["id"].text())).await.body;
    let origins = origins["items"].as_array().unwrap();
    let origin = origins.iter().find(|one| one["field"] == "fields.memory").unwrap();
    assert_eq!(origin["event"]["actor"]["kind"], "run");
}

#[tokio::test]
async fn j12_a_value_that_does_not_fit_leaves_a_note_and_the_run_goes_on() {
    let house = House::new().await;
    house.field("got_on", "date", json!({})).await;
    let (kandji, id) = house.empty_source(mapping("device_name", "got_on", "mirror")).await;
    kandji.tenant.add_device(DeviceSpec::default());
    let run = house.run(&id, "apply").await;
    assert_eq!(run["state"], "applied");
    let devices = house.get(&format!("/runs/{}/devices", run["id"].text())).await.text;
    assert!(devices.contains("does not fit the field"), "{devices}");
    assert_eq!(house.get("/assets").await.body["items"][0]["fields"], json!({}));
}

#[tokio::test]
async fn a_suggestion_is_taken_or_ours_is_kept_until_that_is_taken_back() {
    let house = House::new().await;
    house.field("os", "text", json!({})).await;
    let (kandji, id) = house.empty_source(mapping("os_version", "os", "suggest")).await;
    let device = kandji.tenant.add_device(DeviceSpec::default());
    let say = |version: &str| {
        kandji.tenant.set_field(&device, "os_version", json!(version)).unwrap();
    };
    let asked = async || {
        house.run(&id, "apply").await;
        house.get("/conflicts").await.expect(200).body["items"].clone()
    };
    let ours = async || house.get("/assets").await.body["items"][0]["fields"].clone();
    say("15.1");
    house.run(&id, "apply").await;
    let open = asked().await;
    assert_eq!(open[0]["kind"], "suggestion");
    let at = format!("/conflicts/{}/settlement", open[0]["id"].text());
    for (wrong, field) in [
        (json!({"choice": "ignore"}), "choice"),
        (json!({"choice": "keep", "always": true}), "always"),
        (json!({"choice": "take", "asset": "ast_0HZX4K9Q2M7RA"}), "asset"),
    ] {
        assert_eq!(house.post(&at, wrong).await.bad_fields(), [field]);
    }
    house.post(&at, json!({"choice": "keep"})).await.expect(204);
    assert_eq!((asked().await, ours().await), (json!([]), json!({})));
    let standing = house.get("/settlements").await.expect(200).body["items"].clone();
    assert_eq!((&standing[0]["choice"], &standing[0]["theirs"]), (&json!("keep"), &json!("15.1")));

    say("15.2");
    assert_eq!(asked().await.as_array().unwrap().len(), 1, "another value is another question");
    house.delete(&at).await.expect(204);
    house.delete(&at).await.is_problem(404);
    house.post(&at, json!({"choice": "take"})).await.expect(204);
    assert_eq!(ours().await, json!({"os": "15.2"}));
    house.post(&at, json!({"choice": "take"})).await.is_problem(412);
    assert_eq!(asked().await, json!([]));
}

#[tokio::test]
async fn an_answer_about_a_device_stands_in_the_list_and_can_be_taken_back() {
    let house = House::new().await;
    let (kandji, id) = house.empty_source(json!([])).await;
    let settings = json!({"on_no_match": "review"});
    house.patch(&format!("/sources/{id}/settings"), settings).await.expect(200);
    let device = kandji.tenant.add_device(DeviceSpec::default());
    let asked = async || {
        house.run(&id, "apply").await;
        house.get("/conflicts").await.body["items"].clone()
    };
    let conflict = asked().await[0]["id"].text();
    let at = format!("/conflicts/{conflict}/settlement");
    house.post(&at, json!({"choice": "take"})).await.is_problem(422);
    house.post(&at, json!({"choice": "ignore"})).await.expect(204);
    assert_eq!(asked().await, json!([]));
    let standing = house.get("/settlements").await.body["items"][0].clone();
    assert_eq!((&standing["conflict"], &standing["always"]), (&json!(conflict), &json!(false)));
    kandji.tenant.set_field(&device, "serial_number", json!("SYNOTHER0001")).unwrap();
    let again = asked().await;
    assert_eq!(again[0]["id"], json!(conflict), "the same question, for it is not what it was");
    house.post(&at, json!({"choice": "ignore", "always": true})).await.expect(204);
    kandji.tenant.set_field(&device, "serial_number", json!("SYNOTHER0002")).unwrap();
    assert_eq!(asked().await, json!([]));
    house.delete(&at).await.expect(204);
    assert_eq!(house.get("/settlements").await.body["total"], 0);
    assert_eq!(asked().await.as_array().unwrap().len(), 1);
}
