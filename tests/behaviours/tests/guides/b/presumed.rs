//! What the guide presumes of the register around the integration.

use behaviours::{Text, World, mac};
use serde_json::{Value, json};

#[tokio::test]
async fn b42_every_noun_of_the_register_has_its_list_and_its_page() {
    let world = World::new().await;
    for noun in [
        "assets",
        "products",
        "categories",
        "manufacturers",
        "employees",
        "locations",
        "departments",
        "statuses",
    ] {
        let list = world.get(&format!("/{noun}")).await.expect(200).body;
        assert!(list["items"].is_array(), "{noun}");
        world.page(noun).await.expect(200).shows("<h1");
    }
    // A tenant is a world of its own: its slug leads every page, and its token sees it alone.
    world.browse("GET", "/t/somebody-else/assets", &[]).await.expect(404);
    assert_eq!(world.get("/company").await.expect(200).body["name"], "Example Company");
}

#[tokio::test]
async fn b43_an_asset_has_all_that_the_guide_speaks_of() {
    let world = World::new().await;
    let (place, ready) = (world.location("Berlin").await, world.status("ready").await);
    let casey = world.employee("Casey Cole", "casey@example.com").await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    world.edit("SYNMAC1", json!({"name": "Front desk", "location": place, "status": ready})).await;
    world.hand_to("SYNMAC1", "employee", &casey, "hers now").await;
    let asset = world.asset("SYNMAC1").await;
    assert_eq!(asset["tag"], "SYNMAC1");
    assert_eq!(asset["name"], "Front desk");
    assert!(asset["product"]["name"].is_string());
    assert_eq!(asset["status"]["id"], ready);
    assert_eq!(asset["location"]["name"], "Berlin");
    assert!(asset.get("department").is_some());
    assert_eq!(
        (&asset["custodian"]["kind"], &asset["custodian"]["name"]),
        (&json!("employee"), &json!("Casey Cole"))
    );
    assert_eq!(asset["archived_at"], Value::Null);
    world.hand_to("SYNMAC1", "location", &place, "put away").await;
    assert_eq!(world.asset("SYNMAC1").await["custodian"]["kind"], "location");
    let page = world.page("assets/SYNMAC1").await.expect(200);
    for words in ["SYNMAC1", "Front desk", "Berlin", "MacBook Pro", "History"] {
        page.shows(words);
    }
}

#[tokio::test]
async fn b44_checking_out_and_in_archiving_and_deleting_leave_a_history() {
    let world = World::new().await;
    let casey = world.employee("Casey Cole", "casey@example.com").await;
    world.make(json!({"tag": "IT-1"})).await;
    world.hand_to("IT-1", "employee", &casey, "for travel").await;
    let again = json!({"to": {"kind": "employee", "id": casey}});
    world.post("/assets/tag:IT-1/checkout", again).await.expect(409);
    world.take_back("IT-1", "back from travel").await;
    world.post("/assets/tag:IT-1/checkin", Value::Null).await.expect(409);
    world.post("/assets/tag:IT-1/archive", Value::Null).await.expect(200);
    let history = world.history("IT-1").await;
    let told: Vec<_> = history.iter().map(|event| event["action"].text()).collect();
    assert_eq!(told, ["created", "checked_out", "checked_in", "archived"]);
    assert_eq!(history[1]["note"], "for travel");
    assert_eq!(history[1]["actor"]["kind"], "token");
    world.delete("/assets/tag:IT-1").await.expect(204);
    world.get("/assets/tag:IT-1").await.expect(404);
    world.page("assets/IT-1").await.expect(404);
}

#[tokio::test]
async fn b47_the_company_page_has_the_two_switches() {
    let world = World::new().await;
    let page = world.page("settings").await.expect(200);
    page.shows("name=\"auto_location\"").shows("name=\"auto_department\"");
    let saved = world.patch("/company", json!({"auto_location": true})).await.expect(200).body;
    assert_eq!((&saved["auto_location"], &saved["auto_department"]), (&json!(true), &json!(false)));
    let answers = [
        ("name", "Example Company"),
        ("currency", "EUR"),
        ("time_zone", "Europe/Berlin"),
        ("auto_department", "on"),
    ];
    assert_eq!(world.form("settings", &answers).await.status, 303);
    let company = world.get("/company").await.expect(200).body;
    assert_eq!(
        (&company["auto_location"], &company["auto_department"]),
        (&json!(false), &json!(true))
    );
}
