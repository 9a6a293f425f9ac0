//! Two assets become one. The one that stays takes over what the other had: links, files, who had
//! it when, what lies in it, questions about it. Custody changes no hands by it. The history of the
//! one that goes stays its own; under its id and its tag the other is found.

use std::collections::BTreeMap;

use domain::event::Subject;
use domain::id::AssetId;
use domain::{Action, Asset, Custodian, Deed, Field, Mint};
use reconcile::Reason;
use reconcile::inventory::{Link, Settlement};

use super::pair::{Pair, is_gone};
use crate::ledger::draft::Draft;
use crate::ledger::names::Names;
use crate::ledger::{many, open, rows};
use crate::seam::{Json, Query, StoreError, Tx, sql};
use crate::search::pattern;
use crate::{assets, derived, fields, former_names, links, mentions};

/// Merges the one into the other; `chosen` says of a field whether the value of the one that goes
/// stands. Both must be as they were looked at, with nothing in the way: [`StoreError::Stale`].
pub fn merge_assets(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    pair: &Pair,
    chosen: &BTreeMap<Field, bool>,
) -> Result<Asset, StoreError> {
    if !pair.in_the_way.is_empty() {
        return Err(StoreError::Stale);
    }
    let (from, into) = (pair.from.id, pair.into.id);
    let note = format!("{} was merged into {}", pair.from.tag, pair.into.tag);
    let work = Work { deed, mint, pair, from, into, note };
    work.holdings(tx)?;
    work.custody(tx)?;
    work.files(tx)?;
    work.links(tx)?;
    work.questions(tx)?;
    let platform = work.end(tx)?;
    let stays = work.stay(tx, chosen, &platform)?;
    work.names(tx, &stays)?;
    Ok(stays)
}

struct Work<'d> {
    deed: &'d Deed,
    mint: &'d Mint,
    pair: &'d Pair,
    from: AssetId,
    into: AssetId,
    note: String,
}

