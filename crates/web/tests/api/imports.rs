//! Imports over the API: brought as a body or a form, mapped, planned, applied, taken back.

use axum::body::Body;
use axum::http::header;
use domain::access::Role;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Said, Text, Who};

const FILE: &str = "Asset Tag,Item name,Category,Checked out to\n\
    A-1,One,Laptop,robin@example.com\nA-2,Two,,\nA-3,Three,,nobody@example.com\n";

impl House {
    async fn bring(&self, who: Who, query: &str, kind: &str, body: impl Into<Body>) -> Said {
        let request = self.request(who, "POST", &format!("/api/v1/imports{query}"));
        let request = request.header(header::CONTENT_TYPE, kind);
        self.send(request.body(body.into()).unwrap()).await
    }

    async fn planned(&self, query: &str, file: &'static str) -> Value {
        self.bring(ADMINISTRATOR, query, "text/csv", file).await.expect(201).body
    }
}

async fn with_robin() -> House {
    let house = House::new().await;
    let robin = json!({"name": "Robin", "email": "robin@example.com"});
    house.post("/employees", robin).await.expect(201);
    house.post("/categories", json!({"name": "Laptop"})).await.expect(201);
    house
}

#[tokio::test]
async fn a_table_is_brought_planned_applied_and_taken_back() {
    let house = with_robin().await;
    house.asset("A-2").await;
    let import = house.planned("?match=tag&name=snipe.csv", FILE).await;
    assert_eq!((&import["state"], &import["exporter"]), (&json!("planned"), &Value::Null));
    let counts = json!({"create": 1, "change": 1, "skip": 0, "fault": 1, "stale": 0, "warned": 0});
    assert_eq!((&import["counts"], &import["lines"]), (&counts, &json!(3)));
    assert_eq!(import["mapping"]["columns"], json!(["tag", "name", "category", "custodian"]));
    let at = format!("/imports/{}", import["id"].text());

    let rows = house.get(&format!("{at}/rows")).await.expect(200).body;
    assert_eq!(rows["total"], 3);
    let first = &rows["items"][0];
    assert_eq!((&first["line"], &first["verdict"]), (&json!(2), &json!("create")));
    let fields: Vec<_> = first["changes"].as_array().unwrap().iter().map(|c| &c["field"]).collect();
    assert_eq!(fields, ["tag", "name", "category", "status", "custodian"]);
    let faults = house.get(&format!("{at}/rows?verdict=fault")).await.expect(200).body;
    let fault = &faults["items"][0]["faults"][0];
    assert_eq!((&faults["total"], &fault["column"]), (&json!(1), &json!("Checked out to")));
    assert!(fault["detail"].text().contains("no employee has the e-mail"), "{fault}");
    let page = house.get(&format!("{at}/rows?limit=2")).await.expect(200).body;
    let next = house.get(&format!("{at}/rows?limit=2&cursor={}", page["next"].text())).await;
    assert_eq!(next.expect(200).body["items"][0]["line"], 4);

    let applied = house.post(&format!("{at}/application"), Value::Null).await.expect(200).body;
    assert_eq!((&applied["state"], &applied["counts"]), (&json!("applied"), &counts));
    let asset = house.get("/assets/tag:A-1").await.expect(200).body;
    assert_eq!(asset["custodian"]["name"], "Robin");
    let history = format!("/assets/{}/history", asset["id"].text());
    let event = house.get(&history).await.expect(200).body["items"][0].clone();
    assert_eq!(event["cause"], json!({"kind": "import", "id": import["id"]}));
    house.post(&format!("{at}/application"), Value::Null).await.is_problem(409);
    house.delete(&at).await.is_problem(409);

    let undone = house.post(&format!("{at}/undo"), Value::Null).await.expect(200).body;
    assert_eq!((&undone["restored"], &undone["kept"]), (&json!(2), &json!([])));
    house.get("/assets/tag:A-1").await.is_problem(404);
    assert_eq!(house.get("/assets/tag:A-2").await.expect(200).body["name"], Value::Null);
    house.post(&format!("{at}/undo"), Value::Null).await.is_problem(409);
    let list = house.get("/imports").await.expect(200).body;
    assert_eq!((&list["total"], &list["items"][0]["state"]), (&json!(1), &json!("undone")));
}

