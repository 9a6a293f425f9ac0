//! What becomes of a row: made, changed, left as it is, or told what is wrong.

use std::collections::BTreeMap;

use super::stage::*;
use crate::fields::FieldType;
use crate::imports::{Counts, Intent, Target, Verdict};
use crate::{Field, Id};

#[test]
fn a_row_nobody_knows_becomes_an_asset_with_all_it_says() {
    let text = "Asset tag|Name|Serial|Product|Category|Status|Location|Department|Cost|Bought|Supplier|Notes\n\
                A-1|Mac|SYN1|MacBook Air|Laptop|Broken|Berlin|IT|1.299,00 €|1.4.2026|Shop|two";
    let plan = plan(text, &known(Vec::new()));
    let asset = created(&plan, 0);
    assert_eq!((asset.product, asset.category), (Some(Id::new(30)), None));
    assert_eq!((asset.status, asset.location), (Id::new(2), Some(Id::new(50))));
    assert_eq!((asset.department, asset.supplier), (Some(Id::new(40)), Some(Id::new(25))));
    assert_eq!((asset.cost, asset.currency.as_deref()), (Some(129_900), Some("EUR")));
    assert!(plan.new.counts().is_empty() && steps(&plan, 0).is_empty());
}

#[test]
fn a_blank_cell_keeps_what_is_there() {
    let mut held = serial(asset(5, "A-1"), "SYN1");
    held.name = Some("Old".into());
    held.notes = Some("Kept".into());
    let plan = plan("Asset tag|Name|Serial|Notes\na-1|New||", &known(vec![held]));
    assert_eq!(steps(&plan, 0), ["updated name=\"New\""]);
    assert!(matches!(&plan.rows[0].intent, Intent::ChangeAsset { version: 1, .. }));
}

#[test]
fn what_is_so_already_is_skipped_and_the_same_file_twice_does_nothing() {
    let text = "Asset tag|Name|Product|Category|Cost\nA-1|Mac|MacBook Air|Laptop|1,299.00";
    let first = plan(text, &known(Vec::new()));
    let made = created(&first, 0).clone();
    let again = plan(text, &known(vec![made]));
    assert_eq!(verdicts(&again), [Verdict::Skip]);
}

#[test]
fn an_unknown_name_is_a_fault_with_a_hint_until_making_is_ticked() {
    let text = "Tag|Model|Manufacturer|Category|Location\nA-1|ThinkPad|Lenovo|Laptop|Oslo";
    let told = fault(&plan(text, &known(Vec::new())));
    assert!(told.contains("Model: no product \"ThinkPad\"; hint: add it"), "{told}");
    assert!(told.contains("Location: no location \"Oslo\""), "{told}");
    let plan = making(text, &known(Vec::new()));
    assert_eq!(verdicts(&plan), [Verdict::Create]);
    let product = &plan.new.products[0];
    assert_eq!((product.name.as_str(), product.category), ("ThinkPad", Some(Id::new(10))));
    assert_eq!(product.manufacturer, Some(plan.new.manufacturers[0].id));
    assert_eq!(plan.new.names("locations"), ["Oslo"]);
    assert_eq!(created(&plan, 0).category, None);
}

#[test]
fn what_only_a_faulty_row_names_is_not_made() {
    let text = "Tag|Model|Manufacturer|Location|Bought\n\
                A-1|ThinkPad|Lenovo|Oslo|never\nA-2|MacBook Air|Apple|Rome|2026-01-01";
    let plan = making(text, &known(Vec::new()));
    assert_eq!(verdicts(&plan), [Verdict::Fault, Verdict::Create]);
    assert_eq!(plan.new.names("locations"), ["Rome"]);
    assert!(plan.new.products.is_empty() && plan.new.manufacturers.is_empty());
    // And a later row may still make it.
    let text = format!("{text}\nA-3|ThinkPad|Lenovo|Oslo|");
    let plan = making(&text, &known(Vec::new()));
    assert_eq!(plan.new.names("locations"), ["Rome", "Oslo"]);
    assert_eq!(plan.new.products[0].manufacturer, Some(plan.new.manufacturers[0].id));
}

