//! One tenant's texts, one after the other in one piece of memory, sixteen to a block. Of each block
//! it is written down which three letters follow each other in it, so that where a word is rare
//! nearly all blocks are passed over unread.

use std::collections::HashMap;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem};

use crate::assets::Archived;

#[derive(Default)]
pub(crate) struct Pile {
    /// The newest change in it; `None` before anything was read.
    pub(super) upto: Option<i64>,
    /// Each with a line break behind it.
    text: String,
    /// In the order of `text`.
    slips: Vec<Slip>,
    /// Of sixteen slips each.
    blocks: Vec<Block>,
    /// Where in `slips` an asset's text is.
    place: HashMap<i64, usize>,
    /// So many of the first slips stand in the order of their tags.
    ordered: usize,
}

struct Slip {
    start: usize,
    asset: i64,
    archived: bool,
    /// A later one took its place, or the asset is gone.
    void: bool,
}

/// The first lines are sort keys: tag, name, serial, product, custodian.
const KEYS: usize = 5;
/// Slips a block.
const TOGETHER: usize = 16;
/// Bits a block: its texts set about a sixth of them.
const BITS: usize = 4_096;

/// A bit for each three letters that stand in it; some share one.
#[derive(Clone)]
struct Block([u64; BITS / 64]);

/// A text that was found, by its place.
pub(crate) type Hit = usize;

impl Pile {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// All are there, put in the order of their tags.
    pub(super) fn begin(&mut self) {
        self.text.shrink_to_fit();
        self.blocks.shrink_to_fit();
        self.ordered = self.slips.len();
    }

    /// Those that stand in the order of their tags.
    pub fn ordered(&self) -> Range<Hit> {
        0..self.ordered
    }

    /// Those that were changed since.
    pub fn later(&self) -> Range<Hit> {
        self.ordered..self.slips.len()
    }

    pub fn all(&self) -> Range<Hit> {
        0..self.slips.len()
    }

    /// What is void is not worth more room than what is not.
    pub(super) fn is_worn(&self) -> bool {
        self.slips.len() > 2 * self.place.len() + 1_000
    }

    pub(super) fn void(&mut self, asset: i64) {
        if let Some(place) = self.place.remove(&asset) {
            self.slips[place].void = true;
        }
    }

    pub(super) fn put(&mut self, asset: i64, archived: bool, text: &str) {
        if self.slips.len().is_multiple_of(TOGETHER) {
            self.blocks.push(Block([0; BITS / 64]));
        }
        let start = self.text.len();
        self.place.insert(asset, self.slips.len());
        self.slips.push(Slip { start, asset, archived, void: false });
        let (keys, more) = text.split_at(after_lines(text, KEYS));
        self.text.push_str(keys);
        // What is said already is not said again.
        let more =
            more.lines().filter(|line| memmem::find(keys.as_bytes(), line.as_bytes()).is_none());
        for line in more {
            self.text.push_str(line);
            self.text.push('\n');
        }
        let block = self.blocks.last_mut().expect("one was just begun, or is not full");
        bits(&self.text.as_bytes()[start..]).for_each(|bit| block.set(bit));
    }

