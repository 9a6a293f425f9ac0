//! Letters: which of the fonts we carry has a character, how a text is shaped, how wide it gets.
//! Latin, Greek and Cyrillic are Inter's; Arabic, Hebrew and emoji have fonts of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Script, ShapePlan, UnicodeBuffer};
use unicode_bidi::{BidiInfo, Level};

const REGULAR: usize = 0;
const SEMIBOLD: usize = 1;

/// Stands where no font has the character.
const MISSING: char = '?';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

struct Face {
    font: Font,
    shaper: rustybuzz::Face<'static>,
    /// How each script is shaped, from which side: slow to find out, so found out once.
    plans: Mutex<BTreeMap<(Script, bool), Arc<ShapePlan>>>,
}

impl Face {
    fn new(bytes: &'static [u8]) -> Option<Self> {
        let font = Font::new(bytes.into(), 0)?;
        let shaper = rustybuzz::Face::from_slice(bytes, 0)?;
        Some(Face { font, shaper, plans: Mutex::default() })
    }

    fn plan(&self, script: Script, direction: Direction) -> Arc<ShapePlan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let from_right = direction == Direction::RightToLeft;
        let plan = plans.entry((script, from_right)).or_insert_with(|| {
            Arc::new(ShapePlan::new(&self.shaper, direction, Some(script), None, &[]))
        });
        plan.clone()
    }
}

/// The fonts of an installation.
pub struct Fonts(Vec<Face>);

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({})", self.0.len())
    }
}

/// A line of text as it is drawn, from left to right; widths are in parts of the type size.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub runs: Vec<Run>,
    pub width: f32,
    /// Whether it reads from the right.
    pub from_right: bool,
    /// As it reads.
    pub words: String,
}

/// A part of a line in one font.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    face: usize,
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
}

impl Default for Fonts {
    fn default() -> Self {
        Fonts::with(Vec::new())
    }
}

impl Fonts {
    /// The fonts we carry, and those an operator adds for scripts that ours lack. What is no font
    /// is left out. They stay in memory as long as the process.
    pub fn with(more: Vec<Vec<u8>>) -> Self {
        let own: [&'static [u8]; 5] = [
            include_bytes!(concat!(env!("OUT_DIR"), "/inter.ttf")),
            include_bytes!(concat!(env!("OUT_DIR"), "/inter-semibold.ttf")),
            include_bytes!(concat!(env!("OUT_DIR"), "/arabic.ttf")),
            include_bytes!(concat!(env!("OUT_DIR"), "/hebrew.ttf")),
            include_bytes!(concat!(env!("OUT_DIR"), "/emoji.ttf")),
        ];
        let more = more.into_iter().map(|bytes| &*Vec::leak(bytes));
        Fonts(own.into_iter().chain(more).filter_map(Face::new).collect())
    }

    pub(crate) fn font(&self, run: &Run) -> Font {
        self.0[run.face].font.clone()
    }

    /// The characters of a text that no font has; what has no shape of its own is none.
    pub fn missing(&self, text: &str) -> BTreeSet<char> {
        let text = clean(text);
        let all = text.chars().filter(|c| !is_silent(*c));
        all.filter(|c| self.face_of(*c, REGULAR).is_none()).collect()
    }

    pub(crate) fn line(&self, text: &str, weight: Weight) -> Line {
        let text = clean(text);
        let bidi = BidiInfo::new(&text, None);
        let Some(paragraph) = bidi.paragraphs.first() else { return Line::default() };
        let (levels, visual) = bidi.visual_runs(paragraph, paragraph.range.clone());
        let mut line = Line { from_right: paragraph.level.is_rtl(), ..Line::default() };
        for range in visual {
            let level = levels.get(range.start).copied().unwrap_or(Level::ltr());
            let mut parts = self.parts(&text[range], weight);
            if level.is_rtl() {
                parts.reverse();
            }
            line.runs.extend(parts.into_iter().map(|(face, part)| self.shaped(face, part, level)));
        }
        line.width = line.runs.iter().map(|run| run.width).sum();
        let missing = |c: char| !is_silent(c) && self.face_of(c, REGULAR).is_none();
        line.words = text.chars().map(|c| if missing(c) { MISSING } else { c }).collect();
        line
    }

