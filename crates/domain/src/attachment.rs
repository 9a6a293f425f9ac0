//! Files kept with an asset, an employee or a product: what kinds there are, told from what is in
//! them, and their names.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::Subject;
use crate::id::AttachmentId;

/// What a file is. A closed list: nothing in it is run by whoever opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Pdf,
    Png,
    Jpeg,
    Webp,
    Gif,
    Heic,
    Text,
    Csv,
    Xlsx,
    Docx,
    Pptx,
    Odt,
    Ods,
}

impl FileKind {
    pub const ALL: [FileKind; 13] = [
        FileKind::Pdf,
        FileKind::Png,
        FileKind::Jpeg,
        FileKind::Webp,
        FileKind::Gif,
        FileKind::Heic,
        FileKind::Text,
        FileKind::Csv,
        FileKind::Xlsx,
        FileKind::Docx,
        FileKind::Pptx,
        FileKind::Odt,
        FileKind::Ods,
    ];

    /// How names of the kind end; the first is the usual one.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            FileKind::Pdf => &["pdf"],
            FileKind::Png => &["png"],
            FileKind::Jpeg => &["jpg", "jpeg", "jpe"],
            FileKind::Webp => &["webp"],
            FileKind::Gif => &["gif"],
            FileKind::Heic => &["heic", "heif"],
            FileKind::Text => &["txt", "log", "md"],
            FileKind::Csv => &["csv"],
            FileKind::Xlsx => &["xlsx"],
            FileKind::Docx => &["docx"],
            FileKind::Pptx => &["pptx"],
            FileKind::Odt => &["odt"],
            FileKind::Ods => &["ods"],
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            FileKind::Pdf => "application/pdf",
            FileKind::Png => "image/png",
            FileKind::Jpeg => "image/jpeg",
            FileKind::Webp => "image/webp",
            FileKind::Gif => "image/gif",
            FileKind::Heic => "image/heic",
            FileKind::Text => "text/plain; charset=utf-8",
            FileKind::Csv => "text/csv; charset=utf-8",
            FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind::Docx => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            FileKind::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            FileKind::Odt => "application/vnd.oasis.opendocument.text",
            FileKind::Ods => "application/vnd.oasis.opendocument.spreadsheet",
        }
    }

    /// A picture that every browser draws, and runs nothing of.
    pub const fn is_picture(self) -> bool {
        matches!(self, FileKind::Png | FileKind::Jpeg | FileKind::Webp | FileKind::Gif)
    }

    /// What it is by its content. The name decides only between texts, which all look alike.
    pub fn told(name: &str, content: &[u8]) -> Option<Self> {
        let by_ending = || {
            let ending = ending(name)?;
            FileKind::ALL.into_iter().find(|kind| kind.endings().contains(&ending.as_str()))
        };
        if content.starts_with(b"%PDF-") {
            return Some(FileKind::Pdf);
        }
        if content.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(FileKind::Png);
        }
        if content.starts_with(b"\xff\xd8\xff") {
            return Some(FileKind::Jpeg);
        }
        if content.starts_with(b"GIF87a") || content.starts_with(b"GIF89a") {
            return Some(FileKind::Gif);
        }
        if content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WEBP") {
            return Some(FileKind::Webp);
        }
        if content.get(4..8) == Some(b"ftyp") {
            let brand = content.get(8..12)?;
            let heic: [&[u8]; 6] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"];
            return heic.contains(&brand).then_some(FileKind::Heic);
        }
        if content.starts_with(b"PK\x03\x04") {
            return zipped(content);
        }
        let text = is_text(content);
        by_ending().filter(|kind| text && matches!(kind, FileKind::Text | FileKind::Csv))
    }
}

/// Office documents are archives with files of known names; one with macros is none of ours.
fn zipped(content: &[u8]) -> Option<FileKind> {
    let holds = |part: &[u8]| content.windows(part.len()).any(|window| window == part);
    if holds(b"vbaProject.bin") {
        return None;
    }
    // The first file of an OpenDocument is its media type, as plain text.
    let first = content.get(30..120).unwrap_or_default();
    let begins = |media: &[u8]| {
        let told = [b"mimetype".as_slice(), media].concat();
        first.starts_with(&told) && !first.starts_with(&[told.as_slice(), b"-"].concat())
    };
    if begins(b"application/vnd.oasis.opendocument.text") {
        return Some(FileKind::Odt);
    }
    if begins(b"application/vnd.oasis.opendocument.spreadsheet") {
        return Some(FileKind::Ods);
    }
    if !holds(b"[Content_Types].xml") {
        return None;
    }
    let known: [(&[u8], FileKind); 3] = [
        (b"xl/workbook.", FileKind::Xlsx),
        (b"word/document.", FileKind::Docx),
        (b"ppt/presentation.", FileKind::Pptx),
    ];
    known.into_iter().find(|(part, _)| holds(part)).map(|(_, kind)| kind)
}

