//! The life of a connection: what breaks it, who is told, and how it mends itself. Mail goes to a
//! real SMTP server on the loopback, and what it took is read.

mod company;

use app::alerts::{self, Severity, Told};
use app::runs::State;
use app::sources::{self, HealthState};
use app::{App, Mail, jobs, sync};
use company::{Company, connection};
use domain::access::Role;
use domain::id::UserId;
use jiff::SignedDuration;
use kandji::sim::{DeviceSpec, Misbehaviour, Trouble};
use secrecy::SecretString;
use serde_json::json;
use store::DatabaseUrl;
use testkit::smtp::{Mood, Smtp};

const ROBIN: &str = "robin.sample@example.com";

/// Tries that Kandji puts off at once, so that a run over them takes no time.
fn busy() -> Trouble {
    Trouble::on("*", Misbehaviour::RateLimited { retry_after: Some("0".into()) })
}

fn refused() -> Trouble {
    Trouble::on("*", Misbehaviour::Unauthorized)
}

fn mail(smtp: &Smtp) -> Mail {
    let url = SecretString::from(smtp.url());
    let from = "Stockroom <stockroom@example.com>";
    Mail::new(&url, from, "https://stockroom.example.com/").unwrap()
}

/// A company whose installation sends its mail there.
async fn mailing(smtp: &Smtp, database: Option<DatabaseUrl>) -> Company {
    let mut company = Company::on(database, 3, &json!({})).await;
    company.app = company.app.clone().mailing(Some(mail(smtp)));
    company.applied().await;
    company
}

async fn open(company: &Company) -> Vec<Told> {
    alerts::open(&company.app, &company.caller).await.unwrap()
}

/// Does what is due now, after so many minutes.
async fn work_off(company: &Company, minutes: i64) -> usize {
    company.clock.advance(SignedDuration::from_mins(minutes));
    jobs::work_off(&company.app).await.unwrap()
}

fn postgres() -> DatabaseUrl {
    // Its blocking client cannot start on a thread that drives async work.
    std::thread::spawn(testkit::postgres::database).join().unwrap().parse().unwrap()
}

static MINT: domain::Mint = domain::Mint::new(900);

/// Someone else who signs in here.
fn user(company: &Company, email: &'static str, role: Role) -> UserId {
    let store = store::Store::open(&company.options.database).unwrap();
    let (tenant, now) = (company.caller.tenant, company.clock.now());
    let id = MINT.id(now);
    let user = domain::person::User {
        id,
        email: domain::Email::parse(email).unwrap(),
        name: "Casey Example".into(),
        role,
    };
    let create = move |tx: &mut store::SystemTx<'_>| {
        store::users::create(tx, tenant, &user, "no password", now)
    };
    store.system_blocking(create).unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_b46_every_administrator_is_mailed_once_what_broke_and_how_to_mend_it() {
    for database in [None, Some(postgres())] {
        let smtp = Smtp::start();
        let company = mailing(&smtp, database).await;
        user(&company, "casey@example.com", Role::Administrator);
        user(&company, "viewer@example.com", Role::Viewer);
        work_off(&company, 0).await;
        let quiet = smtp.received().len();
        company.kandji.tenant.misbehave(refused());
        company.sync().await;
        company.sync().await;
        work_off(&company, 0).await;
        let received = smtp.received().split_off(quiet);
        let mut to: Vec<_> = received.iter().flat_map(|mail| mail.to.clone()).collect();
        to.sort();
        assert_eq!(to, ["casey@example.com", ROBIN], "each once, and nobody who only looks");

        let mail = received.iter().find(|mail| mail.to == [ROBIN]).unwrap();
        assert_eq!(mail.from, "stockroom@example.com");
        assert_eq!(mail.header("From"), "Stockroom <stockroom@example.com>");
        assert_eq!(mail.header("To"), format!("Robin Sample <{ROBIN}>"));
        assert_eq!(mail.subject(), "Example Company: Kandji cannot be read");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        let text = mail.text();
        for words in [
            "Hello Robin Sample,",
            "Kandji cannot be read, since 1 September 2026, 12:02 UTC.",
            "What is wrong\nKandji refused the API token (401)",
            "How to mend it\nCheck it under Access",
            "What still works\nThe register keeps its last state: nothing is lost",
            "https://stockroom.example.com/t/example-company/alerts\n",
        ] {
            assert!(text.contains(words), "{words}:\n{text}");
        }
        let link = format!(
            "https://stockroom.example.com/t/example-company/sources/{}",
            company.source.id
        );
        assert!(text.contains(&link), "{text}");
        let told = open(&company).await.into_iter().find(|told| is_of_source(told)).unwrap();
        let mailed: Vec<_> = told.mails.iter().map(|mail| mail.email.as_str()).collect();
        assert_eq!(mailed, ["casey@example.com", ROBIN]);
        assert!(told.mails.iter().all(|mail| mail.sent_at.is_some() && mail.next_at.is_none()));
    }
}

