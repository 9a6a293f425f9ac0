//! What people keep beside the register itself: files, views, reports, who signs in; and what
//! sources said last of each device.

use domain::Timestamp;
use domain::id::{EmployeeId, SourceId, UserId, ViewId};
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::Sink;
use crate::seam::{Json, Query, StoreError, Tx, sql};
use crate::{attachments, saved_reports};

/// Without what is in them.
pub(super) fn files(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    for file in attachments::all(tx)? {
        to.item(&json!({
            "id": file.id, "subject": file.subject, "name": file.name.as_str(),
            "media_type": file.kind.media_type(), "size": file.size,
            "added_at": file.added_at.to_string(), "added_by": file.added_by,
        }))?;
    }
    Ok(())
}

pub(super) fn views(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT id, list, name, query, shared, owner_id, created_at, updated_at
         FROM views
         WHERE tenant_id = ", tenant, "
         ORDER BY id"
    };
    tx.each(sql, |row| {
        let (id, list): (ViewId, String) = (row.next()?, row.next()?);
        let (name, query): (String, String) = (row.next()?, row.next()?);
        let (shared, owner): (bool, Option<UserId>) = (row.next()?, row.next()?);
        let (created, updated): (Timestamp, Timestamp) = (row.next()?, row.next()?);
        to.item(&json!({
            "id": id, "list": list, "name": name, "query": query, "shared": shared,
            "owner": owner, "created_at": created.to_string(), "updated_at": updated.to_string(),
        }))
    })
}

pub(super) fn reports(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    for report in saved_reports::all(tx)? {
        to.item(&json!({
            "id": report.id, "name": report.name, "report": report.report,
            "parameters": report.parameters, "shared": report.shared, "owner": report.owner,
            "owner_name": report.owner_name, "mailing": report.mailing,
            "created_at": report.created_at.to_string(),
            "updated_at": report.updated_at.to_string(),
        }))?;
    }
    Ok(())
}

/// Without their passwords.
pub(super) fn users(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT id, email, name, role, employee_id, created_at
         FROM users
         WHERE tenant_id = ", tenant, "
         ORDER BY id"
    };
    tx.each(sql, |row| {
        let id: UserId = row.next()?;
        let (email, name, role): (String, String, String) = (row.next()?, row.next()?, row.next()?);
        let (employee, created): (Option<EmployeeId>, Timestamp) = (row.next()?, row.next()?);
        to.item(&json!({
            "id": id, "email": email, "name": name, "role": role, "employee": employee,
            "created_at": created.to_string(),
        }))
    })
}

/// A device as its source told of it last.
#[derive(Serialize)]
struct Told {
    source: SourceId,
    device_id: String,
    /// When that last differed from what was said before.
    changed_at: String,
    said: Box<RawValue>,
}

pub(super) fn devices(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT source_id, device_id, seen_at, raw
         FROM devices
         WHERE tenant_id = ", tenant, "
         ORDER BY source_id, device_id"
    };
    tx.each(sql, |row| {
        let (source, device_id): (SourceId, String) = (row.next()?, row.next()?);
        let (seen, Json(said)): (Timestamp, Json<_>) = (row.next()?, row.next()?);
        to.item(&Told { source, device_id, changed_at: seen.to_string(), said })
    })
}