#[tokio::test]
async fn a_form_and_a_workbook_will_do_as_well() {
    let house = House::new().await;
    let form = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\my\\a.csv\"\r\n\
                Content-Type: text/csv\r\n\r\nTag;Name\nA-1;One\n\r\n--x--\r\n";
    let kind = "multipart/form-data; boundary=x";
    let import = house.bring(ADMINISTRATOR, "", kind, form).await.expect(201).body;
    assert_eq!((&import["name"], &import["state"]), (&json!("a.csv"), &json!("uploaded")));
    let (_, workbook) = house.file(ADMINISTRATOR, "/reports/assets?format=xlsx").await;
    let said = house.bring(ADMINISTRATOR, "?match=tag", "application/octet-stream", workbook).await;
    assert!(said.bad_fields().contains(&"file"), "{}", said.text);
    house.asset("A-9").await;
    let (_, workbook) = house.file(ADMINISTRATOR, "/reports/assets?format=xlsx").await;
    let said = house.bring(ADMINISTRATOR, "?match=tag", "application/octet-stream", workbook).await;
    let import = said.expect(201).body;
    assert_eq!((&import["exporter"], &import["counts"]["skip"]), (&json!("stockroom"), &json!(1)));
}

#[tokio::test]
async fn columns_are_mapped_anew_and_what_is_left_out_stays() {
    let house = House::new().await;
    let import = house.planned("", "Code,What,Where\nA-1,x,Oslo\n").await;
    let at = format!("/imports/{}", import["id"].text());
    let put =
        async |body: Value| house.ask(ADMINISTRATOR, "PUT", &format!("{at}/mapping"), &body).await;
    let columns = json!(["tag", "name", "location"]);
    assert_eq!(put(json!({"columns": ["tag", "nonsense", null]})).await.bad_fields(), ["columns"]);
    assert_eq!(put(json!({"columns": ["tag"]})).await.bad_fields(), ["columns"]);
    assert_eq!(put(json!({"columns": ["name", null, null]})).await.bad_fields(), ["match"]);
    assert_eq!(put(json!({"columns": columns, "match": "color"})).await.bad_fields(), ["match"]);
    let planned = put(json!({"columns": columns, "match": "tag"})).await.expect(200);
    assert_eq!(
        (&planned.body["counts"]["fault"], planned.body["version"].clone()),
        (&json!(1), json!(2))
    );
    let planned = put(json!({"make_catalog": true})).await.expect(200);
    assert_eq!(planned.body["counts"]["create"], 1);
    assert_eq!(planned.body["new"], json!([{"kind": "locations", "names": ["Oslo"]}]));
    assert_eq!(planned.headers[header::ETAG], "\"3\"");

    let apply = async |version: &str| {
        let path = format!("/api/v1{at}/application");
        let request = house.request(ADMINISTRATOR, "POST", &path);
        let request = request.header(header::IF_MATCH, version);
        house.send(request.body(Body::empty()).unwrap()).await
    };
    apply("\"2\"").await.is_problem(412);
    apply("\"3\"").await.expect(200);
    assert_eq!(house.get("/assets/tag:A-1").await.expect(200).body["location"]["name"], "Oslo");
    put(json!({"make_catalog": false})).await.is_problem(409);
}

#[tokio::test]
async fn what_cannot_be_taken_says_why_and_leaves_nothing_behind() {
    let house = House::new().await;
    let bring = async |query: &str, body: Vec<u8>| {
        house.bring(ADMINISTRATOR, query, "text/csv", body).await
    };
    assert_eq!(bring("", Vec::new()).await.bad_fields(), ["file"]);
    assert_eq!(bring("?match=serial", b"Tag\nA-1".to_vec()).await.bad_fields(), ["match"]);
    assert_eq!(bring("?what=chairs", b"Tag\nA-1".to_vec()).await.bad_fields(), ["what"]);
    let large = bring("", vec![b'a'; 21 << 20]).await;
    large.is_problem(413);
    assert!(large.body["detail"].text().contains("more than 20 MB; hint: split it"));
    let rows = "x\n".repeat(25_001);
    let long = bring("", format!("Tag\n{rows}").into_bytes()).await;
    assert!(long.text.contains("more than 25,000 rows; hint: split the file"), "{}", long.text);
    assert_eq!(house.get("/imports").await.expect(200).body["total"], 0);
}

#[tokio::test]
async fn a_table_sent_again_under_its_key_is_brought_once() {
    let house = House::new().await;
    let send = async || {
        let request = house.request(ADMINISTRATOR, "POST", "/api/v1/imports?match=tag");
        let request = request.header("idempotency-key", "one").header("content-type", "text/csv");
        house.send(request.body(Body::from("Tag\nA-1")).unwrap()).await.expect(201).body
    };
    assert_eq!(send().await["id"], send().await["id"]);
    assert_eq!(house.get("/imports").await.expect(200).body["total"], 1);
}

