//! Migrations against databases that are not as they should be.

use super::*;
use crate::testing::Fresh;

const FIRST: Migration = Migration {
    number: 1,
    name: "001_shelves",
    shared: "CREATE TABLE shelves (id BIGINT NOT NULL PRIMARY KEY);
             INSERT INTO shelves (id) VALUES (1);",
    sqlite: "",
    postgres: "",
};
const SECOND: Migration = Migration {
    number: 2,
    name: "002_more",
    shared: "INSERT INTO shelves (id) VALUES (2);",
    sqlite: "INSERT INTO shelves (id) VALUES (30);",
    postgres: "INSERT INTO shelves (id) VALUES (40);",
};

fn on_both(body: impl Fn(&mut Connection)) {
    for fresh in Fresh::both_empty() {
        body(&mut Connection::open(&fresh.url, Access::Write).unwrap());
    }
}

fn shelves(connection: &mut Connection) -> Vec<i64> {
    let mut ids = Vec::new();
    connection
        .rows(&sql! { "SELECT id FROM shelves ORDER BY id" }, &mut |row| {
            ids.push(row.next()?);
            Ok(true)
        })
        .unwrap();
    ids
}

#[test]
fn each_migration_runs_once_and_each_database_has_its_part() {
    on_both(|connection| {
        run(connection, &[FIRST]).unwrap();
        run(connection, &[FIRST, SECOND]).unwrap();
        run(connection, &[FIRST, SECOND]).unwrap();
        let own = if connection.dialect() == Dialect::Sqlite { 30 } else { 40 };
        assert_eq!(shelves(connection), [1, 2, own]);
    });
}

#[test]
fn a_database_of_a_newer_release_is_refused() {
    on_both(|connection| {
        run(connection, &[FIRST, SECOND]).unwrap();
        assert_eq!(run(connection, &[FIRST]), Err(StoreError::Newer { found: 2, known: 1 }));
    });
}

#[test]
fn a_migration_that_changed_after_it_ran_is_refused() {
    on_both(|connection| {
        run(connection, &[FIRST]).unwrap();
        let changed = Migration { shared: "CREATE TABLE shelves (id BIGINT)", ..FIRST };
        let refused = run(connection, &[changed, SECOND]);
        assert_eq!(refused, Err(StoreError::Checksum("001_shelves".into())));
    });
}

#[test]
fn a_migration_that_fails_leaves_the_database_as_it_was() {
    on_both(|connection| {
        run(connection, &[FIRST]).unwrap();
        let broken = Migration {
            sqlite: "INSERT INTO nowhere VALUES (1)",
            postgres: "INSERT INTO nowhere VALUES (1)",
            ..SECOND
        };
        assert!(run(connection, &[FIRST, broken]).is_err());
        assert_eq!(shelves(connection), [1]);
        run(connection, &[FIRST, SECOND]).unwrap();
    });
}
