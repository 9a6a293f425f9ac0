//! Custody: who should have it? One table over three values: the custodian here (H), the source's
//! user now (K1), and the one custody here last followed or agreed with (K0).

use domain::Custodian;
use domain::id::EmployeeId;

use crate::reason::{Reason, Switch};
use crate::rules::Assign;

/// The source's user of a device, as far as we know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceUser<'n> {
    Nobody,
    Known {
        employee: EmployeeId,
        name: &'n str,
        archived: bool,
    },
    Unknown {
        email: Option<String>,
        name: Option<String>,
    },
    /// Only the name matched, and it matched several.
    Ambiguous {
        name: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum CustodyDecision {
    /// Nothing; both sides agree on this user, which becomes the baseline.
    Agree(Option<EmployeeId>, Reason),
    /// Nothing, and nothing learned: the baseline stays.
    Leave(Reason),
    CheckOut {
        to: EmployeeId,
        reason: Reason,
    },
    /// Two events: given back, then handed over.
    Move {
        from: Custodian,
        to: EmployeeId,
        reason: Reason,
    },
    CheckIn {
        from: Custodian,
        reason: Reason,
    },
}

/// Decides by the table; each arm is one of its rows.
pub fn decide(
    here: Option<Custodian>,
    followed: Option<EmployeeId>,
    user: &SourceUser<'_>,
    assign: Assign,
) -> CustodyDecision {
    use CustodyDecision::{Agree, CheckIn, CheckOut, Leave, Move};
    let holder = match here {
        Some(place @ (Custodian::Location(_) | Custodian::Asset(_))) => {
            return Leave(Reason::HeldByPlace { kind: place.kind().into() });
        }
        Some(Custodian::Employee(holder)) => Some(holder),
        None => None,
    };
    match (holder, user) {
        (None, SourceUser::Nobody) => Agree(None, Reason::NobodyOnBothSides),
        (Some(holder), SourceUser::Nobody) if assign.on_removed => {
            CheckIn { from: Custodian::Employee(holder), reason: Reason::UserRemovedInSource }
        }
        (Some(_), SourceUser::Nobody) => {
            Leave(Reason::SwitchOff { switch: Switch::OnRemoved, who: None })
        }
        (_, SourceUser::Unknown { email, name }) => {
            Leave(Reason::PersonUnknown { email: email.clone(), name: name.clone() })
        }
        (_, SourceUser::Ambiguous { name }) => {
            Leave(Reason::PersonAmbiguous { name: name.clone() })
        }
        (Some(holder), SourceUser::Known { employee, name, .. }) if holder == *employee => {
            Agree(Some(holder), Reason::AlreadyTheirs { who: (*name).to_owned() })
        }
        (_, SourceUser::Known { name, archived: true, .. }) => {
            Leave(Reason::LeaverGetsNothing { who: (*name).to_owned() })
        }
        (None, SourceUser::Known { employee, name, .. }) => {
            let changed = followed.is_some_and(|followed| followed != *employee);
            match (assign.on_assign, changed && assign.on_change) {
                (_, true) => {
                    let reason = Reason::ChangedUserInSource { who: (*name).to_owned() };
                    CheckOut { to: *employee, reason }
                }
                (true, false) => {
                    let reason = Reason::AssignedInSource { who: (*name).to_owned() };
                    CheckOut { to: *employee, reason }
                }
                (false, false) => {
                    let switch = if changed { Switch::AssignOrChange } else { Switch::OnAssign };
                    Leave(Reason::SwitchOff { switch, who: Some((*name).to_owned()) })
                }
            }
        }
        (Some(holder), SourceUser::Known { employee, name, .. }) => {
            let who = (*name).to_owned();
            let (on, switch, reason) = match followed {
                Some(followed) if followed == *employee => (
                    assign.on_assign,
                    Switch::OnAssign,
                    Reason::MovedByHandSourceWins { who: who.clone() },
                ),
                None => (
                    assign.on_assign,
                    Switch::OnAssign,
                    Reason::AssignedInSource { who: who.clone() },
                ),
                Some(_) => (
                    assign.on_change,
                    Switch::OnChange,
                    Reason::ChangedUserInSource { who: who.clone() },
                ),
            };
            if on {
                Move { from: Custodian::Employee(holder), to: *employee, reason }
            } else {
                Leave(Reason::SwitchOff { switch, who: Some(who) })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROBIN: EmployeeId = EmployeeId::new(1);
    const CASEY: EmployeeId = EmployeeId::new(2);
    const JORDAN: EmployeeId = EmployeeId::new(3);
    const OFF: Assign = Assign { on_assign: false, on_change: false, on_removed: false };
    const ASSIGN: Assign = Assign { on_assign: true, ..OFF };
    const CHANGE: Assign = Assign { on_change: true, ..OFF };
    const REMOVED: Assign = Assign { on_removed: true, ..OFF };

    fn known(employee: EmployeeId) -> SourceUser<'static> {
        SourceUser::Known { employee, name: "Robin", archived: false }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as custody is asked: someone, or nobody")]
    fn held(employee: EmployeeId) -> Option<Custodian> {
        Some(Custodian::Employee(employee))
    }

    /// What happens, in one word.
    fn check(
        here: Option<Custodian>,
        followed: Option<EmployeeId>,
        user: &SourceUser<'_>,
        assign: Assign,
    ) -> &'static str {
        match decide(here, followed, user, assign) {
            CustodyDecision::Agree(..) => "agree",
            CustodyDecision::Leave(_) => "leave",
            CustodyDecision::CheckOut { .. } => "out",
            CustodyDecision::Move { .. } => "move",
            CustodyDecision::CheckIn { .. } => "in",
        }
    }

    #[test]
    fn b17_a_location_checkout_is_never_touched() {
        let all = Assign { on_assign: true, on_change: true, on_removed: true };
        let place = Some(Custodian::Location(domain::id::LocationId::new(9)));
        for user in [SourceUser::Nobody, known(ROBIN)] {
            for followed in [None, Some(ROBIN), Some(CASEY)] {
                assert_eq!(check(place, followed, &user, all), "leave");
            }
        }
    }

    #[test]
    fn b11_an_assigned_device_is_checked_out_where_the_switch_is_on() {
        assert_eq!(check(None, None, &known(ROBIN), ASSIGN), "out");
        assert_eq!(check(None, Some(ROBIN), &known(ROBIN), ASSIGN), "out");
        assert_eq!(check(None, None, &known(ROBIN), CHANGE), "leave");
    }

    #[test]
    fn b12_a_manual_employee_checkout_is_overridden() {
        assert_eq!(check(held(CASEY), Some(ROBIN), &known(ROBIN), ASSIGN), "move");
        assert_eq!(check(held(CASEY), None, &known(ROBIN), ASSIGN), "move");
        assert_eq!(check(held(CASEY), Some(ROBIN), &known(ROBIN), CHANGE), "leave");
    }

    #[test]
    fn b13_a_change_of_user_moves_custody_where_that_switch_is_on() {
        assert_eq!(check(held(CASEY), Some(CASEY), &known(ROBIN), CHANGE), "move");
        assert_eq!(check(held(CASEY), Some(JORDAN), &known(ROBIN), CHANGE), "move");
        assert_eq!(check(held(CASEY), Some(CASEY), &known(ROBIN), ASSIGN), "leave");
        assert_eq!(check(None, Some(CASEY), &known(ROBIN), CHANGE), "out");
    }

    #[test]
    fn b14_b15_nobody_in_the_source_checks_in_where_that_switch_is_on() {
        assert_eq!(check(held(CASEY), Some(CASEY), &SourceUser::Nobody, REMOVED), "in");
        assert_eq!(check(held(CASEY), None, &SourceUser::Nobody, REMOVED), "in");
        assert_eq!(check(held(CASEY), None, &SourceUser::Nobody, ASSIGN), "leave");
    }

    #[test]
    fn agreement_is_remembered_whatever_the_switches() {
        assert_eq!(check(held(ROBIN), None, &known(ROBIN), OFF), "agree");
        assert_eq!(check(None, Some(ROBIN), &SourceUser::Nobody, OFF), "agree");
    }

    #[test]
    fn a_leaver_gets_nothing_new_and_keeps_what_they_hold() {
        let all = Assign { on_assign: true, on_change: true, on_removed: true };
        let leaver = SourceUser::Known { employee: ROBIN, name: "Robin", archived: true };
        assert_eq!(check(None, None, &leaver, all), "leave");
        assert_eq!(check(held(CASEY), Some(CASEY), &leaver, all), "leave");
        assert_eq!(check(held(ROBIN), None, &leaver, all), "agree");
    }

    #[test]
    fn b16_an_unknown_person_changes_nothing() {
        let all = Assign { on_assign: true, on_change: true, on_removed: true };
        let stranger = SourceUser::Unknown { email: Some("x@example.com".into()), name: None };
        assert_eq!(check(None, None, &stranger, all), "leave");
        assert_eq!(check(held(CASEY), Some(CASEY), &stranger, all), "leave");
    }
}
