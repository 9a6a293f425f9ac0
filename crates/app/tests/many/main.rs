//! Many assets at once, and the whole register under random sequences of what people do to it.

mod bulks;
#[expect(dead_code, reason = "the tests of runs use the rest")]
#[path = "../company/mod.rs"]
mod company;
mod merging;
mod model;
mod register;
mod steps;
