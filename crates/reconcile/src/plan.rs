//! The plan: an immutable, complete list of what a run would do, each with why.
//! Applying it makes no choices; ids of new things are minted here.

use domain::Custodian;
use domain::id::{AssetId, CategoryId, DepartmentId, EmployeeId, ManufacturerId, ProductId};
use domain::{Field, NewAsset};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::guard::Doubt;
use crate::inventory::{Link, PersonLink};
use crate::reason::Reason;
use crate::survey::{Claims, DeviceId};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Made before any asset that names them.
    pub catalog: Vec<CatalogChange>,
    /// Made before any custody that names them.
    pub people: Vec<PersonChange>,
    pub assets: Vec<AssetChange>,
    /// Links whose memory moves without a change to their asset.
    pub links: Vec<Link>,
    /// What was decided about every device seen or missed, in order of device id.
    pub devices: Vec<DeviceOutcome>,
    pub conflicts: Vec<Conflict>,
    pub doubts: Vec<Doubt>,
}

/// A catalog entry that a device needed and nobody had made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CatalogChange {
    Manufacturer {
        id: ManufacturerId,
        name: String,
    },
    Category {
        id: CategoryId,
        name: String,
    },
    Department {
        id: DepartmentId,
        name: String,
    },
    Product {
        id: ProductId,
        name: String,
        manufacturer: Option<ManufacturerId>,
        category: Option<CategoryId>,
    },
    /// A model name or identifier newly met for a product that exists.
    ProductKnownAs {
        id: ProductId,
        models: Vec<String>,
        identifiers: Vec<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PersonChange {
    Create {
        id: EmployeeId,
        name: String,
        email: Option<domain::Email>,
        title: Option<String>,
        department: Option<DepartmentId>,
        leaver: bool,
        link: Option<PersonLink>,
    },
    /// `None` leaves a field as it is.
    Update {
        id: EmployeeId,
        name: Option<String>,
        email: Option<domain::Email>,
        title: Option<String>,
        department: Option<DepartmentId>,
        leaver: Option<bool>,
        link: Option<PersonLink>,
    },
}

/// All that happens to one asset, in order; one version check covers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssetChange {
    pub asset: AssetId,
    /// The version the plan was made from; `None` for an asset the plan creates.
    pub version: Option<i64>,
    /// The asset's tag, for people.
    pub tag: String,
    pub device_id: DeviceId,
    pub steps: Vec<Step>,
    /// The link as it stands afterwards; `None` where it does not move.
    pub link: Option<Link>,
}

/// One deed; each becomes one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    Create { asset: NewAsset, reason: Reason },
    Link { reason: Reason },
    Relink { from: DeviceId, reason: Reason },
    Edit { edits: Vec<Edit> },
    CheckIn { from: Custodian, reason: Reason },
    CheckOut { to: Custodian, edits: Vec<Edit>, reason: Reason },
    Archive { reason: Reason },
}

/// One field's change within a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    pub field: Field,
    pub before: Value,
    pub after: Value,
    pub reason: Reason,
}

/// What became of one device, changes or not.
#[derive(Debug, Clone, PartialEq, Hash, Serialize, Deserialize)]
pub struct DeviceOutcome {
    pub device_id: DeviceId,
    pub serial: Option<String>,
    pub name: Option<String>,
    pub asset: Option<AssetId>,
    pub verdict: Verdict,
    /// Why it was known as it was, and why nothing (more) happens where one might expect it.
    pub reasons: Vec<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Matched,
    Unmatched,
    /// More than one asset could be meant, or more than one device claims it.
    Ambiguous,
    /// Two rules name different assets.
    Contradicted,
    /// Another live device has the same serial and stands for the asset.
    Duplicated,
    /// Linked, but absent from the survey.
    Absent,
    /// Assigned for automated enrollment, and not enrolled yet.
    Awaiting,
}

/// A question only a person can answer. The same question has the same key in every run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    pub key: String,
    pub device_id: DeviceId,
    pub kind: ConflictKind,
    pub reason: Reason,
    pub candidates: Vec<AssetId>,
    /// What the device goes by; an answer that is not for good holds while it does.
    #[serde(default)]
    pub claims: Claims,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    AmbiguousMatch,
    ContradictedMatch,
    DuplicateSerial,
    TagTaken,
    ReviewMatch,
    ReviewNoMatch,
    ArchivedMatch,
    FieldMoved,
    Suggestion,
}

/// How much a plan would do, in the words of a run's summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    pub linked: u64,
    pub checked_out: u64,
    pub checked_in: u64,
}

impl Plan {
    /// Nothing at all would be written, not even a link's memory.
    pub fn is_empty(&self) -> bool {
        self.catalog.is_empty()
            && self.people.is_empty()
            && self.assets.is_empty()
            && self.links.is_empty()
    }

    pub fn counts(&self) -> Counts {
        Counts::of(&self.assets)
    }
}

impl std::ops::Add for Counts {
    type Output = Counts;

    fn add(self, more: Counts) -> Counts {
        Counts {
            created: self.created + more.created,
            updated: self.updated + more.updated,
            linked: self.linked + more.linked,
            checked_out: self.checked_out + more.checked_out,
            checked_in: self.checked_in + more.checked_in,
        }
    }
}

impl Counts {
    /// Assets are counted once in each kind: an asset edited in two steps is one update.
    pub fn of<'c>(changes: impl IntoIterator<Item = &'c AssetChange>) -> Self {
        let mut counts = Counts::default();
        for change in changes {
            let any = |test: fn(&Step) -> bool| u64::from(change.steps.iter().any(test));
            counts.created += any(|step| matches!(step, Step::Create { .. }));
            counts.linked += any(|step| matches!(step, Step::Link { .. } | Step::Relink { .. }));
            counts.updated += any(|step| matches!(step, Step::Edit { .. } | Step::Archive { .. }));
            counts.checked_out += any(|step| matches!(step, Step::CheckOut { .. }));
            counts.checked_in += any(|step| matches!(step, Step::CheckIn { .. }));
        }
        counts
    }
}
