//! Employees: added, found, listed.

use axum::http::header;
use serde_json::{Value, json};

use crate::house::{House, Text};

#[tokio::test]
async fn an_employee_is_added_and_found() {
    let house = House::new().await;
    let given = json!({"name": "Robin Sample", "email": "robin@example.com"});
    let made = house.post("/employees", given).await.expect(201);
    let id = made.body["id"].text();
    assert_eq!(made.headers[header::LOCATION], format!("/api/v1/employees/{id}"));
    assert_eq!(made.body["leaver"], false);
    assert_eq!(made.body["department"], Value::Null);
    assert_eq!(house.get(&format!("/employees/{id}")).await.expect(200).body, made.body);
    house.employee("Alex Other").await;
    let listed = house.get("/employees").await.expect(200).body;
    assert_eq!(listed["total"], 2);
    assert_eq!(listed["items"][1], made.body);
    let found = house.get("/employees?q=robin").await.expect(200).body;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let first = house.get("/employees?limit=1&sort=-name").await.expect(200).body;
    assert_eq!(first["items"][0]["name"], "Robin Sample");
    let next = format!("/employees?limit=1&sort=-name&cursor={}", first["next"].text());
    assert_eq!(house.get(&next).await.expect(200).body["items"][0]["name"], "Alex Other");
}

#[tokio::test]
async fn what_is_no_employee_is_refused_by_field() {
    let house = House::new().await;
    let robin = json!({"name": "Robin Sample", "email": "robin@example.com"});
    house.post("/employees", robin).await.expect(201);
    for (given, fields) in [
        (json!({}), vec!["name"]),
        (json!({"name": "  "}), vec!["name"]),
        (json!({"name": "x", "email": "no address"}), vec!["email"]),
        (json!({"name": "x", "email": "ROBIN@example.com"}), vec!["email"]),
        (json!({"nmae": "x", "email": 7}), vec!["nmae", "name", "email"]),
    ] {
        assert_eq!(house.post("/employees", given.clone()).await.bad_fields(), fields, "{given}");
    }
}

#[tokio::test]
async fn an_employee_is_whole_and_changed_field_by_field() {
    let house = House::new().await;
    let boss = house.employee("Boss").await;
    let it = house.post("/departments", json!({"name": "IT"})).await.expect(201).body["id"].text();
    let given = json!({"name": "Robin", "email": "robin@example.com", "title": "Buyer",
        "department": it, "manager": boss, "starts_on": "2026-01-01", "ends_on": "2026-12-31"});
    let made = house.post("/employees", given).await.expect(201).body;
    assert_eq!(made["manager"], json!({"id": boss, "name": "Boss"}));
    assert_eq!((&made["starts_on"], &made["title"]), (&json!("2026-01-01"), &json!("Buyer")));
    let path = format!("/employees/{}", made["id"].text());
    let change = json!({"title": null, "leaver": true});
    let changed = house.patch(&path, change).await.expect(200).body;
    assert_eq!((&changed["title"], &changed["leaver"]), (&Value::Null, &json!(true)));
    assert_eq!(changed["email"], "robin@example.com");
    for (bad, field) in [
        (json!({"manager": made["id"]}), "manager"),
        (json!({"manager": "emp_0HZX4K9Q2M7RA"}), "manager"),
        (json!({"department": "dep_0HZX4K9Q2M7RA"}), "department"),
        (json!({"ends_on": "2025-12-31"}), "ends_on"),
        (json!({"ends_on": "soon"}), "ends_on"),
        (json!({"name": null}), "name"),
    ] {
        assert_eq!(house.patch(&path, bad.clone()).await.bad_fields(), [field], "{bad}");
    }
    let led = house.get(&format!("/employees?manager={boss}")).await.body;
    assert_eq!(led["items"][0]["id"], made["id"]);
    let history = house.get(&format!("{path}/history")).await.expect(200).body;
    assert_eq!(history["items"][0]["action"], "updated");
    let kept = house.delete(&format!("/employees/{boss}")).await;
    kept.is_problem(409);
    assert!(kept.body["detail"].text().contains("1 employee"));
    house.delete(&path).await.expect(204);
    house.delete(&format!("/employees/{boss}")).await.expect(204);
}

#[tokio::test]
async fn merged_employees_hold_what_each_held() {
    let house = House::new().await;
    let (robin, twin) = (house.employee("Robin Roe").await, house.employee("R. Roe").await);
    let asset = house.asset("A-1").await;
    let body = json!({"to": {"kind": "employee", "id": twin}});
    house.post(&format!("/assets/{asset}/checkout"), body).await.expect(200);
    house.patch(&format!("/employees/{twin}"), json!({"title": "Buyer"})).await.expect(200);
    let path = format!("/employees/{twin}/merge");
    let whole = house.post(&path, json!({"into": robin})).await.expect(200).body;
    assert_eq!((&whole["holds"], &whole["title"]), (&json!(1), &json!("Buyer")));
    let held = house.get(&format!("/employees/{robin}/custody")).await.body;
    assert_eq!(held["total"], 1);
    house.get(&format!("/employees/{twin}")).await.is_problem(404);
}

