//! Two custom fields become one: values move where the one that stays is blank, and whatever names
//! the one that goes names the other: settings of sources, views, saved reports, chosen columns.

use domain::event::Subject;
use domain::fields::{AppliesTo, CustomField, FieldType};
use domain::id::{AssetId, EmployeeId, FieldId, noun};
use domain::text::same;
use domain::{Action, Deed, Field, Mint};
use serde_json::Value;

use super::others::ids;
use super::settings;
use crate::fields::{self, SOLE};
use crate::ledger::draft::Draft;
use crate::ledger::many::{self, CHUNK};
use crate::seam::{Dialect, Json, Query, StoreError, Tx, sql};
use crate::{assets, employees, mentions, nouns, settlements, sources};

/// Merges the one into the other. False while things are left that have a value of the one that
/// goes: commit, and ask again. Conflict [`SOLE`] when values would repeat that must not;
/// [`StoreError::Misfit`] when the two do not hold the same.
pub fn merge_fields(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    from: FieldId,
    into: FieldId,
) -> Result<bool, StoreError> {
    hold(tx, from, into)?;
    let from = fields::find(tx, from)?.ok_or(StoreError::NotFound)?;
    let held = fields::find(tx, into)?.ok_or(StoreError::NotFound)?;
    let into = united(&from, &held).map_err(|why| StoreError::Misfit(why.to_string()))?;
    if fields::repeating(tx, &from, &into)? > 0 {
        return Err(StoreError::Conflict(SOLE.into()));
    }
    if into != held {
        fields::update(tx, &into, deed.at)?;
    }
    let note = format!("{} was merged into {}", from.label, into.label);
    let work = Work { deed, mint, from: &from, into: &into, note };
    let moved = match from.applies_to {
        AppliesTo::Assets => work.assets(tx)?,
        AppliesTo::Employees => work.employees(tx)?,
    };
    if moved == CHUNK {
        return Ok(false);
    }
    if from.applies_to == AppliesTo::Assets {
        work.sources(tx)?;
        work.baselines(tx)?;
        settlements::rename_field(tx, from.key.as_str(), into.key.as_str(), deed.at)?;
    }
    let [gone, stays] = [&from, &into].map(|field| format!("fields.{}", field.key.as_str()));
    mentions::replace(tx, &gone, &stays, deed.at)?;
    fields::delete(tx, from.id)?;
    Ok(true)
}

/// The one that stays, with what the other brings: its categories, and what could be chosen.
pub fn united(from: &CustomField, into: &CustomField) -> Result<CustomField, &'static str> {
    if from.applies_to != into.applies_to {
        return Err("the one is of assets, the other of employees");
    }
    if from.kind.as_str() != into.kind.as_str() {
        return Err("they are of different types");
    }
    let mut next = into.clone();
    // Without any category it is of all.
    if from.categories.is_empty() || into.categories.is_empty() {
        next.categories.clear();
    } else {
        let more = from.categories.iter().filter(|id| !into.categories.contains(id));
        next.categories.extend(more);
    }
    if let FieldType::Choice(all) | FieldType::Choices(all) = &mut next.kind {
        for choice in from.kind.choices() {
            if !all.iter().any(|known| same(known, choice)) {
                all.push(choice.clone());
            }
        }
    }
    next.checked().map_err(|_| "together they have more choices than a field can have")
}

struct Work<'d> {
    deed: &'d Deed,
    mint: &'d Mint,
    from: &'d CustomField,
    into: &'d CustomField,
    note: String,
}

