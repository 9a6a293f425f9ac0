//! The handover sheet: who received what, with room to sign, over as many pages as it takes.

use krilla::Document;

use super::Rect;
use super::font::{Fonts, Line, Weight};
use super::pen::{boxes, document, finished, page_of, text};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    #[default]
    A4,
    Letter,
}

/// All that stands on it, in words.
#[derive(Debug, Clone, Default)]
pub struct Handover {
    pub company: String,
    pub date: String,
    pub name: String,
    /// Beside the name: e-mail, department, location.
    pub about: Vec<(String, String)>,
    pub assets: Vec<HandoverAsset>,
    /// What is signed to; paragraphs are lines.
    pub terms: String,
    pub paper: Paper,
}

#[derive(Debug, Clone, Default)]
pub struct HandoverAsset {
    pub tag: String,
    pub what: String,
    pub serial: String,
    pub since: String,
    pub due: String,
}

impl Paper {
    const fn size(self) -> (f32, f32) {
        match self {
            Paper::A4 => (210.0, 297.0),
            Paper::Letter => (215.9, 279.4),
        }
    }
}

const MARGIN: f32 = 18.0;
const LEADING: f32 = 1.4;
const SMALL: f32 = 3.0;
const PLAIN: f32 = 3.5;
const TITLE: f32 = 7.0;
/// Above and below the lines of a row.
const PADDING: f32 = 1.5;
/// The heads of the table and the part of the width each column has.
const COLUMNS: [(&str, f32); 5] = [
    ("Asset tag", 0.19),
    ("What it is", 0.33),
    ("Serial", 0.2),
    ("Since", 0.14),
    ("Due back", 0.14),
];
/// What the signatures need.
const SIGNATURES: f32 = 42.0;

pub fn handover(fonts: &Fonts, sheet: &Handover) -> Vec<u8> {
    let mut flow = Flow::new(fonts, sheet.paper);
    flow.head(sheet);
    flow.table(&sheet.assets);
    flow.terms(sheet);
    flow.signatures(sheet);
    flow.written(sheet)
}

/// What is drawn on one page.
#[derive(Default)]
struct Page {
    texts: Vec<(f32, f32, f32, Line)>,
    rules: Vec<Rect>,
}

struct Flow<'f> {
    fonts: &'f Fonts,
    paper: Paper,
    pages: Vec<Page>,
    /// How far down the page is full.
    y: f32,
    wide: f32,
}

impl<'f> Flow<'f> {
    fn new(fonts: &'f Fonts, paper: Paper) -> Self {
        let wide = paper.size().0 - 2.0 * MARGIN;
        Flow { fonts, paper, pages: vec![Page::default()], y: MARGIN, wide }
    }

    fn page(&mut self) -> &mut Page {
        self.pages.last_mut().expect("there is a first page")
    }

    /// Whether so much fits below.
    fn fits(&self, height: f32) -> bool {
        self.y + height <= self.paper.size().1 - MARGIN - 6.0
    }

    fn turn(&mut self) {
        self.pages.push(Page::default());
        self.y = MARGIN;
    }

    /// A line at `x`, its top at `y`.
    fn put(&mut self, x: f32, y: f32, size: f32, line: Line) {
        // A text that reads from the right still begins at its column, so that columns stay columns.
        self.page().texts.push((x, y + size * 1.07, size, line));
    }

    fn paragraph(&mut self, words: &str, weight: Weight, size: f32) {
        for line in self.fonts.wrapped(words, weight, self.wide / size) {
            if !self.fits(size * LEADING) {
                self.turn();
            }
            self.put(MARGIN, self.y, size, line);
            self.y += size * LEADING;
        }
    }

    fn rule(&mut self, x: f32, y: f32, width: f32) {
        self.page().rules.push(Rect { x, y, width, height: 0.25 });
    }

