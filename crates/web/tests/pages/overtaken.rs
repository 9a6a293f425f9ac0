//! Settings that two change at once: whoever is slower keeps what they typed, and reads what saving
//! it would change.

use crate::house::House;

type Typed<'a> = &'a [(&'a str, &'a str)];

/// Of two who open the form, the slower one is told; the form as it is answered goes.
async fn two_at_once(house: &House, form: &str, save: &str, quick: Typed<'_>, slow: Typed<'_>) {
    let version = house.get(form).await.is(200).hidden("version");
    let send = async |typed: Typed<'_>, version: &str| {
        let mut typed = typed.to_vec();
        typed.push(("version", version));
        house.post(save, &typed).await
    };
    send(quick, &version).await.to();
    let refused = send(slow, &version).await;
    refused.is(409).shows("Someone was quicker").shows("Drop my answers");
    refused.shows("Your answers are kept; saving them now changes this:");
    refused.shows("Quicker").shows("value=\"Slower\"");
    assert_eq!(send(slow, &version).await.status, 409, "{save}");
    let anew = refused.hidden("version");
    assert_ne!(anew, version, "{save}");
    send(slow, &anew).await.to();
    house.get(form).await.shows("value=\"Slower\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_a_setting_more_slowly_overwrites_nothing_unseen() {
    let house = House::new().await;
    let company = |name| [("name", name), ("time_zone", "UTC"), ("currency", "EUR")];
    let at = house.at("settings");
    two_at_once(&house, &at, &at, &company("Quicker"), &company("Slower")).await;

    house.field(&[("label", "Memory"), ("type", "text")]).await;
    let fields = app::fields::list(&house.app, &house.caller).await.unwrap();
    let at = house.at(&format!("settings/fields/{}", fields[0].id));
    let changed = |label| [("label", label), ("required", "on")];
    two_at_once(&house, &at, &at, &changed("Quicker"), &[("label", "Slower")]).await;

    let kim = [("email", "kim@example.com"), ("name", "Kim"), ("role", "viewer")];
    house.post(&house.at("settings/users"), &kim).await.is(200);
    let all = app::users::list(&house.app, &house.caller).await.unwrap();
    let kim = all.iter().find(|row| row.user.email.as_str() == "kim@example.com").unwrap();
    let at = house.at(&format!("settings/users/{}", kim.user.id));
    let changed = |name| [("name", name), ("role", "operator")];
    two_at_once(&house, &at, &at, &changed("Quicker"), &changed("Slower")).await;

    let shared = |name| [("name", name), ("shared", "on")];
    let view = house.post(&house.at("views/new"), &shared("Phones")).await.to();
    let view = view.rsplit("view=").next().unwrap();
    let at = house.at(&format!("views/{view}"));
    two_at_once(&house, &at, &at, &shared("Quicker"), &shared("Slower")).await;

    let hook =
        |name| [("name", name), ("url", "https://hooks.example.com/x"), ("subjects", "asset")];
    let made = house.post(&house.at("settings/webhooks"), &hook("Desk")).await;
    let links = made.text.split("href=\"");
    let at = links.into_iter().find(|part| part.contains("/settings/webhooks/whk_")).unwrap();
    let at = at.split('"').next().unwrap();
    two_at_once(&house, at, at, &hook("Quicker"), &hook("Slower")).await;

    let report = [("name", "Held"), ("report", "status"), ("shared", "on")];
    let at = house.post(&house.at("reports/saved/new"), &report).await.to();
    two_at_once(&house, &at, &at, &shared("Quicker"), &shared("Slower")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_report_is_mailed_is_not_overwritten_unseen() {
    let mut house = House::new().await;
    let smtp = testkit::smtp::Smtp::start();
    house.mailing(&smtp);
    let report = [("name", "Held"), ("report", "status"), ("shared", "on")];
    let form = house.post(&house.at("reports/saved/new"), &report).await.to() + "/schedule";
    let version = house.get(&form).await.hidden("version");
    let daily = |hour| {
        let to = ("to", "kim@example.com");
        [("every", "day"), ("hour", hour), ("format", "csv"), to, ("version", &version)]
    };
    house.post(&form, &daily("7")).await.to();
    let refused = house.post(&form, &daily("9")).await;
    refused.is(409).shows("Someone was quicker").shows("Hour");
    let anew = refused.hidden("version");
    house.post(&form, &[("do", "stop"), ("version", &version)]).await.is(409);
    house.post(&form, &[("do", "stop"), ("version", &anew)]).await.to();
}

#[tokio::test(flavor = "multi_thread")]
async fn useful_lives_are_not_overwritten_unseen() {
    let house = House::new().await;
    let form = house.at("reports/useful-lives");
    let made = house.post(&house.at("categories/new"), &[("name", "Phones")]).await.to();
    let phones = made.rsplit('/').next().unwrap();
    let months = format!("{phones}.months");
    let version = house.get(&form).await.hidden("version");
    let send = async |typed: &str, version: &str| {
        let typed = [("company.months", "36"), (&months, typed), ("version", version)];
        house.post(&form, &typed).await
    };
    send("24", &version).await.to();
    let refused = send("48", &version).await;
    refused.is(409).shows("Someone was quicker").shows("value=\"48\"").shows("Phones: months");
    send("48", &refused.hidden("version")).await.to();
    house.get(&form).await.shows("value=\"48\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_became_another_is_not_saved_over_from_the_list() {
    let house = House::new().await;
    let view = [("name", "Phones"), ("query", "q=phone"), ("shared", "on")];
    let list = house.post(&house.at("views/new"), &view).await.to();
    let id = list.rsplit("view=").next().unwrap();
    let shown = house.get(&house.at(&format!("assets?q=tablet&view={id}"))).await;
    shown.is(200).shows("Save changes to Phones");
    let version = shown.hidden("version");
    let save = house.at(&format!("views/{id}/query"));
    let saved =
        async |query: &str| house.post(&save, &[("query", query), ("version", &version)]).await;
    saved("q=tablet").await.to();
    saved("q=dock").await.is(409).shows("Someone was quicker");
}
