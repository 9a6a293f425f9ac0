//! Points in time as Kandji writes them: several ways, all UTC.

use jiff::Timestamp;

/// `2026-09-01T08:15:42.104233Z`
pub(super) fn zulu(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// `2026-08-31T22:01:07Z`
pub(super) fn whole(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2026-09-01T05:02:49.169707+00:00`
pub(super) fn offset(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}

/// `2024-02-19 09:12:04.551201+00:00`
pub(super) fn spaced(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S%.6f+00:00").to_string()
}

/// `2025-11-03 10:44:27 +0000`
pub(super) fn profile(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S +0000").to_string()
}

/// `Tue, 01 Sep 2026 08:00:00 GMT`
pub(super) fn http(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// One of the ways `last_check_in` is written, by device.
pub(super) fn check_in(at: Option<Timestamp>, ordinal: usize) -> String {
    match (at, ordinal % 4) {
        (None, _) => String::new(),
        (Some(at), 0 | 1) => zulu(at),
        (Some(at), 2) => whole(at),
        (Some(at), _) => offset(at),
    }
}
