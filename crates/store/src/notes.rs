//! Notes of a run: odd rows that were passed over and values that were cut, each with why.

use domain::id::RunId;
use reconcile::survey::Note;

use crate::{
    StoreError, Tx,
    seam::{Query, sql},
};

/// Takes the place of what the run noted before.
pub fn keep(tx: &mut Tx<'_>, run: RunId, notes: &[Note]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! { "DELETE FROM run_notes WHERE tenant_id = ", tenant, " AND run_id = ", run })?;
    let row = |(position, note): (u32, &Note)| {
        [
            tenant.into(),
            run.into(),
            position.into(),
            note.about.as_str().into(),
            note.reason.as_str().into(),
        ]
    };
    tx.exec_many(
        "INSERT INTO run_notes (tenant_id, run_id, position, about, reason) VALUES ",
        (0..).zip(notes).map(row).collect(),
        "",
    )?;
    Ok(())
}

/// In the order they were made; the next page is after the first number of the last of this one.
pub fn list(
    tx: &mut Tx<'_>,
    run: RunId,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<(u32, Note)>, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! {
        "SELECT position, about, reason FROM run_notes \
         WHERE tenant_id = ", tenant, " AND run_id = ", run
    };
    if let Some(after) = after {
        sql! { query => " AND position > ", after };
    }
    sql! { query => " ORDER BY position LIMIT ", limit };
    tx.all(query, |row| Ok((row.next()?, Note { about: row.next()?, reason: row.next()? })))
}

/// How many the run made.
pub fn count(tx: &mut Tx<'_>, run: RunId) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! { "SELECT count(*) FROM run_notes WHERE tenant_id = ", tenant, " AND run_id = ", run },
        |row| row.next(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        stage::{run, source, tenant},
        testing::on_both,
    };

    fn notes(count: u32) -> Vec<Note> {
        let note = |n| Note { about: format!("row {n}"), reason: "it has no id".into() };
        (0..count).map(note).collect()
    }

    #[test]
    fn notes_are_read_page_by_page_and_kept_once_a_run() {
        on_both(|store| {
            let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
            let source = source(&store, acme, "Kandji");
            let run = run(&store, acme, source);
            store
                .write_blocking(acme, move |tx| {
                    keep(tx, run, &notes(300))?;
                    keep(tx, run, &notes(5))?;
                    let page = list(tx, run, None, 3)?;
                    assert_eq!((page.len(), count(tx, run)?), (3, 5));
                    let rest = list(tx, run, page.last().map(|(position, _)| *position), 10)?;
                    assert_eq!(rest, [(3, notes(5)[3].clone()), (4, notes(5)[4].clone())]);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
            let theirs = store.read_blocking(globex, move |tx| list(tx, run, None, 10));
            assert_eq!(theirs, Ok::<_, StoreError>(vec![]));
        });
    }
}
