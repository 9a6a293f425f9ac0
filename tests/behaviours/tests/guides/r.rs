//! Reftab's guide, with its preset.

use behaviours::{DeviceSpec, Devices, Misbehaviour, Text, Trouble, World, all_on, mac};
use serde_json::{Value, json};

#[tokio::test]
async fn r1_a_fresh_installation_has_all_of_it_with_no_plan_to_buy() {
    let world = World::with_devices(3).await;
    world.connect("reftab", all_on()).await;
    assert_eq!(world.synced().await["changes"]["created"], 3);
    for page in ["settings", "sources", "sources/new"] {
        let page = world.page(page).await.expect(200);
        for word in ["Upgrade", "upgrade to", "free trial", "Business plan", "license key"] {
            page.hides(word);
        }
    }
}

#[tokio::test]
async fn r2_devices_are_synced_by_themselves_and_assigned_to_their_users() {
    let world = World::new().await;
    let robin = world.colleague("Robin Reyes", "robin@example.com").await;
    world.connect("reftab", all_on()).await;
    world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
    world.process().work_in_background();
    world.advance(2);
    let assigned = async || {
        let list = world.get("/assets").await.expect(200).body;
        (list["items"][0]["custodian"]["name"] == "Robin Reyes").then_some(())
    };
    world.until("nobody asked for a run, and it is hers", assigned).await;
}

#[tokio::test]
async fn r3_device_list_and_device_details_are_all_the_permissions_it_needs() {
    let world = World::with_devices(4).await;
    for path in ["/integrations*", "/users", "/blueprints", "/tags", "/settings*", "/prism*"] {
        world.sim().misbehave(Trouble::on(path, Misbehaviour::Forbidden));
    }
    let settings = json!({
        "assign": {"on_assign": true, "on_change": true, "on_removed": true},
        "employees": {"create": true, "import_directory": true},
        "name_from": "hardware_overview.memory",
    });
    world.connect("reftab", settings).await;
    let run = world.synced().await;
    assert_eq!(run["changes"]["created"], 4);
    assert!(run["changes"]["checked_out"].as_u64().unwrap() > 0, "{run}");
    assert!(run["coverage"].text().contains("List Users"), "what it cost is said: {run}");
    assert_eq!(world.source().await["health"]["state"], "degraded");
    assert_eq!(world.alerts().await.len(), 0, "degraded is no alarm");
}

#[tokio::test]
async fn r4_an_address_and_a_token_are_all_it_asks_for() {
    let world = World::with_devices(1).await;
    let given = json!({"api_url": world.kandji.url(), "token": world.kandji.token()});
    world.post("/sources", given).await.expect(201);
    let nothing = world.post("/sources", json!({})).await;
    assert_eq!(nothing.bad_fields(), ["api_url", "token"]);
    let page = world.page("sources/new").await.expect(200);
    page.shows("name=\"api_url\"").shows("name=\"token\"").shows("Settings").shows("Access");
}

#[tokio::test]
async fn r5_a_category_is_chosen_and_its_fields_are_fed_by_kandjis() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("reftab", json!({"category": {"default": "Computers"}})).await;
    world.synced().await;
    let category = world.asset("SYNMAC1").await["category"].clone();
    assert_eq!(category["name"], "Computers");
    let memory = json!({
        "label": "Memory", "key": "memory", "type": "size", "applies_to": "assets",
        "categories": [category["id"]],
    });
    world.post("/fields", memory).await.expect(201);
    let id = world.source().await["id"].text();
    let settings = world.page(&format!("sources/{id}/settings")).await.expect(200);
    settings.shows("hardware_overview.memory").shows("Kandji ID").shows("Memory");
    let kept = json!({"from": "device_id", "to": "kandjiid", "authority": "mirror"});
    let mapped = json!({"from": "hardware_overview.memory", "to": "memory", "authority": "mirror"});
    world.settings(json!({"fields": [kept, mapped]})).await;
    world.synced().await;
    let fields = world.asset("SYNMAC1").await["fields"].clone();
    assert_eq!(fields["kandjiid"], world.sim().id_of("SYNMAC1"));
    let bytes = fields["memory"].as_i64().unwrap();
    assert!(bytes >= 8_000_000_000 && bytes % 1_000_000_000 == 0, "{fields}");
}

