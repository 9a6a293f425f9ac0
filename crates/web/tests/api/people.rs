//! Users and tenants over the API.

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
    assert_eq!(house.patch(&at, json!({"role": "king"})).await.bad_fields(), ["role"]);
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
    let nobody = json!({"employee": "emp_0HZX4K9Q2M7RA"});
    assert_eq!(house.patch(&at, nobody).await.bad_fields(), ["employee"]);
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
