//! What a run saw: one [`Survey`], one [`Observation`] a device, in our words.

use std::collections::BTreeMap;
use std::fmt;

use domain::{Email, Serial, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// All that a run saw.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    pub coverage: Coverage,
    pub clocks: Clocks,
    pub observations: Vec<Observation>,
    /// The source's directory, when it was asked for.
    pub people: Vec<PersonSeen>,
    /// Devices known to automated enrollment that never enrolled, when asked for.
    pub awaiting: Vec<Awaiting>,
    /// Rows that could not be read, and values that were cut, each with its reason.
    pub notes: Vec<Note>,
}

/// Whether we saw all of it. Only a complete survey may take anything away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "coverage", content = "why", rename_all = "snake_case")]
pub enum Coverage {
    #[default]
    Complete,
    Partial(String),
}

/// Whether the source takes the same time for now. Where it does not, nobody knows how long a device
/// has been absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clocks {
    /// As far as anyone can tell.
    #[default]
    Agree,
    Apart,
}

/// Something odd that did not stop the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The device's id or serial, or where the row stood ("row 17").
    pub about: String,
    pub reason: String,
}

/// The source's id for a device: opaque text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub Box<str>);

impl DeviceId {
    pub fn new(text: &str) -> Self {
        DeviceId(text.into())
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Stands for a device that has not enrolled: it has no id yet, only a serial.
    pub fn awaiting(serial: &Serial) -> Self {
        DeviceId(format!("{AWAITING}{}", serial.key()).into())
    }
    pub fn is_awaiting(&self) -> bool {
        self.0.starts_with(AWAITING)
    }
}

/// No source's own id begins so.
const AWAITING: &str = "ade:";

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What runs on it, as the source says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Platform {
    Mac,
    IPhone,
    IPad,
    AppleTv,
    Vision,
    Windows,
    Android,
    /// One this version does not know; kept as sent.
    Other(Box<str>),
}

impl Platform {
    pub const KNOWN: [&str; 7] =
        ["Mac", "iPhone", "iPad", "AppleTV", "Vision", "Windows", "Android"];

    pub fn as_str(&self) -> &str {
        match self {
            Platform::Mac => "Mac",
            Platform::IPhone => "iPhone",
            Platform::IPad => "iPad",
            Platform::AppleTv => "AppleTV",
            Platform::Vision => "Vision",
            Platform::Windows => "Windows",
            Platform::Android => "Android",
            Platform::Other(text) => text,
        }
    }

    /// Apple's own; their maker is known without being told.
    pub fn is_apple(&self) -> bool {
        match self {
            Platform::Mac
            | Platform::IPhone
            | Platform::IPad
            | Platform::AppleTv
            | Platform::Vision => true,
            Platform::Windows | Platform::Android | Platform::Other(_) => false,
        }
    }
}

impl From<String> for Platform {
    fn from(text: String) -> Self {
        match text.as_str() {
            "Mac" => Platform::Mac,
            "iPhone" => Platform::IPhone,
            "iPad" => Platform::IPad,
            "AppleTV" => Platform::AppleTv,
            "Vision" => Platform::Vision,
            "Windows" => Platform::Windows,
            "Android" => Platform::Android,
            _ => Platform::Other(text.into()),
        }
    }
}

impl From<Platform> for String {
    fn from(platform: Platform) -> String {
        platform.as_str().to_owned()
    }
}

/// One device as the source described it this time.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    pub device_id: DeviceId,
    /// `None` when blank or a maker's filler.
    pub serial: Option<Serial>,
    /// The maker's filler that was sent in place of a serial; it names no machine.
    pub filler: Option<Box<str>>,
    pub name: Option<Box<str>>,
    /// The source's own asset tag.
    pub asset_tag: Option<Box<str>>,
    /// The marketing name, such as "Mac mini (M2, 2023)".
    pub model: Option<Box<str>>,
    /// `Mac14,5`, where something other than the list told us.
    pub model_identifier: Option<Box<str>>,
    /// `None` where the source does not say; Apple's platforms always have "Apple".
    pub manufacturer: Option<Box<str>>,
    pub platform: Platform,
    pub user: Option<UserSeen>,
    /// The source says it is gone; believed at once.
    pub removed: bool,
    pub first_enrolled_at: Option<Timestamp>,
    pub last_enrolled_at: Option<Timestamp>,
    pub last_seen_at: Option<Timestamp>,
    /// The automated-enrollment configuration it belongs to.
    pub ade: Option<Box<str>>,
    /// Only the properties that `name_from` or a field mapping reads, typed.
    pub properties: BTreeMap<String, Value>,
}

/// The person a device is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSeen {
    pub id: Option<Box<str>>,
    /// The id the source had for them before, where it says so.
    pub former_id: Option<Box<str>>,
    pub email: Option<Email>,
    pub name: Option<Box<str>>,
    pub archived: bool,
}

/// One person of the source's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSeen {
    pub user: UserSeen,
    pub department: Option<Box<str>>,
    pub title: Option<Box<str>>,
}

/// A device that was bought and assigned but never enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaiting {
    pub serial: Serial,
    pub ade: Option<Box<str>>,
    /// A generic name, such as "MacBook Air".
    pub model: Option<Box<str>>,
    pub asset_tag: Option<Box<str>>,
    pub platform: Platform,
}

impl Awaiting {
    /// As much of a device as is known before it enrolls, under its placeholder.
    pub fn ahead(&self) -> Observation {
        Observation {
            device_id: DeviceId::awaiting(&self.serial),
            serial: Some(self.serial.clone()),
            filler: None,
            name: None,
            asset_tag: self.asset_tag.clone(),
            model: self.model.clone(),
            model_identifier: None,
            // Only Apple's devices enroll this way.
            manufacturer: Some("Apple".into()),
            platform: self.platform.clone(),
            user: None,
            removed: false,
            first_enrolled_at: None,
            last_enrolled_at: None,
            last_seen_at: None,
            ade: self.ade.clone(),
            properties: BTreeMap::new(),
        }
    }
}

/// What a device goes by, without case: while it is so, an answer about the device still holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_tag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Claims {
    pub fn of(device: &Observation) -> Self {
        let filled =
            |text: Option<&str>| text.map(domain::text::key).filter(|text| !text.is_empty());
        Claims {
            serial: device.serial.as_ref().map(Serial::key),
            asset_tag: filled(device.asset_tag.as_deref()),
            name: filled(device.name.as_deref()),
        }
    }
}

impl Observation {
    /// How people recognise it in a sentence: serial, else name, else id.
    pub fn label(&self) -> &str {
        let serial = self.serial.as_ref().map(Serial::as_str);
        serial.or(self.name.as_deref()).unwrap_or(self.device_id.as_str())
    }
}
