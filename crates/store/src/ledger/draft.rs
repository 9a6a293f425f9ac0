//! An asset being changed: as it was, as it will be, and the events that lead there.

use std::collections::BTreeMap;

use domain::event::Subject;
use domain::fields::Values;
use domain::id::EventId;
use domain::{Action, Asset, Custodian, Deed, Event, Field, FieldChange, Mint, Timestamp};
use serde_json::Value;

use super::misfit;
use crate::assets::Held;
use crate::seam::StoreError;

#[derive(Debug)]
pub(super) struct Draft {
    /// As it stands in the table; `None` for one that is not there yet.
    pub before: Option<Held>,
    pub asset: Asset,
    pub origins: BTreeMap<Field, EventId>,
    pub platform: String,
    /// What sources say of its devices, for search.
    pub details: String,
    pub events: Vec<Event>,
    pub handovers: Vec<Handover>,
}

/// Custody that ended or began with an event.
#[derive(Debug)]
pub(super) struct Handover {
    pub event: EventId,
    pub at: Timestamp,
    pub from: Option<Custodian>,
    pub to: Option<Custodian>,
}

impl Draft {
    pub fn of(held: Held) -> Self {
        Self {
            asset: held.asset.clone(),
            origins: held.origins.clone(),
            platform: held.platform.clone(),
            details: held.details.clone(),
            before: Some(held),
            events: Vec::new(),
            handovers: Vec::new(),
        }
    }

    /// A new asset with its first event, which carries all that was set.
    pub fn created(
        deed: &Deed,
        mint: &Mint,
        asset: Asset,
        note: Option<String>,
    ) -> Result<Self, StoreError> {
        let changes = asset.as_changes();
        let mut draft = Self {
            before: None,
            asset,
            origins: BTreeMap::new(),
            platform: String::new(),
            details: String::new(),
            events: Vec::new(),
            handovers: Vec::new(),
        };
        draft.asset.version = 0;
        draft.record(deed, mint, Action::Created, changes, note)?;
        Ok(draft)
    }

    /// What these values would change, leaving out what is so already.
    pub fn changes(&self, values: &[(Field, Value)]) -> Result<Vec<FieldChange>, StoreError> {
        let mut after = self.asset.clone();
        let mut changes = Vec::new();
        for (field, value) in values {
            let before = after.get(field);
            after.set(field, value).map_err(|error| misfit(&error))?;
            // As the asset says it, which may be trimmed.
            let after = after.get(field);
            if before != after {
                changes.push(FieldChange { field: field.clone(), before, after });
            }
        }
        Ok(changes)
    }

    /// Whether its custom fields are not as they were.
    pub fn moves_fields(&self) -> bool {
        self.asset.fields != *self.fields_before().unwrap_or(&Values::new())
    }

    pub fn fields_before(&self) -> Option<&Values> {
        self.before.as_ref().map(|held| &held.asset.fields)
    }

    /// Every field going blank: what a deletion takes away.
    pub fn blanked(&self) -> Vec<FieldChange> {
        let mut changes = self.asset.as_changes();
        for change in &mut changes {
            std::mem::swap(&mut change.before, &mut change.after);
        }
        changes
    }

    /// Writes one event into the draft. The version rises by one with each.
    pub fn record(
        &mut self,
        deed: &Deed,
        mint: &Mint,
        action: Action,
        changes: Vec<FieldChange>,
        note: Option<String>,
    ) -> Result<(), StoreError> {
        let id = mint.id(deed.at);
        for change in &changes {
            if change.field == Field::Custodian {
                let (from, to) = (custodian(&change.before), custodian(&change.after));
                self.handovers.push(Handover { event: id, at: deed.at, from, to });
            }
            self.origins.insert(change.field.clone(), id);
        }
        if action != Action::Deleted {
            self.asset.fold(&changes, deed.at).map_err(|error| misfit(&error))?;
        }
        self.events.push(Event {
            id,
            at: deed.at,
            actor: deed.actor.clone(),
            subject: Subject::Asset(self.asset.id),
            action,
            changes,
            cause: deed.cause.clone(),
            note,
        });
        Ok(())
    }
}

fn custodian(value: &Value) -> Option<Custodian> {
    serde_json::from_value(value.clone()).ok().flatten()
}
