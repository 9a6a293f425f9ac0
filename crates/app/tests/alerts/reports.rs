//! Saved reports by mail: at their hour, once, to those who should have them, and not for ever.

use app::reports::mailing::{self, recipients};
use app::reports::saved::{self, NewReport, SavedReport};
use app::users::UserChange;
use app::{App, Caller, Refusal, fields, jobs};
use domain::Timestamp;
use domain::access::Role;
use domain::fields::{CustomField, FieldKey};
use domain::mailing::{Attached, Every, Mailing, Rhythm};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use store::DatabaseUrl;
use testkit::smtp::{Mood, Smtp};

use crate::company::Company;
use crate::{ROBIN, mail, mailing as sending, open, postgres, user, work_off};

/// A company with nothing left to mail, and a shared report of its administrator.
async fn with_report(smtp: &Smtp, database: Option<DatabaseUrl>) -> (Company, SavedReport) {
    let company = sending(smtp, database).await;
    work_off(&company, 0).await;
    let new = NewReport {
        name: "Macs, counted".into(),
        report: "status".into(),
        parameters: vec![("archived".into(), "any".into()), ("cursor".into(), "7".into())],
        shared: true,
    };
    let report = saved::create(&company.app, &company.caller, new).await.unwrap();
    (company, report)
}

async fn schedule(company: &Company, report: &SavedReport, every: Every, to: &[&str]) {
    let (app, caller) = (&company.app, &company.caller);
    let addresses: Vec<String> = to.iter().map(|text| (*text).to_owned()).collect();
    let to = recipients(app, caller, &addresses).await.unwrap();
    let mailing = Mailing { rhythm: Rhythm { every, hour: 8 }, format: Attached::Csv, to };
    mailing::schedule(app, caller, report.id, None, Some(mailing)).await.unwrap();
}

async fn now(company: &Company, report: &SavedReport) -> SavedReport {
    saved::saved(&company.app, &company.caller, report.id).await.unwrap()
}

/// The clock goes on to the next time it is due.
async fn until_due(company: &Company, report: &SavedReport) {
    let next = now(company, report).await.next_at.expect("it is mailed by the clock");
    company.clock.advance(next.duration_since(company.clock.now()));
}

