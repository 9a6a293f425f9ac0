//! One label: its code and its lines in the room there is.

use super::code::{self, QUIET, QUIET_BARS};
use super::font::{Fonts, Line, Weight};
use super::sheet::Sheet;
use super::{Rect, float};

/// What stands on a label. The first line is the largest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What the QR code says.
    pub address: String,
    /// What the Code 128 says.
    pub tag: String,
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CodeKind {
    /// Opens the asset when a phone sees it.
    #[default]
    Qr,
    /// Types the asset tag into whatever a hand scanner is plugged into.
    Code128,
}

/// Why a label cannot be printed; each names its asset tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cannot {
    /// Code 128 lacks letters of the tag.
    Letters(String),
    /// The bars would be too thin for a scanner.
    TooLong(String),
    /// The address is too long for the QR code that fits.
    TooSmall(String),
}

/// Laid out in millimeters from the page's top left.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drawing {
    pub boxes: Vec<Rect>,
    pub texts: Vec<Text>,
    /// The room of the code, for a small picture of many labels.
    pub code: Option<Rect>,
}

#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub x: f32,
    /// Of the line the letters stand on.
    pub baseline: f32,
    /// Of the type, in millimeters.
    pub size: f32,
    pub line: Line,
    pub bold: bool,
}

/// Type sizes, in millimeters: of the first line and of the others, at most and at least.
const FIRST: f32 = 4.6;
const OTHERS: f32 = 3.2;
const LEAST: f32 = 1.5;
/// From one line to the next, in parts of the type size.
const LEADING: f32 = 1.22;
/// Of capital letters, in parts of the type size.
const CAPITALS: f32 = 0.73;
/// A scanner reads no thinner bars, a phone no smaller modules.
const THINNEST: f32 = 0.17;
const SMALLEST: f32 = 0.2;

/// The label in this box of the sheet.
pub(crate) fn layout(
    fonts: &Fonts,
    sheet: &Sheet,
    place: Rect,
    kind: CodeKind,
    label: &Label,
) -> Result<Drawing, Cannot> {
    let room = Rect {
        x: place.x + sheet.inset_x,
        y: place.y + sheet.inset_y,
        width: place.width - 2.0 * sheet.inset_x,
        height: place.height - 2.0 * sheet.inset_y,
    };
    match kind {
        CodeKind::Qr => with_qr(fonts, room, label),
        CodeKind::Code128 => with_bars(fonts, room, label),
    }
}

/// Beside the text where the label is wide, above it where it is not.
fn with_qr(fonts: &Fonts, room: Rect, label: &Label) -> Result<Drawing, Cannot> {
    let small = || Cannot::TooSmall(label.tag.clone());
    let wide = room.width >= 1.45 * room.height;
    let text = if label.lines.is_empty() { 0.0 } else { (room.height * 0.3).clamp(2.0, 9.0) };
    let side =
        if wide { room.height.min(room.width * 0.5) } else { room.width.min(room.height - text) };
    let side = side.min(30.0);
    let code = code::qr(&label.address, side).ok_or_else(small)?;
    let module = side / float(code.size);
    if module < SMALLEST {
        return Err(small());
    }
    let at = Rect {
        x: if wide { room.x } else { room.x + (room.width - side) / 2.0 },
        y: if wide { room.y + (room.height - side) / 2.0 } else { room.y },
        width: side,
        height: side,
    };
    let quiet = float(QUIET) * module;
    let beside = Rect { x: room.x + side + quiet, width: room.width - side - quiet, ..room };
    let gap = quiet.min(1.2);
    let below = Rect { y: at.y + side + gap, height: room.height - side - gap, ..room };
    let texts = lines(fonts, if wide { beside } else { below }, &label.lines, !wide);
    Ok(Drawing { boxes: code.boxes(at.x, at.y, side), texts, code: Some(at) })
}

fn with_bars(fonts: &Fonts, room: Rect, label: &Label) -> Result<Drawing, Cannot> {
    let letters = || Cannot::Letters(label.tag.clone());
    let modules = code::code128(&label.tag).ok_or_else(letters)?;
    let module = (room.width / float(modules.len() + 2 * QUIET_BARS)).min(0.5);
    if module < THINNEST {
        return Err(Cannot::TooLong(label.tag.clone()));
    }
    let text = if label.lines.is_empty() {
        0.0
    } else {
        (room.height * 0.5).min(4.0 * float(label.lines.len()))
    };
    let width = float(modules.len()) * module;
    let at = Rect {
        x: room.x + (room.width - width) / 2.0,
        y: room.y,
        width,
        height: (room.height - text).min(20.0),
    };
    let below = Rect { y: at.y + at.height + 0.8, height: room.height - at.height - 0.8, ..room };
    let texts = lines(fonts, below, &label.lines, true);
    Ok(Drawing { boxes: code::bars(&modules, at, module), texts, code: Some(at) })
}

/// As many lines as there is room for, as large as fits, in the middle of the height.
fn lines(fonts: &Fonts, room: Rect, lines: &[String], centered: bool) -> Vec<Text> {
    if room.width < 3.0 || room.height < LEAST {
        return Vec::new();
    }
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let filled: Vec<(&String, Line)> = filled
        .enumerate()
        .map(|(number, words)| (words, fonts.line(words, weight(number))))
        .collect();
    let sizes = sizes(room, &filled);
    let high: f32 = sizes.iter().map(|size| size * LEADING).sum();
    let mut top = room.y + ((room.height - high) / 2.0).max(0.0);
    let mut texts = Vec::new();
    for (number, ((words, whole), size)) in filled.into_iter().zip(sizes).enumerate() {
        let width = room.width / size;
        let fits = whole.width <= width;
        let line = if fits { whole } else { fonts.cut(words, weight(number), width) };
        let free = room.width - line.width * size;
        let along = if centered { free / 2.0 } else { 0.0 };
        let baseline = top + size * (LEADING + CAPITALS) / 2.0;
        let bold = weight(number) == Weight::SemiBold;
        texts.push(Text { x: room.x + along.max(0.0), baseline, size, line, bold });
        top += size * LEADING;
    }
    texts
}

/// The size of each line that is shown: all are made smaller together until the height is enough,
/// and each alone until its width is.
fn sizes(room: Rect, lines: &[(&String, Line)]) -> Vec<f32> {
    let wanted = |number: usize| if number == 0 { FIRST } else { OTHERS };
    let mut shown = lines.len();
    let scale = loop {
        let high: f32 = (0..shown).map(|number| wanted(number) * LEADING).sum();
        let scale = (room.height / high).min(1.0);
        if shown <= 1 || OTHERS * scale >= LEAST {
            break scale;
        }
        shown -= 1;
    };
    let each = lines.iter().take(shown).enumerate().map(|(number, (_, line))| {
        let size = wanted(number) * scale;
        let width = line.width.max(0.01);
        size.min((room.width / width).max(LEAST.max(size * 0.6)))
    });
    each.collect()
}

const fn weight(number: usize) -> Weight {
    if number == 0 { Weight::SemiBold } else { Weight::Regular }
}
