//! Reports: what is in them, in every format, for whom, and what is no report.

use std::io::Cursor;

use axum::http::header;
use calamine::{Data, Range, Reader, Xlsx};
use domain::access::Role;
use kandji::sim::{self, Running, SimConfig};
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Text, Who};

const VIEWER: Who = Who::Role(Role::Viewer);

const ELEVEN: [&str; 11] = [
    "Platform",
    "OS Version",
    "Last Checkin",
    "MDM Enabled",
    "Agent Installed",
    "Blueprint Name",
    "Missing",
    "Removed",
    "Agent Version",
    "First Enrolled",
    "Last Enrolled",
];

pub async fn csv(house: &House, path: &str) -> Vec<Vec<String>> {
    let (headers, bytes) = house.file(VIEWER, path).await;
    assert!(headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv"));
    table(&String::from_utf8(bytes).unwrap())
}

/// RFC 4180, read as strictly as it is written.
fn table(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match (letter, quoted) {
            ('"', true) if letters.peek() == Some(&'"') => field.extend(letters.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut field)),
            ('\r', false) => {
                assert_eq!(letters.next(), Some('\n'), "rows end with CRLF");
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            (other, _) => field.push(other),
        }
    }
    assert!(row.is_empty() && field.is_empty() && !quoted, "the last row ends too");
    rows
}

