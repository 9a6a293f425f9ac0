//! Files kept with assets, employees and products, and what is in them. They go with whom they are
//! of, by the tables' own rule.

use domain::attachment::{Attachment, FileName};
use domain::event::Subject;
use domain::id::{AssetId, AttachmentId, EmployeeId, ProductId};

use crate::seam::{Query, Row, StoreError, Tx, sql};
use crate::word::Word;

const COLUMNS: &str = "id, asset_id, employee_id, product_id, name, kind, size, added_at, added_by";

/// The event of it is the caller's, in the same transaction.
pub fn insert(tx: &mut Tx<'_>, new: &Attachment, content: Vec<u8>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let owner = column(new.subject).ok_or(StoreError::NotFound)?;
    tx.exec(sql! {
        "INSERT INTO attachments
            (tenant_id, id, ", const owner, ", name, kind, size, added_at, added_by)
         VALUES (", tenant, ", ", new.id, ", ", new.subject.number(), ", ", new.name.as_str(), ", ",
                Word(new.kind), ", ", new.size, ", ", new.added_at, ", ", &new.added_by, ")"
    })?;
    tx.exec(sql! {
        "INSERT INTO attachment_contents (tenant_id, attachment_id, content)
         VALUES (", tenant, ", ", new.id, ", ", content, ")"
    })
    .map(drop)
}

/// Newest first.
pub fn of(tx: &mut Tx<'_>, subject: Subject) -> Result<Vec<Attachment>, StoreError> {
    let tenant = tx.tenant();
    let Some(column) = column(subject) else { return Ok(Vec::new()) };
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM attachments
             WHERE tenant_id = ", tenant, " AND ", const column, " = ", subject.number(), "
             ORDER BY id DESC"
        },
        read,
    )
}

/// Every file of the tenant.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Attachment>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, " FROM attachments WHERE tenant_id = ", tenant, " ORDER BY id"
        },
        read,
    )
}

/// What was kept with the one is kept with the other from now on.
pub(crate) fn pass_on(tx: &mut Tx<'_>, from: Subject, into: Subject) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let column = column(from).ok_or(StoreError::NotFound)?;
    tx.exec(sql! {
        "UPDATE attachments
         SET ", const column, " = ", into.number(), "
         WHERE tenant_id = ", tenant, " AND ", const column, " = ", from.number()
    })
    .map(drop)
}

pub fn find(tx: &mut Tx<'_>, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM attachments
             WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

pub fn content(tx: &mut Tx<'_>, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT content
             FROM attachment_contents
             WHERE tenant_id = ", tenant, " AND attachment_id = ", id
        },
        |row| row.next(),
    )
}

/// Whether it was there.
pub fn delete(tx: &mut Tx<'_>, id: AttachmentId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let gone = tx.exec(sql! {
        "DELETE FROM attachments WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    Ok(gone > 0)
}

/// Bytes of all files of the tenant.
pub fn total(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT CAST(COALESCE(sum(size), 0) AS BIGINT)
             FROM attachments
             WHERE tenant_id = ", tenant
        },
        |row| row.next(),
    )
}

fn read(row: &mut Row<'_>) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        id: row.next()?,
        subject: subject(row)?,
        name: FileName::kept(row.next()?),
        kind: row.next::<Word<_>>()?.0,
        size: row.next()?,
        added_at: row.next()?,
        added_by: row.next()?,
    })
}

/// Where it says whom a file is of.
const fn column(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Asset(_) => Some("asset_id"),
        Subject::Employee(_) => Some("employee_id"),
        Subject::Product(_) => Some("product_id"),
        _ => None,
    }
}

/// Three columns, of which one says whom it is of.
fn subject(row: &mut Row<'_>) -> Result<Subject, StoreError> {
    let (asset, employee): (Option<AssetId>, Option<EmployeeId>) = (row.next()?, row.next()?);
    let product: Option<ProductId> = row.next()?;
    let of = asset.map(Subject::Asset).or(employee.map(Subject::Employee));
    let of = of.or(product.map(Subject::Product));
    of.ok_or_else(|| StoreError::Corrupt("a file that is kept with nothing".into()))
}
