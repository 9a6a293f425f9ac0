//! An import is taken back as a whole, wherever nothing newer stands on top.

use domain::access::Role;
use domain::fields::AppliesTo;
use domain::id::ImportId;
use domain::imports::State;
use domain::{Cause, Deed};
use store::{Tx, imports, ledger};

use super::working::Stage;
use super::{import, not_planned};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// What could and could not be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    pub restored: usize,
    /// Products, places and the like that it made on the way and that are gone again.
    pub unmade: usize,
    /// What something newer stands on or needs, by id, each with why it stays.
    pub kept: Vec<(String, String)>,
}

/// Categories, products and the like that it made go where nothing points at them any more; so do
/// employees whom an import of assets made.
pub async fn undo(app: &App, caller: &Caller, id: ImportId) -> Result<Undone, Refusal> {
    caller.need(Role::Manager)?;
    let found = import(app, caller, id).await?;
    if found.state != State::Applied {
        let mut refusal = not_planned(&found);
        if let Refusal::Conflict { detail, .. } = &mut refusal {
            let state = found.state.as_str();
            *detail = format!("an import that is {state} has nothing to take back");
        }
        return Err(refusal);
    }
    let total = found.counts.create + found.counts.change;
    let work = app.imports.begin(id, Stage::TakingBack, total)?;
    let cause = Cause { kind: "import".into(), id: Some(id.to_string()) };
    let own = Cause { kind: "undo".into(), id: Some(id.to_string()) };
    let deed = Deed { cause: own, ..caller.deed(app.now()) };
    let mint = app.mint.clone();
    let done = app.store.write(caller.tenant, move |tx: &mut Tx<'_>| {
        if !imports::take_back(tx, id, &deed.actor.name, deed.at)? {
            return Err(Refusal::Stale);
        }
        let mut undone = match found.what {
            AppliesTo::Assets => {
                let undone = ledger::undo(tx, &deed, &mint, &cause)?;
                let kept = undone.kept.into_iter();
                let kept = kept.map(|kept| (kept.asset.to_string(), kept.why)).collect();
                Undone { restored: undone.restored.len(), unmade: 0, kept }
            }
            AppliesTo::Employees => {
                let undone = ledger::undo_people(tx, &deed, &mint, &cause)?;
                let kept = undone.kept.into_iter().map(|(id, why)| (id.to_string(), why)).collect();
                Undone { restored: undone.restored.len(), unmade: 0, kept }
            }
        };
        let people = found.what == AppliesTo::Assets;
        let unmade = ledger::unmake(tx, &deed, &mint, &cause, people)?;
        undone.unmade = unmade.gone.len();
        undone.kept.extend(unmade.kept.into_iter().map(|(what, why)| (what.id(), why)));
        drop(work);
        Ok(undone)
    });
    done.await
}
