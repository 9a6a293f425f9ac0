//! Setting up, testing and updating a connection.

use behaviours::{Devices, Misbehaviour, Text, Trouble, World, all_on, mac};
use serde_json::{Value, json};

const WRONG: &str = "00000000-0000-4000-8000-00000000dead";

#[tokio::test]
async fn b1_every_device_becomes_an_asset_and_is_checked_out_to_its_user() {
    let world = World::with_devices(12).await;
    for user in world.sim().users().into_iter().filter(|user| !user.archived) {
        world.employee(&user.name, &user.email).await;
    }
    world.connect("bluetally", all_on()).await;
    let run = world.synced().await;
    assert_eq!((&run["devices"], &run["changes"]["created"]), (&json!(12), &json!(12)));
    let users = world.sim().users();
    for device in world.sim().devices() {
        let user = users.iter().find(|user| Some(&user.id) == device.user.as_ref());
        let holder = user.filter(|user| !user.archived).map(|user| user.name.as_str());
        assert_eq!(world.holder(&device.serial).await, holder.unwrap_or_default());
    }
    assert!(run["changes"]["checked_out"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn b1_without_the_option_devices_become_assets_that_nobody_has() {
    let world = World::new().await;
    let robin = world.colleague("Robin Reyes", "robin@example.com").await;
    world.sim().add_device(behaviours::DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "");
}

#[tokio::test]
async fn b2_a_source_has_a_place_of_its_own_with_all_its_settings() {
    let world = World::new().await;
    world.connect("bluetally", Value::Null).await;
    let id = world.source().await["id"].text();
    let list = world.page("sources").await.expect(200);
    list.shows("Kandji").shows(&format!("/t/example-company/sources/{id}"));
    world.page(&format!("sources/{id}")).await.expect(200).shows(&format!("{id}/settings"));
    let page = world.page(&format!("sources/{id}/settings")).await.expect(200);
    for setting in ["tag_from", "name_from", "on_match", "interval_minutes"] {
        page.shows(&format!("name=\"{setting}\""));
    }
}

#[tokio::test]
async fn b3_a_source_is_not_enabled_before_a_test_has_succeeded() {
    let world = World::new().await;
    let mut given = json!({"api_url": world.kandji.url(), "token": WRONG});
    assert_eq!(world.post("/sources", given.clone()).await.bad_fields(), ["connection"]);
    assert_eq!(world.get("/sources").await.body["total"], 0, "nothing was stored");
    given["token"] = world.kandji.token().into();
    let made = world.post("/sources", given).await.expect(201).body;
    assert_eq!((&made["enabled"], &made["health"]["state"]), (&json!(true), &json!("ok")));

    world.post("/sources/kandji/disable", Value::Null).await.expect(200);
    world.sim().misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
    let refused = world.post("/sources/kandji/enable", Value::Null).await;
    assert_eq!(refused.bad_fields(), ["connection"]);
    assert_eq!(world.source().await["enabled"], false);
    world.sim().behave();
    let on = world.post("/sources/kandji/enable", Value::Null).await.expect(200).body;
    assert_eq!(on["enabled"], true);
}

#[tokio::test]
async fn b4_the_test_verifies_credentials_and_names_each_missing_permission() {
    let world = World::with_devices(2).await;
    let test = async |token: &str| {
        let given = json!({"api_url": world.kandji.url(), "token": token});
        world.post("/sources/test", given).await.expect(200).body
    };
    let good = test(world.kandji.token()).await;
    assert_eq!(good["ok"], true, "{good}");
    assert!(good["capabilities"].list().iter().all(|capability| capability["ok"] == true));

    let wrong = test(WRONG).await;
    assert_eq!(wrong["ok"], false);
    assert!(wrong["detail"].text().contains("401"), "{wrong}");

    world.sim().misbehave(Trouble::on("/devices", Misbehaviour::Forbidden));
    let blind = test(world.kandji.token()).await;
    assert_eq!(blind["ok"], false, "the token is valid, but may not list devices");
    assert!(blind["detail"].text().contains("\"Device list\""), "{blind}");
    world.sim().behave();

    for (path, label) in [
        ("/devices/*/details", "Device details"),
        ("/integrations/apple/ade", "List integrations"),
        ("/integrations/apple/ade/devices", "List ADE devices"),
        ("/users", "List Users"),
        ("/blueprints", "List Blueprints"),
    ] {
        world.sim().misbehave(Trouble::on(path, Misbehaviour::Forbidden));
        let tested = test(world.kandji.token()).await;
        let missing: Vec<_> =
            tested["capabilities"].list().iter().filter(|found| found["ok"] == false).collect();
        assert_eq!(missing.len(), 1, "{tested}");
        assert_eq!(missing[0]["label"], label);
        assert!(!missing[0]["needed_for"].text().is_empty());
        assert!(tested["detail"].text().contains(label), "{tested}");
        world.sim().behave();
    }
}

#[tokio::test]
async fn b5_the_connection_and_all_settings_but_the_tag_change_while_enabled() {
    let world = World::with_devices(2).await;
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    let same = json!({"api_url": world.kandji.url(), "token": world.kandji.token()});
    let saved = world.put("/sources/kandji/connection", same).await.expect(200).body;
    assert_eq!(saved["enabled"], true);

    let (lab, pending) = (world.location("Lab").await, world.status("pending").await);
    let field = json!({"key": "os", "label": "OS", "type": "text", "applies_to": "assets"});
    world.post("/fields", field).await.expect(201);
    let ade = "ade00000-0000-4000-8000-000000000001";
    let rule = json!({"ade_id": ade, "location": lab, "status": pending, "apply": "always"});
    let before = world.source().await["settings"].clone();
    let mut fixed: Vec<String> = before.as_object().unwrap().keys().cloned().collect();
    for change in [
        json!({"interval_minutes": 15}),
        json!({"name_from": "serial_number"}),
        json!({"on_match": "adopt"}),
        json!({"on_no_match": "review"}),
        json!({"assign": {"on_assign": true, "on_change": true, "on_removed": true}}),
        json!({"match": ["device_id", "serial=serial"]}),
        json!({"category": {"default": "Laptops"}}),
        json!({"absence": {"action": "archive"}}),
        json!({"guard": {"max_checkins": 3}}),
        json!({"employees": {"create": true}}),
        json!({"status": pending}),
        json!({"location": lab}),
        json!({"ade_rules": [rule]}),
        json!({"fields": [{"from": "os_version", "to": "os", "authority": "mirror"}]}),
        json!({"match_conflict": "first"}),
        json!({"awaiting": "create"}),
        json!({"first_run": "preview"}),
        json!({"priority": 5}),
    ] {
        let after = world.settings(change.clone()).await;
        let (key, _) = change.as_object().unwrap().iter().next().unwrap();
        assert_ne!(after["settings"][key], before[key], "{key} was saved");
        assert_eq!(after["enabled"], true);
        fixed.retain(|other| other != key);
    }
    assert_eq!(fixed, ["preset", "tag_from"], "the one is only where they came from");
    let refused = world.patch("/sources/kandji/settings", json!({"tag_from": "asset_tag"})).await;
    refused.expect(409);
}

#[tokio::test]
async fn b6_a_new_connection_replaces_the_old_one_only_if_it_works() {
    let world = World::with_devices(3).await;
    world.connect("bluetally", json!({"interval_minutes": 25})).await;
    world.synced().await;
    let before = world.source().await;
    for wrong in [
        json!({"api_url": world.kandji.url(), "token": WRONG}),
        json!({"api_url": "https://example.com", "token": world.kandji.token()}),
    ] {
        let refused = world.put("/sources/kandji/connection", wrong).await;
        assert!(!refused.bad_fields().is_empty());
    }
    assert_eq!(world.source().await, before, "connection and settings are unchanged");
    world.synced().await;

    let renewed = "00000000-0000-4000-8000-00000000beef";
    world.sim().renew_token(renewed);
    assert_eq!(world.sync().await["state"], "failed", "the old token is no longer accepted");
    let right = json!({"api_url": world.kandji.url(), "token": renewed});
    let after = world.put("/sources/kandji/connection", right).await.expect(200).body;
    assert_eq!(after["settings"], before["settings"]);
    world.synced().await;
}

#[tokio::test]
async fn b7_a_broken_connection_says_so_on_its_page_and_as_an_alert_until_it_is_updated() {
    let world = World::with_devices(2).await;
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    let renewed = "00000000-0000-4000-8000-00000000beef";
    world.sim().renew_token(renewed);
    let run = world.sync().await;
    assert_eq!(run["state"], "failed");
    assert!(run["error"].text().contains("401"), "{run}");

    let source = world.source().await;
    assert_eq!((&source["health"]["state"], &source["enabled"]), (&json!("failing"), &json!(true)));
    let id = source["id"].text();
    world.page(&format!("sources/{id}")).await.expect(200).shows("refused the API token (401)");
    let alerts = world.alerts().await;
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0]["severity"], "danger");
    for page in ["", "assets", "employees", "sources"] {
        world.page(page).await.expect(200).shows("Kandji cannot be read");
    }

    let right = [("api_url", &*world.kandji.url()), ("token", renewed), ("deed", "test")];
    let path = format!("sources/{id}/connection");
    world.form(&path, &right).await.expect(200).shows("It works");
    assert_eq!(world.alerts().await.len(), 1, "a test alone changes nothing");
    assert_eq!(world.form(&path, &right[..2]).await.status, 303);
    assert_eq!(world.alerts().await.len(), 0);
    world.page("assets").await.expect(200).hides("Kandji cannot be read");
    world.synced().await;
}

#[tokio::test]
async fn b48_testing_updating_enabling_and_disabling_are_at_hand() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    let id = world.source().await["id"].text();
    let at = |deed: &str| format!("sources/{id}/{deed}");
    let page = world.page(&format!("sources/{id}")).await.expect(200);
    for deed in ["test", "connection", "disable"] {
        page.shows(&format!("/t/example-company/{}", at(deed)));
    }
    assert_eq!(world.form(&at("test"), &[]).await.status, 303);
    assert_eq!(world.form(&at("disable"), &[]).await.status, 303);
    assert_eq!(world.source().await["enabled"], false);
    world.page(&format!("sources/{id}")).await.expect(200).shows(&at("enable"));
    assert_eq!(world.form(&at("enable"), &[]).await.status, 303);
    assert_eq!(world.source().await["enabled"], true);
    assert_eq!(world.sim().device("SYNMAC1").serial, "SYNMAC1");
}
