//! The same drawing as a picture in a page: SVG without a style or a script, in millimeters.

use std::fmt::Write;

use super::Rect;
use super::font::Fonts;
use super::label::{Cannot, CodeKind, Drawing, Label, Text, layout};
use super::sheet::Sheet;

/// Labels on a sheet of which the codes are drawn; more would make a long page.
const DRAWN: usize = 40;

/// One label, as large as the page shows it.
pub fn label_picture(
    fonts: &Fonts,
    sheet: &Sheet,
    kind: CodeKind,
    label: &Label,
) -> Result<String, Cannot> {
    let place = Rect { x: 0.0, y: 0.0, width: sheet.width, height: sheet.height };
    let drawing = layout(fonts, sheet, place, kind, label)?;
    let said = label.lines.join(", ");
    let mut svg = open(sheet.width, sheet.height, &format!("Label: {said}"));
    paper(&mut svg, place, sheet.round);
    ink(&mut svg, &drawing, true);
    svg.push_str("</svg>");
    Ok(svg)
}

/// The first sheet, with the places of all its labels.
pub fn sheet_picture(
    fonts: &Fonts,
    sheet: &Sheet,
    kind: CodeKind,
    start: usize,
    labels: &[Label],
) -> Result<String, Vec<Cannot>> {
    let skipped = start.saturating_sub(1).min(sheet.labels() - 1);
    let (width, height) = (sheet.page_width, sheet.page_height);
    let mut svg = open(width, height, "The first sheet");
    let page = Rect { x: 0.0, y: 0.0, width, height };
    paper(&mut svg, page, 0.0);
    let mut cannot = Vec::new();
    let whole = labels.len().min(sheet.labels()) <= DRAWN;
    for number in 0..sheet.labels() {
        let place = sheet.place(number);
        outline(&mut svg, place, sheet.round, number < skipped);
        let label = number.checked_sub(skipped).and_then(|number| labels.get(number));
        match label.map(|label| layout(fonts, sheet, place, kind, label)) {
            Some(Ok(drawing)) => ink(&mut svg, &drawing, whole),
            Some(Err(reason)) => cannot.push(reason),
            None => {}
        }
    }
    svg.push_str("</svg>");
    if cannot.is_empty() { Ok(svg) } else { Err(cannot) }
}

fn open(width: f32, height: f32, name: &str) -> String {
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">",
        escaped(name)
    );
    svg
}

fn paper(svg: &mut String, at: Rect, round: f32) {
    let Rect { x, y, width, height } = at;
    let _ = write!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" fill=\"#fff\"/>"
    );
}

fn outline(svg: &mut String, at: Rect, round: f32, used: bool) {
    let Rect { x, y, width, height } = at;
    let fill = if used { "#e4e4e7" } else { "none" };
    let _ = write!(
        svg,
        "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" rx=\"{round}\" fill=\"{fill}\" stroke=\"#c4c4cc\" stroke-width=\"0.25\"/>"
    );
}

fn ink(svg: &mut String, drawing: &Drawing, whole: bool) {
    let room = drawing.code.as_slice();
    let boxes = if whole { &drawing.boxes } else { room };
    svg.push_str("<path fill=\"#000\" d=\"");
    for Rect { x, y, width, height } in boxes {
        let _ = write!(svg, "M{x:.3} {y:.3}h{width:.3}v{height:.3}h-{width:.3}z");
    }
    svg.push_str("\"/>");
    drawing.texts.iter().for_each(|text| write_text(svg, text));
}

/// As wide as the PDF has it, whatever font the browser takes.
fn write_text(svg: &mut String, text: &Text) {
    let Text { x, baseline, size, line, bold } = text;
    let width = line.width * size;
    let weight = if *bold { "600" } else { "400" };
    let side = if line.from_right { " direction=\"rtl\" text-anchor=\"end\"" } else { "" };
    let _ = write!(
        svg,
        "<text x=\"{x:.3}\" y=\"{baseline:.3}\" font-size=\"{size:.3}\" font-weight=\"{weight}\" fill=\"#000\" textLength=\"{width:.3}\" lengthAdjust=\"spacingAndGlyphs\"{side}>{}</text>",
        escaped(&line.words)
    );
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
