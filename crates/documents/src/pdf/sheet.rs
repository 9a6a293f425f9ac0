//! Sheets and rolls of labels, in millimeters, as their makers give them; and one's own.

use std::borrow::Cow;

use super::{Rect, float};

/// How labels stand on a sheet. A roll is a sheet with one label.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The word for it in addresses: `avery-5160`.
    pub key: Cow<'static, str>,
    pub brand: Cow<'static, str>,
    pub name: Cow<'static, str>,
    pub page_width: f32,
    pub page_height: f32,
    pub columns: usize,
    pub rows: usize,
    pub width: f32,
    pub height: f32,
    pub left: f32,
    pub top: f32,
    /// From one label to the next.
    pub across: f32,
    pub down: f32,
    /// What a printer cannot or should not print on, at each side of a label.
    pub inset_x: f32,
    pub inset_y: f32,
    /// Of its corners.
    pub round: f32,
}

const INCH: f32 = 25.4;
const LETTER: (f32, f32) = (8.5 * INCH, 11.0 * INCH);
const A4: (f32, f32) = (210.0, 297.0);

/// The sheets people have, as their makers describe them.
pub static SHEETS: [Sheet; 33] = [
    letter(
        "avery-5160",
        "5160, 8160, 5260 · 30 a sheet, 1 × 2⅝ in",
        (3, 10),
        (2.625, 1.0),
        (0.1875, 0.5),
        (2.75, 1.0),
    ),
    letter(
        "avery-5161",
        "5161, 8161, 5261 · 20 a sheet, 1 × 4 in",
        (2, 10),
        (4.0, 1.0),
        (0.156_25, 0.5),
        (4.1875, 1.0),
    ),
    letter(
        "avery-5162",
        "5162, 8162 · 14 a sheet, 1⅓ × 4 in",
        (2, 7),
        (4.0, 4.0 / 3.0),
        (0.156_25, 5.0 / 6.0),
        (4.1875, 4.0 / 3.0),
    ),
    letter(
        "avery-5163",
        "5163, 8163, 5263 · 10 a sheet, 2 × 4 in",
        (2, 5),
        (4.0, 2.0),
        (0.156_25, 0.5),
        (4.1875, 2.0),
    ),
    letter(
        "avery-5164",
        "5164, 8164 · 6 a sheet, 3⅓ × 4 in",
        (2, 3),
        (4.0, 10.0 / 3.0),
        (0.156_25, 0.5),
        (4.1875, 10.0 / 3.0),
    ),
    letter(
        "avery-5167",
        "5167, 8167, 5267 · 80 a sheet, ½ × 1¾ in",
        (4, 20),
        (1.75, 0.5),
        (0.281_25, 0.5),
        (2.0625, 0.5),
    ),
    a4("avery-l7159", "L7159 · 24 a sheet, 63.5 × 33.9 mm", (3, 8), (63.5, 33.9), (66.04, 33.9)),
    a4(
        "avery-l7160",
        "L7160, J8160 · 21 a sheet, 63.5 × 38.1 mm",
        (3, 7),
        (63.5, 38.1),
        (66.04, 38.1),
    ),
    a4("avery-l7161", "L7161 · 18 a sheet, 63.5 × 46.6 mm", (3, 6), (63.5, 46.6), (66.04, 46.6)),
    a4("avery-l7162", "L7162 · 16 a sheet, 99.1 × 33.9 mm", (2, 8), (99.1, 33.9), (101.6, 33.9)),
    a4(
        "avery-l7163",
        "L7163, J8163 · 14 a sheet, 99.1 × 38.1 mm",
        (2, 7),
        (99.1, 38.1),
        (101.6, 38.1),
    ),
    a4(
        "avery-l7651",
        "L7651, J8651 · 65 a sheet, 38.1 × 21.2 mm",
        (5, 13),
        (38.1, 21.2),
        (40.64, 21.2),
    ),
    a4("avery-l4731", "L4731 · 189 a sheet, 25.4 × 10 mm", (7, 27), (25.4, 10.0), (27.94, 10.0)),
    a4("avery-l4732", "L4732 · 80 a sheet, 35.6 × 16.9 mm", (5, 16), (35.6, 16.9), (38.1, 16.9)),
    a4(
        "avery-l4778",
        "L4778, L6009, heavy duty · 48 a sheet, 45.7 × 21.2 mm",
        (4, 12),
        (45.7, 21.2),
        (48.26, 21.2),
    ),
    roll("dymo-30252", "Dymo", "30252, 99010 · 28 × 89 mm", (89.0, 28.0), (6.0, 1.5)),
    roll("dymo-30321", "Dymo", "30321, 99012 · 36 × 89 mm", (89.0, 36.0), (6.0, 1.5)),
    roll("dymo-30330", "Dymo", "30330, 11355 · 19 × 51 mm", (51.0, 19.0), (4.0, 1.5)),
    roll("dymo-30332", "Dymo", "30332 · 25 × 25 mm", (25.4, 25.4), (2.0, 2.0)),
    roll("dymo-30334", "Dymo", "30334, 11354 · 32 × 57 mm", (57.0, 32.0), (3.0, 3.0)),
    roll("dymo-30336", "Dymo", "30336, 11352 · 25 × 54 mm", (54.0, 25.4), (5.0, 1.5)),
    roll("dymo-11353", "Dymo", "11353 · 13 × 25 mm", (25.0, 13.0), (1.5, 1.5)),
    roll("dymo-30256", "Dymo", "30256 · 59 × 102 mm", (102.0, 59.0), (6.0, 2.0)),
    roll("brother-dk-11201", "Brother", "DK-11201 · 29 × 90 mm", (90.0, 29.0), (3.0, 1.5)),
    roll("brother-dk-11202", "Brother", "DK-11202 · 62 × 100 mm", (100.0, 62.0), (3.5, 1.5)),
    roll("brother-dk-11203", "Brother", "DK-11203 · 17 × 87 mm", (87.0, 17.0), (3.0, 1.5)),
    roll("brother-dk-11204", "Brother", "DK-11204 · 17 × 54 mm", (54.0, 17.0), (3.0, 1.5)),
    roll("brother-dk-11208", "Brother", "DK-11208 · 38 × 90 mm", (90.0, 38.0), (3.0, 1.5)),
    roll("brother-dk-11209", "Brother", "DK-11209 · 29 × 62 mm", (62.0, 29.0), (3.0, 1.5)),
    roll("brother-dk-11221", "Brother", "DK-11221 · 23 × 23 mm", (23.0, 23.0), (1.5, 1.5)),
    roll(
        "brother-dk-22205",
        "Brother",
        "DK-22205, continuous · 62 mm, cut at 30 mm",
        (62.0, 30.0),
        (1.5, 3.0),
    ),
    roll(
        "brother-dk-22210",
        "Brother",
        "DK-22210, continuous · 29 mm, cut at 60 mm",
        (60.0, 29.0),
        (3.0, 1.5),
    ),
    roll(
        "brother-dk-22214",
        "Brother",
        "DK-22214, continuous · 12 mm, cut at 50 mm",
        (50.0, 12.0),
        (3.0, 1.0),
    ),
];