#[test]
fn a_shared_name_of_places_is_a_fault_that_lists_them_and_the_way_to_one_is_not() {
    let mut known = known(Vec::new());
    known.locations.extend([
        place(51, "Oslo", None),
        place(52, "Storage", Some(50)),
        place(53, "Storage", Some(51)),
    ]);
    let text = "Tag|Location\nA-1|Storage\nA-2|oslo / storage\nA-3|Berlin › Storage";
    let plan = plan(text, &known);
    assert_eq!(verdicts(&plan), [Verdict::Fault, Verdict::Create, Verdict::Create]);
    let both = "2 locations are called \"Storage\": \"Berlin / Storage\" and \"Oslo / Storage\"";
    assert!(fault(&plan).contains(both), "{}", fault(&plan));
    assert_eq!(created(&plan, 1).location, Some(Id::new(53)));
    assert_eq!(created(&plan, 2).location, Some(Id::new(52)));
}

#[test]
fn a_way_is_made_from_where_it_is_not_known_on() {
    let text = "Tag|Location\nA-1|Berlin / Floor 1 / Room 2\nA-2|Berlin / Floor 1\nA-3|Floor 2";
    let plan = making(text, &known(Vec::new()));
    assert_eq!(plan.new.names("locations"), ["Floor 1", "Room 2", "Floor 2"]);
    let [floor, room, other] = &plan.new.locations[..] else { panic!("three are made") };
    assert_eq!(
        (floor.parent, room.parent, other.parent),
        (Some(Id::new(50)), Some(floor.id), None)
    );
    assert_eq!(created(&plan, 0).location, Some(room.id));
    assert_eq!(created(&plan, 1).location, Some(floor.id));
}

#[test]
fn one_key_in_two_rows_is_a_fault_of_both() {
    let plan = plan("Tag|Name\nA-1|x\n a-1 |y\nA-2|z", &known(Vec::new()));
    assert_eq!(verdicts(&plan), [Verdict::Fault, Verdict::Fault, Verdict::Create]);
    assert!(fault(&plan).contains("\"A-1\" stands in line 3 too"), "{}", fault(&plan));
}

#[test]
fn a_key_that_several_assets_have_is_a_fault_that_names_them() {
    let twins = vec![serial(asset(5, "A-1"), "SYN1"), serial(asset(6, "A-2"), "syn1")];
    let by_serial =
        |text: &str, assets| planned(text, &known(assets), |mapping| mapping.key = Target::Serial);
    let plan = by_serial("Serial|Name\nSYN1|x", twins);
    assert!(fault(&plan).contains("2 assets have it: A-1 and A-2; hint: match by"));
}

#[test]
fn a_tag_that_is_taken_is_a_fault_of_who_would_take_it() {
    let assets = vec![asset(5, "A-1"), serial(asset(6, "A-2"), "SYN2")];
    let text = "Serial|Asset tag\nSYN2|A-1\nSYN3|a-1\nSYN4|A-9\nSYN5|A-9\nSYN6|A-10";
    let plan = planned(text, &known(assets), |mapping| mapping.key = Target::Serial);
    let fault_at = |at: usize| matches!(plan.rows[at].intent, Intent::Fault { .. });
    assert!((0..4).all(fault_at) && !fault_at(4), "{:?}", verdicts(&plan));
    assert!(fault(&plan).contains("another asset has this tag"));
}

#[test]
fn a_new_asset_without_a_tag_is_a_fault_and_a_known_one_needs_none() {
    let assets = vec![serial(asset(6, "A-2"), "SYN2")];
    let text = "Serial|Name\nSYN2|x\nSYN3|y";
    let plan = plan(text, &known(assets));
    assert_eq!(verdicts(&plan), [Verdict::Change, Verdict::Fault]);
    assert!(fault(&plan).contains("a new asset needs a tag"));
}

#[test]
fn a_makers_filler_is_no_serial_and_no_key() {
    let text = "Asset tag|Serial\nA-1|N/A";
    assert_eq!(created(&plan(text, &known(Vec::new())), 0).serial, None);
    let plan = planned(text, &known(Vec::new()), |mapping| mapping.key = Target::Serial);
    assert!(fault(&plan).contains("names no machine"));
}

#[test]
fn a_name_is_one_line_of_200_characters_unless_it_stands_there_already() {
    let long = "x".repeat(201);
    let text = format!("Tag|Name|Order\nA-1|{long}|\nA-2||{long}\nA-3|{}|", &long[..200]);
    let planned = plan(&text, &known(Vec::new()));
    assert_eq!(verdicts(&planned), [Verdict::Fault, Verdict::Fault, Verdict::Create]);
    let told = fault(&planned);
    assert_eq!(told, "Name: the name has 201 characters; hint: 200 are the most");
    let mut held = asset(5, "A-1");
    held.name = Some(long.clone());
    let again = plan(&format!("Tag|Name\nA-1|{long}"), &known(vec![held]));
    assert_eq!(verdicts(&again), [Verdict::Skip]);
}

