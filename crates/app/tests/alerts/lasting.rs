//! What is told at once, what only when it lasts, and what to nobody.

use app::alerts;
use app::runs::State;
use app::sources::{self, HealthState};
use domain::access::Role;
use jiff::SignedDuration;
use secrecy::SecretString;
use testkit::smtp::Smtp;

use crate::company::{Company, connection};
use crate::{busy, is_of_source, mailing, open, refused, user, work_off};

#[tokio::test(flavor = "multi_thread")]
async fn b6_b7_a_new_connection_that_works_replaces_the_old_one_and_mends_the_alert() {
    let company = Company::with(3).await;
    company.applied().await;
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    let before = company.source().await;
    let other = kandji::sim::start(kandji::sim::SimConfig::default()).await.unwrap();
    let wrong =
        sources::Connection { token: SecretString::from("not-the-token"), ..connection(&other) };
    sources::reconnect(app, caller, id, &wrong).await.unwrap_err();
    assert_eq!(company.source().await, before, "a failed update changes nothing");
    assert!(open(&company).await.iter().any(is_of_source));

    let saved = sources::reconnect(app, caller, id, &connection(&other)).await.unwrap();
    assert!(saved.enabled && saved.api_url != before.api_url);
    assert_eq!((saved.rules, saved.health.state), (before.rules, HealthState::Ok));
    assert!(!open(&company).await.iter().any(is_of_source));
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_a_transient_blip_mails_nobody_and_the_schedule_backs_off_until_it_works() {
    let smtp = Smtp::start();
    let company = mailing(&smtp, None).await;
    work_off(&company, 0).await;
    let quiet = smtp.received().len();
    company.kandji.tenant.misbehave(busy());
    for (runs, minutes) in [(1, 20), (2, 40), (3, 60), (4, 60)] {
        assert_eq!(company.sync().await.state, State::Failed);
        let source = company.source().await;
        assert_eq!(source.health.state, HealthState::Degraded);
        assert_eq!(source.outage.map(|outage| outage.runs), Some(runs));
        let wait = source.next_run_at.unwrap().duration_since(company.clock.now());
        assert!(wait >= SignedDuration::from_mins(minutes), "{wait}");
        assert!(wait <= SignedDuration::from_mins(minutes + minutes / 10), "{wait}");
    }
    assert_eq!(work_off(&company, 0).await, 0);
    assert!(!open(&company).await.iter().any(is_of_source));
    company.kandji.tenant.behave();
    company.applied().await;
    let source = company.source().await;
    assert_eq!((source.outage, source.health.state), (None, HealthState::Ok));
    let wait = source.next_run_at.unwrap().duration_since(company.clock.now());
    assert!(wait <= SignedDuration::from_mins(11), "back to the interval: {wait}");
    assert_eq!(smtp.received().len(), quiet);
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_trouble_that_lasts_for_an_hour_and_three_runs_alarms_once() {
    let smtp = Smtp::start();
    let company = mailing(&smtp, None).await;
    work_off(&company, 0).await;
    let quiet = smtp.received().len();
    company.kandji.tenant.misbehave(busy());
    company.sync().await;
    company.clock.advance(SignedDuration::from_hours(2));
    company.sync().await;
    assert!(!open(&company).await.iter().any(is_of_source), "two runs are no pattern");
    company.sync().await;
    company.sync().await;
    let told = open(&company).await.into_iter().find(is_of_source).unwrap();
    let detail = &told.alert.detail;
    let since = "no run has worked since 1 September 2026, 12:02 UTC; ";
    assert!(detail.starts_with(since), "{detail}");
    assert_eq!(company.source().await.health.state, HealthState::Failing);
    work_off(&company, 0).await;
    assert_eq!(smtp.received().len() - quiet, 1);
    company.kandji.tenant.behave();
    company.applied().await;
    assert!(!open(&company).await.iter().any(is_of_source));
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_a_bad_moment_of_the_network_does_not_hide_what_somebody_must_mend() {
    let company = Company::with(3).await;
    company.applied().await;
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    let before = open(&company).await;
    company.kandji.tenant.behave();
    company.kandji.tenant.misbehave(busy());
    company.sync().await;
    let caller = (&company.app, &company.caller);
    let tested = sources::retest(caller.0, caller.1, company.source.id).await.unwrap();
    assert!(tested.passing && !tested.ok);
    assert_eq!(open(&company).await, before);
    let source = company.source().await;
    assert_eq!(source.health.state, HealthState::Failing);
    assert!(source.health.detail.contains("(401)"), "{}", source.health.detail);
    assert!(source.capabilities.iter().any(|can| can.ok), "nothing was learned of them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_switched_off_alarms_nobody() {
    let company = Company::with(3).await;
    company.applied().await;
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    sources::disable(app, caller, id).await.unwrap();
    assert!(!open(&company).await.iter().any(is_of_source));
    sources::enable(app, caller, id).await.unwrap_err();
    assert!(!open(&company).await.iter().any(is_of_source));
    assert!(!company.source().await.enabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_an_alert_that_one_administrator_has_seen_is_news_to_another() {
    let company = Company::with(3).await;
    company.applied().await;
    let casey = user(&company, "casey@example.com", Role::Administrator);
    let casey = app::Caller::user(company.caller.tenant, casey, "Casey", Role::Administrator);
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    let urgent =
        async |caller: &app::Caller| alerts::urgent(&company.app, caller).await.unwrap().len();
    assert_eq!((urgent(&company.caller).await, urgent(&casey).await), (1, 1));
    let viewer = app::Caller { role: Role::Manager, ..casey.clone() };
    assert_eq!(urgent(&viewer).await, 0, "only administrators can mend it");
    let id = open(&company).await.iter().find(|told| is_of_source(told)).unwrap().alert.id;
    alerts::seen(&company.app, &company.caller, id).await.unwrap();
    assert_eq!((urgent(&company.caller).await, urgent(&casey).await), (0, 1));
    assert!(open(&company).await.iter().any(|told| told.seen.is_some()), "it stays open");
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_what_stands_in_the_way_here_alarms_at_once_as_what_kandji_refuses_does() {
    let other_key = |options: &mut app::Options| {
        options.keys = app::secrets::Keys::new([8; 32]);
    };
    let closed_host = |options: &mut app::Options| {
        options.extra_hosts = kandji::ExtraHosts::none();
    };
    let ways: [&dyn Fn(&mut app::Options); 2] = [&other_key, &closed_host];
    for change in ways {
        let company = Company::with(3).await;
        company.applied().await;
        let mut options = company.options.clone();
        change(&mut options);
        let app = app::App::open(options).unwrap();
        let (caller, id) = (&company.caller, company.source.id);
        let run = app::sync::run_here(&app, caller, id, store::runs::RunMode::Apply).await;
        let error = run.unwrap().error.expect("a failed run says why");
        let health = company.source().await.health;
        assert_eq!((health.state, &health.detail), (HealthState::Failing, &error));
        assert!(open(&company).await.iter().any(is_of_source), "{error}");
        company.applied().await;
        assert!(!open(&company).await.iter().any(is_of_source));
    }
}