#[tokio::test]
async fn viewers_see_plans_operators_and_strangers_change_nothing() {
    let house = House::new().await;
    let import = house.planned("?match=tag", "Tag,Name\nA-1,x\n").await;
    let at = format!("/imports/{}", import["id"].text());
    let viewer = Who::Role(Role::Viewer);
    house.ask(viewer, "GET", &format!("{at}/rows"), &Value::Null).await.expect(200);
    let operator = Who::Role(Role::Operator);
    house.bring(operator, "", "text/csv", "Tag\nA-1").await.is_problem(403);
    for path in ["application", "undo"] {
        let path = format!("{at}/{path}");
        house.ask(operator, "POST", &path, &Value::Null).await.is_problem(403);
        house.ask(Who::Stranger, "POST", &path, &Value::Null).await.is_problem(404);
    }
    house.ask(Who::Stranger, "GET", &at, &Value::Null).await.is_problem(404);
    house.ask(Who::Stranger, "DELETE", &at, &Value::Null).await.is_problem(404);
    house.delete(&at).await.expect(204);
    house.get(&at).await.is_problem(404);
}

#[tokio::test]
async fn employees_are_imported_too() {
    let house = House::new().await;
    let file = "Name,Email,Manager\nKim,kim@example.com,lee@example.com\nLee,lee@example.com,\n";
    let import = house.planned("?what=employees&match=email", file).await;
    assert_eq!((&import["what"], &import["counts"]["create"]), (&json!("employees"), &json!(2)));
    let at = format!("/imports/{}", import["id"].text());
    let rows = house.get(&format!("{at}/rows")).await.expect(200).body;
    let fields = rows["items"][0]["changes"].as_array().unwrap().iter();
    let fields: Vec<String> = fields.map(|change| change["field"].text()).collect();
    assert_eq!(fields, ["fields.email", "fields.manager", "name"]);
    house.post(&format!("{at}/application"), Value::Null).await.expect(200);
    let found = house.get("/employees?q=kim").await.expect(200).body;
    assert_eq!(found["items"][0]["manager"]["name"], "Lee");
    house.post(&format!("{at}/undo"), Value::Null).await.expect(200);
    assert_eq!(house.get("/employees").await.expect(200).body["total"], 0);
}

#[tokio::test]
async fn what_is_odd_about_a_row_is_told_and_does_not_keep_it_from_being_done() {
    let house = with_robin().await;
    house.post("/assets", json!({"tag": "A-1", "serial": "SYN1"})).await.expect(201);
    let file = "Asset Tag,Serial,Status,Checked out to\nA-2,syn1,Ready,\n\
                A-3,SYN3,Lost,robin@example.com\nA-4,SYN4,Ready,robin@example.com\n";
    let import = house.planned("?match=tag", file).await;
    assert_eq!((&import["counts"]["create"], &import["counts"]["warned"]), (&json!(3), &json!(2)));
    let at = format!("/imports/{}", import["id"].text());
    let odd = house.get(&format!("{at}/rows?warned=true")).await.expect(200).body;
    assert_eq!((&odd["total"], odd["items"].as_array().unwrap().len()), (&json!(2), 2));
    let told = |n: usize| {
        let row = &odd["items"][n];
        assert_eq!((&row["verdict"], &row["faults"]), (&json!("create"), &json!([])));
        (row["warnings"][0]["column"].text(), row["warnings"][0]["detail"].text())
    };
    let (column, detail) = told(0);
    assert_eq!(column, "Serial");
    assert!(detail.starts_with("\"A-1\" has this serial too"), "{detail}");
    let (column, detail) = told(1);
    assert_eq!(column, "Status");
    assert!(detail.contains("its status \"Lost\" is no ready one"), "{detail}");
    let page = house.get(&format!("{at}/rows?warned=true&limit=1")).await.expect(200).body;
    let next = house.get(&format!("{at}/rows?warned=true&cursor={}", page["next"].text())).await;
    assert_eq!(next.expect(200).body["items"][0]["line"], 3);
    let both = house.get(&format!("{at}/rows?warned=true&verdict=create")).await;
    assert_eq!(both.bad_fields(), ["warned"]);
    let all = house.get(&format!("{at}/rows")).await.expect(200).body;
    assert_eq!(all["items"][2]["warnings"], json!([]));

    let applied = house.post(&format!("{at}/application"), Value::Null).await.expect(200).body;
    assert_eq!(
        (&applied["counts"]["create"], &applied["counts"]["warned"]),
        (&json!(3), &json!(2))
    );
    let lost = house.get("/assets/tag:A-3").await.expect(200).body;
    assert_eq!(
        (&lost["custodian"]["name"], &lost["status"]["name"]),
        (&json!("Robin"), &json!("Lost"))
    );
    assert_eq!(house.get("/assets/tag:A-2").await.expect(200).body["serial"], "syn1");
}
