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
fn a_database_that_lost_the_record_of_a_migration_is_refused_with_a_hint() {
    on_both(|connection| {
        run(connection, &[FIRST, SECOND]).unwrap();
        connection.batch("DELETE FROM migrations WHERE number = 1").unwrap();
        let refused = run(connection, &[FIRST, SECOND]).unwrap_err();
        assert_eq!(refused, StoreError::Gap("001_shelves".into()));
        let said = refused.to_string();
        assert!(said.contains("hint: ") && !said.contains("CREATE TABLE"), "{said}");
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

#[test]
fn what_was_kept_with_an_asset_is_kept_on_where_files_may_be_of_employees() {
    on_both(|connection| {
        let before = MIGRATIONS.iter().position(|one| one.number == 19).unwrap();
        run(connection, &MIGRATIONS[..before]).unwrap();
        connection
            .batch(
                "INSERT INTO tenants (id, name, slug, company, created_at)
                 VALUES (1, 'Acme', 'acme', '{}', 0);
                 INSERT INTO statuses (tenant_id, id, name, name_key, kind, color, position)
                 VALUES (1, 2, 'Ready', 'ready', 'ready', 'green', 0);
                 INSERT INTO locations (tenant_id, id, name, name_key)
                 VALUES (1, 6, 'Berlin', 'berlin'), (1, 7, 'Oslo', 'oslo');
                 INSERT INTO assets (tenant_id, id, tag, status_id, fields, version, created_at,
                     updated_at, origins, archived, tag_key, name_key, serial_key, product_key,
                     status_key, location_key, custodian_key, platform, search)
                 VALUES (1, 3, 'A-1', 2, '{}', 1, 0, 0, '{}', FALSE, 'a-1', '', '', '', 'ready', '',
                     '', '', 'a-1');
                 INSERT INTO attachments (tenant_id, id, asset_id, name, kind, size, added_at, added_by)
                 VALUES (1, 4, 3, 'invoice.pdf', 'pdf', 3, 0, 'Robin')",
            )
            .unwrap();
        let content = vec![0_u8, 255, 7];
        let kept = sql! {
            "INSERT INTO attachment_contents (tenant_id, attachment_id, content)
             VALUES (1, 4, ", content.clone(), ")"
        };
        connection.exec(&kept).unwrap();
        run(connection, MIGRATIONS).unwrap();

        let mut found: Vec<(i64, String, Vec<u8>)> = Vec::new();
        let all = sql! {
            "SELECT a.asset_id, a.name, c.content
             FROM attachments a
             JOIN attachment_contents c ON c.tenant_id = a.tenant_id AND c.attachment_id = a.id"
        };
        connection
            .rows(&all, &mut |row| {
                found.push((row.next()?, row.next()?, row.next()?));
                Ok(true)
            })
            .unwrap();
        assert_eq!(found, [(3, "invoice.pdf".to_owned(), content)]);
        let twin = "INSERT INTO locations (tenant_id, id, name, name_key, parent_id)
                    VALUES (1, 8, 'Oslo', 'oslo', 6)";
        connection.batch(twin).unwrap();
        // What is in a file still goes with its asset.
        connection.batch("DELETE FROM assets WHERE id = 3").unwrap();
        found.clear();
        connection
            .rows(&all, &mut |row| {
                found.push((row.next()?, row.next()?, row.next()?));
                Ok(true)
            })
            .unwrap();
        assert_eq!(found, []);
        let mut left = 0;
        let contents = sql! { "SELECT count(*) FROM attachment_contents" };
        connection
            .rows(&contents, &mut |row| {
                left = row.next::<i64>()?;
                Ok(true)
            })
            .unwrap();
        assert_eq!(left, 0);
    });
}