    /// The same, shortened until it fits; `width` is in parts of the type size.
    pub(crate) fn cut(&self, text: &str, weight: Weight, width: f32) -> Line {
        let whole = self.line(text, weight);
        if whole.width <= width {
            return whole;
        }
        let letters: Vec<char> = text.chars().collect();
        let (mut fits, mut too_long) = (0, letters.len());
        while fits + 1 < too_long {
            let middle = usize::midpoint(fits, too_long);
            if self.line(&shortened(&letters[..middle]), weight).width <= width {
                fits = middle;
            } else {
                too_long = middle;
            }
        }
        self.line(&shortened(&letters[..fits]), weight)
    }

    /// A text in lines that fit, broken between words where that is possible.
    pub(crate) fn wrapped(&self, text: &str, weight: Weight, width: f32) -> Vec<Line> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut now = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if now.is_empty() { word.into() } else { format!("{now} {word}") };
                if self.line(&longer, weight).width <= width {
                    now = longer;
                    continue;
                }
                if !now.is_empty() {
                    lines.push(self.line(&now, weight));
                }
                now = self.broken(word, weight, width, &mut lines);
            }
            lines.push(self.line(&now, weight));
        }
        lines
    }

    /// A word that is longer than a line, over several; answers what is left of it.
    fn broken(&self, word: &str, weight: Weight, width: f32, lines: &mut Vec<Line>) -> String {
        let mut now = String::new();
        for letter in word.chars() {
            let longer = format!("{now}{letter}");
            if !now.is_empty() && self.line(&longer, weight).width > width {
                lines.push(self.line(&now, weight));
                now = letter.to_string();
            } else {
                now = longer;
            }
        }
        now
    }

    /// Cut where the font changes.
    fn parts(&self, text: &str, weight: Weight) -> Vec<(usize, String)> {
        let usual = if weight == Weight::SemiBold { SEMIBOLD } else { REGULAR };
        let mut parts: Vec<(usize, String)> = Vec::new();
        for c in text.chars() {
            let before = parts.last().map(|(face, _)| *face);
            let stays = before.filter(|face| is_silent(c) || (is_mark(c) && self.has(*face, c)));
            let face = match stays.or_else(|| self.face_of(c, usual)) {
                Some(face) => face,
                None if is_silent(c) => continue,
                None => usual,
            };
            let c = if is_silent(c) || self.has(face, c) { c } else { MISSING };
            match parts.last_mut() {
                Some((same, part)) if *same == face => part.push(c),
                _ => parts.push((face, c.to_string())),
            }
        }
        parts
    }

    fn shaped(&self, face: usize, text: String, level: Level) -> Run {
        let shaper = &self.0[face].shaper;
        #[expect(clippy::cast_precision_loss, reason = "fonts have a few thousand units")]
        let part = |units: i32| units as f32 / shaper.units_per_em() as f32;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        let from_right = level.is_rtl();
        let direction = if from_right { Direction::RightToLeft } else { Direction::LeftToRight };
        buffer.set_direction(direction);
        let plan = self.0[face].plan(buffer.script(), direction);
        let shaped = rustybuzz::shape_with_plan(shaper, &plan, buffer);
        let starts: BTreeSet<usize> =
            shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
        let glyphs: Vec<KrillaGlyph> = glyphs
            .map(|(info, at)| {
                let start = info.cluster as usize;
                let end = starts.range(start + 1..).next().copied().unwrap_or(text.len());
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    part(at.x_advance),
                    part(at.x_offset),
                    part(at.y_offset),
                    part(at.y_advance),
                    Range { start, end },
                    None,
                )
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Run { face, text, glyphs, width }
    }

    /// The first face that has it, the usual one before all others.
    fn face_of(&self, c: char, usual: usize) -> Option<usize> {
        let others = (0..self.0.len()).filter(|face| *face != REGULAR && *face != SEMIBOLD);
        std::iter::once(usual).chain(others).find(|face| self.has(*face, c))
    }

    fn has(&self, face: usize, c: char) -> bool {
        self.0[face].shaper.glyph_index(c).is_some()
    }
}

/// One line, without what moves the pen.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn shortened(letters: &[char]) -> String {
    let text: String = letters.iter().collect();
    format!("{}…", text.trim_end())
}

/// Has no shape of its own, and changes that of its neighbors at most.
const fn is_silent(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}

/// Belongs to the letter before it: marks above and below, tones of skin.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{1f3fb}'..='\u{1f3ff}')
}
