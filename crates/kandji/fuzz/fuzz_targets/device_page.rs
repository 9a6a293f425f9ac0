//! Any bytes as a page of the device list: never a panic, and no row lost without a note.
#![no_main]

use kandji::wire::{DeviceRow, Notes, device_page, envelope, timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let body = String::from_utf8_lossy(bytes);
    let _ = timestamp(&body);
    let _ = envelope(&body, "/users");
    let Ok(page) = device_page(&body, "/devices") else { return };
    let (sent, mut notes) = (page.len(), Notes::default());
    let rows = DeviceRow::read_page(page, 0, &mut notes);
    let lost = notes.as_slice().iter().filter(|note| note.lost).count();
    assert_eq!(rows.len() + lost, sent);
});
