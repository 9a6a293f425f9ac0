//! Sightings, notes, attachments and handover sheets, for programs.

use axum::body::Body;
use axum::http::header;
use domain::access::Role;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Said, Text, Who};

const OPERATOR: Who = Who::Role(Role::Operator);

async fn attach(house: &House, who: Who, asset: &str, name: &str, content: &[u8]) -> Said {
    attach_at(house, who, &format!("/api/v1/assets/{asset}/attachments"), name, content).await
}

async fn attach_at(house: &House, who: Who, path: &str, name: &str, content: &[u8]) -> Said {
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    let body = [head.as_bytes(), content, b"\r\n--b--\r\n"].concat();
    let request = house
        .request(who, "POST", path)
        .header("Idempotency-Key", name)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    house.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_sighting_moves_the_asset_and_stands_in_its_history() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let place = house.post("/locations", json!({"name": "Berlin"})).await.body["id"].text();
    let path = format!("/assets/{asset}/sighting");
    let body = json!({"location": place, "note": "shelf 3"});
    let seen = house.ask(OPERATOR, "POST", &path, &body).await.expect(200).body;
    assert_eq!((&seen["location"]["name"], &seen["version"]), (&json!("Berlin"), &json!(2)));
    house.ask(OPERATOR, "POST", &path, &Value::Null).await.expect(200);
    let history = house.get(&format!("/assets/{asset}/history")).await.body;
    let actions: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|event| event["action"].text()).collect();
    assert_eq!(actions, ["seen", "seen", "created"]);
    assert_eq!(history["items"][1]["note"], "shelf 3");
    house.post(&path, json!({"location": "loc_0HZX4K9Q2M7RA"})).await.is_problem(404);
    assert_eq!(house.post(&path, json!({"location": "Berlin"})).await.bad_fields(), ["location"]);
    house.ask(Who::Role(Role::Viewer), "POST", &path, &body).await.is_problem(403);
}

#[tokio::test]
async fn notes_are_added_and_listed() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let path = format!("/assets/{asset}/notes");
    for note in ["first", "two\nlines 💻"] {
        let made = house.ask(OPERATOR, "POST", &path, &json!({"note": note})).await.expect(201);
        assert_eq!((&made.body["action"], &made.body["note"]), (&json!("noted"), &json!(note)));
    }
    let all = house.get(&format!("{path}?limit=1")).await.expect(200).body;
    assert_eq!((&all["total"], &all["items"][0]["note"]), (&json!(2), &json!("two\nlines 💻")));
    let next = house.get(&format!("{path}?cursor={}", all["next"].text())).await.body;
    assert_eq!(next["items"][0]["note"], "first");
    for bad in [json!({}), json!({"note": " "}), json!({"note": "x".repeat(4_001)})] {
        assert_eq!(house.post(&path, bad).await.bad_fields(), ["note"]);
    }
}

#[tokio::test]
async fn files_are_attached_read_back_and_deleted() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    // Larger than any other body may be.
    let content = [b"%PDF-1.7 ".as_slice(), &vec![b'x'; 6 << 20]].concat();
    let made = attach(&house, OPERATOR, &asset, "invoice.pdf", &content).await.expect(201);
    let again = attach(&house, OPERATOR, &asset, "invoice.pdf", &content).await.expect(201);
    assert_eq!(made.body, again.body, "under its key it is kept once");
    let id = made.body["id"].text();
    assert_eq!(made.headers[header::LOCATION], format!("/api/v1/attachments/{id}"));
    assert_eq!(made.body["media_type"], "application/pdf");
    let all = house.get(&format!("/assets/{asset}/attachments")).await.expect(200).body;
    assert_eq!((&all["total"], &all["items"][0]["size"]), (&json!(1), &json!(content.len())));
    assert_eq!(house.get(&format!("/attachments/{id}")).await.body, made.body);
    let (headers, read) = house.file(ADMINISTRATOR, &format!("/attachments/{id}/content")).await;
    assert_eq!(read, content);
    assert!(headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment; "));
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");

    let path = format!("/attachments/{id}");
    house.ask(Who::Stranger, "GET", &path, &Value::Null).await.is_problem(404);
    house.ask(OPERATOR, "DELETE", &path, &Value::Null).await.is_problem(403);
    house.delete(&path).await.expect(204);
    house.get(&path).await.is_problem(404);
    let history = house.get(&format!("/assets/{asset}/history")).await.body;
    let told =
        |n: usize| (history["items"][n]["action"].text(), history["items"][n]["note"].text());
    assert_eq!(told(0), ("detached".into(), "invoice.pdf".into()));
    assert_eq!(told(1), ("attached".into(), "invoice.pdf".into()));
}

