//! Every reason as a sentence a person can read.

use serde_json::Value;

use crate::guard::Doubt;
use crate::reason::{Reason, Switch};
use crate::rules::{Authority, MatchRule};

/// A value as it stands in a sentence: text without quotes, blank as nothing.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(_) => value.to_string(),
    }
}

pub fn rule(rule: &MatchRule) -> String {
    match rule {
        MatchRule::DeviceId => "its Kandji device id".into(),
        MatchRule::LinkedSerial => "the serial number of a device linked before".into(),
        MatchRule::SerialIsSerial => "its serial number".into(),
        MatchRule::SerialIsTag => "its serial number as the asset tag".into(),
        MatchRule::AssetTagIsTag => "its Kandji asset tag as the asset tag".into(),
        MatchRule::MappedIsTag => "the value mapped to the asset tag".into(),
        MatchRule::DeviceIdIsField(key) => format!("its device id in the field \"{key}\""),
        MatchRule::NameIsName => "its name".into(),
    }
}

#[expect(clippy::too_many_lines, reason = "one arm a reason, so that the compiler asks for each")]
pub fn sentence(reason: &Reason) -> String {
    match reason {
        Reason::KnownBy { rule: by } => format!("Known by {}.", rule(by)),
        Reason::SettledByPerson => "A person decided so.".into(),
        Reason::NewDevice => "New in Kandji; nothing here matches it.".into(),
        Reason::ReEnrolled { from } => {
            format!("The same machine, enrolled again; its device id was {from}.")
        }
        Reason::EnrolledAtLast => "It awaited enrollment and has enrolled now.".into(),
        Reason::MergingOff { tag, .. } => format!(
            "The asset {tag} matches, but merging with existing assets is off; turn it on to link them."
        ),
        Reason::CreatingOff => {
            "Nothing here matches it, and creating new assets is off for this source.".into()
        }
        Reason::AwaitsReviewOfMatch { tag, .. } => {
            format!("The asset {tag} matches; a person has to confirm the link.")
        }
        Reason::AwaitsReviewOfCreation => {
            "Nothing here matches it; a person has to confirm that it is new.".into()
        }
        Reason::IgnoredByPerson => "A person decided to ignore this device.".into(),
        Reason::NoTag { from } => {
            format!("It has no {from}, which the asset tag is made from; give it one in Kandji.")
        }
        Reason::PlaceholderTag { value } => {
            format!("\"{value}\" is a maker's filler and names no machine; give it a tag in Kandji.")
        }
        Reason::PlaceholderSerial { value } => format!(
            "Its serial number \"{value}\" is a maker's filler that names no machine, so it is not used; give it an asset tag in Kandji, and have tags made from that."
        ),
        Reason::BadTag { value, because } => {
            format!("\"{value}\" cannot be an asset tag: {because}.")
        }
        Reason::TagTakenByDevice { tag, other } => format!(
            "The device {other} has the asset tag {tag} already; tags are unique, so change one of them in Kandji."
        ),
        Reason::TagTakenByAsset { tag, .. } => format!(
            "An asset with the tag {tag} exists but does not match this device; link them, or change one of the tags."
        ),
        Reason::SeveralAssets { rule: by, assets } => {
            format!("{assets} assets match by {}; choose one.", rule(by))
        }
        Reason::SeveralDevices { other, .. } => {
            format!("The device {other} claims the same asset; choose which one it is.")
        }
        Reason::RulesDisagree { first, second } => {
            format!("{} and {} name different assets; choose one.", capital(&rule(first)), rule(second))
        }
        Reason::TwinStandsForIt { other } => format!(
            "The device {other} has the same serial number and enrolled later, so it stands for the asset."
        ),
        Reason::ArchivedHere { tag } => {
            format!("The asset {tag} is archived here, yet its device is in Kandji; bring it back?")
        }
        Reason::WaitsForCompleteSurvey => {
            "Its asset belongs to a device this incomplete run did not get to see; waits for a complete one.".into()
        }
        Reason::WaitsForAbsence { other } => format!(
            "Its asset belongs to the device {other}, another machine that is absent but not believed gone yet; waits for that."
        ),
        Reason::AwaitsEnrollment => {
            "Assigned for automated enrollment; it has not enrolled yet.".into()
        }
        Reason::HeldAlready { tag } => format!(
            "It awaits enrollment; the asset {tag} has its serial number or tag already, so none is made for it."
        ),
        Reason::FromSource { property, authority } => from_source(property, *authority),
        Reason::FillsBlank { property } => {
            format!("It was blank; Kandji's {} fills it.", words(property))
        }
        Reason::BothMoved { field, theirs } => {
            let what = capital(&called(field));
            format!("{what} changed both here and in Kandji, where it is \"{}\" now; choose one.", plain(theirs))
        }
        Reason::Suggested { field, theirs } => {
            format!("Kandji says \"{}\" for the {}; take it?", plain(theirs), called(field))
        }
        Reason::BetterSourceFeedsIt { field } => {
            format!("{} follows another source with a better priority.", capital(&called(field)))
        }
        Reason::KeptByPerson { field, theirs } => {
            let what = called(field);
            format!("A person keeps what stands here for the {what}; Kandji says \"{}\".", plain(theirs))
        }
        Reason::FieldMissing { key } => {
            format!("The field \"{key}\" does not exist, so nothing goes there; make it under Settings.")
        }
        Reason::Unfit { property, field, because } => {
            format!("Kandji's {} does not fit the {}: {because}.", words(property), called(field))
        }
        Reason::ValueTaken { field, theirs } => format!(
            "Another asset has \"{}\" for the {}, whose values are unique; change one of them.",
            plain(theirs),
            called(field)
        ),
        Reason::AdeRule { ade } => format!("The rule for the enrollment configuration {ade} says so."),
        Reason::EmployeesPlace { .. } => "Follows the employee it is checked out to.".into(),
        Reason::AssignedInSource { who } => format!("Kandji assigns it to {who}."),
        Reason::ChangedUserInSource { who } => format!("Its user in Kandji changed to {who}."),
        Reason::MovedByHandSourceWins { who } => {
            format!("It was moved by hand; Kandji still assigns it to {who}, and that wins.")
        }
        Reason::UserRemovedInSource => "It has no user in Kandji.".into(),
        Reason::AlreadyTheirs { who } => format!("{who} has it, as Kandji says."),
        Reason::NobodyOnBothSides => "Nobody has it, as Kandji says.".into(),
        Reason::HeldByPlace { kind } => {
            format!("It is checked out to {} {kind}, which syncing never touches.", article(kind))
        }
        Reason::SwitchOff { switch, who } => switch_off(*switch, who.as_deref()),
        Reason::PersonUnknown { email, name } => {
            let name = name.as_deref().filter(|name| !name.trim().is_empty());
            let who = email.as_deref().or(name).unwrap_or("someone without a name");
            format!(
                "Kandji assigns it to {who}, who is no employee here; add them to have it checked out."
            )
        }
        Reason::PersonAmbiguous { name } => {
            format!("Kandji assigns it to {name}, and several employees have that name.")
        }
        Reason::LeaverGetsNothing { who } => {
            format!("{who} is archived in Kandji, so nothing is checked out to them.")
        }
        Reason::ArchivedAssetKeepsCustody => {
            "The asset is archived, so who has it stays as it is.".into()
        }
        Reason::RemovedInSource => "Kandji says this device was removed.".into(),
        Reason::NotSeen => "Absent from two complete runs at least a day apart.".into(),
        Reason::NotSeenYetBelieved => {
            "Absent from this run; not believed gone before a day has passed.".into()
        }
        Reason::NotSeenPartialSurvey => {
            "Not among what this incomplete run got to see, which proves nothing.".into()
        }
        Reason::NotSeenClocksApart => {
            "Absent from this run, but the clocks here and there differ, so nobody can say for how long."
                .into()
        }
        Reason::UnseenPolicy => "Its device is gone from Kandji, and the absence policy says so.".into(),
        Reason::UnseenKept => "Gone from Kandji; the asset stays.".into(),
        Reason::SeenElsewhere => {
            "Another source still has the device, so the asset stays as it is.".into()
        }
    }
}

