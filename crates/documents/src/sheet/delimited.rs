//! CSV and its relatives: the separator is found by looking at the head.

use csv::{ReaderBuilder, StringRecord};

use super::{Gathered, Sheet, Unread};

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

pub(super) fn read(text: &str) -> Result<Sheet, Unread> {
    let (separator, text, mut line) = separator(text);
    if let Some(opens) = unclosed(text, separator, line) {
        return Err(Unread::Unclosed(opens));
    }
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut gathered = Gathered::default();
    let mut record = StringRecord::new();
    let mut counted = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return gathered.sheet(),
            Err(_) => return Err(Unread::NoSheet),
        }
        // A record begins behind the blank lines that the reader passed over.
        let begins = record.position().map_or(0, csv::Position::byte);
        let begins = usize::try_from(begins).unwrap_or(text.len());
        let rest = &text.as_bytes()[begins..];
        let begins = begins + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let ends = text.get(counted..begins).map_or(0, |passed| passed.matches('\n').count());
        line += u32::try_from(ends).unwrap_or(u32::MAX);
        counted = begins;
        gathered.row(line, record.iter().map(unguarded))?;
    }
}

/// A first line `sep=;` says it; else the separator that the head has most of, outside quotes.
/// With the text to be read, and the line it begins at.
fn separator(text: &str) -> (u8, &str, u32) {
    let first = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
    if let Some(said) = first.strip_prefix("sep=").and_then(|said| said.bytes().next()) {
        let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
        return (said, rest, 2);
    }
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in first.bytes() {
        quoted ^= byte == b'"';
        if let Some(at) = SEPARATORS.iter().position(|one| *one == byte && !quoted) {
            counts[at] += 1;
        }
    }
    let mut best = 0;
    for (at, count) in counts.iter().enumerate() {
        if *count > counts[best] {
            best = at;
        }
    }
    (SEPARATORS[best], text, 1)
}

/// The line of a quote that is open at the end. Only one at the beginning of a cell opens anything.
fn unclosed(text: &str, separator: u8, first: u32) -> Option<u32> {
    enum At {
        Begin,
        Plain,
        Quoted,
        /// Behind a quote within quotes: the end, or the first of two.
        Quote,
    }
    let (mut at, mut line, mut opened) = (At::Begin, first, first);
    for byte in text.bytes() {
        let ends = byte == separator || byte == b'\n' || byte == b'\r';
        at = match at {
            At::Quoted if byte == b'"' => At::Quote,
            At::Quoted => At::Quoted,
            At::Begin if byte == b'"' => {
                opened = line;
                At::Quoted
            }
            At::Quote if byte == b'"' => At::Quoted,
            _ if ends => At::Begin,
            _ => At::Plain,
        };
        line += u32::from(byte == b'\n');
    }
    matches!(at, At::Quoted).then_some(opened)
}

/// Our own files put an apostrophe before what a program could take for a formula.
fn unguarded(cell: &str) -> String {
    let bare = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t']));
    bare.unwrap_or(cell).to_owned()
}