#[tokio::test]
async fn what_is_no_file_of_ours_is_refused_and_nothing_is_kept() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    for (name, content) in [("a.html", b"<p>".as_slice()), ("a.pdf", b"MZ\0"), ("b.pdf", b"")] {
        assert_eq!(attach(&house, OPERATOR, &asset, name, content).await.bad_fields(), ["file"]);
    }
    let large = [b"%PDF-1.7".as_slice(), &vec![0; 10 << 20]].concat();
    let said = attach(&house, OPERATOR, &asset, "large.pdf", &large).await;
    assert_eq!(said.bad_fields(), ["file"]);
    let json = house.post(&format!("/assets/{asset}/attachments"), json!({})).await;
    assert_eq!(json.bad_fields(), ["file"]);
    let empty = attach(&house, OPERATOR, &asset, "empty.pdf", b"").await;
    assert_eq!(empty.body["detail"], "this file is empty; hint: choose one with something in it");
    let two = b"%PDF-1.7\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; \
        filename=\"two.pdf\"\r\n\r\n%PDF-1.7";
    let two = attach(&house, OPERATOR, &asset, "one.pdf", two).await;
    assert_eq!(two.bad_fields(), ["file"]);
    assert_eq!(two.body["detail"], "2 files were sent; hint: send one at a time");
    assert_eq!(house.get(&format!("/assets/{asset}")).await.body["version"], 1);
}

#[tokio::test]
async fn a_file_keeps_the_name_that_a_browser_escaped() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let sent = "my %22best%22 100%25.pdf";
    let kept = attach(&house, OPERATOR, &asset, sent, b"%PDF-1.7").await.expect(201).body;
    assert_eq!(kept["name"], "my best 100%25.pdf", "no file's name holds a quotation mark");
}

#[tokio::test]
async fn a_handover_sheet_is_a_pdf() {
    let house = House::new().await;
    let (asset, robin) = (house.asset("A-1").await, house.employee("Robin Sample").await);
    house.get(&format!("/assets/{asset}/handover")).await.is_problem(409);
    let body = json!({"to": {"kind": "employee", "id": robin}});
    house.post(&format!("/assets/{asset}/checkout"), body).await.expect(200);
    for path in [format!("/assets/{asset}/handover"), format!("/employees/{robin}/handover")] {
        let (headers, pdf) = house.file(ADMINISTRATOR, &path).await;
        assert_eq!(headers[header::CONTENT_TYPE], "application/pdf");
        assert!(pdf.starts_with(b"%PDF-"));
    }
    let terms = json!({"handover_terms": "I promise."});
    assert_eq!(
        house.patch("/company", terms).await.expect(200).body["handover_terms"],
        "I promise."
    );
}

#[tokio::test]
async fn files_are_kept_with_an_employee_as_with_an_asset() {
    let house = House::new().await;
    let robin = house.employee("Robin Reyes").await;
    let content = b"%PDF-1.7 signed".to_vec();
    let path = format!("/api/v1/employees/{robin}/attachments");
    let made = attach_at(&house, OPERATOR, &path, "agreement.pdf", &content).await.expect(201);
    assert_eq!((&made.body["employee"], &made.body["asset"]), (&robin.into(), &Value::Null));
    let id = made.body["id"].text();
    let robin = made.body["employee"].text();
    let listed = house.get(&format!("/employees/{robin}/attachments")).await.expect(200).body;
    assert_eq!(listed["items"][0], made.body);
    let (_, read) = house.file(ADMINISTRATOR, &format!("/attachments/{id}/content")).await;
    assert_eq!(read, content);
    house.delete(&format!("/attachments/{id}")).await.expect(204);
    let told = house.get(&format!("/employees/{robin}/history")).await.expect(200).body;
    assert_eq!(told["items"][0]["action"].text(), "detached");
    assert_eq!(told["items"][1]["note"].text(), "agreement.pdf");
    let nobody = "/api/v1/employees/emp_0000000000001/attachments";
    attach_at(&house, OPERATOR, nobody, "a.pdf", &content).await.is_problem(404);
}

#[tokio::test]
async fn files_are_kept_with_a_product() {
    let house = House::new().await;
    let product = house.post("/products", json!({"name": "MacBook Air"})).await.expect(201).body;
    let path = format!("/products/{}/attachments", product["id"].text());
    let at = format!("/api/v1{path}");
    let png = b"\x89PNG\r\n\x1a\n";
    attach_at(&house, Who::Role(Role::Viewer), &at, "front.png", png).await.is_problem(403);
    let made = attach_at(&house, OPERATOR, &at, "front.png", png).await.expect(201).body;
    assert_eq!((&made["product"], &made["asset"]), (&product["id"], &Value::Null));
    assert_eq!(house.get(&path).await.expect(200).body["items"], json!([made]));
    let gone = "/api/v1/products/prd_0000000000001/attachments";
    attach_at(&house, ADMINISTRATOR, gone, "front.png", png).await.is_problem(404);
    house.delete(&format!("/attachments/{}", made["id"].text())).await.expect(204);
    assert_eq!(house.get(&path).await.expect(200).body["total"], 0);
}
