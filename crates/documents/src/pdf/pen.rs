//! The pen that draws into a PDF.

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{Path, PathBuilder, Point, Rect as Box};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;

use super::Rect;
use super::font::{Fonts, Line};
use super::label::{Cannot, CodeKind, Drawing, Label, layout};
use super::sheet::Sheet;

/// Points a millimeter.
const POINT: f32 = 72.0 / 25.4;

pub(crate) const BLACK: u8 = 0;

/// A PDF with the labels on as many sheets as they need. `start` counts from 1: what is before it
/// on the first sheet was used already. Every label that cannot be printed is named.
pub fn labels(
    fonts: &Fonts,
    sheet: &Sheet,
    kind: CodeKind,
    start: usize,
    labels: &[Label],
) -> Result<Vec<u8>, Vec<Cannot>> {
    let skipped = start.saturating_sub(1).min(sheet.labels() - 1);
    let mut cannot = Vec::new();
    let mut drawn = Vec::with_capacity(labels.len());
    for (number, label) in labels.iter().enumerate() {
        let place = sheet.place((number + skipped) % sheet.labels());
        match layout(fonts, sheet, place, kind, label) {
            Ok(drawing) => drawn.push(drawing),
            Err(reason) => cannot.push(reason),
        }
    }
    if !cannot.is_empty() {
        return Err(cannot);
    }
    let mut document = document("Labels");
    let first = drawn.len().min(sheet.labels() - skipped);
    let (first, rest) = drawn.split_at(first);
    for page in std::iter::once(first).chain(rest.chunks(sheet.labels())) {
        let mut page_now = document.start_page_with(page_of(sheet.page_width, sheet.page_height));
        let mut surface = page_now.surface();
        for drawing in page {
            label(fonts, &mut surface, drawing);
        }
        surface.finish();
        page_now.finish();
    }
    Ok(finished(document))
}

fn label(fonts: &Fonts, surface: &mut Surface<'_>, drawing: &Drawing) {
    boxes(surface, &drawing.boxes, BLACK);
    for one in &drawing.texts {
        text(fonts, surface, one.x, one.baseline, one.size, &one.line);
    }
}

pub(crate) fn document(title: &str) -> Document {
    let mut document = Document::new();
    let metadata = Metadata::new().title(title.to_owned()).creator("Stockroom".into());
    document.set_metadata(metadata.language("en".into()));
    document
}

pub(crate) fn finished(document: Document) -> Vec<u8> {
    document.finish().expect("without a standard to keep to, nothing is refused")
}

pub(crate) fn page_of(width: f32, height: f32) -> PageSettings {
    PageSettings::from_wh(width * POINT, height * POINT).expect("a page has a size")
}

/// Filled boxes, as one shape, so that no hairline shows between neighbors.
pub(crate) fn boxes(surface: &mut Surface<'_>, boxes: &[Rect], lightness: u8) {
    let Some(path) = path(boxes) else { return };
    ink(surface, lightness);
    surface.draw_path(&path);
}

fn path(boxes: &[Rect]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for one in boxes {
        let sides = [one.x, one.y, one.width, one.height].map(|length| length * POINT);
        let [x, y, width, height] = sides;
        path.push_rect(Box::from_xywh(x, y, width, height)?);
    }
    path.finish()
}

/// The line's left end stands at `x`.
pub(crate) fn text(
    fonts: &Fonts,
    surface: &mut Surface<'_>,
    x: f32,
    baseline: f32,
    size: f32,
    line: &Line,
) {
    ink(surface, BLACK);
    let mut x = x;
    for run in &line.runs {
        let start = Point::from_xy(x * POINT, baseline * POINT);
        let font = fonts.font(run);
        surface.draw_glyphs(start, &run.glyphs, font, &run.text, size * POINT, false);
        x += run.width * size;
    }
}

fn ink(surface: &mut Surface<'_>, lightness: u8) {
    let paint = luma::Color::new(lightness).into();
    surface.set_fill(Some(Fill { paint, ..Fill::default() }));
    surface.set_stroke(None);
}
