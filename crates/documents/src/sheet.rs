//! Sheets people bring: CSV in whatever encoding and with whatever separator, and workbooks. They
//! become rows of text; what the text means is somebody else's business.

mod claims;
mod delimited;
mod encoding;
mod workbook;

#[cfg(test)]
mod tests;

/// The largest file that is read, in bytes.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Rows below the head. They are imported in one transaction, and this many take less time than
/// others who write wait for their turn.
pub const MOST_ROWS: usize = 25_000;
pub const MOST_COLUMNS: usize = 200;

/// A table of text below a head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    pub head: Vec<String>,
    /// None is blank all over. Each ends with its last cell that is not blank.
    pub rows: Vec<SheetRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Where a person finds it in the file; counted from one.
    pub line: u32,
    pub cells: Vec<String>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error("the file is empty; hint: it needs a row of column names and rows below it")]
    Empty,
    #[error("there are column names and no rows below them; hint: is it the right sheet?")]
    NoRows,
    #[error("the file has more than 20 MB; hint: split it, or leave out columns you do not need")]
    Large,
    #[error("there are more than 25,000 rows; hint: split the file")]
    Long,
    #[error("there are more than 200 columns; hint: leave out those you do not need")]
    Wide,
    #[error("this is a workbook of the old kind; hint: save it as .xlsx or CSV")]
    OldWorkbook,
    #[error(
        "the workbook unfolds to more than can be read; hint: leave out columns you do not need, or save the sheet as CSV"
    )]
    Heavy,
    #[error("the workbook cannot be read: {0}; hint: open it, save it as .xlsx or CSV, try again")]
    Workbook(String),
    #[error(
        "line {0} opens a quote that is never closed, so that everything below it is one cell; hint: close it, or write a quote inside quotes twice"
    )]
    Unclosed(u32),
    #[error("this is neither CSV nor a workbook; hint: save the table as CSV or .xlsx")]
    NoSheet,
}

/// Reads a file by what it is, not by what it is called. Of a workbook the first sheet that has
/// anything in it.
pub fn read(bytes: &[u8]) -> Result<Sheet, Unread> {
    if bytes.len() > MOST_BYTES {
        return Err(Unread::Large);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook::read(bytes);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Unread::OldWorkbook);
    }
    delimited::read(&encoding::decode(bytes).ok_or(Unread::NoSheet)?)
}

/// Rows as they come, put under a head.
#[derive(Default)]
struct Gathered {
    head: Option<Vec<String>>,
    rows: Vec<SheetRow>,
    width: usize,
}

impl Gathered {
    /// The first row with anything in it is the head; blank rows are passed over.
    fn row(&mut self, line: u32, all: impl Iterator<Item = String>) -> Result<(), Unread> {
        let mut cells = Vec::new();
        for (at, cell) in all.enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
            if at >= MOST_COLUMNS {
                return Err(Unread::Wide);
            }
            cells.resize(at, String::new());
            cells.push(cell);
        }
        if cells.is_empty() {
            return Ok(());
        }
        self.width = self.width.max(cells.len());
        if self.head.is_none() {
            self.head = Some(cells);
            return Ok(());
        }
        if self.rows.len() == MOST_ROWS {
            return Err(Unread::Long);
        }
        self.rows.push(SheetRow { line, cells });
        Ok(())
    }

    fn sheet(self) -> Result<Sheet, Unread> {
        let Some(mut head) = self.head else { return Err(Unread::Empty) };
        if self.rows.is_empty() {
            return Err(Unread::NoRows);
        }
        head.resize(self.width, String::new());
        for (at, name) in (1..).zip(&mut head) {
            let plain = name.split_whitespace().collect::<Vec<_>>().join(" ");
            *name = if plain.is_empty() {
                format!("Column {at}")
            } else {
                plain.chars().take(200).collect()
            };
        }
        Ok(Sheet { head, rows: self.rows })
    }
}
