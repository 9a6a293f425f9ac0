//! Move five, second third: three values and an authority decide a field.

use serde_json::Value;

use crate::rules::Authority;

/// Who moved since the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    None,
    Theirs,
    Ours,
    BothSame,
    BothApart,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Leave,
    Take,
    /// Nothing to change; the baseline catches up.
    Acknowledge,
    /// Both moved apart: a person decides.
    Ask,
    /// The source's word is put as a question.
    Suggest,
}

pub fn drift(base: &Value, ours: &Value, theirs: &Value) -> Drift {
    match (base == ours, base == theirs, ours == theirs) {
        (true, true, _) => Drift::None,
        (true, false, _) => Drift::Theirs,
        (false, true, _) => Drift::Ours,
        (false, false, true) => Drift::BothSame,
        (false, false, false) => Drift::BothApart,
    }
}

/// The table of architecture: a drift and an authority make a decision.
pub fn decide(base: &Value, ours: &Value, theirs: &Value, authority: Authority) -> Decision {
    // A blank from the source blanks nothing, save where a person wants exactly that.
    if theirs.is_null() && authority != Authority::MirrorBlanks {
        return Decision::Leave;
    }
    match (drift(base, ours, theirs), authority) {
        (Drift::BothSame, _) => Decision::Acknowledge,
        (
            Drift::Theirs | Drift::Ours | Drift::BothApart,
            Authority::Mirror | Authority::MirrorBlanks,
        )
        | (Drift::Theirs, Authority::Merge) => Decision::Take,
        (Drift::Theirs, Authority::Fill) if ours.is_null() => Decision::Take,
        (Drift::BothApart, Authority::Merge) => Decision::Ask,
        (Drift::Theirs | Drift::BothApart, Authority::Suggest) => Decision::Suggest,
        (Drift::None, _)
        | (Drift::Ours, Authority::Merge | Authority::Fill | Authority::Suggest)
        | (Drift::Theirs | Drift::BothApart, Authority::Fill) => Decision::Leave,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, ours: &str, theirs: &str, expect: [Decision; 4]) {
        let value = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
        let authorities =
            [Authority::Mirror, Authority::Merge, Authority::Fill, Authority::Suggest];
        for (authority, expect) in authorities.into_iter().zip(expect) {
            let decision = decide(&value(base), &value(ours), &value(theirs), authority);
            assert_eq!(decision, expect, "{base:?} {ours:?} {theirs:?} {authority:?}");
        }
    }

    #[test]
    fn three_values_and_an_authority_decide() {
        use Decision::{Acknowledge, Ask, Leave, Suggest, Take};
        check("a", "a", "a", [Leave, Leave, Leave, Leave]);
        check("a", "a", "b", [Take, Take, Leave, Suggest]);
        check("", "", "b", [Take, Take, Take, Suggest]);
        check("a", "b", "a", [Take, Leave, Leave, Leave]);
        check("a", "b", "b", [Acknowledge, Acknowledge, Acknowledge, Acknowledge]);
        check("a", "b", "c", [Take, Ask, Leave, Suggest]);
    }

    #[test]
    fn blanks_are_mirrored_where_that_is_wanted() {
        let decided = |base: Value, ours: Value, theirs: Value| {
            decide(&base, &ours, &theirs, Authority::MirrorBlanks)
        };
        let a = || Value::from("a");
        assert_eq!(decided(a(), a(), Value::Null), Decision::Take);
        assert_eq!(decided(a(), Value::from("b"), Value::Null), Decision::Take);
        assert_eq!(decided(a(), Value::Null, Value::Null), Decision::Acknowledge);
        assert_eq!(decided(Value::Null, Value::Null, Value::Null), Decision::Leave);
        assert_eq!(decided(a(), Value::from("b"), a()), Decision::Take);
    }

    #[test]
    fn a_blank_from_the_source_blanks_nothing() {
        use Decision::Leave;
        check("a", "a", "", [Leave, Leave, Leave, Leave]);
        check("a", "b", "", [Leave, Leave, Leave, Leave]);
    }
}
