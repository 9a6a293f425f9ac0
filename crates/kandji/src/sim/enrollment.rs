//! Automated Device Enrollment as the simulated tenant shows it: two tokens, one of them broken.

use serde_json::{Value, json};

use super::answer::{Answer, Query};
use super::catalog::{BLUEPRINTS, Model};
use super::fleet::Device;
use super::row::blueprint_id;
use super::tenant::World;
use super::when;

const PAGE: usize = 300;

/// The web console's host: what `next` points to, and where no token must ever go.
pub(super) const WEB: &str = "https://example.kandji.io/api/v1";

const SERVERS: [&str; 2] = ["example.kandji.io", "example-lab"];

/// The id of ADE integration `n`.
pub(super) fn integration_id(n: usize) -> String {
    format!("ade00000-0000-4000-8000-{:012}", n + 1)
}

pub(super) fn integrations(world: &World) -> Answer {
    let results: Vec<Value> = (0..SERVERS.len()).map(|n| token(world, n)).collect();
    let count = results.len();
    Answer::json(&json!({ "count": count, "next": null, "previous": null, "results": results }))
}

pub(super) fn integration(world: &World, id: &str) -> Answer {
    match (0..SERVERS.len()).find(|&n| integration_id(n) == id) {
        Some(n) => Answer::json(&token(world, n)),
        None => Answer::not_found(),
    }
}

/// The devices of all tokens, or of one, 300 a page.
pub(super) fn devices(world: &World, token: Option<&str>, query: &Query) -> Answer {
    let page = match query.number("page", 1) {
        Ok(page) => page,
        Err(refused) => return refused,
    };
    let wanted = |ade: usize| token.is_none_or(|id| integration_id(ade) == id);
    let listed = || world.derived().listed.iter().map(|&at| &world.devices[at]);
    let enrolled = || listed().filter(|device| token.is_none() || device.ade.is_some_and(wanted));
    let waiting = || world.awaiting.iter().filter(|waiting| wanted(waiting.ade));
    let enrolled_count =
        if token.is_none() { world.derived().listed.len() } else { enrolled().count() };
    let count = enrolled_count + waiting().count();
    let start = page.saturating_sub(1).saturating_mul(PAGE);
    if page == 0 || (start >= count && page > 1) {
        return Answer::detail(404, "Invalid page.");
    }
    let rows = enrolled()
        .map(|device| (Some(device), device.serial.as_str(), device.ade.unwrap_or(0), device.model))
        .chain(waiting().map(|w| (None, w.serial.as_str(), w.ade, w.model)));
    let results: Vec<Value> = rows
        .enumerate()
        .skip(start)
        .take(PAGE)
        .map(|(at, (device, serial, ade, model))| row(world, at, device, (serial, ade, model)))
        .collect();
    let folder = token.map(|id| format!("/{id}")).unwrap_or_default();
    let at = |page: usize| format!("{WEB}/integrations/apple/ade{folder}/devices/?page={page}");
    let next = (start + PAGE < count).then(|| at(page + 1));
    let previous = (page > 1).then(|| at(page - 1));
    Answer::json(&json!({ "count": count, "next": next, "previous": previous, "results": results }))
}

fn row(
    world: &World,
    at: usize,
    device: Option<&Device>,
    (serial, ade, model): (&str, usize, &Model),
) -> Value {
    let id = format!("add00000-0000-4000-8000-{at:012}");
    let enrolled_at = device.map_or(world.now, |device| device.first_enrollment);
    let routed = at % 3 == 1;
    let blueprint = device.filter(|_| !routed).map(|device| blueprint_id(device.blueprint));
    let mdm_device = device.map(|device| {
        json!({
            "id": device.device_id,
            "enrolled_at": when::zulu(device.last_enrollment),
            "name": device.name,
            "enrollment_status": if at.is_multiple_of(2) { 3 } else { 4 },
            "deferred_install": false,
            "is_missing": device.missing,
            "is_removed": device.removed,
        })
    });
    json!({
        "blueprint_id": blueprint,
        "mdm_device": mdm_device,
        "user_id": device.and_then(|device| device.user.clone()),
        "tags": device.map(|device| device.tags.clone()).unwrap_or_default(),
        "dep_account": { "id": integration_id(ade), "server_name": SERVERS[ade] },
        "asset_tag": device.map(|device| device.asset_tag.as_str()),
        "color": "SPACE GRAY",
        "description": format!("{} SPG/{}GB/{}GB-DEU", model.generic.to_uppercase(), model.memory_gb, model.storage_gb),
        "device_assigned_by": "abm-admin@example.com",
        "device_assigned_date": when::whole(enrolled_at),
        "device_family": model.platform,
        "model": model.generic,
        "os": os(model.platform),
        "profile_assign_time": when::whole(enrolled_at),
        "profile_push_time": device.map(|device| when::whole(device.last_enrollment)),
        "profile_status": if device.is_some() { "pushed" } else { "assigned" },
        "serial_number": serial,
        "id": id,
        "last_assignment_status": "SUCCESS",
        "failed_assignment_attempts": 0,
        "assignment_status_received_at": when::zulu(enrolled_at),
        "use_blueprint_routing": routed,
    })
}

fn os(platform: &str) -> &'static str {
    match platform {
        "Mac" => "OSX",
        "iPad" => "iPadOS",
        "AppleTV" => "tvOS",
        _ => "iOS",
    }
}

fn token(world: &World, n: usize) -> Value {
    let broken = n == 1;
    let expiry = world.ade_expiry[n];
    let listed = world.devices.iter().filter(|device| device.ade == Some(n)).count()
        + world.awaiting.iter().filter(|waiting| waiting.ade == n).count();
    json!({
        "id": integration_id(n),
        "blueprint": if broken { Value::Null } else {
            json!({ "id": blueprint_id(0), "name": BLUEPRINTS[0], "icon": "ss-files", "color": "aqua-800" })
        },
        "access_token_expiry": when::zulu(expiry),
        "server_name": SERVERS[n],
        "server_uuid": format!("00000000-0000-4000-8000-0000000005e{}", n + 1),
        "admin_id": "abm-admin@example.com",
        "org_name": "Example GmbH",
        "org_email": "it@example.com",
        "org_phone": "+15550100",
        "org_address": "1 Example Street, Example City",
        "org_type": "org",
        "stoken_file_name": "example_Token_2026-03-11T04-41-43Z_smime.p7m",
        "last_device_sync": if broken { Value::Null } else { json!(when::zulu(world.now)) },
        "defaults": { "email": "it@example.com", "phone": "+15550100" },
        "days_left": expiry.duration_since(world.now).as_hours().div_euclid(24),
        "status": if broken { "BROKEN" } else { "SUCCESS" },
        "status_reason": if broken { json!("FORBIDDEN") } else { Value::Null },
        "status_received_at": when::zulu(world.now),
        "device_counts": { "total": listed },
        "use_blueprint_routing": broken,
    })
}
