//! Asset Management for Jira's guide, with its preset.

use behaviours::{DeviceSpec, Devices, Misbehaviour, Text, Trouble, World, mac};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// Its device creation turned on.
fn creating() -> Value {
    json!({"on_no_match": "create"})
}

/// The same, with auto-checkout to the primary user.
fn creating_and_checking_out() -> Value {
    json!({
        "on_no_match": "create",
        "assign": {"on_assign": true, "on_change": true, "on_removed": true},
    })
}

#[tokio::test]
async fn j1_devices_their_users_and_who_has_what_are_imported() {
    let world = World::new().await;
    let robin = world.sim().add_user("Robin Reyes", "robin@example.com");
    world.sim().add_user("Casey Cole", "casey@example.com");
    world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
    world.sim().add_device(mac("SYNMAC2"));
    world.connect("amfj", creating_and_checking_out()).await;
    world.synced().await;
    assert_eq!(world.tags().await, ["SYNMAC1", "SYNMAC2"]);
    let people = world.employees().await;
    assert_eq!(people.len(), 1, "users of devices; Casey has none");
    assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes");
    assert_eq!(world.holder("SYNMAC2").await, "");

    world.settings(json!({"employees": {"import_directory": true}})).await;
    world.synced().await;
    assert_eq!(world.employees().await.len(), 2, "the whole directory is a setting of its own");
}

#[tokio::test]
async fn j1_the_users_of_devices_are_imported_without_checkout_too() {
    let world = World::new().await;
    let robin = world.sim().add_user("Robin Reyes", "robin@example.com");
    world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
    world.connect("amfj", creating()).await;
    world.synced().await;
    assert_eq!(world.employees().await[0]["email"], "robin@example.com");
    assert_eq!(world.holder("SYNMAC1").await, "");
}

#[tokio::test]
async fn j2_a_token_with_device_list_and_device_details_is_enough() {
    let world = World::with_devices(4).await;
    for path in ["/integrations*", "/users", "/blueprints", "/tags", "/settings*", "/prism*"] {
        world.sim().misbehave(Trouble::on(path, Misbehaviour::Forbidden));
    }
    world.connect("amfj", creating_and_checking_out()).await;
    let run = world.synced().await;
    assert_eq!((&run["changes"]["created"], &run["coverage"]), (&json!(4), &Value::Null));
    assert_eq!(world.source().await["health"]["state"], "ok", "nothing it needs is missing");
    world.page("sources/new").await.expect(200).shows("Device list").shows("Device details");
}

#[tokio::test]
async fn j3_the_address_and_the_token_are_entered_on_a_page() {
    let world = World::with_devices(2).await;
    let page = world.page("sources/new").await.expect(200);
    page.shows("name=\"api_url\"").shows("name=\"token\"").shows("value=\"amfj\"");
    let url = world.kandji.url();
    let given = [
        ("api_url", &*url),
        ("token", world.kandji.token()),
        ("preset", "amfj"),
        ("deed", "connect"),
    ];
    assert_eq!(world.form("sources/new", &given).await.status, 303);
    let source = world.source().await;
    assert_eq!(
        (&source["settings"]["preset"], &source["health"]["state"]),
        (&json!("amfj"), &json!("ok"))
    );
}

#[tokio::test]
async fn j4_the_default_type_is_chosen_and_a_category_given_by_hand_stays() {
    let world = World::new().await;
    for serial in ["SYNMAC1", "SYNMAC2"] {
        world.sim().add_device(mac(serial));
    }
    world.connect("amfj", creating()).await;
    world.settings(json!({"category": {"default": "Hardware"}})).await;
    world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await["category"]["name"], "Hardware");
    world.sim().add_device(DeviceSpec { platform: Some("iPad".into()), ..mac("SYNPAD1") });
    world.settings(json!({"category": {"iPad": "Tablets"}})).await;
    world.synced().await;
    let tablets = world.asset("SYNPAD1").await["category"].clone();
    assert_eq!(tablets["name"], "Tablets", "each platform may have its own");
    world.edit("SYNMAC1", json!({"category": tablets["id"]})).await;
    world.sim().call_it("SYNMAC1", "moved on");
    world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await["category"]["name"], "Tablets");
    assert_eq!(world.asset("SYNMAC2").await["category"]["name"], "Hardware", "its product's");
}

