//! Workbooks: typed cells, a head that stays in sight, a filter on every column. Rows go to a
//! temporary file of the library as they come, so that a long table takes no memory.

use std::borrow::Cow;
use std::io::{self, Seek, Write};

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::cell::{Cell, Column, amount};
use crate::guard::harmless;

/// Rows of one sheet, the head included; what is more goes to a further sheet.
const ROWS: u32 = 1_048_576;
/// Characters of one cell; a longer text is cut.
const LONGEST: usize = 32_767;

/// A table that is written row by row.
pub struct Xlsx<W: Write + Seek + Send> {
    writer: W,
    workbook: Workbook,
    title: String,
    columns: Vec<Column>,
    /// Of instants: a spreadsheet knows none, so they are written as clocks there showed them.
    zone: TimeZone,
    formats: Formats,
    sheets: usize,
    row: u32,
    most: u32,
}

struct Formats {
    head: Format,
    date: Format,
    moment: Format,
    size: Format,
    /// By digits after the point.
    money: [Format; 4],
}

impl<W: Write + Seek + Send> Xlsx<W> {
    /// `title` is the sheet's name.
    pub fn new(writer: W, title: &str, columns: &[Column], zone: TimeZone) -> io::Result<Self> {
        Self::with_rows(writer, title, columns, zone, ROWS)
    }

    fn with_rows(
        writer: W,
        title: &str,
        columns: &[Column],
        zone: TimeZone,
        most: u32,
    ) -> io::Result<Self> {
        let (title, columns) = (title.to_owned(), columns.to_vec());
        let (workbook, formats) = (Workbook::new(), Formats::new());
        let mut this =
            Xlsx { writer, workbook, title, columns, zone, formats, sheets: 0, row: 0, most };
        this.open_sheet()?;
        Ok(this)
    }

    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        if self.row == self.most {
            self.close_sheet()?;
            self.open_sheet()?;
        }
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1).map_err(failed)?;
        for (column, cell) in (0_u16..).zip(cells) {
            write(sheet, (self.row, column), cell, &self.formats, &self.zone).map_err(failed)?;
        }
        self.row += 1;
        Ok(())
    }

    /// Puts the workbook together, and gives the writer back.
    pub fn finish(mut self) -> io::Result<W> {
        self.close_sheet()?;
        self.workbook.save_to_writer(&mut self.writer).map_err(failed)?;
        Ok(self.writer)
    }

    fn open_sheet(&mut self) -> io::Result<()> {
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.title.clone(),
            further => format!("{} {further}", self.title),
        };
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(name).map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        for (column, about) in (0_u16..).zip(&self.columns) {
            sheet.set_column_width(column, f64::from(about.width)).map_err(failed)?;
            let label = cut(&about.label);
            let head = &self.formats.head;
            sheet.write_string_with_format(0, column, label, head).map_err(failed)?;
        }
        self.row = 1;
        Ok(())
    }

    fn close_sheet(&mut self) -> io::Result<()> {
        let last = u16::try_from(self.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1).map_err(failed)?;
        sheet.autofilter(0, 0, self.row - 1, last).map_err(failed)?;
        Ok(())
    }
}

impl Formats {
    fn new() -> Self {
        let plain = |pattern: &str| Format::new().set_num_format(pattern);
        // Thousands of a power at a time, as disks are sold; the cell keeps the bytes.
        let size = "[>=1000000000]0.00,,,\" GB\";[>=1000000]0.0,,\" MB\";0\" B\"";
        Formats {
            head: Format::new().set_bold(),
            date: plain("yyyy-mm-dd"),
            moment: plain("yyyy-mm-dd hh:mm:ss"),
            size: plain(size),
            money: ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000"].map(plain),
        }
    }
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    formats: &Formats,
    zone: &TimeZone,
) -> Result<(), XlsxError> {
    let number = match cell {
        Cell::Blank => return Ok(()),
        Cell::Text(text) => return sheet.write_string(row, column, cut(text)).map(drop),
        Cell::YesNo(yes) => return sheet.write_boolean(row, column, *yes).map(drop),
        Cell::Whole(number) => return sheet.write_number(row, column, lossy(*number)).map(drop),
        Cell::Number(number) => return sheet.write_number(row, column, *number).map(drop),
        Cell::Money { minor, digits } => {
            let amount = amount(*minor, *digits).parse::<f64>().unwrap_or_default();
            (Some(amount), &formats.money[usize::try_from(*digits).unwrap_or_default().min(3)])
        }
        Cell::Size(bytes) => {
            (Some(lossy(i64::try_from(*bytes).unwrap_or(i64::MAX))), &formats.size)
        }
        Cell::Date(date) => {
            (serial(date.to_datetime(jiff::civil::Time::midnight())), &formats.date)
        }
        Cell::Moment(at) => (serial(at.to_zoned(zone.clone()).datetime()), &formats.moment),
    };
    match number {
        (Some(number), format) => sheet.write_number_with_format(row, column, number, format),
        // Spreadsheets have no days before 1900; as text they are at least there.
        (None, _) => sheet.write_string(row, column, old(cell)),
    }
    .map(drop)
}

/// Days since the last of 1899, as spreadsheets count; their count is sound from March 1900 on.
fn serial(at: DateTime) -> Option<f64> {
    let days = at.date().since(Date::constant(1899, 12, 30)).ok()?.get_days();
    let time = at.time();
    let seconds =
        i32::from(time.hour()) * 3_600 + i32::from(time.minute()) * 60 + i32::from(time.second());
    (days > 60).then(|| f64::from(days) + f64::from(seconds) / 86_400.0)
}

fn old(cell: &Cell) -> String {
    match cell {
        Cell::Date(date) => date.to_string(),
        Cell::Moment(at) => at.to_string(),
        _ => String::new(),
    }
}

/// Spreadsheets hold nothing but doubles.
#[expect(clippy::cast_precision_loss, reason = "what the format can hold")]
fn lossy(number: i64) -> f64 {
    number as f64
}

fn cut(text: &str) -> Cow<'_, str> {
    let text = harmless(text);
    if text.len() <= LONGEST || text.encode_utf16().count() <= LONGEST {
        return text;
    }
    let mut room = LONGEST - 1;
    let end = text.char_indices().find(|(_, letter)| {
        let fits = room >= letter.len_utf16();
        room = room.saturating_sub(letter.len_utf16());
        !fits
    });
    let end = end.map_or(text.len(), |(end, _)| end);
    Cow::Owned(format!("{}…", &text[..end]))
}

fn failed(error: XlsxError) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests;
