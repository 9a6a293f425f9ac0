//! What each source says of an asset, line by line for people; and the words of its settings page.

use domain::access::Role;
use domain::id::{AssetId, SourceId};
use kandji::{Permission, panel, properties};
use reconcile::survey::DeviceId;
use store::devices::{self, DeviceDoc};

pub use kandji::panel::{ELEVEN, Line, Shown};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// One source's word about an asset.
#[derive(Debug, Clone)]
pub struct Said {
    pub device: DeviceDoc,
    /// The eleven first, blank where the source is silent; then everything else.
    pub lines: Vec<Line>,
}

pub async fn of_asset(app: &App, caller: &Caller, id: AssetId) -> Result<Vec<Said>, Refusal> {
    caller.need(Role::Viewer)?;
    let devices = app.store.read(caller.tenant, move |tx| devices::of_asset(tx, id)).await?;
    let said = devices.into_iter().map(|device| {
        let lines = panel::panel(device.raw.as_deref().unwrap_or_default());
        Said { device, lines }
    });
    Ok(said.collect())
}

/// What a source says of one device, whether an asset stands for it or not.
pub async fn of_device(
    app: &App,
    caller: &Caller,
    source: SourceId,
    device: DeviceId,
) -> Result<Vec<Line>, Refusal> {
    caller.need(Role::Viewer)?;
    let raw = app.store.read(caller.tenant, move |tx| devices::raw(tx, source, &device)).await?;
    Ok(raw.map(|raw| panel::panel(&raw)).unwrap_or_default())
}

/// Keys and labels of every property a name or field can be taken from.
pub fn properties() -> impl Iterator<Item = (&'static str, &'static str)> {
    properties::all().iter().map(|property| (property.key, property.label))
}

/// A tick box of the token page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    pub label: &'static str,
    /// Where on that page it stands.
    pub section: &'static str,
    pub needed_for: &'static str,
}

/// What a token may be allowed, the indispensable first.
pub fn wishes() -> impl Iterator<Item = Wish> {
    Permission::PROBED.into_iter().map(|permission| Wish {
        label: permission.label(),
        section: permission.section(),
        needed_for: permission.needed_for(),
    })
}
