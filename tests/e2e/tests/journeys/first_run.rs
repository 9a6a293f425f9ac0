//! From an empty installation to the first synced asset, by keyboard alone.

use fantoccini::key::Key;

use crate::browser::Script;
use crate::house::{EMAIL, House, Kandji, PASSWORD};

#[tokio::test]
async fn from_nothing_to_the_first_synced_asset_by_keyboard_alone() {
    let house = House::empty();
    let kandji = Kandji::with_devices(120);
    let browser = house.browser(Script::On).await;

    browser.open_page(&house.at("/")).await;
    browser.heading("Welcome to Stockroom").await;
    browser.see("setup").await;
    for (label, text) in [
        ("Company", "Example Company"),
        ("Your name", "Robin Sample"),
        ("Your e-mail", EMAIL),
        ("Password", PASSWORD),
    ] {
        browser.tab_to(label).await;
        browser.write(text).await;
    }
    browser.key(Key::Enter).await;
    browser.heading("Where are your assets now?").await;
    browser.see("welcome").await;
    browser.tab_to("Connect Kandji").await;
    browser.key(Key::Enter).await;

    browser.heading("Connect Kandji").await;
    browser.see("source-new").await;
    browser.tab_to("API URL").await;
    browser.write(&kandji.url).await;
    browser.tab_to("Token").await;
    browser.write(&kandji.token).await;
    browser.tab_to("Test connection").await;
    browser.key(Key::Enter).await;
    browser.reads("It works").await;
    browser.see("source-tested").await;
    browser.tab_back_to("Connect").await;
    browser.key(Key::Enter).await;

    browser.heading("Run of ").await;
    browser.reads("Nothing has changed yet; this waits for you").await;
    browser.reads("120 to create").await;
    browser.see("run-held").await;
    browser.tab_to("Approve ").await;
    browser.key(Key::Enter).await;
    browser.reads("Approved: ").await;
    browser.see("run-applied").await;

    browser.tab_to("Assets").await;
    browser.key(Key::Enter).await;
    browser.heading("Assets").await;
    browser.key('j').await;
    let tag = browser.text("tbody tr:first-child .title").await;
    browser.key(Key::Enter).await;
    browser.heading(&tag).await;
    browser.reads("Kandji details").await;
    browser.reads("added it in a run").await;
    browser.see("asset").await;
    browser.close().await;
}
