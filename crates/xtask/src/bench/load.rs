//! Pages under load: eight clients, each with its own connection and a mix of what people ask.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};

use super::figures::{Figures, percentile};
use super::http::Http;
use super::installation::Installation;

const CLIENTS: usize = 8;
pub const REQUESTS: usize = 250;
/// A figure that is told and not held to anything.
const INF: f64 = f64::INFINITY;

pub fn pages(here: &Installation, devices: usize, figures: &mut Figures) -> Result<(), String> {
    let (cookie, base) = signed_in(here)?;
    let statuses = here.api("GET", "/statuses", &Value::Null)?;
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

    let floor = load(here, &cookie, &["/readyz".to_owned()])?;
    figures.ratio(&format!("asset list over the least answer, {devices}"), p95 / floor, INF);

    let assets = here.api("GET", "/assets?limit=200&sort=-serial", &Value::Null)?;
    let assets = assets["items"].as_array().cloned().unwrap_or_default();
    let p95 = load(here, &cookie, &searches(&base, &assets))?;
    figures.at_most(&format!("search, {devices} assets, p95 of 8 clients"), "ms", &[p95], 25.0);
    let texts = typed(&base, &assets);
    let p95 = load_with(here, &cookie, &texts, REQUESTS.min(texts.len() / CLIENTS))?;
    let what = format!("search as one types, each text once, {devices} assets, p95 of 8 clients");
    figures.at_most(&what, "ms", &[p95], 25.0);
    home_page(here, &cookie, &base, devices, figures)
}

/// A session, and where the tenant's pages begin.
pub fn signed_in(here: &Installation) -> Result<(String, String), String> {
    let cookie = here.sign_in()?;
    let home = Http::to(here.address, &cookie)?.get("/")?;
    let home = home.headers.iter().find(|(name, _)| name == "location").map(|(_, to)| to.clone());
    let base = home.ok_or("the start page leads nowhere")?;
    Ok((cookie, base.trim_end_matches('/').to_owned()))
}

/// Serials, ends of serials, people, common words, a word nobody has, a single letter.
fn searches(base: &str, assets: &[Value]) -> Vec<String> {
    let mut searches = Vec::new();
    for asset in assets.iter().take(20) {
        let serial = asset["serial"].as_str().unwrap_or_default();
        searches.push(format!("{base}/assets?q={serial}"));
        searches.push(format!("{base}/assets?q={}", &serial[serial.len().saturating_sub(5)..]));
        let who = asset["custodian"]["name"].as_str().unwrap_or("macbook").replace(' ', "+");
        searches.push(format!("{base}/assets?q={who}"));
    }
    searches.extend(["macbook", "iphone", "zzzzzz", "a"].map(|q| format!("{base}/assets?q={q}")));
    searches
}

/// Names of people and serials, letter by letter as they grow in a search box; none twice, so that
/// nothing is answered from memory.
fn typed(base: &str, assets: &[Value]) -> Vec<String> {
    let mut texts = BTreeSet::new();
    for asset in assets {
        for text in [&asset["serial"], &asset["custodian"]["name"]] {
            let text = text.as_str().unwrap_or_default();
            let ends = text.char_indices().skip(3).map(|(at, _)| at).chain([text.len()]);
            texts.extend(ends.map(|end| text[..end].to_lowercase().replace(' ', "+")));
        }
    }
    texts.into_iter().map(|text| format!("{base}/assets?q={text}")).collect()
}

/// As it is, and first thing after a change, when every count is taken anew.
fn home_page(
    here: &Installation,
    cookie: &str,
    base: &str,
    devices: usize,
    figures: &mut Figures,
) -> Result<(), String> {
    let p95 = load(here, cookie, &[base.to_owned()])?;
    figures.at_most(&format!("home page, {devices} assets, p95 of 8 clients"), "ms", &[p95], 50.0);
    let mut http = Http::to(here.address, cookie)?;
    let mut times = Vec::new();
    for n in 0..20 {
        here.api("POST", "/locations", &json!({"name": format!("Shelf {n}")}))?;
        let begun = Instant::now();
        http.get(base)?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    let what = format!("home page, {devices} assets, first visit after a change");
    figures.at_most(&what, "ms", &times, 50.0);
    Ok(())
}

/// The 95th percentile, in milliseconds, over all requests of all clients.
fn load(here: &Installation, cookie: &str, paths: &[String]) -> Result<f64, String> {
    load_with(here, cookie, paths, REQUESTS)
}

fn load_with(
    here: &Installation,
    cookie: &str,
    paths: &[String],
    requests: usize,
) -> Result<f64, String> {
    Ok(percentile(&times(here, cookie, paths, requests)?, 95))
}

/// Milliseconds of every request of eight clients, each with so many of them.
pub fn times(
    here: &Installation,
    cookie: &str,
    paths: &[String],
    requests: usize,
) -> Result<Vec<f64>, String> {
    let times = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || one_client(here, cookie, paths, client, requests)))
            .collect();
        let done = clients.into_iter().map(|client| client.join().map_err(|_| "a client died"));
        done.collect::<Vec<_>>()
    });
    let mut all = Vec::new();
    for times in times {
        all.extend(times??);
    }
    Ok(all)
}

fn one_client(
    here: &Installation,
    cookie: &str,
    paths: &[String],
    client: usize,
    requests: usize,
) -> Result<Vec<f64>, String> {
    let mut http = Http::to(here.address, cookie)?;
    let mut times = Vec::with_capacity(requests);
    for n in 0..requests {
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
