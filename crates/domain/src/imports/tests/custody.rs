//! Who has it according to a row: found, made or refused.

use super::stage::*;
use crate::imports::Verdict;
use crate::{Custodian, Id};

#[test]
fn who_has_it_is_found_by_address_or_name_and_checked_out() {
    let text = "Tag|Checked out to|Due date\nA-1|robin@example.com|2026-12-24\n\
                A-2|Casey Cole|\nA-3|Cole, Casey|\nA-4|Berlin|\nA-5|Casey <casey@example.com>|";
    let plan = plan(text, &known(Vec::new()));
    let custodians: Vec<_> = (0..5).map(|at| created(&plan, at).custodian).collect();
    let berlin = Some(Custodian::Location(Id::new(50)));
    assert_eq!(
        custodians,
        [Some(holder(70)), Some(holder(71)), Some(holder(71)), berlin, Some(holder(71))]
    );
    let out = "checked_out custodian={\"id\":\"emp_0000000000026\",\"kind\":\"employee\"} \
               due_on=\"2026-12-24\"";
    assert_eq!(steps(&plan, 0), [out]);
}

#[test]
fn a_change_of_hands_is_a_checkin_and_a_checkout() {
    let mut held = asset(5, "A-1");
    (held.custodian, held.due_on) = (Some(holder(70)), "2026-01-01".parse().ok());
    let plan = plan("Tag|Assigned to\nA-1|Casey Cole", &known(vec![held.clone()]));
    assert_eq!(
        steps(&plan, 0),
        [
            "checked_in custodian=null due_on=null",
            "checked_out custodian={\"id\":\"emp_0000000000027\",\"kind\":\"employee\"}"
        ]
    );
    let same = super::stage::plan("Tag|Assigned to\nA-1|ROBIN sample", &known(vec![held]));
    assert_eq!(verdicts(&same), [Verdict::Skip]);
}

#[test]
fn nobody_unknown_several_of_one_name_and_leavers_get_nothing() {
    let mut known = known(Vec::new());
    known.employees.push(employee(72, "Casey Cole", "cc@example.com"));
    known.employees[0].leaver = true;
    let text = |who: &str| format!("Tag|Assigned to\nA-1|{who}");
    let told = |who: &str| fault(&plan(&text(who), &known));
    assert!(told("Nobody").contains("nobody, and no location and no asset, is called \"Nobody\""));
    assert!(told("n@example.com").contains("no employee has the e-mail"));
    assert!(told("Casey Cole").contains("casey@example.com and cc@example.com"));
    assert!(told("Robin Sample").contains("has left, and nothing new goes to leavers"));
    // Who has it already may keep it.
    let mut held = asset(5, "A-1");
    held.custodian = Some(holder(70));
    known.assets = vec![held];
    assert_eq!(verdicts(&plan(&text("Robin Sample"), &known)), [Verdict::Skip]);
}

#[test]
fn what_is_archived_is_handed_to_nobody_unless_the_row_brings_it_back() {
    let mut gone = asset(5, "A-1");
    gone.archived_at = Some(at());
    let text = |cells: &str| format!("Tag|Assigned to|Archived\nA-1|{cells}");
    for (cells, is_faulty) in [
        ("Robin Sample|", true),
        ("Robin Sample|yes", true),
        ("Berlin|", true),
        ("Robin Sample|no", false),
        ("|yes", false),
    ] {
        let plan = plan(&text(cells), &known(vec![gone.clone()]));
        assert_eq!(verdicts(&plan) == [Verdict::Fault], is_faulty, "{cells}");
    }
    let told = fault(&plan(&text("Robin Sample|"), &known(vec![gone.clone()])));
    assert!(told.contains("nothing archived is checked out; hint: bring it back first"), "{told}");
    let back = steps(&plan(&text("Robin Sample|no"), &known(vec![gone.clone()])), 0);
    assert!(back[0].starts_with("unarchived") && back[1].starts_with("checked_out"), "{back:?}");
    // Who had it when it was archived may keep it, and what a row archives may be with somebody.
    gone.custodian = Some(holder(70));
    let same = plan(&text("Robin Sample|"), &known(vec![gone]));
    assert_eq!(verdicts(&same), [Verdict::Skip]);
    let both = plan(&text("Robin Sample|yes"), &known(vec![asset(5, "A-1")]));
    assert_eq!(steps(&both, 0).len(), 2);
}

