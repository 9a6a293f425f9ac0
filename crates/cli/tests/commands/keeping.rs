//! `backup`, `restore` and `migrate`: the database kept, put back, and brought up to date.

use crate::house::{House, names};
use crate::tables::{TABLE, tags};

/// With two assets.
fn filled(house: &House) {
    let file = house.file("assets.csv", TABLE);
    house.run(&["import", "assets", &file, "--match", "tag"]).expect(0);
}

#[test]
fn a_backup_is_a_whole_database_and_never_replaces_a_file() {
    let house = House::inhabited(None);
    filled(&house);
    let server = house.serve();
    let said = house.run(&["backup", "copy.db"]).expect(0);
    assert!(said.err.contains("keep secret.key"), "{}", said.err);
    assert_eq!(said.out, "");
    house.run(&["backup", "copy.db"]).refuses("copy.db exists; hint:");
    drop(server);
    let elsewhere = ["export", "assets", "--database-url", "copy.db"];
    assert!(house.run(&elsewhere).expect(0).out.contains("IT-2"));
}

#[test]
fn a_backup_is_put_back_once_the_server_has_stopped_and_the_old_database_is_kept() {
    let house = House::inhabited(None);
    filled(&house);
    house.run(&["backup", "copy.db"]).expect(0);
    let later = house.file("later.csv", "Asset Tag\nIT-3");
    house.run(&["import", "assets", &later, "--match", "tag"]).expect(0);
    let server = house.serve();
    house.run(&["restore", "copy.db"]).refuses("hint: stop the server first");
    assert_eq!(tags(&house), ["IT-1", "IT-2", "IT-3"]);
    assert_eq!(server.child.terminate(), Some(0));

    let said = house.run(&["restore", "copy.db"]).expect(0);
    assert!(said.err.contains("the database from before is kept"), "{}", said.err);
    assert_eq!(tags(&house), ["IT-1", "IT-2"]);
    let kept = said.out.trim();
    assert!(kept.contains("data/stockroom.db.before-"), "{kept}");
    let before = house.run(&["export", "assets", "--database-url", kept]).expect(0);
    assert!(before.out.contains("IT-3"), "{}", before.out);
    house.run(&["restore", kept]).expect(0);
    assert_eq!(tags(&house), ["IT-1", "IT-2", "IT-3"]);
}

#[test]
fn what_is_no_backup_is_refused_and_the_database_stays() {
    let house = House::inhabited(None);
    filled(&house);
    house.file("letter.db", "not a database at all");
    house.run(&["restore", "none.db"]).refuses("none.db: ");
    house.run(&["restore", "letter.db"]).refuses("letter.db is no database of Stockroom");
    house.run(&["restore", "data/stockroom.db"]).refuses("is the database itself");
    assert_eq!(tags(&house), ["IT-1", "IT-2"]);
    assert_eq!(names(&house.path("data")), ["secret.key", "stockroom.db"]);
    let fresh = House::new();
    let copy = house.path("copy.db").to_str().unwrap().to_owned();
    house.run(&["backup", &copy]).expect(0);
    assert_eq!(fresh.run(&["restore", &copy]).expect(0).out, "", "there was nothing to keep");
    assert_eq!(tags(&fresh), ["IT-1", "IT-2"]);
}

#[test]
fn migrations_are_run_once_and_told() {
    migrated(&House::new());
}

/// Over a database that is new.
pub fn migrated(house: &House) {
    let first = house.run(&["migrate"]).expect(0);
    assert!(first.out.lines().count() > 10 && first.out.contains("002_register\n"), "{first:?}");
    assert!(first.err.contains("migrations were run; the database is up to date"), "{first:?}");
    let again = house.run(&["migrate"]).expect(0);
    assert_eq!(again.out, "");
    assert!(again.err.contains("there was nothing to do"), "{}", again.err);
}

/// PostgreSQL has tools of its own for this.
pub fn left_to_others(house: &House) {
    house.run(&["backup", "copy.db"]).refuses("hint: use pg_dump");
    assert!(!house.path("copy.db").exists());
    house.file("copy.db", "anything");
    house.run(&["restore", "copy.db"]).refuses("hint: use pg_restore");
}
