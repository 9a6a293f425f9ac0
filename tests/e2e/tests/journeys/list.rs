//! The asset list: its whole state stands in the address.

use fantoccini::Locator;
use serde_json::json;

use crate::browser::Browser;
use crate::house::{House, Kandji};

/// Without the last cell, which says how long ago it was changed, and moves.
const ROWS: &str = "return [...document.querySelectorAll('tbody tr')]\
    .map(row => [...row.cells].slice(0, -1).map(cell => cell.innerText).join(' '))";

#[tokio::test]
async fn a_list_searched_filtered_sorted_and_turned_is_the_same_after_a_reload() {
    let house = House::new();
    let kandji = Kandji::with_devices(400);
    house.connect(&kandji);
    let browser = house.signed_in().await;
    browser.see("home").await;
    browser.press("Assets").await;
    browser.heading("Assets").await;
    browser.reads("50 of 400").await;
    browser.see("assets").await;

    browser.key('/').await;
    browser.write("macbook").await;
    browser
        .until("the search in the address", "return location.search.includes('q=macbook')", &[])
        .await;
    let found = total(&browser).await;
    assert!((51..400).contains(&found), "a search narrows: {found} of 400");
    let elsewhere = "return [...document.querySelectorAll('tbody tr')].filter(row => !/macbook/i.test(row.innerText)).length";
    assert_eq!(browser.answer(elsewhere, &[]).await, 0);

    browser.press("Filter").await;
    browser.press("Checked out").await;
    browser.until("the filter's menu", "return location.search.includes('edit=held')", &[]).await;
    browser.see("assets-filter").await;
    browser.press_at(Locator::XPath("//label[normalize-space(.)='Yes']"), "Yes").await;
    browser.press("Show").await;
    browser
        .until("the filter in the address", "return location.search.includes('held=yes')", &[])
        .await;
    let held = total(&browser).await;
    assert!((51..found).contains(&held), "a filter narrows further: {held} of {found}");

    browser.press("Name").await;
    browser
        .until("the order in the address", "return location.search.includes('sort=name')", &[])
        .await;
    browser.press("Name").await;
    browser.until("the other order", "return location.search.includes('sort=-name')", &[]).await;
    browser
        .until(
            "the column to say so",
            "return !!document.querySelector('th[aria-sort=descending]')",
            &[],
        )
        .await;
    let first = browser.answer(ROWS, &[]).await;
    browser.press("Next").await;
    browser
        .until("the page in the address", "return location.search.includes('cursor=')", &[])
        .await;
    browser.until("other rows", &format!("{ROWS}[0] !== arguments[0]"), &[first[0].clone()]).await;
    let second = browser.answer(ROWS, &[]).await;

    browser.client.refresh().await.expect("a page can be loaded again");
    browser.heading("Assets").await;
    assert_eq!(browser.answer(ROWS, &[]).await, second, "a reload shows the same");
    for part in ["q=macbook", "held=yes", "sort=-name", "cursor="] {
        assert!(browser.address().await.contains(part), "the address keeps {part}");
    }
    browser.see("assets-narrowed").await;
    browser.press("Previous").await;
    browser
        .until("the first rows", &format!("{ROWS}[0] === arguments[0]"), &[first[0].clone()])
        .await;

    browser.open_page(&house.page("assets?q=nothing-is-called-this")).await;
    browser.reads("No asset fits").await;
    browser.see("assets-nothing-found").await;

    browser.open_page(&house.page("assets?edit=columns")).await;
    browser.reads("Add a column").await;
    browser.see("assets-columns").await;
    browser.close().await;
}

async fn total(browser: &Browser) -> u64 {
    let script = "const of = document.querySelector('.pager')?.innerText.match(/of ([\\d,]+)/); \
                  return of && Number(of[1].replace(',', ''))";
    browser.until("a pager", script, &[json!(null)]).await.as_u64().unwrap_or_default()
}
