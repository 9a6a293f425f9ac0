//! A device changes hands in Kandji, and the register follows and says why.

use fantoccini::Locator;
use serde_json::json;

use crate::house::{House, Kandji};

#[tokio::test]
async fn a_device_changes_hands_and_only_a_run_that_is_no_preview_follows() {
    let house = House::new();
    let kandji = Kandji::with_devices(700);
    let source = house.connect(&kandji);
    let browser = house.signed_in().await;
    let (serial, email) = handed_over(&kandji);

    browser.open_page(&house.page(&format!("assets?q={serial}"))).await;
    browser.press_at(Locator::Css("tbody .title a"), &serial).await;
    browser.reads("Kandji details").await;
    let asset = browser.address().await;
    let before = browser.fact("Held by").await;

    browser.open_page(&source).await;
    browser.heading("Kandji").await;
    browser.see("source").await;
    browser.press("Preview").await;
    browser.heading("Preview of ").await;
    browser.reads("A preview: nothing was changed").await;
    browser.reads("to check out").await;
    browser.see("preview").await;
    browser.open_page(&asset).await;
    browser.reads("Kandji details").await;
    assert_eq!(browser.fact("Held by").await, before, "a preview changes nothing");

    kandji.misbehave(&json!({"path": "/devices", "kind": "slow", "milliseconds": 1500}));
    browser.open_page(&source).await;
    browser.heading("Kandji").await;
    browser.press("Sync now").await;
    browser.heading("Run of ").await;
    browser.reads("Under way").await;
    browser.answer("window.marked = true", &[]).await;
    let moving = "return /[36]00 of 700 devices/.test(document.body.innerText)";
    browser.until("progress that moves", moving, &[]).await;
    browser.see("run-under-way").await;
    browser
        .until("the run's end", "return document.querySelector('.tally') && window.marked", &[])
        .await;
    browser.reads("checked out").await;
    browser.reads("Its user in Kandji changed to").await;
    browser.reads(&serial).await;
    browser.see("run-custody").await;

    browser.open_page(&asset).await;
    browser.reads("in a run").await;
    let after = browser.fact("Held by").await;
    assert_ne!(after, before, "the asset went to {email}");
    browser.reads(&format!("checked it out to {after}")).await;
    browser.see("asset-handed-over").await;
    browser.press_at(Locator::Css("dd a[href*=\"/employees/\"]"), &after).await;
    browser.heading(&after).await;
    browser.reads(&email).await;
    browser.see("employee-holding").await;

    browser.open_page(&source).await;
    browser.press("Change settings").await;
    browser.heading("Settings").await;
    browser.see("source-settings").await;
    browser.open_page(&format!("{source}/devices")).await;
    browser.heading("Devices").await;
    browser.see("source-devices").await;
    browser.close().await;
}

/// Lets things happen until a device changes hands: its serial and the new user's address.
fn handed_over(kandji: &Kandji) -> (String, String) {
    for _ in 0..200 {
        let happened = kandji.step();
        if let Some((serial, email)) = happened.split_once(" was handed to ") {
            return (serial.to_owned(), email.to_owned());
        }
    }
    panic!("in two hundred steps no device changed hands");
}
