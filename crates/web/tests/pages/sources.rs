//! Connecting Kandji, reading its runs, deciding about them.

use kandji::sim::{self, DeviceSpec, SimConfig};

use crate::house::{House, noon};

#[tokio::test]
async fn the_guide_names_the_clicks_and_a_connection_that_fails_stores_nothing() {
    let house = House::new().await;
    let guide = house.get(&house.at("sources/new")).await;
    for words in ["Settings", "Access", "Add Token", "Configure", "Device list", "Device details"] {
        guide.shows(words);
    }
    let form = [("api_url", "https://example.com"), ("token", "x"), ("deed", "test")];
    house
        .post(&house.at("sources/new"), &form)
        .await
        .is(200)
        .shows("is not a Kandji or Iru address");
    let form = [("api_url", ""), ("token", "x"), ("deed", "connect")];
    house.post(&house.at("sources/new"), &form).await.is(422).shows("id=\"api_url-error\"");
    house.get(&house.at("sources")).await.shows("No source is connected");
}

#[tokio::test]
async fn b4_b6_a_wrong_token_is_told_and_the_old_connection_stays() {
    let house = House::new().await;
    let (kandji, run) = house.connect(3).await;
    house.ended(&run).await;
    let list = house.get(&house.at("sources")).await;
    let source = list.text.split("href=\"").find(|part| part.contains("/sources/src_")).unwrap();
    let source = source.split('"').next().unwrap().to_owned();
    let url = kandji.url();
    let wrong = [("api_url", url.as_str()), ("token", "wrong")];
    let refused = house.post(&format!("{source}/connection"), &wrong).await;
    refused.is(422).shows("nothing was changed");
    house.post(&format!("{source}/test"), &[]).await.to();
    house.get(&source).await.is(200).shows("Healthy").shows("Granted");
    let right = [("api_url", url.as_str()), ("token", kandji.token()), ("deed", "test")];
    house.post(&format!("{source}/connection"), &right).await.is(200).shows("It works");
}

