//! Names things went by before: after a rename or a merge, a source that still says the old name
//! means the same thing. A thing that bears the name now comes first.

use domain::event::Subject;
use domain::id::{Id, ManufacturerId, Noun, ProductId};
use domain::text::key;

use crate::seam::{Query, StoreError, Tx, sql};

/// `subject` went by this name until now. Nothing else of its kind is meant by it any longer.
pub(crate) fn keep(tx: &mut Tx<'_>, subject: Subject, name: &str) -> Result<(), StoreError> {
    let (tenant, name_key) = (tx.tenant(), key(name));
    tx.exec(sql! {
        "DELETE FROM former_names
         WHERE tenant_id = ", tenant, "
           AND kind = ", subject.kind(), "
           AND name_key = ", &name_key
    })?;
    insert(tx, subject, &name_key)
}

/// A product had another maker until now.
pub(crate) fn keep_maker(
    tx: &mut Tx<'_>,
    product: ProductId,
    maker: Option<ManufacturerId>,
) -> Result<(), StoreError> {
    let maker = maker.map(|maker| maker.to_string()).unwrap_or_default();
    insert(tx, Subject::Product(product), &maker)
}

fn insert(tx: &mut Tx<'_>, subject: Subject, name_key: &str) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO former_names (tenant_id, kind, name_key, noun_id)
         VALUES (", tenant, ", ", subject.kind(), ", ", name_key, ", ", subject.number(), ")
         ON CONFLICT DO NOTHING"
    })
    .map(drop)
}

/// What `from` went by, `into` goes by too.
pub(crate) fn pass_on(tx: &mut Tx<'_>, from: Subject, into: Subject) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO former_names (tenant_id, kind, name_key, noun_id)
         SELECT tenant_id, kind, name_key, CAST(", into.number(), " AS BIGINT)
         FROM former_names
         WHERE tenant_id = ", tenant, "
           AND kind = ", from.kind(), "
           AND noun_id = ", from.number(), "
         ON CONFLICT DO NOTHING"
    })?;
    forget(tx, from)
}

/// The thing is gone, and nothing is meant by its names.
pub(crate) fn forget(tx: &mut Tx<'_>, subject: Subject) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM former_names
         WHERE tenant_id = ", tenant, "
           AND kind = ", subject.kind(), "
           AND noun_id = ", subject.number()
    })
    .map(drop)
}

/// All of a kind, with whom they mean now.
pub(crate) fn of_kind<N: Noun>(
    tx: &mut Tx<'_>,
    kind: &'static str,
) -> Result<Vec<(Id<N>, String)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT noun_id, name_key
             FROM former_names
             WHERE tenant_id = ", tenant, " AND kind = ", kind, "
             ORDER BY noun_id, name_key"
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}