#[test]
fn a_category_stands_on_the_asset_only_where_it_is_not_its_products() {
    let text = "Tag|Product|Category\nA-1|MacBook Air|Phone\nA-2|MacBook Air|Laptop\nA-3||Phone";
    let plan = plan(text, &known(Vec::new()));
    let own: Vec<_> = (0..3).map(|at| created(&plan, at).category).collect();
    assert_eq!(own, [Some(Id::new(11)), None, Some(Id::new(11))]);
}

#[test]
fn a_product_is_known_by_what_sources_call_it_too() {
    let plan = plan("Tag|Model\nA-1|MacBook Air (M3)", &known(Vec::new()));
    assert_eq!(created(&plan, 0).product, Some(Id::new(30)));
}

#[test]
fn archiving_is_an_event_of_its_own_and_so_is_bringing_back() {
    let mut gone = asset(6, "A-2");
    gone.archived_at = Some(at());
    let text = "Tag|Archived\nA-1|yes\nA-2|no\nA-3|2026-01-01T00:00:00Z\nA-4|\nA-5|perhaps";
    let plan = plan(text, &known(vec![asset(5, "A-1"), gone]));
    assert!(steps(&plan, 0)[0].starts_with("archived"));
    assert!(steps(&plan, 1)[0].starts_with("unarchived"));
    assert!(steps(&plan, 2)[0].starts_with("archived"));
    assert!(steps(&plan, 3).is_empty());
    assert!(fault(&plan).contains("neither yes nor no"));
}

#[test]
fn custom_fields_are_read_by_their_types() {
    let mut known = known(Vec::new());
    let colors = FieldType::Choice(vec!["Red".into(), "Blue".into()]);
    known.fields = vec![
        field("memory", FieldType::Size),
        field("seen", FieldType::Date),
        field("color", colors),
        field("leased", FieldType::YesNo),
    ];
    let text =
        "Tag|memory|Seen|Color|Leased\nA-1|16 GB|1.4.2026|red|Ja\nA-2|lots|then|green|perhaps";
    let plan = plan(text, &known);
    let fields = &created(&plan, 0).fields;
    assert_eq!(fields["memory"], 16_000_000_000_i64);
    assert_eq!((&fields["seen"], &fields["color"]), (&"2026-04-01".into(), &"Red".into()));
    assert_eq!(fields["leased"], true);
    let told = fault(&plan);
    assert_eq!(told.lines().count(), 4, "{told}");
    assert!(told.contains("Color: \"green\" is no choice of this field; hint: one of Red, Blue"));
}

#[test]
fn a_unique_value_is_had_once_here_and_in_the_file() {
    let mut known = known(vec![asset(5, "A-1")]);
    let mut sole = field("imei", FieldType::Text);
    sole.unique = true;
    known.fields = vec![sole];
    let taken = BTreeMap::from([("111".to_owned(), Id::new(5))]);
    known.taken = BTreeMap::from([("imei".to_owned(), taken)]);
    let plan = plan("Tag|IMEI\nA-1|111\nA-2|111\nA-3|222\nA-4|222", &known);
    assert_eq!(verdicts(&plan), [Verdict::Change, Verdict::Fault, Verdict::Create, Verdict::Fault]);
}

#[test]
fn a_custom_field_can_be_the_key() {
    let mut held = asset(5, "A-1");
    held.fields.insert("kandjiid".into(), "abc".into());
    let mut known = known(vec![held]);
    known.fields = vec![field("kandjiid", FieldType::Text)];
    let plan = planned("kandjiid|Name\nABC|x", &known, |mapping| {
        mapping.key = Target::read("kandjiid");
    });
    assert_eq!(steps(&plan, 0), ["updated name=\"x\""]);
}

#[test]
fn a_new_asset_gets_defaults_and_must_have_what_is_required() {
    let mut known = known(vec![asset(5, "A-1")]);
    let mut owner = field("owner", FieldType::Text);
    owner.required = true;
    let mut tier = field("tier", FieldType::Text);
    tier.default = Some("standard".into());
    known.fields = vec![owner, tier];
    let plan = plan("Tag|Owner\nA-1|\nA-2|\nA-3|us", &known);
    assert_eq!(verdicts(&plan), [Verdict::Skip, Verdict::Fault, Verdict::Create]);
    assert!(fault(&plan).contains("a new asset needs \"owner\""));
    assert_eq!(created(&plan, 2).fields["tier"], "standard");
}

