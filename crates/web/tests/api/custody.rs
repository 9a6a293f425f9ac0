//! Who has what: checked out to people, places and things, and back in.

use axum::http::header;
use domain::access::Role;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Text, Who};

const OPERATOR: Who = Who::Role(Role::Operator);

#[tokio::test]
async fn an_operator_checks_out_and_in() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let robin = house.employee("Robin Sample").await;
    let body = json!({"to": {"kind": "employee", "id": robin}, "due_on": "2026-12-24",
        "note": "new starter"});
    let path = format!("/assets/{asset}/checkout");
    let out = house.ask(OPERATOR, "POST", &path, &body).await.expect(200).body;
    let who = json!({"kind": "employee", "id": robin, "name": "Robin Sample"});
    assert_eq!(out["custodian"], who);
    assert_eq!(out["due_on"], "2026-12-24");
    house.ask(OPERATOR, "POST", &path, &body).await.is_problem(409);

    let held = house.get(&format!("/employees/{robin}/assets")).await.expect(200).body;
    assert_eq!(held["items"][0]["tag"], "A-1");
    assert_eq!(house.get(&format!("/employees/{robin}")).await.body["holds"], 1);
    let filtered = house.get(&format!("/assets?employee={robin}")).await.expect(200).body;
    assert_eq!(filtered["total"], 1);

    let history = house.get(&format!("/assets/{asset}/history")).await.body;
    assert_eq!(history["items"][0]["action"], "checked_out");
    assert_eq!(history["items"][0]["note"], "new starter");

    let path = format!("/assets/{asset}/checkin");
    let back = house.ask(OPERATOR, "POST", &path, &Value::Null).await.expect(200).body;
    assert_eq!(back["custodian"], Value::Null);
    assert_eq!(back["due_on"], Value::Null);
    house.ask(OPERATOR, "POST", &path, &json!({"note": "again"})).await.is_problem(409);
}

#[tokio::test]
async fn what_comes_back_gets_the_status_and_the_place_that_are_asked_for() {
    let house = House::new().await;
    let assets = [house.asset("A-1").await, house.asset("A-2").await, house.asset("A-3").await];
    let robin = house.employee("Robin Sample").await;
    let place = house.post("/locations", json!({"name": "Store"})).await.body["id"].clone();
    let repair = json!({"name": "At the bench", "kind": "unavailable", "color": "yellow"});
    let repair = house.post("/statuses", repair).await.expect(201).body["id"].clone();
    let out = json!({"assets": assets, "to": {"kind": "employee", "id": robin}});
    house.post("/checkouts", out).await.expect(200);
    let back = json!({"status": repair, "location": place});
    let one = format!("/assets/{}/checkin", assets[0]);
    let one = house.ask(OPERATOR, "POST", &one, &back).await.expect(200).body;
    let gone = json!({"assets": [assets[1]], "location": "loc_0000000000000"});
    house.post("/checkins", gone).await.is_problem(422);
    let several = json!({"assets": [assets[1]], "status": repair, "location": place});
    let several = house.ask(OPERATOR, "POST", "/checkins", &several).await.expect(200).body;
    let bulk = json!({"action": "check_in", "assets": [assets[2]], "status": repair,
        "location": place});
    let bulk = house.ask(OPERATOR, "POST", "/bulks", &bulk).await.expect(201).body;
    let apply = format!("/bulks/{}/application", bulk["id"].text());
    house.ask(OPERATOR, "POST", &apply, &json!({})).await.expect(200);
    let third = house.get(&format!("/assets/{}", assets[2])).await.body;
    for asset in [&one, &several["items"][0], &third] {
        assert_eq!(asset["custodian"], Value::Null);
        assert_eq!((&asset["status"]["id"], &asset["location"]["id"]), (&repair, &place));
    }
}

