//! Workbooks: read cell by cell, so that a file which claims a million columns takes no memory.

use std::io::Cursor;
use std::panic::catch_unwind;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, open_workbook_from_rs};
use jiff::civil::DateTime;

use super::{Gathered, MOST_COLUMNS, MOST_ROWS, Sheet, Unread, claims};

/// What the cells of a sheet may take in memory: a text that stands once in a file may stand in
/// every cell.
const MOST_HELD: usize = 256 * 1024 * 1024;
/// Sheets that are looked at for something in them.
const MOST_SHEETS: usize = 50;

pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Unread> {
    // A library that reads other people's files may trip over one.
    let read = catch_unwind(|| uncaught(bytes));
    read.unwrap_or_else(|_| Err(Unread::Workbook("it is damaged".into())))
}

pub(super) fn uncaught(bytes: &[u8]) -> Result<Sheet, Unread> {
    claims::look_through(bytes)?;
    first_sheet(bytes)
}

fn first_sheet(bytes: &[u8]) -> Result<Sheet, Unread> {
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    for name in workbook.sheet_names().into_iter().take(MOST_SHEETS) {
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
    let (mut at, mut cells, mut held) = (0_u32, Vec::<String>::new(), 0_usize);
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
        let wider = (column + 1).saturating_sub(cells.len());
        held += wider * size_of::<String>() + text.len();
        if held > MOST_HELD {
            return Err(Unread::Heavy);
        }
        if wider > 0 {
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

pub(super) fn damaged(error: impl std::fmt::Display) -> Unread {
    Unread::Workbook(error.to_string().chars().take(120).collect())
}
