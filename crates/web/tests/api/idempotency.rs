//! A POST that is sent again.

use axum::body::Body;
use axum::http::header;
use domain::access::Role;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Said, Text, Who};

async fn post(house: &House, who: Who, path: &str, key: &str, body: Value) -> Said {
    let request = house.request(who, "POST", &format!("/api/v1{path}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let request = request.header("Idempotency-Key", key);
    house.send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn a_post_sent_again_under_its_key_is_done_once_and_answered_alike() {
    let house = House::new().await;
    let ask = async || post(&house, ADMINISTRATOR, "/assets", "k-1", json!({"tag": "A-1"})).await;
    let (first, again) = (ask().await.expect(201), ask().await.expect(201));
    assert_eq!(first.body, again.body);
    assert_eq!(first.headers[header::LOCATION], again.headers[header::LOCATION]);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(house.get("/assets").await.body["total"], 1);
}

#[tokio::test]
async fn what_is_shown_once_is_shown_again_to_the_same_request_alone() {
    let house = House::new().await;
    let new = || json!({"name": "script", "role": "viewer"});
    let first = post(&house, ADMINISTRATOR, "/tokens", "k-1", new()).await.expect(201);
    let again = post(&house, ADMINISTRATOR, "/tokens", "k-1", new()).await.expect(201);
    assert_eq!(first.body["token"].text(), again.body["token"].text());
    let other = json!({"name": "other", "role": "viewer"});
    let refused = post(&house, ADMINISTRATOR, "/tokens", "k-1", other).await;
    assert_eq!(refused.bad_fields(), ["Idempotency-Key"]);
}

#[tokio::test]
async fn a_refusal_is_not_remembered_and_a_key_belongs_to_its_token() {
    let house = House::new().await;
    post(&house, ADMINISTRATOR, "/assets", "k-1", json!({"tag": ""})).await.expect(422);
    post(&house, ADMINISTRATOR, "/assets", "k-1", json!({"tag": "A-1"})).await.expect(201);
    let manager = Who::Role(Role::Manager);
    post(&house, manager, "/assets", "k-1", json!({"tag": "A-2"})).await.expect(201);
    post(&house, Who::Role(Role::Viewer), "/assets", "k-1", json!({"tag": "A-3"}))
        .await
        .expect(403);
    post(&house, Who::Nobody, "/assets", "k-1", json!({"tag": "A-4"})).await.expect(401);
    let long = "k".repeat(201);
    let refused = post(&house, ADMINISTRATOR, "/assets", &long, json!({"tag": "A-5"})).await;
    assert_eq!(refused.bad_fields(), ["Idempotency-Key"]);
    let stranger = post(&house, Who::Stranger, "/assets", "k-1", json!({"tag": "A-1"})).await;
    assert!(!stranger.expect(201).headers.contains_key("idempotency-replayed"));
}
