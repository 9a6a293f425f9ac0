//! Locations: places, in a tree. A name is unique where it stands.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalog::Location;
use domain::event::Subject;
use domain::id::LocationId;
use domain::locations::Places;
use domain::text::key;
use domain::{Action, Deed, Field, Mint};

use crate::changes::Stamp;
use crate::derived;
use crate::members;
use crate::names::by_id;
use crate::nouns::{self, Told, own};
use crate::seam::{Dialect, Query, Row, StoreError, Tx, sql};

/// A place as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub location: Location,
    /// The way to it from the top: `Berlin / Storage`.
    pub path: String,
    /// Unarchived assets that stand there.
    pub assets: i64,
    /// The same with those in the places inside it.
    pub with_inside: i64,
    pub stamp: Stamp,
}

/// All of them, each after the place it is in.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Place>, StoreError> {
    let (tenant, members) = (tx.tenant(), members::by(tx, "location_id")?);
    let rows: Vec<(Location, Stamp, i64)> = tx.all(
        sql! {
            "SELECT id, name, parent_id, version, updated_at
             FROM locations
             WHERE tenant_id = ", tenant
        },
        |row| {
            let place = read(row)?;
            let assets = members.of(place.id.number());
            Ok((place, Stamp::read(row)?, assets))
        },
    )?;
    let tree = Places::of(rows.iter().map(|(place, ..)| place.clone()));
    let mut within: BTreeMap<LocationId, i64> = BTreeMap::new();
    for (place, _, assets) in &rows {
        for around in tree.around(place.id) {
            *within.entry(around).or_default() += assets;
        }
    }
    let mut places: Vec<Place> = rows
        .into_iter()
        .map(|(location, stamp, assets)| Place {
            path: tree.path(location.id),
            with_inside: within.get(&location.id).copied().unwrap_or(assets),
            location,
            assets,
            stamp,
        })
        .collect();
    places.sort_by_cached_key(|place| {
        tree.names(place.location.id).into_iter().map(key).collect::<Vec<_>>()
    });
    Ok(places)
}

/// Every place alone.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Location>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT id, name, parent_id FROM locations WHERE tenant_id = ", tenant, " ORDER BY id"
        },
        read,
    )
}

/// What these are called where each stands alone: a name that another place has too says nothing,
/// so that the way from the top is told.
pub(crate) fn called(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = i64>,
) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut names = by_id(tx, "SELECT id, name FROM locations WHERE tenant_id = ", ids)?;
    let keys: BTreeSet<String> = names.values().map(|name| key(name)).collect();
    let tenant = tx.tenant();
    let shared: Vec<String> = tx.of_ids(
        keys,
        |list| {
            sql! {
                "SELECT name_key
                 FROM locations
                 WHERE tenant_id = ", tenant, " AND name_key IN (", + list, ")
                 GROUP BY name_key
                 HAVING count(*) > 1"
            }
        },
        |row| row.next(),
    )?;
    if shared.is_empty() {
        return Ok(names);
    }
    let tree = Places::of(all(tx)?);
    for (id, name) in &mut names {
        if shared.contains(&key(name)) {
            *name = tree.path(LocationId::new(*id));
        }
    }
    Ok(names)
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

/// These and all that is below them.
pub fn within(tx: &mut Tx<'_>, roots: &[i64]) -> Result<Vec<i64>, StoreError> {
    let tenant = tx.tenant();
    let below: Vec<(i64, i64)> = tx.all(
        sql! {
            "SELECT id, parent_id
             FROM locations
             WHERE tenant_id = ", tenant, " AND parent_id IS NOT NULL"
        },
        |row| Ok((row.next()?, row.next()?)),
    )?;
    let mut found = roots.to_vec();
    let mut seen = 0;
    while let Some(parent) = found.get(seen).copied() {
        seen += 1;
        for (id, _) in below.iter().filter(|(_, of)| *of == parent) {
            if !found.contains(id) {
                found.push(*id);
            }
        }
    }
    Ok(found)
}

/// Conflict `locations_name` when the place around it has one of this name; [`StoreError::Referenced`]
/// without the parent.
pub fn create(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    location: &Location,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO locations (tenant_id, id, name, name_key, parent_id)
         VALUES (", tenant, ", ", location.id, ", ", &location.name, ", ", key(&location.name),
                ", ", location.parent, ")"
    })?;
    let changes = nouns::appearing(told(location));
    nouns::record(tx, deed, mint, Subject::Location(location.id), Action::Created, changes, None)
}

/// Conflict `locations_parent` when a place would stand inside itself.
pub fn update(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    location: &Location,
    note: Option<String>,
) -> Result<(), StoreError> {
    let before = find(tx, location.id)?.ok_or(StoreError::NotFound)?;
    let tenant = tx.tenant();
    if before.parent != location.parent {
        hold_tree(tx)?;
    }
    if location.parent.is_some_and(|parent| parent == location.id)
        || inside(tx, location.parent, location.id)?
    {
        return Err(StoreError::Conflict("locations_parent".into()));
    }
    let name_key = key(&location.name);
    tx.exec(sql! {
        "UPDATE locations
         SET name = ", &location.name, ", name_key = ", &name_key, ",
             parent_id = ", location.parent, "
         WHERE tenant_id = ", tenant, " AND id = ", location.id
    })?;
    if key(&before.name) != name_key {
        derived::location_renamed(tx, location.id, &name_key)?;
    }
    let changes = nouns::moved(told(&before), told(location));
    nouns::record(tx, deed, mint, Subject::Location(location.id), Action::Updated, changes, note)
}

/// Two who move places at once must not make a ring together: PostgreSQL lets one wait.
fn hold_tree(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let tenant = tx.tenant();
    tx.each(
        sql! { "SELECT id FROM locations WHERE tenant_id = ", tenant, " ORDER BY id FOR UPDATE" },
        |_| Ok(()),
    )
}

/// False when there was none; conflict `in_use` while something is there.
pub fn delete(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: LocationId,
) -> Result<bool, StoreError> {
    let Some(gone) = find(tx, id)? else { return Ok(false) };
    nouns::remove(tx, Subject::Location(id))?;
    let changes = nouns::vanishing(told(&gone));
    nouns::record(tx, deed, mint, Subject::Location(id), Action::Deleted, changes, None)?;
    Ok(true)
}

/// A location in the words of events.
pub(crate) fn told(location: &Location) -> Told {
    let parent = location.parent.map(|id| id.to_string());
    vec![(Field::Name, location.name.as_str().into()), (own("parent"), parent.into())]
}

/// Whether `place` stands somewhere below `above`.
pub(crate) fn inside(
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
