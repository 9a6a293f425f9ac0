//! Two weeks as BlueTally's guide tells them, every option on.

use behaviours::{Devices, Text};
use serde_json::{Value, json};

use super::{Office, RACK};

#[tokio::test]
async fn b1_b5_b7_b11_b12_b13_b15_b17_b22_b35_b36_a_fortnight_as_bluetally_describes_it() {
    let office = Office::open(true).await;
    let world = &office.world;
    // Set up: an asset of before is merged, the others are added.
    world.make(json!({"tag": "SYNMAC3", "name": "Front desk"})).await;
    let all = json!({
        "on_match": "adopt",
        "assign": {"on_assign": true, "on_change": true, "on_removed": true},
    });
    world.connect_guarded("bluetally", all).await;
    let run = world.synced().await;
    assert_eq!(
        (&run["changes"]["created"], &run["changes"]["linked"]),
        (&json!(2 + RACK), &json!(1))
    );
    assert_eq!(world.asset("SYNMAC1").await["category"]["name"], "Kandji");
    office
        .stands("SYNMAC1", "Robin Reyes", "checked_out (Kandji): Kandji assigns it to Robin Reyes.")
        .await;
    office
        .stands("SYNMAC2", "Robin Reyes", "checked_out (Kandji): Kandji assigns it to Robin Reyes.")
        .await;
    office.stands("SYNMAC3", "", "").await;

    // The device changes user in Kandji.
    office.give("SYNMAC1", Some(&office.casey));
    let run = office.next_day().await;
    assert_eq!(
        (&run["changes"]["checked_in"], &run["changes"]["checked_out"]),
        (&json!(1), &json!(1))
    );
    office
        .stands(
            "SYNMAC1",
            "Casey Cole",
            "checked_out (Kandji): Its user in Kandji changed to Casey Cole.",
        )
        .await;

    // Checked out by hand to somebody else: Kandji's user wins at the next run.
    let casey = office.employee("Casey Cole").await;
    world.hand_to("SYNMAC2", "employee", &casey, "borrowed").await;
    office.stands("SYNMAC2", "Casey Cole", "checked_out (tests): borrowed").await;
    office.next_day().await;
    let wins = "It was moved by hand; Kandji still assigns it to Robin Reyes, and that wins.";
    office.stands("SYNMAC2", "Robin Reyes", &format!("checked_out (Kandji): {wins}")).await;

    // Checked out by hand while Kandji has no user: it comes back.
    world.hand_to("SYNMAC3", "employee", &casey, "for a day").await;
    office.next_day().await;
    office.stands("SYNMAC3", "", "checked_in (Kandji): It has no user in Kandji.").await;

    // Checked out to a location: never touched again.
    let place = world.location("Store room").await;
    world.hand_to("SYNMAC2", "location", &place, "into the cupboard").await;
    for _ in 0..2 {
        office.next_day().await;
        office.stands("SYNMAC2", "Store room", "checked_out (tests): into the cupboard").await;
    }

    // Wiped without unassigning first: gone for a while, then back under a new id, nobody's.
    let old = world.sim().device("SYNMAC1");
    world.sim().vanish("SYNMAC1");
    office.next_day().await;
    office
        .stands(
            "SYNMAC1",
            "Casey Cole",
            "checked_out (Kandji): Its user in Kandji changed to Casey Cole.",
        )
        .await;
    let back =
        behaviours::DeviceSpec { user: Some(office.robin.clone()), ..behaviours::mac("SYNMAC1") };
    let new = world.sim().add_device(back);
    let run = office.next_day().await;
    assert_eq!(run["changes"]["created"], 0, "no duplicate");
    office
        .stands(
            "SYNMAC1",
            "Robin Reyes",
            "checked_out (Kandji): Its user in Kandji changed to Robin Reyes.",
        )
        .await;
    let said = world.get("/assets/tag:SYNMAC1/sources").await.body["items"][0].clone();
    assert_eq!((&said["device_id"], &said["past"]), (&json!(new), &json!([old.device_id])));

    // Deleted in Kandji: it stays with its last user, and is archived by hand.
    world.sim().vanish("SYNMAC1");
    for _ in 0..3 {
        office.next_day().await;
        office
            .stands(
                "SYNMAC1",
                "Robin Reyes",
                "checked_out (Kandji): Its user in Kandji changed to Robin Reyes.",
            )
            .await;
    }
    world.post("/assets/tag:SYNMAC1/archive", Value::Null).await.expect(200);

    office.lock_out().await;
    office.mend().await;
    office.next_day().await;
    let tag = world.asset("SYNMAC1").await;
    assert!(tag["archived_at"].text().starts_with("2026-"));
    office.rests().await;
}
