//! A plan is done: everything it makes, changes and hands over, in one transaction.

use std::collections::BTreeSet;

use domain::access::Role;
use domain::fields::AppliesTo;
use domain::id::ImportId;
use domain::imports::{Counts, Intent, State, Verdict};
use domain::{Cause, Deed, Mint};
use store::imports::{self, Import, KeptRow};
use store::ledger::{self, Bulk, BulkPerson};
use store::{StoreError, Tx};

use super::working::{Stage, Work};
use super::{import, not_planned, note, plan};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// Rows read and written at a time; all of them in one transaction.
const CHUNK: u32 = 1_000;

/// Why nothing was done.
enum Stopped {
    Refused(Refusal),
    /// The register is no longer what the plan was made from.
    Moved,
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        match error {
            // Somebody made, merged or deleted what the plan makes or points at.
            StoreError::Conflict(_) | StoreError::Referenced | StoreError::Stale => Stopped::Moved,
            other => Stopped::Refused(other.into()),
        }
    }
}

/// Does what was planned. `version` is the plan that was looked at; without it, whichever stands.
/// Rows whose assets changed since are left alone and said; where it is all or nothing, or what the
/// plan makes was made meanwhile, nothing is done and the plan is made anew.
pub async fn apply(
    app: &App,
    caller: &Caller,
    id: ImportId,
    version: Option<i64>,
) -> Result<Import, Refusal> {
    caller.need(Role::Manager)?;
    let found = import(app, caller, id).await?;
    if found.state != State::Planned {
        return Err(not_planned(&found));
    }
    if version.is_some_and(|version| version != found.version) {
        return Err(Refusal::Stale);
    }
    if !found.counts.any() {
        let detail = "there is nothing to do; hint: mend the faults in the file and bring it again";
        return Err(Refusal::conflict(detail));
    }
    if found.mapping.whole && found.counts.fault > 0 {
        let detail = format!("{} rows are faulty, and it is all or nothing", found.counts.fault);
        return Err(Refusal::conflict(format!("{detail}; hint: mend them, or untick that")));
    }
    let work = app.imports.begin(id, Stage::Applying, found.lines)?;
    let cause = Cause { kind: "import".into(), id: Some(id.to_string()) };
    let deed = Deed { cause, ..caller.deed(app.now()) };
    let (mint, taken) = (app.mint.clone(), found.clone());
    let done = app
        .store
        .write(caller.tenant, move |tx| {
            let done = all(tx, &deed, &mint, &taken, &work);
            drop(work);
            done
        })
        .await;
    match done {
        Ok(()) => import(app, caller, id).await,
        Err(Stopped::Refused(refusal)) => Err(refusal),
        Err(Stopped::Moved) => {
            plan(app, caller, id, found.mapping).await?;
            let detail = "something changed since this was planned, so nothing was done and the \
                          plan was made anew; hint: look at it and apply it again";
            Err(Refusal::conflict(detail))
        }
    }
}

fn all(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    import: &Import,
    work: &Work,
) -> Result<(), Stopped> {
    if !imports::claim(tx, import.id, import.version, &deed.actor.name, deed.at)? {
        // Somebody was quicker: they applied it, or planned it anew.
        return Err(Stopped::Refused(Refusal::Stale));
    }
    imports::make(tx, deed, mint, &import.new)?;
    let mut counts = Counts { create: 0, change: 0, stale: 0, ..import.counts };
    let mut stale = Vec::new();
    if import.what == AppliesTo::Employees {
        // Managers are looked for among all of them.
        let rows = imports::rows(tx, import.id, None, None, u32::MAX)?;
        people(tx, deed, mint, import, &rows, &mut counts, &mut stale)?;
        work.more(rows.len());
    } else {
        let mut after = None;
        loop {
            let rows = imports::rows(tx, import.id, None, after, CHUNK)?;
            let Some(last) = rows.last() else { break };
            after = Some(last.position);
            assets(tx, deed, mint, import, &rows, &mut counts, &mut stale)?;
            work.more(rows.len());
        }
    }
    if import.mapping.whole && !stale.is_empty() {
        return Err(Stopped::Moved);
    }
    Ok(imports::done(tx, import.id, counts, &stale)?)
}

fn assets(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    import: &Import,
    rows: &[KeptRow],
    counts: &mut Counts,
    stale: &mut Vec<u32>,
) -> Result<(), StoreError> {
    let notes: Vec<String> = rows.iter().map(|kept| note(import, &kept.row)).collect();
    let changes: Vec<(u32, Verdict, Bulk<'_>)> = rows
        .iter()
        .zip(&notes)
        .filter_map(|(kept, note)| Some((kept.position, kept.verdict, change(kept, note)?)))
        .collect();
    let bulk: Vec<Bulk<'_>> = changes.iter().map(|(.., bulk)| *bulk).collect();
    let done = ledger::bulk(tx, deed, mint, &bulk)?;
    for (position, verdict, bulk) in changes {
        count(counts, stale, position, verdict, done.contains(&bulk.asset));
    }
    Ok(())
}

fn change<'a>(kept: &'a KeptRow, note: &'a str) -> Option<Bulk<'a>> {
    match &kept.row.intent {
        Intent::CreateAsset { asset, steps } => {
            Some(Bulk { asset: asset.id, version: None, made: Some(asset), steps, note })
        }
        Intent::ChangeAsset { id, version, steps, .. } => {
            Some(Bulk { asset: *id, version: Some(*version), made: None, steps, note })
        }
        _ => None,
    }
}

fn people(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    import: &Import,
    rows: &[KeptRow],
    counts: &mut Counts,
    stale: &mut Vec<u32>,
) -> Result<(), StoreError> {
    let notes: Vec<String> = rows.iter().map(|kept| note(import, &kept.row)).collect();
    let mut changes = Vec::new();
    for (kept, note) in rows.iter().zip(&notes) {
        let (before, after) = match &kept.row.intent {
            Intent::CreateEmployee { employee } => (None, &**employee),
            Intent::ChangeEmployee { before, after } => (Some(&**before), &**after),
            _ => continue,
        };
        changes.push((kept.position, kept.verdict, BulkPerson { before, after, note }));
    }
    let bulk: Vec<BulkPerson<'_>> = changes.iter().map(|(.., bulk)| *bulk).collect();
    let done: BTreeSet<_> = ledger::bulk_people(tx, deed, mint, &bulk)?;
    for (position, verdict, bulk) in changes {
        count(counts, stale, position, verdict, done.contains(&bulk.after.id));
    }
    Ok(())
}

fn count(counts: &mut Counts, stale: &mut Vec<u32>, position: u32, verdict: Verdict, done: bool) {
    match verdict {
        _ if !done => {
            stale.push(position);
            counts.stale += 1;
        }
        Verdict::Create => counts.create += 1,
        _ => counts.change += 1,
    }
}