/// Avery on US Letter, in inches.
const fn letter(
    key: &'static str,
    name: &'static str,
    (columns, rows): (usize, usize),
    (width, height): (f32, f32),
    (left, top): (f32, f32),
    (across, down): (f32, f32),
) -> Sheet {
    Sheet {
        key: Cow::Borrowed(key),
        brand: Cow::Borrowed("Avery, US Letter"),
        name: Cow::Borrowed(name),
        page_width: LETTER.0,
        page_height: LETTER.1,
        columns,
        rows,
        width: width * INCH,
        height: height * INCH,
        left: left * INCH,
        top: top * INCH,
        across: across * INCH,
        down: down * INCH,
        inset_x: 1.6,
        inset_y: if height < 0.8 { 1.1 } else { 1.6 },
        round: 1.6,
    }
}

/// Avery on A4, where the labels stand in the middle of the page.
const fn a4(
    key: &'static str,
    name: &'static str,
    (columns, rows): (usize, usize),
    (width, height): (f32, f32),
    (across, down): (f32, f32),
) -> Sheet {
    Sheet {
        key: Cow::Borrowed(key),
        brand: Cow::Borrowed("Avery, A4"),
        name: Cow::Borrowed(name),
        page_width: A4.0,
        page_height: A4.1,
        columns,
        rows,
        width,
        height,
        left: (A4.0 - width - float(columns - 1) * across) / 2.0,
        top: (A4.1 - height - float(rows - 1) * down) / 2.0,
        across,
        down,
        inset_x: 1.5,
        inset_y: if height < 20.0 { 1.0 } else { 1.5 },
        round: 1.5,
    }
}

const fn roll(
    key: &'static str,
    brand: &'static str,
    name: &'static str,
    (width, height): (f32, f32),
    (inset_x, inset_y): (f32, f32),
) -> Sheet {
    Sheet {
        key: Cow::Borrowed(key),
        brand: Cow::Borrowed(brand),
        name: Cow::Borrowed(name),
        page_width: width,
        page_height: height,
        columns: 1,
        rows: 1,
        width,
        height,
        left: 0.0,
        top: 0.0,
        across: width,
        down: height,
        inset_x,
        inset_y,
        round: 1.0,
    }
}

/// A sheet as people measure it, in millimeters. The margins are the same on opposite sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Own {
    pub page_width: f32,
    pub page_height: f32,
    pub margin_x: f32,
    pub margin_y: f32,
    pub columns: usize,
    pub rows: usize,
    pub gap_x: f32,
    pub gap_y: f32,
}

/// A sheet that cannot be; the measure that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    pub field: &'static str,
    pub why: String,
}

/// Nothing smaller holds a code and a word.
const LEAST: (f32, f32) = (10.0, 8.0);

