//! Checking in and out as Kandji's users change.

use behaviours::{DeviceSpec, Devices, Text, World, all_on, mac};
use serde_json::{Value, json};

/// Two colleagues, and SYNMAC1 that is Robin's in Kandji; nothing is synced yet.
async fn two_people(settings: Value) -> (World, String, String) {
    let world = World::new().await;
    let robin = world.colleague("Robin Reyes", "robin@example.com").await;
    let casey = world.colleague("Casey Cole", "casey@example.com").await;
    world.sim().add_device(DeviceSpec { user: Some(robin.clone()), ..mac("SYNMAC1") });
    world.connect("bluetally", settings).await;
    (world, robin, casey)
}

async fn id_of(world: &World, name: &str) -> String {
    let all = world.employees().await;
    all.iter().find(|employee| employee["name"] == name).unwrap()["id"].text()
}

#[tokio::test]
async fn b11_an_asset_is_checked_out_to_the_employee_with_the_users_address() {
    let world = World::new().await;
    world.employee("Robin at work", "Robin.Reyes@Example.com").await;
    let user = world.sim().add_user("R. Reyes", "robin.reyes@example.com");
    world.sim().add_device(DeviceSpec { user: Some(user), ..mac("SYNMAC1") });
    world.connect("bluetally", json!({"assign": {"on_assign": true}})).await;
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Robin at work", "by address, not by name");
    let told = world.custody_of("SYNMAC1").await;
    assert_eq!(told, ["checked_out (Kandji): Kandji assigns it to Robin at work."]);
}

#[tokio::test]
async fn b12_a_manual_checkout_to_another_employee_is_overridden() {
    let (world, _, _) = two_people(json!({"assign": {"on_assign": true}})).await;
    world.synced().await;
    let casey = id_of(&world, "Casey Cole").await;
    world.hand_to("SYNMAC1", "employee", &casey, "for the trade fair").await;
    assert_eq!(world.holder("SYNMAC1").await, "Casey Cole");
    let run = world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes");
    assert_eq!(
        (&run["changes"]["checked_in"], &run["changes"]["checked_out"]),
        (&json!(1), &json!(1))
    );
    let why = "It was moved by hand; Kandji still assigns it to Robin Reyes, and that wins.";
    let told = world.custody_of("SYNMAC1").await;
    assert_eq!(
        told[3..],
        [format!("checked_in (Kandji): {why}"), format!("checked_out (Kandji): {why}")]
    );
}

#[tokio::test]
async fn b12_without_the_option_a_manual_checkout_stands() {
    let (world, _, _) = two_people(Value::Null).await;
    world.synced().await;
    let casey = id_of(&world, "Casey Cole").await;
    world.hand_to("SYNMAC1", "employee", &casey, "by hand").await;
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Casey Cole");
}

#[tokio::test]
async fn b13_a_change_of_user_is_a_check_in_and_a_check_out() {
    let (world, _, casey) =
        two_people(json!({"assign": {"on_assign": true, "on_change": true}})).await;
    world.synced().await;
    world.sim().give("SYNMAC1", Some(&casey));
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Casey Cole");
    let why = "Its user in Kandji changed to Casey Cole.";
    let told = world.custody_of("SYNMAC1").await;
    assert_eq!(
        told[1..],
        [format!("checked_in (Kandji): {why}"), format!("checked_out (Kandji): {why}")]
    );
}

#[tokio::test]
async fn b13_switched_off_a_change_of_user_changes_nothing_and_the_run_says_why() {
    let (world, _, casey) = two_people(json!({"assign": {"on_assign": true}})).await;
    world.synced().await;
    world.sim().give("SYNMAC1", Some(&casey));
    let run = world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes");
    let decision = world.decision(&run, "SYNMAC1").await;
    assert!(decision["reason"].text().contains("following such changes is off"), "{decision}");
}

#[tokio::test]
async fn b14_a_removed_user_checks_the_asset_in() {
    let (world, _, _) =
        two_people(json!({"assign": {"on_assign": true, "on_removed": true}})).await;
    world.synced().await;
    world.sim().give("SYNMAC1", None);
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "");
    let told = world.custody_of("SYNMAC1").await;
    assert_eq!(told[1..], ["checked_in (Kandji): It has no user in Kandji."]);
}

