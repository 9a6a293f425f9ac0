//! `GET /devices`: a bare array, joined from rows written beforehand.

use std::cmp::Ordering;

use super::answer::{Answer, Query};
use super::fleet::{Device, User};
use super::row;
use super::tenant::World;

/// Kandji's hard maximum, and what it takes when none is named.
const LIMIT: usize = 300;

pub(super) fn list(world: &World, query: &Query) -> Answer {
    let (limit, offset) = match (query.number("limit", LIMIT), query.number("offset", 0)) {
        (Ok(limit), Ok(offset)) => (limit.min(LIMIT), offset),
        (Err(refused), _) | (_, Err(refused)) => return refused,
    };
    let page = |count: usize| offset.min(count)..offset.saturating_add(limit).min(count);
    let filtered = FILTERS.iter().any(|(key, _)| query.get(key).is_some());
    let ordering = query.get("ordering").unwrap_or("device_id");
    if !filtered && ordering == "device_id" {
        let count = world.devices.len();
        return array(world.devices[page(count)].iter(), count, limit, offset);
    }
    let mut found: Vec<&Device> =
        world.devices.iter().filter(|device| matches(world, device, query)).collect();
    found.sort_by(|a, b| compare(a, b, ordering));
    array(found[page(found.len())].iter().copied(), found.len(), limit, offset)
}

pub(super) fn one(world: &World, id: &str) -> Answer {
    match world.position(id) {
        Some(at) => Answer::text(200, world.devices[at].row.clone()),
        None => Answer::not_found(),
    }
}

fn array<'a>(
    rows: impl Iterator<Item = &'a Device>,
    count: usize,
    limit: usize,
    offset: usize,
) -> Answer {
    let mut body = String::with_capacity(LIMIT * 1_024);
    body.push('[');
    for (at, device) in rows.enumerate() {
        if at > 0 {
            body.push(',');
        }
        body.push_str(&device.row);
    }
    body.push(']');
    let link = if offset >= count && offset > 0 {
        format!(
            "<None>; rel=\"next\", <https://example.api.kandji.io/api/v1/devices?limit={limit}>; rel=\"prev\""
        )
    } else {
        "<None>; rel=\"next\", <None>; rel=\"prev\"".to_owned()
    };
    Answer::text(200, body)
        .with("x-total-count", &count)
        .with("x-total-pages", &count.div_ceil(limit.max(1)))
        .with("link", &link)
}

type Filter = fn(&Device, Option<&User>, &str) -> bool;

/// The documented filters; unknown parameters are ignored, as Kandji does.
static FILTERS: [(&str, Filter); 10] = [
    ("device_id", |device, _, text| device.device_id == text),
    ("device_name", |device, _, text| contains(&device.name, text)),
    // Partial on purpose: whoever asks for one serial gets every serial that holds it.
    ("serial_number", |device, _, text| contains(&device.serial, text)),
    ("asset_tag", |device, _, text| contains(&device.asset_tag, text)),
    ("blueprint_id", |device, _, text| row::blueprint_id(device.blueprint).contains(text)),
    ("platform", |device, _, text| device.platform() == text),
    ("user_email", |_, user, text| user.is_some_and(|user| contains(&user.email, text))),
    ("user_email_exact", |_, user, text| user.is_some_and(|user| user.email == text)),
    ("user_id", |_, user, text| user.is_some_and(|user| user.id == text)),
    ("tag_name", |device, _, text| device.tags.iter().any(|tag| tag == text)),
];

fn matches(world: &World, device: &Device, query: &Query) -> bool {
    let user = device.user.as_deref().and_then(|id| world.user(id));
    FILTERS.iter().all(|(key, filter)| query.get(key).is_none_or(|text| filter(device, user, text)))
}

fn contains(whole: &str, part: &str) -> bool {
    whole.to_lowercase().contains(&part.to_lowercase())
}

fn compare(a: &Device, b: &Device, ordering: &str) -> Ordering {
    let (key, descending) = match ordering.strip_prefix('-') {
        Some(key) => (key, true),
        None => (ordering, false),
    };
    let order = match key {
        "serial_number" => a.serial.cmp(&b.serial),
        "device_name" => a.name.cmp(&b.name),
        "asset_tag" => a.asset_tag.cmp(&b.asset_tag),
        "last_check_in" => a.last_check_in.cmp(&b.last_check_in),
        "model" => a.model().cmp(b.model()),
        "platform" => a.platform().cmp(b.platform()),
        _ => a.device_id.cmp(&b.device_id),
    };
    if descending { order.reverse() } else { order }
}
