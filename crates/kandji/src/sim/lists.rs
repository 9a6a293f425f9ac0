//! The tenant's smaller lists: people, blueprints, tags, licensing.

use serde_json::{Value, json};

use super::answer::{Answer, Query};
use super::catalog::{BLUEPRINTS, TAGS};
use super::enrollment::WEB;
use super::fleet::User;
use super::row::blueprint_id;
use super::tenant::World;
use super::when;

const PAGE: usize = 300;

/// People, paged by a cursor that must be escaped to survive; `next` points to the web console.
pub(super) fn users(world: &World, query: &Query) -> Answer {
    let limit = query.number("limit", PAGE).unwrap_or(PAGE).clamp(1, PAGE);
    let Some(start) = from_cursor(query) else { return Answer::detail(400, "Invalid cursor") };
    let kept = |user: &&User| {
        let archived = query.get("archived").is_none_or(|text| text == user.archived.to_string());
        archived && query.get("email").is_none_or(|text| user.email.contains(text))
    };
    let all = world.users.iter().filter(kept);
    let held = &world.derived().held;
    let mut page = all.skip(start).peekable();
    let results: Vec<Value> = page
        .by_ref()
        .take(limit)
        .map(|user| person(user, held.get(&user.id).copied().unwrap_or(0)))
        .collect();
    let at = |start: usize| format!("{WEB}/users?cursor={}&limit={limit}", escaped(&cursor(start)));
    let next = page.peek().is_some().then(|| at(start + limit));
    let previous = (start > 0).then(|| at(start.saturating_sub(limit)));
    Answer::json(&json!({ "next": next, "previous": previous, "results": results }))
}

fn person(user: &User, device_count: usize) -> Value {
    let text = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    let mut person = json!({
        "active": !user.archived,
        "archived": user.archived,
        "created_at": when::zulu(user.created_at),
        "department": text(&user.department),
        "deprecated_user_id": (1_000 + user.ordinal).to_string(),
        "email": user.email,
        "id": user.id,
        "job_title": text(&user.job_title),
        "name": user.name,
        "device_count": device_count,
        "updated_at": when::zulu(user.created_at),
    });
    // Some people come without the integration, as in the recorded answers.
    if !user.ordinal.is_multiple_of(10) {
        person["integration"] = json!({
            "id": 634,
            "name": "Example Entra ID",
            "uuid": "11000000-0000-4000-8000-000000000001",
            "type": "office365",
        });
    }
    person
}

pub(super) fn blueprints(world: &World, query: &Query) -> Answer {
    let limit = query.number("limit", PAGE).unwrap_or(PAGE).clamp(1, PAGE);
    let offset = query.number("offset", 0).unwrap_or(0);
    let count = BLUEPRINTS.len();
    let results: Vec<Value> = (offset..count).take(limit).map(|n| blueprint(world, n)).collect();
    let next = (offset + limit < count)
        .then(|| format!("{WEB}/blueprints?limit={limit}&offset={}", offset + limit));
    Answer::json(&json!({ "count": count, "next": next, "previous": null, "results": results }))
}

fn blueprint(world: &World, n: usize) -> Value {
    json!({
        "id": blueprint_id(n),
        "name": BLUEPRINTS[n],
        "icon": "ss-files",
        "color": "aqua-800",
        "description": "",
        "params": {},
        "computers_count": world.devices.iter().filter(|device| device.blueprint == n).count(),
        "enrollment_code": { "code": format!("{:06}", n + 1), "is_active": n == 0 },
        "type": if n.is_multiple_of(2) { "classic" } else { "map" },
    })
}

pub(super) fn tags() -> Answer {
    let tag = |(n, name): (usize, &&str)| json!({ "id": format!("70000000-0000-4000-8000-{:012}", n + 1), "name": name });
    let results: Vec<Value> = TAGS.iter().enumerate().map(tag).collect();
    let count = results.len();
    Answer::json(&json!({ "count": count, "next": null, "previous": null, "results": results }))
}

pub(super) fn licensing(world: &World) -> Answer {
    let count = |platform: &str| world.devices.iter().filter(|d| d.platform() == platform).count();
    Answer::json(&json!({
        "counts": {
            "computers_count": world.devices.len(),
            "ios_count": count("iPhone"),
            "ipados_count": count("iPad"),
            "macos_count": count("Mac"),
            "tvos_count": count("AppleTV"),
        },
        "limits": {
            "plan_type": "single_limit",
            "max_devices": 200_000,
            "max_devices_per_platform": { "macos": 0, "ios_ipados": 0 },
        },
        "tenantOverLicenseLimit": false,
    }))
}

/// An opaque cursor with characters that an address must escape.
pub(super) fn cursor(start: usize) -> String {
    format!("cj0x+cD/{start}==")
}

/// Where a request's cursor points to; 0 without one, `None` for one we never gave.
pub(super) fn from_cursor(query: &Query) -> Option<usize> {
    let Some(text) = query.get("cursor") else { return Some(0) };
    text.strip_prefix("cj0x+cD/")?.strip_suffix("==")?.parse().ok()
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
