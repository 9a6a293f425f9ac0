//! A source's settings after a merge.

use domain::event::Subject;
use domain::text::key;
use reconcile::Rules;
use reconcile::rules::MatchRule;

/// The rules with `into` where they say `from`, by id; a category by its name as well.
pub(super) fn renamed(rules: &Rules, from: Subject, gone: &str, into: Subject) -> Rules {
    let mut rules = rules.clone();
    match (from, into) {
        (Subject::Category(from), Subject::Category(into)) => {
            let by_platform = rules.category.by_platform.values_mut();
            for category in by_platform.chain([&mut rules.category.default]) {
                let named = key(category) == key(gone);
                if named || *category == from.to_string() {
                    *category = into.to_string();
                }
            }
        }
        (Subject::Status(from), Subject::Status(into)) => {
            let of_ade = rules.ade_rules.iter_mut().map(|rule| &mut rule.status);
            swap(of_ade.chain([&mut rules.status]), from, into);
            if let Some(status) = rules.absence.status.as_mut().filter(|status| **status == from) {
                *status = into;
            }
        }
        (Subject::Location(from), Subject::Location(into)) => {
            let of_ade = rules.ade_rules.iter_mut().map(|rule| &mut rule.location);
            swap(of_ade.chain([&mut rules.location]), from, into);
        }
        _ => {}
    }
    rules
}

/// The rules with the custom field `into` where they say `from`. One property feeds a field: where
/// both were fed, the one that stays is fed as it was.
pub(super) fn field_renamed(rules: &Rules, from: &str, into: &str) -> Rules {
    let mut rules = rules.clone();
    if rules.fields.iter().any(|mapping| mapping.to == into) {
        rules.fields.retain(|mapping| mapping.to != from);
    }
    for mapping in rules.fields.iter_mut().filter(|mapping| mapping.to == from) {
        into.clone_into(&mut mapping.to);
    }
    let [gone, stays] = [from, into].map(|key| MatchRule::DeviceIdIsField(key.to_owned()));
    if rules.matching.contains(&stays) {
        rules.matching.retain(|rule| *rule != gone);
    }
    for rule in rules.matching.iter_mut().filter(|rule| **rule == gone) {
        *rule = stays.clone();
    }
    rules
}

fn swap<'r, I: Copy + PartialEq + 'r>(
    named: impl Iterator<Item = &'r mut Option<I>>,
    from: I,
    into: I,
) {
    for one in named.filter(|one| **one == Some(from)) {
        *one = Some(into);
    }
}
