//! What the readers of a database remember together from one read to the next: answers over a whole
//! register, which cost too much at every visit. They hold for one moment of the database; the
//! first read after any commit, by whichever process, asks anew. Who asks what another is just
//! finding out waits for it.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::id::TenantId;

/// Past this many the one that was not asked for longest goes: an answer may be the ids of a whole
/// register.
const MOST: usize = 192;

/// Asked of few rows, of which there are many: these go before any that a whole register was read for.
pub(crate) const CHEAP: &str = "places of few";

/// Whose question, which one, and what else its answer depends on.
pub(super) type Question = (TenantId, &'static str, String);

/// An answer, or the place for it; held locked by who looks for it.
type Slot = Arc<Mutex<Option<Box<dyn Any + Send>>>>;

#[derive(Default)]
pub(super) struct Memory(Mutex<Held>);

#[derive(Default)]
struct Held {
    /// The state of the database that the answers are of, as the database names it.
    moment: String,
    slots: HashMap<Question, (u64, Slot)>,
    asked: u64,
}

impl Memory {
    /// The answer of that moment; `ask` finds it where nobody did.
    pub fn answer<T: Clone + Send + 'static, E>(
        &self,
        moment: String,
        question: Question,
        ask: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let slot = self.slot(moment, question);
        // Who failed while looking left it empty.
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = slot.as_ref().and_then(|answer| answer.downcast_ref::<T>()) {
            return Ok(answer.clone());
        }
        let answer = ask()?;
        *slot = Some(Box::new(answer.clone()));
        Ok(answer)
    }

    fn slot(&self, moment: String, question: Question) -> Slot {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.moment != moment {
            *held = Held { moment, ..Held::default() };
        }
        held.asked += 1;
        let asked = held.asked;
        if let Some((last, slot)) = held.slots.get_mut(&question) {
            *last = asked;
            return Arc::clone(slot);
        }
        if held.slots.len() >= MOST {
            let oldest = held.slots.iter();
            let oldest = oldest.min_by_key(|((_, what, _), (last, _))| (*what != CHEAP, *last));
            if let Some(oldest) = oldest.map(|(question, _)| question.clone()) {
                held.slots.remove(&oldest);
            }
        }
        let slot = Slot::default();
        held.slots.insert(question, (asked, Arc::clone(&slot)));
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(memory: &Memory, moment: u32, question: usize, answer: u32) -> u32 {
        let question = (TenantId::new(1), "of tests", question.to_string());
        memory.answer(moment.to_string(), question, || Ok::<_, ()>(answer)).unwrap()
    }

    #[test]
    fn what_was_not_asked_for_longest_is_forgotten_first() {
        let memory = Memory::default();
        for question in 0..MOST {
            assert_eq!(ask(&memory, 1, question, 1), 1);
        }
        assert_eq!(ask(&memory, 1, 0, 2), 1);
        assert_eq!(ask(&memory, 1, MOST, 2), 2);
        assert_eq!(ask(&memory, 1, 0, 3), 1);
        assert_eq!(ask(&memory, 1, 1, 3), 3);
    }

    #[test]
    fn what_costs_little_makes_room_for_what_costs_much_and_never_takes_it() {
        let memory = Memory::default();
        let cheap = |question: usize, answer: u32| {
            let question = (TenantId::new(1), CHEAP, question.to_string());
            memory.answer("1".into(), question, || Ok::<_, ()>(answer)).unwrap()
        };
        for question in 0..MOST / 2 {
            ask(&memory, 1, question, 1);
        }
        for question in 0..2 * MOST {
            cheap(question, 1);
        }
        for question in 0..MOST {
            assert_eq!(ask(&memory, 1, question, 2), if question < MOST / 2 { 1 } else { 2 });
        }
        assert_eq!(cheap(2 * MOST - 1, 3), 3);
    }

    #[test]
    fn a_failed_answer_is_asked_for_again() {
        let memory = Memory::default();
        let question = || (TenantId::new(1), "of tests", String::new());
        let failed = memory.answer::<u32, _>("1".into(), question(), || Err("no"));
        assert_eq!(failed, Err("no"));
        assert_eq!(memory.answer("1".into(), question(), || Ok::<_, ()>(7)), Ok(7));
        assert_eq!(memory.answer("2".into(), question(), || Ok::<_, ()>(8)), Ok(8));
    }
}
