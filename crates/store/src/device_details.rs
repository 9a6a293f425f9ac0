//! Details of single devices as a source sent them; each cost a request, so they are kept.

use domain::Timestamp;
use domain::id::SourceId;

use crate::seam::{Query, StoreError, Tx, sql};

/// One device's details, and when it had checked in by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceDetails {
    pub device_id: String,
    pub checked_in_at: Option<Timestamp>,
    /// JSON as sent.
    pub document: String,
}

/// All that are kept of a source, by device id.
pub fn of_source(tx: &mut Tx<'_>, source: SourceId) -> Result<Vec<DeviceDetails>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT device_id, checked_in_at, document
             FROM device_details
             WHERE tenant_id = ", tenant, " AND source_id = ", source, "
             ORDER BY device_id"
        },
        |row| {
            Ok(DeviceDetails {
                device_id: row.next()?,
                checked_in_at: row.next()?,
                document: row.next()?,
            })
        },
    )
}

/// Takes in new ones, in place of what was kept of the same devices.
pub fn save(
    tx: &mut Tx<'_>,
    source: SourceId,
    details: &[DeviceDetails],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = details.iter().map(|details| {
        [
            tenant.into(),
            source.into(),
            details.device_id.as_str().into(),
            details.checked_in_at.into(),
            details.document.as_str().into(),
        ]
    });
    tx.exec_many(
        "INSERT INTO device_details (
            tenant_id, source_id, device_id, checked_in_at, document
         ) VALUES ",
        rows.collect(),
        " ON CONFLICT (tenant_id, source_id, device_id) DO UPDATE
          SET checked_in_at = excluded.checked_in_at, document = excluded.document",
    )?;
    Ok(())
}
