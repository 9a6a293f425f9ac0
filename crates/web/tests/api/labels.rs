//! Labels as PDF, for programs.

use axum::body::{Body, to_bytes};
use axum::http::header;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Who};

/// The answer's kind and how it begins; a PDF is no text.
async fn printed(house: &House, who: Who, query: &str, order: &Value) -> (u16, String, String) {
    let request = house.request(who, "POST", &format!("/api/v1/labels{query}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let request = request.header("Idempotency-Key", "again");
    let response = house.answer(request.body(Body::from(order.to_string())).unwrap()).await;
    let (parts, body) = response.into_parts();
    let kind = parts.headers[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status.as_u16(), kind, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn labels_are_printed_of_assets_named_and_of_a_list() {
    let house = House::new().await;
    house.asset("MBP-1").await;
    let id = house.asset("MBP-2").await;
    let order = json!({"assets": ["tag:mbp-1", id], "sheet": "avery-l7163", "code": "code128",
        "lines": ["tag", "company"], "start": 14});
    // Under a key it is printed again and again: nothing is changed by it.
    for _ in 0..2 {
        let (status, kind, pdf) = printed(&house, ADMINISTRATOR, "", &order).await;
        assert_eq!((status, kind.as_str()), (200, "application/pdf"), "{pdf}");
        assert_eq!(pdf.matches("/MediaBox").count(), 2, "one label is left on the first sheet");
    }
    let own = json!({"own": {"page_width": 54, "page_height": 25, "columns": 1, "rows": 1}});
    let (status, _, pdf) = printed(&house, ADMINISTRATOR, "?q=mbp", &own).await;
    assert_eq!((status, pdf.matches("/MediaBox").count()), (200, 2));
    let (status, _, problem) = printed(&house, Who::Stranger, "", &order).await;
    assert_eq!(status, 422, "{problem}");
}

#[tokio::test]
async fn letters_that_no_font_has_are_told_beside_the_labels() {
    let house = House::new().await;
    for (tag, missing) in [("MBP-1", None), ("京都", Some("U+4EAC U+90FD"))] {
        house.asset(tag).await;
        let request = house.request(ADMINISTRATOR, "POST", "/api/v1/labels");
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let order = json!({"assets": [format!("tag:{tag}")]}).to_string();
        let answer = house.answer(request.body(Body::from(order)).unwrap()).await;
        assert_eq!(answer.status(), 200);
        let told = answer.headers().get("letters-missing").map(|told| told.to_str().unwrap());
        assert_eq!(told, missing);
    }
}

#[tokio::test]
async fn an_order_that_cannot_be_is_refused_at_its_field() {
    let house = House::new().await;
    house.asset("MBP-1").await;
    for (order, field) in [
        (json!({"sheet": "toaster"}), "sheet"),
        (json!({"code": "aztec"}), "code"),
        (json!({"lines": ["tag", "mood"]}), "lines"),
        (json!({"start": 31}), "start"),
        (json!({"assets": ["B-1"]}), "assets"),
        (json!({"assets": []}), "assets"),
        (json!({"own": {"page_width": 54, "page_height": 25, "columns": 9, "rows": 1}}), "own"),
        (json!({"assets": vec!["MBP-1"; 2_001]}), "assets"),
    ] {
        assert_eq!(house.post("/labels", order).await.bad_fields(), [field]);
    }
}
