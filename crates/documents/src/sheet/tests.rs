//! Files as people bring them, and files nobody should.

use jiff::tz::TimeZone;

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
fn a_column_without_a_name_gets_its_number_and_ragged_rows_are_even() {
    let sheet = sheet(b"Tag,,Name\nA-1\nA-2,x,y,z\n");
    assert_eq!(sheet.head, ["Tag", "Column 2", "Name", "Column 4"]);
    assert_eq!(cells(&sheet), [["A-1", "", "", ""], ["A-2", "x", "y", "z"]]);
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
    let to = std::io::Cursor::new(Vec::new());
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
        [["A-1", "2026-01-31", "1299"], ["42", "2026-09-01T08:15:42", ""], ["A-3", "", "yes"]]
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

#[test]
fn whatever_the_bytes_are_they_are_read_or_refused() {
    let whole = workbook(&[vec![Cell::Text("A-1".into()), Cell::Blank, Cell::Whole(3)]]);
    for seed in 1..400 {
        let mut next = noise(seed);
        let length = usize::from(next()) * 3;
        let random: Vec<u8> = (0..length).map(|_| next()).collect();
        drop(read(&random));
        let text: Vec<u8> =
            random.iter().map(|byte| b",;\"\n\rab\t"[usize::from(byte % 8)]).collect();
        drop(read(&text));
        // A workbook with a few bytes turned.
        let mut bent = whole.clone();
        for _ in 0..=seed % 7 {
            let at = (usize::from(next()) << 8 | usize::from(next())) % bent.len();
            bent[at] = next();
        }
        drop(read(&bent));
        drop(read(&whole[..usize::from(next()) * whole.len() / 256]));
    }
}
