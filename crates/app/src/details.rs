//! What each source says of an asset, line by line for people; and the words of its settings page.

use domain::access::Role;
use domain::fields::{AppliesTo, CustomField};
use domain::id::{AssetId, SourceId};
use kandji::properties::{Kind, Origin};
use kandji::{panel, properties};
use reconcile::survey::DeviceId;
use store::devices::{self, DeviceDoc};

pub use kandji::Permission;
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

/// A value that a name or a field can be taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property {
    pub key: &'static str,
    pub label: &'static str,
}

/// Properties that stand in one place, and the permission they need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub permission: Permission,
    pub properties: Vec<Property>,
}

/// Every property, by where it is read.
pub fn properties() -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for property in properties::all() {
        let permission = permission_of(property);
        let shown = Property { key: property.key, label: property.label };
        match groups.iter_mut().find(|group| group.permission == permission) {
            Some(group) => group.properties.push(shown),
            None => groups.push(Group { permission, properties: vec![shown] }),
        }
    }
    groups
}

fn permission_of(property: &properties::Property) -> Permission {
    let platform = property.platforms.names().first().copied().unwrap_or_default();
    match property.origin(platform) {
        Some(Origin::Details) => Permission::DeviceDetails,
        Some(Origin::Prism(category)) => Permission::Prism(category),
        Some(Origin::AdeDevice) => Permission::ListAdeDevices,
        Some(Origin::AdeIntegration) => Permission::ListIntegrations,
        Some(Origin::User) => Permission::ListUsers,
        Some(Origin::List | Origin::Constant) | None => Permission::DeviceList,
    }
}

/// What a property is called.
pub fn label(key: &str) -> &str {
    properties::find(key).map_or(key, |property| property.label)
}

/// A custom field of assets, as a mapping fills it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub key: String,
    pub label: String,
    /// The API's word: `text`, `size`, …
    pub kind: String,
}

pub async fn targets(app: &App, caller: &Caller) -> Result<Vec<Target>, Refusal> {
    caller.need(Role::Viewer)?;
    let fields = app.store.read(caller.tenant, store::fields::list).await?.into_iter();
    let of_assets = fields.filter(|field| field.applies_to == AppliesTo::Assets);
    let target = |field: CustomField| Target {
        key: field.key.to_string(),
        label: field.label,
        kind: field.kind.as_str().to_owned(),
    };
    Ok(of_assets.map(target).collect())
}

/// Whether the values of a property can stand in a field of this kind.
pub fn fits(property: &str, kind: &str) -> bool {
    let Some(property) = properties::find(property) else { return false };
    match kind {
        "number" => matches!(property.kind, Kind::Number | Kind::Percent | Kind::Size),
        "size" => matches!(property.kind, Kind::Size | Kind::Number),
        "date" => matches!(property.kind, Kind::Date | Kind::Time),
        "yes_no" => property.kind == Kind::YesNo,
        "money" => property.kind == Kind::Number,
        _ => true,
    }
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
