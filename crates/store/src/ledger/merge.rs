//! Two nouns become one: whatever points at the one points at the other from then on, assets
//! through the ledger. Custody does not change hands by it: who held a thing held it all along.

mod assets;
mod fields;
mod others;
mod pair;
mod settings;

use domain::event::Subject;
use domain::id::{AssetId, EmployeeId};
use domain::person::Employee;
use domain::{Action, Custodian, Deed, Field, FieldChange, Mint};
use serde_json::Value;

pub use self::assets::merge_assets;
pub use self::fields::{merge_fields, united};
pub use self::pair::{Choice, InTheWay, Pair, pair};
use super::draft::Draft;
use super::many::{self, CHUNK};
use crate::nouns::{self, find_name, table, vanishing};
use crate::seam::{Query, StoreError, Tx, sql};
use crate::search::pattern;
use crate::{assets as register, employees, former_names, mentions, sources, statuses};

/// Merges `from` into `into`. False while assets are left that point at `from`: commit, and ask
/// again; the last time moves the rest and takes `from` away, all in one transaction.
/// Conflict `statuses_ready` when no status of kind ready would be left, `products_name` when both
/// manufacturers make a product of one name.
pub fn merge(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    from: Subject,
    into: Subject,
) -> Result<bool, StoreError> {
    // Always in one order, so that two merges do not wait for each other.
    let (first, second) = if from.number() < into.number() { (from, into) } else { (into, from) };
    nouns::hold(tx, first)?;
    nouns::hold(tx, second)?;
    let gone = find_name(tx, from)?.ok_or(StoreError::NotFound)?;
    let stays = find_name(tx, into)?.ok_or(StoreError::NotFound)?;
    let work = Merge { deed, mint, from, into, note: format!("{gone} was merged into {stays}") };
    work.check(tx)?;
    if work.assets(tx)? == CHUNK {
        return Ok(false);
    }
    work.custody(tx)?;
    work.others(tx)?;
    work.baselines(tx)?;
    work.fields(tx)?;
    work.sources(tx, &gone)?;
    work.end(tx, &gone)?;
    Ok(true)
}

struct Merge<'d> {
    deed: &'d Deed,
    mint: &'d Mint,
    from: Subject,
    into: Subject,
    note: String,
}

