//! The settings of a source: what the form shows, how it grows, and a look before anything is saved.

use app::sources;
use domain::id::SourceId;
use kandji::sim::{self, Misbehaviour, SimConfig, Trouble};
use reconcile::Rules;
use serde_json::json;

use crate::house::{House, Said};
use crate::sources::{fields, source_of};

/// A source that has had its first run; its settings' page.
async fn settings(house: &House, devices: usize) -> (sim::Running, String) {
    let (kandji, run) = house.connect(devices).await;
    house.ended(&run).await;
    let page = format!("{}/settings", source_of(house, &run).await);
    (kandji, page)
}

async fn rules(house: &House, page: &str) -> Rules {
    let id: SourceId = page.split('/').nth(4).unwrap().parse().unwrap();
    sources::source(&house.app, &house.caller, id).await.unwrap().rules
}

/// The form as shown, with one more answer.
async fn send(house: &House, page: &str, shown: &Said, more: &[(&str, &str)]) -> Said {
    let mut form = fields(&shown.text);
    form.retain(|(name, _)| !more.iter().any(|(own, _)| own == name));
    let mut form: Vec<_> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
    form.extend(more);
    house.post(page, &form).await
}

#[tokio::test]
async fn what_the_page_shows_saved_unchanged_changes_nothing() {
    let house = House::new().await;
    for label in ["os", "kandjiid"] {
        house.field(&[("label", label), ("type", "text")]).await;
    }
    let (_kandji, page) = settings(&house, 1).await;
    let id: SourceId = page.split('/').nth(4).unwrap().parse().unwrap();
    let all = json!({
        "match": ["device_id", "name=name", "device_id=field:kandjiid"],
        "match_conflict": "first",
        "category": {"iPhone": "Phones"},
        "ade_rules": [{"ade_id": "made-up", "location": null, "status": null, "apply": "always"}],
        "awaiting": "create",
        "employees": {"match": ["email"], "create": true, "import_directory": true},
        "fields": [{"from": "os_version", "to": "os", "authority": "suggest"}],
        "guard": {"max_checkins": 3},
        "priority": 2,
    });
    for patch in ["recommended", "bluetally", "reftab", "amfj"].map(|p| json!({"preset": p})) {
        for patch in [&patch, &all] {
            sources::save_settings(&house.app, &house.caller, id, None, patch).await.unwrap();
            let before = rules(&house, &page).await;
            let shown = house.get(&page).await;
            assert!(!shown.text.contains("is saved yet"), "nothing was changed");
            send(&house, &page, &shown, &[]).await.to();
            assert_eq!(rules(&house, &page).await, before);
        }
    }
}

#[tokio::test]
async fn settings_that_somebody_else_changed_meanwhile_are_not_overwritten_unseen() {
    let house = House::new().await;
    let (_kandji, page) = settings(&house, 1).await;
    let shown = house.get(&page).await;
    send(&house, &page, &shown, &[("interval_minutes", "30"), ("deed", "save")]).await.to();
    for deed in ["preview", "save"] {
        let late = send(&house, &page, &shown, &[("priority", "7"), ("deed", deed)]).await;
        late.is(409).shows("Someone was quicker").shows("Minutes between runs").shows("Priority");
    }
    let held = rules(&house, &page).await;
    assert_eq!((held.interval_minutes, held.priority), (30, 10));
    let late = send(&house, &page, &shown, &[("priority", "7"), ("deed", "save")]).await;
    let form = [("interval_minutes", "30"), ("deed", "preview")];
    let preview = send(&house, &page, &late, &form).await;
    preview.is(200).shows("Changed: priority.");
    send(&house, &page, &preview, &[("deed", "save")]).await.to();
    assert_eq!(rules(&house, &page).await.priority, 7);
    // A preset alone is of the same version.
    let preset = [("deed", "preset"), ("preset", "reftab")];
    let version = shown.hidden("version");
    house.post(&page, &[preset[0], preset[1], ("version", &version)]).await.is(409);
}