#[tokio::test]
async fn places_and_other_assets_can_have_it_too() {
    let house = House::new().await;
    let (dock, laptop) = (house.asset("DOCK-1").await, house.asset("MBP-1").await);
    let place = house.post("/locations", json!({"name": "Store"})).await.body["id"].clone();
    let path = format!("/assets/{dock}/checkout");
    let body = json!({"to": {"kind": "asset", "id": laptop}});
    let out = house.post(&path, body).await.expect(200).body;
    assert_eq!(out["custodian"], json!({"kind": "asset", "id": laptop, "name": "MBP-1"}));
    let held = house.get("/assets/tag:MBP-1/assets").await.expect(200).body;
    assert_eq!((&held["total"], &held["items"][0]["tag"]), (&json!(1), &json!("DOCK-1")));
    let nothing = house.get(&format!("/assets/{dock}/assets")).await.expect(200).body;
    assert_eq!(nothing["total"], 0);
    house.get("/assets/tag:NONE/assets").await.is_problem(404);
    let gone = house.delete(&format!("/assets/{laptop}")).await;
    gone.is_problem(409);
    assert!(gone.body["detail"].text().contains("an asset is checked out to it"), "{}", gone.text);
    let path = format!("/assets/{laptop}/checkout");
    let body = json!({"to": {"kind": "location", "id": place}});
    let out = house.post(&path, body).await.expect(200).body;
    assert_eq!(out["custodian"]["name"], "Store");
    let path = format!("/locations/{}/assets", place.text());
    let held = house.get(&path).await.expect(200).body;
    assert_eq!((&held["total"], &held["items"][0]["tag"]), (&json!(1), &json!("MBP-1")));
}

#[tokio::test]
async fn a_custodian_that_is_none_is_refused() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let path = format!("/assets/{asset}/checkout");
    for (bad, field) in [
        (json!({}), "to"),
        (json!({"to": "emp_0HZX4K9Q2M7RA"}), "to"),
        (json!({"to": {"kind": "cupboard", "id": "loc_0HZX4K9Q2M7RA"}}), "to.kind"),
        (json!({"to": {"kind": "employee", "id": "loc_0HZX4K9Q2M7RA"}}), "to.id"),
        (json!({"to": {"kind": "asset", "id": asset}}), "to"),
    ] {
        assert_eq!(house.post(&path, bad.clone()).await.bad_fields(), [field], "{bad}");
    }
    let room = json!({"to": {"kind": "room", "id": "x"}, "note": "n"});
    let said = house.post(&path, room).await.body["detail"].text();
    assert_eq!(said, "\"to.kind\": nobody is a \"room\"; hint: employee, location or asset");
    let nobody = json!({"to": {"kind": "employee", "id": "emp_0HZX4K9Q2M7RA"}});
    assert_eq!(house.post(&path, nobody.clone()).await.bad_fields(), ["to"]);
    let several = json!({"assets": [asset], "to": nobody["to"]});
    assert_eq!(house.post("/checkouts", several).await.bad_fields(), ["to"]);
    assert_eq!(house.get("/assets/tag:A-1").await.body["version"], 1);
}

#[tokio::test]
async fn verbs_heed_the_version_expected() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let robin = house.employee("Robin Sample").await;
    let out = json!({"to": {"kind": "employee", "id": robin}}).to_string();
    for (method, verb, body) in [
        ("POST", "/checkout", out.as_str()),
        ("POST", "/checkin", ""),
        ("POST", "/archive", ""),
        ("POST", "/unarchive", ""),
        ("DELETE", "", ""),
    ] {
        let path = format!("/api/v1/assets/{asset}{verb}");
        let request = house.request(ADMINISTRATOR, method, &path).header(header::IF_MATCH, "\"7\"");
        house.send(request.body(body.to_owned().into()).unwrap()).await.is_problem(412);
    }
    assert_eq!(house.get("/assets/tag:A-1").await.body["version"], 1);
}

#[tokio::test]
async fn a_thing_in_a_thing_cannot_hold_that_thing_at_any_depth() {
    let house = House::new().await;
    let [bag, mac, dock] =
        [house.asset("BAG").await, house.asset("MAC").await, house.asset("DOCK").await];
    let put = async |what: &str, into: &str| {
        let body = json!({"to": {"kind": "asset", "id": into}});
        house.post(&format!("/assets/{what}/checkout"), body).await
    };
    put(&mac, &bag).await.expect(200);
    put(&dock, &mac).await.expect(200);
    let ring = put(&bag, &dock).await;
    assert_eq!(ring.bad_fields(), ["to"]);
    assert!(ring.body["detail"].text().contains("inside \"BAG\""));
    assert_eq!(house.get("/assets/tag:BAG").await.body["version"], 1);
}