    /// Those within in which every word stands, one after the other, until `each` says no.
    pub fn find<'w>(
        &self,
        words: impl IntoIterator<Item = &'w str>,
        archived: Archived,
        within: Range<Hit>,
        mut each: impl FnMut(Hit) -> bool,
    ) {
        let mut words: Vec<_> = words.into_iter().map(memmem::Finder::new).collect();
        // The longest is the rarest, most likely.
        words.sort_by_key(|word| word.needle().len());
        let bits: Vec<usize> = words.iter().rev().flat_map(|word| bits(word.needle())).collect();
        let Some(rarest) = words.pop() else { return };
        let first = within.start / TOGETHER;
        for (block, number) in self.blocks[first..].iter().zip(first..) {
            let slips =
                (number * TOGETHER).max(within.start)..((number + 1) * TOGETHER).min(within.end);
            if slips.is_empty() {
                return;
            }
            if !bits.iter().all(|bit| block.has(*bit)) {
                continue;
            }
            let (mut place, end) = (slips.start, self.end(slips.end - 1));
            let mut from = self.slips[place].start;
            while let Some(at) = rarest.find(&self.text.as_bytes()[from..end]) {
                let at = from + at;
                while self.end(place) <= at {
                    place += 1;
                }
                from = self.end(place);
                let slip = &self.slips[place];
                let around = &self.text.as_bytes()[slip.start..from];
                let wanted = !slip.void && archived.shows(slip.archived);
                let found = wanted && words.iter().all(|word| word.find(around).is_some());
                if found && !each(place) {
                    return;
                }
            }
        }
    }

    fn end(&self, place: usize) -> usize {
        self.slips.get(place + 1).map_or(self.text.len(), |next| next.start)
    }

    pub fn asset(&self, hit: Hit) -> i64 {
        self.slips[hit].asset
    }

    /// The sort key that stands in that line of its text.
    pub fn line(&self, hit: Hit, line: usize) -> &str {
        let text = &self.text[self.slips[hit].start..self.end(hit)];
        let text = &text[after_lines(text, line)..];
        &text[..memchr(b'\n', text.as_bytes()).unwrap_or(text.len())]
    }
}

/// Where the text goes on after its first lines.
fn after_lines(text: &str, lines: usize) -> usize {
    memchr_iter(b'\n', text.as_bytes()).take(lines).last().map_or(0, |end| end + 1)
}

impl Block {
    fn set(&mut self, bit: usize) {
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    fn has(&self, bit: usize) -> bool {
        self.0[bit / 64] & (1 << (bit % 64)) != 0
    }
}

/// A bit for each three bytes that follow each other; a shorter word has none and is looked for
/// everywhere.
fn bits(text: &[u8]) -> impl Iterator<Item = usize> {
    text.windows(3).map(|three| {
        let three = three.iter().fold(0_u32, |all, byte| (all << 8) | u32::from(*byte));
        // Spreads what is alike; the upper bits depend on all the lower ones.
        (three.wrapping_mul(0x9E37_79B1) >> 20) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text with every other word of it and some that nobody has, against reading all of it.
    #[test]
    fn passing_over_blocks_loses_nothing() {
        let mut pile = Pile::default();
        let mut dice = fastrand::Rng::with_seed(7);
        let mut held: HashMap<i64, String> = HashMap::new();
        for turn in 0..3_000 {
            let asset = dice.i64(..700);
            let word = |dice: &mut fastrand::Rng| -> String {
                (0..dice.usize(..6))
                    .map(|_| dice.choice(['a', 'b', 'c', 'd', 'é']).unwrap())
                    .collect()
            };
            let text = [(); 7].map(|()| word(&mut dice)).join("\n");
            pile.void(asset);
            pile.put(asset, false, &text);
            if turn == 1_234 {
                pile.begin();
            }
            held.insert(asset, text);
            if turn % 10 != 0 {
                continue;
            }
            let words = [(); 2].map(|()| word(&mut dice)).map(|word| format!("{word}a"));
            let all = |text: &str| words.iter().all(|word| text.contains(word));
            let mut expected: Vec<i64> =
                held.iter().filter(|(_, text)| all(text)).map(|(asset, _)| *asset).collect();
            let mut hits = Vec::new();
            for within in [pile.ordered(), pile.later()] {
                pile.find(words.iter().map(String::as_str), Archived::Without, within, |hit| {
                    hits.push(hit);
                    true
                });
            }
            let mut found: Vec<i64> = hits.iter().map(|hit| pile.asset(*hit)).collect();
            expected.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, expected, "{words:?}");
            let line = |hit: &Hit| {
                pile.line(*hit, 4) == held[&pile.asset(*hit)].split('\n').nth(4).unwrap()
            };
            assert!(hits.iter().all(line));
        }
    }
}
