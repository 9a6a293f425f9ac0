//! Employees by the file.

use super::stage::{at, employee, file};
use crate::Mint;
use crate::company::Company;
use crate::fields::AppliesTo;
use crate::imports::guess::guess;
use crate::imports::people::{Known, plan};
use crate::imports::{Intent, Mapping, Plan, PlannedRow, Verdict};
use crate::person::Employee;

fn planned(text: &str, employees: Vec<Employee>, change: impl FnOnce(&mut Mapping)) -> Plan {
    let known = Known {
        employees,
        departments: Vec::new(),
        locations: Vec::new(),
        fields: Vec::new(),
        company: Company::named("Example"),
        today: jiff::civil::date(2026, 9, 21),
    };
    let (head, rows) = file(text);
    let mut mapping = guess(AppliesTo::Employees, &head, &rows, &known.fields).mapping;
    change(&mut mapping);
    assert_eq!(mapping.mistakes(AppliesTo::Employees, &head, &[]), []);
    plan(&head, &rows, &mapping, &known, (&Mint::new(1), at()))
}

fn verdicts(plan: &Plan) -> Vec<Verdict> {
    plan.rows.iter().map(PlannedRow::verdict).collect()
}

const TEXT: &str = "Name|Email|Job title|Department|Manager|Start date|End date\n\
    Kim New|kim@example.com|Lead|Design|boss@example.com|2026-01-01|\n\
    The Boss|boss@example.com|Head|Design|||\n\
    Robin Sample|robin@example.com|Engineer||Kim New||31.12.2026";

#[test]
fn people_are_made_and_changed_and_managers_may_stand_in_the_same_file() {
    let robin = employee(70, "Robin Sample", "robin@example.com");
    let plan = planned(TEXT, vec![robin], |mapping| mapping.make_catalog = true);
    assert_eq!(verdicts(&plan), [Verdict::Create, Verdict::Create, Verdict::Change]);
    let made = |at: usize| match &plan.rows[at].intent {
        Intent::CreateEmployee { employee } => employee.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(made(0).manager, Some(made(1).id));
    assert_eq!(plan.new.departments.len(), 1);
    let Intent::ChangeEmployee { after, .. } = &plan.rows[2].intent else { panic!() };
    assert_eq!(after.manager, Some(made(0).id));
    assert_eq!(after.ends_on.unwrap().to_string(), "2026-12-31");
    assert_eq!(after.department, None);
}

#[test]
fn who_reports_to_a_faulty_row_waits_for_it() {
    let plan = planned(TEXT, Vec::new(), |_| {});
    // Without making, both departments are unknown; Robin reports to Kim.
    assert_eq!(verdicts(&plan), [Verdict::Fault; 3]);
}

#[test]
fn a_person_twice_without_a_name_or_under_themselves_is_a_fault() {
    const F: Verdict = Verdict::Fault;
    let text = "Name|Email|Manager\nA|a@example.com|\nA|A@example.com|\n|b@example.com|\n\
                C|c@example.com|c@example.com\nD|no address|\nE|e@example.com|";
    let plan = planned(text, Vec::new(), |_| {});
    assert_eq!(verdicts(&plan), [F, F, F, F, F, Verdict::Create]);
}

#[test]
fn what_is_known_already_is_skipped() {
    let robin = employee(70, "Robin Sample", "robin@example.com");
    let text = "Name|Email|Title\nRobin Sample|ROBIN@example.com|";
    assert_eq!(verdicts(&planned(text, vec![robin], |_| {})), [Verdict::Skip]);
}

#[test]
fn nobody_reports_to_themselves_further_up() {
    const F: Verdict = Verdict::Fault;
    let mut boss = employee(70, "Boss", "boss@example.com");
    let mut kim = employee(71, "Kim", "kim@example.com");
    kim.manager = Some(boss.id);
    let text = "Name|Email|Manager\nBoss|boss@example.com|New\nNew|new@example.com|Kim";
    let plan = planned(text, vec![boss.clone(), kim.clone()], |_| {});
    assert_eq!(verdicts(&plan), [F, F]);
    let told = format!("{:?}", plan.rows[0].intent);
    assert!(told.contains("directly or further up; hint: name another"), "{told}");
    // Two who change places do not, and a ring of old is no fault of another change.
    let text = "Name|Email|Manager\nBoss|boss@example.com|Kim\nKim|kim@example.com|Top\nTop|t@example.com|";
    let swapped = planned(text, vec![boss.clone(), kim.clone()], |_| {});
    assert_eq!(verdicts(&swapped), [Verdict::Change, Verdict::Change, Verdict::Create]);
    boss.manager = Some(kim.id);
    let text = "Name|Email|Title\nBoss|boss@example.com|Head";
    assert_eq!(verdicts(&planned(text, vec![boss, kim], |_| {})), [Verdict::Change]);
}

#[test]
fn whose_last_day_is_over_has_left() {
    let text = "Name|Email|Last day\nA|a@example.com|2026-09-20\nB|b@example.com|2026-09-21";
    let plan = planned(text, Vec::new(), |_| {});
    let left = |at: usize| match &plan.rows[at].intent {
        Intent::CreateEmployee { employee } => employee.leaver,
        other => panic!("{other:?}"),
    };
    assert!(left(0) && !left(1));
}