impl Merge<'_> {
    fn check(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        match (self.from, self.into) {
            (Subject::Status(from), Subject::Status(into)) => {
                let stays = statuses::find(tx, into)?.ok_or(StoreError::NotFound)?;
                if stays.kind == domain::catalog::StatusKind::Ready {
                    return Ok(());
                }
                statuses::another_is_ready(tx, from)
            }
            _ => Ok(()),
        }
    }

    /// Moves up to [`CHUNK`] assets, one event each.
    fn assets(&self, tx: &mut Tx<'_>) -> Result<usize, StoreError> {
        let Some(condition) = nouns::pointing(tx, self.from)? else { return Ok(0) };
        let tenant = tx.tenant();
        let most = i64::try_from(CHUNK).unwrap_or(i64::MAX);
        let ids = tx.all::<AssetId, Vec<_>>(
            sql! {
                "SELECT a.id
                 FROM assets a
                 WHERE ", + condition, " AND a.tenant_id = ", tenant, "
                 ORDER BY a.id
                 LIMIT ", most
            },
            |row| row.get(0),
        )?;
        let mut drafts = Vec::with_capacity(ids.len());
        for held in register::held(tx, ids)? {
            let mut draft = Draft::of(held);
            let changes = draft.changes(&self.values(&draft))?;
            let note = Some(self.note.clone());
            draft.record(self.deed, self.mint, Action::Updated, changes, note)?;
            // The thing stays where it is; its interval gets the other name below.
            draft.handovers.clear();
            drafts.push(draft);
        }
        let (done, left) = many::save(tx, drafts)?;
        // None may stay behind, for what they point at goes.
        if left.is_empty() { Ok(done.len()) } else { Err(StoreError::Stale) }
    }

    /// Each field of the asset that points at `from`, pointing at `into`.
    fn values(&self, draft: &Draft) -> Vec<(Field, Value)> {
        let id = |subject: Subject| Value::from(subject.id());
        let custodian = |subject: Subject| {
            let custodian = Custodian::from_parts(subject.kind(), subject.number());
            serde_json::to_value(custodian).expect("a custodian is two plain texts")
        };
        let fields = [Field::Product, Field::Category, Field::Status, Field::Location]
            .into_iter()
            .chain([Field::Department, Field::Supplier])
            .map(|field| (field, id(self.from), id(self.into)));
        let held = (Field::Custodian, custodian(self.from), custodian(self.into));
        let all = fields.chain([held]);
        all.filter(|(field, from, _)| !from.is_null() && draft.asset.get(field) == *from)
            .map(|(field, _, into)| (field, into))
            .collect()
    }

    /// What one held the other held, past and present.
    fn custody(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let tenant = tx.tenant();
        tx.exec(sql! {
            "UPDATE custody
             SET custodian_id = ", self.into.number(), "
             WHERE tenant_id = ", tenant, "
               AND custodian_kind = ", self.from.kind(), "
               AND custodian_id = ", self.from.number()
        })
        .map(drop)
    }

    /// What was last taken from a source means the other now, so that no run sees a difference.
    fn baselines(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (tenant, from, into) = (tx.tenant(), self.from.id(), self.into.id());
        tx.exec(sql! {
            "UPDATE links
             SET baseline = replace(baseline, ", &from, ", ", into, ")
             WHERE tenant_id = ", tenant, "
               AND baseline LIKE ", pattern(&from), " ESCAPE '\\'"
        })
        .map(drop)
    }

    /// Custom fields of the one category are fields of the other.
    fn fields(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (tenant, from, into) = (tx.tenant(), self.from.id(), self.into.id());
        tx.exec(sql! {
            "UPDATE custom_fields
             SET categories = replace(categories, ", &from, ", ", into, ")
             WHERE tenant_id = ", tenant, "
               AND categories LIKE ", pattern(&from), " ESCAPE '\\'"
        })
        .map(drop)
    }

    /// Settings that name the one name the other.
    fn sources(&self, tx: &mut Tx<'_>, gone: &str) -> Result<(), StoreError> {
        for source in sources::list(tx)? {
            let rules = settings::renamed(&source.rules, self.from, gone, self.into);
            if rules != source.rules {
                let (preset, note) = (source.preset.as_deref(), Some(self.note.clone()));
                sources::save_rules(tx, self.deed, self.mint, &source, preset, &rules, note)?;
            }
        }
        Ok(())
    }

    /// The one goes, the other remembers it.
    fn end(&self, tx: &mut Tx<'_>, gone: &str) -> Result<(), StoreError> {
        let person = match self.from {
            Subject::Employee(id) => employees::find(tx, id)?,
            _ => None,
        };
        let went = match &person {
            Some(person) => employees::forget(tx, person)?,
            None => vanishing(vec![(Field::Name, gone.into())]),
        };
        let tenant = tx.tenant();
        let mut sql = sql! { "DELETE FROM " };
        sql.text(table(self.from));
        sql! { sql => " WHERE tenant_id = ", tenant, " AND id = ", self.from.number() };
        tx.exec(sql)?;
        mentions::replace(tx, &self.from.id(), &self.into.id(), self.deed.at)?;
        former_names::pass_on(tx, self.from, self.into)?;
        if matches!(
            self.from,
            Subject::Category(_) | Subject::Manufacturer(_) | Subject::Department(_)
        ) {
            former_names::keep(tx, self.into, gone)?;
        }
        self.event(tx, self.from, Action::Deleted, went)?;
        let filled = match (person, self.into) {
            (Some(gone), Subject::Employee(into)) => self.fill(tx, &gone, into)?,
            _ => Vec::new(),
        };
        self.event(tx, self.into, Action::Merged, filled)
    }

    /// What is blank of the one who stays is taken from the other.
    fn fill(
        &self,
        tx: &mut Tx<'_>,
        gone: &Employee,
        into: EmployeeId,
    ) -> Result<Vec<FieldChange>, StoreError> {
        let held = employees::find(tx, into)?.ok_or(StoreError::NotFound)?;
        let mut fields = gone.fields.clone();
        fields.extend(held.fields.clone());
        // One stay or the other: the dates of two would make one that never was.
        let (starts_on, ends_on) = match (held.starts_on, held.ends_on) {
            (None, None) => (gone.starts_on, gone.ends_on),
            own => own,
        };
        let mut manager = held.manager;
        if let Some(above) = gone.manager.filter(|_| manager.is_none()) {
            manager = (!employees::from_up(tx, above)?.contains(&into)).then_some(above);
        }
        let whole = Employee {
            email: held.email.clone().or_else(|| gone.email.clone()),
            title: held.title.clone().or_else(|| gone.title.clone()),
            department: held.department.or(gone.department),
            location: held.location.or(gone.location),
            manager,
            starts_on,
            ends_on,
            fields,
            ..held.clone()
        };
        employees::write(tx, self.deed.at, &held, &whole)?;
        Ok(employees::changes(&held, &whole))
    }

    fn event(
        &self,
        tx: &mut Tx<'_>,
        subject: Subject,
        action: Action,
        changes: Vec<FieldChange>,
    ) -> Result<(), StoreError> {
        let note = Some(self.note.clone());
        nouns::record(tx, self.deed, self.mint, subject, action, changes, note)
    }
}
