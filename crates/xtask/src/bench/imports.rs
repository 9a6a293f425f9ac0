//! A table of 10,000 assets: brought, planned and applied over HTTP, into a register that holds the
//! fleet already. Then once more, which changes nothing.

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::{Value, json};

use super::figures::Figures;
use super::http::Http;
use super::installation::Installation;

const ROWS: usize = 10_000;

pub fn imports(here: &Installation, devices: usize, figures: &mut Figures) -> Result<(), String> {
    let rack = json!({"label": "Rack", "type": "text", "indexed": true});
    here.api("POST", "/fields", &rack)?;
    let file = table();
    let resting = here.resident_mb()?;
    here.forget_peak()?;
    let begun = Instant::now();
    let import = bring(here, &file)?;
    let planned = begun.elapsed().as_secs_f64();
    if import["counts"]["create"] != ROWS {
        return Err(format!("not planned as it should be: {}", import["counts"]));
    }
    let id = import["id"].as_str().unwrap_or_default();
    let applied = here.api("POST", &format!("/imports/{id}/application"), &Value::Null)?;
    let seconds = begun.elapsed().as_secs_f64();
    if applied["counts"]["create"] != ROWS {
        return Err(format!("not applied as it should be: {}", applied["counts"]));
    }
    let what = format!("import of {ROWS} rows, planned and applied, beside {devices} assets");
    figures.at_most(&what, "s", &[seconds], 4.0);
    figures.at_most(&format!("{what}: planning alone"), "s", &[planned], f64::INFINITY);
    let above = (here.peak_mb()? - resting).max(0.0);
    figures.at_most(&format!("{what}: memory above resting"), "MB", &[above], 250.0);
    let begun = Instant::now();
    let again = bring(here, &file)?;
    if again["counts"]["skip"] != ROWS {
        return Err(format!("the same table twice is not nothing: {}", again["counts"]));
    }
    let what = format!("the same table again, beside {devices} assets: nothing to do");
    figures.at_most(&what, "s", &[begun.elapsed().as_secs_f64()], f64::INFINITY);
    Ok(())
}

fn bring(here: &Installation, file: &str) -> Result<Value, String> {
    let mut http = Http::to(here.address, &format!("Authorization: Bearer {}\r\n", here.token))?;
    let path = "/api/v1/imports?match=tag&make_catalog=true&make_employees=true";
    let answer = http.csv(path, file)?;
    if answer.status != 201 {
        return Err(format!("{path}: {} {}", answer.status, answer.body));
    }
    serde_json::from_str(&answer.body).map_err(|error| error.to_string())
}

/// What a company of some thousand people exports.
fn table() -> String {
    let mut file = String::from(
        "Asset Tag,Item name,Serial,Model,Manufacturer,Category,Status,Location,Purchase Date,\
         Purchase Cost,Order Number,Supplier,Warranty Months,Checked out to,Email,Notes,Rack\n",
    );
    for n in 0..ROWS {
        let (model, person) = (n % 40, n % 4_000);
        writeln!(
            file,
            "IMP-{n:05},Laptop {n},SYNIMP{n:06},Model {model},Maker {},Kind {},Ready to Deploy,\
             Site {},2026-0{}-1{},\"1,{:03}.50\",PO-{},Shop {},36,Person {person},\
             person{person}@example.com,brought in,R{}",
            model % 8,
            model % 5,
            n % 60,
            n % 9 + 1,
            n % 9,
            n % 1_000,
            n / 25,
            n % 6,
            n % 300,
        )
        .expect("writing to a String cannot fail");
    }
    file
}
