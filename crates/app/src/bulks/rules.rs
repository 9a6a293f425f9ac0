//! What becomes of one asset of a bulk: it changes, is so already, or may not, and why. Looked up
//! once what is the same for all of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalog::StatusKind;
use domain::fields::AppliesTo;
use domain::id::{AssetId, CategoryId, ProductId, StatusId};
use domain::{Action, Asset, Custodian, Field, FieldChange, Timestamp};
use serde_json::Value;
use store::{Tx, custody, products, statuses};

use super::Doing;
use crate::assets::set_all;
use crate::custody::ready_to_take;
use crate::fields::values::{self, Definitions};
use crate::nouns::{must_stand, referred};
use crate::refusal::Refusal;

pub(super) enum Verdict {
    Fits {
        action: Action,
        values: Vec<(Field, Value)>,
        /// What whoever says yes to it should know.
        beware: Option<String>,
    },
    Same,
    Refused(String),
}

pub(super) struct Rules {
    doing: Doing,
    now: Timestamp,
    definitions: Definitions,
    categories: BTreeMap<ProductId, Option<CategoryId>>,
    /// What a checkout or a check-in sets; a checkout, place and department of the employee too.
    follows: Vec<(Field, Value)>,
    /// Names of the statuses in which nothing is meant to be handed out.
    unready: BTreeMap<StatusId, String>,
    /// Where things are checked out to, and what that lies in.
    around: BTreeSet<AssetId>,
}

impl Rules {
    /// Refuses what may be done to no asset at all.
    pub fn of(tx: &mut Tx<'_>, doing: Doing, now: Timestamp) -> Result<Self, Refusal> {
        let definitions = Definitions::of(tx, AppliesTo::Assets)?;
        let mut follows = Vec::new();
        let mut around = BTreeSet::new();
        let mut unready = BTreeMap::new();
        match &doing {
            Doing::Edit { set } => editable(tx, set, &definitions)?,
            Doing::CheckOut { to, due_on } => {
                follows = vec![(Field::Custodian, json(*to))];
                follows.extend(due_on.map(|day| (Field::DueOn, Value::from(day.to_string()))));
                follows.extend(ready_to_take(tx, *to)?);
                let all = statuses::list(tx)?.into_iter().map(|row| row.status);
                let others = all.filter(|status| status.kind != StatusKind::Ready);
                unready.extend(others.map(|status| (status.id, status.name)));
                if let Custodian::Asset(place) = to {
                    around = custody::around(tx, *place)?;
                }
            }
            Doing::CheckIn { back } => follows = back.values(tx)?,
            Doing::Archive | Doing::Unarchive => {}
        }
        let categories = BTreeMap::new();
        Ok(Rules { doing, now, definitions, categories, follows, unready, around })
    }

    pub fn verdict(&mut self, tx: &mut Tx<'_>, asset: &Asset) -> Result<Verdict, Refusal> {
        let no = |why: &str| Ok(Verdict::Refused(why.into()));
        let fits = |action, values| Ok(Verdict::Fits { action, values, beware: None });
        let archived = asset.archived_at.is_some();
        match self.doing.clone() {
            Doing::Edit { set } => self.edited(tx, asset, set),
            Doing::CheckOut { .. } if archived => no("it is archived; hint: bring it back first"),
            Doing::CheckOut { .. } if asset.custodian.is_some() => {
                no("it is checked out; hint: check it in first")
            }
            Doing::CheckOut { .. } if self.around.contains(&asset.id) => {
                no("it would lie inside itself; hint: choose another place")
            }
            Doing::CheckOut { .. } => {
                let unready = self.unready.get(&asset.status);
                let beware = unready.map(|name| format!("its status is \"{name}\""));
                let values = self.follows.clone();
                Ok(Verdict::Fits { action: Action::CheckedOut, values, beware })
            }
            Doing::CheckIn { .. } if asset.custodian.is_none() => no("it is in nobody's hands"),
            Doing::CheckIn { .. } => fits(Action::CheckedIn, self.follows.clone()),
            Doing::Archive if archived => no("it is archived already"),
            Doing::Archive => {
                let at = Value::from(self.now.to_string());
                fits(Action::Archived, vec![(Field::ArchivedAt, at)])
            }
            Doing::Unarchive if !archived => no("it is not archived"),
            Doing::Unarchive => fits(Action::Unarchived, vec![(Field::ArchivedAt, Value::Null)]),
        }
    }

