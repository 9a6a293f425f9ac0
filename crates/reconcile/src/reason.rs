//! Why: the typed reason of every change, and of every device where nothing happens.
//! `explain` turns each into a sentence.

use domain::id::{AssetId, EmployeeId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::rules::{Authority, MatchRule};
use crate::survey::DeviceId;

#[derive(Debug, Clone, PartialEq, Hash, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    // How a device was known.
    KnownBy { rule: MatchRule },
    SettledByPerson,
    NewDevice,
    ReEnrolled { from: DeviceId },
    EnrolledAtLast,

    // Why a device is left alone.
    MergingOff { asset: AssetId, tag: String },
    CreatingOff,
    AwaitsReviewOfMatch { asset: AssetId, tag: String },
    AwaitsReviewOfCreation,
    IgnoredByPerson,
    NoTag { from: String },
    PlaceholderTag { value: String },
    PlaceholderSerial { value: String },
    BadTag { value: String, because: String },
    TagTakenByDevice { tag: String, other: DeviceId },
    TagTakenByAsset { tag: String, asset: AssetId },
    SeveralAssets { rule: MatchRule, assets: u32 },
    SeveralDevices { asset: AssetId, other: DeviceId },
    RulesDisagree { first: MatchRule, second: MatchRule },
    TwinStandsForIt { other: DeviceId },
    ArchivedHere { tag: String },
    WaitsForCompleteSurvey,
    WaitsForAbsence { other: DeviceId },
    AwaitsEnrollment,
    HeldAlready { tag: String },

    // Fields.
    FromSource { property: String, authority: Authority },
    FillsBlank { property: String },
    BothMoved { field: domain::Field, theirs: Value },
    Suggested { field: domain::Field, theirs: Value },
    BetterSourceFeedsIt { field: domain::Field },
    KeptByPerson { field: domain::Field, theirs: Value },
    FieldMissing { key: String },
    Unfit { property: String, field: domain::Field, because: String },
    ValueTaken { field: domain::Field, theirs: Value },
    AdeRule { ade: String },
    EmployeesPlace { employee: EmployeeId },

    // Custody.
    AssignedInSource { who: String },
    ChangedUserInSource { who: String },
    MovedByHandSourceWins { who: String },
    UserRemovedInSource,
    AlreadyTheirs { who: String },
    NobodyOnBothSides,
    HeldByPlace { kind: String },
    SwitchOff { switch: Switch, who: Option<String> },
    PersonUnknown { email: Option<String>, name: Option<String> },
    PersonAmbiguous { name: String },
    LeaverGetsNothing { who: String },
    ArchivedAssetKeepsCustody,

    // Absence.
    RemovedInSource,
    NotSeen,
    NotSeenYetBelieved,
    NotSeenPartialSurvey,
    NotSeenClocksApart,
    UnseenPolicy,
    UnseenKept,
    SeenElsewhere,
}

/// The switch that would have to be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    OnAssign,
    OnChange,
    OnRemoved,
    AssignOrChange,
}
