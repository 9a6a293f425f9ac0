//! How a story file is read (`story`, `line`), lived through (`stage` and what it sets up) and told
//! (`telling`): the register before, what the source says, and the plan in short human lines.

mod diff;
mod held;
mod line;
mod rules;
mod seen;
mod stage;
mod story;
mod telling;

pub use diff::diff;
pub use stage::tell;
pub use story::Story;
