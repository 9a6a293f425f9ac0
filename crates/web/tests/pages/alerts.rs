//! What is wrong, on every page until it is seen, and on the alerts' own page until it is mended.

use kandji::sim::{Misbehaviour, Running, Trouble};
use testkit::smtp::{Mood, Smtp};

use crate::house::{EMAIL, House, Said};

/// A connected source whose first plan was rejected, so that nothing waits; and its page.
async fn connected(house: &House) -> (Running, String) {
    let (kandji, run) = house.connect(3).await;
    let held = house.ended(&run).await;
    house.post(&format!("{run}/rejection"), &[]).await.to();
    let source = held.text.split("href=\"").find(|part| part.contains("/sources/src_")).unwrap();
    (kandji, source.split('"').next().unwrap().to_owned())
}

async fn fail(house: &House, kandji: &Running, source: &str) -> Said {
    kandji.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
    let failed = house.post(&format!("{source}/runs"), &[("mode", "apply")]).await.to();
    house.ended(&failed).await
}

/// The form in the banner: where it is sent, and where it leads back to.
fn banner(page: &Said) -> (String, String) {
    let form = page.text.split("<div class=\"banner").nth(1).expect("a banner");
    let between = |from: &str| {
        form.split(from).nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
    };
    (between("action=\""), between("name=\"back\" value=\""))
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_a_broken_connection_is_said_on_every_page_until_it_is_mended() {
    let house = House::new().await;
    let (kandji, source) = connected(&house).await;
    let failed = fail(&house, &kandji, &source).await;
    failed.shows("The run failed; nothing was half done").shows("Try again");
    house.get(&house.at("assets")).await.shows("Kandji cannot be read").shows("See what to do");
    house.get(&house.at("alerts")).await.shows("Kandji cannot be read").shows("Mend it");
    house.get(&source).await.shows("Failing").shows("Update connection").shows("(401)");
    house.get("/t/example-company").await.shows("Needs you");
    let onlooker = house.ask(&house.viewer, "GET", &house.at("assets"), &[]).await;
    assert!(!onlooker.text.contains("See what to do"), "who cannot mend it is not bothered");
    kandji.tenant.behave();
    let url = kandji.url();
    let form = [("api_url", url.as_str()), ("token", kandji.token())];
    house.post(&format!("{source}/connection"), &form).await.to();
    let mended = house.get(&house.at("alerts")).await;
    assert!(!mended.shows("Nothing is wrong").text.contains("See what to do"));
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_a_banner_that_was_seen_goes_for_that_user_and_leads_back_to_the_same_page() {
    let house = House::new().await;
    let (kandji, source) = connected(&house).await;
    fail(&house, &kandji, &source).await;
    let here = house.at("assets?archived=any&q=x");
    let (seen, back) = banner(&house.get(&here).await);
    assert_eq!(back.replace("&amp;", "&"), here);
    assert_eq!(house.post(&seen, &[("back", &here)]).await.to(), here);
    assert!(!house.get(&here).await.text.contains("See what to do"));
    house.get(&house.at("alerts")).await.shows("Kandji cannot be read").shows("You saw it");
    let list = house.at("alerts");
    for elsewhere in ["https://example.com", "//example.com", "/t/example-company.evil", ""] {
        assert_eq!(house.post(&seen, &[("back", elsewhere)]).await.to(), list, "{elsewhere}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_the_alerts_page_says_that_mail_is_not_set_up_and_how_to() {
    let house = House::new().await;
    house.get(&house.at("alerts")).await.shows("Nothing is wrong").shows("Mail is not set up");
    let (kandji, source) = connected(&house).await;
    fail(&house, &kandji, &source).await;
    let page = house.get(&house.at("alerts")).await;
    page.shows("Nobody was mailed").shows("<code>mail.url</code>").shows("How to mend it");
    let onlooker = house.ask(&house.viewer, "GET", &house.at("alerts"), &[]).await;
    assert!(!onlooker.shows("Mail is not set up").text.contains("mail.url"));
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_the_alerts_page_says_who_was_mailed_and_what_stands_in_the_way() {
    let smtp = Smtp::start();
    let mut house = House::new().await;
    house.mailing(&smtp);
    let (kandji, source) = connected(&house).await;
    app::jobs::work_off(&house.app).await.unwrap();
    fail(&house, &kandji, &source).await;
    let list = house.at("alerts");
    let waits = format!("Not yet mailed to {EMAIL}: it waits to be sent");
    assert!(!house.get(&list).await.shows(&waits).text.contains("Mail is not set up"));
    smtp.set(Mood::Busy);
    app::jobs::work_off(&house.app).await.unwrap();
    house.get(&list).await.shows("451").shows("It is tried again").shows("in 1 min");
    smtp.set(Mood::Takes);
    house.app.clock().advance(jiff::SignedDuration::from_mins(1));
    app::jobs::work_off(&house.app).await.unwrap();
    house.get(&list).await.shows(&format!("Mailed to {EMAIL}")).shows("just now");
    let link = format!("http://127.0.0.1:8080{source}");
    assert!(smtp.received().last().unwrap().text().contains(&link), "the mail leads here");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_is_an_alert_with_a_link_and_told_once_on_the_home_page() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(3).await;
    house.ended(&run).await;
    let list = house.get(&house.at("alerts")).await;
    list.shows("A run of Kandji waits for review")
        .shows(&format!("href=\"{run}\""))
        .shows("Review");
    assert!(!list.text.contains("See what to do"), "it is no emergency");
    let home = house.get("/t/example-company").await;
    assert_eq!(home.text.matches("waits for").count(), 1, "{}", home.text);
    house.post(&format!("{run}/rejection"), &[]).await.to();
    house.get(&house.at("alerts")).await.shows("Nothing is wrong");
}
