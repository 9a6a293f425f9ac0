//! What one thing says of another stays inside its tenant, whatever id is written.

use serde_json::{Value, json};

use super::{Json, Town, id};

/// Each names what is another tenant's.
const SETTINGS: [&str; 4] = [
    r#"{"status": "{status}"}"#,
    r#"{"location": "{location}"}"#,
    r#"{"absence": {"action": "status", "status": "{status}"}}"#,
    r#"{"ade_rules": [{"ade_id": "a", "location": "{location}", "apply": "on_create"}]}"#,
];

#[tokio::test(flavor = "multi_thread")]
async fn no_reference_reaches_into_another_tenant() {
    let town = Town::new().await;
    let own =
        town.api(&town.stranger_token, "POST", "/api/v1/assets", &json!({"tag": "OWN-1"})).await;
    let own = id(&own.is(201).json());
    let asset = town.id_of("assets").await;
    for (field, noun) in [
        ("product", "products"),
        ("category", "categories"),
        ("status", "statuses"),
        ("location", "locations"),
        ("department", "departments"),
    ] {
        let at = format!("/api/v1/assets/{own}");
        let body = json!({field: town.id_of(noun).await});
        let said = town.api(&town.stranger_token, "PATCH", &at, &body).await;
        assert_eq!(said.status, 422, "{field}: {}", said.text);
        said.gives_nothing_away(field);
    }
    for (kind, id) in [
        ("employee", town.id_of("employees").await),
        ("location", town.id_of("locations").await),
        ("asset", asset),
    ] {
        let at = format!("/api/v1/assets/{own}/checkout");
        let body = json!({"to": {"kind": kind, "id": id}});
        let said = town.api(&town.stranger_token, "POST", &at, &body).await;
        assert!([404, 422].contains(&said.status), "{kind}: {}", said.text);
        said.gives_nothing_away(kind);
    }
    let at = format!("/api/v1/assets/{own}/sighting");
    let body = json!({"location": town.id_of("locations").await});
    let said = town.api(&town.stranger_token, "POST", &at, &body).await;
    said.is(404).gives_nothing_away("sighting");
    let supplier = json!({"purchase": {"supplier": town.id_of("suppliers").await}});
    let at = format!("/api/v1/assets/{own}");
    town.api(&town.stranger_token, "PATCH", &at, &supplier).await.is(422).gives_nothing_away("it");
    let user = town.api(&town.stranger_token, "GET", "/api/v1/users", &Value::Null).await;
    let user = format!("/api/v1/users/{}", id(&user.json()["items"][0]));
    let body = json!({"employee": town.id_of("employees").await});
    town.api(&town.stranger_token, "PATCH", &user, &body).await.is(422).gives_nothing_away("user");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_noun_refers_to_another_tenants_or_is_merged_into_it() {
    let town = Town::new().await;
    let before = town.everything().await;
    let post = async |path: &str, body: Value| {
        town.api(&town.stranger_token, "POST", &format!("/api/v1/{path}"), &body).await
    };
    for (noun, field, others) in [
        ("products", "manufacturer", "manufacturers"),
        ("products", "category", "categories"),
        ("employees", "manager", "employees"),
        ("employees", "department", "departments"),
        ("employees", "location", "locations"),
        ("locations", "parent", "locations"),
    ] {
        let said = post(noun, json!({"name": "Own", field: town.id_of(others).await})).await;
        assert_eq!(said.status, 422, "{noun} {field}: {}", said.text);
        said.gives_nothing_away(field);
    }
    for noun in [
        "products",
        "categories",
        "manufacturers",
        "suppliers",
        "departments",
        "locations",
        "employees",
        "statuses",
    ] {
        let new = match noun {
            "statuses" => json!({"name": "Own", "kind": "ready", "color": "green"}),
            _ => json!({"name": "Own"}),
        };
        let own = id(&post(noun, new).await.is(201).json());
        let theirs = town.id_of(noun).await;
        let said = post(&format!("{noun}/{own}/merge"), json!({"into": theirs})).await;
        assert_eq!(said.status, 422, "{noun}: {}", said.text);
        said.gives_nothing_away(noun);
        let said = post(&format!("{noun}/{theirs}/merge"), json!({"into": own})).await;
        assert_eq!(said.status, 404, "{noun}: {}", said.text);
        said.gives_nothing_away(noun);
    }
    let own = id(&post("assets", json!({"tag": "OWN-1"})).await.is(201).json());
    let holder = id(&post("employees", json!({"name": "Holder"})).await.is(201).json());
    for (asset, who) in [(town.id_of("assets").await, holder), (own, town.id_of("employees").await)]
    {
        let body = json!({"assets": [asset], "to": {"kind": "employee", "id": who}});
        let said = post("checkouts", body).await;
        assert!([404, 422].contains(&said.status), "{}", said.text);
        said.gives_nothing_away("checkouts");
    }
    assert_eq!(town.everything().await, before, "nothing of the first tenant moved");
}

/// Bodies in which an id stands deeper: bulks, check-ins, fields, the settings of a source.
#[tokio::test(flavor = "multi_thread")]
async fn no_id_inside_a_body_reaches_into_another_tenant() {
    let town = Town::new().await;
    let before = town.everything().await;
    let post = async |path: &str, body: Value| {
        town.api(&town.stranger_token, "POST", &format!("/api/v1/{path}"), &body).await
    };
    let own = id(&post("assets", json!({"tag": "OWN-1"})).await.is(201).json());
    let holder = id(&post("employees", json!({"name": "Holder"})).await.is(201).json());
    let held = json!({"to": {"kind": "employee", "id": holder}});
    post(&format!("assets/{own}/checkout"), held).await.is(200);
    let (theirs, employee) = (town.id_of("assets").await, town.id_of("employees").await);
    let (location, status) = (town.id_of("locations").await, town.id_of("statuses").await);
    let to = json!({"kind": "employee", "id": employee});
    let field = json!({"label": "Own", "type": "text", "applies_to": "assets",
        "categories": [town.id_of("categories").await]});
    for (path, body) in [
        ("bulks", json!({"action": "archive", "assets": [theirs]})),
        ("bulks", json!({"action": "archive", "query": format!("custodian={employee}")})),
        ("bulks", json!({"action": "check_out", "assets": [own], "to": to})),
        ("bulks", json!({"action": "check_in", "assets": [own], "location": location})),
        ("bulks", json!({"action": "check_in", "assets": [own], "status": status})),
        ("bulks", json!({"action": "edit", "assets": [own], "fields": {"location": location}})),
        ("checkins", json!({"assets": [theirs]})),
        ("checkins", json!({"assets": [own], "status": status})),
        ("checkins", json!({"assets": [own], "location": location})),
        ("fields", field),
    ] {
        let said = post(path, body.clone()).await;
        assert!([404, 422].contains(&said.status), "{path} {body}: {}", said.text);
        said.gives_nothing_away(path);
    }
    let kandji = kandji::sim::start(kandji::sim::SimConfig::default()).await.unwrap();
    let connect = json!({"name": "Own", "api_url": kandji.url(), "token": kandji.token()});
    let source = id(&post("sources", connect).await.is(201).json());
    for settings in SETTINGS {
        let settings = settings.replace("{status}", &status).replace("{location}", &location);
        let settings: Value = serde_json::from_str(&settings).unwrap();
        let at = format!("/api/v1/sources/{source}/settings");
        let said = town.api(&town.stranger_token, "PATCH", &at, &settings).await;
        assert!([404, 422].contains(&said.status), "{settings}: {}", said.text);
        said.gives_nothing_away("settings");
    }
    assert_eq!(town.everything().await, before, "nothing of the first tenant moved");
}
