//! Who bears which serial. Several may bear one: a person is told so, and nobody is refused.

use domain::id::AssetId;
use domain::{Asset, AssetTag, Serial};

use crate::read::parsed;
use crate::seam::{Query, Row, StoreError, Tx, sql};

/// An asset that bears a serial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub id: AssetId,
    pub tag: AssetTag,
    /// How its serial compares.
    pub serial: String,
    pub archived: bool,
}

/// Others that bear the serial of this one, those in use first; archived ones too. A maker's filler
/// names no machine, so that nobody shares it.
pub fn others(tx: &mut Tx<'_>, asset: &Asset, limit: u32) -> Result<Vec<Bearer>, StoreError> {
    let tenant = tx.tenant();
    let Some(serial) = asset.serial.as_ref().and_then(Serial::identity) else {
        return Ok(Vec::new());
    };
    tx.all(
        sql! {
            "SELECT a.id, a.tag, a.serial_key, a.archived
             FROM assets a
             WHERE a.tenant_id = ", tenant, "
               AND a.archived IN (FALSE, TRUE)
               AND a.serial_key = ", serial, "
               AND a.id <> ", asset.id, "
             ORDER BY a.archived, a.id
             LIMIT ", limit
        },
        read,
    )
}

/// All that bear one of these serials, archived ones too; in no order.
pub fn bearers(
    tx: &mut Tx<'_>,
    serials: impl IntoIterator<Item = String>,
) -> Result<Vec<Bearer>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        serials,
        |list| {
            sql! {
                "SELECT a.id, a.tag, a.serial_key, a.archived
                 FROM assets a
                 WHERE a.tenant_id = ", tenant, "
                   AND a.archived IN (FALSE, TRUE)
                   AND a.serial_key IN (", + list, ")"
            }
        },
        read,
    )
}

/// The serials that several assets in use bear, in order, and how many do.
pub fn shared(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>, StoreError> {
    tx.remembered("shared serials", String::new(), |tx| {
        let tenant = tx.tenant();
        let mut found: Vec<(String, i64)> = tx.all(
            sql! {
                "SELECT serial_key, count(*)
                 FROM assets
                 WHERE tenant_id = ", tenant, " AND archived = FALSE AND serial_key > ''
                 GROUP BY serial_key
                 HAVING count(*) > 1
                 ORDER BY serial_key"
            },
            |row| Ok((row.next()?, row.next()?)),
        )?;
        found.retain(|(serial, _)| !Serial::is_placeholder(serial));
        Ok(found)
    })
}

fn read(row: &mut Row<'_>) -> Result<Bearer, StoreError> {
    Ok(Bearer {
        id: row.next()?,
        tag: parsed(row, AssetTag::parse)?,
        serial: row.next()?,
        archived: row.next()?,
    })
}
