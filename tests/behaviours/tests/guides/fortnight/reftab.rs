//! Two weeks as Reftab's guide tells them, with Auto Assign on.

use behaviours::{DeviceSpec, Devices, mac};
use serde_json::json;

use super::{Office, RACK};

#[tokio::test]
async fn r2_r7_r8_r10_r12_r13_r14_a_fortnight_as_reftab_describes_it() {
    let office = Office::open(true).await;
    let world = &office.world;
    // Set up: one asset is known by its Kandji asset tag, one by its serial, one is new.
    let id = |serial: &str| world.sim().id_of(serial);
    world.sim().set_field(&id("SYNMAC1"), "asset_tag", json!("IT-0001")).unwrap();
    world.make(json!({"tag": "IT-0001", "notes": "bought used"})).await;
    world.make(json!({"tag": "SYNMAC2"})).await;
    let place = world.location("Office").await;
    let assign = json!({"location": place, "assign": {"on_assign": true, "on_change": true}});
    world.connect_guarded("reftab", assign).await;
    let run = world.synced().await;
    assert_eq!(
        (&run["changes"]["created"], &run["changes"]["linked"]),
        (&json!(1 + RACK), &json!(2))
    );
    for (tag, serial) in [("IT-0001", "SYNMAC1"), ("SYNMAC2", "SYNMAC2"), ("SYNMAC3", "SYNMAC3")] {
        assert_eq!(world.asset(tag).await["fields"]["kandjiid"], id(serial));
        assert_eq!(world.asset(tag).await["name"], format!("mac of {serial}"));
    }
    assert_eq!(world.asset("SYNMAC3").await["location"]["name"], "Office");
    assert_eq!(world.asset("IT-0001").await["notes"], "bought used");
    office
        .stands("IT-0001", "Robin Reyes", "checked_out (Kandji): Kandji assigns it to Robin Reyes.")
        .await;
    office.stands("SYNMAC3", "", "").await;

    // The user changes, and one is removed: that Auto Assign leaves to people.
    office.give("SYNMAC1", Some(&office.casey));
    office.give("SYNMAC2", None);
    office.next_day().await;
    office
        .stands(
            "IT-0001",
            "Casey Cole",
            "checked_out (Kandji): Its user in Kandji changed to Casey Cole.",
        )
        .await;
    office
        .stands("SYNMAC2", "Robin Reyes", "checked_out (Kandji): Kandji assigns it to Robin Reyes.")
        .await;

    // A loan by hand of a machine that has no user in Kandji stands.
    let casey = office.employee("Casey Cole").await;
    world.hand_to("SYNMAC3", "employee", &casey, "a loan").await;
    office.next_day().await;
    office.stands("SYNMAC3", "Casey Cole", "checked_out (tests): a loan").await;

    // Checked out to a location.
    world.hand_to("IT-0001", "location", &place, "on the shelf").await;
    office.next_day().await;
    office.stands("IT-0001", "Office", "checked_out (tests): on the shelf").await;

    // Wiped and enrolled again: known by its serial, and its field follows the new device id.
    let new = world.sim().wipe("SYNMAC2");
    let run = office.next_day().await;
    assert_eq!((&run["changes"]["created"], &run["changes"]["linked"]), (&json!(0), &json!(1)));
    assert_eq!(world.asset("SYNMAC2").await["fields"]["kandjiid"], new);
    office
        .stands("SYNMAC2", "Robin Reyes", "checked_out (Kandji): Kandji assigns it to Robin Reyes.")
        .await;

    // Deleted in Kandji.
    world.sim().vanish("SYNMAC3");
    for _ in 0..3 {
        office.next_day().await;
        office.stands("SYNMAC3", "Casey Cole", "checked_out (tests): a loan").await;
    }

    office.lock_out().await;
    world.sim().add_device(DeviceSpec { user: Some(office.robin.clone()), ..mac("SYNMAC4") });
    office.mend().await;
    office
        .stands("SYNMAC4", "Robin Reyes", "checked_out (Kandji): Kandji assigns it to Robin Reyes.")
        .await;
    office.rests().await;
}