fn is_of_source(told: &Told) -> bool {
    told.alert.severity == Severity::Danger
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_a_connection_that_was_mended_and_breaks_anew_is_mailed_anew() {
    let smtp = Smtp::start();
    let company = mailing(&smtp, None).await;
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    let tell = async || {
        work_off(&company, 0).await;
        let subjects = smtp.received().into_iter().map(|mail| mail.subject());
        subjects.filter(|subject| subject.contains("cannot be read")).count()
    };
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    assert_eq!(tell().await, 1);
    // A test of the connection mends it, as a run does.
    company.kandji.tenant.behave();
    assert!(sources::retest(app, caller, id).await.unwrap().ok);
    assert!(!open(&company).await.iter().any(is_of_source));
    assert_eq!(company.source().await.health.state, HealthState::Ok);
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    assert_eq!(tell().await, 2);
    company.kandji.tenant.behave();
    company.applied().await;
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    company.sync().await;
    assert_eq!(tell().await, 3);
}

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
async fn b7_two_processes_send_one_mail() {
    for database in [None, Some(postgres())] {
        let smtp = Smtp::start();
        let company = mailing(&smtp, database).await;
        let twin = App::open(company.options.clone()).unwrap().mailing(Some(mail(&smtp)));
        work_off(&company, 0).await;
        let quiet = smtp.received().len();
        company.kandji.tenant.misbehave(refused());
        company.sync().await;
        let (here, there) = tokio::join!(jobs::work_off(&company.app), jobs::work_off(&twin));
        assert_eq!(here.unwrap() + there.unwrap(), 1);
        assert_eq!(smtp.received().len() - quiet, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_a_mail_server_that_is_down_is_tried_again_and_the_alert_stays() {
    let smtp = Smtp::start();
    let company = mailing(&smtp, None).await;
    work_off(&company, 0).await;
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    for (mood, minutes, next) in [(Mood::HangsUp, 0, 1), (Mood::Busy, 1, 2)] {
        smtp.set(mood);
        assert_eq!(work_off(&company, minutes).await, 1);
        assert_eq!(work_off(&company, 0).await, 0, "not before its time");
        let told = open(&company).await;
        let waiting = &told.iter().find(|told| is_of_source(told)).unwrap().mails[0];
        let next = company.clock.now() + SignedDuration::from_mins(next);
        assert_eq!((waiting.sent_at, waiting.next_at), (None, Some(next)));
        assert!(waiting.error.as_ref().unwrap().contains("mail server"), "{waiting:?}");
    }
    smtp.set(Mood::Takes);
    work_off(&company, 2).await;
    assert_eq!(smtp.received().last().unwrap().subject(), "Example Company: Kandji cannot be read");
    let told = open(&company).await;
    let sent = &told.iter().find(|told| is_of_source(told)).unwrap().mails[0];
    assert_eq!((sent.attempts, sent.sent_at.is_some(), sent.error.as_deref()), (3, true, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_mail_server_refuses_is_given_up_and_said() {
    let smtp = Smtp::start();
    let company = mailing(&smtp, None).await;
    work_off(&company, 0).await;
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    smtp.set(Mood::Refuses);
    for minutes in [0, 1, 2] {
        assert_eq!(work_off(&company, minutes).await, 1);
    }
    assert_eq!(work_off(&company, 60).await, 0, "three times are enough");
    let told = open(&company).await;
    let mail = &told.iter().find(|told| is_of_source(told)).unwrap().mails[0];
    assert_eq!((mail.sent_at, mail.next_at), (None, None));
    assert!(mail.error.as_ref().unwrap().contains("no such mailbox"), "{mail:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_what_is_mended_before_it_could_be_mailed_is_mailed_to_nobody() {
    let smtp = Smtp::start();
    let company = mailing(&smtp, None).await;
    work_off(&company, 0).await;
    let quiet = smtp.received().len();
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    company.kandji.tenant.behave();
    company.applied().await;
    work_off(&company, 0).await;
    assert_eq!(smtp.received().len(), quiet);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_process_was_killed_is_sent_by_the_next_one() {
    let smtp = Smtp::start();
    let company = mailing(&smtp, None).await;
    work_off(&company, 0).await;
    let quiet = smtp.received().len();
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    let store = store::Store::open(&company.options.database).unwrap();
    let (now, lease) = (company.clock.now(), company.clock.now() + SignedDuration::from_mins(3));
    let claimed = store
        .system_blocking(move |tx| store::jobs::claim(tx, "killed", now, lease))
        .unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    assert!(claimed.is_some());
    assert_eq!(work_off(&company, 3).await, 0, "its lease still holds");
    assert_eq!(work_off(&company, 1).await, 1);
    assert_eq!(smtp.received().len() - quiet, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_without_mail_an_alert_stays_in_the_app() {
    let company = Company::with(3).await;
    company.applied().await;
    work_off(&company, 0).await;
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    let told = open(&company).await.into_iter().find(is_of_source).unwrap();
    assert_eq!(told.mails, []);
    assert_eq!(work_off(&company, 0).await, 0);
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
    sources::save_settings(app, caller, id, &json!({"first_run": "apply"})).await.unwrap();
    company.applied().await;
    assert!(!open(&company).await.iter().any(Told::is_of_a_held_run));
}

#[tokio::test(flavor = "multi_thread")]
async fn b28_an_enrollment_token_that_expires_within_thirty_days_alerts_once_until_renewed() {
    let smtp = Smtp::start();
    let company = mailing(&smtp, None).await;
    let tenant = &company.kandji.tenant;
    let soon = company.clock.now() + SignedDuration::from_hours(29 * 24);
    let later = company.clock.now() + SignedDuration::from_hours(400 * 24);
    tenant.set_ade_expiry(0, soon);
    tenant.set_ade_expiry(1, later);
    let asked = || tenant.requests().count("GET /integrations/apple/ade");
    let before = asked();
    assert_eq!(work_off(&company, 0).await, 2, "the look that the run asked for, and the mail");
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 0, "once a day");
    let [told] = &open(&company).await[..] else { panic!("one token ends soon") };
    assert_eq!(told.alert.severity, Severity::Warning);
    assert!(told.alert.title.ends_with("will expire"), "{}", told.alert.title);
    let mails = smtp.received();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].text().contains("30 September 2026"), "{}", mails[0].text());
    assert_eq!(asked() - before, 1);

    tenant.set_ade_expiry(0, later);
    work_off(&company, 25 * 60).await;
    company.applied().await;
    work_off(&company, 0).await;
    assert_eq!(open(&company).await, []);
    assert_eq!(asked() - before, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn b28_a_run_whose_rules_read_the_enrollment_tokens_tells_when_they_end() {
    let company = Company::with(2).await;
    let tenant = &company.kandji.tenant;
    let day = SignedDuration::from_hours(24);
    tenant.set_ade_expiry(0, company.clock.now() - day);
    tenant.set_ade_expiry(1, company.clock.now() + day * 31);
    let rules = json!({"ade_rules": [{"ade_id": "x", "location": null, "status": null, "apply": "always"}]});
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    sources::save_settings(app, caller, id, &rules).await.unwrap();
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 0, "no look apart from the run");
    let [told] = &open(&company).await[..] else { panic!("one token has ended") };
    assert!(told.alert.title.ends_with("has expired"), "{}", told.alert.title);
    tenant.set_ade_expiry(0, company.clock.now() + day * 365);
    company.applied().await;
    assert_eq!(open(&company).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn enrollment_tokens_that_may_not_be_read_cost_nothing_and_say_nothing() {
    let company = Company::with(2).await;
    company.kandji.tenant.add_device(DeviceSpec::default());
    let trouble = Trouble::on("/integrations/apple/ade", Misbehaviour::Forbidden);
    company.kandji.tenant.misbehave(trouble);
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 1);
    assert_eq!(open(&company).await, []);
    assert_eq!(company.source().await.health.state, HealthState::Ok);
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 0, "tomorrow");
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    sources::retest(app, caller, id).await.unwrap();
    company.clock.advance(SignedDuration::from_hours(25));
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 0, "the test has found that it may not");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_is_tested_by_a_conversation() {
    let smtp = Smtp::start();
    let mail = mail(&smtp);
    let said = mail.test().await.unwrap();
    assert!(said.contains("takes mail from stockroom@example.com"), "{said}");
    smtp.set(Mood::HangsUp);
    let refusal = mail.test().await.unwrap_err().to_string();
    assert!(refusal.contains("hint: check host, port and tls in mail.url"), "{refusal}");
}
