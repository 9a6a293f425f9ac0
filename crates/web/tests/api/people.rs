//! Users and tenants over the API.

use app::sign_in::Browser;
use domain::access::Role;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Text, Who};

#[tokio::test]
async fn somebody_is_let_in_changed_and_removed() {
    let house = House::new().await;
    let new = json!({"email": "kim@example.com", "name": "Kim", "role": "operator"});
    let made = house.post("/users", new.clone()).await.expect(201);
    assert!(made.body["password"].text().len() >= 16, "made up, and answered this once");
    let at = format!("/users/{}", made.body["id"].text());
    assert_eq!(made.headers["location"], format!("/api/v1{at}"));
    assert_eq!(house.post("/users", new).await.bad_fields(), ["email"]);
    let read = house.get(&at).await.expect(200).body;
    assert_eq!((&read["role"], &read["password"]), (&json!("operator"), &Value::Null));
    assert_eq!((&read["sessions"], &read["last_seen_at"]), (&json!(0), &Value::Null));

    let changed = house.patch(&at, json!({"role": "manager"})).await.expect(200).body;
    assert_eq!((changed["name"].text(), changed["role"].text()), ("Kim".into(), "manager".into()));
    let king = house.patch(&at, json!({"role": "king"})).await;
    assert_eq!(king.bad_fields(), ["role"]);
    assert!(king.body["detail"].text().contains("hint: viewer, operator,"), "{}", king.text);
    assert_eq!(house.patch(&at, json!({"name": " "})).await.bad_fields(), ["name"]);
    let reset = house.post(&format!("{at}/password"), json!({})).await.expect(200).body;
    assert!(reset["password"].is_string());
    let given = json!({"password": "a long enough password"});
    let reset = house.post(&format!("{at}/password"), given).await.expect(200).body;
    assert_eq!(reset["password"], Value::Null);
    let short = json!({"password": "short"});
    assert_eq!(house.post(&format!("{at}/password"), short).await.bad_fields(), ["password"]);
    house.delete(&format!("{at}/sessions")).await.expect(204);
    house.delete(&at).await.expect(204);
    house.get(&at).await.is_problem(404);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let house = House::new().await;
    let id = house.get("/users").await.expect(200).body["items"][0]["id"].text();
    let at = format!("/users/{id}");
    let refused = house.delete(&at).await;
    refused.is_problem(409);
    assert!(refused.body["detail"].text().contains("hint: make someone else an administrator"));
    house.patch(&at, json!({"role": "viewer"})).await.is_problem(409);
    house.patch(&at, json!({"name": "Robin B.", "role": "administrator"})).await.expect(200);
}

#[tokio::test]
async fn a_user_is_an_employee_by_e_mail_or_by_choice() {
    let house = House::new().await;
    let id = house.get("/users").await.expect(200).body["items"][0]["id"].text();
    let at = format!("/users/{id}");
    assert_eq!(house.get(&at).await.body["employee"], Value::Null);
    let same = json!({"name": "Robin", "email": "robin.sample@example.com"});
    let same = house.post("/employees", same).await.expect(201).body["id"].clone();
    assert_eq!(house.get(&at).await.body["employee"]["id"], same);
    let other = house.employee("Robin's lab").await;
    let linked = house.patch(&at, json!({"employee": other})).await.expect(200).body;
    assert_eq!(linked["employee"], json!({"id": other, "name": "Robin's lab"}));
    let kept = house.patch(&at, json!({"name": "R."})).await.expect(200).body;
    assert_eq!(kept["employee"]["id"].text(), other);
    let back = house.patch(&at, json!({"employee": null})).await.expect(200).body;
    assert_eq!(back["employee"]["id"], same);
    let by_mail = json!({"employee": "robin.sample@example.com"});
    assert_eq!(house.patch(&at, by_mail).await.expect(200).body["employee"]["id"], same);
    for nobody in ["emp_0HZX4K9Q2M7RA", "x@example.com", "lab"] {
        let said = house.patch(&at, json!({"employee": nobody})).await;
        assert_eq!(said.bad_fields(), ["employee"]);
        assert!(said.body["detail"].text().starts_with("no employee "), "{}", said.text);
    }
}

#[tokio::test]
async fn an_employee_is_one_users_alone() {
    let house = House::new().await;
    let kim = json!({"email": "kim@example.com", "role": "viewer"});
    let kim = format!("/users/{}", house.post("/users", kim).await.expect(201).body["id"].text());
    let robin = json!({"name": "Robin", "email": "robin.sample@example.com"});
    let robin = house.post("/employees", robin).await.expect(201).body["id"].clone();
    let said = house.patch(&kim, json!({"employee": robin})).await;
    assert_eq!(said.bad_fields(), ["employee"]);
    let detail = said.body["detail"].text();
    assert!(detail.starts_with("Robin is linked to the user robin.sample@example.com"), "{detail}");
    let lab = house.employee("The lab").await;
    house.patch(&kim, json!({"employee": lab})).await.expect(200);
    house.patch(&kim, json!({"employee": lab, "name": "Kim K."})).await.expect(200);
}

