//! What asks for one thing, or for several statuses, categories or platforms, is asked by the filter
//! that the indexes are made for. What asks for more than that stays a condition.

use domain::id::Id;
use store::assets::AssetQuery;
use store::assets::conditions::{Condition, Reference, Test};

/// Moves what it can into the query; answers what is left.
pub(super) fn references(
    query: &mut AssetQuery,
    to: Reference,
    conditions: Vec<Condition>,
) -> Vec<Condition> {
    let ids = all(&conditions, |test| match test {
        Test::Refers(_, ids) if !ids.is_empty() => Some(ids.clone()),
        _ => None,
    });
    match (to, ids.map(|lists| lists.concat()).as_deref()) {
        (Reference::Status, Some(ids @ [_, ..])) => {
            query.status = ids.iter().copied().map(Id::new).collect();
        }
        (Reference::Category, Some(ids @ [_, ..])) => {
            query.category = ids.iter().copied().map(Id::new).collect();
        }
        (Reference::Product, Some([id])) => query.product = Some(Id::new(*id)),
        (Reference::Location, Some([id])) => query.location = Some(Id::new(*id)),
        (Reference::Department, Some([id])) => query.department = Some(Id::new(*id)),
        (Reference::Supplier, Some([id])) => query.supplier = Some(Id::new(*id)),
        _ => return conditions,
    }
    Vec::new()
}

pub(super) fn custodian(query: &mut AssetQuery, conditions: Vec<Condition>) -> Vec<Condition> {
    let held = all(&conditions, |test| match test {
        Test::Held(Some(custodian)) => Some(*custodian),
        _ => None,
    });
    let Some([custodian]) = held.as_deref() else { return conditions };
    query.custodian = Some(*custodian);
    Vec::new()
}

pub(super) fn platforms(query: &mut AssetQuery, conditions: Vec<Condition>) -> Vec<Condition> {
    let names = all(&conditions, |test| match test {
        Test::Platform(name) => Some(name.clone()),
        _ => None,
    });
    let Some(names) = names else { return conditions };
    query.platform = names;
    Vec::new()
}

/// Of a single condition that is not turned around, what each of its tests asks for; nothing where
/// one of them asks otherwise.
fn all<T>(conditions: &[Condition], ask: impl Fn(&Test) -> Option<T>) -> Option<Vec<T>> {
    match conditions {
        [Condition { not: false, any }] => any.iter().map(ask).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::Custodian;

    use super::*;

    fn one(any: Vec<Test>) -> Vec<Condition> {
        vec![Condition { not: false, any }]
    }

    fn platform(name: &str) -> Test {
        Test::Platform(name.into())
    }

    #[test]
    fn platforms_and_a_custodian_are_asked_by_their_indexes() {
        let mut query = AssetQuery::default();
        assert!(platforms(&mut query, one(vec![platform("Mac"), platform("")])).is_empty());
        assert_eq!(query.platform, ["Mac", ""]);
        let holder = Custodian::Employee(Id::new(7));
        assert!(custodian(&mut query, one(vec![Test::Held(Some(holder))])).is_empty());
        assert_eq!(query.custodian, Some(holder));
    }

    #[test]
    fn what_asks_for_more_stays_a_condition() {
        let mut query = AssetQuery::default();
        let not = vec![Condition { not: true, any: vec![platform("Mac")] }];
        assert_eq!(platforms(&mut query, not.clone()), not);
        let nobody = one(vec![Test::Held(None)]);
        assert_eq!(custodian(&mut query, nobody.clone()), nobody);
        let two = [7, 8].map(|id| Test::Held(Some(Custodian::Employee(Id::new(id)))));
        let two = one(two.into());
        assert_eq!(custodian(&mut query, two.clone()), two);
        let places = one(vec![Test::Refers(Reference::Location, vec![1, 2])]);
        assert_eq!(references(&mut query, Reference::Location, places.clone()), places);
        assert!(query.platform.is_empty() && query.custodian.is_none());
    }
}