#[tokio::test]
async fn rows_come_and_go_and_move_without_saving_anything() {
    let house = House::new().await;
    let (_kandji, page) = settings(&house, 1).await;
    let before = rules(&house, &page).await;
    let shown = house.get(&page).await;
    let more = send(&house, &page, &shown, &[("deed", "add:fields")]).await;
    more.is(200).shows("id=\"fields.0.from\"").shows("Needs \u{201c}Device details\u{201d}");
    more.shows("Add a mapping");
    let fewer = send(&house, &page, &more, &[("deed", "remove:fields:0")]).await;
    assert!(!fewer.is(200).text.contains("fields.0.from"));
    let moved = send(&house, &page, &fewer, &[("deed", "up:match:1")]).await;
    moved.is(200).shows("Nothing of what you changed here is saved yet");
    moved.shows("differs from Recommended").shows("Recommended says: its Kandji device id, then");
    let first = moved.text.split("id=\"match.0\"").nth(1).unwrap();
    let chosen = first.split(" selected").next().unwrap().rsplit("value=\"").next().unwrap();
    assert!(chosen.starts_with("linked_serial"), "{chosen}");
    let reset = send(&house, &page, &moved, &[("deed", "reset:match")]).await;
    assert!(!reset.is(200).text.contains("differs from"));
    assert_eq!(rules(&house, &page).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_looked_at_before_it_is_saved() {
    let house = House::new().await;
    let (kandji, page) = settings(&house, 30).await;
    house.post(&page.replace("settings", "runs"), &[("mode", "apply")]).await.to();
    let before = rules(&house, &page).await;
    let asked = kandji.tenant.requests().total;
    let shown = house.get(&page).await;
    let change = [("assign.on_assign", "on"), ("employees.create", "on"), ("deed", "preview")];
    let preview = send(&house, &page, &shown, &change).await;
    preview.is(200).shows("What this would change").shows("With these settings the next run would");
    preview.shows("checked out to").shows("As set now").shows("Save settings");
    preview.shows("Changed: assign, employees.");
    assert_eq!(rules(&house, &page).await, before, "a preview saves nothing");
    let answers = fields(&preview.text);
    let sent: Vec<_> = answers.iter().map(|(name, value)| (&**name, &**value)).collect();
    let mut back = sent.clone();
    back.push(("deed", "edit"));
    house.post(&page, &back).await.is(200).shows("id=\"assign.on_assign-on\"");
    assert_eq!(rules(&house, &page).await, before);
    let mut save = sent;
    save.push(("deed", "save"));
    house.post(&page, &save).await.to();
    let after = rules(&house, &page).await;
    assert!(after.assign.on_assign && after.employees.create && !after.assign.on_change);
    assert!(kandji.tenant.requests().total >= asked);
}

#[tokio::test]
async fn a_preset_is_looked_at_before_it_is_in_force() {
    let house = House::new().await;
    let (_kandji, page) = settings(&house, 3).await;
    let preview = house.post(&page, &[("preset", "amfj"), ("deed", "preset")]).await;
    preview.is(200).shows("What this would change").shows("Leave a device out");
    assert_eq!(rules(&house, &page).await.interval_minutes, 10);
}

#[tokio::test]
async fn what_is_wrong_with_a_setting_stands_beside_it_in_a_preview_too() {
    let house = House::new().await;
    let (_kandji, page) = settings(&house, 1).await;
    let shown = house.get(&page).await;
    let bad = [("guard.max_changes_percent", "101"), ("match.0", ""), ("deed", "preview")];
    let said = send(&house, &page, &shown, &bad).await;
    said.is(422).shows("id=\"guard.max_changes_percent-error\"");
    said.shows("must be among the match rules");
}

#[tokio::test(flavor = "multi_thread")]
async fn b37_the_tag_mapping_is_shown_locked_with_the_reason() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(2).await;
    house.ended(&run).await;
    let page = format!("{}/settings", source_of(&house, &run).await);
    assert!(!house.get(&page).await.text.contains("fieldset class=\"locked\" disabled"));
    house.post(&format!("{run}/approval"), &[]).await.to();
    let locked = house.get(&page).await;
    locked.shows("fieldset class=\"locked\" disabled").shows("because tags tell assets apart");
    let sent = [("interval_minutes", "45"), ("tag_from", "device_name"), ("deed", "save")];
    send(&house, &page, &locked, &sent).await.to();
    let after = rules(&house, &page).await;
    assert_eq!((after.interval_minutes, after.tag_from), (45, before_tag()));
}

const fn before_tag() -> reconcile::rules::TagFrom {
    reconcile::rules::TagFrom::SerialNumber
}

#[tokio::test]
async fn b28_enrollment_configurations_are_picked_by_name_and_told_when_they_cannot_be_listed() {
    let house = House::new().await;
    let (kandji, page) = settings(&house, 5).await;
    let shown = house.get(&page).await;
    shown.shows("example.kandji.io").shows("expires in").shows("does not work (FORBIDDEN)");
    let more = send(&house, &page, &shown, &[("deed", "add:ade_rules")]).await;
    more.shows("<option value=\"ade00000-0000-4000-8000-000000000001\">example.kandji.io (");
    let forbidden = Trouble::on("/integrations/apple/ade", Misbehaviour::Forbidden);
    kandji.tenant.misbehave(forbidden);
    let shown = house.get(&page).await;
    shown.is(200).shows("The configurations cannot be listed now").shows("List integrations");
}

#[tokio::test]
async fn b41_the_page_says_which_source_feeds_what() {
    let house = House::new().await;
    let (_kandji, page) = settings(&house, 1).await;
    let other =
        sim::start(SimConfig { devices: 1, seed: 2, ..SimConfig::default() }).await.unwrap();
    let url = other.url();
    let form = [("api_url", &*url), ("token", other.token()), ("name", "Second")];
    let run = house.post(&house.at("sources/new"), &form).await.to();
    house.ended(&run).await;
    let shown = house.get(&page).await;
    shown.shows("Where Second (priority 10) has a device too, this source feeds");
    let second = format!("{}/settings", source_of(&house, &run).await);
    house.get(&second).await.shows("Where Kandji (priority 10) has a device too, it feeds");
}

#[tokio::test(flavor = "multi_thread")]
async fn custody_is_chosen_where_a_source_is_connected() {
    let house = House::new().await;
    let guide = house.get(&house.at("sources/new")).await;
    guide.shows("Check a device out to the user Kandji names").shows("nobody gets anything");
    let kandji = sim::start(SimConfig { devices: 20, ..SimConfig::default() }).await.unwrap();
    let url = kandji.url();
    let form = [
        ("api_url", &*url),
        ("token", kandji.token()),
        ("assign.on_assign", "on"),
        ("employees.create", "on"),
    ];
    let run = house.post(&house.at("sources/new"), &form).await.to();
    house.ended(&run).await.shows("to check out");
    let page = format!("{}/settings", source_of(&house, &run).await);
    let rules = rules(&house, &page).await;
    assert!(rules.assign.on_assign && rules.employees.create && !rules.assign.on_removed);
}

#[tokio::test]
async fn after_a_test_that_failed_no_permission_is_called_granted() {
    let house = House::new().await;
    let (kandji, page) = settings(&house, 1).await;
    let source = page.trim_end_matches("/settings").to_owned();
    house.get(&source).await.shows("Granted");
    for (trouble, told) in [
        (Misbehaviour::Unauthorized, "Missing, required"),
        (Misbehaviour::Status { status: 400 }, "nobody knows what this token may read"),
    ] {
        kandji.tenant.behave();
        kandji.tenant.misbehave(Trouble::on("*", trouble));
        house.post(&format!("{source}/test"), &[]).await.to();
        let failed = house.get(&source).await;
        assert!(!failed.shows(told).text.contains("Granted"));
    }
}
