//! One story a file, `scenarios/*.txt`: what we hold, what the source says, what is planned.
//! `UPDATE=1 cargo test -p reconcile --test scenarios` rewrites every plan; read the difference
//! like prose, for the text under `plan` is the promise.

#[path = "scenarios/support/mod.rs"]
mod support;
#[expect(dead_code, reason = "the laws use the rest of it")]
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Story, diff, tell};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

fn check(name: &str) {
    let file = folder().join(format!("{name}.txt"));
    let text = fs::read_to_string(&file).unwrap();
    let plans = tell(&text);
    if rewriting() {
        let answers: Vec<_> = plans.into_iter().map(|(head, _, came)| (head, came)).collect();
        fs::write(&file, Story::retold(&text, &answers)).unwrap();
        return;
    }
    for (head, promised, came) in plans {
        assert!(
            promised == came,
            "\n{}:{head}: the plan is another (- promised, + came)\n{}\n",
            file.display(),
            diff(&promised, &came),
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "a switch of the test run, not a setting")]
fn rewriting() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// A test a story, by the name of its file.
macro_rules! stories {
    ($($name:ident)*) => {
        const LISTED: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { check(stringify!($name)); })*
    };
}

#[test]
fn every_story_in_the_folder_is_told() {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let stories = files.filter(|path| path.extension().is_some_and(|kind| kind == "txt"));
    let mut found: Vec<_> =
        stories.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    found.sort();
    assert_eq!(found, LISTED, "the list of stories and the folder differ; keep both in order");
}

