//! Setting up, signing in and out.

use axum::body::Body;
use axum::http::Request;

use crate::house::{EMAIL, House, PASSWORD, Said, first, send};

async fn get(router: &axum::Router, path: &str) -> Said {
    send(router, Request::builder().uri(path).body(Body::empty()).unwrap()).await
}

async fn post(router: &axum::Router, path: &str, form: &str) -> Said {
    let request = Request::builder().method("POST").uri(path);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(form.to_owned())).unwrap()).await
}

#[tokio::test]
async fn a_new_installation_asks_for_its_administrator_once() {
    let (_, router, _folder) = House::empty();
    assert_eq!(get(&router, "/").await.to(), "/setup");
    assert_eq!(get(&router, "/sign-in").await.to(), "/setup");
    get(&router, "/setup").await.is(200).shows("Set up Stockroom");

    let form = "company=Acme+%26+Sons&name=Robin&email=robin%40example.com&password=";
    let short = post(&router, "/setup", &format!("{form}short")).await;
    short.is(422).shows("The password has 5 characters.").shows("aria-invalid=\"true\"");
    short.shows("Acme &amp; Sons");
    let all = post(&router, "/setup", "company=&name=Robin&email=robin&password=short").await;
    all.is(422).shows("id=\"company-error\"").shows("id=\"email-error\"");
    all.shows("id=\"password-error\"");
    let done = post(&router, "/setup", &format!("{form}correct+horse+battery")).await;
    assert_eq!(done.to(), "/t/acme-sons/welcome");
    let cookie = done.header("set-cookie");
    assert!(cookie.starts_with("session=ses_") && cookie.contains("HttpOnly"), "{cookie}");
    assert!(cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");

    assert_eq!(get(&router, "/setup").await.to(), "/sign-in");
    let again = post(&router, "/setup", &format!("{form}correct+horse+battery")).await;
    again.is(409).shows("Stockroom is set up already");
}

#[tokio::test]
async fn whoever_forgot_their_password_reads_who_can_help() {
    let (app, router, _folder) = House::empty();
    app::setup::first(&app, first()).await.unwrap();
    let page = get(&router, "/sign-in").await;
    page.is(200).shows("Ask an administrator").shows("stockroom admin reset-password --email");
    page.shows("data-reveal=\"password\"");
    let house = House::new().await;
    house.get(&house.at("welcome")).await.is(200).shows("<code>stockroom demo</code>");
    house.get("/t/example-company").await.is(200).shows("Import a spreadsheet");
}

#[tokio::test]
async fn signing_in_leads_back_to_what_was_asked_for() {
    let (app, router, _folder) = House::empty();
    app::setup::first(&app, first()).await.unwrap();
    let asked = get(&router, "/t/example-company/assets?q=mac").await.to();
    assert_eq!(asked, "/sign-in?to=%2Ft%2Fexample-company%2Fassets%3Fq%3Dmac");
    get(&router, &asked).await.is(200).shows("value=\"/t/example-company/assets?q=mac\"");

    let form = |to: &str| format!("email={EMAIL}&password={PASSWORD}&to={to}").replace(' ', "+");
    let done = post(&router, "/sign-in", &form("/t/example-company/assets")).await;
    assert_eq!(done.to(), "/t/example-company/assets");
    for foreign in ["https://example.com", "//example.com"] {
        assert_eq!(post(&router, "/sign-in", &form(foreign)).await.to(), "/");
    }
}

#[tokio::test]
async fn a_wrong_password_is_said_at_the_field_and_too_many_are_refused() {
    let (app, router, _folder) = House::empty();
    app::setup::first(&app, first()).await.unwrap();
    let form = format!("email={EMAIL}&password=wrong");
    for _ in 0..8 {
        let said = post(&router, "/sign-in", &form).await;
        said.is(422).shows("E-mail and password do not fit.").shows(&format!("value=\"{EMAIL}\""));
    }
    let refused = post(&router, "/sign-in", &form).await;
    refused.is(429).shows("Wait 15 minutes");
    assert_eq!(refused.header("retry-after"), "900");
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = House::new().await;
    house.get(&house.at("assets")).await.is(200);
    let out = house.post("/sign-out", &[]).await;
    assert_eq!(out.to(), "/sign-in");
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert!(house.get(&house.at("assets")).await.to().starts_with("/sign-in"));
}

#[tokio::test]
async fn without_a_script_a_theme_is_chosen_by_a_form() {
    let house = House::new().await;
    let chosen = house.post("/theme", &[("theme", "dark")]).await;
    assert_eq!(chosen.to(), "/");
    assert!(chosen.header("set-cookie").starts_with("theme=dark;"));
}
