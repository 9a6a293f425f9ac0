//! A row of the device list.

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::fields::{Fields, Kind, kind};
use super::note::Notes;
use super::page::Page;

/// Larger rows are read but not kept as sent.
const LARGEST_RAW: usize = 256 << 10;

/// A device as the list shows it. Blank texts are empty; times are UTC.
#[derive(Debug, Clone)]
pub struct DeviceRow {
    /// Names the enrollment, not the hardware: a wiped device may come back under another one.
    pub device_id: String,
    pub name: String,
    /// The marketing name: `MacBook Pro (14-inch, 2023)`.
    pub model: String,
    pub serial: String,
    /// `Mac`, `iPad`, `iPhone`, `AppleTV`, `Windows`, `Android`, or what comes next.
    pub platform: String,
    pub os_version: String,
    pub asset_tag: String,
    pub user: Assigned,
    pub blueprint_id: String,
    pub blueprint_name: String,
    pub mdm_enabled: Option<bool>,
    pub agent_installed: Option<bool>,
    pub agent_version: String,
    pub missing: bool,
    pub removed: bool,
    pub last_check_in: Option<Timestamp>,
    pub first_enrollment: Option<Timestamp>,
    pub last_enrollment: Option<Timestamp>,
    pub tags: Vec<String>,
    /// The row as sent; nothing where it was larger than 256 KB.
    pub raw: Option<Box<RawValue>>,
}

/// Whom Kandji assigned the device to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assigned {
    Nobody,
    To(DeviceUser),
    /// Something is there that we cannot read; it must not pass for nobody.
    Unreadable,
}

/// The user inside a device row; any of the texts may be blank, but not all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceUser {
    /// A UUID since 2025, an integer before.
    pub id: String,
    pub name: String,
    pub email: String,
    pub archived: bool,
}

impl DeviceRow {
    /// Reads the rows of a page that begins at row `first` of the list. Each becomes a device, or
    /// a note that says why not.
    pub fn read_page(page: Page, first: usize, notes: &mut Notes) -> Vec<DeviceRow> {
        let rows = page.into_iter().enumerate();
        rows.filter_map(|(at, raw)| {
            notes.turn_to(first + at);
            DeviceRow::read(raw, notes)
        })
        .collect()
    }

    fn read(raw: Box<RawValue>, notes: &mut Notes) -> Option<DeviceRow> {
        let mut row = match Fields::parse(raw.get()) {
            Ok(fields) => DeviceRow::from_fields(&fields, notes)?,
            Err(reason) => {
                notes.lost(reason.to_owned());
                return None;
            }
        };
        if raw.get().len() <= LARGEST_RAW {
            row.raw = Some(raw);
        } else {
            notes.odd("the row is larger than 256 KB and is not kept as sent".to_owned());
        }
        Some(row)
    }

    fn from_fields(fields: &Fields<'_>, notes: &mut Notes) -> Option<DeviceRow> {
        let device_id = fields.id("device_id", notes)?;
        notes.name(&device_id);
        Some(DeviceRow {
            device_id,
            name: fields.text("device_name", notes),
            model: fields.text("model", notes),
            serial: fields.text("serial_number", notes),
            platform: fields.text("platform", notes),
            os_version: fields.text("os_version", notes),
            asset_tag: fields.text("asset_tag", notes),
            user: assigned(fields, notes),
            blueprint_id: fields.text("blueprint_id", notes),
            blueprint_name: fields.text("blueprint_name", notes),
            mdm_enabled: fields.flag("mdm_enabled", notes),
            agent_installed: fields.flag("agent_installed", notes),
            agent_version: fields.text("agent_version", notes),
            missing: fields.flag("is_missing", notes).unwrap_or(false),
            removed: fields.flag("is_removed", notes).unwrap_or(false),
            last_check_in: fields.instant("last_check_in", notes),
            first_enrollment: fields.instant("first_enrollment", notes),
            last_enrollment: fields.instant("last_enrollment", notes),
            tags: fields.texts("tags", notes),
            raw: None,
        })
    }
}

/// The user of a row as stored.
pub(crate) fn user_of(raw: &str) -> Assigned {
    let mut notes = Notes::default();
    Fields::parse(raw).map_or(Assigned::Unreadable, |fields| assigned(&fields, &mut notes))
}

fn assigned(fields: &Fields<'_>, notes: &mut Notes) -> Assigned {
    let Some(raw) = fields.raw("user") else { return Assigned::Nobody };
    if kind(raw) == Kind::Null || raw == "\"\"" {
        return Assigned::Nobody;
    }
    let Some(user) = fields.object("user") else {
        notes.odd("\"user\" is neither a user nor blank and is left as it was".to_owned());
        return Assigned::Unreadable;
    };
    let user = DeviceUser {
        id: user.text("id", notes),
        name: user.text("name", notes),
        email: user.text("email", notes),
        archived: user.flag("is_archived", notes).unwrap_or(false),
    };
    if user.id.is_empty() && user.name.is_empty() && user.email.is_empty() {
        return Assigned::Nobody;
    }
    Assigned::To(user)
}
