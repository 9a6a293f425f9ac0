//! Pages under load: eight clients, each with its own connection and a mix of what people ask.

use std::time::Instant;

use super::figures::{Figures, percentile};
use super::http::Http;
use super::installation::Installation;

const CLIENTS: usize = 8;
const REQUESTS: usize = 250;

pub fn pages(here: &Installation, devices: usize, figures: &mut Figures) -> Result<(), String> {
    let cookie = here.sign_in()?;
    let mut http = Http::to(here.address, &cookie)?;
    let home = http.get("/")?;
    let home = home.headers.iter().find(|(name, _)| name == "location").map(|(_, to)| to.clone());
    let base = home.ok_or("the start page leads nowhere")?;
    let base = base.trim_end_matches('/').to_owned();

    let statuses = here.api("GET", "/statuses", &serde_json::Value::Null)?;
    let status = statuses["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let mut lists = Vec::new();
    for sort in
        ["tag", "name", "serial", "product", "status", "location", "custodian", "updated_at"]
    {
        for direction in ["", "-"] {
            for filter in
                [format!("status={status}"), "platform=Mac".into(), "platform=iPhone".into()]
            {
                lists.push(format!("{base}/assets?sort={direction}{sort}&{filter}"));
            }
        }
    }
    let p95 = load(here, &cookie, &lists)?;
    figures.at_most(
        &format!("asset list page, {devices} assets, p95 of 8 clients"),
        "ms",
        &[p95],
        10.0,
    );

    let page = here.api("GET", "/assets?limit=50&sort=-serial", &serde_json::Value::Null)?;
    let mut searches = Vec::new();
    for asset in page["items"].as_array().into_iter().flatten().take(20) {
        let serial = asset["serial"].as_str().unwrap_or_default();
        searches.push(format!("{base}/assets?q={serial}"));
        searches.push(format!("{base}/assets?q={}", &serial[serial.len().saturating_sub(5)..]));
        let who = asset["custodian"]["name"].as_str().unwrap_or("macbook").replace(' ', "+");
        searches.push(format!("{base}/assets?q={who}"));
    }
    searches.extend(["macbook", "iphone", "zzzzzz", "a"].map(|q| format!("{base}/assets?q={q}")));
    let p95 = load(here, &cookie, &searches)?;
    figures.at_most(&format!("search, {devices} assets, p95 of 8 clients"), "ms", &[p95], 25.0);
    let p95 = load(here, &cookie, &[base])?;
    figures.at_most(&format!("home page, {devices} assets, p95 of 8 clients"), "ms", &[p95], 50.0);
    Ok(())
}

/// The 95th percentile, in milliseconds, over all requests of all clients.
fn load(here: &Installation, cookie: &str, paths: &[String]) -> Result<f64, String> {
    let times = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || one_client(here, cookie, paths, client)))
            .collect();
        let done = clients.into_iter().map(|client| client.join().map_err(|_| "a client died"));
        done.collect::<Vec<_>>()
    });
    let mut all = Vec::new();
    for times in times {
        all.extend(times??);
    }
    Ok(percentile(&all, 95))
}

fn one_client(
    here: &Installation,
    cookie: &str,
    paths: &[String],
    client: usize,
) -> Result<Vec<f64>, String> {
    let mut http = Http::to(here.address, cookie)?;
    let mut times = Vec::with_capacity(REQUESTS);
    for n in 0..REQUESTS {
        let path = &paths[(n * CLIENTS + client) % paths.len()];
        let begun = Instant::now();
        let answer = http.get(path)?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        if answer.status != 200 {
            return Err(format!("{path}: {}", answer.status));
        }
    }
    Ok(times)
}