impl Own {
    pub fn sheet(self) -> Result<Sheet, Bad> {
        let bad = |field, why: &str| Err(Bad { field, why: why.into() });
        let sane = |length: f32, least: f32, most: f32| (least..=most).contains(&length);
        if !sane(self.page_width, LEAST.0, 1_000.0) {
            return bad("page_width", "a page is 10 to 1,000 mm wide");
        }
        if !sane(self.page_height, LEAST.1, 1_000.0) {
            return bad("page_height", "a page is 8 to 1,000 mm high");
        }
        for (field, length) in [
            ("margin_x", self.margin_x),
            ("margin_y", self.margin_y),
            ("gap_x", self.gap_x),
            ("gap_y", self.gap_y),
        ] {
            if !sane(length, 0.0, 500.0) {
                return bad(field, "this is 0 to 500 mm");
            }
        }
        if !(1..=50).contains(&self.columns) {
            return bad("columns", "a sheet has 1 to 50 columns");
        }
        if !(1..=50).contains(&self.rows) {
            return bad("rows", "a sheet has 1 to 50 rows");
        }
        let each = |page: f32, margin: f32, gap: f32, count: usize| {
            (page - 2.0 * margin - gap * float(count - 1)) / float(count)
        };
        let width = each(self.page_width, self.margin_x, self.gap_x, self.columns);
        let height = each(self.page_height, self.margin_y, self.gap_y, self.rows);
        if width < LEAST.0 {
            return Err(Bad { field: "columns", why: too_small(width, "wide", LEAST.0) });
        }
        if height < LEAST.1 {
            return Err(Bad { field: "rows", why: too_small(height, "high", LEAST.1) });
        }
        let inset = if width.min(height) < 20.0 { 1.0 } else { 1.5 };
        Ok(Sheet {
            key: "own".into(),
            brand: "Your own".into(),
            name: format!("{} × {} of {width:.1} × {height:.1} mm", self.columns, self.rows).into(),
            page_width: self.page_width,
            page_height: self.page_height,
            columns: self.columns,
            rows: self.rows,
            width,
            height,
            left: self.margin_x,
            top: self.margin_y,
            across: width + self.gap_x,
            down: height + self.gap_y,
            inset_x: inset,
            inset_y: inset,
            round: 1.0,
        })
    }
}

fn too_small(length: f32, how: &str, least: f32) -> String {
    let length = length.max(0.0);
    format!("that leaves {length:.1} mm for a label, and it has to be {least:.0} mm {how}")
}

impl Sheet {
    /// How many labels a page has.
    pub fn labels(&self) -> usize {
        self.columns * self.rows
    }

    /// Pages for so many labels, beginning at this place of the first.
    pub fn pages(&self, labels: usize, start: usize) -> usize {
        (labels + start.saturating_sub(1)).div_ceil(self.labels())
    }

    /// A label's box, counted from 0, row by row.
    pub(crate) fn place(&self, number: usize) -> Rect {
        let (row, column) = (number / self.columns, number % self.columns);
        Rect {
            x: self.left + float(column) * self.across,
            y: self.top + float(row) * self.down,
            width: self.width,
            height: self.height,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_of_every_sheet_lies_on_its_page_beside_its_neighbors() {
        for sheet in &SHEETS {
            let last = sheet.place(sheet.labels() - 1);
            let right = sheet.page_width - last.x - last.width;
            let below = sheet.page_height - last.y - last.height;
            assert!(sheet.left >= 0.0 && sheet.top >= 0.0, "{}", sheet.key);
            // The makers leave the same margin on both sides.
            assert!((right - sheet.left).abs() < 0.1, "{}: {right} {}", sheet.key, sheet.left);
            assert!((below - sheet.top).abs() < 0.6, "{}: {below} {}", sheet.key, sheet.top);
            assert!(sheet.columns == 1 || sheet.across >= sheet.width, "{}", sheet.key);
            assert!(sheet.rows == 1 || sheet.down >= sheet.height - 0.001, "{}", sheet.key);
        }
        let mut keys: Vec<_> = SHEETS.iter().map(|sheet| &sheet.key).collect();
        keys.dedup();
        assert_eq!(keys.len(), SHEETS.len());
    }

    #[test]
    fn a_sheet_of_ones_own_is_measured_from_its_page() {
        let own = Own {
            page_width: 210.0,
            page_height: 297.0,
            margin_x: 5.0,
            margin_y: 13.5,
            columns: 4,
            rows: 10,
            gap_x: 2.0,
            gap_y: 0.0,
        };
        let sheet = own.sheet().unwrap();
        assert_eq!((sheet.width, sheet.height, sheet.across), (48.5, 27.0, 50.5));
        assert_eq!((sheet.pages(41, 1), sheet.pages(40, 1), sheet.pages(40, 2)), (2, 1, 2));
        let wrong = |own: Own| own.sheet().unwrap_err().field;
        assert_eq!(wrong(Own { page_width: 5.0, ..own }), "page_width");
        assert_eq!(wrong(Own { columns: 0, ..own }), "columns");
        assert_eq!(wrong(Own { columns: 30, ..own }), "columns");
        assert_eq!(wrong(Own { margin_x: f32::NAN, ..own }), "margin_x");
        assert_eq!(wrong(Own { gap_y: -1.0, ..own }), "gap_y");
        assert_eq!(wrong(Own { rows: 50, ..own }), "rows");
    }
}