impl Work<'_> {
    /// What lies in the one lies in the other, one event each.
    fn holdings(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let tenant = tx.tenant();
        let ids: Vec<AssetId> = tx.all(
            sql! {
                "SELECT id
                 FROM assets
                 WHERE tenant_id = ", tenant, "
                   AND custodian_kind = 'asset'
                   AND custodian_id = ", self.from, "
                 ORDER BY id"
            },
            |row| row.next::<AssetId>(),
        )?;
        let there = serde_json::to_value(Custodian::Asset(self.into));
        let value = (Field::Custodian, there.expect("a custodian is two plain texts"));
        let mut drafts = Vec::with_capacity(ids.len());
        for held in assets::held(tx, ids)? {
            let mut draft = Draft::of(held);
            let changes = draft.changes(std::slice::from_ref(&value))?;
            let note = Some(self.note.clone());
            draft.record(self.deed, self.mint, Action::Updated, changes, note)?;
            draft.handovers.clear();
            drafts.push(draft);
        }
        let (_, left) = many::save(tx, drafts)?;
        if left.is_empty() { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Who had the one had the other; what lay in the one lay in the other.
    fn custody(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let tenant = tx.tenant();
        if self.pair.from.custodian.is_some() && self.pair.into.custodian.is_some() {
            self.one_pair_of_hands(tx)?;
        }
        tx.exec(sql! {
            "UPDATE custody
             SET asset_id = ", self.into, "
             WHERE tenant_id = ", tenant, " AND asset_id = ", self.from
        })?;
        tx.exec(sql! {
            "UPDATE custody
             SET custodian_id = ", self.into, "
             WHERE tenant_id = ", tenant, "
               AND custodian_kind = 'asset'
               AND custodian_id = ", self.from
        })
        .map(drop)
    }

    /// The same hands have both: the earlier time goes on until the later begins, and a time that
    /// lies within the other says nothing more.
    fn one_pair_of_hands(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let tenant = tx.tenant();
        tx.exec(sql! {
            "DELETE FROM custody
             WHERE tenant_id = ", tenant, "
               AND asset_id = ", self.from, "
               AND until_at IS NULL
               AND out_event > (SELECT k.out_event FROM custody k
                                WHERE k.tenant_id = ", tenant, " AND k.asset_id = ", self.into, "
                                  AND k.until_at IS NULL)"
        })?;
        tx.exec(sql! {
            "UPDATE custody
             SET until_at = (SELECT k.from_at FROM custody k
                             WHERE k.tenant_id = ", tenant, " AND k.asset_id = ", self.into, "
                               AND k.until_at IS NULL),
                 in_event = (SELECT k.out_event FROM custody k
                             WHERE k.tenant_id = ", tenant, " AND k.asset_id = ", self.into, "
                               AND k.until_at IS NULL)
             WHERE tenant_id = ", tenant, " AND asset_id = ", self.from, " AND until_at IS NULL"
        })
        .map(drop)
    }

    fn files(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let tenant = tx.tenant();
        tx.exec(sql! {
            "UPDATE attachments
             SET asset_id = ", self.into, "
             WHERE tenant_id = ", tenant, " AND asset_id = ", self.from
        })
        .map(drop)
    }

    /// Its devices are the other's. Of two devices of one source the one that is gone becomes the
    /// past of the one that is not.
    fn links(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let tenant = tx.tenant();
        for (source, link) in &self.pair.links.from {
            let other = self.pair.links.into.iter().find(|(other, _)| other == source);
            if let Some((_, other)) = other {
                let link = self.joined(link, other);
                links::forget(tx, *source, self.from)?;
                links::save(tx, *source, &[&link])?;
            }
            tx.exec(sql! {
                "UPDATE outcomes
                 SET body = replace(body, ", self.from.to_string(), ", ", self.into.to_string(), ")
                 WHERE tenant_id = ", tenant, "
                   AND source_id = ", *source, "
                   AND device_id = ", link.device_id.as_str()
            })?;
        }
        tx.exec(sql! {
            "UPDATE links
             SET asset_id = ", self.into, "
             WHERE tenant_id = ", tenant, " AND asset_id = ", self.from
        })
        .map(drop)
    }

    fn joined(&self, from: &Link, into: &Link) -> Link {
        let (stays, gone) = if is_gone(into) { (from, into) } else { (into, from) };
        let mut past = gone.past.clone();
        past.extend([gone.device_id.clone()]);
        past.extend(stays.past.iter().cloned());
        let serial = stays.serial.clone().or_else(|| gone.serial.clone());
        Link { asset: self.into, past, serial, ..stays.clone() }
    }

    /// What is asked about the one is asked about the other, and answers mean it.
    fn questions(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (tenant, id, to) = (tx.tenant(), self.from.to_string(), self.into.to_string());
        let asked: Vec<(i64, Json<Vec<AssetId>>, String)> = tx.all(
            sql! {
                "SELECT id, candidates, reason
                 FROM conflicts
                 WHERE tenant_id = ", tenant, " AND closed_at IS NULL
                   AND (candidates LIKE ", pattern(&id), " ESCAPE '\\'
                        OR reason LIKE ", pattern(&id), " ESCAPE '\\')"
            },
            |row| Ok((row.next()?, row.next()?, row.next()?)),
        )?;
        for (conflict, Json(mut candidates), reason) in asked {
            let there = candidates.contains(&self.into);
            candidates.retain(|asset| !(there && *asset == self.from));
            for asset in candidates.iter_mut().filter(|asset| **asset == self.from) {
                *asset = self.into;
            }
            let reason = self.said_of_the_other(&reason.replace(&id, &to))?;
            tx.exec(sql! {
                "UPDATE conflicts
                 SET candidates = ", Json(&candidates), ", reason = ", reason, ",
                     updated_at = ", self.deed.at, "
                 WHERE tenant_id = ", tenant, " AND id = ", conflict
            })?;
        }
        tx.exec(sql! {
            "UPDATE settlements
             SET answer = ", Json(Settlement::Adopt(self.into)), "
             WHERE tenant_id = ", tenant, " AND answer = ", Json(Settlement::Adopt(self.from))
        })
        .map(drop)
    }

    /// A reason that names an asset names its tag too.
    fn said_of_the_other(&self, reason: &str) -> Result<String, StoreError> {
        let corrupt = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
        let mut reason: Reason = serde_json::from_str(reason).map_err(corrupt)?;
        if let Reason::MergingOff { tag, asset } | Reason::AwaitsReviewOfMatch { tag, asset } =
            &mut reason
            && *asset == self.into
        {
            *tag = self.pair.into.tag.to_string();
        }
        serde_json::to_string(&reason).map_err(corrupt)
    }

    /// The one goes, and its id leads to the other; answers the platform of its device.
    fn end(&self, tx: &mut Tx<'_>) -> Result<String, StoreError> {
        let mut draft = open(tx, self.from, Some(self.pair.from.version))?;
        let changes = draft.blanked();
        let note = Some(self.note.clone());
        draft.record(self.deed, self.mint, Action::Deleted, changes, note)?;
        // Nobody gave it back.
        draft.handovers.clear();
        let tenant = tx.tenant();
        tx.exec(sql! { "DELETE FROM assets WHERE tenant_id = ", tenant, " AND id = ", self.from })?;
        fields::forget(tx, self.from.number())?;
        mentions::replace(tx, &self.from.to_string(), &self.into.to_string(), self.deed.at)?;
        former_names::pass_on(tx, Subject::Asset(self.from), Subject::Asset(self.into))?;
        former_names::keep_id(tx, self.into, self.from)?;
        rows::record(tx, std::slice::from_ref(&draft))?;
        Ok(draft.platform)
    }

    /// The one that stays takes what is chosen; its event says what went into it.
    fn stay(
        &self,
        tx: &mut Tx<'_>,
        chosen: &BTreeMap<Field, bool>,
        platform: &str,
    ) -> Result<Asset, StoreError> {
        let mut draft = open(tx, self.into, Some(self.pair.into.version))?;
        let changes = draft.changes(&self.pair.values(chosen))?;
        let note = Some(self.note.clone());
        draft.record(self.deed, self.mint, Action::Merged, changes, note)?;
        draft.handovers.clear();
        let devices = self.pair.links.into.iter().any(|(_, link)| !is_gone(link));
        if !devices && !platform.is_empty() {
            platform.clone_into(&mut draft.platform);
        }
        let names = Names::of(tx, std::slice::from_ref(&draft))?;
        rows::update(tx, &draft, &names)?;
        rows::record(tx, std::slice::from_ref(&draft))?;
        Ok(draft.asset)
    }

    /// Of the two tags the one that is gone finds the one that stays, and nothing else any longer.
    fn names(&self, tx: &mut Tx<'_>, stays: &Asset) -> Result<(), StoreError> {
        let mut found = vec![self.into];
        for tag in [&self.pair.from.tag, &self.pair.into.tag] {
            if tag.key() != stays.tag.key() {
                found.extend(former_names::heir_of_tag(tx, tag.as_str())?);
                former_names::keep_tag(tx, self.into, &tag.key())?;
            }
        }
        derived::details_changed(tx, found)
    }
}