#[test]
fn without_new_assets_unknown_rows_are_left_out() {
    let plan = planned("Tag|Name\nA-1|x\nA-2|y", &known(vec![asset(5, "A-1")]), |mapping| {
        mapping.create = false;
    });
    assert_eq!(verdicts(&plan), [Verdict::Change, Verdict::Skip]);
    let counts = Counts::of(&plan.rows);
    assert_eq!((counts.change, counts.skip, counts.any()), (1, 1, true));
}

#[test]
fn all_that_is_wrong_with_a_row_is_said_at_once() {
    let text = "Asset tag|Purchase date|Cost|Currency|Status\n|soon|free||nowhere";
    let (head, rows) = file(text);
    let told = plan("Asset tag|Bought|Cost|Status\nA-1|soon|free|nowhere", &known(Vec::new()));
    assert_eq!(fault(&told).lines().count(), 3);
    assert_eq!((head.len(), rows.len()), (5, 1));
    assert!(fault(&plan(text, &known(Vec::new()))).contains("the key is blank"));
}

#[test]
fn a_mapping_that_cannot_work_says_what_to_do() {
    use crate::fields::AppliesTo;
    let known = known(Vec::new());
    let (head, _) = file("Asset tag|Name|Brand\nA||");
    let mut mapping = guessed("Asset tag|Name|Brand\nA||", &known).mapping;
    let told = |mapping: &crate::imports::Mapping| {
        let found = mapping.mistakes(AppliesTo::Assets, &head, &known.fields);
        found.into_iter().map(|one| format!("{}: {}", one.part, one.detail)).collect::<Vec<_>>()
    };
    assert!(told(&mapping).is_empty());
    mapping.key = Target::Serial;
    assert!(told(&mapping)[0].contains("no column is Serial"));
    mapping.key = Target::Notes;
    assert!(told(&mapping)[0].contains("hint: tag, serial, or the key of a custom field"));
    mapping.key = Target::Tag;
    mapping.columns[2] = Some(Target::Manufacturer);
    assert!(told(&mapping)[0].contains("map a column to Product"));
    mapping.columns[2] = Some(Target::Name);
    assert!(told(&mapping)[0].contains("\"Name\" and \"Brand\" are both Name"));
    mapping.columns[2] = Some(Target::Email);
    assert!(told(&mapping)[0].contains("an asset has no field \"email\""));
    mapping.columns.pop();
    assert!(told(&mapping)[0].contains("2 columns were given, the file has 3"));
}

#[test]
fn whatever_stands_in_the_cells_every_row_is_planned() {
    let mut known = known(vec![serial(asset(5, "A-1"), "SYN1")]);
    known.fields = vec![field("x", FieldType::Money), field("y", FieldType::Link)];
    let head = "Tag|Name|Serial|Model|Manufacturer|Category|Status|Assigned to|Due date|Bought|Cost\
                |Currency|Warranty months|Notes|Archived|x|y";
    let bits = [
        "A-1",
        "",
        "€",
        "1.299,00",
        "\u{0}",
        "1/2/3",
        "-",
        "é",
        "yes",
        "robin@example.com",
        "\t",
        ".",
        ",",
        "9999999999999999999999",
        "Apr 31, 2026",
        "<x@y>",
        "x@",
        "N/A",
        "💻",
        "'",
        "12-",
    ];
    let mut state = 7_usize;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bits[(state >> 33) % bits.len()]
    };
    let width = head.split('|').count();
    let rows: Vec<String> = (0..2_000)
        .map(|_| (0..width).map(|_| format!("{}{}", next(), next())).collect::<Vec<_>>().join("|"))
        .collect();
    let text = format!("{head}\n{}", rows.join("\n"));
    for plan in [plan(&text, &known), making(&text, &known)] {
        assert_eq!(plan.rows.len(), 2_000);
        let set = plan.rows.iter().filter_map(|row| match &row.intent {
            Intent::CreateAsset { asset, .. } => Some(asset),
            _ => None,
        });
        assert!(set.clone().all(|asset| asset.get(&Field::Tag).is_string()));
    }
}
