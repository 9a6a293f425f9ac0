//! Files as people bring them, and files nobody should.

use std::io::{Cursor, Read, Write};

use jiff::tz::TimeZone;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::*;
use crate::{Cell, Column, Csv, Xlsx};

fn sheet(bytes: &[u8]) -> Sheet {
    read(bytes).unwrap()
}

fn cells(sheet: &Sheet) -> Vec<Vec<&str>> {
    sheet.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
}

#[test]
fn the_separator_is_found_by_looking() {
    for text in [
        "Asset Tag,Name\nA-1,Laptop\n",
        "Asset Tag;Name\r\nA-1;Laptop\r\n",
        "Asset Tag\tName\nA-1\tLaptop",
        "Asset Tag|Name\nA-1|Laptop",
        "sep=;\nAsset Tag;Name\nA-1;Laptop",
        "\n\n\"Asset Tag\",\"Name\"\n,,\nA-1,Laptop,\n",
    ] {
        let sheet = sheet(text.as_bytes());
        assert_eq!(sheet.head, ["Asset Tag", "Name"], "{text:?}");
        assert_eq!(cells(&sheet), [["A-1", "Laptop"]], "{text:?}");
    }
}

#[test]
fn a_separator_inside_quotes_is_text() {
    let sheet = sheet(b"\"Tag;or;not\",Name\n\"a,b\",\"two\nlines\"\n");
    assert_eq!(sheet.head, ["Tag;or;not", "Name"]);
    assert_eq!(cells(&sheet), [["a,b", "two\nlines"]]);
}

#[test]
fn umlauts_survive_every_encoding() {
    let utf8 = "Tag,Ort\nA-1,Köln – 5 €\n";
    let with_mark = [&[0xEF, 0xBB, 0xBF], utf8.as_bytes()].concat();
    let western = b"Tag,Ort\nA-1,K\xF6ln \x96 5 \x80\n".to_vec();
    let wide: Vec<u8> =
        [0xFEFF].into_iter().chain(utf8.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [utf8.as_bytes().to_vec(), with_mark, western, wide] {
        let sheet = sheet(&bytes);
        assert_eq!(sheet.head, ["Tag", "Ort"]);
        assert_eq!(cells(&sheet), [["A-1", "Köln – 5 €"]]);
    }
}

#[test]
fn lines_are_counted_as_a_person_finds_them() {
    let sheet = sheet(b"Tag\n\nA-1\n\"A\n2\"\nA-3\n");
    let lines: Vec<u32> = sheet.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4, 6]);
}

#[test]
fn a_column_without_a_name_gets_its_number_and_ragged_rows_stay_ragged() {
    let sheet = sheet(b"Tag,,Name\nA-1,,,,\nA-2,x,y,z\nA-3,,y\n");
    assert_eq!(sheet.head, ["Tag", "Column 2", "Name", "Column 4"]);
    assert_eq!(cells(&sheet), [vec!["A-1"], vec!["A-2", "x", "y", "z"], vec!["A-3", "", "y"]]);
}

#[test]
fn what_we_write_as_csv_reads_back() {
    let columns = [Column::new("Asset tag", 9), Column::new("Notes", 9)];
    let mut csv = Csv::new(Vec::new(), &columns).unwrap();
    csv.row(&[Cell::Text("=A-1".into()), Cell::Text("it's, \"so\"".into())]).unwrap();
    let sheet = sheet(&csv.finish().unwrap());
    assert_eq!(cells(&sheet), [["=A-1", "it's, \"so\""]]);
}

