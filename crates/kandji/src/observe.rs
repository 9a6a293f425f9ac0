//! Their words → ours: what was fetched becomes a survey. Pure, and it cannot fail: what is odd
//! becomes a note.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::{panic, thread};

use domain::{Email, Serial};
use reconcile::survey::{
    Awaiting, Clocks, Coverage, DeviceId, Note, Observation, PersonSeen, Platform, Survey, UserSeen,
};
use serde_json::Value;

use crate::endpoints::Walk;
use crate::fetch::Fetched;
use crate::properties::{self, Heard, Property, Sources, is_apple};
use crate::wire::{self, AdeDevice, AdeIntegration, Assigned, DeviceRow, Fields, User};

/// A fleet of more rows than this is read by several threads.
const ROWS_A_THREAD: usize = 2_500;
const THREADS: usize = 4;

/// Turns what was fetched into a survey, with these properties of each device, and with what `keep`
/// takes of each row. The parts of a row move on, so that a large fleet does not stand in memory
/// twice.
pub fn observe<K: Send>(
    mut fetched: Fetched,
    properties: &BTreeSet<String>,
    keep: impl Fn(&mut DeviceRow) -> Option<K> + Sync,
) -> (Survey, Vec<K>) {
    let awaiting = awaiting(&fetched);
    let rows = std::mem::take(&mut fetched.devices.rows);
    let fetched = &fetched;
    let around = Around::of(fetched);
    let wanted: Vec<&Property> =
        properties.iter().filter_map(|key| properties::find(key)).collect();
    let mut notes: Vec<Note> = fetched.devices.notes.iter().map(note).collect();
    let read = |rows: Vec<DeviceRow>| {
        let (mut notes, mut kept) = (Vec::new(), Vec::new());
        let observe = |mut row| {
            let told = told(&row, &around, &wanted);
            kept.extend(keep(&mut row));
            observation(row, told, &mut notes)
        };
        let observations: Vec<_> = rows.into_iter().map(observe).collect();
        (observations, notes, kept)
    };
    let mut observations = Vec::with_capacity(rows.len());
    let mut kept = Vec::new();
    let mut take_in = |(some, odd, keeps): (Vec<Observation>, Vec<Note>, Vec<K>)| {
        observations.extend(some);
        notes.extend(odd);
        kept.extend(keeps);
    };
    thread::scope(|scope| {
        let mut parts = parts(rows);
        let first = parts.remove(0);
        let others: Vec<_> = parts.into_iter().map(|part| scope.spawn(|| read(part))).collect();
        take_in(read(first));
        for other in others {
            take_in(other.join().unwrap_or_else(|bug| panic::resume_unwind(bug)));
        }
    });
    let survey = Survey {
        coverage: coverage(&fetched.devices),
        clocks: Clocks::Agree,
        observations,
        people: people(fetched, &mut notes),
        awaiting,
        notes,
    };
    (survey, kept)
}

/// The rows in their order, a part for each thread; at least one.
fn parts(mut rows: Vec<DeviceRow>) -> Vec<Vec<DeviceRow>> {
    let threads = rows.len().div_ceil(ROWS_A_THREAD).clamp(1, THREADS);
    let size = rows.len().div_ceil(threads).max(1);
    let mut parts = Vec::new();
    while rows.len() > size {
        parts.push(rows.split_off(rows.len() - size));
    }
    parts.push(rows);
    parts.reverse();
    parts
}

/// What else is known, by the keys a device finds it with.
struct Around<'a> {
    fetched: &'a Fetched,
    ade_by_device: HashMap<&'a str, &'a AdeDevice>,
    ade_by_serial: HashMap<String, &'a AdeDevice>,
    integrations: HashMap<&'a str, &'a AdeIntegration>,
    users: HashMap<&'a str, &'a User>,
    model_identifier: Option<&'static Property>,
    manufacturer: Option<&'static Property>,
}