/// What is due is queued and done.
async fn mailed(company: &Company) -> usize {
    mailing::start_due(&company.app).await.unwrap();
    jobs::work_off(&company.app).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_mailed_at_its_hour_with_what_it_comes_to_and_every_row() {
    for database in [None, Some(postgres())] {
        let smtp = Smtp::start();
        let (company, report) = with_report(&smtp, database).await;
        schedule(&company, &report, Every::Week { on: 1 }, &[ROBIN, "Board@Example.com"]).await;
        let quiet = smtp.received().len();
        assert_eq!(mailed(&company).await, 0, "not before its time");
        until_due(&company, &report).await;
        assert_eq!(mailed(&company).await, 2);
        assert_eq!(mailed(&company).await, 0, "not twice");
        let mut received = smtp.received().split_off(quiet);
        received.sort_by(|a, b| a.to.cmp(&b.to));
        assert_eq!(received[0].to, ["Board@Example.com"]);
        let mail = &received[1];
        assert_eq!(mail.header("To"), format!("Robin Sample <{ROBIN}>"));
        assert_eq!(mail.subject(), "Example Company: Macs, counted");
        let text = mail.text();
        for words in [
            "Assets by status, Example Company, 7 September 2026",
            "  Ready",
            "Every row is in the attached assets-by-status-2026-09-07.csv.",
            "https://stockroom.example.com/t/example-company/reports/status?archived=any\n",
        ] {
            assert!(text.contains(words), "{words}:\n{text}");
        }
        assert!(mail.html().contains("<td>Ready</td>"), "{}", mail.html());
        let (name, bytes) = mail.file().unwrap();
        assert_eq!(name, "assets-by-status-2026-09-07.csv");
        assert!(String::from_utf8(bytes).unwrap().contains("Status,Assets,Share in %"));
        let after = now(&company, &report).await;
        assert_eq!(after.sent_at, Some(company.clock.now()));
        let week = SignedDuration::from_hours(7 * 24);
        assert_eq!(after.next_at, Some(company.clock.now() + week));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_mail_a_report_once() {
    for database in [None, Some(postgres())] {
        let smtp = Smtp::start();
        let (company, report) = with_report(&smtp, database).await;
        schedule(&company, &report, Every::Day, &[ROBIN]).await;
        let quiet = smtp.received().len();
        let twin = App::open(company.options.clone()).unwrap().mailing(Some(mail(&smtp)));
        until_due(&company, &report).await;
        let (here, there) =
            tokio::join!(mailing::start_due(&company.app), mailing::start_due(&twin));
        assert_eq!(here.unwrap() + there.unwrap(), 1, "one of them claims it");
        let (here, there) = tokio::join!(jobs::work_off(&company.app), jobs::work_off(&twin));
        assert_eq!(here.unwrap() + there.unwrap(), 1);
        assert_eq!(smtp.received().len() - quiet, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_whose_process_was_killed_is_mailed_by_the_next_one() {
    let smtp = Smtp::start();
    let (company, report) = with_report(&smtp, None).await;
    schedule(&company, &report, Every::Day, &[ROBIN]).await;
    let quiet = smtp.received().len();
    until_due(&company, &report).await;
    mailing::start_due(&company.app).await.unwrap();
    let store = store::Store::open(&company.options.database).unwrap();
    let (now, lease) = (company.clock.now(), company.clock.now() + SignedDuration::from_mins(3));
    let claimed = store
        .system_blocking(move |tx| store::jobs::claim(tx, "killed", now, lease, None))
        .unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    assert!(claimed.is_some());
    assert_eq!(work_off(&company, 3).await, 0, "its lease still holds");
    assert_eq!(work_off(&company, 1).await, 1);
    assert_eq!(smtp.received().len() - quiet, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_while_nothing_ran_is_mailed_once() {
    let smtp = Smtp::start();
    let (company, report) = with_report(&smtp, None).await;
    schedule(&company, &report, Every::Day, &[ROBIN]).await;
    company.clock.advance(SignedDuration::from_hours(5 * 24));
    assert_eq!(mailed(&company).await, 1);
    let next = now(&company, &report).await.next_at.unwrap();
    assert!(next > company.clock.now());
    assert_eq!(mailed(&company).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hour_is_the_companys_also_when_its_clocks_change() {
    let smtp = Smtp::start();
    let (company, report) = with_report(&smtp, None).await;
    let (app, caller) = (&company.app, &company.caller);
    let held = app::company::company(app, caller).await.unwrap();
    let berlin = domain::company::Company { time_zone: "Europe/Berlin".into(), ..held };
    app::company::save(app, caller, None, |_| berlin).await.unwrap();
    // Summer time ends on the 25th.
    let eve: Timestamp = "2026-10-24T12:00:00Z".parse().unwrap();
    company.clock.advance(eve.duration_since(company.clock.now()));
    schedule(&company, &report, Every::Day, &[ROBIN]).await;
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    for (day, utc) in [("25", "07"), ("26", "07")] {
        let next = now(&company, &report).await.next_at.unwrap();
        let local = next.to_zoned(zone.clone());
        assert_eq!(local.strftime("%d %H:%M").to_string(), format!("{day} 08:00"));
        assert_eq!(next.strftime("%H").to_string(), utc);
        until_due(&company, &report).await;
        assert_eq!(mailed(&company).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_off_the_list_or_goes_gets_no_more() {
    let smtp = Smtp::start();
    let (company, report) = with_report(&smtp, None).await;
    let casey = user(&company, "casey@example.com", Role::Viewer);
    schedule(&company, &report, Every::Day, &[ROBIN, "casey@example.com"]).await;
    let quiet = smtp.received().len();
    until_due(&company, &report).await;
    mailing::start_due(&company.app).await.unwrap();
    app::users::delete(&company.app, &company.caller, casey).await.unwrap();
    assert_eq!(work_off(&company, 0).await, 2, "theirs is done with, too");
    let to: Vec<_> =
        smtp.received().split_off(quiet).into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(to, [ROBIN]);

    until_due(&company, &report).await;
    mailing::start_due(&company.app).await.unwrap();
    schedule(&company, &report, Every::Day, &["board@example.com"]).await;
    let quiet = smtp.received().len();
    work_off(&company, 0).await;
    assert_eq!(smtp.received().len(), quiet, "queued before the list changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_stops_with_the_role_of_its_owner_and_says_why() {
    let smtp = Smtp::start();
    let (company, _) = with_report(&smtp, None).await;
    let casey = user(&company, "casey@example.com", Role::Manager);
    let tenant = company.caller.tenant;
    let them = Caller::user(tenant, casey, "Casey Example", Role::Manager);
    let new = NewReport {
        name: "Late".into(),
        report: "overdue".into(),
        shared: true,
        ..NewReport::default()
    };
    let report = saved::create(&company.app, &them, new).await.unwrap();
    schedule(&company, &report, Every::Day, &[ROBIN]).await;
    let (app, caller) = (&company.app, &company.caller);
    let less = UserChange { role: Some(Role::Operator), ..UserChange::default() };
    app::users::change(app, caller, casey, None, less).await.unwrap();
    until_due(&company, &report).await;
    let quiet = smtp.received().len();
    mailing::start_due(app).await.unwrap();
    let stopped = now(&company, &report).await;
    assert_eq!(stopped.next_at, None);
    let why = stopped.stopped.unwrap();
    assert!(why.contains("Casey Example") && why.contains("is not a manager"), "{why}");
    let told = open(&company).await;
    let alert = told.iter().find(|told| told.alert.title.contains("Late")).unwrap();
    assert_eq!(alert.alert.title, "The report \"Late\" is mailed no more");
    work_off(&company, 0).await;
    assert!(smtp.received().split_off(quiet).iter().all(|mail| mail.file().is_none()));

    app::users::delete(app, caller, casey).await.unwrap();
    let nobody = mailing::schedule(app, caller, report.id, None, stopped.mailing).await;
    assert!(matches!(nobody, Err(Refusal::Conflict { .. })), "{nobody:?}");
    saved::delete(app, caller, report.id).await.unwrap();
    assert!(!open(&company).await.iter().any(|told| told.alert.title.contains("Late")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_never_arrives_becomes_an_alert_until_one_does() {
    let smtp = Smtp::start();
    let (company, report) = with_report(&smtp, None).await;
    schedule(&company, &report, Every::Day, &[ROBIN]).await;
    until_due(&company, &report).await;
    smtp.set(Mood::Refuses);
    assert_eq!(mailed(&company).await, 1);
    let about = async || {
        let told = open(&company).await;
        told.into_iter().find(|told| told.alert.title.contains("Macs, counted"))
    };
    assert!(about().await.is_none(), "it is tried again first");
    assert!(now(&company, &report).await.error.unwrap().contains("no such mailbox"));
    for minutes in [1, 2] {
        work_off(&company, minutes).await;
    }
    let alert = about().await.expect("three times are enough").alert;
    assert!(alert.title.ends_with("could not be mailed"), "{}", alert.title);
    smtp.set(Mood::Takes);
    until_due(&company, &report).await;
    mailed(&company).await;
    assert!(about().await.is_none(), "mended by itself");
    assert_eq!(now(&company, &report).await.error, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_with_a_filter_on_a_field_that_is_gone_says_so_in_its_mail_until_it_is_dropped() {
    let smtp = Smtp::start();
    let (company, _) = with_report(&smtp, None).await;
    let (app, caller) = (&company.app, &company.caller);
    let id = company.clock.now();
    let field =
        CustomField::text(domain::Mint::new(77).id(id), FieldKey::parse("room").unwrap(), "Room");
    let field = fields::create(app, caller, field).await.unwrap();
    let new = NewReport {
        name: "By room".into(),
        report: "status".into(),
        parameters: vec![("fields.room".into(), "~7".into()), ("archived".into(), "any".into())],
        shared: true,
    };
    let report = saved::create(app, caller, new).await.unwrap();
    schedule(&company, &report, Every::Day, &[ROBIN]).await;
    fields::delete(app, caller, field.id).await.unwrap();
    until_due(&company, &report).await;
    mailed(&company).await;
    // Beside it goes the alert to the administrators.
    let received = smtp.received();
    let mail = received.iter().find(|mail| mail.text().contains("By room could not be made"));
    let mail = mail.expect("whoever waits for it is told");
    assert!(mail.file().is_none(), "there is nothing to attach");
    assert!(mail.text().contains("no custom field has this key"), "{}", mail.text());
    assert!(mail.text().contains(&format!("/reports/saved/{}", report.id)), "{}", mail.text());
    let told = now(&company, &report).await;
    assert!(told.error.unwrap().contains("fields.room"));
    let alerts = open(&company).await;
    let alert = alerts.iter().find(|told| told.alert.title.contains("By room"));
    assert!(alert.is_some_and(|told| told.alert.title.ends_with("could not be mailed")));

    let mended = saved::forget(app, caller, report.id, &["fields.room"]).await.unwrap();
    assert_eq!(mended.parameters, [("archived".to_owned(), "any".to_owned())]);
    until_due(&company, &report).await;
    let quiet = smtp.received().len();
    mailed(&company).await;
    let received = smtp.received().split_off(quiet);
    assert!(received.iter().any(|mail| mail.file().is_some()));
    assert_eq!(now(&company, &report).await.error, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_for_a_mail_is_linked() {
    let smtp = Smtp::start();
    let (mut company, report) = with_report(&smtp, None).await;
    company.app = company.app.clone().mailing(Some(mail(&smtp).attaching(10)));
    schedule(&company, &report, Every::Day, &[ROBIN]).await;
    until_due(&company, &report).await;
    mailed(&company).await;
    let received = smtp.received();
    let mail = received.last().unwrap();
    assert_eq!(mail.file(), None);
    let link = "https://stockroom.example.com/t/example-company/reports/status.csv?archived=any";
    assert!(mail.text().contains(link), "{}", mail.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_open_a_report_can_send_themselves_one() {
    let smtp = Smtp::start();
    let (company, report) = with_report(&smtp, None).await;
    let casey = user(&company, "casey@example.com", Role::Viewer);
    let them = Caller::user(company.caller.tenant, casey, "Casey Example", Role::Viewer);
    let quiet = smtp.received().len();
    mailing::send_now(&company.app, &them, report.id).await.unwrap();
    mailing::send_now(&company.app, &them, report.id).await.unwrap();
    assert_eq!(work_off(&company, 0).await, 1, "the same wish waits once");
    let received = smtp.received().split_off(quiet);
    assert_eq!(received[0].to, ["casey@example.com"]);
    assert!(received[0].file().unwrap().0.contains(".xlsx"));
    let quiet = app::reports::mailing::send_now(&company.app, &company.caller, report.id);
    assert!(quiet.await.is_ok());
    let mute = company.app.clone().mailing(None);
    let refused = mailing::send_now(&mute, &them, report.id).await.unwrap_err().to_string();
    assert!(refused.contains("sends no mail") && refused.contains("; hint: "), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_report_is_there_for_its_owner_alone_and_names_are_each_persons_own() {
    let smtp = Smtp::start();
    let (company, _) = with_report(&smtp, None).await;
    let casey = user(&company, "casey@example.com", Role::Viewer);
    let them = Caller::user(company.caller.tenant, casey, "Casey Example", Role::Viewer);
    let app = &company.app;
    let new = |name: &str, shared| NewReport {
        name: name.into(),
        report: "age".into(),
        shared,
        ..NewReport::default()
    };
    let private = saved::create(app, &them, new("macs, COUNTED", false)).await.unwrap();
    let names = async |caller: &Caller| -> Vec<String> {
        saved::list(app, caller).await.unwrap().into_iter().map(|report| report.name).collect()
    };
    assert_eq!(names(&them).await.len(), 2, "theirs and the shared one");
    assert_eq!(names(&company.caller).await, ["Macs, counted"]);
    for refused in [
        saved::saved(app, &company.caller, private.id).await.map(|_| ()),
        saved::delete(app, &company.caller, private.id).await,
    ] {
        assert!(matches!(refused, Err(Refusal::NotFound { .. })), "{refused:?}");
    }
    assert!(matches!(
        saved::create(app, &them, new("x", true)).await,
        Err(Refusal::Forbidden { .. })
    ));
    let twice = saved::create(app, &them, new("Macs, Counted ", false)).await;
    assert!(matches!(twice, Err(Refusal::Invalid { .. })), "{twice:?}");
    let odd = NewReport { report: "nothing".into(), ..new("y", false) };
    assert!(saved::create(app, &them, odd).await.unwrap_err().to_string().contains("hint: assets"));
    let renamed = saved::change(app, &them, private.id, None, Some("Old".into()), None, None).await;
    assert_eq!(renamed.unwrap().name, "Old");
    saved::delete(app, &them, private.id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_sends_a_report_now_to_those_named_or_to_those_of_its_schedule() {
    let smtp = Smtp::start();
    let (company, report) = with_report(&smtp, None).await;
    let (app, caller) = (&company.app, &company.caller);
    let nobody = mailing::send(app, caller, report.id, None).await.unwrap_err().to_string();
    assert!(nobody.contains("no schedule"), "{nobody}");
    let quiet = smtp.received().len();
    let given = ["dana@example.com".to_owned()];
    let to = mailing::recipients(app, caller, &given).await.unwrap();
    mailing::send(app, caller, report.id, Some(to.clone())).await.unwrap();
    assert_eq!(work_off(&company, 0).await, 1);
    let received = smtp.received().split_off(quiet);
    assert_eq!(received[0].to, given);
    assert!(received[0].file().unwrap().0.contains(".xlsx"));
    schedule(&company, &report, Every::Day, &[ROBIN]).await;
    mailing::send(app, caller, report.id, None).await.unwrap();
    assert_eq!(work_off(&company, 0).await, 1);
    assert_eq!(smtp.received().last().unwrap().to, [ROBIN]);
    let casey = user(&company, "casey@example.com", Role::Viewer);
    let them = Caller::user(caller.tenant, casey, "Casey Example", Role::Viewer);
    let refused = mailing::send(app, &them, report.id, Some(to)).await;
    assert!(matches!(refused, Err(Refusal::Forbidden { .. })), "{refused:?}");
    let none = mailing::send(app, caller, report.id, Some(Vec::new())).await;
    assert!(matches!(none, Err(Refusal::Invalid { .. })), "{none:?}");
}