fn is_text(content: &[u8]) -> bool {
    std::str::from_utf8(content).is_ok_and(|text| {
        text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
    })
}

fn ending(name: &str) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(ending.to_ascii_lowercase())
}

/// A file's name as it is shown and saved: no folders, nothing that hides how it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

/// Characters of the longest.
const LONGEST: usize = 120;

impl FileName {
    /// The last part of a path, cleaned; it ends as its kind does.
    pub fn of(text: &str, kind: FileKind) -> Self {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let cleaned: String = last
            .chars()
            .map(|c| if is_odd(c) { ' ' } else { c })
            .collect::<String>()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let cleaned = cleaned.trim_matches(['.', ' ']);
        let fits = ending(cleaned).is_some_and(|end| kind.endings().contains(&end.as_str()));
        let (stem, end) = match cleaned.rsplit_once('.') {
            Some((stem, end)) if fits => (stem, end),
            _ => (cleaned, kind.endings()[0]),
        };
        let stem = if stem.is_empty() { "file" } else { stem };
        let stem: String = stem.chars().take(LONGEST - end.len() - 1).collect();
        FileName(format!("{}.{end}", stem.trim_end()))
    }

    /// As it was stored.
    pub fn kept(text: String) -> Self {
        FileName(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Moves the pen, turns the order of letters around, or means something to a shell or a header.
fn is_odd(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || matches!(c, '"' | '<' | '>' | '|' | '*' | '?' | ':')
}

/// A file kept with an asset or an employee, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub id: AttachmentId,
    /// What it is kept with.
    pub subject: Subject,
    pub name: FileName,
    pub kind: FileKind,
    /// In bytes.
    pub size: i64,
    pub added_at: Timestamp,
    /// Whoever added it, as they were called then.
    pub added_by: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says_whatever_its_name() {
        let zip = |inside: &str| [b"PK\x03\x04".as_slice(), inside.as_bytes()].concat();
        let office = |part: &str| zip(&format!("[Content_Types].xml{part}"));
        let check = |name: &str, content: &[u8], expect: Option<FileKind>| {
            assert_eq!(FileKind::told(name, content), expect, "{name}");
        };
        check("invoice.exe", b"%PDF-1.7 \xff", Some(FileKind::Pdf));
        check("a.png", b"\xff\xd8\xff\xe0", Some(FileKind::Jpeg));
        check("a", b"\x89PNG\r\n\x1a\n...", Some(FileKind::Png));
        check("a.heic", b"\0\0\0\x18ftypheic", Some(FileKind::Heic));
        check("a.mp4", b"\0\0\0\x18ftypisom", None);
        check("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", Some(FileKind::Webp));
        check("a.xlsx", &office("xl/workbook.xml"), Some(FileKind::Xlsx));
        check("a.docx", &office("word/document.xml"), Some(FileKind::Docx));
        check("a.docx", &office("word/document.xml word/vbaProject.bin"), None);
        check("a.zip", &zip("evil.exe"), None);
        check("a.csv", b"tag,name\r\n1,Zo\xc3\xab\r\n", Some(FileKind::Csv));
        check("notes.txt", "\u{1f4bb} fine".as_bytes(), Some(FileKind::Text));
        check("page.html", b"<script>alert(1)</script>", None);
        check("a.svg", b"<svg onload='x'/>", None);
        check("a.txt", b"MZ\x90\0\x03", None);
        check("a.csv", b"caf\xe9", None);
        check("a.exe", b"MZ\x90\0\x03", None);
        check("a.pdf", b"", None);
        check("a.js", b"alert(1)", None);
    }

    #[test]
    fn a_name_has_no_folders_no_tricks_and_the_end_of_its_kind() {
        let check = |text: &str, kind: FileKind, expect: &str| {
            assert_eq!(FileName::of(text, kind).as_str(), expect);
        };
        check("../../etc/passwd", FileKind::Pdf, "passwd.pdf");
        check("C:\\Users\\robin\\Invoice 7.PDF", FileKind::Pdf, "Invoice 7.PDF");
        check("evil.exe", FileKind::Png, "evil.exe.png");
        check("a\u{202e}gnp.exe", FileKind::Png, "a gnp.exe.png");
        check("x\r\nSet-Cookie: y.pdf", FileKind::Pdf, "x Set-Cookie y.pdf");
        check("", FileKind::Jpeg, "file.jpg");
        check("...", FileKind::Jpeg, "file.jpg");
        check(".pdf", FileKind::Pdf, "pdf.pdf");
        check("photo", FileKind::Jpeg, "photo.jpg");
        check("Žluťoučký 💻.jpeg", FileKind::Jpeg, "Žluťoučký 💻.jpeg");
        let long = FileName::of(&"💻".repeat(400), FileKind::Jpeg);
        assert_eq!(long.as_str().chars().count(), 120);
    }
}
