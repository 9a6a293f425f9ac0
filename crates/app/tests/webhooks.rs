//! Webhooks: a receiver on the loopback hears of everything, in order, signed, until it takes it.

#[expect(dead_code, reason = "the tests of runs use the rest")]
#[path = "company/mod.rs"]
mod company;

use app::webhooks::{self, Again, NewWebhook, Webhook, WebhookChange};
use app::{App, alerts, assets, jobs};
use domain::{Action, Asset, AssetTag, Field};
use jiff::SignedDuration;
use kandji::ExtraHosts;
use serde_json::json;
use store::DatabaseUrl;
use testkit::hooks::{Call, Hooks};

use company::Company;

fn loopback() -> ExtraHosts {
    ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap()
}

/// A company that may send to this machine, and a webhook there.
async fn listening(hooks: &Hooks, database: Option<DatabaseUrl>) -> (Company, Webhook) {
    let mut company = Company::on(database, 3, &json!({})).await;
    company.app = company.app.clone().sending_to(loopback());
    let new = NewWebhook { name: "Desk".into(), url: hooks.url(), ..Default::default() };
    let (webhook, secret) = webhooks::create(&company.app, &company.caller, new).await.unwrap();
    assert!(secret.starts_with("whsec_"));
    (company, webhook)
}

async fn work_off(company: &Company, seconds: i64) -> usize {
    company.clock.advance(SignedDuration::from_secs(seconds));
    jobs::work_off(&company.app).await.unwrap()
}

async fn asset(company: &Company, tag: &str) -> Asset {
    let tag = AssetTag::parse(tag).unwrap();
    assets::create(&company.app, &company.caller, tag, Vec::new()).await.unwrap()
}

/// `created ast_…` of each event that arrived, in order, however often.
fn heard(calls: &[Call]) -> Vec<String> {
    let bodies: Vec<_> = calls.iter().map(Call::json).collect();
    let events = bodies.iter().flat_map(|body| body["events"].as_array().cloned().unwrap());
    events
        .map(|event| {
            format!(
                "{} {}",
                event["action"].as_str().unwrap(),
                event["subject"]["id"].as_str().unwrap()
            )
        })
        .collect()
}

