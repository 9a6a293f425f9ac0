//! The company's details, and the tokens that open this API.

use axum::body::Body;
use axum::http::header;
use serde_json::json;

use crate::house::{House, Text, Who};

#[tokio::test]
async fn a_patch_of_the_company_leaves_what_it_leaves_out() {
    let house = House::new().await;
    let before = house.get("/company").await.expect(200).body;
    assert_eq!(before["name"], "Example Company");
    let after = house.patch("/company", json!({"auto_location": true})).await.expect(200).body;
    assert_eq!(after["auto_location"], true);
    assert_eq!(after["name"], "Example Company");
    assert_eq!(house.get("/company").await.body, after);
    assert_eq!(house.patch("/company", json!({"name": " "})).await.bad_fields(), ["name"]);
    let said = house.patch("/company", json!({"auto_location": "yes", "logo": 1})).await;
    assert_eq!(said.bad_fields(), ["logo", "auto_location"]);
}

#[tokio::test]
async fn a_token_is_shown_once_works_and_stops_working() {
    let house = House::new().await;
    let given = json!({"name": "Reports", "role": "viewer"});
    let made = house.post("/tokens", given).await.expect(201).body;
    let (id, text) = (made["id"].text(), made["token"].text());
    let use_it = async || {
        let request = house.request(Who::Nobody, "GET", "/api/v1/assets");
        let request = request.header(header::AUTHORIZATION, format!("bearer {text}"));
        house.send(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(use_it().await, 200);
    let listed = house.get("/tokens").await.expect(200);
    assert!(!listed.text.contains(&text));
    assert!(listed.text.contains(&id));
    let same = json!({"name": " REPORTS ", "role": "manager"});
    assert_eq!(house.post("/tokens", same.clone()).await.bad_fields(), ["name"]);
    house.delete(&format!("/tokens/{id}")).await.expect(204);
    house.post("/tokens", same).await.expect(201);
    assert_eq!(use_it().await, 401);
    house.delete(&format!("/tokens/{id}")).await.is_problem(404);
}

#[tokio::test]
async fn a_token_needs_a_name_and_a_role_we_know() {
    let house = House::new().await;
    assert_eq!(house.post("/tokens", json!({})).await.bad_fields(), ["name", "role"]);
    let king = json!({"name": "x", "role": "king"});
    assert_eq!(house.post("/tokens", king).await.bad_fields(), ["role"]);
    let blank = json!({"name": " ", "role": "viewer"});
    assert_eq!(house.post("/tokens", blank).await.bad_fields(), ["name"]);
}

#[tokio::test]
async fn how_long_things_are_of_use_is_the_companys_and_of_categories_their_own() {
    let house = House::new().await;
    let made = house.post("/categories", json!({"name": "Phones"})).await.expect(201).body;
    let phones = made["id"].text();
    let before = house.get("/useful-lives").await.expect(200).body;
    assert_eq!(before["company"], json!({"months": 36, "residual_percent": 0}));
    assert_eq!(before["categories"], json!([{"id": phones, "name": "Phones", "life": null}]));
    let life = json!({"months": 24, "residual_percent": 10});
    let given = json!({"categories": [{"id": phones, "life": life}]});
    let after = house.patch("/useful-lives", given).await.expect(200).body;
    assert_eq!((&after["categories"][0]["life"], &after["company"]), (&life, &before["company"]));
    let company = json!({"company": life, "categories": [{"id": phones}]});
    let after = house.patch("/useful-lives", company).await.expect(200).body;
    assert_eq!((&after["categories"][0]["life"], &after["company"]), (&life, &life));
    let told = house.get("/events?subject=company").await.expect(200).text;
    assert!(told.contains("useful_life_months"), "{told}");
    let months =
        json!({"company": {"months": 48}, "categories": [{"id": phones, "life": {"months": 12}}]});
    let after = house.patch("/useful-lives", months).await.expect(200).body;
    assert_eq!(after["company"], json!({"months": 48, "residual_percent": 10}));
    assert_eq!(after["categories"][0]["life"], json!({"months": 12, "residual_percent": 10}));
    let odd = json!({"company": {"months": 0, "residual_percent": 101},
        "categories": [{"id": phones, "life": null}]});
    let refused = house.patch("/useful-lives", odd).await;
    assert_eq!(refused.bad_fields(), ["company.months", "company.residual_percent"]);
    assert_eq!(house.get("/useful-lives").await.body, after, "all or nothing");
    let cleared = json!({"categories": [{"id": phones, "life": null}]});
    let cleared = house.patch("/useful-lives", cleared).await.expect(200).body;
    assert_eq!(cleared["categories"][0]["life"], json!(null));
}
