//! Signing in and out.

use crate::browser::Script;
use crate::house::{EMAIL, House, PASSWORD};

#[tokio::test]
async fn a_wrong_password_is_told_a_right_one_opens_and_signing_out_closes() {
    let house = House::new();
    let browser = house.browser(Script::On).await;

    browser.open_page(&house.page("assets")).await;
    browser.heading("Sign in to Stockroom").await;
    browser.see("sign-in").await;
    browser.fill("E-mail", EMAIL).await;
    browser.fill("Password", "not this one").await;
    browser.press("Sign in").await;
    browser.reads("E-mail and password do not fit").await;
    browser.see("sign-in-wrong").await;

    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.heading("Assets").await;
    browser.see("no-assets").await;
    browser.press("Home").await;
    browser.heading("Good ").await;
    browser.see("home-empty").await;

    browser
        .press_at(fantoccini::Locator::Css(".sidebar details.menu > summary"), "the account")
        .await;
    browser.press("Dark").await;
    browser.client.refresh().await.expect("a page can be loaded again");
    let theme = browser.answer("return document.documentElement.dataset.theme", &[]).await;
    assert_eq!(theme, "dark", "the choice of theme is kept");
    browser
        .press_at(fantoccini::Locator::Css(".sidebar details.menu > summary"), "the account")
        .await;
    browser.see("account-menu").await;
    browser.press("Sign out").await;
    browser.heading("Sign in to Stockroom").await;

    browser.client.back().await.expect("a browser can go back");
    browser.heading("Sign in to Stockroom").await;
    browser.open_page(&house.page("")).await;
    browser.heading("Sign in to Stockroom").await;
    browser.close().await;
}