impl Work<'_> {
    /// Moves up to [`CHUNK`] values, one event each.
    fn assets(&self, tx: &mut Tx<'_>) -> Result<usize, StoreError> {
        let mut ids: Vec<AssetId> =
            ids::<noun::Asset>(tx, "assets", fields::with_value(self.from))?;
        ids.truncate(CHUNK);
        let mut drafts = Vec::with_capacity(ids.len());
        for held in assets::held(tx, ids)? {
            let mut draft = Draft::of(held);
            let (values, note) = self.moved(&draft.asset.fields);
            let changes = draft.changes(&values)?;
            draft.record(self.deed, self.mint, Action::Updated, changes, Some(note))?;
            drafts.push(draft);
        }
        let (done, left) = many::save(tx, drafts)?;
        // None may stay behind, for the field goes.
        if left.is_empty() { Ok(done.len()) } else { Err(StoreError::Stale) }
    }

    fn employees(&self, tx: &mut Tx<'_>) -> Result<usize, StoreError> {
        let mut ids: Vec<EmployeeId> =
            ids::<noun::Employee>(tx, "employees", fields::with_value(self.from))?;
        ids.truncate(CHUNK);
        for id in &ids {
            nouns::hold(tx, Subject::Employee(*id))?;
            // Gone meanwhile, and the value with them.
            let Some(mut employee) = employees::find(tx, *id)? else { continue };
            let (values, note) = self.moved(&employee.fields);
            for (field, value) in values {
                let Field::Custom(key) = field else { continue };
                match value {
                    Value::Null => employee.fields.remove(&key),
                    value => employee.fields.insert(key, value),
                };
            }
            employees::update(tx, self.deed, self.mint, &employee, Some(note))?;
        }
        Ok(ids.len())
    }

    /// What a thing with these values gets, and what is said of it.
    fn moved(&self, held: &domain::fields::Values) -> (Vec<(Field, Value)>, String) {
        let (from, into) = (self.from.key.as_str(), self.into.key.as_str());
        let theirs = held.get(from).cloned().unwrap_or_default();
        // A choice is spelled as the one that stays spells it.
        let theirs = self.into.check(&theirs, None).ok().flatten().unwrap_or(theirs);
        let mut values = vec![(Field::Custom(from.to_owned()), Value::Null)];
        let note = match held.get(into) {
            None => {
                values.push((Field::Custom(into.to_owned()), theirs));
                self.note.clone()
            }
            Some(own) if *own == theirs => self.note.clone(),
            Some(_) => format!("{}; what stood there stays", self.note),
        };
        (values, note)
    }

    fn sources(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for source in sources::list(tx)? {
            let (from, into) = (self.from.key.as_str(), self.into.key.as_str());
            let rules = settings::field_renamed(&source.rules, from, into);
            if rules != source.rules {
                let (preset, note) = (source.preset.as_deref(), Some(self.note.clone()));
                sources::save_rules(tx, self.deed, self.mint, &source, preset, &rules, note)?;
            }
        }
        Ok(())
    }

    /// What was last taken from a source into the one counts for the other, so that no run sees a
    /// difference.
    fn baselines(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let tenant = tx.tenant();
        let (from, into) = (self.from.key.as_str(), self.into.key.as_str());
        let links: Vec<(domain::id::SourceId, String, Json<reconcile::inventory::Baseline>)> = tx
            .all(
            sql! {
                "SELECT source_id, device_id, baseline
                     FROM links
                     WHERE tenant_id = ", tenant, "
                       AND baseline LIKE ", fields::keyed(from), " ESCAPE '\\'"
            },
            |row| Ok((row.next()?, row.next()?, row.next()?)),
        )?;
        for (source, device, Json(mut baseline)) in links {
            let Some(value) = baseline.fields.remove(from) else { continue };
            baseline.fields.entry(into.to_owned()).or_insert(value);
            tx.exec(sql! {
                "UPDATE links
                 SET baseline = ", Json(&baseline), "
                 WHERE tenant_id = ", tenant, "
                   AND source_id = ", source, "
                   AND device_id = ", device.as_str()
            })?;
        }
        Ok(())
    }
}

/// Nobody else writes a value of either until the transaction ends.
fn hold(tx: &mut Tx<'_>, from: FieldId, into: FieldId) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let tenant = tx.tenant();
    let _: Vec<()> = tx.all(
        sql! {
            "SELECT 1
             FROM custom_fields
             WHERE tenant_id = ", tenant, " AND id IN (", from, ", ", into, ")
             ORDER BY id
             FOR UPDATE"
        },
        |_| Ok(()),
    )?;
    Ok(())
}