#[tokio::test]
async fn several_go_out_and_come_back_together_or_not_at_all() {
    let house = House::new().await;
    let (first, robin) = (house.asset("A-1").await, house.employee("Robin Sample").await);
    house.asset("A-2").await;
    let to = json!({"kind": "employee", "id": robin});
    let both = json!({"assets": [first, "tag:a-2", "A-1"], "to": to, "due_on": "2026-09-30", "note": "fair"});
    let out = house.ask(OPERATOR, "POST", "/checkouts", &both).await.expect(200).body;
    assert_eq!(out["total"], 2);
    for tag in ["A-1", "A-2"] {
        let asset = house.get(&format!("/assets/tag:{tag}")).await.body;
        assert_eq!(
            (&asset["custodian"]["id"], &asset["due_on"]),
            (&json!(robin), &json!("2026-09-30"))
        );
        let history = house.get(&format!("/assets/tag:{tag}/history")).await.body;
        assert_eq!(history["items"].as_array().unwrap().len(), 2);
        assert_eq!(history["items"][0]["note"], "fair");
    }
    house.asset("A-3").await;
    let mixed = house.post("/checkouts", json!({"assets": ["A-3", "A-1"], "to": to})).await;
    mixed.is_problem(409);
    assert!(mixed.body["detail"].text().contains("\"A-1\""));
    assert_eq!(house.get("/assets/tag:A-3").await.body["version"], 1);
    let unknown =
        house.post("/checkouts", json!({"assets": ["A-3", "B-1", "B-2"], "to": to})).await;
    assert_eq!(unknown.bad_fields(), ["assets"]);
    assert!(unknown.body["detail"].text().contains("\"B-1\", \"B-2\""));
    assert_eq!(
        house.post("/checkouts", json!({"assets": [], "to": to})).await.bad_fields(),
        ["assets"]
    );

    house.post("/checkins", json!({"assets": ["A-1", "A-3"]})).await.is_problem(409);
    let back = json!({"assets": ["A-1", "A-2"], "note": "all there"});
    let back = house.ask(OPERATOR, "POST", "/checkins", &back).await.expect(200).body;
    assert_eq!(back["items"][1]["custodian"], Value::Null);
    assert_eq!(back["items"][1]["due_on"], Value::Null);
}

#[tokio::test]
async fn nothing_new_goes_to_someone_who_has_left() {
    let house = House::new().await;
    let (asset, robin) = (house.asset("A-1").await, house.employee("Robin Sample").await);
    house.patch(&format!("/employees/{robin}"), json!({"leaver": true})).await.expect(200);
    let body = json!({"to": {"kind": "employee", "id": robin}});
    house.post(&format!("/assets/{asset}/checkout"), body).await.is_problem(409);
}

#[tokio::test]
async fn nothing_goes_into_an_asset_that_is_archived() {
    let house = House::new().await;
    let (id, place) = (house.asset("A-1").await, house.asset("CART").await);
    house.post(&format!("/assets/{place}/archive"), json!({})).await.expect(200);
    let to = json!({"kind": "asset", "id": place});
    let refused = house.post(&format!("/assets/{id}/checkout"), json!({"to": to})).await;
    refused.is_problem(409);
    assert!(refused.text.contains("nothing goes into it; hint: bring it back first"));
    let several = json!({"assets": [id], "to": to});
    house.post("/checkouts", several).await.is_problem(409);
    let bulk = json!({"action": "check_out", "assets": [id], "to": to});
    house.post("/bulks", bulk).await.is_problem(409);
}

#[tokio::test]
async fn what_is_said_beside_a_checkout_is_as_long_as_a_note() {
    let house = House::new().await;
    let (id, robin) = (house.asset("A-1").await, house.employee("Robin Sample").await);
    let path = format!("/assets/{id}/checkout");
    let to = json!({"kind": "employee", "id": robin});
    for note in ["x".repeat(4_001), "bell \u{7}".to_owned()] {
        let said = house.post(&path, json!({"to": to, "note": note})).await;
        assert_eq!(said.bad_fields(), ["note"]);
        let said = house.post(&format!("/assets/{id}/checkin"), json!({"note": note})).await;
        assert_eq!(said.bad_fields(), ["note"]);
    }
    house.post(&path, json!({"to": to, "note": "two\nlines"})).await.expect(200);
}