#[tokio::test]
async fn j5_synced_assets_stand_at_the_default_location() {
    let world = World::new().await;
    let place = world.location("Office").await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("amfj", json!({"on_no_match": "create", "location": place})).await;
    world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await["location"]["name"], "Office");
}

#[tokio::test]
async fn j6_auto_checkout_is_off_and_once_on_follows_the_primary_user() {
    let world = World::new().await;
    let robin = world.colleague("Robin Reyes", "robin@example.com").await;
    let casey = world.colleague("Casey Cole", "casey@example.com").await;
    world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
    world.connect("amfj", creating()).await;
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "", "off by default");
    world.settings(creating_and_checking_out()).await;
    for (user, holder) in
        [(None, "Robin Reyes"), (Some(Some(&*casey)), "Casey Cole"), (Some(None), "")]
    {
        if let Some(user) = user {
            world.sim().give("SYNMAC1", user);
        }
        world.synced().await;
        assert_eq!(world.holder("SYNMAC1").await, holder);
    }
    let told: Vec<_> = world.history("SYNMAC1").await.iter().map(|e| e["action"].text()).collect();
    assert_eq!(told[told.len() - 4..], ["checked_out", "checked_in", "checked_out", "checked_in"]);
}

#[tokio::test]
async fn j7_people_are_known_by_user_id_then_by_address() {
    let world = World::new().await;
    let robin = world.colleague("Robin Reyes", "robin@example.com").await;
    world.sim().add_device(DeviceSpec { user: Some(robin.clone()), ..mac("SYNMAC1") });
    world.connect("amfj", creating_and_checking_out()).await;
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes", "by address the first time");
    // Another employee takes over the address that Robin had; the user id still means Robin.
    world.sim().rename_user(&robin, "Robin Cole", "robin.cole@example.com").unwrap();
    world.employee("Robin Cole", "robin.cole@example.com").await;
    world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC2") });
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, world.holder("SYNMAC2").await, "one person");
    assert_eq!(world.employees().await.len(), 2);
    assert_eq!(world.custody_of("SYNMAC1").await.len(), 1, "nothing moved");
}

#[tokio::test]
async fn j7_by_name_only_where_the_name_is_mapped() {
    for (by_name, people) in [(false, 2), (true, 1)] {
        let world = World::new().await;
        world.post("/employees", json!({"name": "Robin Reyes"})).await.expect(201);
        let robin = world.sim().add_user("Robin Reyes", "robin@example.com");
        world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
        world.connect("amfj", creating_and_checking_out()).await;
        if by_name {
            world.settings(json!({"employees": {"match": ["link", "email", "name"]}})).await;
        }
        world.synced().await;
        assert_eq!(world.employees().await.len(), people, "by name: {by_name}");
        assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes");
    }
}

#[tokio::test]
async fn j8_an_unknown_user_becomes_an_employee_and_stays_one_person() {
    let world = World::new().await;
    let robin = world.sim().add_user("Robin Reyes", "robin@example.com");
    world.sim().add_device(DeviceSpec { user: Some(robin.clone()), ..mac("SYNMAC1") });
    world.connect("amfj", creating_and_checking_out()).await;
    world.synced().await;
    let made = world.employees().await.remove(0);
    assert_eq!(
        (&made["name"], &made["email"]),
        (&json!("Robin Reyes"), &json!("robin@example.com"))
    );
    world.sim().rename_user(&robin, "Robin Sample", "robin.sample@example.com").unwrap();
    world.synced().await;
    let people = world.employees().await;
    assert_eq!((people.len(), &people[0]["id"]), (1, &made["id"]), "a new name is no new person");
}