fn workbook(rows: &[Vec<Cell>]) -> Vec<u8> {
    let columns = [Column::new("Asset tag", 9), Column::new("Bought", 9), Column::new("Cost", 9)];
    let to = Cursor::new(Vec::new());
    let mut xlsx = Xlsx::new(to, "Assets", &columns, TimeZone::UTC).unwrap();
    for row in rows {
        xlsx.row(row).unwrap();
    }
    xlsx.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_reads_as_text_with_dates_that_are_dates() {
    let bytes = workbook(&[
        vec![
            Cell::Text("A-1".into()),
            Cell::Date("2026-01-31".parse().unwrap()),
            Cell::Money { minor: 129_900, digits: 2 },
        ],
        vec![Cell::Whole(42), Cell::Moment("2026-09-01T08:15:42Z".parse().unwrap())],
        vec![Cell::Text("A-3".into()), Cell::Blank, Cell::YesNo(true)],
    ]);
    let sheet = sheet(&bytes);
    assert_eq!(sheet.head, ["Asset tag", "Bought", "Cost"]);
    assert_eq!(
        cells(&sheet),
        [
            vec!["A-1", "2026-01-31", "1299"],
            vec!["42", "2026-09-01T08:15:42"],
            vec!["A-3", "", "yes"]
        ]
    );
    assert_eq!(sheet.rows[2].line, 4);
}

#[test]
fn what_cannot_be_read_says_why() {
    let wide = vec!["x"; MOST_COLUMNS + 1].join(",");
    for (bytes, why) in [
        (&b""[..], Unread::Empty),
        (b"\n \n", Unread::Empty),
        (b"Tag,Name\n", Unread::NoRows),
        (wide.as_bytes(), Unread::Wide),
        (&[0xD0, 0xCF, 0x11, 0xE0, 1, 2], Unread::OldWorkbook),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", Unread::NoSheet),
        (&vec![b'a'; MOST_BYTES + 1], Unread::Large),
        (format!("Tag\n{}", "x\n".repeat(MOST_ROWS + 1)).as_bytes(), Unread::Long),
    ] {
        assert_eq!(read(bytes), Err(why));
    }
    assert!(matches!(read(b"PK\x03\x04 and then nothing"), Err(Unread::Workbook(_))));
}

/// The same numbers in every run.
fn noise(seed: u64) -> impl FnMut() -> u8 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    }
}

/// Without the net below the library that reads workbooks, save where its own faults are asked for.
/// True where it was read.
fn sound(bytes: &[u8], net: bool) -> bool {
    let bare = bytes.starts_with(b"PK\x03\x04") && !net;
    match if bare { workbook::uncaught(bytes) } else { read(bytes) } {
        Ok(sheet) => {
            assert!((1..=MOST_COLUMNS).contains(&sheet.head.len()));
            assert!((1..=MOST_ROWS).contains(&sheet.rows.len()));
            for row in &sheet.rows {
                assert!((1..=sheet.head.len()).contains(&row.cells.len()), "{row:?}");
                assert_ne!(row.cells.last().unwrap().trim(), "", "{row:?}");
            }
            true
        }
        Err(why) => {
            assert!(why.to_string().contains("hint: "), "{why}");
            false
        }
    }
}

#[test]
fn whatever_the_bytes_are_they_are_read_or_refused() {
    let whole = workbook(&[vec![Cell::Text("A-1".into()), Cell::Blank, Cell::Whole(3)]]);
    let parts = unpacked(&whole);
    let (mut read, mut refused) = ([0; 5], [0; 5]);
    for seed in 1..400 {
        let mut next = noise(seed);
        let length = usize::from(next()) * 3;
        let random: Vec<u8> = (0..length).map(|_| next()).collect();
        let text = random.iter().map(|byte| b",;\"\n\rab\t"[usize::from(byte % 8)]).collect();
        let mut bend = |bytes: &mut Vec<u8>| {
            for _ in 0..=seed % 7 {
                let at = (usize::from(next()) << 8 | usize::from(next())) % bytes.len();
                bytes[at] = next();
            }
        };
        // A few bytes turned: of the archive, or of what is in it.
        let (mut bent, mut inside) = (whole.clone(), parts.clone());
        bend(&mut bent);
        let turned = usize::try_from(seed).unwrap() % inside.len();
        bend(&mut inside[turned].1);
        let cut = whole[..usize::from(next()) * whole.len() / 256].to_vec();
        for (at, bytes) in [random, text, bent, packed(&inside), cut].iter().enumerate() {
            *(if sound(bytes, at == 3) { &mut read[at] } else { &mut refused[at] }) += 1;
        }
    }
    // Text, a workbook turned in a place that nobody reads, and one with other text in it.
    assert!(read[1] > 100 && read[2] > 0 && read[3] > 100, "{read:?}");
    assert!(
        refused[0] > 100 && refused[2] > 100 && refused[3] > 20 && refused[4] == 399,
        "{refused:?}"
    );
}

type Parts = Vec<(String, Vec<u8>)>;

fn unpacked(bytes: &[u8]) -> Parts {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let length = archive.len();
    let part = |at| {
        let mut part = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        (part.name().unwrap().into_owned(), bytes)
    };
    (0..length).map(part).collect()
}