impl<'a> Around<'a> {
    fn of(fetched: &'a Fetched) -> Around<'a> {
        let ade = || rows(fetched.ade.as_ref());
        let users = || rows(fetched.users.as_ref());
        let old = users().map(|user| (user.deprecated_id.as_str(), user));
        let new = users().map(|user| (user.id.as_str(), user));
        Around {
            fetched,
            ade_by_device: ade().map(|row| (row.device_id.as_str(), row)).collect(),
            ade_by_serial: ade().map(|row| (folded(&row.serial), row)).collect(),
            integrations: rows(fetched.integrations.as_ref())
                .map(|row| (row.id.as_str(), row))
                .collect(),
            users: old.chain(new).filter(|(id, _)| !id.is_empty()).collect(),
            model_identifier: properties::find("hardware_overview.model_identifier"),
            manufacturer: properties::find("manufacturer"),
        }
    }

    /// By device id; by serial where the listed record is of an enrollment before this one.
    fn ade(&self, row: &DeviceRow) -> Option<&'a AdeDevice> {
        if let Some(ade) = self.ade_by_device.get(row.device_id.as_str()) {
            return Some(ade);
        }
        let worth_a_look = is_apple(&row.platform) && !self.ade_by_serial.is_empty();
        if !worth_a_look || row.serial.is_empty() {
            return None;
        }
        self.ade_by_serial.get(&folded(&row.serial)).copied()
    }

    fn sources<'s>(
        &'s self,
        row: &'s DeviceRow,
        list: Option<&'s Fields<'s>>,
        details: Option<&'s Value>,
    ) -> Sources<'s> {
        let ade = self.ade(row);
        let prism = self.fetched.prism.iter();
        let prism = prism.map(|(&category, table)| (category, table.get(&row.device_id)));
        let integration = ade.and_then(|ade| self.integrations.get(ade.integration_id.as_str()));
        let user = match &row.user {
            Assigned::To(user) => self.users.get(user.id.as_str()).copied(),
            Assigned::Nobody | Assigned::Unreadable => None,
        };
        Sources {
            row,
            list,
            details,
            prism: prism.map(|(category, row)| (category, row.map(AsRef::as_ref))).collect(),
            ade: heard(ade, self.fetched.ade.as_ref()),
            // Which integration is only known from the device's own ADE row.
            integration: match (ade, self.fetched.integrations.as_ref()) {
                (None, _) => heard(None, self.fetched.ade.as_ref()),
                (Some(_), integrations) => heard(integration.copied(), integrations),
            },
            user: match row.user {
                Assigned::Unreadable => Heard::Unknown,
                Assigned::Nobody | Assigned::To(_) => heard(user, self.fetched.users.as_ref()),
            },
        }
    }
}

/// What is not on a list that was cut short may still exist.
fn heard<T, R>(found: Option<T>, list: Option<&Walk<R>>) -> Heard<T> {
    match found {
        Some(found) => Heard::Found(found),
        None if list.is_some_and(Walk::is_complete) => Heard::Absent,
        None => Heard::Unknown,
    }
}

/// What a row does not say by itself.
struct Told {
    model_identifier: Option<Box<str>>,
    manufacturer: Option<Box<str>>,
    ade: Option<Box<str>>,
    properties: BTreeMap<String, Value>,
}

fn told(row: &DeviceRow, around: &Around<'_>, wanted: &[&Property]) -> Told {
    let details = around.fetched.details.get(&row.device_id);
    let details: Option<Value> =
        details.and_then(|details| serde_json::from_str(details.document.get()).ok());
    let raw = row.raw.as_deref().filter(|_| wanted.iter().any(|p| p.needs_raw_row(row)));
    let list = raw.and_then(|raw| Fields::parse(raw.get()).ok());
    let sources = around.sources(row, list.as_ref(), details.as_ref());
    let read = |property: Option<&Property>| match property?.read(&sources)? {
        Value::String(text) => Some(text.into_boxed_str()),
        _ => None,
    };
    let values = wanted.iter().filter_map(|p| Some((p.key.to_owned(), p.read(&sources)?)));
    Told {
        model_identifier: read(around.model_identifier),
        manufacturer: read(around.manufacturer),
        ade: around.ade(row).and_then(|ade| filled(&ade.integration_id)),
        properties: values.collect(),
    }
}

