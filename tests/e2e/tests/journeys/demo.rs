//! The demo: one command, and what it prints is enough to look around.

use crate::browser::{Browser, Script};
use crate::folder::Folder;
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
    browser.close().await;

    demo.stop();
    let left = std::fs::read_dir(folder.path("temporary")).expect("the folder is there").count();
    assert_eq!(left, 0, "the demo throws everything away");
}
