//! Names things went by before: after a rename or a merge, a source that still says the old name
//! means the same thing, and an old label finds the asset that its own was merged into. A thing that
//! bears the name now comes first.

use domain::event::Subject;
use domain::id::{AssetId, Id, ManufacturerId, Noun, ProductId};
use domain::text::key;

use crate::seam::{Query, StoreError, Tx, sql};

/// Of assets the ids that went stand beside their tags, each under a kind of its own.
const ID: &str = "asset";
const TAG: &str = "tag";

/// The kinds of names that a thing went by.
fn kinds(subject: Subject) -> impl Iterator<Item = &'static str> {
    let tag = matches!(subject, Subject::Asset(_)).then_some(TAG);
    [Some(subject.kind()), tag].into_iter().flatten()
}

/// `subject` went by this name until now. Nothing else of its kind is meant by it any longer.
pub(crate) fn keep(tx: &mut Tx<'_>, subject: Subject, name: &str) -> Result<(), StoreError> {
    keep_alone(tx, subject.kind(), subject.number(), &key(name))
}

/// An asset that goes is this one from now on.
pub(crate) fn keep_id(tx: &mut Tx<'_>, into: AssetId, gone: AssetId) -> Result<(), StoreError> {
    keep_alone(tx, ID, into.number(), &gone.to_string())
}

/// The asset, or one that was merged into it, bore this tag until now.
pub(crate) fn keep_tag(tx: &mut Tx<'_>, asset: AssetId, tag_key: &str) -> Result<(), StoreError> {
    keep_alone(tx, TAG, asset.number(), tag_key)
}

/// A product had another maker until now.
pub(crate) fn keep_maker(
    tx: &mut Tx<'_>,
    product: ProductId,
    maker: Option<ManufacturerId>,
) -> Result<(), StoreError> {
    let maker = maker.map(|maker| maker.to_string()).unwrap_or_default();
    insert(tx, Subject::Product(product).kind(), product.number(), &maker)
}

fn keep_alone(
    tx: &mut Tx<'_>,
    kind: &'static str,
    noun: i64,
    name_key: &str,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM former_names
         WHERE tenant_id = ", tenant, "
           AND kind = ", kind, "
           AND name_key = ", name_key
    })?;
    insert(tx, kind, noun, name_key)
}

fn insert(
    tx: &mut Tx<'_>,
    kind: &'static str,
    noun: i64,
    name_key: &str,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO former_names (tenant_id, kind, name_key, noun_id)
         VALUES (", tenant, ", ", kind, ", ", name_key, ", ", noun, ")
         ON CONFLICT DO NOTHING"
    })
    .map(drop)
}

/// What `from` went by, `into` goes by too.
pub(crate) fn pass_on(tx: &mut Tx<'_>, from: Subject, into: Subject) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for kind in kinds(from) {
        tx.exec(sql! {
            "INSERT INTO former_names (tenant_id, kind, name_key, noun_id)
             SELECT tenant_id, kind, name_key, CAST(", into.number(), " AS BIGINT)
             FROM former_names
             WHERE tenant_id = ", tenant, "
               AND kind = ", kind, "
               AND noun_id = ", from.number(), "
             ON CONFLICT DO NOTHING"
        })?;
    }
    forget(tx, from)
}

/// The thing is gone, and nothing is meant by its names.
pub(crate) fn forget(tx: &mut Tx<'_>, subject: Subject) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for kind in kinds(subject) {
        tx.exec(sql! {
            "DELETE FROM former_names
             WHERE tenant_id = ", tenant, "
               AND kind = ", kind, "
               AND noun_id = ", subject.number()
        })?;
    }
    Ok(())
}

/// The asset that the one of this id was merged into.
pub fn heir(tx: &mut Tx<'_>, gone: AssetId) -> Result<Option<AssetId>, StoreError> {
    meant(tx, ID, &gone.to_string())
}

/// The asset whose tag this was, or that of one merged into it.
pub fn heir_of_tag(tx: &mut Tx<'_>, tag: &str) -> Result<Option<AssetId>, StoreError> {
    meant(tx, TAG, &key(tag))
}

fn meant(
    tx: &mut Tx<'_>,
    kind: &'static str,
    name_key: &str,
) -> Result<Option<AssetId>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT noun_id
             FROM former_names
             WHERE tenant_id = ", tenant, " AND kind = ", kind, " AND name_key = ", name_key
        },
        |row| row.next(),
    )
}

/// The assets that were merged into this one, the oldest first.
pub fn merged_into(tx: &mut Tx<'_>, asset: AssetId) -> Result<Vec<AssetId>, StoreError> {
    let tenant = tx.tenant();
    let ids: Vec<String> = tx.all(
        sql! {
            "SELECT name_key
             FROM former_names
             WHERE tenant_id = ", tenant, " AND kind = ", ID, " AND noun_id = ", asset, "
             ORDER BY name_key"
        },
        |row| row.next(),
    )?;
    Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
}

/// The tags that these assets are also found by.
pub(crate) fn tags(
    tx: &mut Tx<'_>,
    assets: impl IntoIterator<Item = AssetId>,
) -> Result<Vec<(AssetId, String)>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        assets,
        |list| {
            sql! {
                "SELECT noun_id, name_key
                 FROM former_names
                 WHERE tenant_id = ", tenant, " AND kind = ", TAG, "
                   AND noun_id IN (", + list, ")
                 ORDER BY name_key"
            }
        },
        |row| Ok((row.next()?, row.next()?)),
    )
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
