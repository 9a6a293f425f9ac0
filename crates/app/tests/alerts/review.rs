//! Plans that wait for a person.

use app::alerts::{Severity, Told};
use app::{runs, sources, sync};
use jiff::SignedDuration;
use kandji::sim::{Misbehaviour, Trouble};
use serde_json::json;
use store::runs::RunState;
use store::sources::HealthState;
use store::{Settings, Store};
use testkit::smtp::Smtp;

use crate::company::Company;
use crate::{mail, open, work_off};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_held_for_review_alerts_with_its_link_until_it_is_decided() {
    let smtp = Smtp::start();
    let mut company = Company::with_settings(4, &json!({"first_run": "preview"})).await;
    company.app = company.app.clone().mailing(Some(mail(&smtp)));
    let (app, caller) = (&company.app, &company.caller);
    let held = async || {
        let told = open(&company).await;
        told.into_iter().filter(Told::is_of_a_held_run).map(|told| told.alert).collect::<Vec<_>>()
    };
    company.sync().await;
    let second = company.sync().await;
    let [alert] = &held().await[..] else { panic!("one alert, however many plans") };
    assert_eq!(alert.link, Some(format!("runs/{}", second.id)), "of the newest plan");
    assert_eq!(alert.severity, Severity::Warning);
    work_off(&company, 0).await;
    let mails: Vec<_> =
        smtp.received().into_iter().filter(|m| m.subject().contains("review")).collect();
    let [mail] = &mails[..] else { panic!("one mail, however many plans: {mails:?}") };
    assert_eq!(mail.subject(), "Example Company: A run of Kandji waits for review");
    assert!(mail.text().contains("This is the first run of this source"), "{}", mail.text());
    assert!(mail.text().contains("/t/example-company/runs/run_"), "{}", mail.text());

    sync::reject(app, caller, second.id).await.unwrap();
    assert_eq!(held().await, []);
    let third = company.sync().await;
    assert_eq!(held().await.len(), 1);
    sync::approve(app, caller, third.id).await.unwrap();
    assert_eq!(held().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_needs_no_review_any_more_takes_its_alert_along() {
    let company = Company::with_settings(4, &json!({"first_run": "preview"})).await;
    company.sync().await;
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    sources::save_settings(app, caller, id, None, &json!({"first_run": "apply"})).await.unwrap();
    company.applied().await;
    assert!(!open(&company).await.iter().any(Told::is_of_a_held_run));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_asks_kandji_nothing_and_says_nothing_of_its_connection() {
    let company = Company::with_settings(4, &json!({"first_run": "preview"})).await;
    let held = company.sync().await;
    company.kandji.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
    assert_eq!(company.sync().await.state, RunState::Failed);
    let before = company.source().await.health;
    assert_eq!(before.state, HealthState::Failing);
    let done = sync::approve(&company.app, &company.caller, held.id).await.unwrap().run;
    assert_eq!(done.counts.created, 4);
    assert_eq!(company.source().await.health, before);
    assert!(open(&company).await.iter().any(|told| told.alert.title == "Kandji cannot be read"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_whose_process_was_killed_ends_its_alert_and_tells_nothing_as_done() {
    let company = Company::with_settings(4, &json!({"first_run": "preview"})).await;
    let held = company.sync().await;
    let store = Store::open_with(&company.options.database, Settings::default()).unwrap();
    let (run, now) = (held.id, company.clock.now());
    let until = now + SignedDuration::from_secs(30);
    let reopened = store.write_blocking(company.caller.tenant, move |tx| {
        Ok::<_, store::StoreError>(store::runs::reopen(tx, run, now, "dead", until).unwrap())
    });
    assert_eq!(reopened, Ok(true));
    company.clock.advance(SignedDuration::from_secs(31));
    let work = tokio::spawn(sync::background(company.app.clone(), None));
    while open(&company).await.iter().any(Told::is_of_a_held_run) {
        tokio::task::yield_now().await;
    }
    work.abort();
    let run = runs::run(&company.app, &company.caller, run).await.unwrap();
    assert_eq!((run.state, run.counts.created), (RunState::Failed, 0));
}