#[tokio::test]
async fn r6_without_the_field_kandjiid_the_settings_are_red_and_go_no_further() {
    let world = World::new().await;
    world.connect("reftab", Value::Null).await;
    let fields = world.get("/fields").await.expect(200).body["items"].list().to_vec();
    let field = fields.iter().find(|field| field["key"] == "kandjiid").expect("the preset made it");
    assert_eq!((&field["type"], &field["applies_to"]), (&json!("text"), &json!("assets")));
    let source = world.source().await["id"].text();
    let page = format!("sources/{source}/settings");
    world.page(&page).await.expect(200).hides("is missing");

    world.delete(&format!("/fields/{}", field["id"].text())).await.expect(204);
    let red = world.page(&page).await.expect(200);
    red.shows("tone-danger").shows("The custom field &quot;kandjiid&quot; is missing");
    let refused = world.patch("/sources/kandji/settings", json!({"interval_minutes": 30})).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("kandjiid"), "{}", refused.text);
    world.post("/sources/kandji/disable", Value::Null).await.expect(200);
    assert_eq!(world.post("/sources/kandji/enable", Value::Null).await.status, 422);

    let again = json!({"label": "Kandji ID", "key": "kandjiid", "type": "text",
                       "applies_to": "assets"});
    world.post("/fields", again).await.expect(201);
    world.page(&page).await.expect(200).hides("is missing");
    world.post("/sources/kandji/enable", Value::Null).await.expect(200);
    world.settings(json!({"interval_minutes": 30})).await;
}

#[tokio::test]
async fn r7_new_assets_stand_at_the_default_location() {
    let world = World::new().await;
    let place = world.location("Store room").await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("reftab", json!({"location": place})).await;
    world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await["location"]["name"], "Store room");
    let other = world.location("Front desk").await;
    world.edit("SYNMAC1", json!({"location": other})).await;
    world.synced().await;
    assert_eq!(
        world.asset("SYNMAC1").await["location"]["name"],
        "Front desk",
        "a person's word stays"
    );
}

#[tokio::test]
async fn r8_auto_assign_is_off_unless_turned_on() {
    let world = World::new().await;
    let robin = world.colleague("Robin Reyes", "robin@example.com").await;
    world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
    world.connect("reftab", Value::Null).await;
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "");
    world.settings(json!({"assign": {"on_assign": true, "on_change": true}})).await;
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes");
}

#[tokio::test]
async fn r9_the_name_comes_from_any_field_that_can_be_mapped() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    let device = world.sim().device("SYNMAC1");
    world.connect("reftab", Value::Null).await;
    for (from, name) in [
        ("device_name", device.name.as_str()),
        ("model", device.model()),
        ("os_version", device.os_version.as_str()),
        ("blueprint_name", device.blueprint_name()),
        ("hardware_overview.model_identifier", "Mac14,5"),
    ] {
        world.settings(json!({"name_from": from})).await;
        world.synced().await;
        assert_eq!(world.asset("SYNMAC1").await["name"], name, "from {from}");
    }
    let odd = world.patch("/sources/kandji/settings", json!({"name_from": "shoe_size"})).await;
    assert_eq!(odd.bad_fields(), ["name_from"]);
}

#[tokio::test]
async fn r10_a_failed_test_saves_nothing_and_says_what_to_do() {
    let world = World::with_devices(1).await;
    let url = world.kandji.url();
    let wrong = [("api_url", &*url), ("token", "wrong"), ("preset", "reftab")];
    for deed in ["test", "connect"] {
        let given = [&wrong[..], &[("deed", deed)]].concat();
        let page = world.form("sources/new", &given).await;
        page.shows("Kandji refused the API token (401)").shows("heck it under Access, API tokens");
        assert_eq!(world.get("/sources").await.body["total"], 0);
    }
    world.sim().misbehave(Trouble::on("/devices", Misbehaviour::Html));
    let right = [("api_url", &*url), ("token", world.kandji.token()), ("deed", "test")];
    let page = world.form("sources/new", &right).await;
    page.shows("not the API address");
    world.sim().behave();
    world.form("sources/new", &right).await.expect(200).shows("It works");
}

/// Reftab's field and three devices; `fields` needs the field that the preset makes.
async fn reftab() -> World {
    let world = World::new().await;
    world.connect("reftab", Value::Null).await;
    world
}

#[tokio::test]
async fn r11_an_asset_with_the_device_id_in_its_field_is_that_device() {
    let world = reftab().await;
    let id = world.sim().add_device(mac("SYNMAC1"));
    world.make(json!({"tag": "OLD-1", "fields": {"kandjiid": id}})).await;
    let run = world.synced().await;
    assert_eq!((&run["changes"]["created"], &run["changes"]["linked"]), (&json!(0), &json!(1)));
    let asset = world.asset("OLD-1").await;
    assert_eq!((&asset["serial"], &asset["fields"]["kandjiid"]), (&json!("SYNMAC1"), &json!(id)));
}

