//! Clocks that jump: a device is gone after a day, not after somebody moved the hands.

#[expect(dead_code, reason = "the tests of runs use the rest")]
mod company;

use app::sign_in::{self, Browser};
use app::{App, Refusal, runs, sources, sync};
use company::{Company, noon};
use jiff::SignedDuration;
use kandji::sim::{Dated, Misbehaviour, Trouble};
use serde_json::json;
use store::runs::RunMode;
use store::sources::HealthState;

/// A company whose Kandji tells the time, and of whose three devices one was deleted just now.
async fn with_a_device_missed_once() -> Company {
    let company = Company::with_settings(3, &json!({"absence": {"action": "archive"}})).await;
    tell_time(&company);
    company.applied().await;
    let gone = company.kandji.tenant.devices()[0].device_id.clone();
    company.kandji.tenant.delete(&gone).unwrap();
    company.applied().await;
    company
}

/// From now on both clocks say the same, and Kandji's stands still.
fn tell_time(company: &Company) {
    company.kandji.tenant.tell_time(Dated::At(company.clock.now()));
}

async fn archived(company: &Company) -> usize {
    company.assets().await.iter().filter(|row| row.asset.archived_at.is_some()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_ahead_takes_no_device_for_gone_and_says_so() {
    for (hours, told) in [(25, "25 hours"), (720, "30 days")] {
        let company = with_a_device_missed_once().await;
        company.clock.advance(SignedDuration::from_hours(hours));
        for _ in 0..3 {
            let run = company.applied().await;
            let said = run.coverage.unwrap_or_default();
            let begins = format!("this machine's clock is {told} ahead of Kandji's");
            assert!(said.starts_with(&begins), "{said}");
            assert_eq!(archived(&company).await, 0);
            let health = company.source().await.health;
            assert_eq!((health.state, health.detail), (HealthState::Degraded, said));
        }
        company.clock.advance(-SignedDuration::from_hours(hours));
        tell_time(&company);
        assert_eq!(company.applied().await.coverage, None);
        assert_eq!(company.source().await.health.state, HealthState::Ok);
        for (hours, gone) in [(23, 0), (1, 1)] {
            company.clock.advance(SignedDuration::from_hours(hours));
            tell_time(&company);
            company.applied().await;
            assert_eq!(archived(&company).await, gone, "a day has passed here and there");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_missed_by_a_clock_that_was_behind_is_not_gone_once_it_is_right() {
    let company = Company::with_settings(3, &json!({"absence": {"action": "archive"}})).await;
    company.kandji.tenant.tell_time(Dated::At(noon()));
    company.clock.advance(SignedDuration::from_hours(-25));
    company.applied().await;
    let gone = company.kandji.tenant.devices()[0].device_id.clone();
    company.kandji.tenant.delete(&gone).unwrap();
    let run = company.applied().await;
    assert!(run.coverage.unwrap().contains("24 hours behind Kandji's"));
    company.clock.advance(SignedDuration::from_hours(25));
    for _ in 0..2 {
        assert_eq!(company.applied().await.coverage, None);
        assert_eq!(archived(&company).await, 0);
    }
    company.clock.advance(SignedDuration::from_hours(24));
    tell_time(&company);
    company.applied().await;
    assert_eq!(archived(&company).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_back_takes_no_device_for_gone_and_counts_anew() {
    let company = with_a_device_missed_once().await;
    // No answer says the time, so nobody can know that the clock is wrong.
    company.kandji.tenant.tell_time(Dated::Not);
    company.clock.advance(SignedDuration::from_hours(-48));
    assert_eq!(company.applied().await.coverage, None);
    assert!(company.clock.now() < noon());
    for (hours, gone) in [(23, 0), (1, 1)] {
        company.clock.advance(SignedDuration::from_hours(hours));
        company.applied().await;
        assert_eq!(archived(&company).await, gone, "a day after it was first missed by this clock");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_minutes_between_the_clocks_are_nothing() {
    let company = with_a_device_missed_once().await;
    for (minutes, gone) in [(24 * 60 + 3, 1), (10, 1)] {
        company.clock.advance(SignedDuration::from_mins(minutes));
        let told = company.clock.now() - SignedDuration::from_mins(3);
        company.kandji.tenant.tell_time(Dated::At(told));
        assert_eq!(company.applied().await.coverage, None);
        assert_eq!(archived(&company).await, gone);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_tells_what_is_left_of_the_hours_requests() {
    let company = Company::with(3).await;
    let asked = company.kandji.tenant.requests().total;
    let run = company.applied().await;
    let left = u32::try_from(10_000 - asked).unwrap() - run.requests;
    assert_eq!(run.left_this_hour, Some(left));
    let kept = runs::run(&company.app, &company.caller, run.id).await.unwrap();
    assert_eq!(kept.left_this_hour, Some(left));
    sources::retest(&company.app, &company.caller, company.source.id).await.unwrap();
    assert!(company.applied().await.left_this_hour.unwrap() < left - run.requests);
}

/// How far ahead it goes in the tests below, before somebody puts it right.
const AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Does the background work of runs until `done` says so.
async fn in_background(company: &Company, mut done: impl AsyncFnMut() -> bool) {
    let work = tokio::spawn(sync::background(company.app.clone(), None));
    while !done().await {
        tokio::task::yield_now().await;
    }
    work.abort();
    drop(work.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_set_by_a_clock_that_was_ahead_goes_on_once_it_is_right() {
    let company = Company::with(2).await;
    let ran = async |times: usize| {
        let all = runs::of_source(&company.app, &company.caller, company.source.id, None, 9).await;
        let all = all.unwrap();
        all.len() == times && all.iter().all(|run| !run.state.is_open())
    };
    company.clock.advance(AHEAD);
    in_background(&company, async || ran(1).await).await;
    let put_off = company.source().await.next_run_at.unwrap();
    company.clock.advance(-AHEAD);
    assert!(put_off > company.clock.now() + AHEAD);
    in_background(&company, async || ran(2).await).await;
    let next = company.source().await.next_run_at.unwrap();
    assert!(next < company.clock.now() + SignedDuration::from_hours(1), "{next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_killed_while_the_clock_was_ahead_makes_way_once_it_is_right() {
    let company = Company::with(3).await;
    company.kandji.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Hang).times(1));
    company.clock.advance(AHEAD);
    let (app, caller, source) = (&company.app, &company.caller, company.source.id);
    let held = {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let (options, caller) = (company.options.clone(), caller.clone());
        let started = runtime.spawn(async move {
            let dying = App::open(options).unwrap();
            sync::start(&dying, &caller, source, RunMode::Apply).await.unwrap()
        });
        let run = started.await.unwrap();
        runtime.shutdown_background();
        run
    };
    let refused = sync::start(app, caller, source, RunMode::Apply).await.unwrap_err();
    assert!(matches!(refused, Refusal::Conflict { .. }), "its lease lasts a while: {refused}");
    company.clock.advance(-AHEAD);
    company.applied().await;
    let held = runs::run(app, caller, held).await.unwrap();
    assert_eq!(held.state, store::runs::RunState::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_of_a_clock_that_was_ahead_lock_nobody_out_once_it_is_right() {
    let company = Company::with(0).await;
    let enter = async |password: &str| {
        let email = "robin.sample@example.com";
        sign_in::sign_in(&company.app, email, password, Browser::default()).await
    };
    company.clock.advance(AHEAD);
    let mut refused = enter("a wrong password").await.unwrap_err();
    while !matches!(refused, Refusal::Throttled { .. }) {
        refused = enter("a wrong password").await.unwrap_err();
    }
    company.clock.advance(-AHEAD);
    enter("a long enough password").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_run_stays_the_newest_after_a_clock_that_was_ahead() {
    let company = Company::with(1).await;
    company.clock.advance(AHEAD);
    let (caller, source) = (&company.caller, company.source.id);
    company.applied().await;
    company.clock.advance(-AHEAD);
    // Another process knows nothing of the ids that this one gave out.
    let other = App::open(company.options.clone()).unwrap();
    let run = sync::run_here(&other, caller, source, RunMode::Apply).await.unwrap();
    let all = runs::of_source(&other, caller, source, None, 9).await.unwrap();
    assert_eq!((all.len(), all[0].id), (2, run.id));
    assert_eq!(company.source().await.last_run, Some(run.id));
}