#[tokio::test]
async fn b14_switched_off_a_removed_user_keeps_the_asset() {
    let (world, _, _) = two_people(json!({"assign": {"on_assign": true}})).await;
    world.synced().await;
    world.sim().give("SYNMAC1", None);
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes");
}

#[tokio::test]
async fn b15_what_is_handed_out_by_hand_while_kandji_has_no_user_comes_back_unless_that_is_off() {
    for (on_removed, holder) in [(true, ""), (false, "Casey Cole")] {
        let settings = json!({"assign": {"on_removed": on_removed}});
        let (world, _, _) = two_people(settings).await;
        world.sim().give("SYNMAC1", None);
        world.synced().await;
        let casey = id_of(&world, "Casey Cole").await;
        world.hand_to("SYNMAC1", "employee", &casey, "a loan").await;
        world.synced().await;
        assert_eq!(world.holder("SYNMAC1").await, holder, "on_removed is {on_removed}");
    }
}

#[tokio::test]
async fn b16_no_employee_is_created_and_the_run_names_the_unknown_address() {
    let world = World::new().await;
    let robin = world.sim().add_user("Robin Reyes", "robin@example.com");
    world.sim().add_device(DeviceSpec { user: Some(robin), ..mac("SYNMAC1") });
    world.connect("bluetally", all_on()).await;
    let run = world.synced().await;
    assert_eq!(world.employees().await.len(), 0);
    assert_eq!(world.holder("SYNMAC1").await, "");
    let decision = world.decision(&run, "SYNMAC1").await;
    assert!(decision["reason"].text().contains("robin@example.com"), "{decision}");

    world.employee("Robin Reyes", "robin@example.com").await;
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes", "once they are an employee");
}

#[tokio::test]
async fn b17_a_checkout_to_a_location_is_never_touched() {
    let (world, _, casey) = two_people(all_on()).await;
    world.synced().await;
    let place = world.location("Store room").await;
    world.hand_to("SYNMAC1", "location", &place, "into the cupboard").await;
    let before = world.custody_of("SYNMAC1").await;
    for user in [None, Some(&*casey)] {
        world.sim().give("SYNMAC1", user);
        let run = world.synced().await;
        assert_eq!(world.holder("SYNMAC1").await, "Store room");
        let decision = world.decision(&run, "SYNMAC1").await;
        assert!(decision["reason"].text().contains("which syncing never touches"), "{decision}");
    }
    assert_eq!(world.custody_of("SYNMAC1").await, before);

    world.take_back("SYNMAC1", "out of the cupboard").await;
    world.synced().await;
    assert_eq!(
        world.holder("SYNMAC1").await,
        "Casey Cole",
        "nobody had it, so Kandji's user gets it"
    );
}

#[tokio::test]
async fn b18_a_checkout_by_a_run_moves_location_and_department_where_the_company_says_so() {
    for (place, department) in [(false, false), (true, false), (false, true), (true, true)] {
        let (world, _, _) = two_people(all_on()).await;
        let company = json!({"auto_location": place, "auto_department": department});
        world.patch("/company", company).await.expect(200);
        world.at_home("robin@example.com", "Berlin", "Design").await;
        world.synced().await;
        let asset = world.asset("SYNMAC1").await;
        let name = |what: &str| asset[what]["name"].as_str().unwrap_or_default().to_owned();
        assert_eq!(name("location"), if place { "Berlin" } else { "" });
        assert_eq!(name("department"), if department { "Design" } else { "" });
    }
}

#[tokio::test]
async fn b18_both_are_off_unless_chosen_and_count_for_manual_checkouts_too() {
    let (world, _, _) = two_people(Value::Null).await;
    let company = world.get("/company").await.expect(200).body;
    assert_eq!(
        (&company["auto_location"], &company["auto_department"]),
        (&json!(false), &json!(false))
    );
    world
        .patch("/company", json!({"auto_location": true, "auto_department": true}))
        .await
        .expect(200);
    world.at_home("robin@example.com", "Berlin", "Design").await;
    world.synced().await;
    let robin = id_of(&world, "Robin Reyes").await;
    world.hand_to("SYNMAC1", "employee", &robin, "by hand").await;
    let asset = world.asset("SYNMAC1").await;
    assert_eq!(
        (&asset["location"]["name"], &asset["department"]["name"]),
        (&json!("Berlin"), &json!("Design"))
    );
}