pub async fn xlsx(house: &House, path: &str) -> Range<Data> {
    let (headers, bytes) = house.file(VIEWER, path).await;
    let kind = headers[header::CONTENT_TYPE].to_str().unwrap();
    assert_eq!(kind, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    book.worksheets().remove(0).1
}

pub fn column(table: &[Vec<String>], label: &str) -> usize {
    table[0].iter().position(|head| head == label).unwrap_or_else(|| panic!("no {label}"))
}

/// A source whose first run is applied, with these settings over the recommended ones.
async fn connected(
    house: &House,
    name: &str,
    devices: usize,
    settings: Value,
) -> (Running, String) {
    let kandji = sim::start(SimConfig { devices, ..SimConfig::default() }).await.unwrap();
    let body = json!({"name": name, "api_url": kandji.url(), "token": kandji.token()});
    let id = house.post("/sources", body).await.expect(201).body["id"].text();
    let mut settings = settings;
    settings["first_run"] = json!("apply");
    house.patch(&format!("/sources/{id}/settings"), settings).await.expect(200);
    assert_eq!(house.run(&id, "apply").await["state"], "applied");
    (kandji, id)
}

#[tokio::test]
async fn b31_the_asset_report_holds_the_details_of_kandji() {
    let house = House::new().await;
    let _kandji = connected(&house, "Kandji", 4, json!({})).await;
    house.asset("MONITOR-1").await;

    let report = csv(&house, "/reports/assets?format=csv&details=user.email").await;
    assert_eq!(report.len(), 6);
    let first = column(&report, "Source") + 1;
    assert_eq!(report[0][first..first + 11], ELEVEN);
    assert_eq!(report[0][first + 11..], ["Kandji User Email"]);
    let monitor = report.iter().find(|row| row[0] == "MONITOR-1").unwrap();
    assert!(monitor[first - 1..].iter().all(String::is_empty));

    let said = house.get("/assets?platform=Mac,iPhone,iPad,AppleTV,Windows,Android").await;
    let asset = &said.body["items"][0];
    let details = house.get(&format!("/assets/{}/sources", asset["id"].text())).await.body;
    let raw = details["items"][0].to_string();
    let row = report.iter().find(|row| row[0] == asset["tag"].text()).unwrap();
    let version = &row[column(&report, "OS Version")];
    assert!(!version.is_empty() && raw.contains(version.as_str()), "{version} in {raw}");
    assert_eq!(row[column(&report, "Source")], "Kandji");
    assert!(["true", "false"].contains(&row[column(&report, "MDM Enabled")].as_str()));

    let book = xlsx(&house, "/reports/assets?format=xlsx&details=user.email").await;
    let heads: Vec<String> = book.rows().next().unwrap().iter().map(Data::to_string).collect();
    assert_eq!(heads, report[0]);
    assert_eq!(book.height(), 6);
    let typed = book.rows().find(|cells| cells[0].to_string() == row[0]).unwrap();
    assert!(matches!(typed[column(&report, "Last Checkin")], Data::DateTime(_)));
    assert!(matches!(typed[column(&report, "MDM Enabled")], Data::Bool(_)));
    assert_eq!(typed[column(&report, "OS Version")], Data::String(version.clone()));

    let page = house.get("/reports/assets?limit=2&q=syn").await.expect(200).body;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert!(page["items"][0]["kandji.os_version"].is_string());
    let next = page["next"].text();
    let rest = house.get(&format!("/reports/assets?limit=2&q=syn&cursor={next}")).await.body;
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    assert_eq!(rest["next"], Value::Null);
}

#[tokio::test]
async fn an_asset_of_two_sources_is_one_row_and_the_better_source_comes_first() {
    let house = House::new().await;
    let _first = connected(&house, "Kandji", 3, json!({})).await;
    let _second = connected(&house, "Kandji EU", 3, json!({"priority": 5})).await;
    let report = csv(&house, "/reports/assets?format=csv").await;
    assert_eq!(report.len(), 4, "one row an asset");
    let (first, second) = (column(&report, "Source"), column(&report, "Source 2"));
    column(&report, "Last Enrolled 2");
    for row in &report[1..] {
        assert_eq!([row[first].as_str(), row[second].as_str()], ["Kandji EU", "Kandji"]);
        assert_eq!(row[first + 1..second], row[second + 1..], "both tell the same of a device");
    }
}

#[tokio::test]
async fn text_arrives_as_it_is_and_is_never_a_formula() {
    let house = House::new().await;
    for (tag, name) in [
        ("A-1", "=HYPERLINK(\"http://example.com\",\"x\")"),
        ("A-2", "+1"),
        ("A-3", "-1"),
        ("A-4", "@SUM(A1)"),
        ("A-5", "משרד 💻, \"quoted\""),
    ] {
        let body = json!({"tag": tag, "name": name, "notes": "two\nlines"});
        house.post("/assets", body).await.expect(201);
    }
    let report = csv(&house, "/reports/assets?format=csv").await;
    let book = xlsx(&house, "/reports/assets?format=xlsx").await;
    let names: Vec<&str> = report[1..].iter().map(|row| row[1].as_str()).collect();
    let expect = [
        "'=HYPERLINK(\"http://example.com\",\"x\")",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "משרד 💻, \"quoted\"",
    ];
    assert_eq!(names, expect);
    for (row, name) in book.rows().skip(1).zip(expect) {
        assert_eq!(row[1], Data::String(name.into()));
        assert_eq!(row[column(&report, "Notes")], Data::String("two\nlines".into()));
    }
    let json = house.get("/reports/assets").await.body;
    assert_eq!(json["items"][0]["name"], "=HYPERLINK(\"http://example.com\",\"x\")");
}

#[tokio::test]
async fn values_keep_their_kind_and_filters_narrow_the_file() {
    let house = House::new().await;
    let body = json!({"tag": "A-1", "purchase": {"on": "2026-01-31", "cost": "499.90"}});
    house.post("/assets", body).await.expect(201);
    let old = house.asset("A-0").await;
    house.post(&format!("/assets/{old}/archive"), json!({})).await.expect(200);
    let tags = async |asked: &str| {
        let report = csv(&house, &format!("/reports/assets?format=csv{asked}")).await;
        report[1..].iter().map(|row| row[0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(tags("").await, ["A-1"]);
    assert_eq!(tags("&archived=true").await, ["A-0"]);
    assert_eq!(tags("&archived=any&sort=-tag").await, ["A-1", "A-0"]);
    assert_eq!(tags("&q=nothing").await, [] as [&str; 0]);
    assert_eq!(tags("&linked=true").await, [] as [&str; 0]);

    let report = csv(&house, "/reports/assets?format=csv").await;
    assert_eq!(report[1][column(&report, "Cost")], "499.90");
    let book = xlsx(&house, "/reports/assets?format=xlsx").await;
    assert_eq!(book.rows().nth(1).unwrap()[column(&report, "Cost")], Data::Float(499.9));
    let bought = &book.rows().nth(1).unwrap()[column(&report, "Bought")];
    assert!(matches!(bought, Data::DateTime(day) if day.to_ymd_hms_milli().2 == 31));
}

#[tokio::test]
async fn an_empty_register_gives_a_head_and_no_rows() {
    let house = House::new().await;
    for report in ["assets", "coverage"] {
        assert_eq!(csv(&house, &format!("/reports/{report}?format=csv")).await.len(), 1);
        assert_eq!(xlsx(&house, &format!("/reports/{report}?format=xlsx")).await.height(), 1);
        let page = house.get(&format!("/reports/{report}?format=json")).await.expect(200).body;
        assert_eq!((&page["items"], &page["next"]), (&json!([]), &Value::Null));
    }
    let listed = house.get("/reports").await.expect(200).body;
    let names: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|r| r["name"].text()).collect();
    assert_eq!(names[..2], ["assets", "coverage"]);
}

#[tokio::test]
async fn another_tenant_finds_nothing_in_any_report() {
    let house = House::new().await;
    let _kandji = connected(&house, "Kandji", 2, json!({})).await;
    house.asset("A-1").await;
    for report in ["assets?archived=any&", "coverage?"] {
        let (_, bytes) = house.file(Who::Stranger, &format!("/reports/{report}format=csv")).await;
        assert_eq!(table(&String::from_utf8(bytes).unwrap()).len(), 1);
        let page =
            house.ask(Who::Stranger, "GET", &format!("/reports/{report}"), &Value::Null).await;
        assert_eq!(page.expect(200).body["items"], json!([]));
    }
    let counts = house.ask(Who::Stranger, "GET", "/reports/coverage", &Value::Null).await;
    assert!(counts.body["counts"].as_object().unwrap().values().all(|count| count == 0));
}

#[tokio::test]
async fn what_is_no_report_is_named() {
    let house = House::new().await;
    for (path, field) in [
        ("/reports/assets?format=pdf", "format"),
        ("/reports/assets?details=colour", "details"),
        ("/reports/assets?colour=red", "colour"),
        ("/reports/assets?format=csv&sort=size", "sort"),
        ("/reports/assets?cursor=x", "cursor"),
        ("/reports/coverage?format=doc", "format"),
        ("/reports/coverage?gap=none", "gap"),
        ("/reports/coverage?cursor=9~", "cursor"),
        ("/reports/coverage?cursor=0~x", "cursor"),
    ] {
        assert_eq!(house.get(path).await.bad_fields(), [field], "{path}");
    }
    let two = house.get("/reports/assets?format=pdf&colour=red").await;
    assert_eq!(two.bad_fields(), ["format", "colour"]);
    house.get("/reports/nothing").await.is_problem(404);
}

/// The count of a finding, and its rows.
async fn finding(house: &House, gap: &str) -> (u64, Vec<Value>) {
    let page = house.get(&format!("/reports/coverage?gap={gap}")).await.expect(200).body;
    let rows = page["items"].as_array().unwrap().clone();
    let count = page["counts"][gap].as_u64().unwrap();
    assert_eq!(count, rows.len() as u64, "{gap}");
    (count, rows)
}

#[tokio::test]
async fn coverage_names_what_either_side_lacks_and_why() {
    let house = House::new().await;
    let (_kandji, source) = connected(&house, "Kandji", 5, json!({"on_no_match": "skip"})).await;
    house.asset("HAND-1").await;
    let (count, rows) = finding(&house, "not_here").await;
    assert_eq!(count, 5);
    assert_eq!(rows[0]["kandji.source"], "Kandji");
    assert!(rows[0]["why"].text().contains("creating new assets is off"), "{}", rows[0]);
    assert!(rows.iter().all(|row| row["serial"].is_string()), "the serial that Kandji knows");

    let settings = json!({"on_no_match": "create"});
    house.patch(&format!("/sources/{source}/settings"), settings).await.expect(200);
    house.run(&source, "apply").await;
    assert_eq!(finding(&house, "not_here").await.0, 0);
    let (_, rows) = finding(&house, "not_in_kandji").await;
    assert_eq!(rows.iter().map(|row| row["tag"].text()).collect::<Vec<_>>(), ["HAND-1"]);
    assert_eq!(rows[0]["why"], "No source has ever known it.");
    assert_eq!(finding(&house, "no_serial").await.1[0]["tag"], "HAND-1");
    let whole = csv(&house, "/reports/coverage?format=csv").await;
    let page = house.get("/reports/coverage?limit=200").await.body;
    assert_eq!(whole.len() - 1, page["items"].as_array().unwrap().len());
    let counted: u64 =
        page["counts"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(whole.len() as u64 - 1, counted, "every finding stands in the file");
}

#[tokio::test]
async fn coverage_compares_custody_with_the_user_in_kandji() {
    let house = House::new().await;
    let employees = json!({"employees": {"create": true}});
    let (_kandji, source) = connected(&house, "Kandji", 6, employees).await;
    let (differ, rows) = finding(&house, "custodian_differs").await;
    assert!(differ > 0);
    assert!(rows.iter().all(|row| row["why"].text().contains("here nobody has it")));
    // A checkout to a place stands against a user in Kandji; the report says so.
    let place = house.post("/locations", json!({"name": "Store"})).await.body["id"].text();
    let to = json!({"to": {"kind": "location", "id": place}});
    let tag = rows[0]["tag"].text();
    house.post(&format!("/assets/tag:{tag}/checkout"), to).await.expect(200);
    let (_, rows) = finding(&house, "custodian_differs").await;
    let row = rows.iter().find(|row| row["tag"] == tag.as_str()).unwrap();
    assert_eq!(row["why"], "Here it is checked out to a location.");
    // Once custody follows Kandji, only that one still differs.
    let assign = json!({"assign": {"on_assign": true, "on_change": true, "on_removed": true},
        "guard": {"max_changes_percent": 100}});
    house.patch(&format!("/sources/{source}/settings"), assign).await.expect(200);
    assert_eq!(house.run(&source, "apply").await["state"], "applied");
    let (left, rows) = finding(&house, "custodian_differs").await;
    assert_eq!((left, rows[0]["tag"].text()), (1, tag));
}

#[tokio::test]
async fn a_file_says_its_name_and_a_workbook_is_not_compressed_twice() {
    let house = House::new().await;
    for (format, name, coding) in [
        ("csv", "asset-report-2026-09-01.csv", Some("gzip")),
        ("xlsx", "asset-report-2026-09-01.xlsx", None),
    ] {
        let path = format!("/api/v1/reports/assets?format={format}");
        let request = house.request(ADMINISTRATOR, "GET", &path);
        let request = request.header(header::ACCEPT_ENCODING, "gzip");
        let headers = house.headers(request.body(axum::body::Body::empty()).unwrap()).await;
        let said = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(said, format!("attachment; filename=\"{name}\""));
        let got = headers.get(header::CONTENT_ENCODING).map(|coding| coding.to_str().unwrap());
        assert_eq!(got, coding, "{format}");
    }
}

#[tokio::test]
async fn every_report_answers_in_every_format_and_says_what_it_comes_to() {
    let house = House::new().await;
    house.asset("A-1").await;
    let names = house.get("/reports").await.expect(200).body;
    for report in names["items"].as_array().unwrap() {
        let path = format!("/reports/{}", report["name"].text());
        house.get(&path).await.expect(200);
        csv(&house, &format!("{path}?format=csv")).await;
        xlsx(&house, &format!("{path}?format=xlsx")).await;
    }
    let told = house.get("/reports/status").await.expect(200).body;
    assert_eq!(told["items"][0]["name"], "Ready");
    assert_eq!(told["items"][0]["assets"], 1);
    let part = json!({"label": "Ready", "value": 1});
    assert_eq!(told["summary"]["charts"][0]["parts"][0], part);
    let charts = async |path: &str| house.get(path).await.body["summary"]["charts"].clone();
    assert_eq!(charts("/reports/age").await, json!(null), "nobody knows how old it is");
    let bought = json!({"purchase": {"on": "2020-01-01"}});
    house.patch("/assets/tag:A-1", bought).await.expect(200);
    let ages = charts("/reports/age").await[0]["parts"].clone();
    assert_eq!(ages[0], json!({"label": "Under 1 year", "value": 0}), "no year is left out");
    house.get("/reports/nothing").await.expect(404);
    house.get("/reports/warranty?within=31").await.expect(422);
    house.get("/reports/value?as_of=x").await.expect(422);
    house.get("/reports/status?colour=red").await.expect(422);
}

#[tokio::test]
async fn counts_are_read_page_by_page() {
    let house = House::new().await;
    for n in 0..5 {
        let location = house.post("/locations", json!({"name": format!("Place {n}")})).await;
        let location = location.expect(201).body["id"].text();
        let body = json!({"tag": format!("A-{n}"), "location": location});
        house.post("/assets", body).await.expect(201);
    }
    let (mut names, mut at) = (Vec::new(), String::new());
    loop {
        let page = house.get(&format!("/reports/locations?limit=2{at}")).await.expect(200).body;
        let items = page["items"].as_array().unwrap();
        names.extend(items.iter().map(|item| item["name"].text()));
        let Some(next) = page["next"].as_str() else { break };
        at = format!("&cursor={next}");
    }
    assert_eq!(names, ["Place 0", "Place 1", "Place 2", "Place 3", "Place 4"]);
}

#[tokio::test]
async fn coverage_lists_those_that_share_a_serial_beside_each_other_page_by_page() {
    let house = House::new().await;
    for (tag, serial) in [
        ("A-1", "SYN2"),
        ("A-2", "SYN1"),
        ("A-3", "syn2"),
        ("A-4", "SYN1"),
        ("A-5", "SYN1"),
        ("A-6", "SYN3"),
        ("A-7", "SYN3"),
        ("A-8", "0"),
        ("A-9", "0"),
    ] {
        house.post("/assets", json!({"tag": tag, "serial": serial})).await.expect(201);
    }
    house.post("/assets/tag:A-7/archive", json!({})).await.expect(200);
    let (count, rows) = finding(&house, "serial_twice").await;
    let told: Vec<_> = rows.iter().map(|row| (row["tag"].text(), row["why"].text())).collect();
    let told: Vec<_> = told.iter().map(|(tag, why)| (tag.as_str(), why.as_str())).collect();
    let expected = [
        ("A-2", "A-4 and A-5 have it too."),
        ("A-4", "A-2 and A-5 have it too."),
        ("A-5", "A-2 and A-4 have it too."),
        ("A-1", "A-3 has it too."),
        ("A-3", "A-1 has it too."),
    ];
    assert_eq!((count, told.as_slice()), (5, expected.as_slice()));
    let (mut tags, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/reports/coverage?gap=serial_twice&limit=2&cursor={cursor}");
        let page = house.get(&path).await.expect(200).body;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        tags.extend(items.iter().map(|row| row["tag"].text()));
        if page["next"].is_null() {
            break;
        }
        cursor = page["next"].text().replace('~', "%7E").replace(':', "%3A");
    }
    assert_eq!(tags, ["A-2", "A-4", "A-5", "A-1", "A-3"]);
    let odd = house.get("/reports/coverage?gap=serial_twice&cursor=0~x").await;
    assert_eq!(odd.bad_fields(), ["cursor"]);
}
