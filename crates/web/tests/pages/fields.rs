//! Custom fields on pages: defined, filled in, mapped, asked about; and Kandji's own details.

use kandji::sim::DeviceSpec;
use serde_json::json;

use crate::house::House;

impl House {
    pub async fn field(&self, form: &[(&str, &str)]) {
        self.post(&self.at("settings/fields"), form).await.to();
    }

    /// The first source's page, once connected.
    async fn source_page(&self) -> String {
        let list = self.get(&self.at("sources")).await;
        let source = list.text.split("href=\"").find(|part| part.contains("/sources/src_"));
        source.unwrap().split('"').next().unwrap().to_owned()
    }

    async fn settings(&self, source: &str, patch: serde_json::Value) {
        let id = source.rsplit('/').next().unwrap().parse().unwrap();
        app::sources::save_settings(&self.app, &self.caller, id, None, &patch).await.unwrap();
    }

    async fn applied(&self, source: &str) {
        let run = self.post(&format!("{source}/runs"), &[("mode", "apply")]).await.to();
        self.ended(&run).await.is(200).shows("Applied");
    }
}

#[tokio::test]
async fn a_field_is_added_changed_and_deleted_with_what_it_touches() {
    let house = House::new().await;
    let form =
        [("label", "Team"), ("type", "choice"), ("choices", "Sales\nIT"), ("applies_to", "assets")];
    house.field(&form).await;
    let page = house.get(&house.at("settings/fields")).await;
    page.is(200).shows("Team").shows("One choice");
    house.post(&house.at("settings/fields"), &form).await.is(422).shows("id=\"key-error\"");
    let at =
        page.text.split("href=\"").find(|part| part.contains("/settings/fields/fld_")).unwrap();
    let at = at.split('"').next().unwrap().to_owned();
    house.get(&at).await.is(200).shows("Sales\nIT").shows("These three are fixed");
    let asset = [("tag", "A-1"), ("fields.team", "IT")];
    house.post(&house.at("assets/new"), &asset).await.to();
    let less = [("label", "Group"), ("choices", "Sales")];
    house.post(&at, &less).await.is(422).shows("id=\"choices-error\"");
    house.post(&at, &[("label", "Group"), ("choices", "Sales\nIT\nHR")]).await.to();
    house.get(&format!("{at}/delete")).await.is(200).shows("1 asset has a value");
    house.post(&format!("{at}/delete"), &[]).await.to();
    house.get(&house.at("settings/fields")).await.shows("No field was added yet");
    let viewer = house.ask(&house.viewer, "POST", &house.at("settings/fields"), &form).await;
    viewer.is(403);
}

#[tokio::test]
async fn values_are_typed_shown_with_their_origin_and_found() {
    let house = House::new().await;
    house.field(&[("label", "Memory"), ("type", "size"), ("indexed", "on")]).await;
    house.field(&[("label", "Insured"), ("type", "yes_no")]).await;
    house.field(&[("label", "Manual"), ("type", "link")]).await;
    house.get(&house.at("assets/new")).await.shows("name=\"fields.memory\"").shows("Insured");
    let wrong = [("tag", "A-1"), ("fields.memory", "plenty")];
    let said = house.post(&house.at("assets/new"), &wrong).await;
    said.is(422).shows("id=\"fields.memory-error\"").shows("value=\"plenty\"");
    let right = [
        ("tag", "A-1"),
        ("fields.memory", "32 GB"),
        ("fields.insured", "yes"),
        ("fields.manual", "https://example.com/manual"),
    ];
    let page = house.post(&house.at("assets/new"), &right).await.to();
    let page = house.get(&page).await;
    page.is(200).shows("32 GB").shows("href=\"https://example.com/manual\"");
    page.shows("title=\"Set by Robin Sample on ");
    let edit = house.get(&house.at("assets/A-1/edit")).await;
    edit.shows("value=\"32 GB\"").shows("<option value=\"yes\" selected>");
    house.asset("A-2").await;
    let list = house.get(&house.at("assets?fields.memory=32+GB")).await;
    list.is(200).shows("1 of 1").shows("Memory");
    assert!(!list.text.contains("A-2"));
    house
        .get(&house.at("assets?edit=fields.insured"))
        .await
        .is(200)
        .shows("name=\"filter\" value=\"fields.insured\"");
}