#[tokio::test]
async fn what_is_archived_is_handed_to_nobody_until_it_is_brought_back() {
    let house = House::new().await;
    let (id, robin) = (house.asset("A-1").await, house.employee("Robin Sample").await);
    let to = json!({"to": {"kind": "employee", "id": robin}});
    let path = format!("/assets/{id}");
    house.post(&format!("{path}/archive"), json!({})).await.expect(200);
    let refused = house.post(&format!("{path}/checkout"), to.clone()).await;
    refused.is_problem(409);
    assert!(refused.body["detail"].text().contains("archived; hint: bring it back first"));
    let all = json!({"action": "check_out", "assets": [id], "to": to["to"]});
    let bulk = house.post("/bulks", all).await.expect(201).body;
    assert_eq!(bulk["assets"]["refused"], 1, "{bulk}");
    house.post(&format!("{path}/unarchive"), json!({})).await.expect(200);
    house.post(&format!("{path}/checkout"), to).await.expect(200);
}

#[tokio::test]
async fn who_had_it_on_a_day_is_told_by_the_companys_time_zone() {
    let house = House::new().await;
    let (asset, robin) = (house.asset("A-1").await, house.employee("Robin Sample").await);
    let path = format!("/assets/{asset}/custody");
    assert_eq!(house.get(&path).await.expect(200).body["items"], json!([]));
    let body = json!({"to": {"kind": "employee", "id": robin}});
    house.post(&format!("/assets/{asset}/checkout"), body).await.expect(200);
    let all = house.get(&path).await.expect(200).body;
    let interval = all["items"][0].clone();
    assert_eq!(
        interval["custodian"],
        json!({"kind": "employee", "id": robin, "name": "Robin Sample"})
    );
    assert_eq!((&interval["asset"]["name"], &interval["until"]), (&json!("A-1"), &Value::Null));
    let held = house.get(&format!("/employees/{robin}/custody")).await.expect(200).body;
    assert_eq!(held["items"], json!([interval]));
    // The clock stands at noon of 1 September 2026, UTC.
    let on = async |day: &str| house.get(&format!("{path}?as_of={day}")).await.expect(200).body;
    assert_eq!(on("2026-08-31").await, Value::Null);
    assert_eq!(on("2026-09-01").await, interval);
    house.patch("/company", json!({"time_zone": "Pacific/Kiritimati"})).await.expect(200);
    assert_eq!(on("2026-09-01").await, Value::Null, "it is the second there already");
    assert_eq!(on("2026-09-02").await, interval);
    assert_eq!(house.get(&format!("{path}?as_of=today")).await.bad_fields(), ["as_of"]);
}

#[tokio::test]
async fn what_should_be_back_by_now_is_found() {
    let house = House::new().await;
    let robin = house.employee("Robin Sample").await;
    for (tag, due) in [("A-1", "2026-08-31"), ("A-2", "2026-09-01"), ("A-3", "2026-10-01")] {
        house.asset(tag).await;
        let to = json!({"kind": "employee", "id": robin});
        let body = json!({"assets": [tag], "to": to, "due_on": due});
        house.post("/checkouts", body).await.expect(200);
    }
    let tags = async |asked: &str| {
        let list = house.get(&format!("/assets?{asked}")).await.expect(200).body;
        let items = list["items"].as_array().unwrap();
        items.iter().map(|item| item["tag"].text()).collect::<Vec<_>>()
    };
    assert_eq!(tags("overdue=true").await, ["A-1"]);
    assert_eq!(tags("due_before=2026-09-02").await, ["A-1", "A-2"]);
    assert_eq!(tags("overdue=false").await, ["A-1", "A-2", "A-3"]);
    house.patch("/assets/tag:A-1", json!({"due_on": "2026-12-01"})).await.expect(200);
    assert_eq!(tags("overdue=true").await, [""; 0]);
    house.post("/checkins", json!({"assets": ["A-1"]})).await.expect(200);
    let nobody = house.patch("/assets/tag:A-1", json!({"due_on": "2026-12-01"})).await;
    assert_eq!(nobody.bad_fields(), ["due_on"]);
}

#[tokio::test]
async fn custody_rows_name_who_is_gone() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let temp = house.employee("Temp Person").await;
    let out = json!({"to": {"kind": "employee", "id": temp}});
    house.post(&format!("/assets/{asset}/checkout"), out).await.expect(200);
    house.post(&format!("/assets/{asset}/checkin"), Value::Null).await.expect(200);
    house.delete(&format!("/employees/{temp}")).await.expect(204);
    let rows = house.get(&format!("/assets/{asset}/custody")).await.expect(200).body;
    let who = json!({"kind": "employee", "id": temp, "name": "Temp Person (deleted)"});
    assert_eq!(rows["items"][0]["custodian"], who);
}