    fn head(&mut self, sheet: &Handover) {
        self.paragraph("Handover", Weight::SemiBold, TITLE);
        self.y += 1.0;
        self.paragraph(&format!("{} · {}", sheet.company, sheet.date), Weight::Regular, PLAIN);
        self.y += 5.0;
        let received = [("Received by".to_owned(), sheet.name.clone())];
        let filled = sheet.about.iter().filter(|(_, value)| !value.is_empty());
        for (label, value) in received.iter().chain(filled) {
            let label = self.fonts.cut(label, Weight::Regular, 30.0 / PLAIN);
            self.put(MARGIN, self.y, PLAIN, label);
            let lines = self.fonts.wrapped(value, Weight::SemiBold, (self.wide - 32.0) / PLAIN);
            for line in lines {
                self.put(MARGIN + 32.0, self.y, PLAIN, line);
                self.y += PLAIN * LEADING;
            }
        }
        self.y += 5.0;
    }

    fn table(&mut self, assets: &[HandoverAsset]) {
        if assets.is_empty() {
            self.paragraph("Nothing is held now.", Weight::Regular, PLAIN);
            return;
        }
        self.heads();
        for asset in assets {
            let cells = [&asset.tag, &asset.what, &asset.serial, &asset.since, &asset.due];
            let cells: Vec<Vec<Line>> = cells
                .iter()
                .zip(COLUMNS)
                .enumerate()
                .map(|(column, (words, (_, part)))| {
                    let weight = if column == 0 { Weight::SemiBold } else { Weight::Regular };
                    self.fonts.wrapped(words, weight, (self.wide * part - 2.5) / SMALL)
                })
                .collect();
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
            let high = super::float(lines) * SMALL * LEADING + 2.0 * PADDING;
            if !self.fits(high) {
                self.turn();
                self.heads();
            }
            self.row(cells);
            self.y += high;
            self.rule(MARGIN, self.y, self.wide);
        }
    }

    fn row(&mut self, cells: Vec<Vec<Line>>) {
        let mut x = MARGIN;
        for (lines, (_, part)) in cells.into_iter().zip(COLUMNS) {
            let mut y = self.y + PADDING;
            for line in lines {
                self.put(x, y, SMALL, line);
                y += SMALL * LEADING;
            }
            x += self.wide * part;
        }
    }

    fn heads(&mut self) {
        let heads = COLUMNS.map(|(head, _)| vec![self.fonts.line(head, Weight::SemiBold)]);
        self.row(heads.into());
        self.y += SMALL * LEADING + 2.0 * PADDING;
        self.rule(MARGIN, self.y, self.wide);
    }

    fn terms(&mut self, sheet: &Handover) {
        self.y += 6.0;
        self.paragraph(&sheet.terms, Weight::Regular, PLAIN);
    }

    /// Together on one page.
    fn signatures(&mut self, sheet: &Handover) {
        if !self.fits(SIGNATURES) {
            self.turn();
        }
        let half = (self.wide - 10.0) / 2.0;
        let lines = [
            (MARGIN, 14.0, "Place, date".to_owned()),
            (MARGIN, 34.0, format!("Signature of {}", apart(&sheet.name))),
            (MARGIN + half + 10.0, 34.0, format!("For {}", apart(&sheet.company))),
        ];
        for (x, down, words) in lines {
            self.rule(x, self.y + down, half);
            let line = self.fonts.cut(&words, Weight::Regular, half / SMALL);
            self.put(x, self.y + down + 1.2, SMALL, line);
        }
        self.y += SIGNATURES;
    }

    fn written(mut self, sheet: &Handover) -> Vec<u8> {
        let (width, height) = self.paper.size();
        let count = self.pages.len();
        let mut document: Document = document(&format!("Handover {}", sheet.name));
        for (number, page) in std::mem::take(&mut self.pages).into_iter().enumerate() {
            let mut now = document.start_page_with(page_of(width, height));
            let mut surface = now.surface();
            boxes(&mut surface, &page.rules, 150);
            for (x, baseline, size, line) in &page.texts {
                text(self.fonts, &mut surface, *x, *baseline, *size, line);
            }
            let foot = foot(&sheet.name, number + 1, count);
            let foot = self.fonts.cut(&foot, Weight::Regular, self.wide / SMALL);
            let x = width - MARGIN - foot.width * SMALL;
            text(self.fonts, &mut surface, x, height - MARGIN + 4.0, SMALL, &foot);
            surface.finish();
            now.finish();
        }
        finished(document)
    }
}

pub(super) fn foot(name: &str, number: usize, count: usize) -> String {
    format!("{} · {number} of {count}", apart(name))
}

/// A name of any script within our own words, whose direction it leaves as it is.
fn apart(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}