#[tokio::test(flavor = "multi_thread")]
async fn j13_the_first_run_starts_at_once_and_waits_for_approval() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(40).await;
    let held = house.ended(&run).await;
    held.is(200).shows("Waits for review").shows("This is the first run of this source");
    held.shows(" in 2 requests, 9,9").shows(" left this hour");
    held.shows("to create")
        .shows("New in Kandji; nothing here matches it.")
        .shows("New in the catalog");
    assert!(!held.text.contains("one that is gone"), "a plan names what it makes");
    assert!(!held.text.contains("prd_"), "ids are not for people");
    assert_eq!(house.get(&house.at("")).await.to(), "/t/example-company");
    house.get("/t/example-company").await.shows("A run waits for your review");

    house.post(&format!("{run}/approval"), &[]).await.to();
    house.get(&run).await.is(200).shows("Applied").shows("Take back");
    let list = house.get(&house.at("assets")).await;
    list.shows("40 of 40");
    let first = list.text.split("<td class=\"title\"><a href=\"").nth(1).unwrap();
    let first = first.split('"').next().unwrap();
    b29_the_eleven_details_come_first(&house, first).await;

    house.get(&format!("{run}/undo")).await.is(200).shows("40 assets it created are deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_is_said_on_the_run_and_on_its_source() {
    let house = House::new().await;
    let (kandji, run) = house.connect(2).await;
    house.ended(&run).await;
    house.post(&format!("{run}/approval"), &[]).await.to();
    let source = source_of(&house, &run).await;
    let theirs = noon() - jiff::SignedDuration::from_hours(2);
    kandji.tenant.tell_time(sim::Dated::At(theirs));
    let next = house.post(&format!("{source}/runs"), &[("mode", "apply")]).await.to();
    let told = "clock is 2 hours ahead of Kandji";
    house.ended(&next).await.is(200).shows("It could not learn everything").shows(told);
    house.get(&source).await.shows("Works in part").shows(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_says_how_often_it_really_reads() {
    let mut house = House::new().await;
    let (_kandji, run) = house.connect(1).await;
    house.ended(&run).await;
    let source = source_of(&house, &run).await;
    house.get(&source).await.is(200).shows("Reads every 10 minutes");
    house.demonstrating(30);
    let page = house.get(&source).await;
    assert!(!page.shows("Reads every 30 seconds").text.contains("Reads every 10 minutes"));
}

async fn b29_the_eleven_details_come_first(house: &House, asset: &str) {
    let page = house.get(asset).await;
    let panel = page.shows("Kandji details").text.split("Kandji details").nth(1).unwrap();
    let labels = [
        "Platform",
        "OS Version",
        "Last Checkin",
        "MDM Enabled",
        "Agent Installed",
        "Blueprint Name",
        "Missing",
        "Removed",
        "Agent Version",
        "First Enrolled",
        "Last Enrolled",
    ];
    let mut rest = panel;
    for label in labels {
        let label = format!("<dt>{label}</dt>");
        rest = rest.split_once(&label).unwrap_or_else(|| panic!("{label}:\n{panel}")).1;
    }
    assert!(rest.contains("Everything else Kandji sent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_plan_changes_nothing_and_a_preview_neither() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(5).await;
    house.ended(&run).await;
    house.post(&format!("{run}/rejection"), &[]).await.to();
    house.get(&run).await.shows("Somebody rejected this plan");
    house
        .post(&format!("{run}/approval"), &[])
        .await
        .is(409)
        .shows("Only a run held for review is decided.");
    let source = house.get(&run).await;
    let source = source.text.split("href=\"").find(|part| part.contains("/sources/src_")).unwrap();
    let source = source.split('"').next().unwrap().to_owned();
    let preview = house.post(&format!("{source}/runs"), &[("mode", "preview")]).await.to();
    house.ended(&preview).await.shows("A preview: nothing was changed").shows("5</b>to create");
    house.get(&format!("{source}/devices")).await.is(200).shows("New in Kandji");
    house.get(&format!("{source}/runs")).await.is(200).shows("Rejected");
    house.get(&house.at("assets")).await.shows("No assets yet");
}

#[tokio::test]
async fn the_settings_form_marks_differences_and_refuses_at_the_field() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(1).await;
    house.ended(&run).await;
    let page = house.get(&run).await;
    let source = page.text.split("href=\"").find(|part| part.contains("/sources/src_")).unwrap();
    let settings = format!("{}/settings", source.split('"').next().unwrap());
    house.get(&settings).await.is(200).shows("Start from a preset");
    house.post(&settings, &[("preset", "bluetally")]).await.to();
    let page = house.get(&settings).await;
    page.shows("BlueTally");
    assert!(!page.text.contains("differs from"));

    // What the form shows, sent back with one number changed.
    let mut form = fields(&page.text);
    let interval = form.iter_mut().find(|(name, _)| name == "interval_minutes").unwrap();
    interval.1 = "30".into();
    let sent: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    house.post(&settings, &sent).await.to();
    house.get(&settings).await.shows("BlueTally, 1 difference").shows("differs from BlueTally");

    let bad: Vec<_> = sent
        .iter()
        .map(
            |(name, value)| {
                if *name == "interval_minutes" { (*name, "4") } else { (*name, *value) }
            },
        )
        .collect();
    house
        .post(&settings, &bad)
        .await
        .is(422)
        .shows("id=\"interval_minutes-error\"")
        .shows("5 to 1440");
}

#[tokio::test]
async fn what_people_did_with_a_source_stands_on_its_page_and_in_activity() {
    let house = House::new().await;
    let (kandji, run) = house.connect(1).await;
    house.ended(&run).await;
    let source = source_of(&house, &run).await;
    let settings = format!("{source}/settings");
    let mut form = fields(&house.get(&settings).await.text);
    for (name, value) in &mut form {
        match name.as_str() {
            "interval_minutes" => *value = "30".into(),
            "on_match" => *value = "review".into(),
            _ => {}
        }
    }
    let sent: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    house.post(&settings, &sent).await.to();
    let url = kandji.url();
    let same = [("api_url", url.as_str()), ("token", kandji.token()), ("deed", "save")];
    house.post(&format!("{source}/connection"), &same).await.to();
    house.post(&format!("{source}/disable"), &[]).await.to();
    let page = house.get(&source).await;
    page.is(200).shows("History").shows("added it").shows("changed 2 fields");
    page.shows("Minutes between runs").shows("Known, not linked yet").shows("Ask me");
    page.shows("changed the token").shows("the connection was replaced").shows("switched it off");
    assert!(!page.text.contains(kandji.token()), "a token is never told");
    let all = house.get(&house.at("activity?what=source")).await;
    all.is(200).shows("switched the source").shows(">Kandji</a>").shows("Robin Sample");
    house.post(&format!("{source}/delete"), &[]).await.to();
    let all = house.get(&house.at("activity?what=source&action=deleted")).await;
    all.is(200).shows("deleted the source").shows("<b>Kandji</b>");
}

#[tokio::test]
async fn runs_changes_conflicts_and_alerts_are_downloaded_from_their_pages() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(2).await;
    let ended = house.ended(&run).await;
    let source = source_of(&house, &run).await;
    house.get(&source).await.is(200).shows(&format!("{source}/runs\""));
    let runs = house.get(&format!("{source}/runs")).await;
    runs.is(200).shows(&format!("{source}/runs.xlsx"));
    let file = house.get(&format!("{source}/runs.csv")).await;
    file.is(200).shows("Asked for,Started,Ended,State,").shows("needs review,apply,person,Robin");
    ended.shows(&format!("{run}/changes.csv"));
    house
        .get(&format!("{run}?kind=created"))
        .await
        .shows(&format!("{run}/changes.csv?kind=created"));
    let file = house.get(&format!("{run}/changes.csv?kind=created")).await;
    file.is(200).shows("Asset tag,Serial,Device ID,Change,What moves,Why,Asset ID");
    assert_eq!(file.text.matches(",created,").count(), 2, "{}", file.text);
    let none = house.get(&format!("{run}/changes.csv?kind=checked_in")).await;
    assert_eq!(none.is(200).text.lines().count(), 1, "{}", none.text);
    // The plan that waits is an alert; nothing is asked, so the page of conflicts offers no file.
    house.get(&house.at("alerts")).await.is(200).shows(&house.at("alerts.xlsx"));
    let file = house.get(&house.at("alerts.csv")).await;
    file.is(200).shows("What,Severity,What is wrong,How to mend it,Since,");
    assert_eq!(file.text.lines().count(), 2, "{}", file.text);
    assert!(!house.get(&house.at("conflicts")).await.text.contains("conflicts.csv"));
    let file = house.get(&house.at("conflicts.csv")).await;
    assert_eq!(file.is(200).text.lines().count(), 1, "{}", file.text);
    let viewer = house.ask(&house.viewer, "GET", &house.at("alerts.xlsx"), &[]).await;
    assert!(viewer.is(200).header("content-type").contains("spreadsheetml"));
    house.get(&house.at("runs/run_0000000000001/changes.csv")).await.is(404);
    house.get(&house.at("sources/src_0000000000001/runs.csv")).await.is(404);
}

#[tokio::test]
async fn a_source_is_renamed_on_its_settings_page_and_its_history_says_so() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(1).await;
    house.ended(&run).await;
    let source = source_of(&house, &run).await;
    let (settings, name) = (format!("{source}/settings"), format!("{source}/name"));
    house.get(&settings).await.is(200).shows("What it is called").shows("value=\"Kandji\"");
    let blank = house.post(&name, &[("name", " ")]).await;
    blank.is(422).shows("id=\"name-error\"").shows("A source has a name");
    assert!(!blank.text.contains("is saved yet"), "no setting was touched");
    let long = "x".repeat(101);
    let typed = house.post(&name, &[("name", &long)]).await;
    typed.is(422).shows(&format!("value=\"{long}\""));
    let viewer = house.ask(&house.viewer, "POST", &name, &[("name", "Mine")]).await;
    viewer.is(403);
    assert_eq!(house.post(&name, &[("name", "Kandji, Acme EU")]).await.to(), settings);
    let page = house.get(&source).await;
    page.is(200).shows("<h1>Kandji, Acme EU").shows("changed the name");
    house.get(&run).await.is(200).shows("Kandji, Acme EU");
    let all = house.get(&house.at("activity?what=source&action=updated")).await;
    all.is(200).shows(">Kandji, Acme EU</a>");
}

/// The second form's answers, as a browser would send them.
pub fn fields(html: &str) -> Vec<(String, String)> {
    let form = html.split("<form").find(|part| part.contains("interval_minutes")).unwrap();
    let mut fields = Vec::new();
    for part in form.split("<input").skip(1) {
        let tag = part.split('>').next().unwrap();
        let ticks = tag.contains("radio") || tag.contains("checkbox");
        if !ticks || tag.contains(" checked") {
            fields.push((named(tag, "name"), named(tag, "value")));
        }
    }
    for part in form.split("<select").skip(1) {
        let name = named(part.split('>').next().unwrap(), "name");
        let body = part.split("</select>").next().unwrap();
        let options: Vec<_> = body.split("<option").skip(1).collect();
        let chosen =
            options.iter().find(|option| option.split('>').next().unwrap().contains(" selected"));
        fields.push((name, named(chosen.or(options.first()).unwrap(), "value")));
    }
    fields
}

fn named(tag: &str, attribute: &str) -> String {
    let value =
        tag.split(&format!("{attribute}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn switching_off_and_removing_say_that_the_assets_stay() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(1).await;
    house.ended(&run).await;
    let page = house.get(&run).await;
    let source = page.text.split("href=\"").find(|part| part.contains("/sources/src_")).unwrap();
    let source = source.split('"').next().unwrap().to_owned();
    house.get(&format!("{source}/disable")).await.is(200).shows("settings are kept");
    house.post(&format!("{source}/disable"), &[]).await.to();
    house.get(&source).await.shows("Switched off");
    house.post(&format!("{source}/enable"), &[]).await.to();
    house.get(&source).await.shows("Healthy");
    house.get(&format!("{source}/delete")).await.is(200).shows("Its assets stay");
    house.post(&format!("{source}/delete"), &[]).await.to();
    house.get(&source).await.is(404);
}

/// The source that a run's page stands under.
pub async fn source_of(house: &House, run: &str) -> String {
    let page = house.get(run).await;
    let source = page.text.split("href=\"").find(|part| part.contains("/sources/src_")).unwrap();
    source.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_shown_with_both_sides_and_answered_by_a_button() {
    let house = House::new().await;
    for tag in ["OLD-1", "OLD-2"] {
        house.post(&house.at("assets/new"), &[("tag", tag), ("serial", "SYN-TWICE")]).await.to();
    }
    let kandji = sim::start(SimConfig { devices: 0, ..SimConfig::default() }).await.unwrap();
    kandji
        .tenant
        .add_device(DeviceSpec { serial: Some("SYN-TWICE".into()), ..DeviceSpec::default() });
    let url = kandji.url();
    let form = [("api_url", url.as_str()), ("token", kandji.token())];
    let run = house.post(&house.at("sources/new"), &form).await.to();
    house.ended(&run).await.shows("conflict");
    let list = house.get(&house.at("conflicts")).await;
    list.shows("Which asset is this?").shows("SYN-TWICE").shows(&house.at("conflicts.csv"));
    let page = list.text.split("href=\"").find(|part| part.contains("/conflicts/cfl_")).unwrap();
    let page = page.split('"').next().unwrap().to_owned();
    let question = house.get(&page).await;
    question.shows("Kandji says").shows("It is OLD-1").shows("It is OLD-2").shows("make an asset");
    house.get(&house.at("assets/OLD-1")).await.shows("A question about this asset is open");
    let nothing = house.post(&format!("{page}/settlement"), &[]).await;
    nothing.is(422).shows("Choose one of the answers.");
    let answer = question.text.split("name=\"adopt\" value=\"").nth(1).unwrap();
    let answer = answer.split('"').next().unwrap();
    house.post(&format!("{page}/settlement"), &[("adopt", answer)]).await.to();
    house.get(&page).await.shows("This question is closed");
    house.get(&house.at("conflicts")).await.shows("Nothing to settle");
}
