//! The four presets: every setting filled, as the three guides describe it, and our own choice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::{
    Absence, AbsenceAction, Assign, Authority, Categories, Employees, FieldMapping, FirstRun,
    GuardLimits, MatchConflict, MatchRule, OnAwaiting, OnMatch, OnNoMatch, PersonRule, Rules,
    TagFrom,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    Recommended,
    Bluetally,
    Reftab,
    Amfj,
}

/// The custom field Reftab keeps the device's id in.
pub const REFTAB_FIELD: &str = "kandjiid";

impl Preset {
    pub const ALL: [Preset; 4] =
        [Preset::Recommended, Preset::Bluetally, Preset::Reftab, Preset::Amfj];

    pub const fn as_str(self) -> &'static str {
        match self {
            Preset::Recommended => "recommended",
            Preset::Bluetally => "bluetally",
            Preset::Reftab => "reftab",
            Preset::Amfj => "amfj",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Preset::Recommended => "Recommended",
            Preset::Bluetally => "BlueTally",
            Preset::Reftab => "Reftab",
            Preset::Amfj => "Asset Management for Jira",
        }
    }

    pub fn rules(self) -> Rules {
        match self {
            Preset::Recommended => recommended(),
            Preset::Bluetally => bluetally(),
            Preset::Reftab => reftab(),
            Preset::Amfj => amfj(),
        }
    }
}

fn recommended() -> Rules {
    Rules {
        interval_minutes: 10,
        matching: vec![
            MatchRule::DeviceId,
            MatchRule::LinkedSerial,
            MatchRule::SerialIsSerial,
            MatchRule::SerialIsTag,
            MatchRule::AssetTagIsTag,
        ],
        match_conflict: MatchConflict::Ask,
        on_match: OnMatch::Adopt,
        on_no_match: OnNoMatch::Create,
        tag_from: TagFrom::SerialNumber,
        name_from: Some("device_name".into()),
        category: Categories { default: "Kandji".into(), by_platform: BTreeMap::new() },
        status: None,
        location: None,
        ade_rules: Vec::new(),
        awaiting: OnAwaiting::Skip,
        assign: Assign::default(),
        employees: Employees {
            matching: vec![PersonRule::Link, PersonRule::Email],
            create: false,
            import_directory: false,
        },
        fields: Vec::new(),
        absence: Absence { action: AbsenceAction::Nothing, status: None },
        first_run: FirstRun::Preview,
        guard: GuardLimits { max_changes_percent: 30, max_checkins: 25, max_absent_percent: 20 },
        priority: 10,
    }
}

fn bluetally() -> Rules {
    Rules {
        matching: vec![MatchRule::DeviceId, MatchRule::LinkedSerial, MatchRule::MappedIsTag],
        on_match: OnMatch::Skip,
        name_from: None,
        first_run: FirstRun::Apply,
        ..recommended()
    }
}

fn reftab() -> Rules {
    Rules {
        interval_minutes: 60,
        matching: vec![
            MatchRule::DeviceId,
            MatchRule::DeviceIdIsField(REFTAB_FIELD.into()),
            MatchRule::AssetTagIsTag,
            MatchRule::SerialIsTag,
        ],
        match_conflict: MatchConflict::First,
        tag_from: TagFrom::AssetTagOrSerial,
        fields: vec![FieldMapping {
            from: "device_id".into(),
            to: REFTAB_FIELD.into(),
            authority: Authority::Mirror,
        }],
        first_run: FirstRun::Apply,
        ..recommended()
    }
}

fn amfj() -> Rules {
    let employees = Employees {
        matching: vec![PersonRule::Link, PersonRule::Email],
        create: true,
        import_directory: false,
    };
    Rules {
        interval_minutes: 60,
        matching: vec![MatchRule::DeviceId, MatchRule::NameIsName],
        on_no_match: OnNoMatch::Skip,
        name_from: None,
        employees,
        first_run: FirstRun::Apply,
        ..recommended()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_reads_back_from_its_own_words() {
        for preset in Preset::ALL {
            let text = serde_json::to_string(&preset.rules()).unwrap();
            assert_eq!(serde_json::from_str::<Rules>(&text).unwrap(), preset.rules(), "{text}");
        }
    }
}
