//! The four roles as a question of a form.

use domain::access::Role;
use maud::Markup;

use super::words::titled;
use crate::components::{Field, Pick};

const ROLES: [(Role, &str); 4] = [
    (Role::Viewer, "Reads everything"),
    (Role::Operator, "Also checks out and in"),
    (Role::Manager, "Also changes assets and starts runs"),
    (Role::Administrator, "Also changes settings, sources, people and tokens"),
];

pub fn role_field(label: &str, chosen: Role) -> Markup {
    let picks = ROLES.map(|(role, hint)| (role.as_str(), titled(role.as_str()), hint));
    let picks = picks.each_ref().map(|(role, label, hint)| Pick::new(role, label).hint(hint));
    Field::new("role", label).radios(&picks, chosen.as_str())
}

/// What a form answered; the least where it did not.
pub fn role_of(answer: &str) -> Role {
    Role::parse(answer).unwrap_or(Role::Viewer)
}