#[tokio::test]
async fn an_employees_fields_stand_on_their_page_and_are_edited() {
    let house = House::new().await;
    let badge =
        [("label", "Badge"), ("type", "text"), ("applies_to", "employees"), ("unique", "on")];
    house.field(&badge).await;
    let new = [("name", "Robin"), ("fields.badge", "B-1")];
    let robin = house.post(&house.at("employees/new"), &new).await.to();
    house.get(&robin).await.is(200).shows("Badge").shows("B-1");
    let twin = [("name", "Casey"), ("fields.badge", "b-1")];
    house.post(&house.at("employees/new"), &twin).await.is(422).shows("id=\"fields.badge-error\"");
    house.get(&format!("{robin}/fields")).await.is(200).shows("value=\"B-1\"");
    house.post(&format!("{robin}/fields"), &[("fields.badge", "B-2")]).await.to();
    house.get(&robin).await.shows("B-2");
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_missing_field_is_shown_in_red_until_it_is_made() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(1).await;
    house.ended(&run).await;
    let source = house.source_page().await;
    let settings = format!("{source}/settings");
    house.post(&settings, &[("preset", "reftab")]).await.to();
    assert!(!house.get(&settings).await.is(200).text.contains("is missing"));
    let all = app::fields::list(&house.app, &house.caller).await.unwrap();
    let [field] = &all[..] else { panic!("one field: {all:?}") };
    assert_eq!(field.key.as_str(), "kandjiid");
    app::fields::delete(&house.app, &house.caller, field.id).await.unwrap();
    let red = house.get(&settings).await;
    red.is(200).shows("tone-danger").shows("The custom field &quot;kandjiid&quot; is missing");
    house.post(&format!("{source}/disable"), &[]).await.to();
    house.post(&format!("{source}/fields"), &[]).await.to();
    assert!(!house.get(&settings).await.text.contains("is missing"));
    house.post(&format!("{source}/enable"), &[]).await.to();
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_every_property_of_kandji_is_offered_beside_the_fields_it_can_go_to() {
    let house = House::new().await;
    house.field(&[("label", "Memory"), ("type", "size")]).await;
    let (_kandji, run) = house.connect(1).await;
    house.ended(&run).await;
    let settings = house.get(&format!("{}/settings", house.source_page().await)).await;
    settings.is(200);
    let groups = app::details::properties();
    let keys: Vec<_> =
        groups.iter().flat_map(|group| &group.properties).map(|one| one.key).collect();
    assert_eq!(keys.len(), 98);
    for key in keys {
        settings.shows(&format!("value=\"{key}\""));
    }
    settings.shows("memory");
}

#[tokio::test(flavor = "multi_thread")]
async fn b29_the_eleven_details_stand_first_in_their_order_and_the_rest_is_folded() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(3).await;
    house.ended(&run).await;
    house.post(&format!("{run}/approval"), &[]).await.to();
    let list = house.get(&house.at("assets")).await;
    let page = list.text.split("href=\"").find(|part| part.contains("/assets/SYN")).unwrap();
    let page = house.get(page.split('"').next().unwrap()).await;
    page.is(200);
    let panel = &page.text[page.text.find("Kandji details").expect("the panel is there")..];
    let (first, rest) = panel.split_at(panel.find("<details").expect("the rest is folded"));
    let labels: Vec<&str> =
        first.split("<dt>").skip(1).map(|part| part.split('<').next().unwrap()).collect();
    assert_eq!(
        labels.join(", "),
        "Platform, OS Version, Last Checkin, MDM Enabled, Agent Installed, Blueprint Name, \
         Missing, Removed, Agent Version, First Enrolled, Last Enrolled"
    );
    assert!(rest.contains("Serial number"), "{rest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_values_of_a_question_stand_beside_each_other_and_answers_are_taken_back() {
    let house = House::new().await;
    house.field(&[("label", "System"), ("key", "os"), ("type", "text")]).await;
    let (kandji, run) = house.connect(0).await;
    house.ended(&run).await;
    let source = house.source_page().await;
    let mapping = json!([{"from": "os_version", "to": "os", "authority": "suggest"}]);
    house.settings(&source, json!({"first_run": "apply", "fields": mapping})).await;
    let device = kandji.tenant.add_device(DeviceSpec::default());
    kandji.tenant.set_field(&device, "os_version", json!("15.1")).unwrap();
    house.applied(&source).await;
    house.applied(&source).await;
    let open = house.get(&house.at("conflicts")).await;
    let at = open.text.split("href=\"").find(|part| part.contains("/conflicts/cfl_")).unwrap();
    let at = at.split('"').next().unwrap().to_owned();
    let page = house.get(&at).await;
    page.is(200).shows("Kandji says").shows("15.1").shows("System").shows("Keep what we hold");
    house.post(&format!("{at}/settlement"), &[("choice", "keep")]).await.to();
    let list = house.get(&house.at("conflicts")).await;
    list.shows("Answers that stand").shows("while Kandji says “15.1”").shows("Take back");
    house.post(&format!("{at}/settlement/delete"), &[]).await.to();
    house.applied(&source).await;
    house.post(&format!("{at}/settlement"), &[("choice", "take")]).await.to();
    house.get(&house.at("assets?fields.os=15.1")).await.shows("1 of 1");
}

#[tokio::test]
async fn a_new_form_shows_defaults_and_one_that_was_cleared_is_blank() {
    let house = House::new().await;
    house.field(&[("label", "Owner"), ("type", "text"), ("default", "The Owner")]).await;
    let site = [("label", "Site"), ("type", "text"), ("applies_to", "employees")];
    let more = [("default", "The Site"), ("required", "on")];
    house.field(&[&site[..], &more].concat()).await;
    let new = house.at("assets/new");
    house.get(&new).await.is(200).shows("value=\"The Owner\"");
    let kept = [("tag", "A-1"), ("fields.owner", "The Owner")];
    house.post(&new, &kept).await.to();
    house.get(&house.at("assets/A-1")).await.shows("The Owner");
    house.post(&new, &[("tag", "A-2"), ("fields.owner", "")]).await.to();
    assert!(!house.get(&house.at("assets/A-2")).await.text.contains("The Owner"));
    let new = house.at("employees/new");
    house.get(&new).await.is(200).shows("value=\"The Site\"");
    house.post(&new, &[("name", "Kim"), ("fields.site", "")]).await.is(422).shows("is required");
    let kim = [("name", "Kim"), ("fields.site", "The Site")];
    let kim = house.post(&new, &kim).await.to();
    house.get(&kim).await.shows("The Site");
}

#[tokio::test]
async fn fields_of_a_category_stand_under_its_name_and_are_refused_for_another() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for name in ["Phones", "Laptop"] {
        let at = house.post(&house.at("categories/new"), &[("name", name)]).await.to();
        ids.push(at.rsplit('/').next().unwrap().to_owned());
    }
    let imei = [("label", "IMEI"), ("type", "text"), ("categories", ids[0].as_str())];
    house.field(&imei).await;
    let new = house.at("assets/new");
    house.get(&new).await.is(200).shows("<legend>Phones only</legend>").shows("fields.imei");
    let wrong = [("tag", "A-1"), ("category", ids[1].as_str()), ("fields.imei", "35")];
    let said = house.post(&new, &wrong).await;
    said.is(422).shows("is for Phones alone, and the category here is Laptop");
    said.shows("Leave it blank").shows("value=\"35\"").shows("id=\"fields.imei-error\"");
    let none = [("tag", "A-1"), ("fields.imei", "35")];
    house.post(&new, &none).await.is(422).shows("and there is no category here");
    let right = [("tag", "A-1"), ("category", ids[0].as_str()), ("fields.imei", "35")];
    house.post(&new, &right).await.to();
}

