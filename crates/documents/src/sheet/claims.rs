//! A workbook is looked through before it is read, for a small archive can unfold to a lot, and
//! what it says of itself need not be true. Its parts are taken apart by the libraries that read
//! them later, so that both see the same.

use std::io::{self, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::Unread;
use super::workbook::damaged;

/// What all parts together may unfold to.
const MOST_UNFOLDED: u64 = 400 * 1024 * 1024;
/// Between two tags; a cell holds 32,767 characters.
const MOST_UNBROKEN: u64 = 16 * 1024 * 1024;
/// What reading may keep in memory besides the rows, and how deep the tags of a part may go.
const MOST_KEPT: u64 = 512 * 1024 * 1024;
const DEEPEST: usize = 10_000;

/// Refuses what would unfold, or be kept, beyond all measure.
pub(super) fn look_through(bytes: &[u8]) -> Result<(), Unread> {
    within(bytes, MOST_UNFOLDED)
}

pub(super) fn within(bytes: &[u8], most: u64) -> Result<(), Unread> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let (mut kept, mut left) = (Kept::default(), most);
    for at in 0..archive.len() {
        // What cannot be unfolded here cannot be read later either.
        let Ok(part) = archive.by_index(at) else { continue };
        let mut part = Unfolding { part, left, unbroken: 0, over: false };
        let deep = kept.part(&mut part);
        if part.over || deep || kept.sum() > MOST_KEPT {
            return Err(Unread::Heavy);
        }
        left = part.left;
    }
    Ok(())
}

/// A part, counted as it unfolds.
struct Unfolding<R> {
    part: R,
    left: u64,
    /// Bytes since the last tag began.
    unbroken: u64,
    over: bool,
}

impl<R: Read> Read for Unfolding<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.part.read(into)?;
        let after = into[..length].iter().rev().position(|byte| *byte == b'<');
        self.unbroken = after.map_or(self.unbroken + size(length), size);
        self.over = size(length) > self.left || self.unbroken > MOST_UNBROKEN;
        self.left = self.left.saturating_sub(size(length));
        if self.over { Err(io::Error::other("it unfolds to too much")) } else { Ok(length) }
    }
}

/// What the reading library makes of the tags it finds.
#[derive(Default)]
struct Kept {
    /// In bytes, texts and what their tags become.
    made: u64,
    /// Tags of which each may copy what another says, and the longest of all.
    copies: u64,
    longest: u64,
}

impl Kept {
    fn sum(&self) -> u64 {
        self.made.saturating_add(self.copies.saturating_mul(self.longest))
    }

    /// Up to where reading it would end as well. True where its tags go too deep.
    fn part(&mut self, part: impl Read) -> bool {
        let mut xml = Reader::from_reader(BufReader::new(part));
        let config = xml.config_mut();
        config.check_end_names = false;
        config.expand_empty_elements = true;
        let (mut buffer, mut depth) = (Vec::new(), 0_usize);
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer) {
                Ok(Event::Start(tag)) => {
                    depth += 1;
                    self.tag(&tag);
                }
                Ok(Event::End(_)) => depth = depth.saturating_sub(1),
                Ok(Event::Text(text)) => self.made += size(text.len()),
                Ok(Event::CData(text)) => self.made += size(text.len()),
                Ok(Event::Eof) | Err(_) => return false,
                Ok(_) => {}
            }
            if depth > DEEPEST || self.sum() > MOST_KEPT {
                return depth > DEEPEST;
            }
        }
    }

    fn tag(&mut self, tag: &BytesStart<'_>) {
        self.longest = self.longest.max(size(tag.attributes_raw().len()));
        let (made, copies) = match tag.local_name().as_ref() {
            // Room is made for as many texts as a table of them says it has.
            "sst" => (claimed(tag.attributes_raw()).saturating_mul(24), 0),
            "si" => (64, 0),
            // A style copies its font and format; a sheet, the place that a relation names.
            "xf" | "sheet" => (512, 1),
            "font" | "fill" | "border" | "numFmt" | "definedName" | "Relationship" => (512, 0),
            _ => (0, 0),
        };
        self.made = self.made.saturating_add(made);
        self.copies += copies;
    }
}

fn size(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// The most that `uniqueCount` says among these attributes.
fn claimed(attributes: &str) -> u64 {
    let number = |after: &str| {
        let value = after.trim_start().strip_prefix('=')?.trim_start();
        let digits = value.strip_prefix(['"', '\''])?.bytes().take_while(u8::is_ascii_digit);
        let next = |sum: u64, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
        Some(digits.fold(0, next))
    };
    attributes.split("uniqueCount").skip(1).filter_map(number).max().unwrap_or(0)
}
