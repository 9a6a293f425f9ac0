//! Serials that several assets bear. It happens (a thing stands here twice, a label was misread), so
//! it is told and never refused.

use domain::access::Role;
use domain::{Asset, text};
use store::assets::serials;

pub use store::assets::serials::Bearer;

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// So many others are named at most.
const NAMED: u32 = 20;

/// Others that bear the serial of this one, those in use first; none where it is a maker's filler.
pub async fn others(app: &App, caller: &Caller, asset: &Asset) -> Result<Vec<Bearer>, Refusal> {
    caller.need(Role::Viewer)?;
    let asset = asset.clone();
    Ok(app.store.read(caller.tenant, move |tx| serials::others(tx, &asset, NAMED)).await?)
}

/// What somebody should know who has just given an asset the serial of these.
pub fn warning(others: &[Bearer]) -> Option<String> {
    let tags = text::listed(others.iter().map(|other| format!("\"{}\"", other.tag)));
    let (have, them) = match others {
        [] => return None,
        [_] => ("has", "the two"),
        _ => ("have", "them"),
    };
    let hint = format!("correct the one that is wrong, or merge {them} if they are one thing");
    Some(format!("{tags} {have} this serial too; hint: {hint}"))
}