#[tokio::test]
async fn the_history_of_an_employee_tells_what_they_got_and_gave_back() {
    let house = House::new().await;
    let (robin, asset) = (house.employee("Robin Reyes").await, house.asset("A-1").await);
    let other = house.employee("Casey Cole").await;
    for to in [&robin, &other] {
        let to = json!({"to": {"kind": "employee", "id": to}});
        house.post(&format!("/assets/{asset}/checkout"), to).await.expect(200);
        house.post(&format!("/assets/{asset}/checkin"), json!({})).await.expect(200);
    }
    let path = format!("/employees/{robin}");
    house.patch(&path, json!({"title": "Buyer"})).await.expect(200);
    let told = house.get(&format!("{path}/history")).await.expect(200).body;
    let told: Vec<_> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["action"].text(), event["subject"]["kind"].text()))
        .collect();
    let told: Vec<_> = told.iter().map(|(action, kind)| (action.as_str(), kind.as_str())).collect();
    assert_eq!(
        told,
        [
            ("updated", "employee"),
            ("checked_in", "asset"),
            ("checked_out", "asset"),
            ("created", "employee"),
        ]
    );
    let first = house.get(&format!("{path}/history?limit=3")).await.expect(200).body;
    assert_eq!(first["total"], 4);
    let next = format!("{path}/history?limit=3&cursor={}", first["next"].text());
    assert_eq!(house.get(&next).await.expect(200).body["items"][0]["action"], "created");
}

#[tokio::test]
async fn notes_about_an_employee_are_written_and_listed() {
    let house = House::new().await;
    let path = format!("/employees/{}/notes", house.employee("Robin Reyes").await);
    assert_eq!(house.post(&path, json!({"note": " "})).await.bad_fields(), ["note"]);
    let made = house.post(&path, json!({"note": "Asked for\na second screen"})).await.expect(201);
    assert_eq!(
        (made.body["action"].text(), made.body["note"].text()),
        ("noted".into(), "Asked for\na second screen".into())
    );
    house.post(&path, json!({"note": "Got it"})).await.expect(201);
    let listed = house.get(&path).await.expect(200).body;
    assert_eq!((&listed["total"], &listed["items"][1]), (&2.into(), &made.body));
    house.get("/employees/emp_0000000000001/notes").await.is_problem(404);
    house.post("/employees/emp_0000000000001/notes", json!({"note": "x"})).await.is_problem(404);
}

#[tokio::test]
async fn employees_are_asked_for_by_any_field_in_any_order() {
    let house = House::new().await;
    let size = json!({"label": "Size", "type": "choice", "choices": ["S", "XL"],
        "applies_to": "employees"});
    house.post("/fields", size).await.expect(201);
    let it = house.post("/departments", json!({"name": "IT"})).await.expect(201).body["id"].text();
    let robin = json!({"name": "Robin Reyes", "department": it, "ends_on": "2126-03-01",
        "fields": {"size": "XL"}});
    let robin = house.post("/employees", robin).await.expect(201).body;
    house.employee("Casey Cole").await;
    let total = async |asked: &str| {
        let found = house.get(&format!("/employees?{asked}")).await.expect(200).body;
        (found["total"].clone(), found["items"][0]["name"].text())
    };
    let robins = (json!(1), "Robin Reyes".to_owned());
    let caseys = (json!(1), "Casey Cole".to_owned());
    for asked in [
        format!("department={it}"),
        "department=!none".into(),
        "ends_on=2026-01-01..".into(),
        "fields.size=XL".into(),
        "name=~reyes".into(),
        "leaver=false&name=Robin+Reyes".into(),
    ] {
        assert_eq!(total(&asked).await, robins, "{asked}");
    }
    for asked in ["department=none", "ends_on=none", "fields.size=none", "name=!~reyes"] {
        assert_eq!(total(asked).await, caseys, "{asked}");
    }
    assert_eq!(total("sort=-ends_on").await, (json!(2), "Robin Reyes".into()));
    assert_eq!(total("sort=ends_on").await, (json!(2), "Casey Cole".into()));
    assert_eq!(total("sort=-fields.size").await, (json!(2), "Robin Reyes".into()));
    assert_eq!(total("sort=fields.size").await, (json!(2), "Casey Cole".into()));
    let file = house.get("/employees?format=csv&sort=-fields.size").await;
    let first = file.text.lines().nth(1).unwrap_or_default();
    assert!(file.text.starts_with("Name,E-mail,Title,") && file.text.contains(",Changed,Size\r\n"));
    assert!(first.starts_with("Robin Reyes,,,IT,") && first.ends_with(",XL"), "{first}");
    for (asked, bad) in [
        ("ends_on=soon", "ends_on"),
        ("department=sta_1", "department"),
        ("fields.gone=1", "fields.gone"),
        ("leaver=perhaps", "leaver"),
        ("sort=age", "sort"),
        ("sort=fields.gone", "sort"),
    ] {
        assert_eq!(house.get(&format!("/employees?{asked}")).await.bad_fields(), [bad]);
    }
    let first = house.get("/employees?limit=1&sort=name").await.body["next"].text();
    let mixed = house.get(&format!("/employees?sort=holds&cursor={first}")).await;
    assert_eq!(mixed.bad_fields(), ["cursor"]);
    let since = format!("/employees?updated_since={}", robin["updated_at"].text());
    assert!(house.get(&since).await.expect(200).body["total"].as_i64() >= Some(1));
    house.get("/employees?updated_since=2099-01-01T00:00:00Z").await.expect(200);
}

