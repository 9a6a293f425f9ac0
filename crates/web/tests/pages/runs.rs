//! What a run's page says and offers once it has ended, and what came of an approval.

use kandji::sim::{self, DeviceSpec, Misbehaviour, Running, SimConfig, Trouble};

use crate::house::{House, Said};
use crate::sources::{fields, source_of};

/// What the next page says once: the sentence in the cookie of an answer.
fn told(said: &Said) -> String {
    let cookie = said.header("set-cookie").split(';').next().unwrap_or_default();
    let text = cookie.trim_start_matches("said=");
    percent_decoded(text)
}

fn percent_decoded(text: &str) -> String {
    let pair = format!("x={}", text.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs.next().unwrap().1.into_owned()
}

/// A source of two devices, `SYN-1` and `SYN-2`, and the plan of its first run, which is held.
async fn held(house: &House) -> (Running, String) {
    let kandji = sim::start(SimConfig { devices: 0, ..SimConfig::default() }).await.unwrap();
    for serial in ["SYN-1", "SYN-2"] {
        let spec = DeviceSpec { serial: Some(serial.into()), ..DeviceSpec::default() };
        kandji.tenant.add_device(spec);
    }
    let url = kandji.url();
    let form = [("api_url", url.as_str()), ("token", kandji.token()), ("preset", "recommended")];
    let run = house.post(&house.at("sources/new"), &form).await.to();
    house.ended(&run).await.shows("Waits for review");
    (kandji, run)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_preview_tried_again_is_a_preview_and_no_kind_of_run_is_guessed() {
    let house = House::new().await;
    let (kandji, run) = held(&house).await;
    let runs = format!("{}/runs", source_of(&house, &run).await);
    for (mode, title) in [("preview", "Preview of"), ("apply", "Run of")] {
        kandji.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
        let failed = house.post(&runs, &[("mode", mode)]).await.to();
        let failed = house.ended(&failed).await;
        failed.shows("The run failed").shows(title);
        let form = failed.text.split("<form").find(|form| form.contains("Try again")).unwrap();
        assert!(form.contains(&format!("action=\"{runs}\"")), "{form}");
        assert!(form.contains(&format!("name=\"mode\" value=\"{mode}\"")), "{form}");
        kandji.tenant.behave();
        let again = house.post(&runs, &[("mode", mode)]).await.to();
        house.ended(&again).await.shows(title);
    }
    for unsaid in [vec![], vec![("mode", "")], vec![("mode", "Preview now")]] {
        house.post(&runs, &unsaid).await.is(422).shows("Press Preview or Sync now");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_of_a_plan_that_still_fits_speaks_of_no_further_run() {
    let house = House::new().await;
    let (_kandji, run) = held(&house).await;
    let approved = house.post(&format!("{run}/approval"), &[]).await;
    let told = told(&approved);
    assert!(told.contains("Approved: 2 changes made."), "{told}");
    assert!(!told.contains("further run"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_of_which_something_changed_meanwhile_leads_to_the_run_behind_it() {
    let house = House::new().await;
    let (_kandji, run) = held(&house).await;
    house.asset("SYN-1").await;
    let approved = house.post(&format!("{run}/approval"), &[]).await;
    let told = told(&approved);
    assert!(told.contains("Approved: 1 change made."), "{told}");
    assert!(told.contains("a further run, which follows at once"), "{told}");
    let next = told.split('\u{1f}').nth(2).unwrap();
    assert!(next.contains("/runs/run_") && next != run, "{told}");
    house.ended(next).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_after_the_settings_changed_says_that_nothing_was_done() {
    let house = House::new().await;
    let (_kandji, run) = held(&house).await;
    let settings = format!("{}/settings", source_of(&house, &run).await);
    let mut form = fields(&house.get(&settings).await.text);
    for (name, value) in &mut form {
        if name == "interval_minutes" {
            *value = "30".into();
        }
    }
    let sent: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    house.post(&settings, &sent).await.to();
    let approved = house.post(&format!("{run}/approval"), &[]).await;
    let told = told(&approved);
    assert!(told.contains("warning") && told.contains("Nothing of this plan was done"), "{told}");
    assert!(told.contains("A further run follows at once"), "{told}");
    assert!(!told.contains("Approved"), "{told}");
    house.get(&run).await.shows("its plan is no longer offered");
    let next = told.split('\u{1f}').nth(2).unwrap();
    house.ended(next).await.is(200).shows("Waits for review");
}
