//! Locations: places, in a tree.

use domain::catalog::Location;
use domain::id::LocationId;
use domain::text::key;

use crate::derived;
use crate::seam::{Query, Row, StoreError, Tx, sql};

/// All of them by name, each with the number of unarchived assets there.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<(Location, i64)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT l.id, l.name, l.parent_id,
                    (SELECT count(*) FROM assets a
                     WHERE a.tenant_id = l.tenant_id AND a.archived = FALSE
                       AND a.location_key = l.name_key AND a.location_id = l.id)
             FROM locations l
             WHERE l.tenant_id = ", tenant, "
             ORDER BY l.name_key"
        },
        |row| Ok((read(row)?, row.next()?)),
    )
}

pub fn find(tx: &mut Tx<'_>, id: LocationId) -> Result<Option<Location>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT id, name, parent_id FROM locations WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

pub fn find_by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Location>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT id, name, parent_id
             FROM locations
             WHERE tenant_id = ", tenant, " AND name_key = ", key(name)
        },
        read,
    )
}

/// Conflict `locations_name` when the name is taken; [`StoreError::Referenced`] without the parent.
pub fn create(tx: &mut Tx<'_>, location: &Location) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO locations (tenant_id, id, name, name_key, parent_id)
         VALUES (", tenant, ", ", location.id, ", ", &location.name, ", ", key(&location.name),
                ", ", location.parent, ")"
    })
    .map(drop)
}

/// Conflict `locations_parent` when a place would stand inside itself.
pub fn update(tx: &mut Tx<'_>, location: &Location) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    if location.parent.is_some_and(|parent| parent == location.id)
        || inside(tx, location.parent, location.id)?
    {
        return Err(StoreError::Conflict("locations_parent".into()));
    }
    let name_key = key(&location.name);
    let touched = tx.exec(sql! {
        "UPDATE locations
         SET name = ", &location.name, ", name_key = ", &name_key, ",
             parent_id = ", location.parent, "
         WHERE tenant_id = ", tenant, " AND id = ", location.id
    })?;
    if touched == 0 {
        return Err(StoreError::NotFound);
    }
    derived::location_renamed(tx, location.id, &name_key)
}

/// False when there was none; [`StoreError::Referenced`] while something is there.
pub fn delete(tx: &mut Tx<'_>, id: LocationId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    Ok(tx.exec(sql! { "DELETE FROM locations WHERE tenant_id = ", tenant, " AND id = ", id })? > 0)
}

/// Whether `place` stands somewhere below `above`.
fn inside(
    tx: &mut Tx<'_>,
    place: Option<LocationId>,
    above: LocationId,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let found = tx.find(
        sql! {
            "WITH RECURSIVE up (id) AS (
                 SELECT parent_id FROM locations WHERE tenant_id = ", tenant, " AND id = ", place, "
                 UNION
                 SELECT l.parent_id
                 FROM locations l
                 JOIN up ON l.id = up.id
                 WHERE l.tenant_id = ", tenant, "
             )
             SELECT 1 FROM up WHERE id = ", above
        },
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

fn read(row: &mut Row<'_>) -> Result<Location, StoreError> {
    Ok(Location { id: row.next()?, name: row.next()?, parent: row.next()? })
}
