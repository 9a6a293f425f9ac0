//! Heads as each product writes them, after their public documentation; the rows are made up.

use super::stage::*;
use crate::imports::guess::Exporter;

const SNIPE_IT: &str = "
ID|Company|Asset Name|Asset Tag|Model|Model No.|Category|Manufacturer|Serial|Purchase Date|Purchase Cost|EOL|Order Number|Supplier|Location|Status|Checked Out To|Username|Department|Warranty|Expected Checkin Date|Notes
1|Example|Robin's Mac|00001|MacBook Air|A3113|Laptop|Apple|SYN0001|Wed Apr 01, 2026|1,299.00|Apr 2030|PO-1|Shop|Berlin|Ready to Deploy|Robin Sample|robin|IT|36 months||as new";

const BLUETALLY: &str = "
Asset ID|Asset Name|Product|Serial|Status|Category|Manufacturer|Supplier|Location|Department|Purchase Date|Purchase Cost|Currency|Warranty|Checked Out To|Employee Email|Order Number
IT-1|Robin's Mac|MacBook Air|SYN0001|Ready|Laptop|Apple|Shop|Berlin|IT|2026-04-01|1299|EUR|24|Robin Sample|robin@example.com|PO-1";

const REFTAB: &str = "
Asset ID|Title|Category|Location|Status|Serial Number|Loanee|Loanee Email|Due Date|kandjiid
R-1|Robin's Mac|Laptop|Berlin|Ready|SYN0001|Robin Sample|robin@example.com|12/24/2026|abc";

#[test]
fn an_export_of_snipe_it_is_recognized_and_mapped() {
    let known = known(Vec::new());
    let guess = guessed(SNIPE_IT, &known);
    assert_eq!(guess.exporter, Some(Exporter::SnipeIt));
    assert_eq!(
        targets(&guess),
        [
            "-",
            "-",
            "name",
            "tag",
            "product",
            "model_number",
            "category",
            "manufacturer",
            "serial",
            "purchased_on",
            "cost",
            "-",
            "order_number",
            "supplier",
            "location",
            "status",
            "custodian",
            "-",
            "department",
            "warranty_months",
            "due_on",
            "notes"
        ]
    );
    let plan = making(SNIPE_IT, &known);
    let asset = created(&plan, 0);
    assert_eq!(asset.tag.as_str(), "00001");
    assert_eq!((asset.cost, asset.currency.as_deref()), (Some(129_900), Some("EUR")));
    assert_eq!(asset.purchased_on.unwrap().to_string(), "2026-04-01");
    assert_eq!(asset.warranty_until.unwrap().to_string(), "2029-04-01");
    assert_eq!(asset.custodian, Some(holder(70)));
    assert_eq!(plan.new.statuses.len(), 1);
}

#[test]
fn an_export_of_bluetally_is_recognized_and_mapped() {
    let known = known(Vec::new());
    let guess = guessed(BLUETALLY, &known);
    assert_eq!(guess.exporter, Some(Exporter::BlueTally));
    assert_eq!(targets(&guess).iter().filter(|target| *target == "-").count(), 0);
    let plan = plan(BLUETALLY, &known);
    assert_eq!(created(&plan, 0).warranty_until.unwrap().to_string(), "2028-04-01");
    assert_eq!(steps(&plan, 0).len(), 1, "{:?}", steps(&plan, 0));
}

#[test]
fn the_templates_of_bluetally_are_recognized_too() {
    let text = "asset_id|asset_name|product_name|serial_number|category_name|supplier_name\nA|||||";
    let guess = guessed(text, &known(Vec::new()));
    assert_eq!(guess.exporter, Some(Exporter::BlueTally));
    assert_eq!(targets(&guess), ["tag", "name", "product", "serial", "category", "supplier"]);
}

#[test]
fn an_export_of_reftab_is_recognized_and_mapped() {
    let mut known = known(Vec::new());
    known.fields = vec![field("kandjiid", crate::fields::FieldType::Text)];
    let guess = guessed(REFTAB, &known);
    assert_eq!(guess.exporter, Some(Exporter::Reftab));
    assert_eq!(
        targets(&guess),
        [
            "tag",
            "name",
            "category",
            "location",
            "status",
            "serial",
            "custodian",
            "custodian_email",
            "due_on",
            "fields.kandjiid"
        ]
    );
    let plan = plan(REFTAB, &known);
    assert_eq!(created(&plan, 0).due_on.unwrap().to_string(), "2026-12-24");
    assert_eq!(created(&plan, 0).fields["kandjiid"], "abc");
}

#[test]
fn our_own_report_is_recognized_with_the_kind_of_custodian() {
    let text = "Asset tag|Name|Custodian|Checked out to|Warranty until|Archived|Added\n\
                A-1|x|Robin Sample|employee|2027-01-01||2026-01-01";
    let guess = guessed(text, &known(Vec::new()));
    assert_eq!(guess.exporter, Some(Exporter::Stockroom));
    assert_eq!(
        targets(&guess),
        ["tag", "name", "custodian", "custodian_kind", "warranty_until", "archived", "-"]
    );
}

#[test]
fn a_table_of_ones_own_is_guessed_by_its_words() {
    let mut known = known(Vec::new());
    known.fields = vec![field("rack_unit", crate::fields::FieldType::Number)];
    let guess = guessed("Inventarnummer|Seriennummer|Brand|Rack unit|Farbe\nA|||1|", &known);
    assert_eq!(guess.exporter, None);
    // A maker without a product says nothing.
    assert_eq!(targets(&guess), ["tag", "serial", "-", "fields.rack_unit", "-"]);
    assert_eq!(guess.mapping.key.to_string(), "tag");
    let by_serial = guessed("Serial|Name\nA|", &known);
    assert_eq!(by_serial.mapping.key.to_string(), "serial");
}

#[test]
fn what_many_tables_have_is_no_mark_of_a_product() {
    for text in [
        "Asset Tag|Name|Serial|Checked out to",
        "Asset tag|Model name|Checked out|Warranty months",
        "Asset tag|Name|EOL",
    ] {
        assert_eq!(guessed(text, &known(Vec::new())).exporter, None, "{text}");
    }
}

#[test]
fn what_everything_has_comes_before_a_custom_field_that_is_called_the_same() {
    let mut known = known(Vec::new());
    let mut status = field("status", crate::fields::FieldType::Text);
    status.label = "Status".into();
    let mut owner = field("pays", crate::fields::FieldType::Text);
    owner.label = "Owner".into();
    known.fields = vec![status, owner];
    let guess = guessed("Asset tag|Status|fields.status|Owner\nA|||", &known);
    assert_eq!(targets(&guess), ["tag", "status", "fields.status", "fields.pays"]);
}

#[test]
fn of_two_columns_that_mean_the_same_the_likelier_has_it() {
    let guess = guessed("Asset ID|Asset Tag|Email|Assigned to email\nA|B||", &known(Vec::new()));
    assert_eq!(targets(&guess), ["-", "tag", "-", "custodian_email"]);
}

#[test]
fn how_days_are_written_is_seen_from_the_rows() {
    let day_first = |days: &str| {
        let text = format!("Tag|Purchase date\n{days}");
        guessed(&text, &known(Vec::new())).mapping.day_first
    };
    assert!(!day_first("A|03/04/2026"));
    assert!(day_first("A|03/04/2026\nB|31/12/2025"));
    assert!(!day_first("A|03/04/2026\nB|12/31/2025"));
}