fn observation(row: DeviceRow, told: Told, notes: &mut Vec<Note>) -> Observation {
    Observation {
        device_id: DeviceId::new(&row.device_id),
        serial: serial(&row.serial, &row.device_id, notes),
        filler: filled(&row.serial).filter(|text| Serial::is_placeholder(text)),
        name: moved(row.name),
        asset_tag: moved(row.asset_tag),
        model: moved(row.model),
        model_identifier: told.model_identifier,
        manufacturer: told.manufacturer,
        platform: Platform::from(row.platform),
        user: user(row.user, &row.device_id, notes),
        removed: row.removed,
        first_enrolled_at: row.first_enrollment,
        last_enrolled_at: row.last_enrollment,
        last_seen_at: row.last_check_in,
        ade: told.ade,
        properties: told.properties,
    }
}

fn user(user: Assigned, about: &str, notes: &mut Vec<Note>) -> Option<UserSeen> {
    match user {
        Assigned::Nobody => None,
        Assigned::To(user) => Some(UserSeen {
            email: email(&user.email, about, notes),
            id: moved(user.id),
            former_id: None,
            name: moved(user.name),
            archived: user.archived,
        }),
        // Somebody, nobody knows who: were it nobody, the asset would be checked in. A leaver
        // without any key is a stranger to every rule, and none of them makes an employee of one.
        Assigned::Unreadable => {
            Some(UserSeen { id: None, former_id: None, email: None, name: None, archived: true })
        }
    }
}

fn people(fetched: &Fetched, notes: &mut Vec<Note>) -> Vec<PersonSeen> {
    let users = rows(fetched.users.as_ref());
    users
        .map(|user| PersonSeen {
            user: UserSeen {
                id: filled(&user.id),
                former_id: filled(&user.deprecated_id),
                email: email(&user.email, &user.id, notes),
                name: filled(&user.name),
                archived: user.archived,
            },
            department: filled(&user.department),
            title: filled(&user.job_title),
        })
        .collect()
}

/// Listed by Apple, enrolled nowhere: not even under another record of the same serial.
fn awaiting(fetched: &Fetched) -> Vec<Awaiting> {
    if fetched.ade.is_none() {
        return Vec::new();
    }
    let enrolled: HashSet<String> =
        fetched.devices.rows.iter().map(|row| folded(&row.serial)).collect();
    let waiting = rows(fetched.ade.as_ref())
        .filter(|row| row.device_id.is_empty() && !enrolled.contains(&folded(&row.serial)));
    waiting
        .filter_map(|row| {
            let serial = Serial::parse(&row.serial).ok()?;
            Some(Awaiting {
                serial,
                ade: filled(&row.integration_id),
                model: filled(&row.model),
                asset_tag: filled(&row.asset_tag),
                platform: Platform::from(row.family.clone()),
            })
        })
        .collect()
}

fn coverage(devices: &Walk<DeviceRow>) -> Coverage {
    devices.shortfall().map_or(Coverage::Complete, Coverage::Partial)
}

fn serial(text: &str, about: &str, notes: &mut Vec<Note>) -> Option<Serial> {
    if text.is_empty() || Serial::is_placeholder(text) {
        return None;
    }
    let serial = Serial::parse(text);
    serial.map_err(|error| notes.push(odd(about, error.to_string()))).ok()
}

fn email(text: &str, about: &str, notes: &mut Vec<Note>) -> Option<Email> {
    if text.is_empty() {
        return None;
    }
    Email::parse(text).map_err(|error| notes.push(odd(about, error.to_string()))).ok()
}

fn note(note: &wire::Note) -> Note {
    let about = note.id.clone().unwrap_or_else(|| format!("row {}", note.row + 1));
    Note { about, reason: note.reason.clone() }
}

fn odd(about: &str, reason: String) -> Note {
    Note { about: about.to_owned(), reason }
}

fn rows<T>(list: Option<&Walk<T>>) -> std::slice::Iter<'_, T> {
    list.map_or(&[][..], |walk| &walk.rows).iter()
}

fn filled(text: &str) -> Option<Box<str>> {
    (!text.is_empty()).then(|| text.into())
}

/// The same of a text that nobody else needs.
fn moved(text: String) -> Option<Box<str>> {
    (!text.is_empty()).then(|| text.into_boxed_str())
}

fn folded(serial: &str) -> String {
    serial.trim().to_ascii_uppercase()
}
