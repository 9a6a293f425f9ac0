//! The four roles as a question of a form.

use app::Refusal;
use domain::access::Role;
use maud::Markup;

use super::answers::{Answers, Wrong};
use super::words::titled;
use crate::components::{Field, Pick};

const ROLES: [(Role, &str); 4] = [
    (Role::Viewer, "Reads everything"),
    (Role::Operator, "Also checks out and in"),
    (Role::Manager, "Also changes assets and starts runs"),
    (Role::Administrator, "Also changes settings, sources, people and tokens"),
];

pub fn role_field(label: &str, answers: &Answers, wrong: &Wrong) -> Markup {
    let chosen = Role::parse(answers.get("role")).unwrap_or(Role::Viewer);
    let picks = ROLES.map(|(role, hint)| (role.as_str(), titled(role.as_str()), hint));
    let picks = picks.each_ref().map(|(role, label, hint)| Pick::new(role, label).hint(hint));
    Field::new("role", label).error(wrong.at("role")).radios(&picks, chosen.as_str())
}

/// What a form answered.
pub fn role_given(answers: &Answers) -> Result<Role, Refusal> {
    let given = Role::parse(answers.get("role"));
    given.ok_or_else(|| Refusal::invalid("role", "choose one of the four roles"))
}