#[tokio::test]
async fn r12_an_asset_tagged_with_the_kandji_asset_tag_is_updated_and_gets_the_device_id() {
    let world = reftab().await;
    let tagged = DeviceSpec { asset_tag: Some("IT-0042".into()), ..mac("SYNMAC1") };
    let id = world.sim().add_device(tagged);
    world.make(json!({"tag": "IT-0042"})).await;
    assert_eq!(world.synced().await["changes"]["linked"], 1);
    let asset = world.asset("IT-0042").await;
    assert_eq!((&asset["serial"], &asset["fields"]["kandjiid"]), (&json!("SYNMAC1"), &json!(id)));
    assert_eq!(world.tags().await, ["IT-0042"]);
}

#[tokio::test]
async fn r13_an_asset_tagged_with_the_serial_is_updated_and_gets_the_device_id() {
    let world = reftab().await;
    let tagged = DeviceSpec { asset_tag: Some("IT-0042".into()), ..mac("SYNMAC1") };
    let id = world.sim().add_device(tagged);
    world.make(json!({"tag": "SYNMAC1"})).await;
    assert_eq!(world.synced().await["changes"]["linked"], 1);
    assert_eq!(world.asset("SYNMAC1").await["fields"]["kandjiid"], id);
    assert_eq!(world.tags().await, ["SYNMAC1"]);
}

#[tokio::test]
async fn r14_what_nothing_matches_becomes_an_asset_that_has_the_device_id() {
    let world = reftab().await;
    let plain = world.sim().add_device(mac("SYNMAC1"));
    let tagged = DeviceSpec { asset_tag: Some("IT-0042".into()), ..mac("SYNMAC2") };
    let tagged = world.sim().add_device(tagged);
    assert_eq!(world.synced().await["changes"]["created"], 2);
    assert_eq!(world.asset("SYNMAC1").await["fields"]["kandjiid"], plain);
    assert_eq!(world.asset("IT-0042").await["fields"]["kandjiid"], tagged);
    let new = world.sim().wipe("SYNMAC1");
    world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await["fields"]["kandjiid"], new, "it follows the device");
}

#[tokio::test]
async fn r15_the_order_is_device_id_then_asset_tag_then_serial() {
    let world = reftab().await;
    let tagged = DeviceSpec { asset_tag: Some("IT-0042".into()), ..mac("SYNMAC1") };
    let id = world.sim().add_device(tagged);
    world.make(json!({"tag": "A-ID", "fields": {"kandjiid": id}})).await;
    world.make(json!({"tag": "IT-0042"})).await;
    world.make(json!({"tag": "SYNMAC1"})).await;
    // The device id goes first; without that asset, the Kandji asset tag; without that, the serial.
    for known_as in ["A-ID", "IT-0042", "SYNMAC1"] {
        assert_eq!(world.synced().await["changes"]["linked"], 1);
        assert_eq!(world.asset(known_as).await["fields"]["kandjiid"], id);
        world.delete(&format!("/assets/tag:{known_as}")).await.expect(204);
    }
    assert_eq!(world.synced().await["changes"]["created"], 1);
}

#[tokio::test]
async fn r15_an_empty_asset_tag_matches_nothing() {
    let world = reftab().await;
    world.make(json!({"tag": "-"})).await;
    let id = world.sim().add_device(mac("SYNMAC1"));
    for blank in [json!(""), json!("  "), Value::Null] {
        world.sim().set_field(&id, "asset_tag", blank).unwrap();
        world.synced().await;
        assert_eq!(world.tags().await, ["-", "SYNMAC1"]);
    }
}

#[tokio::test]
async fn r16_categories_locations_people_and_loans_are_there() {
    let world = World::new().await;
    let robin = world.colleague("Robin Reyes", "robin@example.com").await;
    let place = world.location("Store room").await;
    world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
    let chosen = json!({"category": {"default": "Computers"}, "location": place});
    world.connect("reftab", chosen).await;
    world.settings(all_on()).await;
    world.synced().await;
    let asset = world.asset("SYNMAC1").await;
    assert_eq!(asset["category"]["name"], "Computers");
    assert_eq!(asset["location"]["name"], "Store room");
    assert!(asset["fields"]["kandjiid"].is_string());
    let loanee = world.employees().await.remove(0);
    assert_eq!((&loanee["name"], &loanee["holds"]), (&json!("Robin Reyes"), &json!(1)));
    let loans = world.get(&format!("/employees/{}/assets", loanee["id"].text())).await.expect(200);
    assert_eq!(loans.body["items"][0]["tag"], "SYNMAC1");
    world.take_back("SYNMAC1", "the loan ends").await;
    let loan = json!({"to": {"kind": "employee", "id": loanee["id"]}, "due_on": "2026-12-24"});
    let lent = world.post("/assets/tag:SYNMAC1/checkout", loan).await.expect(200).body;
    assert_eq!(lent["due_on"], "2026-12-24");
}
