//! Saved reports over the API: kept, changed, scheduled, mailed, deleted.

use app::reports::mailing;
use app::reports::saved::{self, NewReport};
use domain::access::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Text, Who};

const VIEWER: Who = Who::Role(Role::Viewer);

#[tokio::test]
async fn reports_are_saved_changed_and_deleted_over_the_api() {
    let house = House::new().await;
    let new = json!({"name": "In store", "report": "status", "query": "?held=no", "shared": true});
    let made = house.post("/reports/saved", new.clone()).await.expect(201).body;
    assert_eq!((&made["query"], &made["schedule"]), (&json!("held=no"), &Value::Null));
    house.post("/reports/saved", new).await.expect(422);
    let odd = json!({"name": "x", "report": "nothing"});
    house.post("/reports/saved", odd).await.expect(422);
    for (report, query, field) in [
        ("warranty", "within=31", "within"),
        ("status", "foo=zz", "foo"),
        ("status", "within=30", "within"),
        ("coverage", "held=no", "held"),
    ] {
        let odd = json!({"name": "x", "report": report, "query": query});
        assert_eq!(house.post("/reports/saved", odd).await.bad_fields(), [field], "{query}");
    }
    let one = format!("/reports/saved/{}", made["id"].text());
    let odd = house.patch(&one, json!({"query": "held=no&foo=zz"})).await;
    assert_eq!(odd.bad_fields(), ["foo"]);
    let change = json!({"name": "Idle", "query": "held=no&q=mac"});
    let changed = house.patch(&one, change).await.expect(200).body;
    assert_eq!((&changed["name"], &changed["query"]), (&json!("Idle"), &json!("held=no&q=mac")));
    house.ask(VIEWER, "PATCH", &one, &json!({"name": "Mine"})).await.is_problem(403);
    let private = json!({"name": "Mine", "report": "age"});
    let private = house.ask(VIEWER, "POST", "/reports/saved", &private).await.expect(201);
    let private: Value = serde_json::from_str(&private.text).unwrap();
    let listed = house.get("/reports/saved").await.expect(200).body;
    assert_eq!(listed["total"], 1, "another's private one is not listed");
    house.get(&format!("/reports/saved/{}", private["id"].text())).await.expect(404);
    let schedule = json!({"every": "week", "hour": 8, "format": "csv", "to": ["a@example.com"]});
    house.ask(ADMINISTRATOR, "PUT", &format!("{one}/schedule"), &schedule).await.is_problem(422);
    let schedule = json!({"every": "day", "hour": 8, "format": "csv", "to": ["a@example.com"]});
    house.ask(ADMINISTRATOR, "PUT", &format!("{one}/schedule"), &schedule).await.is_problem(409);
    house.ask(ADMINISTRATOR, "DELETE", &one, &Value::Null).await.expect(204);
    house.get(&one).await.expect(404);
}

#[tokio::test]
async fn a_saved_report_is_mailed_now_only_where_there_is_mail_and_somebody_to_get_it() {
    let house = House::new().await;
    let new = json!({"name": "In store", "report": "status", "shared": true});
    let one = house.post("/reports/saved", new).await.expect(201).body["id"].text();
    let mail = format!("/reports/saved/{one}/mail");
    house.post(&mail, json!({"to": ["a@example.com"]})).await.is_problem(409);
    house.ask(VIEWER, "POST", &mail, &json!({"to": ["a@example.com"]})).await.is_problem(403);
    let odd = house.post(&mail, json!({"to": ["nobody"], "cc": "x"})).await;
    assert_eq!(odd.bad_fields(), ["cc"]);
    assert_eq!(house.post(&mail, json!({"to": ["nobody"]})).await.bad_fields(), ["to"]);
    let gone = "/reports/saved/rep_0000000000001/mail";
    house.post(gone, json!({"to": ["a@example.com"]})).await.is_problem(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programs_report_is_mailed_as_long_as_its_token_lives_and_a_new_schedule_is_a_change() {
    let smtp = testkit::smtp::Smtp::start();
    let house = House::new().await.mailing(&smtp);
    let made = house.post("/tokens", json!({"name": "nightly", "role": "manager"})).await;
    let token = made.expect(201).body;
    let nightly = app::tokens::caller(&house.app, &token["token"].text()).await.unwrap();
    let (name, report) = ("Idle".to_owned(), "status".to_owned());
    let new = NewReport { name, report, shared: true, ..NewReport::default() };
    let id = saved::create(&house.app, &nightly, new).await.unwrap().id;
    let one = format!("/reports/saved/{id}");
    let before = house.get(&one).await.expect(200).body["updated_at"].text();
    house.app.clock().advance(SignedDuration::from_hours(1));
    let since = house.app.now();
    let schedule = json!({"every": "week", "on": 8, "hour": 24, "format": "csv", "to": ["a@b.cz"]});
    let put = format!("{one}/schedule");
    let odd = house.ask(ADMINISTRATOR, "PUT", &put, &schedule).await;
    assert_eq!(odd.bad_fields(), ["on", "hour"]);
    let schedule = json!({"every": "day", "hour": 8, "format": "csv", "to": ["a@b.cz"]});
    let held = house.ask(ADMINISTRATOR, "PUT", &put, &schedule).await.expect(200).body;
    assert!(held["updated_at"].text() > before, "{held}");
    let changed = house.get(&format!("/reports/saved?updated_since={since}")).await.expect(200);
    assert_eq!(changed.body["total"], 1);

    house.app.clock().advance(SignedDuration::from_hours(24));
    assert_eq!(mailing::start_due(&house.app).await, Ok(1));
    app::jobs::work_off(&house.app).await.unwrap();
    assert_eq!(smtp.received().len(), 1);
    house.delete(&format!("/tokens/{}", token["id"].text())).await.expect(204);
    house.app.clock().advance(SignedDuration::from_hours(24));
    assert_eq!(mailing::start_due(&house.app).await, Ok(0));
    let why = house.get(&one).await.body["stopped"].text();
    assert!(why.contains("nightly") && why.contains("no token here any more"), "{why}");
}