#[tokio::test]
async fn j9_nothing_is_created_unless_device_creation_is_on() {
    let world = World::with_devices(5).await;
    world.connect("amfj", Value::Null).await;
    let run = world.synced().await;
    assert_eq!((&run["devices"], &run["changes"]["created"]), (&json!(5), &json!(0)));
    assert_eq!(world.tags().await.len(), 0);
    let serial = world.sim().devices()[0].serial.clone();
    let decision = world.decision(&run, &serial).await;
    assert!(decision["reason"].text().contains("creating new assets is off"), "{decision}");
    world.settings(creating()).await;
    assert_eq!(world.synced().await["changes"]["created"], 5);
}

#[tokio::test]
async fn j10_the_first_time_a_device_is_matched_by_its_name() {
    let world = World::new().await;
    world.make(json!({"tag": "OLD-1", "name": "Robin’s Mac", "notes": "kept"})).await;
    world.make(json!({"tag": "SYNMAC1", "name": "somebody else’s"})).await;
    world.sim().add_device(DeviceSpec { name: Some("robin’s mac".into()), ..mac("SYNMAC1") });
    world.connect("amfj", Value::Null).await;
    let run = world.synced().await;
    assert_eq!((&run["changes"]["linked"], &run["changes"]["created"]), (&json!(1), &json!(0)));
    let asset = world.asset("OLD-1").await;
    assert_eq!((&asset["serial"], &asset["notes"]), (&json!("SYNMAC1"), &json!("kept")));
}

#[tokio::test]
async fn j10_a_name_that_two_assets_have_is_a_question_for_a_person() {
    let world = World::new().await;
    let first = world.make(json!({"tag": "OLD-1", "name": "Mac"})).await;
    world.make(json!({"tag": "OLD-2", "name": "Mac"})).await;
    world.sim().add_device(DeviceSpec { name: Some("Mac".into()), ..mac("SYNMAC1") });
    world.connect("amfj", Value::Null).await;
    world.synced().await;
    let asked = world.conflicts().await.remove(0);
    assert_eq!((&asked["kind"], asked["candidates"].list().len()), (&json!("ambiguous_match"), 2));
    let answer = json!({"choice": "adopt", "asset": first});
    let path = format!("/conflicts/{}/settlement", asked["id"].text());
    world.post(&path, answer).await.expect(204);
    world.synced().await;
    assert_eq!(world.asset("OLD-1").await["serial"], "SYNMAC1");
    assert_eq!(world.conflicts().await.len(), 0);
}

#[tokio::test]
async fn j11_later_a_device_is_matched_by_its_id_whatever_its_name() {
    let world = World::new().await;
    world.make(json!({"tag": "OLD-1", "name": "Robin’s Mac"})).await;
    world.make(json!({"tag": "OLD-2", "name": "a trap"})).await;
    world.sim().add_device(DeviceSpec { name: Some("Robin’s Mac".into()), ..mac("SYNMAC1") });
    world.connect("amfj", Value::Null).await;
    world.synced().await;
    world.sim().call_it("SYNMAC1", "a trap");
    world.edit("OLD-1", json!({"name": "renamed here"})).await;
    let run = world.synced().await;
    assert_eq!(run["changes"]["linked"], 0);
    let said = world.get("/assets/tag:OLD-1/sources").await.expect(200).body;
    assert_eq!(said["items"][0]["device_id"], world.sim().id_of("SYNMAC1"));
    let decision = world.decision(&run, "SYNMAC1").await;
    assert!(decision["reason"].text().contains("Known by its Kandji device id."), "{decision}");
}

