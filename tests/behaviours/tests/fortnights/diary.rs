//! What happened so far, step by step, for whoever has to find out why a law broke.

use std::fmt;
use std::sync::Mutex;

#[derive(Default)]
pub struct Diary(Mutex<Vec<String>>);

impl Diary {
    pub fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }
}

impl fmt::Display for Diary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        steps.iter().enumerate().try_for_each(|(n, step)| writeln!(f, "  {n:3} {step}"))
    }
}
