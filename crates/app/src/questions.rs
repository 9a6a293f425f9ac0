//! What waits for a person: conflicts to settle, and how much there is of everything.

use domain::access::Role;
use domain::id::{AssetId, ConflictId};
use domain::{Action, Deed, Field, Mint, Timestamp};
use reconcile::Reason;
use reconcile::inventory::Settlement;
use reconcile::plan::ConflictKind;
use serde_json::Value;
use store::{StoreError, Tx, conflicts, ledger, settlements};

pub use store::conflicts::ConflictRow;
pub use store::settlements::{Given, Standing};

use crate::assets;
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// The open ones, oldest first, a page at a time.
pub async fn conflicts(
    app: &App,
    caller: &Caller,
    after: Option<ConflictId>,
    limit: u32,
) -> Result<Vec<ConflictRow>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| conflicts::open(tx, after, limit)).await?)
}

/// The same, of those alone that changed at that time or later; and how many they are in all.
pub async fn changed(
    app: &App,
    caller: &Caller,
    since: Option<Timestamp>,
    after: Option<ConflictId>,
    limit: u32,
) -> Result<(Vec<ConflictRow>, i64), Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let total = match since {
            None => conflicts::count_open(tx)?,
            Some(since) => conflicts::count_open_since(tx, since)?,
        };
        Ok::<_, StoreError>((conflicts::open_since(tx, since, after, limit)?, total.into()))
    });
    Ok(found.await?)
}

/// One question, open or answered.
pub async fn conflict(app: &App, caller: &Caller, id: ConflictId) -> Result<ConflictRow, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| conflicts::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("conflict", id))
}

/// What a person says to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Which asset the device is; the next run acts on it. `always`: whatever becomes of the
    /// device, else while it goes by what it goes by now.
    Device { settlement: Settlement, always: bool },
    /// The source's value becomes ours, at once.
    Take,
    /// Ours stays while the source says what it says now.
    Keep,
}

pub async fn settle(
    app: &App,
    caller: &Caller,
    id: ConflictId,
    answer: Answer,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let (now, by, mint) = (app.now(), caller.actor.clone(), app.mint.clone());
    let deed = caller.deed(now);
    app.store
        .write(caller.tenant, move |tx| {
            let found = conflicts::find(tx, id)?;
            let found = found.ok_or_else(|| Refusal::not_found("conflict", id))?;
            let value = about_value(&found);
            match (answer, value) {
                (Answer::Device { settlement, always }, None) => {
                    Ok(conflicts::settle(tx, id, settlement, always, &by, now)?)
                }
                (Answer::Keep, Some((Field::Custom(key), theirs))) => {
                    Ok(conflicts::keep_ours(tx, id, key, theirs, &by, now)?)
                }
                (Answer::Take, Some((field, theirs))) => {
                    conflicts::close_one(tx, id, now)?;
                    let asset = found.candidates.first().copied();
                    let asset = asset.ok_or_else(|| Refusal::not_found("asset", "of this one"))?;
                    take(tx, &deed, &mint, asset, field, theirs)
                }
                (Answer::Device { .. }, Some(_)) => Err(Refusal::invalid(
                    "choice",
                    "this question is about a value; hint: take what the source says, or keep ours",
                )),
                (Answer::Take | Answer::Keep, _) => Err(Refusal::invalid(
                    "choice",
                    "this question is about a device; hint: adopt, create or ignore",
                )),
            }
        })
        .await
}

/// What is asked, in a few words.
pub const fn asked(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::AmbiguousMatch => "Which asset is this?",
        ConflictKind::ContradictedMatch => "Which of these assets is this?",
        ConflictKind::DuplicateSerial => "Two devices with one serial",
        ConflictKind::TagTaken => "Its asset tag is taken",
        ConflictKind::ReviewMatch => "Is this the same thing?",
        ConflictKind::ReviewNoMatch => "Is this a new asset?",
        ConflictKind::ArchivedMatch => "An archived asset is back",
        ConflictKind::FieldMoved => "Changed on both sides",
        ConflictKind::Suggestion => "Kandji says otherwise",
    }
}

/// The field a question is about, and what the source says of it.
pub fn about_value(conflict: &ConflictRow) -> Option<(&Field, &Value)> {
    match &conflict.reason {
        Reason::BothMoved { field, theirs } | Reason::Suggested { field, theirs } => {
            Some((field, theirs))
        }
        _ => None,
    }
}

fn take(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    asset: AssetId,
    field: &Field,
    theirs: &Value,
) -> Result<(), Refusal> {
    let held = store::assets::find(tx, asset)?.ok_or_else(|| Refusal::not_found("asset", asset))?;
    let mut fields = vec![(field.clone(), theirs.clone())];
    assets::fit(tx, &held, Some(asset), &mut fields)?;
    let note = Some("the source's value was taken".to_owned());
    ledger::change(tx, deed, mint, asset, None, Action::Updated, &fields, note)
        .map(drop)
        .map_err(assets::tag_taken)
}

/// The answers that stand, newest first.
pub async fn standing(app: &App, caller: &Caller) -> Result<Vec<Standing>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, settlements::list).await?)
}

/// Takes an answer back; the next run asks again where there is still something to ask.
pub async fn take_back(app: &App, caller: &Caller, id: ConflictId) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let done = app.store.write(caller.tenant, move |tx| settlements::take_back(tx, id)).await;
    done.map_err(|error| match error {
        StoreError::NotFound => Refusal::not_found("standing answer to the conflict", id),
        other => other.into(),
    })
}