fn switch_off(switch: Switch, who: Option<&str>) -> String {
    let who = who.unwrap_or("nobody");
    match switch {
        Switch::OnAssign => {
            format!("Kandji assigns it to {who}, but checking out automatically is off.")
        }
        Switch::OnChange => {
            format!("Its user in Kandji changed to {who}, but following such changes is off.")
        }
        Switch::AssignOrChange => format!(
            "Kandji assigns it to {who}, but checking out and following changes are both off."
        ),
        Switch::OnRemoved => "It has no user in Kandji, but checking in then is off.".into(),
    }
}

fn from_source(property: &str, authority: Authority) -> String {
    let what = words(property);
    match authority {
        Authority::Mirror => format!("Follows Kandji's {what}."),
        Authority::MirrorBlanks => format!("Follows Kandji's {what}, blank or not."),
        Authority::Merge => format!("Kandji's {what} changed, and nobody had changed it here."),
        Authority::Fill => format!("It was blank; Kandji's {what} fills it."),
        Authority::Suggest => format!("Kandji's {what} was accepted."),
    }
}

pub fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::FirstRun => {
            "This is the first run of this source; look at it before it is applied.".into()
        }
        Doubt::ManyChanges { touched, linked, percent, limit } => format!(
            "It would change {touched} of {linked} linked assets ({percent} %); the limit is {limit} %."
        ),
        Doubt::ManyCheckins { checkins, limit } => {
            format!("It would check in {checkins} assets; the limit is {limit}.")
        }
        Doubt::ManyAbsent { absent, linked, percent, limit } => format!(
            "{absent} of {linked} linked devices ({percent} %) are gone from Kandji; the limit is {limit} %."
        ),
    }
}

/// A field in a sentence.
fn called(field: &domain::Field) -> String {
    match field {
        domain::Field::Custom(key) => format!("field \"{key}\""),
        field => words(&field.to_string()),
    }
}

fn words(property: &str) -> String {
    property.replace('_', " ")
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