#[tokio::test]
async fn j12_mapped_properties_fill_custom_fields_and_no_others_are_filled() {
    let world = World::new().await;
    for (key, kind) in [("storage", "size"), ("filevault", "yes_no"), ("note", "text")] {
        let field = json!({"label": key, "key": key, "type": kind, "applies_to": "assets"});
        world.post("/fields", field).await.expect(201);
    }
    world.sim().add_device(mac("SYNMAC1"));
    let map = |from: &str, to: &str| json!({"from": from, "to": to, "authority": "mirror"});
    let fields =
        [map("volumes.capacity", "storage"), map("filevault.filevault_enabled", "filevault")];
    world.connect("amfj", json!({"on_no_match": "create", "fields": fields})).await;
    world.synced().await;
    let fields = world.asset("SYNMAC1").await["fields"].clone();
    assert!(fields["storage"].as_i64().is_some_and(|bytes| bytes > 100_000_000_000), "{fields}");
    assert!(fields["filevault"].is_boolean(), "{fields}");
    assert!(fields["note"].is_null(), "nothing is mapped to it: {fields}");
    world.edit("SYNMAC1", json!({"fields": {"note": "ours"}})).await;
    world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await["fields"]["note"], "ours");
}

#[tokio::test]
async fn j13_the_first_sync_starts_with_the_setup_and_then_every_hour() {
    let world = World::with_devices(3).await;
    let url = world.kandji.url();
    let given = [
        ("api_url", &*url),
        ("token", world.kandji.token()),
        ("preset", "amfj"),
        ("deed", "connect"),
    ];
    let led_to = world.form("sources/new", &given).await;
    let run = led_to.header("location").rsplit("/runs/").next().unwrap().to_owned();
    let first = world.ended(&format!("/runs/{run}")).await;
    assert_eq!((&first["state"], &first["devices"]), (&json!("applied"), &json!(3)), "at once");
    let source = world.source().await;
    assert_eq!(source["settings"]["interval_minutes"], 60);
    let next: Timestamp = source["next_run_at"].text().parse().unwrap();
    let waits = next.duration_since(world.clock.now());
    assert_eq!(waits, SignedDuration::from_hours(1));
    world.process().work_in_background();
    world.pass(SignedDuration::from_mins(61));
    let again = async || {
        let runs = world.get("/sources/kandji/runs").await.expect(200).body;
        let runs = runs["items"].list();
        (runs.len() == 2 && runs[0]["trigger"] == "schedule").then_some(())
    };
    world.until("an hour later the schedule runs it", again).await;
}

#[tokio::test]
async fn j14_the_first_sync_brings_everything_and_later_ones_update_it() {
    let world = World::with_devices(4).await;
    world.connect("amfj", json!({"on_no_match": "create", "name_from": "device_name"})).await;
    assert_eq!(world.synced().await["changes"]["created"], 4);
    let serial = world.sim().devices()[0].serial.clone();
    world.sim().call_it(&serial, "renamed in Kandji");
    world.settings(json!({"on_no_match": "skip"})).await;
    world.sim().add_device(mac("SYNNEW1"));
    let run = world.synced().await;
    assert_eq!((&run["changes"]["created"], &run["changes"]["updated"]), (&json!(0), &json!(1)));
    assert_eq!(world.asset(&serial).await["name"], "renamed in Kandji");
    // One policy for all runs: left on, later runs create too.
    world.settings(creating()).await;
    assert_eq!(world.synced().await["changes"]["created"], 1);
}

#[tokio::test]
async fn j15_assets_types_people_locations_and_custody_are_there() {
    let world = World::new().await;
    let robin = world.sim().add_user("Robin Reyes", "robin@example.com");
    let place = world.location("Office").await;
    world.employee("Local only", "local@example.com").await;
    world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
    let settings = json!({"category": {"default": "Hardware"}, "location": place});
    world.connect("amfj", settings).await;
    world.settings(creating_and_checking_out()).await;
    world.synced().await;
    let names: Vec<_> = world.employees().await.iter().map(|found| found["name"].text()).collect();
    assert_eq!(names, ["Local only", "Robin Reyes"], "local people and synced ones side by side");
    let asset = world.asset("SYNMAC1").await;
    assert_eq!(asset["category"]["name"], "Hardware");
    assert_eq!(asset["location"]["name"], "Office");
    assert!(asset["fields"].is_object());
    world.take_back("SYNMAC1", "over the counter").await;
    assert_eq!(world.holder("SYNMAC1").await, "");
}
