//! The first run again, in a browser that runs no script.

use crate::browser::Script;
use crate::house::{EMAIL, House, Kandji, PASSWORD};

#[tokio::test]
async fn the_first_run_works_without_script() {
    let house = House::empty();
    let kandji = Kandji::with_devices(40);
    let browser = house.browser(Script::Off).await;

    browser.open_page(&house.at("/")).await;
    browser.heading("Welcome to Stockroom").await;
    browser.fill("Company", "Example Company").await;
    browser.fill("Your name", "Robin Sample").await;
    browser.fill("Your e-mail", EMAIL).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Set up Stockroom").await;
    browser.heading("Where are your assets now?").await;

    browser.open_page(&house.at("/t/example-company/sources/new")).await;
    browser.fill("API URL", &kandji.url).await;
    browser.fill("Token", &kandji.token).await;
    browser.press("Test connection").await;
    browser.reads("It works").await;
    browser.see_still("source-tested").await;
    // A token is never sent back, so that it is pasted again.
    browser.fill("Token", &kandji.token).await;
    browser.press("Connect").await;

    browser.heading("Run of ").await;
    browser.reloaded_until("Nothing has changed yet; this waits for you").await;
    browser.see_still("run-held").await;
    browser.press("Approve 40 changes").await;
    browser.reads("Approved: 40 changes made.").await;
    browser.press("Assets").await;
    browser.heading("Assets").await;
    browser.see_still("assets").await;
    let tag = browser.text("tbody tr:first-child .title").await;
    browser.press(&tag).await;
    browser.heading(&tag).await;
    browser.reads("Kandji details").await;
    browser.reads("added it in a run").await;
    browser.see_still("asset").await;
    browser.close().await;
}