stories! {
    absence_a_partial_survey_moves_no_link
    absence_a_partial_survey_takes_nothing_away
    absence_is_believed_after_two_complete_runs_a_day_apart
    absence_is_not_timed_while_the_clocks_are_apart
    absence_may_set_a_status_or_check_in
    absence_starts_over_when_the_device_is_seen_in_between
    absence_the_removed_flag_counts_at_once
    awaiting_a_device_becomes_a_pending_asset_and_is_filled_in_when_it_enrolls
    awaiting_a_status_given_by_hand_stays_when_the_device_enrolls
    awaiting_an_asset_made_by_hand_is_not_made_twice
    awaiting_another_machine_does_not_take_the_asset
    awaiting_devices_are_left_out_unless_wanted
    awaiting_the_enrollment_rule_gives_place_and_status
    awaiting_the_serial_tells_the_device_whatever_the_rules
    awaiting_what_has_no_tag_yet_comes_in_when_it_enrolls
    awaiting_what_vanishes_from_the_list_loses_nothing
    b08_the_asset_tag_comes_from_the_device_name
    b08_the_asset_tag_comes_from_the_kandji_asset_tag
    b08_the_asset_tag_comes_from_the_serial_number
    b09_a_tag_that_an_unmatched_asset_has_is_a_question
    b09_b23_of_devices_that_share_a_mapped_value_the_first_enrolled_is_added
    b10_b39_a_mapped_name_follows_kandji_over_a_hand_edit
    b10_the_name_may_come_from_the_serial_or_the_kandji_asset_tag
    b11_a_device_with_a_user_is_checked_out_to_the_employee_with_that_address
    b11_without_the_option_nothing_is_checked_out
    b12_a_manual_checkout_to_another_employee_is_overridden
    b12_an_adopted_asset_moves_to_whom_kandji_names
    b12_without_the_option_a_manual_checkout_stands
    b13_a_change_of_user_also_goes_out_from_nobody
    b13_a_change_of_user_checks_in_and_out
    b13_switched_off_a_change_of_user_waits_until_it_is_on
    b14_a_removed_user_checks_the_asset_in
    b14_switched_off_a_removed_user_keeps_the_asset
    b15_a_manual_checkout_of_a_device_without_user_is_checked_in_again
    b15_switched_off_a_manual_checkout_of_a_device_without_user_stands
    b16_a_change_to_an_unknown_user_leaves_the_holder_alone
    b16_an_unknown_user_is_not_created_and_nothing_is_checked_out
    b17_a_checkout_to_a_location_is_never_touched
    b18_a_checkout_moves_location_and_department_where_the_company_wants_it
    b18_an_employee_imported_in_the_same_run_brings_their_department
    b18_the_two_company_switches_are_apart
    b19_b23_an_existing_asset_that_two_devices_want_is_a_question
    b19_with_merging_on_an_existing_asset_is_adopted
    b20_merging_looks_at_the_asset_tag_alone
    b20_merging_needs_the_mapping_that_was_used_by_hand
    b21_merging_off_does_not_stop_what_is_linked_already
    b21_with_merging_off_an_existing_asset_is_left_alone
    b22_a_blank_serial_in_between_does_not_lose_the_machine
    b22_a_wiped_device_comes_back_as_the_same_asset
    b22_the_old_row_marked_as_removed_makes_way
    b22_twins_that_are_both_new_make_one_asset
    b22_under_amfj_a_wiped_device_is_found_by_its_name
    b22_under_reftab_the_id_field_follows_the_new_device_id
    b22_while_the_old_row_lingers_the_newest_enrollment_stands
    b23_a_device_that_does_not_say_when_it_enrolled_is_not_the_first
    b24_b25_a_product_a_model_and_an_asset_a_device
    b24_virtual_machines_are_assets_of_one_product
    b25_windows_and_android_are_not_made_by_apple
    b26_b27_a_category_changed_by_hand_stays_and_new_devices_inherit_it
    b28_a_rule_that_applies_always_wins_at_every_run
    b28_an_adopted_asset_keeps_its_place_unless_the_rule_says_always
    b28_an_enrollment_rule_sets_location_and_status_of_new_assets
    b28_the_rule_goes_before_the_employees_location
    b35_a_wiped_device_stays_with_its_last_user_until_someone_else_has_it
    b35_enrolled_again_without_a_user_it_is_checked_in_where_that_is_on
    b36_a_deleted_device_leaves_its_asset_with_its_last_user
    b37_a_deleted_asset_is_added_again_under_the_new_mapping
    b37_a_mapping_changed_without_deleting_renames_nothing
    b39_a_blank_name_in_kandji_blanks_nothing
    b40_an_unmapped_name_is_never_touched
    b41_custody_serial_and_product_follow_the_better_source
    b41_while_another_source_has_the_device_it_is_not_gone
    fields_a_mapping_to_a_field_that_is_gone_says_so
    fields_a_new_asset_starts_with_the_default_where_kandji_is_silent
    fields_a_unique_value_goes_to_one_asset
    fields_a_value_that_does_not_fit_its_type_is_left_out_with_why
    fields_fill_writes_a_blank_once
    fields_keeping_ours_answers_for_that_value_alone
    fields_merge_keeps_a_hand_edit_and_asks_where_both_moved
    fields_mirror_blanks_clears_what_kandji_says_is_blank
    fields_mirror_follows_the_source_always
    fields_serial_and_product_follow_where_nobody_chose_another
    fields_suggest_only_asks
    fields_taking_theirs_closes_the_question
    fields_that_a_better_source_feeds_are_left_to_it
    guard_a_vanished_fleet_holds_the_run
    guard_a_vanished_fleet_passes_while_the_policy_does_nothing
    guard_the_first_run_waits_for_approval
    guard_too_many_changes_hold_the_run
    guard_too_many_check_ins_hold_the_run
    identity_a_creation_waits_for_review_where_asked
    identity_a_match_waits_for_review_where_asked
    identity_a_person_decides_between_two_devices_that_came_back
    identity_a_row_that_a_shifting_page_repeats_is_one_device
    identity_a_row_without_serial_name_or_model_is_not_lost
    identity_a_settlement_overrules_the_rules
    identity_a_tag_that_cannot_be_one_is_skipped
    identity_adoption_fills_blanks_and_keeps_what_is_there
    identity_an_answer_holds_while_the_device_is_what_it_was
    identity_an_answer_that_a_live_device_stands_against_is_asked_again
    identity_an_archived_asset_matches_and_stays_archived
    identity_an_asset_that_two_devices_claim_goes_to_neither
    identity_another_machine_finds_the_asset_taken_when_the_first_is_back
    identity_another_machine_waits_until_the_first_is_believed_gone
    identity_first_takes_the_first_rule_that_names_one_asset
    identity_ignoring_a_linked_device_freezes_its_asset
    identity_names_may_be_emoji_or_run_right_to_left
    identity_placeholder_serials_match_nothing
    identity_rules_that_contradict_each_other_are_a_question
    identity_several_assets_with_one_serial_are_a_question
    identity_spelling_does_not_matter
    j04_each_platform_may_have_its_own_category
    j06_auto_checkout_checks_in_and_out_as_the_primary_user_changes
    j07_an_id_that_changed_its_shape_makes_no_second_person
    j07_people_are_known_by_id_then_by_address
    j07_where_the_name_is_mapped_it_comes_last
    j08_a_changed_address_or_name_makes_no_second_person
    j08_unknown_users_become_employees
    j09_by_default_nothing_is_created
    j10_a_name_that_two_assets_or_two_devices_share_is_a_question
    j10_j11_first_by_name_then_by_device_id
    j12_only_mapped_properties_fill_custom_fields
    people_archived_in_kandji_get_nothing_new_and_keep_what_they_hold
    people_keep_a_department_that_was_given_them_here
    people_marked_as_leavers_here_stay_leavers
    people_of_the_directory_come_with_department_and_title
    people_with_two_users_in_kandji_are_one_employee
    people_without_name_and_address_are_nobody_we_can_make
    people_without_the_import_the_directory_makes_nobody
    r07_new_assets_stand_at_the_default_location
    r08_auto_assign_is_off_unless_turned_on
    r09_the_name_may_come_from_any_property
    r11_to_r15_the_rules_are_tried_in_strict_order
    r12_an_asset_of_another_device_is_not_taken_over
    r15_an_empty_asset_tag_matches_nothing
    r15_the_asset_tag_comes_from_the_kandji_asset_tag_or_the_serial
}
