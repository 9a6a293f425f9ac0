//! The page parser against pages that were tampered with: it never panics and loses no row.

use kandji::Fault;
use kandji::sim::{SimConfig, Tenant};
use kandji::wire::{Assigned, DeviceRow, Notes, device_page};
use serde_json::{Value, json};

/// The page of a tenant of this size, as the list endpoint would send it.
fn page(devices: usize, seed: u64) -> Vec<Value> {
    let tenant = Tenant::new(SimConfig { devices, seed, ..SimConfig::default() });
    let rows = tenant.devices();
    rows.iter().map(|device| serde_json::from_str(device.row()).unwrap()).collect()
}

/// Reads a page and checks that every row is a device or a note that says why not.
fn read(body: &str) -> Result<Vec<DeviceRow>, Fault> {
    let page = device_page(body, "/devices")?;
    let (sent, mut notes) = (page.len(), Notes::default());
    let rows = DeviceRow::read_page(page, 0, &mut notes);
    let lost = notes.as_slice().iter().filter(|note| note.lost).count();
    assert_eq!(rows.len() + lost, sent, "{body}");
    assert!(rows.iter().all(|row| !row.device_id.is_empty()));
    Ok(rows)
}

/// Something that no schema foresees.
fn oddity(rng: &mut fastrand::Rng) -> Value {
    match rng.u32(0..10) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(..)),
        3 => json!(rng.f64() * 1e300),
        4 => json!(""),
        5 => json!("\u{0}\u{fffd}\u{202e}’😀\"\\"),
        6 => json!("x".repeat(rng.usize(0..12_000))),
        7 => json!([]),
        8 => json!({ "": { "": [null] } }),
        _ => json!([1, "two", { "three": 3 }]),
    }
}

fn tamper(page: &mut [Value], rng: &mut fastrand::Rng) {
    for _ in 0..rng.usize(1..6) {
        let at = rng.usize(0..page.len());
        let odd = oddity(rng);
        match &mut page[at] {
            Value::Object(row) if rng.u32(0..8) > 0 => {
                let keys: Vec<String> = row.keys().cloned().collect();
                let Some(key) = keys.get(rng.usize(0..keys.len().max(1))) else { continue };
                if rng.bool() {
                    row.insert(key.clone(), odd);
                } else {
                    row.remove(key);
                }
            }
            row => *row = odd,
        }
    }
}

#[test]
fn every_row_of_a_tampered_page_is_a_device_or_a_note() {
    for seed in 0..2_000 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut page = page(rng.usize(1..6), seed);
        tamper(&mut page, &mut rng);
        assert!(read(&Value::from(page).to_string()).is_ok(), "seed {seed}");
    }
}

#[test]
fn a_page_of_scrambled_bytes_is_read_or_refused_but_never_panics() {
    let whole = Value::from(page(3, 1)).to_string();
    for seed in 0..4_000 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut bytes = whole.clone().into_bytes();
        for _ in 0..rng.usize(1..8) {
            let at = rng.usize(0..bytes.len());
            match rng.u32(0..3) {
                0 => bytes[at] = rng.u8(..),
                1 if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let _ = read(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn nesting_without_end_costs_the_field_not_the_row() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let rows =
        read(&format!(r#"[{{"device_id": "d1", "odd": {deep}, "model": {deep}}}]"#)).unwrap();
    assert_eq!(rows[0].model, "");
}

#[test]
fn the_documented_examples_are_read_to_the_letter() {
    let rows = read(include_str!("fixtures/devices-page1.json")).unwrap();
    assert_eq!(rows.len(), 5);
    let robin = &rows[0];
    assert_eq!(robin.name, "Robin’s MacBook Pro");
    assert_eq!(robin.tags, ["berlin", "engineering"]);
    assert_eq!(robin.last_check_in.unwrap().to_string(), "2026-09-01T08:15:42.104233Z");
    assert_eq!(robin.first_enrollment.unwrap().to_string(), "2024-02-19T09:12:04.551201Z");
    assert!(matches!(&robin.user, Assigned::To(user) if user.email == "robin.sample@example.com"));
    assert_eq!(rows[3].last_check_in, None);
    assert!(rows[4].removed && rows[4].missing);
    let mixed = read(include_str!("fixtures/devices-page-polymorphic.json")).unwrap();
    let platforms: Vec<&str> = mixed.iter().map(|row| row.platform.as_str()).collect();
    assert_eq!(platforms, ["Mac", "Windows", "Android"]);
}
