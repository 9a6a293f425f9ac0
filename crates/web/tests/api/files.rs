//! What syncing brings as files: runs, the changes of one, conflicts, alerts.

use domain::Timestamp;
use jiff::SignedDuration;
use kandji::sim::{DeviceSpec, Misbehaviour, Trouble};
use serde_json::json;

use crate::house::{House, Text};
use crate::reports::{column, csv, xlsx};

fn later(house: &House) -> Timestamp {
    house.app.now() + SignedDuration::from_hours(1)
}

#[tokio::test]
async fn runs_and_the_changes_of_one_are_files_with_every_row() {
    let house = House::new().await;
    let (_kandji, source) = house.source(2).await;
    let first = house.run(&source, "preview").await;
    house.patch(&format!("/sources/{source}/settings"), json!({"first_run": "apply"})).await;
    let second = house.run(&source, "apply").await;
    let list = format!("/sources/{source}/runs?limit=1&format");
    let runs = csv(&house, &format!("{list}=csv")).await;
    assert_eq!(runs.len(), 3, "a file has every row, whatever the limit");
    let said = |row: usize, label: &str| runs[row][column(&runs, label)].clone();
    for (row, run, state) in [(1, &second, "applied"), (2, &first, "previewed")] {
        assert_eq!((said(row, "Run ID"), said(row, "State")), (run["id"].text(), state.into()));
        assert_eq!((said(row, "Created"), said(row, "Devices")), ("2".into(), "2".into()));
    }
    assert_eq!((said(2, "Mode"), said(2, "Started by")), ("preview".into(), "api".into()));
    assert_eq!(xlsx(&house, &format!("{list}=xlsx")).await.height(), 3);
    let none = csv(&house, &format!("{list}=csv&updated_since={}", later(&house))).await;
    assert_eq!(none.len(), 1, "the head alone");

    let list = format!("/runs/{}/changes?format", second["id"].text());
    let changes = csv(&house, &format!("{list}=csv")).await;
    let kinds: Vec<&str> =
        changes[1..].iter().map(|row| &*row[column(&changes, "Change")]).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "created").count(), 2, "{kinds:?}");
    let created = csv(&house, &format!("{list}=csv&kind=created")).await;
    assert_eq!(created.len(), 3);
    let row = &created[1];
    let tag = &row[column(&created, "Asset tag")];
    let asset = house.get(&format!("/assets/tag:{tag}")).await.expect(200).body;
    assert_eq!(row[column(&created, "Asset ID")], asset["id"].text());
    let product = format!("Product: nothing → {}", asset["product"]["name"].text());
    assert!(row[column(&created, "What moves")].contains(&product), "{row:?}");
    assert!(!row[column(&created, "Why")].is_empty(), "{row:?}");
    assert_eq!(xlsx(&house, &format!("{list}=xlsx&kind=created")).await.height(), 3);
    assert_eq!(csv(&house, &format!("{list}=csv&kind=checked_in")).await.len(), 1);
    assert_eq!(house.get(&format!("{list}=csv&kind=odd")).await.bad_fields(), ["kind"]);
    house.get("/runs/run_0000000000001/changes?format=csv").await.is_problem(404);
    house.get("/sources/src_0000000000001/runs?format=csv").await.is_problem(404);
}

#[tokio::test]
async fn open_conflicts_and_alerts_are_files() {
    let house = House::new().await;
    for tag in ["OLD-1", "OLD-2"] {
        let new = json!({"tag": tag, "serial": "SYN-TWICE"});
        house.post("/assets", new).await.expect(201);
    }
    let (kandji, source) = house.source(0).await;
    let device = DeviceSpec { serial: Some("SYN-TWICE".into()), ..DeviceSpec::default() };
    kandji.tenant.add_device(device);
    house.run(&source, "apply").await;
    let held = house.get("/conflicts").await.expect(200).body["items"][0].clone();
    let conflicts = csv(&house, "/conflicts?format=csv").await;
    let said = |label: &str| conflicts[1][column(&conflicts, label)].clone();
    assert_eq!((conflicts.len(), said("Conflict ID")), (2, held["id"].text()));
    assert_eq!(
        (said("Question"), said("Serial")),
        ("Which asset is this?".into(), "SYN-TWICE".into())
    );
    assert_eq!((said("May be"), said("Why")), ("OLD-1, OLD-2".into(), held["question"].text()));
    assert_eq!(xlsx(&house, "/conflicts?format=xlsx").await.height(), 2);
    let late = format!("/conflicts?format=csv&updated_since={}", later(&house));
    assert_eq!(csv(&house, &late).await.len(), 1);

    kandji.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
    house.run(&source, "apply").await;
    let open = house.get("/alerts").await.expect(200).body["items"].clone();
    let broken = open.as_array().unwrap().iter().find(|one| one["severity"] == "danger").unwrap();
    let alerts = csv(&house, "/alerts?format=csv").await;
    let rows = open.as_array().unwrap().len();
    assert_eq!(
        (alerts.len(), xlsx(&house, "/alerts?format=xlsx").await.height()),
        (rows + 1, rows + 1)
    );
    let ids = column(&alerts, "Alert ID");
    let row = alerts.iter().find(|row| row[ids] == broken["id"].text()).unwrap();
    let (wrong, hint) = (column(&alerts, "What is wrong"), column(&alerts, "How to mend it"));
    assert_eq!(format!("{}; hint: {}", row[wrong], row[hint]), broken["detail"].text());
    kandji.tenant.behave();
    house.post(&format!("/sources/{source}/test"), json!({})).await.expect(200);
    let open = csv(&house, "/alerts?format=csv").await;
    assert!(open.iter().all(|row| row[ids] != broken["id"].text()), "it is mended");
    let all = csv(&house, "/alerts?format=csv&mended=any").await;
    let row = all.iter().find(|row| row[ids] == broken["id"].text()).unwrap();
    assert!(!row[column(&all, "Mended")].is_empty());
    let late = format!("/alerts?format=csv&updated_since={}", later(&house));
    assert_eq!(csv(&house, &late).await.len(), 1);
}
