//! Who may do what: four roles, each including the ones below it.

use serde::{Deserialize, Serialize};

/// From the least to the most; comparing roles compares what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks at everything.
    Viewer,
    /// Also checks out and in.
    Operator,
    /// Also everything but settings.
    Manager,
    Administrator,
}

impl Role {
    pub const ALL: [Role; 4] = [Role::Viewer, Role::Operator, Role::Manager, Role::Administrator];

    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Operator => "operator",
            Role::Manager => "manager",
            Role::Administrator => "administrator",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Role::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub fn may(self, needed: Role) -> bool {
        self >= needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_includes_those_below_it() {
        assert!(Role::Administrator.may(Role::Manager));
        assert!(Role::Operator.may(Role::Viewer));
        assert!(!Role::Operator.may(Role::Manager));
    }
}
