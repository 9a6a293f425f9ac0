//! What people print: sheets of labels and handover sheets as PDF, and a label as a picture for a
//! page. Everything is laid out in millimeters, once, and then drawn by either pen.

mod code;
mod font;
mod handover;
mod label;
mod pen;
mod picture;
mod sheet;

#[cfg(test)]
mod tests;

pub use font::Fonts;
pub use handover::{Handover, HandoverAsset, Paper, handover};
pub use label::{Cannot, CodeKind, Label};
pub use pen::labels;
pub use picture::{label_picture, sheet_picture};
pub use sheet::{Bad, Own, SHEETS, Sheet};

/// A box on the paper, in millimeters from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// The pieces of a list that are counted in layouts are few.
#[expect(clippy::cast_precision_loss, reason = "a few thousand at most")]
pub(crate) const fn float(count: usize) -> f32 {
    count as f32
}