#[tokio::test]
async fn an_address_is_corrected_and_nobody_is_signed_out() {
    let house = House::new().await;
    let password = "a long enough password";
    let new = json!({"email": "kmi@example.com", "role": "viewer", "password": password});
    let at = format!("/users/{}", house.post("/users", new).await.expect(201).body["id"].text());
    let came = |email: &'static str| {
        let app = house.app.clone();
        async move { app::sign_in::sign_in(&app, email, password, Browser::default()).await }
    };
    came("kmi@example.com").await.unwrap();
    let taken = house.patch(&at, json!({"email": "Robin.Sample@example.com"})).await;
    assert_eq!(taken.bad_fields(), ["email"]);
    assert_eq!(house.patch(&at, json!({"email": "kim"})).await.bad_fields(), ["email"]);
    let right = house.patch(&at, json!({"email": "kim@example.com"})).await.expect(200).body;
    assert_eq!((&right["email"], &right["sessions"]), (&json!("kim@example.com"), &json!(1)));
    came("kim@example.com").await.unwrap();
    assert!(came("kmi@example.com").await.is_err());
    let path = format!("/events?subject={}", right["id"].text());
    let feed = house.get(&path).await.expect(200).body;
    let told = &feed["items"].as_array().unwrap().last().unwrap()["changes"];
    let expect = json!([{"field": "fields.email", "before": "kmi@example.com",
        "after": "kim@example.com"}]);
    assert_eq!(told, &expect);
}

#[tokio::test]
async fn b41_a_new_tenant_holds_statuses_and_its_administrator_and_nothing_else() {
    let house = House::new().await;
    let who = json!({"email": "kim@example.com"});
    let new = json!({"name": "Acme EU", "administrator": who});
    let made = house.post("/tenants", new).await.expect(201).body;
    assert_eq!(made["slug"], "acme-eu");
    assert!(made["password"].is_string());
    let at = format!("/tenants/{}", made["id"].text());
    let renamed = house.patch(&at, json!({"name": "Acme Europe"})).await.expect(200).body;
    assert_eq!(renamed, json!({"id": made["id"], "name": "Acme Europe", "slug": "acme-eu"}));
    assert_eq!(house.get(&at).await.expect(200).body, renamed);
    assert_eq!(house.get("/tenants").await.expect(200).body["total"], 3);

    let tenant = app::company::tenant(&house.app, "acme-eu").await.unwrap().unwrap();
    let there = app::Caller::system(tenant.id);
    let people = app::users::list(&house.app, &there).await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].user.role, Role::Administrator);
    let statuses = app::catalog::statuses(&house.app, &there).await.unwrap();
    assert!(!statuses.is_empty());
    assert_eq!(app::company::company(&house.app, &there).await.unwrap().name, "Acme Europe");
}

#[tokio::test]
async fn a_tenants_name_and_address_must_do() {
    let house = House::new().await;
    for (new, field) in [
        (json!({"name": " "}), "name"),
        (json!({"name": "東京"}), "slug"),
        (json!({"name": "Acme", "slug": "Acme EU"}), "slug"),
        (json!({"name": "Acme", "slug": "elsewhere"}), "slug"),
        (json!({"name": "Acme", "administrator": {"email": "nobody"}}), "email"),
    ] {
        assert_eq!(house.post("/tenants", new.clone()).await.bad_fields(), [field], "{new}");
    }
    house.post("/tenants", json!({"name": "東京", "slug": "tokyo"})).await.expect(201);
}

#[tokio::test]
async fn only_administrators_of_the_first_tenant_administer_the_installation() {
    let house = House::new().await;
    for (method, path) in [("GET", "/tenants"), ("POST", "/tenants")] {
        let body = if method == "POST" { json!({"name": "Mine"}) } else { Value::Null };
        let said = house.ask(Who::Stranger, method, path, &body).await;
        said.is_problem(403);
        assert!(said.body["detail"].text().contains("an administrator of the first tenant"));
        house.ask(Who::Role(Role::Manager), method, path, &body).await.is_problem(403);
    }
    house.ask(ADMINISTRATOR, "GET", "/tenants", &Value::Null).await.expect(200);
}

#[tokio::test]
async fn whoever_is_made_an_administrator_or_given_a_password_by_command_is_told_of() {
    let house = House::new().await;
    let slug = Some("example-company".to_owned());
    let (email, password) = ("kim@example.com", "a long enough password");
    app::setup::add_administrator(&house.app, slug, email, password).await.unwrap();
    app::setup::reset_password(&house.app, None, email, "another long password").await.unwrap();
    let feed = house.get("/events?subject=user&actor=system").await.expect(200).body;
    let told = feed["items"].as_array().unwrap().iter();
    let told: Vec<_> = told.map(|event| (event["action"].text(), &event["changes"])).collect();
    let [(made, who), (reset, what)] = &told[told.len() - 2..] else { panic!("{told:?}") };
    assert_eq!((made.as_str(), reset.as_str()), ("created", "updated"));
    assert!(who.to_string().contains(email), "{who}");
    assert_eq!(what[0]["field"], "fields.password");
}

#[tokio::test]
async fn whom_a_user_is_and_that_their_sessions_were_ended_is_told() {
    let house = House::new().await;
    let id = house.get("/users").await.expect(200).body["items"][0]["id"].text();
    let lab = house.employee("Robin's lab").await;
    house.patch(&format!("/users/{id}"), json!({"employee": lab})).await.expect(200);
    let feed = house.get(&format!("/events?subject={id}")).await.expect(200).body;
    let last = feed["items"].as_array().unwrap().last().unwrap();
    let linked = json!([{"field": "fields.employee", "before": null, "after": "Robin's lab"}]);
    assert_eq!(last["changes"], linked);
}