fn postgres() -> DatabaseUrl {
    // Its blocking client cannot start on a thread that drives async work.
    std::thread::spawn(testkit::postgres::database).join().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_sent_in_order_signed_and_once() {
    for database in [None, Some(postgres())] {
        let hooks = Hooks::start();
        let (company, webhook) = listening(&hooks, database).await;
        work_off(&company, 1).await;
        assert_eq!(hooks.calls().len(), 0, "what was before it does not concern it");
        let (one, two) = (asset(&company, "A-1").await, asset(&company, "A-2").await);
        work_off(&company, 1).await;
        let calls = hooks.calls();
        assert_eq!(heard(&calls), [format!("created {}", one.id), format!("created {}", two.id)]);
        let call = &calls[0];
        assert_eq!((calls.len(), call.line.as_str()), (1, "POST /hook"));
        assert!(call.header("webhook-id").starts_with("dlv_"));
        assert_eq!(call.header("webhook-timestamp"), company.clock.now().as_second().to_string());
        assert!(call.header("webhook-signature").starts_with("v1,"));
        let event = &call.json()["events"][0];
        assert_eq!(event["changes"][0], json!({"field": "tag", "before": null, "after": "A-1"}));
        assert_eq!(event["actor"]["name"], "Robin Sample");
        // Nothing more until something more happens.
        assert_eq!(work_off(&company, 60).await, 0);
        let told = webhooks::webhook(&company.app, &company.caller, webhook.id).await.unwrap();
        assert!(told.delivered_at.is_some() && told.position > webhook.position);
        let sent = webhooks::deliveries(&company.app, &company.caller, webhook.id).await.unwrap();
        assert_eq!(
            (sent.len(), sent[0].status, sent[0].excerpt.as_deref()),
            (1, Some(200), Some("taken"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_with_a_source_is_sent_and_a_run_says_nothing_of_it() {
    let hooks = Hooks::start();
    let (company, _) = listening(&hooks, None).await;
    let id = company.source.id;
    company.applied().await;
    app::sources::disable(&company.app, &company.caller, id).await.unwrap();
    work_off(&company, 1).await;
    work_off(&company, 1).await;
    let heard = heard(&hooks.calls());
    let of_source: Vec<_> = heard.iter().filter(|line| line.contains(" src_")).collect();
    assert_eq!(of_source, [&format!("updated {id}")], "{heard:?}");
    assert!(heard.len() > 3, "the run's assets are heard of: {heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_is_sent_again_under_the_same_id_and_nothing_overtakes_it() {
    let hooks = Hooks::start();
    let (company, webhook) = listening(&hooks, None).await;
    hooks.answer(500, "out of order");
    let one = asset(&company, "A-1").await;
    work_off(&company, 1).await;
    let two = asset(&company, "A-2").await;
    assert_eq!(work_off(&company, 1).await, 0, "not before its time");
    let told = webhooks::webhook(&company.app, &company.caller, webhook.id).await.unwrap();
    assert_eq!((told.failures, told.enabled, told.position), (1, true, webhook.position));
    assert!(told.error.unwrap().contains("it answered 500; hint: "));
    hooks.answer(204, "");
    work_off(&company, 60).await;
    let calls = hooks.calls();
    let (first, again) = (&calls[0], &calls[1]);
    assert_eq!(first.header("webhook-id"), again.header("webhook-id"));
    assert_eq!(first.json()["events"], again.json()["events"]);
    let all: Vec<_> = [one.id, one.id, two.id].iter().map(|id| format!("created {id}")).collect();
    assert_eq!(heard(&calls), all);
    let told = webhooks::webhook(&company.app, &company.caller, webhook.id).await.unwrap();
    assert_eq!((told.failures, told.error), (0, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_days_it_is_switched_off_and_told_and_goes_on_where_it_stopped() {
    let hooks = Hooks::start();
    let (company, webhook) = listening(&hooks, None).await;
    hooks.answer(503, "closed");
    let one = asset(&company, "A-1").await;
    for _ in 0..50 {
        work_off(&company, 7_200).await;
    }
    let told = webhooks::webhook(&company.app, &company.caller, webhook.id).await.unwrap();
    assert!(!told.enabled);
    let open = alerts::open(&company.app, &company.caller).await.unwrap();
    assert_eq!(open[0].alert.title, "The webhook Desk was switched off");
    assert!(open[0].alert.detail.contains("; hint: mend where it leads"));
    let tried = hooks.calls().len();
    assert!((30..60).contains(&tried), "{tried}");
    assert_eq!(work_off(&company, 7_200).await, 0);
    let two = asset(&company, "A-2").await;
    hooks.answer(200, "");
    webhooks::set_enabled(&company.app, &company.caller, webhook.id, true).await.unwrap();
    work_off(&company, 1).await;
    let mended = alerts::open(&company.app, &company.caller).await.unwrap();
    assert_eq!(mended.len(), 0);
    let heard = heard(&hooks.calls()[tried..]);
    assert_eq!(heard, [format!("created {}", one.id), format!("created {}", two.id)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_deliver_each_event_once_and_in_order() {
    for database in [None, Some(postgres())] {
        let hooks = Hooks::start();
        let (company, _) = listening(&hooks, database).await;
        let twin = App::open(company.options.clone()).unwrap().sending_to(loopback());
        let mut made = Vec::new();
        for n in 0..6 {
            made.push(format!("created {}", asset(&company, &format!("A-{n}")).await.id));
            let (here, there) = tokio::join!(jobs::work_off(&company.app), jobs::work_off(&twin));
            here.unwrap();
            there.unwrap();
        }
        work_off(&company, 1).await;
        assert_eq!(heard(&hooks.calls()), made);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_hears_of_what_it_asked_for_alone() {
    let hooks = Hooks::start();
    let (company, webhook) = listening(&hooks, None).await;
    let (app, caller) = (&company.app, &company.caller);
    let change = WebhookChange {
        subjects: Some(vec!["asset".into()]),
        actions: Some(vec![Action::Updated]),
        ..Default::default()
    };
    webhooks::change(app, caller, webhook.id, None, change).await.unwrap();
    let one = asset(&company, "A-1").await;
    let values = vec![(Field::Notes, json!("dented"))];
    assets::change(app, caller, one.id, None, values).await.unwrap();
    work_off(&company, 1).await;
    assert_eq!(heard(&hooks.calls()), [format!("updated {}", one.id)]);
    let told = webhooks::webhook(app, caller, webhook.id).await.unwrap();
    assert_eq!(webhooks::behind(app, caller, &told).await.unwrap(), 0, "the rest is passed over");
    webhooks::delete(app, caller, webhook.id).await.unwrap();
    asset(&company, "A-2").await;
    work_off(&company, 1).await;
    assert_eq!(hooks.calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_sent_again_from_a_place_or_a_time_with_the_ids_they_had() {
    let hooks = Hooks::start();
    let (company, webhook) = listening(&hooks, None).await;
    let (app, caller) = (&company.app, &company.caller);
    let one = asset(&company, "A-1").await;
    work_off(&company, 60).await;
    let then = company.clock.now();
    let two = asset(&company, "A-2").await;
    work_off(&company, 60).await;
    let (all, late) = (Again::After(webhook.position), Again::Since(then));
    webhooks::replay(app, caller, webhook.id, all).await.unwrap();
    work_off(&company, 1).await;
    webhooks::replay(app, caller, webhook.id, late).await.unwrap();
    work_off(&company, 1).await;
    let expect: Vec<_> =
        [one.id, two.id, one.id, two.id, two.id].iter().map(|id| format!("created {id}")).collect();
    let calls = hooks.calls();
    assert_eq!(heard(&calls), expect);
    assert_ne!(calls[0].header("webhook-id"), calls[2].header("webhook-id"));
    // What waits to be tried again does not hold it up.
    hooks.answer(500, "");
    asset(&company, "A-3").await;
    work_off(&company, 1).await;
    hooks.answer(200, "");
    webhooks::replay(app, caller, webhook.id, late).await.unwrap();
    assert_eq!(work_off(&company, 1).await, 1);
    let far = webhooks::replay(app, caller, webhook.id, Again::After(1_000_000)).await;
    assert!(far.unwrap_err().to_string().contains("hint: 0 to "));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_taken_is_sent_however_late_a_replay_begins() {
    for by_place in [false, true] {
        let hooks = Hooks::start();
        let (company, webhook) = listening(&hooks, None).await;
        let (app, caller) = (&company.app, &company.caller);
        hooks.answer(500, "");
        let one = asset(&company, "A-1").await;
        work_off(&company, 60).await;
        let two = asset(&company, "A-2").await;
        company.clock.advance(SignedDuration::from_secs(60));
        let late = if by_place {
            let told = webhooks::webhook(app, caller, webhook.id).await.unwrap();
            Again::After(webhooks::behind(app, caller, &told).await.unwrap() + told.position)
        } else {
            Again::Since(company.clock.now())
        };
        let three = asset(&company, "A-3").await;
        hooks.answer(200, "");
        let before = hooks.calls().len();
        webhooks::replay(app, caller, webhook.id, late).await.unwrap();
        work_off(&company, 1).await;
        let all = [one.id, two.id, three.id].map(|id| format!("created {id}"));
        assert_eq!(heard(&hooks.calls()[before..]), all);
        let tomorrow = Again::Since(company.clock.now() + SignedDuration::from_hours(24));
        let refused = webhooks::replay(app, caller, webhook.id, tomorrow).await;
        assert!(refused.unwrap_err().to_string().contains("still to come"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_stands_whatever_comes_of_the_request_that_was_under_way() {
    for (database, status) in [(None, 200), (None, 500), (Some(postgres()), 200)] {
        let hooks = Hooks::start();
        let (company, webhook) = listening(&hooks, database).await;
        let (app, caller) = (&company.app, &company.caller);
        let one = asset(&company, "A-1").await;
        work_off(&company, 1).await;
        let two = asset(&company, "A-2").await;
        hooks.answer(status, "");
        hooks.keep_silent(true);
        let busy = app.clone();
        let under_way = tokio::spawn(async move { jobs::work_off(&busy).await });
        while hooks.calls().len() < 2 {
            tokio::task::yield_now().await;
        }
        let all = Again::After(webhook.position);
        webhooks::replay(app, caller, webhook.id, all).await.unwrap();
        hooks.answer(200, "");
        hooks.keep_silent(false);
        under_way.await.unwrap().unwrap();
        let all = [one.id, two.id, one.id, two.id].map(|id| format!("created {id}"));
        assert_eq!(heard(&hooks.calls()), all, "{status}");
        let told = webhooks::webhook(app, caller, webhook.id).await.unwrap();
        assert_eq!(told.failures, 0, "{status}");
        assert_eq!(webhooks::behind(app, caller, &told).await.unwrap(), 0, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed_and_a_receiver_that_is_gone_is_left_alone() {
    let (hooks, elsewhere) = (Hooks::start(), Hooks::start());
    let (company, webhook) = listening(&hooks, None).await;
    hooks.answer(302, &elsewhere.url());
    asset(&company, "A-1").await;
    work_off(&company, 1).await;
    assert_eq!((hooks.calls().len(), elsewhere.calls().len()), (1, 0));
    hooks.answer(410, "gone");
    work_off(&company, 60).await;
    let told = webhooks::webhook(&company.app, &company.caller, webhook.id).await.unwrap();
    assert!(!told.enabled, "410 is for good");
    let sent = webhooks::deliveries(&company.app, &company.caller, webhook.id).await.unwrap();
    assert!(sent[0].error.as_ref().unwrap().contains("it answered 410"), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_ever_sent_to_where_a_source_is_read_from() {
    let hooks = Hooks::start();
    let (company, webhook) = listening(&hooks, None).await;
    let (app, caller) = (&company.app, &company.caller);
    let requests = company.kandji.tenant.requests().total;
    for url in [company.kandji.url() + "/hook", "https://acme.api.kandji.io/x".into()] {
        let change = WebhookChange { url: Some(url.clone()), ..Default::default() };
        let refused = webhooks::change(app, caller, webhook.id, None, change).await.unwrap_err();
        assert!(refused.to_string().contains("is Kandji's"), "{url}: {refused}");
        let new = NewWebhook { name: "Two".into(), url, ..Default::default() };
        webhooks::create(app, caller, new).await.unwrap_err();
    }
    assert_eq!(company.kandji.tenant.requests().total, requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_this_server_can_reach_is_not_sent_to_unless_the_operator_opened_it() {
    let hooks = Hooks::start();
    let (company, webhook) = listening(&hooks, None).await;
    // The same installation, started without the setting.
    let closed = App::open(company.options.clone()).unwrap();
    let new = NewWebhook { name: "Two".into(), url: hooks.url(), ..Default::default() };
    let refused = webhooks::create(&closed, &company.caller, new).await.unwrap_err();
    assert!(refused.to_string().contains("not encrypted"), "{refused}");
    let tested = webhooks::test(&closed, &company.caller, webhook.id).await.unwrap();
    assert!(tested.error.unwrap().contains("not encrypted"));
    assert_eq!(hooks.calls().len(), 0);
    let tested = webhooks::test(&company.app, &company.caller, webhook.id).await.unwrap();
    assert_eq!((tested.status, tested.error, tested.test), (Some(200), None, true));
    assert_eq!(hooks.calls()[0].json()["type"], "test");
}
