//! Codes as modules, dark or light: QR for an address, Code 128 for an asset tag.

use barcoders::sym::code128::Code128;
use fast_qr::{ECL, QRBuilder};

use super::{Rect, float};

/// Light modules that a scanner wants around a QR code.
pub(crate) const QUIET: usize = 4;
/// And before and after a Code 128.
pub(crate) const QUIET_BARS: usize = 10;

/// Modules that a phone reads from anywhere, in millimeters.
const SMALL: f32 = 0.3;

/// A square of modules, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Square {
    pub size: usize,
    dark: Vec<bool>,
}

/// In a square of this side; where its modules would be small, with less to repair a scratch with.
/// `None` when there is more than a QR code holds.
pub(crate) fn qr(content: &str, side: f32) -> Option<Square> {
    let usual = square(content, ECL::M);
    match usual {
        Some(usual) if side / float(usual.size) >= SMALL => Some(usual),
        _ => square(content, ECL::L),
    }
}

fn square(content: &str, repair: ECL) -> Option<Square> {
    let code = QRBuilder::new(content).ecl(repair).build().ok()?;
    let rows = (0..code.size).flat_map(|row| code[row].iter().map(|module| module.value()));
    Some(Square { size: code.size, dark: rows.collect() })
}

impl Square {
    /// Its dark parts as few boxes, in a square of this side.
    pub fn boxes(&self, x: f32, y: f32, side: f32) -> Vec<Rect> {
        let module = side / float(self.size);
        let mut boxes = Vec::new();
        for (row, modules) in self.dark.chunks(self.size).enumerate() {
            for (start, length) in stretches(modules) {
                boxes.push(Rect {
                    x: x + float(start) * module,
                    y: y + float(row) * module,
                    width: float(length) * module,
                    height: module,
                });
            }
        }
        boxes
    }
}

/// The bars of a text; `None` where it has letters that Code 128 lacks.
pub(crate) fn code128(text: &str) -> Option<Vec<bool>> {
    if text.is_empty() || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    let bars = Code128::new(prefixed(text)).ok()?.encode();
    Some(bars.into_iter().map(|bar| bar == 1).collect())
}

/// The dark bars as boxes, each module so wide.
pub(crate) fn bars(modules: &[bool], at: Rect, module: f32) -> Vec<Rect> {
    let one = |(start, length)| Rect {
        x: at.x + float(start) * module,
        width: float(length) * module,
        ..at
    };
    stretches(modules).into_iter().map(one).collect()
}

/// With the marks that choose the character set: B for letters, C for pairs of digits where that is
/// shorter.
fn prefixed(text: &str) -> String {
    let (b, c) = ('\u{181}', '\u{106}');
    let mut out = String::new();
    let mut set = None;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits == rest.len();
        let worth = if set.is_none() || whole { 4 } else { 6 };
        let pairs = digits >= worth || (digits == 2 && text.len() == 2);
        // Of an odd number of digits the first goes with the letters.
        let (wanted, take) = match (pairs, digits % 2 == 1) {
            (true, true) => (b, 1),
            (true, false) => (c, digits),
            (false, _) => (b, digits.max(1)),
        };
        if set != Some(wanted) {
            out.push(wanted);
            set = Some(wanted);
        }
        let (now, later) = rest.split_at(take);
        out.push_str(now);
        rest = later;
    }
    out
}

/// Where dark modules begin, and how many follow.
fn stretches(modules: &[bool]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, dark) in modules.iter().copied().chain([false]).enumerate() {
        match (dark, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push((from, at - from));
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_go_in_pairs_where_that_is_shorter() {
        for (text, expect) in [
            ("MBP-0042", "ƁMBP-Ć0042"),
            ("MBP-042", "ƁMBP-042"),
            ("12345", "Ɓ1Ć2345"),
            ("42", "Ć42"),
            ("AB123456CD", "ƁABĆ123456ƁCD"),
            ("AB1234CD", "ƁAB1234CD"),
        ] {
            assert_eq!(prefixed(text), expect);
            assert!(code128(text).is_some(), "{text}");
        }
    }

    #[test]
    fn letters_that_code_128_lacks_are_no_code() {
        for text in ["", "Büro-1", "資産", "a\tb", "💻"] {
            assert_eq!(code128(text), None, "{text}");
        }
        assert!(code128("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ aZ").is_some());
    }

    #[test]
    fn a_code_128_ends_and_begins_as_the_standard_says() {
        let text: String =
            code128("A").unwrap().iter().map(|dark| if *dark { '1' } else { '0' }).collect();
        // Start B, A, the check (104 + 33) mod 103 = 34, stop.
        assert_eq!(text, "11010010000 10100011000 10001011000 1100011101011".replace(' ', ""));
    }

    #[test]
    fn a_qr_code_keeps_its_finder_patterns() {
        let address = "https://stockroom.example.com/a/ast_0HZX4K9Q2M7RA";
        let code = qr(address, 20.0).unwrap();
        assert_eq!((code.size, qr(address, 8.0).unwrap().size), (33, 29));
        assert!(code.dark[..7].iter().all(|dark| *dark) && !code.dark[7]);
        assert_eq!(qr(&"x".repeat(5_000), 20.0), None);
    }
}
