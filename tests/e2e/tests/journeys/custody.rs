//! Handing an asset out and taking it back, by hand.

use crate::house::House;

#[tokio::test]
async fn an_asset_is_checked_out_and_in_again_and_every_value_says_who_set_it() {
    let house = House::new();
    let browser = house.signed_in().await;

    browser.open_page(&house.page("employees/new")).await;
    browser.heading("New employee").await;
    browser.see("employee-new").await;
    browser.fill("Name", "Noah Okafor").await;
    browser.fill("E-mail", "noah@example.com").await;
    browser.press("Add employee").await;
    browser.heading("Noah Okafor").await;
    browser.see("employee").await;

    browser.open_page(&house.page("assets/new")).await;
    browser.heading("New asset").await;
    browser.see("asset-new").await;
    browser.fill("Asset tag", "DOCK-7").await;
    browser.fill("Name", "Dock in the corner").await;
    browser.press("Add asset").await;
    browser.heading("DOCK-7").await;
    browser.see("asset-by-hand").await;

    browser.key('o').await;
    browser.heading("Check out DOCK-7").await;
    browser.see("checkout").await;
    browser.press("Check out").await;
    browser.reads("Choose who or where").await;
    browser.key('/').await;
    browser.write("noah").await;
    browser.pick("Noah Okafor").await;
    browser.fill("Note", "with its cable").await;
    browser.press("Check out").await;
    browser.heading("DOCK-7").await;
    browser.reads("checked it out to Noah Okafor").await;
    browser.reads("with its cable").await;
    for value in ["Dock in the corner", "Noah Okafor", "Ready"] {
        let script = "return [...document.querySelectorAll('[title^=\"Set by\"]')] \
                      .find(one => one.innerText.includes(arguments[0]))?.title";
        let told = browser.until("who set it", script, &[value.into()]).await;
        let told = told.as_str().unwrap_or_default();
        assert!(told.starts_with("Set by ") && told.contains(" on "), "{value}: {told}");
    }

    browser.key('i').await;
    browser.heading("Check in DOCK-7").await;
    browser.see("checkin").await;
    browser.press("Check in").await;
    browser.heading("DOCK-7").await;
    browser.reads("checked it in from Noah Okafor").await;
    browser.see("asset-returned").await;

    // By scanning, with a look before and a way back after.
    browser.open_page(&house.page("bulks/new?action=check_out")).await;
    browser.fill("Assets", "dock-7").await;
    browser.pick("Noah Okafor").await;
    browser.press("Preview").await;
    browser.heading("Check out 1 asset").await;
    browser.reads("Custodian becomes Noah Okafor").await;
    browser.see("bulk-preview").await;
    browser.press("Check out 1 asset").await;
    browser.reads("1 asset was changed.").await;
    browser.press("Undo").await;
    browser.reads("1 asset stands as before.").await;
    browser.see("bulk-taken-back").await;

    browser.open_page(&house.page("assets/DOCK-7/edit")).await;
    browser.heading("Edit").await;
    browser.see("asset-edit").await;
    browser.open_page(&house.page("assets/DOCK-7/delete")).await;
    browser.heading("Delete").await;
    browser.see("asset-delete").await;
    browser.close().await;
}
