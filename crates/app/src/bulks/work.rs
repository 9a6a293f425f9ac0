//! A bulk being prepared or applied: chunk by chunk, each transaction a sign of life; others have
//! their turn between them, and another process goes on where one dies.

use std::collections::BTreeMap;

use domain::id::{AssetId, BulkId, TenantId};
use domain::{Asset, Deed};
use store::bulks::{self, Bulk, BulkState, Item, ItemState, Lease};
use store::ledger::{self, CHUNK, Kept, ToChange};
use store::{Tx, assets};
use tokio::task::JoinHandle;

use super::rules::{Rules, Verdict};
use super::{cause, doing};
use crate::installation::App;
use crate::refusal::Refusal;
use crate::undos::LEASE;

/// Chunks in one transaction while nobody else waits to write.
const CHUNKS_AT_ONCE: usize = 16;

/// Works on a bulk that this process holds; `chosen` is what is to be looked at first.
pub(super) fn spawn(
    app: &App,
    tenant: TenantId,
    id: BulkId,
    chosen: Vec<AssetId>,
) -> JoinHandle<()> {
    let app = app.clone();
    tokio::spawn(async move {
        let mut chosen = chosen;
        loop {
            match some(&app, tenant, id, chosen).await {
                Ok(Some(rest)) => chosen = rest,
                Ok(None) => return,
                // Its lease runs out, and it is taken up again.
                Err(error) => {
                    tracing::warn!(%error, bulk = %id, "a bulk stopped; it goes on later");
                    return;
                }
            }
        }
    })
}

/// Goes on with what processes left behind that fell silent.
pub(crate) async fn take_up(app: &App) -> Result<(), Refusal> {
    let now = app.now();
    for (tenant, id) in app.store.system_read(move |tx| bulks::abandoned(tx, now)).await? {
        let owner = app.owner.to_string();
        let taken = app.store.write(tenant, move |tx| {
            let lease = Lease { owner: &owner, until: now + LEASE };
            let taken = bulks::take_over(tx, id, now, lease)?;
            let bulk = bulks::find(tx, id)?.filter(|_| taken);
            if bulk.as_ref().is_some_and(|bulk| bulk.state == BulkState::Preparing) {
                // What was still to be looked at died with its process; nothing was done.
                let error = "the process that prepared it stopped; hint: preview it again";
                bulks::prepared(tx, id, Some(error))?;
                return Ok(false);
            }
            Ok::<_, Refusal>(bulk.is_some())
        });
        if taken.await? {
            spawn(app, tenant, id, Vec::new());
        }
    }
    Ok(())
}

/// Some of it in one transaction. Answers what is left to be looked at; nothing when there is no
/// more to do here.
async fn some(
    app: &App,
    tenant: TenantId,
    id: BulkId,
    mut chosen: Vec<AssetId>,
) -> Result<Option<Vec<AssetId>>, Refusal> {
    let here = app.clone();
    app.store
        .write(tenant, move |tx| {
            let owner = here.owner.to_string();
            let lease = Lease { owner: &owner, until: here.now() + LEASE };
            if !bulks::hold(tx, id, lease)? {
                return Ok(None);
            }
            let bulk = bulks::find(tx, id)?.ok_or_else(|| Refusal::not_found("bulk", id))?;
            for _ in 0..CHUNKS_AT_ONCE {
                let more = match bulk.state {
                    BulkState::Preparing => look(tx, &here, &bulk, &mut chosen)?,
                    _ => change(tx, &here, &bulk)?,
                };
                if !more {
                    return Ok(None);
                }
                if tx.others_wait() {
                    break;
                }
            }
            Ok(Some(chosen))
        })
        .await
}

/// Looks at some assets; `false` when all are looked at.
fn look(
    tx: &mut Tx<'_>,
    app: &App,
    bulk: &Bulk,
    chosen: &mut Vec<AssetId>,
) -> Result<bool, Refusal> {
    let ids: Vec<AssetId> = chosen.drain(..chosen.len().min(CHUNK)).collect();
    if ids.is_empty() {
        bulks::prepared(tx, bulk.id, None)?;
        return Ok(false);
    }
    let mut rules = match Rules::of(tx, doing(bulk)?, app.now()) {
        Ok(rules) => rules,
        Err(refusal) => {
            bulks::prepared(tx, bulk.id, Some(&refusal.to_string()))?;
            return Ok(false);
        }
    };
    let held = held(tx, &ids)?;
    let mut items = Vec::with_capacity(ids.len());
    for asset in ids {
        let item = |version, state, why| Item { asset, version, state, why };
        items.push(match held.get(&asset) {
            None => item(0, ItemState::Refused, Some("it is not there any more".into())),
            Some(held) => match rules.verdict(tx, held)? {
                Verdict::Fits { beware, .. } => item(held.version, ItemState::Fits, beware),
                Verdict::Same => item(held.version, ItemState::Same, None),
                Verdict::Refused(why) => item(held.version, ItemState::Refused, Some(why)),
            },
        });
    }
    bulks::add(tx, bulk.id, &items)?;
    Ok(true)
}

/// Changes some assets; `false` when all are changed. Each is judged once more: what it is to get
/// may have gone since the preview.
fn change(tx: &mut Tx<'_>, app: &App, bulk: &Bulk) -> Result<bool, Refusal> {
    let items = bulks::items(tx, bulk.id, ItemState::Fits, None, CHUNK)?;
    if items.is_empty() {
        bulks::finish(tx, bulk.id)?;
        return Ok(false);
    }
    let now = app.now();
    let mut left = Vec::new();
    let mut wanted = Vec::with_capacity(items.len());
    match Rules::of(tx, doing(bulk)?, now) {
        Ok(mut rules) => {
            let ids: Vec<AssetId> = items.iter().map(|item| item.asset).collect();
            let held = held(tx, &ids)?;
            for item in &items {
                match judged(tx, &mut rules, item, held.get(&item.asset))? {
                    Ok(one) => wanted.push(one),
                    Err(why) => left.push(Kept { asset: item.asset, why }),
                }
            }
        }
        Err(Refusal::Failed(error)) => return Err(Refusal::Failed(error)),
        Err(refusal) => {
            let why = refusal.to_string();
            left.extend(items.iter().map(|item| Kept { asset: item.asset, why: why.clone() }));
        }
    }
    let deed = Deed { at: now, actor: bulk.actor.clone(), cause: cause(bulk.id) };
    let many = ledger::change_many(tx, &deed, &app.mint, &wanted, bulk.note.as_deref())?;
    left.extend(many.left);
    bulks::did(tx, bulk.id, &items, &left)?;
    Ok(true)
}

/// What an asset gets, or why it is left alone.
fn judged(
    tx: &mut Tx<'_>,
    rules: &mut Rules,
    item: &Item,
    held: Option<&Asset>,
) -> Result<Result<ToChange, String>, Refusal> {
    let Some(held) = held else { return Ok(Err("it was deleted since the preview".into())) };
    if held.version != item.version {
        return Ok(Err("it was changed since the preview".into()));
    }
    Ok(match rules.verdict(tx, held)? {
        Verdict::Fits { action, values, .. } => {
            Ok(ToChange { asset: item.asset, version: item.version, action, values })
        }
        Verdict::Same => Err("it is so already".into()),
        Verdict::Refused(why) => Err(why),
    })
}

fn held(tx: &mut Tx<'_>, ids: &[AssetId]) -> Result<BTreeMap<AssetId, Asset>, Refusal> {
    let found = assets::of_ids(tx, ids.iter().copied())?;
    Ok(found.into_iter().map(|asset| (asset.id, asset)).collect())
}
