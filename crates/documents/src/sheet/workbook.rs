//! Workbooks: read cell by cell, so that a file which claims a million columns takes no memory.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, open_workbook_from_rs};
use jiff::civil::DateTime;

use super::{Gathered, MOST_COLUMNS, MOST_ROWS, Sheet, Unread};

/// What a workbook may unfold to; a small archive can hold a lot of nothing.
const MOST_UNFOLDED: u64 = 400 * 1024 * 1024;

pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Unread> {
    if unfolded(bytes).is_none_or(|size| size > MOST_UNFOLDED) {
        return Err(Unread::Workbook("it is damaged, or unfolds to too much".into()));
    }
    // A library that reads other people's files may trip over one.
    let read = catch_unwind(AssertUnwindSafe(|| first_sheet(bytes)));
    read.unwrap_or_else(|_| Err(Unread::Workbook("it is damaged".into())))
}

fn first_sheet(bytes: &[u8]) -> Result<Sheet, Unread> {
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    for name in workbook.sheet_names() {
        match one(&mut workbook, &name) {
            Err(Unread::Empty) => {}
            read => return read,
        }
    }
    Err(Unread::Empty)
}

fn one(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Sheet, Unread> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(damaged)?;
    let mut gathered = Gathered::default();
    let (mut at, mut cells) = (0_u32, Vec::<String>::new());
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let text = written(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        if row != at {
            gathered.row(at + 1, std::mem::take(&mut cells).into_iter())?;
            at = row;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_COLUMNS {
            return Err(Unread::Wide);
        }
        if gathered.rows.len() > MOST_ROWS {
            return Err(Unread::Long);
        }
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
    }
    gathered.row(at + 1, cells.into_iter())?;
    gathered.sheet()
}

fn written(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(at) => moment(at),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
    }
}

/// `2026-09-01`, with the time where it is not midnight.
fn moment(at: &ExcelDateTime) -> String {
    if at.is_duration() {
        return at.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let small = |number: u8| i8::try_from(number).unwrap_or(-1);
    let at = i16::try_from(year).ok().and_then(|year| {
        let (month, day) = (small(month), small(day));
        DateTime::new(year, month, day, small(hour), small(minute), small(second), 0).ok()
    });
    match at {
        Some(at) if (hour, minute, second) == (0, 0, 0) => at.date().to_string(),
        Some(at) => at.to_string(),
        None => String::new(),
    }
}

fn damaged(error: impl std::fmt::Display) -> Unread {
    Unread::Workbook(error.to_string().chars().take(120).collect())
}

/// The sum of the sizes that the archive's directory names; `None` where it has none.
fn unfolded(bytes: &[u8]) -> Option<u64> {
    let number = |at: usize, length: usize| {
        let part = bytes.get(at..at.checked_add(length)?)?;
        Some(part.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)))
    };
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let (entries, start) = (number(end + 10, 2)?, number(end + 16, 4)?);
    let mut at = usize::try_from(start).ok()?;
    let mut sum = 0_u64;
    for _ in 0..entries {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        sum = sum.saturating_add(number(at + 24, 4)?);
        let further = number(at + 28, 2)? + number(at + 30, 2)? + number(at + 32, 2)?;
        at = at.checked_add(46)?.checked_add(usize::try_from(further).ok()?)?;
    }
    Some(sum)
}
