//! Time and dice: the one file that may reach for the real ones. Everything else is handed them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::Timestamp;

/// Tells the time; tests hold one that they move by hand.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's own.
    pub fn system() -> Self {
        Clock(None)
    }

    /// Stands still until moved.
    pub fn fixed(at: Timestamp) -> Self {
        Clock(Some(Arc::new(AtomicI64::new(at.as_microsecond()))))
    }

    #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            None => {
                // Databases keep microseconds; an instant never changes by being stored.
                let now = Timestamp::now().as_microsecond();
                Timestamp::from_microsecond(now).expect("the present is in range")
            }
            Some(fixed) => Timestamp::from_microsecond(fixed.load(Ordering::Relaxed))
                .expect("only set from timestamps"),
        }
    }

    /// Moves a fixed clock; the machine's own does not listen.
    pub fn advance(&self, by: jiff::SignedDuration) {
        if let Some(fixed) = &self.0 {
            let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            fixed.fetch_add(micros, Ordering::Relaxed);
        }
    }
}

/// Random bytes for keys and tokens.
#[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// Random bytes as text, two digits each.
pub fn random_text<const N: usize>() -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).expect("a half byte is a digit");
    random::<N>().into_iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A number below `bound`, for jitter alone.
pub fn jitter(bound: u64) -> u64 {
    u64::from_le_bytes(random()) % bound.max(1)
}
