//! `import` and `export`: what goes in and out as tables.

use crate::house::House;

pub const TABLE: &str = "Asset Tag,Serial,Notes\nIT-1,SYN1,first\nIT-2,SYN2,second";

#[test]
fn a_table_is_previewed_brought_in_once_and_then_nothing_is_left_to_do() {
    let house = House::inhabited(None);
    let file = house.file("assets.csv", TABLE);
    let import = ["import", "assets", &file, "--match", "tag"];
    let preview = [&import[..], &["--preview"]].concat();
    let said = house.run(&preview).expect(3);
    assert!(said.out.contains("to create          2"), "{}", said.out);
    assert!(said.err.contains("Asset Tag → tag"), "{}", said.err);
    assert_eq!(tags(&house), [""; 0]);
    let said = house.run(&import).expect(0);
    assert!(said.out.contains("created            2"), "{}", said.out);
    assert!(said.err.contains("to take it back: Imports"), "{}", said.err);
    assert_eq!(tags(&house), ["IT-1", "IT-2"]);
    house.run(&preview).expect(0);
    let again = house.run(&[&import[..], &["--json"]].concat()).expect(0).json();
    assert_eq!((&again["counts"]["create"], &again["counts"]["skip"]), (&0.into(), &2.into()));
    // The same from standard input, which a script may have no file for.
    let stdin = ["import", "assets", "-", "--match", "tag", "--json"];
    let more = house.run_with(&stdin, "Asset Tag\nIT-3").expect(0).json();
    assert_eq!(more["counts"]["create"], 1);
}

#[test]
fn what_is_odd_about_a_row_is_told_before_and_after_it_is_brought_in() {
    let house = House::inhabited(None);
    let file = house.file("assets.csv", "Asset Tag,Serial\nIT-1,SYN1\nIT-2,syn1\nIT-3,SYN3");
    let import = ["import", "assets", &file, "--match", "tag"];
    for (more, code) in [(&["--preview"][..], 3), (&[], 0)] {
        let said = house.run(&[&import[..], more].concat()).expect(code);
        assert!(said.out.contains("warned of          2"), "{}", said.out);
        let told = "line 3 · IT-2 · create\n";
        let (_, row) = said.out.split_once(told).unwrap_or_else(|| panic!("{}", said.out));
        let warning = "  warning: Serial: line 2 has this serial too; hint: ";
        assert!(row.starts_with(warning), "{}", said.out);
        assert_eq!(said.out.matches("warning: ").count(), 2, "{}", said.out);
    }
    assert_eq!(tags(&house), ["IT-1", "IT-2", "IT-3"]);
}

#[test]
fn a_table_that_cannot_be_brought_in_says_why_and_leaves_nothing() {
    let house = House::inhabited(None);
    house.run(&["import", "assets", "none.csv", "--match", "tag"]).refuses("none.csv: ");
    let file = house.file("assets.csv", TABLE);
    let import = ["import", "assets", &file, "--match", "tag"];
    let refuses = |more: &[&str], words: &str| {
        house.run(&[&import[..], more].concat()).refuses(words);
    };
    refuses(&["--column", "Notes"], "hint: --column");
    refuses(&["--column", "Room=location"], "the file has no column \"Room\"");
    refuses(&["--tenant", "nowhere"], "no tenant \"nowhere\"");
    let faulty = house.file("faulty.csv", "Asset Tag,Purchase date\nIT-1,someday");
    let said = house.run(&["import", "assets", &faulty, "--match", "tag"]).expect(1);
    assert!(said.out.contains("faulty             1"), "{}", said.out);
    assert!(said.err.contains("every row that would do something is faulty"), "{}", said.err);
    assert_eq!(tags(&house), [""; 0]);
    let people = house.file("people.csv", "Name,Email\nCasey Sample,casey@example.com");
    let said = house.run(&["import", "employees", &people, "--match", "email", "--json"]);
    assert_eq!(said.expect(0).json()["counts"]["create"], 1);
}

#[test]
fn reports_and_everything_go_to_standard_output_or_a_new_file() {
    let house = House::inhabited(None);
    house.run(&["export", "assets", "--tenant", "nowhere"]).refuses("no tenant \"nowhere\"");
    let file = house.file("assets.csv", TABLE);
    house.run(&["import", "assets", &file, "--match", "tag"]).expect(0);
    let csv = house.run(&["export", "assets"]).expect(0);
    assert!(csv.out.contains("IT-1") && csv.out.lines().count() == 3, "{}", csv.out);
    assert_eq!(csv.err, "");
    let json = house.run(&["export", "assets", "--format", "json"]).expect(0).json();
    assert!(json.to_string().contains("SYN2"), "{json}");
    house.run(&["export", "assets", "--format", "xlsx", "--output", "new.xlsx"]).expect(0);
    let workbook = std::fs::read(house.path("new.xlsx")).unwrap();
    assert!(workbook.starts_with(b"PK"), "a workbook is an archive");
    house.run(&["export", "coverage", "--output", "new.xlsx"]).refuses("new.xlsx: ");
    assert_eq!(std::fs::read(house.path("new.xlsx")).unwrap(), workbook);
    house.run(&["export", "coverage"]).expect(0);
    let everything = house.run(&["export", "everything"]).expect(0).json();
    assert!(everything.to_string().contains("robin.sample@example.com"), "{everything}");
    let refused = house.run(&["export", "everything", "--format", "csv"]);
    refused.refuses("hint: leave --format out");
}

/// Of all assets, in order.
pub fn tags(house: &House) -> Vec<String> {
    let csv = house.run(&["export", "assets"]).expect(0).out;
    csv.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect()
}