#[tokio::test]
async fn origins_of_an_employee_say_who_set_each_field_last_and_in_which_run() {
    let house = House::new().await;
    let (_kandji, source) = house.source(3).await;
    let settings = json!({"employees": {"create": true}, "first_run": "apply"});
    house.patch(&format!("/sources/{source}/settings"), settings).await.expect(200);
    let run = house.run(&source, "apply").await;
    let one = house.get("/employees").await.expect(200).body["items"][0].clone();
    let at = format!("/employees/{}", one["id"].text());
    house.patch(&at, json!({"title": "Lead"})).await.expect(200);
    house.patch(&at, json!({"title": "Head"})).await.expect(200);
    let origins = house.get(&format!("{at}/origins")).await.expect(200).body;
    let of = |field: &str| {
        let all = origins["items"].as_array().unwrap();
        let found = all.iter().find(|origin| origin["field"] == field);
        found.unwrap_or_else(|| panic!("{field} in {origins}"))["event"].clone()
    };
    assert_eq!(of("fields.email")["cause"], json!({"kind": "run", "id": run["id"]}));
    assert_eq!(of("name")["actor"]["kind"], "run");
    let title = of("fields.title");
    assert_eq!((&title["actor"]["kind"], &title["action"]), (&json!("token"), &json!("updated")));
    assert_eq!(title["changes"][0]["after"], "Head");
    let page = house.get(&format!("{at}/origins?limit=1")).await.expect(200).body;
    assert!(page["next"].is_string() && page["items"].as_array().unwrap().len() == 1);
    house.get("/employees/emp_0000000000001/origins").await.is_problem(404);
}

#[tokio::test]
async fn nobody_reports_to_themselves_however_far_up() {
    let house = House::new().await;
    let [a, b, c] =
        [house.employee("A").await, house.employee("B").await, house.employee("C").await];
    for (own, manager) in [(&b, &a), (&c, &b)] {
        let above = json!({"manager": manager});
        house.patch(&format!("/employees/{own}"), above).await.expect(200);
    }
    for manager in [&b, &c] {
        let said = house.patch(&format!("/employees/{a}"), json!({"manager": manager})).await;
        assert_eq!(said.bad_fields(), ["manager"]);
        assert!(said.text.contains("reports to them, directly or further up; hint:"));
    }
}

#[tokio::test]
async fn whose_last_day_is_over_has_left_from_the_moment_it_is_written() {
    let house = House::new().await;
    let gone = json!({"name": "Gone", "ends_on": "2020-01-31"});
    let made = house.post("/employees", gone).await.expect(201).body;
    assert_eq!(made["leaver"], true);
    let robin = house.employee("Robin Sample").await;
    let at = format!("/employees/{robin}");
    let left = house.patch(&at, json!({"ends_on": "2020-01-31"})).await.expect(200).body;
    assert_eq!(left["leaver"], true);
    let history = house.get(&format!("{at}/history")).await.expect(200).body;
    let fields: Vec<String> = history["items"][0]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["field"].text())
        .collect();
    assert!(fields.iter().any(|field| field.ends_with("leaver")), "{fields:?}");
    let odd = house.patch(&at, json!({"ends_on": "2025-02-30"})).await;
    assert_eq!(odd.bad_fields(), ["ends_on"]);
    assert!(odd.text.contains("is no day; hint: write it like 2026-09-01"), "{}", odd.text);
}
