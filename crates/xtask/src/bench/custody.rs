//! Check-outs over the API, every commit durable, as a ratio to what the disk itself can make
//! durable in the same run; then the page of the asset with the longest history.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::figures::{Figures, percentile};
use super::http::Http;
use super::installation::Installation;

const CLIENTS: usize = 8;
/// How long each rate is taken.
const SPAN: Duration = Duration::from_secs(3);
/// Check-outs and check-ins of one asset.
const EVENTS: usize = 200;

pub fn custody(here: &Installation, devices: usize, figures: &mut Figures) -> Result<(), String> {
    let page = here.api("GET", "/assets?limit=200&sort=tag", &Value::Null)?;
    let assets = ids(&page);
    let employee = ids(&here.api("GET", "/employees?limit=1", &Value::Null)?);
    let employee = employee.first().ok_or("there is nobody to check out to")?;
    let disk = syncs_a_second(here)?;
    figures.at_most("what this disk makes durable a second", "", &[disk], f64::INFINITY);
    for (clients, least) in [(1, 0.5), (CLIENTS, 2.0)] {
        for asset in &assets {
            // Most have somebody; where nobody has it this is refused, and that is that.
            drop(post(here, asset, "checkin", "{}"));
        }
        let rate = rate(here, &assets, employee, clients)?;
        let what = format!("check-outs a second over the disk's own, {clients} at a time");
        figures.at_least(&format!("{what}, {devices} assets"), "×", rate / disk, least);
    }
    history(here, &assets[0], employee, devices, figures)
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().into_iter().flatten();
    items.filter_map(|item| item["id"].as_str().map(str::to_owned)).collect()
}

/// One page of a database appended and made durable, again and again, beside the server's own file.
fn syncs_a_second(here: &Installation) -> Result<f64, String> {
    let path = here.folder().join("syncs");
    let told = |error: std::io::Error| error.to_string();
    let mut file = std::fs::File::create(path).map_err(told)?;
    let begun = Instant::now();
    let mut syncs = 0.0;
    while begun.elapsed() < SPAN {
        file.write_all(&[7; 4_096]).map_err(told)?;
        file.sync_data().map_err(told)?;
        syncs += 1.0;
    }
    Ok(syncs / begun.elapsed().as_secs_f64())
}

/// Custody changes a second: each client checks its own assets out and in again.
fn rate(
    here: &Installation,
    assets: &[String],
    employee: &str,
    clients: usize,
) -> Result<f64, String> {
    let out = json!({"to": {"kind": "employee", "id": employee}}).to_string();
    let begun = Instant::now();
    let done = std::thread::scope(|scope| {
        let working: Vec<_> = (0..clients)
            .map(|client| {
                let out = &out;
                let mine: Vec<_> = assets.iter().skip(client).step_by(clients).collect();
                scope.spawn(move || one_client(here, &mine, out, begun))
            })
            .collect();
        let done = working.into_iter().map(|one| one.join().map_err(|_| "a client died"));
        done.collect::<Vec<_>>()
    });
    let mut all = 0.0;
    for one in done {
        all += one??;
    }
    Ok(all / begun.elapsed().as_secs_f64())
}

fn one_client(
    here: &Installation,
    assets: &[&String],
    out: &str,
    begun: Instant,
) -> Result<f64, String> {
    let mut http = Http::to(here.address, &bearer(here))?;
    let mut done = 0.0;
    for (verb, body) in [("checkout", out), ("checkin", "{}")].into_iter().cycle() {
        for asset in assets {
            if begun.elapsed() > SPAN {
                return Ok(done);
            }
            let path = format!("/api/v1/assets/{asset}/{verb}");
            let answer = http.json("POST", &path, body)?;
            if answer.status >= 400 {
                return Err(format!("{path}: {} {}", answer.status, answer.body));
            }
            done += 1.0;
        }
    }
    Ok(done)
}

/// An asset that changed hands two hundred times, looked at one visit after the other.
fn history(
    here: &Installation,
    asset: &str,
    employee: &str,
    devices: usize,
    figures: &mut Figures,
) -> Result<(), String> {
    drop(post(here, asset, "checkin", "{}"));
    let out = json!({"to": {"kind": "employee", "id": employee}}).to_string();
    for (verb, body) in [("checkout", &*out), ("checkin", "{}")].into_iter().cycle().take(EVENTS) {
        post(here, asset, verb, body)?;
    }
    let cookie = here.sign_in()?;
    let mut http = Http::to(here.address, &cookie)?;
    let mut path = format!("/a/{asset}");
    for _ in 0..3 {
        let answer = http.get(&path)?;
        let Some((_, to)) = answer.headers.iter().find(|(name, _)| name == "location") else {
            break;
        };
        path.clone_from(to);
    }
    let mut times = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        let answer = http.get(&path)?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        if answer.status != 200 {
            return Err(format!("{path}: {}", answer.status));
        }
    }
    let what = format!("asset page with {EVENTS} events, {devices} assets, p95");
    figures.at_most(&what, "ms", &[percentile(&times, 95)], 10.0);
    Ok(())
}

fn post(here: &Installation, asset: &str, verb: &str, body: &str) -> Result<(), String> {
    let path = format!("/api/v1/assets/{asset}/{verb}");
    let answer = Http::to(here.address, &bearer(here))?.json("POST", &path, body)?;
    if answer.status >= 400 {
        return Err(format!("{path}: {} {}", answer.status, answer.body));
    }
    Ok(())
}

fn bearer(here: &Installation) -> String {
    format!("Authorization: Bearer {}\r\n", here.token)
}
