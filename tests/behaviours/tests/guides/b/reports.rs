//! The Asset Report and the download of the list.

use std::io::Cursor;

use behaviours::{Answer, Devices, World, mac};
use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

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

/// The rows of a workbook's first sheet, its head among them.
fn rows(answer: Answer) -> Vec<Vec<Data>> {
    assert_eq!(answer.header("content-type"), WORKBOOK);
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(answer.bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).expect("it has a sheet").unwrap();
    sheet.rows().map(<[Data]>::to_vec).collect()
}

async fn synced() -> World {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    world.make(json!({"tag": "CHAIR-1"})).await;
    world
}

#[tokio::test]
async fn b31_the_asset_report_exports_the_kandji_details_to_excel() {
    let world = synced().await;
    let device = world.sim().device("SYNMAC1");
    let rows = rows(world.get("/reports/assets?format=xlsx").await.expect(200));
    let head: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
    let column = |label: &str| head.iter().position(|found| found == label);
    for label in ELEVEN {
        assert!(column(label).is_some(), "{label} is no column of {head:?}");
    }
    let (tag, os) = (column("Asset tag").unwrap(), column("OS Version").unwrap());
    let of = |wanted: &str| rows.iter().find(|row| row[tag] == *wanted).unwrap();
    assert_eq!(of("SYNMAC1")[os].to_string(), device.os_version);
    assert_eq!(of("SYNMAC1")[column("MDM Enabled").unwrap()], Data::Bool(true));
    let enrolled = &of("SYNMAC1")[column("Last Enrolled").unwrap()];
    assert!(matches!(enrolled, Data::DateTime(_)), "a date, not a text: {enrolled:?}");
    assert_eq!(of("CHAIR-1")[os], Data::Empty, "Kandji says nothing of a chair");
}

#[tokio::test]
async fn b45_there_is_an_asset_report_and_a_download_of_the_list() {
    let world = synced().await;
    world.page("reports").await.expect(200).shows("Asset Report");
    let report = world.page("reports/assets").await.expect(200);
    report.shows("SYNMAC1").shows("CHAIR-1").shows("OS Version");
    world.page("assets").await.expect(200).shows("assets.xlsx");
    let list = rows(world.page("assets.xlsx").await.expect(200));
    assert_eq!(list.len(), 3, "the head, the Mac and the chair");
    assert!(list[1..].iter().any(|row| row.iter().any(|cell| *cell == "SYNMAC1")));
}