#[test]
fn an_asset_that_has_it_is_found_by_its_tag_and_nobody_is_made_of_it() {
    let cart = asset(8, "AUD-1");
    let dock = asset(5, "A-1");
    let mut known = known(vec![dock]);
    known.holders = vec![cart];
    let held = Custodian::Asset(Id::new(8));
    for text in [
        "Tag|Custodian|Checked out to\nA-1|aud-1|asset",
        "Tag|Custodian\nA-1|AUD-1",
        "Tag|Checked out to\nA-1|AUD-1",
    ] {
        let plan = making(text, &known);
        assert!(plan.new.employees.is_empty(), "{text}");
        assert!(steps(&plan, 0)[0].contains("ast_0000000000008"), "{:?}", steps(&plan, 0));
    }
    known.assets[0].custodian = Some(held);
    let again = making("Tag|Custodian|Checked out to\nA-1|AUD-1|asset", &known);
    assert_eq!(verdicts(&again), [Verdict::Skip]);
}

#[test]
fn of_the_kind_that_a_row_names_nothing_else_is_found_or_made() {
    let known = known(vec![asset(5, "A-1")]);
    let told = |cells: &str| {
        let text = format!("Tag|Custodian|Checked out to\nA-1|{cells}");
        let plan = planned(&text, &known, |mapping| mapping.make_employees = true);
        assert!(plan.new.employees.is_empty(), "{cells}");
        fault(&plan)
    };
    assert!(told("AUD-9|asset").contains("no asset has the tag \"AUD-9\"; hint: import it first"));
    assert!(told("Oslo|location").contains("no location \"Oslo\""));
    assert!(told("Berlin|room").contains("Checked out to: nobody is a \"room\""));
    let text = "Tag|Custodian|Checked out to\nA-1|Berlin|employee";
    assert!(fault(&plan(text, &known)).contains("no employee is called \"Berlin\""));
}

#[test]
fn no_asset_holds_itself_nor_what_it_lies_in_and_nothing_archived_holds() {
    let (mut rack, mut cart, mut gone) = (asset(7, "R-1"), asset(8, "C-1"), asset(9, "G-1"));
    cart.custodian = Some(Custodian::Asset(rack.id));
    gone.archived_at = Some(at());
    rack.name = None;
    let mut known = known(vec![rack.clone(), cart.clone(), asset(5, "A-1")]);
    known.holders = vec![rack, cart, gone];
    let told = |text: &str| fault(&plan(&format!("Tag|Custodian|Checked out to\n{text}"), &known));
    assert!(told("R-1|R-1|asset").contains("an asset cannot hold itself"));
    assert!(told("R-1|C-1|asset").contains("it would lie inside itself"));
    assert!(told("A-1|G-1|asset").contains("nothing goes into what is archived"));
    // The second row would close a ring with the first.
    let both = "Tag|Custodian|Checked out to\nA-1|C-1|asset\nR-1|A-1|asset";
    assert_eq!(verdicts(&plan(both, &known)), [Verdict::Change, Verdict::Fault]);
}

#[test]
fn employees_are_made_once_where_that_was_asked_for() {
    let text = "Tag|Assigned to|Assigned to email\nA-1|Kim New|kim@example.com\n\
                A-2||KIM@example.com\nA-3|Kim New|";
    let plan = making(text, &known(Vec::new()));
    assert_eq!(plan.new.employees.len(), 1);
    assert_eq!(plan.new.employees[0].name, "Kim New");
    let who = created(&plan, 0).custodian;
    assert!(who.is_some() && (1..3).all(|at| created(&plan, at).custodian == who));
}

#[test]
fn place_and_department_follow_where_the_company_says_so_and_the_row_does_not() {
    let mut known = known(vec![asset(5, "A-1"), asset(6, "A-2")]);
    known.company.auto_location = true;
    known.employees[0].location = Some(Id::new(51));
    let plan = plan("Tag|Assigned to|Location\nA-1|Robin Sample|\nA-2|Robin Sample|Berlin", &known);
    assert!(steps(&plan, 0)[0].contains("location=\"loc_000000000001K\""), "{:?}", steps(&plan, 0));
    assert!(!steps(&plan, 1).last().unwrap().contains("location"));
}
