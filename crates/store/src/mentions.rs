//! Where people name a thing: the lists they keep, the reports they saved, the columns they chose.
//! Each holds it as addresses do, by its id or, a custom field, as `fields.key`.

use domain::Timestamp;

use crate::saved_reports::Parameters;
use crate::seam::{Json, Query, StoreError, Tx, sql};
use crate::search::pattern;

/// Says `into` wherever somebody said `from`, which merged into it.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    from: &str,
    into: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let named = pattern(from);
    let views: Vec<(i64, String)> = tx.all(
        sql! {
            "SELECT id, query
             FROM views
             WHERE tenant_id = ", tenant, " AND query LIKE ", &named, " ESCAPE '\\'"
        },
        |row| Ok((row.next()?, row.next()?)),
    )?;
    for (id, query) in views {
        tx.exec(sql! {
            "UPDATE views
             SET query = ", renamed(&query, from, into), ", updated_at = ", now, "
             WHERE tenant_id = ", tenant, " AND id = ", id
        })?;
    }
    let reports: Vec<(i64, Json<Parameters>)> = tx.all(
        sql! {
            "SELECT id, parameters
             FROM saved_reports
             WHERE tenant_id = ", tenant, " AND parameters LIKE ", &named, " ESCAPE '\\'"
        },
        |row| Ok((row.next()?, row.next()?)),
    )?;
    for (id, Json(parameters)) in reports {
        let say = |text: &String| renamed(text, from, into);
        let said: Parameters =
            parameters.iter().map(|(name, value)| (say(name), say(value))).collect();
        tx.exec(sql! {
            "UPDATE saved_reports
             SET parameters = ", Json(&said), ", updated_at = ", now, "
             WHERE tenant_id = ", tenant, " AND id = ", id
        })?;
    }
    chosen(tx, &named, from, into)
}

/// What each person chose once.
fn chosen(tx: &mut Tx<'_>, named: &str, from: &str, into: &str) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let chosen: Vec<(i64, String, String)> = tx.all(
        sql! {
            "SELECT user_id, name, value
             FROM preferences
             WHERE tenant_id = ", tenant, " AND value LIKE ", named, " ESCAPE '\\'"
        },
        |row| Ok((row.next()?, row.next()?, row.next()?)),
    )?;
    for (user, name, value) in chosen {
        tx.exec(sql! {
            "UPDATE preferences
             SET value = ", renamed(&value, from, into), "
             WHERE tenant_id = ", tenant, " AND user_id = ", user, " AND name = ", name.as_str()
        })?;
    }
    Ok(())
}

/// A text with the one where it says the other. A word that only begins like it is another word.
fn renamed(text: &str, from: &str, into: &str) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, found) = rest.split_at(at);
        let after = &found[from.len()..];
        told.push_str(before);
        let begins = !told.ends_with(part) || escaped(&told);
        let whole = begins && !after.starts_with(part);
        told.push_str(if whole { into } else { from });
        rest = after;
    }
    told.push_str(rest);
    told
}

/// Whether it ends with a sign as addresses write it: `%2C`.
fn escaped(text: &str) -> bool {
    text.len() > 2 && text.as_bytes()[text.len() - 3] == b'%'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_said_whole_or_not_at_all() {
        let check = |text: &str, expect: &str| {
            assert_eq!(renamed(text, "fields.ram", "fields.memory"), expect);
        };
        check("fields.ram=%3E8&sort=tag", "fields.memory=%3E8&sort=tag");
        check("q=a&fields.ram=8&fields.ram=9", "q=a&fields.memory=8&fields.memory=9");
        check("columns=tag%2Cfields.ram", "columns=tag%2Cfields.memory");
        check("columns=tag,fields.ram,name", "columns=tag,fields.memory,name");
        check("fields.ram_size=8&xfields.ram=1", "fields.ram_size=8&xfields.ram=1");
        check("fields.ram2=1", "fields.ram2=1");
        let told = renamed("location=in:loc_1&held=!loc_1,loc_12", "loc_1", "loc_2");
        assert_eq!(told, "location=in:loc_2&held=!loc_2,loc_12");
    }
}