#[tokio::test]
async fn a_required_field_is_marked_and_what_is_blank_already_holds_no_form_back() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    house.field(&[("label", "Room"), ("type", "text"), ("required", "on")]).await;
    let new = house.get(&house.at("assets/new")).await;
    new.shows("<div class=\"field demanded\"><label for=\"fields.room\">");
    new.shows("name=\"fields.room\" required");
    let edit = house.get(&format!("{page}/edit")).await;
    edit.shows("<div class=\"field demanded\"><label for=\"fields.room\">");
    edit.lacks("name=\"fields.room\" required");
    let name = [("tag", "A-1"), ("name", "Spare"), ("fields.room", ""), ("version", "1")];
    house.post(&format!("{page}/edit"), &name).await.to();
    let room = [("tag", "A-1"), ("name", "Spare"), ("fields.room", "3"), ("version", "2")];
    house.post(&format!("{page}/edit"), &room).await.to();
    house.get(&format!("{page}/edit")).await.shows("name=\"fields.room\" value=\"3\" required");
}

#[tokio::test]
async fn a_label_of_which_no_key_can_be_made_asks_for_one() {
    let house = House::new().await;
    let form = [("label", "日本"), ("type", "text"), ("applies_to", "assets")];
    let refused = house.post(&house.at("settings/fields"), &form).await;
    refused.is(422).shows("No key can be made of this label. Write one, such as");
}

#[tokio::test]
async fn all_that_is_wrong_with_a_form_is_told_at_once() {
    let house = House::new().await;
    house.field(&[("label", "Memory"), ("type", "size")]).await;
    let bad = [("tag", "A-1"), ("cost", "much"), ("currency", "eu"), ("fields.memory", "16 QB")];
    let refused = house.post(&house.at("assets/new"), &bad).await;
    refused.is(422).shows("id=\"currency-error\"").shows("id=\"fields.memory-error\"");
    refused.shows("id=\"cost-error\"");
    let page = house.asset("A-1").await;
    let bad = [&bad[..], &[("version", "1")]].concat();
    let refused = house.post(&format!("{page}/edit"), &bad).await;
    refused.is(422).shows("id=\"currency-error\"").shows("id=\"fields.memory-error\"");
    let bad = [
        ("name", "Robin Roe"),
        ("email", "nowhere"),
        ("manager", "Nobody"),
        ("starts_on", "2026-02-01"),
        ("ends_on", "2026-01-01"),
    ];
    let refused = house.post(&house.at("employees/new"), &bad).await;
    refused.is(422).shows("id=\"email-error\"").shows("id=\"manager-error\"");
    refused.shows("id=\"ends_on-error\"").shows("3 answers need another look");
}
