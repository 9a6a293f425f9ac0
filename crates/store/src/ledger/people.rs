//! The people of a plan: employees made or brought up to date, and whom a source knows them as.

use domain::event::Subject;
use domain::id::SourceId;
use domain::person::Employee;
use domain::{Deed, Mint};
use reconcile::inventory::PersonLink;
use reconcile::plan::PersonChange;

use super::apply::stale_when_taken;
use crate::seam::{Json, Query, StoreError, Tx};
use crate::{employees, nouns};

/// [`StoreError::Stale`] when an e-mail address was taken meanwhile, or an employee is gone.
pub fn apply_people(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    source: SourceId,
    changes: &[PersonChange],
) -> Result<(), StoreError> {
    let done = changes.iter().try_for_each(|change| person(tx, deed, mint, change));
    done.map_err(stale_when_taken)?;
    let links = changes.iter().filter_map(|change| match change {
        PersonChange::Create { link, .. } | PersonChange::Update { link, .. } => link.as_ref(),
    });
    save_links(tx, source, links)
}

fn person(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    change: &PersonChange,
) -> Result<(), StoreError> {
    match change.clone() {
        PersonChange::Create { id, name, email, title, department, leaver, link: _ } => {
            let plain = Employee::named(id, name);
            let employee = Employee { email, title, department, leaver, ..plain };
            employees::create(tx, deed, mint, &employee, None)
        }
        PersonChange::Update { id, name, email, title, department, leaver, link: _ } => {
            nouns::hold(tx, Subject::Employee(id))?;
            let held = employees::find(tx, id)?.ok_or(StoreError::NotFound)?;
            let employee = Employee {
                name: name.unwrap_or_else(|| held.name.clone()),
                email: email.or_else(|| held.email.clone()),
                title: title.or_else(|| held.title.clone()),
                department: department.or(held.department),
                leaver: leaver.unwrap_or(held.leaver),
                ..held
            };
            employees::update(tx, deed, mint, &employee, None)
        }
    }
}

fn save_links<'l>(
    tx: &mut Tx<'_>,
    source: SourceId,
    links: impl Iterator<Item = &'l PersonLink>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = links.map(|link| {
        [
            tenant.into(),
            source.into(),
            (&*link.user_id).into(),
            link.employee.into(),
            Json(&link.baseline).into(),
        ]
    });
    tx.exec_many(
        "INSERT INTO person_links (tenant_id, source_id, user_id, employee_id, baseline) VALUES ",
        rows.collect(),
        " ON CONFLICT (tenant_id, source_id, user_id) DO UPDATE
          SET employee_id = excluded.employee_id, baseline = excluded.baseline",
    )?;
    Ok(())
}
