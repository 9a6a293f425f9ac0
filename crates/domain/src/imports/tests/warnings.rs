//! What a plan warns of and yet does.

use super::stage::*;
use crate::imports::{Counts, Verdict};

#[test]
fn a_row_whose_serial_another_asset_has_is_warned_of_however_it_is_spelled() {
    let held = serial(asset(5, "A-1"), "SYN1");
    let plan = plan("Asset tag|Serial\nA-2|syn1\nA-3|SYN3", &known(vec![held]));
    assert_eq!(verdicts(&plan), [Verdict::Create, Verdict::Create]);
    assert_eq!(warnings(&plan), ["2 Serial: \"A-1\" has this serial too"]);
    let counts = Counts { create: 2, warned: 1, ..Counts::default() };
    assert_eq!(Counts::of(&plan.rows), counts);
}

#[test]
fn rows_that_share_a_serial_are_each_warned_of_the_others() {
    let text = "Asset tag|Serial\nA-1|SYN1\nA-2|SYN1\nA-3| syn1 ";
    assert_eq!(
        warnings(&plan(text, &known(Vec::new()))),
        [
            "2 Serial: line 3 and line 4 have this serial too",
            "3 Serial: line 2 and line 4 have this serial too",
            "4 Serial: line 2 and line 3 have this serial too",
        ]
    );
}

#[test]
fn a_serial_that_stays_twice_is_warned_of_where_the_row_names_it() {
    let twins = vec![serial(asset(5, "A-1"), "SYN1"), serial(asset(6, "A-2"), "SYN1")];
    let plan = plan("Asset tag|Serial|Name\nA-1|SYN1|\nA-2||Spare", &known(twins));
    assert_eq!(verdicts(&plan), [Verdict::Skip, Verdict::Change]);
    assert_eq!(warnings(&plan), ["2 Serial: \"A-2\" has this serial too"]);
}

#[test]
fn a_makers_filler_is_nobodys_serial_and_no_warning() {
    let held = serial(asset(5, "A-1"), "To be filled by O.E.M.");
    let text = "Asset tag|Serial\nA-2|to be filled by o.e.m.\nA-3|0\nA-4|0";
    assert!(warnings(&plan(text, &known(vec![held]))).is_empty());
}

#[test]
fn two_assets_that_swap_their_serials_share_none() {
    let held = vec![serial(asset(5, "A-1"), "SYN1"), serial(asset(6, "A-2"), "SYN2")];
    let plan = plan("Asset tag|Serial\nA-1|SYN2\nA-2|SYN1", &known(held));
    assert_eq!(verdicts(&plan), [Verdict::Change, Verdict::Change]);
    assert!(warnings(&plan).is_empty());
}

#[test]
fn a_faulty_row_shares_its_serial_with_nobody() {
    let text = "Asset tag|Serial|Bought\nA-1|SYN1|never\nA-2|SYN1|";
    let plan = plan(text, &known(Vec::new()));
    assert_eq!(verdicts(&plan), [Verdict::Fault, Verdict::Create]);
    assert!(warnings(&plan).is_empty());
}

#[test]
fn a_check_out_of_what_is_not_ready_is_done_and_warned_of() {
    let text = "Asset tag|Status|Checked out to\nA-1|Broken|Robin Sample\n\
                A-2|Ready|Robin Sample\nA-3|In repair|Casey Cole\nA-4|Broken|";
    let plan = making(text, &known(Vec::new()));
    assert_eq!(steps(&plan, 0).len(), 1);
    assert_eq!(created(&plan, 0).custodian, Some(holder(70)));
    assert_eq!(created(&plan, 0).status, crate::Id::new(2));
    assert_eq!(
        warnings(&plan),
        [
            "2 Status: it is checked out although its status \"Broken\" is no ready one",
            "4 Status: it is checked out although its status \"In repair\" is no ready one",
        ]
    );
}

#[test]
fn whoever_has_a_thing_that_is_not_ready_may_keep_it_without_a_warning() {
    let mut held = asset(5, "A-1");
    held.status = crate::Id::new(2);
    let text = "Asset tag|Checked out to\nA-1|Robin Sample";
    let told = warnings(&plan(text, &known(vec![held.clone()])));
    let said = "2 Checked out to: it is checked out although its status \"Broken\" is no ready one";
    assert_eq!(told, [said]);
    held.custodian = Some(holder(70));
    assert!(warnings(&plan(text, &known(vec![held]))).is_empty());
}
