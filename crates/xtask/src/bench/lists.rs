//! The list under every filter there is, each in every order: fleet and imported assets together, so
//! that every filter finds some. The slowest filters are told by name.

use std::time::Instant;

use serde_json::{Value, json};

use super::figures::{Figures, percentile};
use super::http::Http;
use super::installation::Installation;
use super::load;

/// Those that an index is in, then those that are remembered from one commit to the next.
const SORTS: [&str; 27] = [
    "tag",
    "name",
    "serial",
    "product",
    "status",
    "location",
    "custodian",
    "updated_at",
    "created_at",
    "manufacturer",
    "category",
    "department",
    "custodian_kind",
    "due_on",
    "purchased_on",
    "cost",
    "currency",
    "order_number",
    "supplier",
    "warranty_until",
    "notes",
    "archived_at",
    "fields.rack",
    "kandji.os_version",
    "kandji.last_check_in",
    "kandji.blueprint_name",
    "kandji.user.email",
];

pub fn lists(here: &Installation, devices: usize, figures: &mut Figures) -> Result<(), String> {
    let (cookie, base) = load::signed_in(here)?;
    let filters = filters(here)?;
    let mut http = Http::to(here.address, &cookie)?;
    let mut slow = Vec::new();
    let mut all = Vec::new();
    for filter in &filters {
        let mut longest = 0.0_f64;
        // The first asks for all; it is not counted here.
        http.get(&format!("{base}/assets?{filter}"))?;
        for sort in SORTS {
            for direction in ["", "-"] {
                let path = format!("{base}/assets?sort={direction}{sort}&{filter}");
                let begun = Instant::now();
                let answer = http.get(&path)?;
                longest = longest.max(begun.elapsed().as_secs_f64() * 1_000.0);
                if answer.status != 200 {
                    return Err(format!("{path}: {}", answer.status));
                }
                all.push(path);
            }
        }
        slow.push((longest, filter));
    }
    slow.sort_by(|a, b| b.0.total_cmp(&a.0));
    let slow: Vec<_> =
        slow.iter().take(5).map(|(ms, filter)| format!("{filter} {ms:.1} ms")).collect();
    eprintln!("  slowest filters, one client: {}", slow.join(", "));
    let times = load::times(here, &cookie, &all, load::REQUESTS)?;
    let what = format!("any filter in any order, beside {devices} assets, p95 of 8 clients");
    figures.at_most(&what, "ms", &[percentile(&times, 95)], 15.0);
    Ok(())
}

/// One of each field's, with what the imported table brought.
fn filters(here: &Installation) -> Result<Vec<String>, String> {
    let asset = here.api("GET", "/assets?tag=IMP-00123&limit=1", &Value::Null)?;
    let asset = &asset["items"][0];
    let of = |name: &str| {
        let within = if name == "supplier" { &asset["purchase"] } else { asset };
        within[name]["id"].as_str().unwrap_or_default().to_owned()
    };
    let makers = here.api("GET", "/manufacturers?limit=1", &Value::Null)?;
    let maker = makers["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let refers = ["status", "category", "product", "location", "supplier", "custodian"];
    let mut filters: Vec<String> =
        refers.iter().map(|name| format!("{name}={}", of(name))).collect();
    if let Some(unknown) = filters.iter().find(|filter| filter.ends_with('=')) {
        return Err(format!("{unknown}: the imported asset has none: {}", json!(asset)));
    }
    filters.push(format!("manufacturer={maker}"));
    filters.push(format!("location=in:{}", of("location")));
    let others = [
        "status=!{status}",
        "category=none",
        "department=none",
        "supplier=none",
        "held=no",
        "custodian=~person",
        "due_on=any",
        "tag=~imp-001",
        "name=~laptop 77",
        "serial=~synimp",
        "order_number=PO-12",
        "notes=~brought",
        "purchased_on=>2026-05-01",
        "cost=500..900",
        "warranty_until=<2029-03-01",
        "platform=Mac",
        "platform=iPhone,iPad",
        "platform=!Mac",
        "linked=no",
        "kandji.os_version=~15",
        "kandji.last_check_in=<today",
        "kandji.last_enrollment=>2020-01-01",
        "kandji.blueprint_name=~a",
        "kandji.mdm_enabled=!yes",
        "kandji.tags=none",
        "kandji.filevault.filevault_enabled=none",
        "currency=EUR",
        "created_at=today",
        "updated_at=last-7-days",
        "archived=any",
        "fields.rack=R17",
        "fields.rack=~r29",
    ];
    let said = |one: &str| one.replace(' ', "+").replace('<', "%3C").replace('>', "%3E");
    let others = others.map(|one| said(one).replace("{status}", &of("status")));
    filters.extend(others);
    Ok(filters)
}
