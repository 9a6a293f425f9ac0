//! Two weeks as the guide of Asset Management for Jira tells them, with auto-checkout on.

use behaviours::{Devices, Text};
use serde_json::{Value, json};

use super::{Office, RACK};

#[tokio::test]
async fn j1_j6_j8_j9_j10_j11_j14_a_fortnight_as_amfj_describes_it() {
    let office = Office::open(false).await;
    let world = &office.world;
    // Set up: nothing is created; one asset is known by its device's name.
    world.make(json!({"tag": "AM-1", "name": "mac of SYNMAC1"})).await;
    let assign = json!({"assign": {"on_assign": true, "on_change": true, "on_removed": true}});
    world.connect_guarded("amfj", assign).await;
    let run = world.synced().await;
    assert_eq!((&run["changes"]["created"], &run["changes"]["linked"]), (&json!(0), &json!(1)));
    assert_eq!(world.tags().await, ["AM-1"]);
    let people = world.employees().await;
    assert_eq!(people.len(), 1, "the user of devices was created, once: {people:#?}");
    office
        .stands("AM-1", "Robin Reyes", "checked_out (Kandji): Kandji assigns it to Robin Reyes.")
        .await;

    // Device creation is turned on.
    world.settings(json!({"on_no_match": "create"})).await;
    assert_eq!(office.next_day().await["changes"]["created"], 2 + RACK);
    office
        .stands("SYNMAC2", "Robin Reyes", "checked_out (Kandji): Kandji assigns it to Robin Reyes.")
        .await;

    // The primary user changes to someone nobody knew, who changes name and address later.
    office.give("SYNMAC1", Some(&office.casey));
    office.next_day().await;
    office
        .stands(
            "AM-1",
            "Casey Cole",
            "checked_out (Kandji): Its user in Kandji changed to Casey Cole.",
        )
        .await;
    world.sim().rename_user(&office.casey, "Casey Reyes", "casey.reyes@example.com").unwrap();
    office.next_day().await;
    assert_eq!(world.employees().await.len(), 2, "no second person");

    // Checked out by hand to another: the primary user wins.
    let robin = office.employee("Robin Reyes").await;
    world.hand_to("AM-1", "employee", &robin, "swapped").await;
    office.next_day().await;
    assert!(world.holder("AM-1").await.starts_with("Casey"));
    office.custody_is_told("AM-1").await;

    // Checked out to a location.
    let place = world.location("Office").await;
    world.hand_to("SYNMAC2", "location", &place, "on the shelf").await;
    office.next_day().await;
    office.stands("SYNMAC2", "Office", "checked_out (tests): on the shelf").await;

    // Wiped and enrolled again, under its old name: the same asset.
    let new = world.sim().wipe("SYNMAC1");
    let run = office.next_day().await;
    assert_eq!(run["changes"]["created"], 0);
    let said = world.get("/assets/tag:AM-1/sources").await.body["items"][0].clone();
    assert_eq!(said["device_id"], new);
    office.stands("AM-1", "", "checked_in (Kandji): It has no user in Kandji.").await;

    // Deleted in Kandji: its asset stays.
    world.sim().vanish("SYNMAC3");
    let before = world.asset("SYNMAC3").await;
    for _ in 0..3 {
        office.next_day().await;
        assert_eq!(world.asset("SYNMAC3").await, before);
    }

    office.lock_out().await;
    office.mend().await;
    office.rests().await;
    assert_eq!(world.asset("AM-1").await["archived_at"], Value::Null);
    assert_eq!(world.asset("AM-1").await["serial"].text(), "SYNMAC1");
}
