//! Who is mailed about a broken connection, how often, and what stands in the way.

use app::sources::HealthState;
use app::webhooks::{self, NewWebhook};
use app::{App, jobs, sources};
use domain::access::Role;
use jiff::SignedDuration;
use kandji::ExtraHosts;
use testkit::hooks::Hooks;
use testkit::smtp::{Mood, Smtp};

use crate::company::Company;
use crate::{ROBIN, is_of_source, mail, mailing, open, postgres, refused, user, work_off};

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
        let told = open(&company).await.into_iter().find(is_of_source).unwrap();
        let mailed: Vec<_> = told.mails.iter().map(|mail| mail.email.as_str()).collect();
        assert_eq!(mailed, ["casey@example.com", ROBIN]);
        assert!(told.mails.iter().all(|mail| mail.sent_at.is_some() && mail.next_at.is_none()));
    }
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
        .system_blocking(move |tx| store::jobs::claim(tx, "killed", now, lease, None))
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
async fn a_mail_server_is_tested_by_a_conversation() {
    let smtp = Smtp::start();
    let mail = mail(&smtp);
    let said = mail.test().await.unwrap();
    assert!(said.contains("takes mail from stockroom@example.com"), "{said}");
    smtp.set(Mood::HangsUp);
    let refusal = mail.test().await.unwrap_err().to_string();
    assert!(refusal.contains("hint: check host, port and tls in mail.url"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn receivers_of_webhooks_that_do_not_answer_keep_no_mail_waiting() {
    let (smtp, hooks) = (Smtp::start(), Hooks::start());
    let mut company = mailing(&smtp, None).await;
    work_off(&company, 0).await;
    let loopback = ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap();
    company.app = company.app.clone().sending_to(loopback);
    for name in ["One", "Two", "Three", "Four", "Five", "Six"] {
        let new = NewWebhook { name: name.into(), url: hooks.url(), ..Default::default() };
        webhooks::create(&company.app, &company.caller, new).await.unwrap();
    }
    hooks.keep_silent(true);
    company.applied().await;
    let app = company.app.clone();
    let busy = tokio::spawn(async move { jobs::work_off(&app).await });
    while hooks.calls().len() < 3 {
        tokio::task::yield_now().await;
    }
    let quiet = smtp.received().len();
    company.kandji.tenant.misbehave(refused());
    company.sync().await;
    while smtp.received().len() == quiet {
        tokio::task::yield_now().await;
    }
    assert_eq!(hooks.calls().len(), 3, "and none of them was done with meanwhile");
    busy.abort();
    hooks.keep_silent(false);
}
