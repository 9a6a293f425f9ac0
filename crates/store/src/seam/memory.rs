//! What a connection remembers from one read to the next: answers over a whole register, which cost
//! too much at every visit. They hold for one moment of the database; the first read after any
//! commit, by whichever process, asks anew.

use std::{any::Any, collections::HashMap};

use domain::id::TenantId;

/// Past this many the memory starts over: an answer may be the ids of a whole register.
const MOST: usize = 24;

/// Whose question, which one, and what else its answer depends on.
pub(super) type Question = (TenantId, &'static str, String);

#[derive(Default)]
pub(super) struct Memory {
    /// The state of the database that the answers are of, as the database names it.
    moment: String,
    answers: HashMap<Question, Box<dyn Any + Send>>,
}

impl Memory {
    pub fn find<T: Clone + 'static>(&self, moment: &str, question: &Question) -> Option<T> {
        if self.moment != moment {
            return None;
        }
        self.answers.get(question)?.downcast_ref().cloned()
    }

    pub fn keep<T: Send + 'static>(&mut self, moment: String, question: Question, answer: T) {
        if self.moment != moment || self.answers.len() >= MOST {
            self.answers.clear();
        }
        self.moment = moment;
        self.answers.insert(question, Box::new(answer));
    }
}