    fn edited(
        &mut self,
        tx: &mut Tx<'_>,
        asset: &Asset,
        mut set: Vec<(Field, Value)>,
    ) -> Result<Verdict, Refusal> {
        let due = |(field, value): &(Field, Value)| *field == Field::DueOn && !value.is_null();
        if asset.custodian.is_none() && set.iter().any(due) {
            return Ok(Verdict::Refused("nobody has it, so nobody is to give it back".into()));
        }
        match self.fit(tx, asset, &mut set) {
            Ok(()) => {}
            Err(refusal @ Refusal::Invalid { .. }) => {
                return Ok(Verdict::Refused(refusal.to_string()));
            }
            Err(other) => return Err(other),
        }
        let same = changes(asset, &set)?.is_empty();
        if same {
            return Ok(Verdict::Same);
        }
        Ok(Verdict::Fits { action: Action::Updated, values: set, beware: None })
    }

    fn fit(
        &mut self,
        tx: &mut Tx<'_>,
        asset: &Asset,
        set: &mut Vec<(Field, Value)>,
    ) -> Result<(), Refusal> {
        let mut after = asset.clone();
        set_all(&mut after, set)?;
        let category = self.category_of(tx, &after)?;
        let held_category = self.category_of(tx, asset)?;
        let subject = values::Subject {
            applies_to: AppliesTo::Assets,
            id: Some(asset.id.number()),
            held: &asset.fields,
            category,
            held_category,
        };
        values::fit_by(tx, &self.definitions, subject, set)
    }

    fn category_of(
        &mut self,
        tx: &mut Tx<'_>,
        asset: &Asset,
    ) -> Result<Option<CategoryId>, Refusal> {
        let Some(product) = asset.product.filter(|_| asset.category.is_none()) else {
            return Ok(asset.category);
        };
        if let Some(known) = self.categories.get(&product) {
            return Ok(*known);
        }
        let category = products::find(tx, product)?.and_then(|product| product.category);
        self.categories.insert(product, category);
        Ok(category)
    }
}

/// What these values change about an asset, without what is so already.
pub(super) fn changes(
    asset: &Asset,
    values: &[(Field, Value)],
) -> Result<Vec<FieldChange>, Refusal> {
    let mut after = asset.clone();
    set_all(&mut after, values)?;
    let changes = values.iter().map(|(field, _)| FieldChange {
        field: field.clone(),
        before: asset.get(field),
        after: after.get(field),
    });
    Ok(changes.filter(|change| change.before != change.after).collect())
}

/// What cannot be the same for many, or is no field to be set, is refused; so is what is not there.
fn editable(
    tx: &mut Tx<'_>,
    set: &[(Field, Value)],
    definitions: &Definitions,
) -> Result<(), Refusal> {
    if set.is_empty() {
        let detail = "nothing is to change; hint: give at least one field a value, or clear one";
        return Err(Refusal::invalid("fields", detail));
    }
    for (field, value) in set {
        let name = field.to_string();
        let refuse = |detail: &str| Err(Refusal::invalid(&name, format!("\"{name}\" {detail}")));
        match field {
            Field::Tag => return refuse("is unique; hint: change it on each asset's page"),
            Field::Custodian => return refuse("is changed by checking out and in"),
            Field::ArchivedAt => return refuse("is changed by archiving"),
            Field::Status if value.is_null() => return refuse("cannot be blank; hint: choose one"),
            Field::Custom(key) if definitions.unique(key) && !value.is_null() => {
                return refuse("is unique; hint: change it on each asset's page");
            }
            _ => must_stand(tx, &name, referred(field, value))?,
        }
    }
    Ok(())
}

fn json(to: Custodian) -> Value {
    serde_json::to_value(to).expect("a custodian is two plain texts")
}
