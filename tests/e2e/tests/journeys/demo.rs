//! The demo: one command, and what it prints is enough to look around.

use fantoccini::Locator;

use crate::browser::{Browser, Script};
use crate::folder::Folder;
use crate::house::output;
use crate::program::{Program, stockroom};

#[tokio::test]
async fn the_demo_prints_how_to_get_in_and_has_assets() {
    let folder = Folder::new();
    let mut command = stockroom();
    command.args(["demo", "--devices", "150", "--listen", "127.0.0.1:0"]);
    command.env("TMPDIR", folder.room("temporary"));
    let mut demo = Program::start("stockroom demo", &mut command);
    let mut printed =
        |name: &str| demo.line(|line| line.strip_prefix(name).map(|rest| rest.trim().to_owned()));
    let (address, email, password) = (printed("Address"), printed("E-mail"), printed("Password"));

    let browser = Browser::open(&folder.room("profile"), Script::On).await;
    browser.open_page(&address).await;
    browser.heading("Sign in to Stockroom").await;
    browser.reads(&password).await;
    browser.see("demo-sign-in").await;
    browser.fill("E-mail", &email).await;
    browser.fill("Password", &password).await;
    browser.press("Sign in").await;
    browser.heading("Good ").await;
    browser.reads("Assets").await;
    browser.reads("Checked out").await;
    browser.see("demo-home").await;
    browser.open_page(&format!("{address}/t/example-company/assets?q=macbook&held=yes")).await;
    browser.press_at(Locator::Css("tbody .title a"), "the first asset").await;
    browser.reads("Kandji details").await;
    browser.see("demo-asset").await;
    if update() {
        let picture = output().join("demo-asset-1280-light.png");
        let kept = output().join("../../../docs/images/asset.png");
        std::fs::copy(picture, kept).expect("the picture can be kept");
    }
    browser.close().await;

    demo.stop();
    let left = std::fs::read_dir(folder.path("temporary")).expect("the folder is there").count();
    assert_eq!(left, 0, "the demo throws everything away");
}

#[expect(clippy::disallowed_methods, reason = "the one switch of these tests")]
fn update() -> bool {
    std::env::var("UPDATE").is_ok_and(|on| on == "1")
}
