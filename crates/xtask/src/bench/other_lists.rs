//! Every list but that of assets: employees under each of their filters in each order, the catalog in
//! every order, activity under its filters, and what stands beside a source.

use std::time::Instant;

use serde_json::Value;

use super::figures::{Figures, percentile};
use super::http::Http;
use super::installation::Installation;
use super::load;

/// Lists that are put in order, with the words of their columns.
const ORDERED: [(&str, &[&str]); 8] = [
    ("products", &["name", "manufacturer", "category", "identifiers", "assets"]),
    ("statuses", &["order", "name", "kind", "assets"]),
    ("locations", &["path", "assets", "assets_with_inside"]),
    ("categories", &["name", "assets"]),
    ("manufacturers", &["name", "assets"]),
    ("suppliers", &["name", "assets"]),
    ("departments", &["name", "employees"]),
    ("settings/users", &["name", "email", "role", "employee", "last_seen_at"]),
];

const EMPLOYEES: [&str; 9] = [
    "name",
    "email",
    "title",
    "department",
    "location",
    "manager",
    "starts_on",
    "ends_on",
    "holds",
];

const OF_EMPLOYEES: [&str; 15] = [
    "",
    "q=person12",
    "department=none",
    "location=none",
    "manager=none",
    "manager=~a",
    "leaver=yes",
    "holding=yes",
    "holding=no",
    "starts_on=none",
    "ends_on=last-30-days",
    "name=~person",
    "email=~example",
    "title=~manager",
    "updated_at=today",
];

const OF_ACTIVITY: [&str; 11] = [
    "",
    "by=user",
    "by=run",
    "by=token",
    "by=import",
    "what=asset",
    "what=employee",
    "action=checked_out",
    "action=created",
    "field=status",
    "when=today",
];

pub fn other_lists(
    here: &Installation,
    devices: usize,
    figures: &mut Figures,
) -> Result<(), String> {
    let (cookie, base) = load::signed_in(here)?;
    let mut http = Http::to(here.address, &cookie)?;
    let paths: Vec<String> =
        addresses(here)?.into_iter().map(|path| format!("{base}/{path}")).collect();
    let mut slow = Vec::new();
    for path in &paths {
        // The first is what a commit makes the next one do; it is told and not counted.
        for told in ["first", "then"] {
            let begun = Instant::now();
            let answer = http.get(path)?;
            let ms = begun.elapsed().as_secs_f64() * 1_000.0;
            if answer.status != 200 {
                return Err(format!("{path}: {}", answer.status));
            }
            slow.push((ms, told, path));
        }
    }
    slow.sort_by(|a, b| b.0.total_cmp(&a.0));
    for told in ["first", "then"] {
        let of = slow.iter().filter(|(_, when, _)| *when == told).take(4);
        let of: Vec<_> = of.map(|(ms, _, path)| format!("{path} {ms:.1} ms")).collect();
        eprintln!("  slowest of the other lists, {told}: {}", of.join(", "));
    }
    let times = load::times(here, &cookie, &paths, load::REQUESTS)?;
    let what = format!("every other list, any filter and order, beside {devices} assets, p95");
    figures.at_most(&what, "ms", &[percentile(&times, 95)], 15.0);
    Ok(())
}

fn addresses(here: &Installation) -> Result<Vec<String>, String> {
    let runs = here.api("GET", &format!("/sources/{}/runs", here.source()), &Value::Null)?;
    let run = runs["items"][0]["id"].as_str().ok_or("a source without runs")?.to_owned();
    let mut paths = Vec::new();
    for direction in ["", "-"] {
        for (list, words) in ORDERED {
            paths.extend(words.iter().map(|word| format!("{list}?sort={direction}{word}")));
        }
        for word in EMPLOYEES {
            let filtered = |filter: &&str| format!("employees?sort={direction}{word}&{filter}");
            paths.extend(OF_EMPLOYEES.iter().map(filtered));
        }
    }
    paths.extend(OF_ACTIVITY.iter().map(|filter| format!("activity?{filter}")));
    paths.extend(["conflicts", "alerts", "bulks", "imports", "reports"].map(String::from));
    paths.push(format!("sources/{}/runs", here.source()));
    paths.push(format!("sources/{}/devices", here.source()));
    paths.push(format!("runs/{run}"));
    Ok(paths)
}
