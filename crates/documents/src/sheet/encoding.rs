//! What the bytes of a text file mean: UTF-8, UTF-16 with its mark, else Windows-1252, in which
//! spreadsheet programs of western Europe and America still write CSV.

/// `None` where it is no text at all.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return plain(String::from_utf8_lossy(rest).into_owned());
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        return plain(wide(rest, u16::from_le_bytes));
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        return plain(wide(rest, u16::from_be_bytes));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => plain(text.to_owned()),
        Err(_) => plain(bytes.iter().copied().map(western).collect()),
    }
}

/// A file with many characters that nobody types is a picture, or a program.
fn plain(text: String) -> Option<String> {
    let odd = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}');
    let odd = text.chars().take(4_096).filter(odd).count();
    (odd == 0).then_some(text)
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Windows-1252 is Latin-1 but for these.
const WESTERN: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn western(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WESTERN[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
