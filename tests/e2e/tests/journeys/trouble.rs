//! A token stops working: said on every page, explained at its source, mended there.

use serde_json::json;

use crate::house::{House, Kandji};

#[tokio::test]
async fn a_broken_token_is_said_everywhere_until_the_connection_is_mended() {
    let house = House::new();
    let kandji = Kandji::with_devices(30);
    let source = house.connect(&kandji);
    let browser = house.signed_in().await;

    kandji.misbehave(&json!({"path": "*", "kind": "unauthorized"}));
    browser.open_page(&source).await;
    browser.heading("Kandji").await;
    browser.press("Sync now").await;
    browser.reads("The run failed; nothing was half done").await;
    browser.see("run-failed").await;

    for page in ["", "assets", "employees", "sources", "settings"] {
        browser.open_page(&house.page(page)).await;
        let banner = browser.text(".banner").await;
        assert!(banner.contains("Kandji"), "{page} says what is wrong, not \"{banner}\"");
    }
    browser.open_page(&house.page("")).await;
    browser.see("home-alert").await;
    browser.press("Alerts2").await;
    browser.heading("Alerts").await;
    browser.see("alerts-open").await;
    browser.press("Mend it").await;
    browser.heading("Kandji").await;
    browser.reads("The last attempt to read Kandji failed").await;
    browser.see("source-failing").await;

    browser.press("Update connection").await;
    browser.heading("Update connection").await;
    browser.fill("Token", &kandji.token).await;
    browser.press("Test and save").await;
    browser.reads("nothing was changed").await;
    browser.see("connection-refused").await;
    kandji.behave();
    browser.fill("Token", &kandji.token).await;
    browser.press("Test and save").await;
    browser.reads("It works; the new connection is in use.").await;
    for page in ["", "assets", "alerts", "sources"] {
        browser.open_page(&house.page(page)).await;
        assert_eq!(browser.text(".banner").await, "", "{page} has nothing to say any more");
    }
    browser.reads("Healthy").await;
    browser.close().await;
}
