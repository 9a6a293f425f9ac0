//! CSV as RFC 4180 has it: UTF-8, a head, CRLF, quotes only where they are needed. Instants are
//! RFC 3339 in UTC, so that a program reads them the same everywhere.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};

use crate::cell::{Cell, Column, amount};
use crate::guard::harmless;

/// A table that is written row by row.
pub struct Csv<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> Csv<W> {
    pub fn new(writer: W, columns: &[Column]) -> io::Result<Self> {
        let writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .buffer_capacity(64 * 1024)
            .from_writer(writer);
        let mut csv = Csv { writer };
        let labels = columns.iter().map(|column| harmless(&column.label));
        labels.into_iter().try_for_each(|label| csv.writer.write_field(label.as_bytes()))?;
        csv.end_of_row()?;
        Ok(csv)
    }

    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        for cell in cells {
            self.writer.write_field(written(cell).as_bytes())?;
        }
        self.end_of_row()
    }

    /// Writes what is still held back, and gives the writer back.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|error| error.into_error())
    }

    fn end_of_row(&mut self) -> io::Result<()> {
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }
}

fn written(cell: &Cell) -> Cow<'_, str> {
    Cow::Owned(match cell {
        Cell::Blank => return Cow::Borrowed(""),
        Cell::Text(text) => return harmless(text),
        Cell::YesNo(yes) => return Cow::Borrowed(if *yes { "true" } else { "false" }),
        Cell::Whole(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Money { minor, digits } => amount(*minor, *digits),
        Cell::Size(bytes) => bytes.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Moment(at) => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cells: &[Cell], expect: &str) {
        let columns: Vec<Column> = cells.iter().map(|_| Column::new("h", 10)).collect();
        let mut csv = Csv::new(Vec::new(), &columns).unwrap();
        csv.row(cells).unwrap();
        let text = String::from_utf8(csv.finish().unwrap()).unwrap();
        assert_eq!(text.split_once("\r\n").unwrap().1, format!("{expect}\r\n"));
    }

    #[test]
    fn values_are_written_as_programs_read_them() {
        check(
            &[
                Cell::Blank,
                Cell::YesNo(true),
                Cell::Whole(-3),
                Cell::Number(0.5),
                Cell::Money { minor: -49_905, digits: 2 },
                Cell::Money { minor: 1_200, digits: 0 },
                Cell::Size(228_270_000_000),
                Cell::Date("2026-01-31".parse().unwrap()),
                Cell::Moment("2026-09-01T08:15:42.104233Z".parse().unwrap()),
            ],
            ",true,-3,0.5,-499.05,1200,228270000000,2026-01-31,2026-09-01T08:15:42Z",
        );
    }

    #[test]
    fn text_is_quoted_where_it_has_to_be_and_never_run() {
        let text = |text: &str| Cell::Text(text.into());
        check(&[text("a,b"), text("say \"hi\"")], "\"a,b\",\"say \"\"hi\"\"\"");
        check(&[text("two\nlines"), text("משרד 💻")], "\"two\nlines\",משרד 💻");
        check(&[text("=1+1"), text("-2"), text("\tx")], "'=1+1,'-2,'\tx");
    }

    #[test]
    fn a_lone_blank_is_still_a_row() {
        check(&[Cell::Blank], "\"\"");
    }

    #[test]
    fn a_head_is_text_like_any_other() {
        let csv = Csv::new(Vec::new(), &[Column::new("=x", 5), Column::new("a,b", 5)]).unwrap();
        assert_eq!(String::from_utf8(csv.finish().unwrap()).unwrap(), "'=x,\"a,b\"\r\n");
    }
}
