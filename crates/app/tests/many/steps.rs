//! What people do to a register, by chance: few things and few names, so that they meet.

use fastrand::Rng;

use crate::model::Values;

const STEPS: usize = 120;
pub const THINGS: usize = 8;
pub const NOUNS: usize = 3;

/// One deed; what it names may be gone, and then it is refused.
#[derive(Debug, Clone)]
pub enum Step {
    Create {
        tag: u8,
        values: Values,
    },
    Edit(usize, Values),
    Delete(usize),
    CheckOut(usize, String),
    CheckIn(usize),
    Archive(usize, bool),
    DeleteNoun(String),
    Merge(String, String),
    MergeThings(usize, usize),
    /// With a thing that somebody edits between preview and application.
    Bulk(Many, Vec<usize>, Option<usize>),
    Undo(usize),
    UndoLast(usize),
}

#[derive(Debug, Clone)]
pub enum Many {
    Edit(Values),
    CheckOut(String),
    CheckIn,
    Archive(bool),
}

pub fn sequence(rng: &mut Rng) -> Vec<Step> {
    (0..STEPS).map(|_| step(rng)).collect()
}

fn step(rng: &mut Rng) -> Step {
    let thing = rng.usize(0..THINGS);
    match rng.u8(0..27) {
        0..=4 => {
            let mut values = values(rng);
            values.retain(|(field, value)| value.is_some() && *field != "tag");
            Step::Create { tag: rng.u8(0..12), values }
        }
        5..=7 => Step::Edit(thing, values(rng)),
        8 => Step::Delete(thing),
        9..=11 => Step::CheckOut(thing, holder(rng)),
        12 => Step::CheckIn(thing),
        13 => Step::Archive(thing, rng.bool()),
        14 => {
            let person = rng.bool();
            Step::DeleteNoun(noun(rng, person))
        }
        15 => {
            let people = rng.u8(0..2) == 0;
            Step::Merge(noun(rng, people), noun(rng, people))
        }
        16..=20 => {
            let which = (0..rng.usize(1..5)).map(|_| rng.usize(0..THINGS)).collect();
            let meanwhile = (rng.u8(0..3) == 0).then(|| rng.usize(0..THINGS));
            let many = match rng.u8(0..5) {
                0 | 1 => {
                    let mut values = values(rng);
                    values.retain(|(field, _)| *field != "tag");
                    Many::Edit(values)
                }
                2 => Many::CheckOut(holder(rng)),
                3 => Many::CheckIn,
                _ => Many::Archive(rng.bool()),
            };
            Step::Bulk(many, which, meanwhile)
        }
        21 => Step::MergeThings(thing, rng.usize(0..THINGS)),
        22..=24 => Step::Undo(rng.usize(0..6)),
        _ => Step::UndoLast(thing),
    }
}

fn noun(rng: &mut Rng, person: bool) -> String {
    format!("{}{}", if person { 'e' } else { 'p' }, rng.usize(0..NOUNS))
}

fn holder(rng: &mut Rng) -> String {
    match rng.u8(0..3) {
        0 => format!("a{}", rng.usize(0..THINGS)),
        other => noun(rng, other == 1),
    }
}

/// One or two fields; a field once.
fn values(rng: &mut Rng) -> Values {
    let mut values = Values::new();
    for _ in 0..rng.u8(1..3) {
        let some = rng.u8(0..4) > 0;
        let (field, value) = match rng.u8(0..4) {
            0 => ("tag", Some(format!("tag-{}", rng.u8(0..12)))),
            1 => ("name", some.then(|| format!("name-{}", rng.u8(0..3)))),
            2 => ("location", some.then(|| noun(rng, false))),
            _ => ("room", some.then(|| format!("room-{}", rng.u8(0..3)))),
        };
        if values.iter().all(|(known, _)| *known != field) {
            values.push((field, value));
        }
    }
    values
}
