//! Workbooks read back by another library.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx as Book};

use super::*;

fn read_back(cells: &[Vec<Cell>], most: u32) -> Vec<(String, Range<Data>)> {
    let columns: Vec<Column> =
        cells[0].iter().enumerate().map(|(n, _)| Column::new(format!("c{n}"), 12)).collect();
    let zone = TimeZone::fixed(jiff::tz::offset(2));
    let mut xlsx =
        Xlsx::with_rows(Cursor::new(Vec::new()), "Assets", &columns, zone, most).unwrap();
    for row in cells {
        xlsx.row(row).unwrap();
    }
    let bytes = xlsx.finish().unwrap().into_inner();
    Book::new(Cursor::new(bytes)).unwrap().worksheets()
}

#[test]
fn values_come_back_in_their_kind() {
    let row = vec![
        Cell::Text("משרד 💻\ntwo lines".into()),
        Cell::Blank,
        Cell::YesNo(false),
        Cell::Whole(7),
        Cell::Number(0.5),
        Cell::Money { minor: 49_990, digits: 2 },
        Cell::Size(228_270_000_000),
        Cell::Date("2026-01-31".parse().unwrap()),
        Cell::Moment("2026-09-01T22:15:42Z".parse().unwrap()),
        Cell::Date("1815-12-10".parse().unwrap()),
    ];
    let sheets = read_back(&[row], ROWS);
    let [(name, sheet)] = &sheets[..] else { panic!("one sheet") };
    assert_eq!(name, "Assets");
    let cells: Vec<&Data> = sheet.rows().nth(1).unwrap().iter().collect();
    assert_eq!(cells[0], &Data::String("משרד 💻\ntwo lines".into()));
    assert_eq!(cells[1], &Data::Empty);
    assert_eq!(cells[2], &Data::Bool(false));
    assert_eq!([cells[3], cells[4]], [&Data::Float(7.0), &Data::Float(0.5)]);
    assert_eq!(cells[5], &Data::Float(499.9));
    assert_eq!(cells[6], &Data::Float(228_270_000_000.0));
    let day = |cell: &Data| match cell {
        Data::DateTime(at) => at.to_ymd_hms_milli(),
        other => panic!("{other:?} is no date"),
    };
    assert_eq!(day(cells[7]), (2026, 1, 31, 0, 0, 0, 0));
    // Two hours east of UTC it is the next day already.
    assert_eq!(day(cells[8]), (2026, 9, 2, 0, 15, 42, 0));
    assert_eq!(cells[9], &Data::String("1815-12-10".into()));
}

#[test]
fn what_could_be_a_formula_is_text() {
    let sheets = read_back(&[vec![Cell::Text("=1+1".into())]], ROWS);
    assert_eq!(sheets[0].1.get_value((1, 0)), Some(&Data::String("'=1+1".into())));
}

#[test]
fn a_table_longer_than_a_sheet_goes_on_in_the_next() {
    let rows: Vec<_> = (0..5).map(|n| vec![Cell::Whole(n)]).collect();
    let sheets = read_back(&rows, 3);
    let names: Vec<_> =
        sheets.iter().map(|(name, sheet)| (name.as_str(), sheet.height())).collect();
    assert_eq!(names, [("Assets", 3), ("Assets 2", 3), ("Assets 3", 2)]);
    assert!(
        sheets.iter().all(|(_, sheet)| sheet.get_value((0, 0)) == Some(&Data::String("c0".into())))
    );
}

#[test]
fn a_text_too_long_for_a_cell_is_cut_and_says_so() {
    let sheets = read_back(&[vec![Cell::Text("💻".repeat(20_000))]], ROWS);
    let Some(Data::String(text)) = sheets[0].1.get_value((1, 0)) else { panic!("text") };
    assert!(text.ends_with('…') && text.encode_utf16().count() <= LONGEST);
}
