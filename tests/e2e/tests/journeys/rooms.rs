//! A walk through the rooms that no other journey enters: settings, catalog, reports, handing over.

use fantoccini::Locator;

use crate::house::{House, Kandji};

#[tokio::test]
async fn every_room_of_the_house_is_fit_to_be_seen() {
    let house = House::new();
    let kandji = Kandji::with_devices(40);
    let source = house.connect(&kandji);
    let browser = house.signed_in().await;

    // What can be made and changed.
    browser.open_page(&house.page("settings/fields")).await;
    browser.fill("Label", "Room").await;
    browser.press("Add field").await;
    browser.reads("room").await;
    browser.see("custom-fields").await;
    browser.open_page(&house.page("suppliers/new")).await;
    browser.fill("Name", "Acme Supplies").await;
    browser.press("Add supplier").await;
    browser.reads("Acme Supplies").await;
    browser.see("supplier").await;

    // A look at settings before they are saved.
    browser.open_page(&format!("{source}/settings")).await;
    browser.see("source-settings").await;
    browser.pick("When the user is removed in Kandji, check in").await;
    browser.press("See what this would change").await;
    browser.heading("What this would change").await;
    browser.see("source-settings-preview").await;
    browser.press("Save settings").await;
    browser.reads("Saved. The next run goes by it.").await;

    for (page, heading, name) in [
        ("settings", "Settings", "company"),
        ("settings/users", "People who sign in", "users"),
        ("settings/tenants", "Tenants", "tenants"),
        ("account", "Your account", "account"),
        ("mine", "My things", "my-things"),
        ("settings/tokens", "API tokens", "tokens"),
        ("settings/webhooks", "Webhooks", "webhooks"),
        ("activity", "Activity", "activity"),
        ("alerts", "Alerts", "alerts"),
        ("sources", "Sources", "sources"),
        ("bulks", "Bulk changes", "bulks"),
        ("employees", "Employees", "employees"),
        ("products", "Products", "products"),
        ("locations", "Locations", "locations"),
        ("statuses", "Statuses", "statuses"),
        ("bulks/new?action=check_out", "Check out several", "check-out-several"),
        ("bulks/new?action=check_in", "Check in several", "check-in-several"),
        ("labels?list=on", "Labels", "labels"),
        ("employees/new", "New employee", "employee-form"),
        ("reports", "Reports", "reports"),
        ("reports/assets", "Asset Report", "asset-report"),
        ("reports/coverage", "Coverage", "coverage"),
        ("conflicts", "Conflicts", "conflicts"),
    ] {
        browser.open_page(&house.page(page)).await;
        browser.heading(heading).await;
        browser.see(name).await;
    }
    browser.open_page(&house.page("products")).await;
    browser.press_at(Locator::Css("tbody .title a"), "the first product").await;
    browser.reads("Used by").await;
    browser.see("product").await;
    let product = browser.address().await;
    browser.open_page(&format!("{product}/merge")).await;
    browser.heading("Merge ").await;
    browser.see("merge").await;
    browser.open_page(&house.page("assets")).await;
    browser.press_at(Locator::Css("tbody .title a"), "the first asset").await;
    browser.press("Seen here").await;
    browser.reads("Open the whole asset").await;
    browser.see("sighting").await;
    browser.open_page(&house.page("employees?who=holding")).await;
    browser.press_at(Locator::Css("tbody .title a"), "the first employee").await;
    browser.reads("History").await;
    browser.see("employee").await;
    browser.press("Handover sheet").await;
    browser.reads("Signature").await;
    browser.see("handover-sheet").await;
    browser.close().await;
}
