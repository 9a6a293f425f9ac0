//! Webhooks on the pages: added with a secret that is shown once, looked after, sent again, deleted.

use crate::house::House;

const NEW: [(&str, &str); 5] = [
    ("name", "Ticket desk"),
    ("url", "https://hooks.invalid/x"),
    ("subjects", "asset"),
    ("subjects", "employee"),
    ("actions", "checked_out"),
];

/// The page of a new one.
async fn added(house: &House) -> String {
    let made = house.post(&house.at("settings/webhooks"), &NEW).await;
    let link = made.text.split("href=\"").find(|part| part.contains("/settings/webhooks/whk_"));
    link.unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_added_with_a_secret_that_is_shown_once() {
    let house = House::new().await;
    let list = house.at("settings/webhooks");
    house.get(&list).await.is(200).shows("Nobody is told yet").shows("New webhook");
    let made = house.post(&list, &NEW).await;
    made.is(200).shows("shown only now").shows("whsec_").shows("Ticket desk");
    let again = house.get(&list).await;
    again.is(200).shows("Ticket desk").shows("hooks.invalid").shows("Asset, Employee: checked out");
    assert!(!again.text.contains("whsec_MfK") && !again.text.contains("shown only now"));
    let taken = house.post(&list, &NEW).await;
    taken.is(422).shows("Another webhook has this name").shows("value=\"https://hooks.invalid/x\"");
    house.get(&house.at("settings")).await.shows("Manage webhooks");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_cannot_be_is_refused_and_nothing_typed_is_lost() {
    let house = House::new().await;
    let list = house.at("settings/webhooks");
    for (url, why) in [
        ("https://acme.api.kandji.io/x", "nothing is ever written there"),
        ("http://hooks.example.com/x", "is not encrypted"),
        ("https://10.0.0.1/x", "not a public address"),
        ("hooks", "is no address"),
    ] {
        let form = [("name", "Desk"), ("url", url), ("subjects", "asset")];
        let refused = house.post(&list, &form).await;
        refused.is(422).shows(why).shows(&format!("value=\"{url}\"")).shows("value=\"Desk\"");
        assert!(refused.text.contains("value=\"asset\" checked"), "{}", refused.text);
    }
    let form = [("name", "Desk"), ("url", "https://hooks.example.com/"), ("secret", "short")];
    house.post(&list, &form).await.is(422).shows("This is no secret");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_looked_after_on_its_page() {
    let house = House::new().await;
    let page = added(&house).await;
    house
        .get(&page)
        .await
        .is(200)
        .shows("Nothing was sent yet")
        .shows("Send a test")
        .shows("Enabled");
    // No name under .invalid leads anywhere.
    house.post(&format!("{page}/test"), &[]).await.to();
    let tested = house.get(&page).await;
    tested.is(200).shows("a test").shows("cannot be found").shows("Not taken");
    house.post(&format!("{page}/disable"), &[]).await.to();
    house.get(&page).await.is(200).shows("Disabled");
    house.post(&format!("{page}/enable"), &[]).await.to();
    house.post(&format!("{page}/replay"), &[("since", "2026-09-01")]).await.to();
    house
        .post(&format!("{page}/replay"), &[("since", "soon")])
        .await
        .is(422)
        .shows("Choose the day");
    let form = [("name", "Chat"), ("url", "https://hooks.invalid/x"), ("actions", "created")];
    house.post(&page, &form).await.to();
    house.get(&page).await.is(200).shows("Chat").shows("Anything created");
    let bad = [("name", "Chat"), ("url", "https://iru.com/hook")];
    house.post(&page, &bad).await.is(422).shows("value=\"https://iru.com/hook\"");
    house.get(&format!("{page}/delete")).await.is(200).shows("Delete the webhook");
    house.post(&format!("{page}/delete"), &[]).await.to();
    house.get(&page).await.is(404);
}