fn packed(parts: &Parts) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let folded = bytes.len() > 100_000;
        let method = if folded { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook of ours with one part exchanged, or with one more.
fn with(name: &str, text: impl Into<Vec<u8>>) -> Vec<u8> {
    let mut parts = unpacked(&workbook(&[vec![Cell::Text("A-1".into())]]));
    parts.retain(|(known, _)| known != name);
    parts.push((name.into(), text.into()));
    packed(&parts)
}

/// The same archive, whose directory says that everything in it is empty.
fn said_to_be_empty(mut bytes: Vec<u8>) -> Vec<u8> {
    for at in 0..bytes.len() - 4 {
        let size = match &bytes[at..at + 4] {
            b"PK\x01\x02" => at + 24,
            b"PK\x03\x04" => at + 22,
            _ => continue,
        };
        bytes[size..size + 4].fill(0);
    }
    bytes
}

const SHEET: &str = "xl/worksheets/sheet1.xml";
const TEXTS: &str = "xl/sharedStrings.xml";

fn rows(tags: &str) -> String {
    format!(
        "<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{tags}</sheetData></worksheet>"
    )
}

fn texts(attributes: &str) -> String {
    format!("<sst {attributes}><si><t>Tag</t></si><si><t>A-1</t></si></sst>")
}

const TWO_ROWS: &str = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>
    <row r="2"><c r="A2" t="s"><v>1</v></c></row>"#;

#[test]
fn a_workbook_that_lies_about_itself_is_refused() {
    let mut all = unpacked(&with(SHEET, rows(TWO_ROWS)));
    for count in ["400000000000", "0000000000000400000000000", "99999999999999999999999999"] {
        all.retain(|(name, _)| name != TEXTS);
        all.push((TEXTS.into(), texts(&format!("x='1' uniqueCount = '{count}'")).into_bytes()));
        assert_eq!(read(&packed(&all)), Err(Unread::Heavy), "{count}");
    }
    let bomb = with(SHEET, rows(&" ".repeat(17 * 1024 * 1024)));
    assert!(bomb.len() < 100_000);
    assert_eq!(read(&bomb), Err(Unread::Heavy));
    assert!(matches!(read(&said_to_be_empty(bomb)), Err(Unread::Workbook(_))));
    // However short the way from tag to tag.
    let tags = with(SHEET, rows(&"<row/>".repeat(50_000)));
    assert_eq!(claims::within(&tags, 300_000), Err(Unread::Heavy));
    assert_eq!(claims::within(&tags, 400_000), Ok(()));
}

#[test]
fn what_a_workbook_claims_takes_no_memory() {
    // A count that is wrong and does no harm, and a sheet said to be as large as they can be.
    let mut all = unpacked(&with(SHEET, rows(TWO_ROWS)));
    all.push((TEXTS.into(), texts("count='7' uniqueCount='100'").into_bytes()));
    let sheet = sheet(&packed(&all));
    assert_eq!((sheet.head.len(), sheet.rows.len()), (1, 1));
    assert_eq!(cells(&sheet), [["A-1"]]);
}

#[test]
fn a_little_that_would_become_a_lot_in_memory_is_refused() {
    let long = "x".repeat(1_000_000);
    let styles = |fonts: &str, styles: &str| {
        format!("<styleSheet><fonts>{fonts}</fonts><cellXfs>{styles}</cellXfs></styleSheet>")
    };
    let font = format!("<font><name val=\"{long}\"/></font>");
    // Each of a thousand styles with a font whose name is long; and ever deeper.
    for (part, text) in [
        ("xl/styles.xml", styles(&font, &"<xf fontId=\"0\"/>".repeat(1_000))),
        (SHEET, rows(&"<a>".repeat(10_001))),
    ] {
        assert_eq!(read(&with(part, text)), Err(Unread::Heavy), "{part}");
    }
    // One long text in many cells.
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(100);
    let rows = rows(&format!("<row>{cells}</row>").repeat(4));
    let mut all = unpacked(&with(SHEET, rows));
    all.push((TEXTS.into(), format!("<sst><si><t>{long}</t></si></sst>").into_bytes()));
    assert_eq!(read(&packed(&all)), Err(Unread::Heavy));
}

#[test]
fn a_quote_that_is_never_closed_is_named_by_its_line() {
    let rows = "Tag,Name\nA-1,x\nA-2,\"fifteen\nA-3,y\nA-4,z";
    assert_eq!(super::read(rows.as_bytes()), Err(super::Unread::Unclosed(3)));
    let later = format!("sep=,\n{rows}");
    assert_eq!(super::read(later.as_bytes()), Err(super::Unread::Unclosed(4)));
    for fine in ["Tag,Name\nA-1,15\" display", "Tag,Name\nA-1,\"15\"\" display\"\nA-2,\"x\""] {
        assert!(super::read(fine.as_bytes()).is_ok(), "{fine}");
    }
}
