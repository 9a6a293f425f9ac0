//! Which state of a setting somebody read. Settings keep no count of their changes, as the
//! register's nouns do: a version is made of all that people settle about them. What a run, a mail
//! or a delivery writes beside it is in nobody's way, and what was changed back is as it was.

use domain::company::Company;
use domain::fields::CustomField;
use domain::id::EmployeeId;
use domain::person::User;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::StoreError;
use store::saved_reports::SavedReport;
use store::sources::Source;
use store::useful_lives::CategoryLife;
use store::views::View;
use store::webhooks::Webhook;

use crate::reports::useful_lives::Lives;

/// [`StoreError::Stale`] unless what is held is of the version that somebody read; any will do where
/// none is expected. Asked of what nobody else can write until the transaction ends.
pub(crate) fn expect(version: Option<i64>, held: i64) -> Result<(), StoreError> {
    if version.is_some_and(|version| version != held) { Err(StoreError::Stale) } else { Ok(()) }
}

/// Of what is said; a category that says nothing of its own may come and go.
pub fn lives(lives: &Lives) -> i64 {
    let said = |one: &CategoryLife| one.life.map(|life| (one.id, life));
    of(&(lives.company, lives.categories.iter().filter_map(said).collect::<Vec<_>>()))
}

/// Of the details; useful lives have a form of their own.
pub fn company(company: &Company) -> i64 {
    let Company { name, auto_location, auto_department, currency, time_zone, .. } = company;
    of(&(name, auto_location, auto_department, currency, time_zone, &company.handover_terms))
}

pub fn field(field: &CustomField) -> i64 {
    of(field)
}

/// Beside the user, the employee that was chosen for them.
pub fn user(user: &User, chosen: Option<EmployeeId>) -> i64 {
    of(&(&user.email, &user.name, user.role, chosen))
}

pub fn view(view: &View) -> i64 {
    of(&(&view.name, &view.query, view.shared))
}

/// Its secret too, which is sealed anew each time it is replaced.
pub fn webhook(webhook: &Webhook) -> i64 {
    let Webhook { name, url, secret, subjects, actions, .. } = webhook;
    of(&(name, url, secret, subjects, actions))
}

/// What it asks for, and when it is mailed.
pub fn report(report: &SavedReport) -> i64 {
    let SavedReport { name, parameters, shared, mailing, .. } = report;
    of(&(name, parameters, shared, mailing))
}

/// Of its settings, which are counted: plans say by which they were made.
pub const fn source(source: &Source) -> i64 {
    source.rules_version
}

fn of(settled: &impl Serialize) -> i64 {
    let text = serde_json::to_vec(settled).expect("what is settled is plain values");
    let hash = Sha256::digest(text);
    let first = hash.first_chunk().expect("a hash is longer than a number");
    i64::from_be_bytes(*first) & i64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_another_with_each_thing_settled_and_the_same_once_it_is_changed_back() {
        let held = Company::named("Acme");
        let version = company(&held);
        let named = Company { name: "Acme EU".into(), ..held.clone() };
        let switched = Company { auto_location: true, ..held.clone() };
        let worded = Company { handover_terms: "Bring it back.".into(), ..held.clone() };
        for other in [named, switched, worded] {
            assert_ne!(company(&other), version, "{other:?}");
        }
        let life = domain::depreciation::UsefulLife { months: 7, residual_percent: 1 };
        assert_eq!(company(&Company { useful_life: life, ..held }), version);
        assert!(
            version >= 0 && expect(None, version).is_ok() && expect(Some(version), version).is_ok()
        );
        assert_eq!(expect(Some(version - 1), version), Err(StoreError::Stale));
    }
}
