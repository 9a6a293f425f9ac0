//! `source says`: devices and people of the directory, in the words a survey has for them.

use std::collections::BTreeMap;

use domain::{Email, Serial, Timestamp};
use reconcile::survey::{
    Awaiting, Clocks, Coverage, DeviceId, Observation, PersonSeen, Platform, Survey, UserSeen,
};
use serde_json::Value;

use super::line::Line;
use super::stage::capital_of;

/// The head may say that the clocks are apart, or call the survey partial and say why.
pub fn survey(head: &mut Line, lines: impl Iterator<Item = Line>) -> Survey {
    let mut survey = Survey::default();
    if head.flag("clocks-apart") {
        survey.clocks = Clocks::Apart;
    }
    if head.flag("partial") {
        survey.coverage = Coverage::Partial(head.word());
    }
    for mut line in lines {
        if line.phrase("person") {
            survey.people.push(person(line));
        } else if line.phrase("awaiting") {
            survey.awaiting.push(awaiting(line));
        } else if !line.phrase("nothing") {
            survey.observations.push(device(line));
        }
    }
    survey
}

fn person(mut line: Line) -> PersonSeen {
    let archived = line.flag("archived");
    let email = line.word();
    let name = line.maybe_word().unwrap_or_else(|| capital_of(&email));
    let user = UserSeen {
        id: line.value("id").map(Into::into),
        former_id: line.value("was").map(Into::into),
        email: Email::parse(&email).ok(),
        name: Some(name.into()),
        archived,
    };
    let text = |line: &mut Line, key| line.value(key).map(Into::into);
    let person = PersonSeen {
        user,
        department: text(&mut line, "department"),
        title: text(&mut line, "title"),
    };
    line.done();
    person
}

/// `awaiting SYNMAC000009 ade=ADE-1 model="MacBook Air"`: listed by Apple, enrolled nowhere.
fn awaiting(mut line: Line) -> Awaiting {
    let waiting = Awaiting {
        serial: Serial::parse(&line.word()).unwrap(),
        ade: line.value("ade").map(Into::into),
        model: line.value("model").map(Into::into),
        asset_tag: line.value("tag").map(Into::into),
        platform: Platform::from(line.value("platform").unwrap_or_else(|| "Mac".into())),
    };
    line.done();
    waiting
}

fn device(mut line: Line) -> Observation {
    let device_id = DeviceId::new(&line.word());
    let text = |line: &mut Line, key: &str| line.value(key).map(Box::<str>::from);
    let day = |line: &mut Line, key: &str| line.value(key).map(|day| midnight(&day));
    let platform = line.value("platform").unwrap_or_else(|| "Mac".into());
    // As the connector reads it: blank or a maker's filler is none.
    let (filler, serial) = match line.value("serial") {
        Some(serial) if Serial::is_placeholder(&serial) => (Some(serial), None),
        serial => (None, serial.map(|serial| Serial::parse(&serial).unwrap())),
    };
    let mut device = Observation {
        device_id,
        serial,
        filler: filler.filter(|text| !text.is_empty()).map(Into::into),
        name: text(&mut line, "name"),
        asset_tag: text(&mut line, "tag"),
        model: text(&mut line, "model"),
        model_identifier: text(&mut line, "identifier"),
        manufacturer: text(&mut line, "maker"),
        platform: Platform::from(platform),
        user: user(&mut line),
        removed: line.flag("removed"),
        first_enrolled_at: day(&mut line, "first"),
        last_enrolled_at: day(&mut line, "last"),
        last_seen_at: day(&mut line, "seen"),
        ade: text(&mut line, "ade"),
        properties: BTreeMap::new(),
    };
    let properties = line.rest();
    line.done();
    // `os_version=` is what the source says is blank; a property left out is one it was not asked.
    let said = |text: String| if text.is_empty() { Value::Null } else { Value::from(text) };
    device.properties = properties.into_iter().map(|(k, v)| (k, said(v))).collect();
    let fixed = [
        ("device_id", Some(device.device_id.as_str())),
        ("serial_number", device.serial.as_ref().map(Serial::as_str)),
        ("device_name", device.name.as_deref()),
        ("asset_tag", device.asset_tag.as_deref()),
        ("model", device.model.as_deref()),
    ];
    let fixed = fixed.map(|(key, text)| (key.to_owned(), Value::from(text)));
    device.properties.extend(fixed.into_iter().filter(|(_, value)| !value.is_null()));
    device
}

/// `user=` is an e-mail address, `user_id=` and `user_name=` say more of the person.
fn user(line: &mut Line) -> Option<UserSeen> {
    let email = line.value("user");
    let id = line.value("user_id");
    let name = line.value("user_name").or_else(|| email.as_deref().map(capital_of));
    let archived = line.flag("user_archived");
    (email.is_some() || id.is_some() || name.is_some()).then(|| UserSeen {
        id: id.map(Into::into),
        former_id: None,
        email: email.map(|email| Email::parse(&email).unwrap()),
        name: name.map(Into::into),
        archived,
    })
}

fn midnight(day: &str) -> Timestamp {
    format!("{day}T00:00:00Z").parse().expect("a day reads 2026-03-01")
}
