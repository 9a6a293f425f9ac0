//! A small made-up company: who works there, what they hold, and when "now" is.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use web::components::{Now, StatusKind, StatusLabel};
use web::layout::{Frame, Room, Theme, Waiting};

pub fn frame(room: Room, theme: Theme) -> Frame {
    Frame {
        tenant: "Acme Europe".to_owned(),
        base: "/t/acme".to_owned(),
        other_tenants: vec![("/t/acme-us".to_owned(), "Acme US".to_owned())],
        user: "Maya Lindqvist".to_owned(),
        email: "maya@acme.example".to_owned(),
        room,
        employed: true,
        waiting: Waiting { conflicts: 4, alerts: 1 },
        theme,
        banner: None,
        flash: None,
    }
}

pub fn now() -> Now {
    Now { at: Timestamp::new(1_763_730_300, 0).expect("a valid second"), zone: TimeZone::UTC }
}

pub fn minutes_ago(minutes: i64) -> Timestamp {
    now().at - minutes.minutes()
}

pub struct Asset {
    pub tag: String,
    pub name: String,
    pub serial: String,
    pub product: &'static str,
    pub custodian: Option<&'static str>,
    pub location: &'static str,
    pub status: StatusLabel<'static>,
    pub seen_minutes_ago: i64,
    pub cost: String,
}

const PEOPLE: [&str; 12] = [
    "Noah Okafor",
    "Ines Carvalho",
    "Jonas Bergström",
    "Priya Raman",
    "Tomasz Zieliński",
    "Amélie Fournier",
    "Liam O’Connell",
    "Sofia Marchetti",
    "Yuki Tanabe",
    "Elif Demir",
    "Hannah Vogel",
    "Mateo Ibarra",
];

const PRODUCTS: [(&str, &str, &str); 6] = [
    ("MacBook Pro (14-inch, M4, 2024)", "MBP", "2,399.00"),
    ("MacBook Air (13-inch, M3, 2024)", "MBA", "1,299.00"),
    ("iPhone 16", "IPH", "949.00"),
    ("iPad Pro 11-inch (M4)", "IPD", "1,199.00"),
    ("Mac mini (M4, 2024)", "MMN", "699.00"),
    ("ThinkPad X1 Carbon Gen 12", "TPX", "1,879.00"),
];

const LOCATIONS: [&str; 4] = ["Berlin", "Lisbon", "Stockholm", "Remote"];

pub const IN_USE: StatusLabel<'_> =
    StatusLabel { name: "In use", kind: StatusKind::Ready, color: Some("#2f9e5f") };
pub const IN_STOCK: StatusLabel<'_> =
    StatusLabel { name: "In stock", kind: StatusKind::Ready, color: Some("#3a7bd5") };
pub const REPAIR: StatusLabel<'_> =
    StatusLabel { name: "Repair", kind: StatusKind::Pending, color: Some("#c98a1b") };
pub const LOST: StatusLabel<'_> =
    StatusLabel { name: "Lost", kind: StatusKind::Unavailable, color: None };

/// The same fifty each time.
pub fn assets() -> Vec<Asset> {
    (0..50).map(asset).collect()
}

fn asset(index: usize) -> Asset {
    let (product, prefix, cost) = PRODUCTS[(index * 7 + index / 5) % PRODUCTS.len()];
    let person = PEOPLE[(index * 5 + index / 12) % PEOPLE.len()];
    let (status, custodian) = match index % 11 {
        3 | 8 => (IN_STOCK, None),
        6 => (REPAIR, Some(person)),
        10 if index.is_multiple_of(2) => (LOST, Some(person)),
        _ => (IN_USE, Some(person)),
    };
    let first = person.split(' ').next().unwrap_or_default();
    let name = custodian
        .map_or_else(|| format!("{prefix} spare {index}"), |_| format!("{first}’s {prefix}"));
    let minutes = i64::try_from(index * index * 37 + index * 3 + 2).unwrap_or_default();
    Asset {
        tag: format!("{prefix}-{:04}", 42 + index * 13),
        name,
        serial: serial(index),
        product,
        custodian,
        location: LOCATIONS[(index * 3 + index / 4) % LOCATIONS.len()],
        status,
        seen_minutes_ago: minutes,
        cost: cost.to_owned(),
    }
}

fn serial(index: usize) -> String {
    let letters: Vec<char> = "CDFGHJKLMNPQRTVWXY0123456789".chars().collect();
    let mut state = index * 7919 + 104_729;
    let mut text = String::from(["C02", "F", "G6", "DX3"][index % 4]);
    while text.len() < 10 {
        state = (state * 1_103_515_245 + 12345) % 2_147_483_648;
        text.push(letters[(state >> 8) % letters.len()]);
    }
    text
}
