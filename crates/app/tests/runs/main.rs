//! Runs over a simulated tenant, real HTTP and a real database.

#[path = "../company/mod.rs"]
mod company;
mod listed;

use app::activity::{self, EventFilter};
use app::custody::Back;
use app::runs::{Mode, State};
use app::settings::Settings;
use app::{App, Refusal, alerts, assets, custody, runs, sources, sync};
use company::{Company, connection};
use domain::{Action, Custodian};
use kandji::sim::{DeviceSpec, Misbehaviour, Trouble};
use reconcile::plan::Counts;
use serde_json::json;
use store::DatabaseUrl;

const NOTHING: Counts = Counts { created: 0, updated: 0, linked: 0, checked_out: 0, checked_in: 0 };

#[tokio::test(flavor = "multi_thread")]
async fn b1_b33_every_device_becomes_an_asset_that_its_user_has() {
    for database in [None, Some(postgres())] {
        let company = Company::on(database, 120, &json!({})).await;
        let run = company.applied().await;
        assert_eq!((run.devices, run.counts.created), (120, 120), "{run:?}");
        let seen = company.kandji.tenant.devices();
        let assigned = seen.iter().filter(|device| device.user.is_some()).count();
        let out = usize::try_from(run.counts.checked_out).unwrap();
        assert!(out <= assigned && out > 80);
        assert_eq!(run.requests, 2, "one page, and the empty one behind it");
    }
}

/// How many there are, of anything.
async fn events(company: &Company) -> i64 {
    let all = EventFilter::default();
    let (app, caller) = (&company.app, &company.caller);
    activity::feed(app, caller, all, activity::From::After(0), 1).await.unwrap().head
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_run_writes_nothing_but_itself() {
    for database in [None, Some(postgres())] {
        let company = Company::on(database, 40, &json!({})).await;
        company.applied().await;
        let (before, told) = (company.assets().await, events(&company).await);
        let run = company.applied().await;
        assert_eq!(run.counts, NOTHING);
        assert_eq!(company.assets().await, before);
        assert_eq!(events(&company).await, told);
        let planned = runs::planned(&company.app, &company.caller, run.id).await.unwrap();
        assert_eq!(planned, None, "an idle run keeps no plan");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_makes_the_same_plan_and_changes_nothing() {
    let company = Company::with(20).await;
    let preview = company.preview().await;
    assert_eq!((preview.state, preview.counts.created), (State::Previewed, 20));
    assert!(company.assets().await.is_empty());
    let shown = runs::changes(&company.app, &company.caller, preview.id, None, None, 100).await;
    assert_eq!(shown.unwrap().len(), 20);
    assert_eq!(company.applied().await.counts, preview.counts);
}

#[tokio::test(flavor = "multi_thread")]
async fn b13_a_device_that_changes_hands_is_two_events_that_say_why() {
    let company = Company::with(0).await;
    let tenant = &company.kandji.tenant;
    let robin = tenant.add_user("Robin Sample", "robin@example.com");
    let casey = tenant.add_user("Casey Example", "casey@example.com");
    let spec = DeviceSpec { user: Some(robin), ..DeviceSpec::default() };
    let device = tenant.add_device(spec);
    company.applied().await;
    tenant.assign(&device, Some(&casey)).unwrap();
    let run = company.applied().await;
    assert_eq!((run.counts.checked_in, run.counts.checked_out), (1, 1));

    let asset = company.assets().await.remove(0);
    assert_eq!(asset.custodian.as_deref(), Some("Casey Example"));
    let id = asset.asset.id;
    let history = assets::history(&company.app, &company.caller, id, None, 10).await.unwrap();
    let told: Vec<_> = history.items.iter().map(|event| event.action).collect();
    let expect = [Action::CheckedOut, Action::CheckedIn, Action::CheckedOut, Action::Created];
    assert_eq!(told, expect);
    assert_eq!(history.items[0].actor.name, "Kandji");
    assert_eq!(
        history.items[0].note.as_deref(),
        Some("Its user in Kandji changed to Casey Example.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn b17_b12_a_hand_made_checkout_to_a_place_stays_and_one_to_a_person_does_not() {
    let company = Company::with(0).await;
    let tenant = &company.kandji.tenant;
    let robin = tenant.add_user("Robin Sample", "robin@example.com");
    let spec = || DeviceSpec { user: Some(robin.clone()), ..DeviceSpec::default() };
    tenant.add_device(spec());
    tenant.add_device(spec());
    company.applied().await;
    let (app, caller) = (&company.app, &company.caller);
    let place = app::catalog::create_location(app, caller, "Store room", None).await.unwrap();
    let casey = app::people::create(app, caller, "Casey", vec![], |_| {}).await.unwrap();
    let [first, second] = [company.assets().await[0].asset.id, company.assets().await[1].asset.id];
    for (id, to) in [(first, Custodian::Location(place.id)), (second, Custodian::Employee(casey))] {
        custody::check_in(app, caller, id.into(), Back::default(), None).await.unwrap();
        custody::check_out(app, caller, id.into(), to, None, None).await.unwrap();
    }
    company.applied().await;
    let custodian = async |id| assets::asset(app, caller, id).await.unwrap().custodian.unwrap();
    assert_eq!(custodian(first).await, "Store room");
    assert_eq!(custodian(second).await, "Robin Sample");
}

#[tokio::test(flavor = "multi_thread")]
async fn b22_b35_a_wiped_device_comes_back_as_the_same_asset() {
    let company = Company::with(5).await;
    company.applied().await;
    let device = company.kandji.tenant.devices()[0].device_id.clone();
    company.kandji.tenant.wipe_and_reenroll(&device).unwrap();
    let run = company.applied().await;
    assert_eq!((run.counts.created, run.counts.linked), (0, 1));
    assert_eq!(company.assets().await.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_that_breaks_off_adds_what_it_saw_and_takes_nothing_away() {
    let company = Company::with(700).await;
    company.applied().await;
    company.kandji.tenant.add_device(DeviceSpec {
        device_id: Some("00000000-0000-4000-8000-000000000000".into()),
        ..DeviceSpec::default()
    });
    let gone = company.kandji.tenant.devices().last().unwrap().device_id.clone();
    company.kandji.tenant.delete(&gone).unwrap();
    let trouble = Trouble::on("/devices", Misbehaviour::Status { status: 400 }).after(1);
    company.kandji.tenant.misbehave(trouble);
    let run = company.sync().await;
    assert_eq!((run.state, run.counts.created), (State::Partial, 1), "{run:?}");
    assert!(run.coverage.unwrap().starts_with("incomplete:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_says_how_far_it_read_and_what_it_asked_however_it_ended() {
    let company = Company::with(3).await;
    let (app, caller, source, mut seen) = (&company.app, &company.caller, company.source.id, None);
    let watch = |progress| seen = Some(progress);
    let run = sync::run_watched(app, caller, source, Mode::Apply, watch).await.unwrap();
    assert_eq!((run.progress.pages, run.progress.devices), (1, 3), "{run:?}");
    assert_eq!(seen.expect("it was handed over").so_far(), run.progress);
    let trouble = Trouble::on("/devices", Misbehaviour::Unauthorized);
    company.kandji.tenant.misbehave(trouble);
    let run = company.sync().await;
    assert_eq!((run.state, run.requests, run.progress.devices), (State::Failed, 1, 0), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_a_refused_token_fails_the_run_raises_an_alert_and_mends_itself() {
    let company = Company::with(3).await;
    company.applied().await;
    company.kandji.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
    let run = company.sync().await;
    assert_eq!(run.state, State::Failed);
    let error = run.error.unwrap();
    assert!(error.contains("(401)") && error.contains("hint:"), "{error}");
    let alerts = async || alerts::open(&company.app, &company.caller).await.unwrap();
    assert_eq!(alerts().await.len(), 1);
    let source = company.source().await;
    assert!(source.enabled, "a failing source stays enabled");
    assert_eq!(source.health.state, store::sources::HealthState::Failing);
    company.sync().await;
    assert_eq!(alerts().await.len(), 1, "raised once, not with every run");
    company.kandji.tenant.behave();
    company.applied().await;
    assert!(alerts().await.is_empty());
    assert_eq!(company.assets().await.len(), 3, "nothing was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn b3_b6_a_connection_is_stored_only_after_a_test_that_worked() {
    let company = Company::with(3).await;
    let (app, caller) = (&company.app, &company.caller);
    let wrong = app::sources::Connection {
        token: secrecy::SecretString::from("not-the-token"),
        ..connection(&company.kandji)
    };
    let settings = Settings::of(reconcile::preset::Preset::Bluetally);
    let refused = sources::create(app, caller, "Second", &wrong, settings).await.unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { .. }), "{refused}");
    assert_eq!(sources::list(app, caller).await.unwrap().len(), 1);
    let refused = sources::reconnect(app, caller, company.source.id, &wrong).await;
    assert!(refused.is_err());
    company.applied().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b32_one_source_has_one_run_at_a_time_across_processes() {
    let company = Company::with(3).await;
    company.kandji.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Hang));
    let (app, caller, source) = (&company.app, &company.caller, company.source.id);
    let first = sync::start(app, caller, source, Mode::Apply).await.unwrap();
    let other = App::open(company.options.clone()).unwrap();
    let refused = sync::start(&other, caller, source, Mode::Apply).await.unwrap_err();
    let Refusal::Conflict { location, .. } = refused else { panic!("{refused}") };
    assert_eq!(location, Some(first.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_process_was_killed_makes_way_when_its_lease_runs_out() {
    let company = Company::with(3).await;
    company.kandji.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Hang).times(1));
    let (caller, source) = (&company.caller, company.source.id);
    let asked = company.kandji.tenant.requests().total;
    let dead = {
        // A process of its own, killed in the middle of a run: its tasks end, nothing is tidied up.
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let (options, caller) = (company.options.clone(), caller.clone());
        let started = runtime.spawn(async move {
            let app = App::open(options).unwrap();
            sync::start(&app, &caller, source, Mode::Apply).await.unwrap()
        });
        let run = started.await.unwrap();
        while company.kandji.tenant.requests().total == asked {
            tokio::task::yield_now().await;
        }
        runtime.shutdown_background();
        run
    };
    company.clock.advance(jiff::SignedDuration::from_secs(31));
    let next = company.applied().await;
    assert_eq!(next.counts.created, 3);
    let dead = runs::run(&company.app, caller, dead).await.unwrap();
    assert_eq!(dead.state, State::Failed);
    assert!(dead.error.unwrap().contains("the process that ran it stopped"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_of_a_recommended_source_waits_for_approval() {
    let company = Company::with_settings(6, &json!({"first_run": "preview"})).await;
    let held = company.sync().await;
    assert_eq!((held.state, held.counts.created), (State::NeedsReview, 6));
    let (app, caller) = (&company.app, &company.caller);
    assert!(company.assets().await.is_empty());
    let doubts = runs::doubts(app, caller, held.id).await.unwrap();
    assert!(doubts[0].contains("first run"), "{doubts:?}");
    let approved = sync::approve(app, caller, held.id).await.unwrap();
    let done = &approved.run;
    assert_eq!((done.state, done.counts.created), (State::Applied, 6));
    assert_eq!(approved.further, None);
    assert_eq!(company.assets().await.len(), 6);
    let all = runs::of_source(app, caller, company.source.id, None, 9).await.unwrap();
    assert_eq!(all.len(), 1, "nothing was left for another run");
    let again = sync::approve(app, caller, held.id).await.unwrap_err();
    assert!(matches!(again, Refusal::Conflict { .. }), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_of_an_outdated_plan_does_nothing_and_the_next_plan_is_held_again() {
    let company = Company::with_settings(4, &json!({"first_run": "preview"})).await;
    let (app, caller, source) = (&company.app, &company.caller, company.source.id);
    let held = company.sync().await;
    sources::save_settings(app, caller, source, None, &json!({"interval_minutes": 30}))
        .await
        .unwrap();
    let approved = sync::approve(app, caller, held.id).await.unwrap();
    assert_eq!(approved.run.state, State::Superseded);
    let next = loop {
        let runs = runs::of_source(app, caller, source, None, 1).await.unwrap();
        if !runs[0].state.is_open() {
            break runs.into_iter().next().unwrap();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(next.state, State::NeedsReview, "still the first one");
    assert_eq!(approved.further, Some(next.id));
    assert!(company.assets().await.is_empty());
    assert!(!company.source().await.synced_before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_overtakes_no_plan_that_waits() {
    let company = Company::with_settings(4, &json!({"first_run": "preview"})).await;
    let held = company.sync().await;
    company.kandji.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
    assert_eq!(company.sync().await.state, State::Failed);
    let held = runs::run(&company.app, &company.caller, held.id).await.unwrap();
    assert_eq!(held.state, State::NeedsReview);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_first_run_is_no_first_run() {
    let company = Company::with_settings(0, &json!({"first_run": "preview"})).await;
    company.applied().await;
    company.kandji.tenant.add_device(DeviceSpec::default());
    assert_eq!(company.sync().await.state, State::NeedsReview);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_with_control_characters_stops_no_run_on_either_database() {
    for database in [None, Some(postgres())] {
        let company = Company::on(database, 2, &json!({})).await;
        let device = company.kandji.tenant.devices()[0].device_id.clone();
        let odd = json!(format!("nul\u{0}bell\u{7}{}", "🖥".repeat(3_000)));
        company.kandji.tenant.set_field(&device, "device_name", odd).unwrap();
        assert_eq!(company.applied().await.counts.created, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_plan_does_nothing_and_the_next_one_supersedes_a_held_one() {
    let company = Company::with_settings(2, &json!({"first_run": "preview"})).await;
    let (app, caller) = (&company.app, &company.caller);
    let first = company.sync().await;
    let second = company.sync().await;
    let first = runs::run(app, caller, first.id).await.unwrap();
    assert_eq!(first.state, State::Superseded);
    let rejected = sync::reject(app, caller, second.id).await.unwrap();
    assert_eq!(rejected.state, State::Rejected);
    assert!(company.assets().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_held_over_an_edit_leaves_that_asset_to_the_next_run() {
    let company = Company::with(2).await;
    company.applied().await;
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    let guard = json!({"guard": {"max_changes_percent": 10}});
    sources::save_settings(app, caller, id, None, &guard).await.unwrap();
    for device in company.kandji.tenant.devices() {
        company.kandji.tenant.rename(&device.device_id, "renamed").unwrap();
    }
    let held = company.sync().await;
    assert_eq!(held.state, State::NeedsReview, "{held:?}");
    let edited = company.assets().await[0].asset.id;
    let note = vec![(domain::Field::Notes, json!("scratched lid"))];
    assets::change(app, caller, edited, None, note).await.unwrap();
    let done = sync::approve(app, caller, held.id).await.unwrap().run;
    assert_eq!(done.counts.updated, 1);
    let kept = assets::asset(app, caller, edited).await.unwrap();
    assert_eq!(kept.asset.notes.as_deref(), Some("scratched lid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_can_be_taken_back_where_nothing_newer_stands_on_top() {
    let company = Company::with(3).await;
    let run = company.applied().await;
    let (app, caller) = (&company.app, &company.caller);
    let kept = company.assets().await[0].asset.id;
    let name = vec![(domain::Field::Notes, json!("mine now"))];
    assets::change(app, caller, kept, None, name).await.unwrap();
    let undone = sync::undo(app, caller, run.id).await.unwrap();
    assert_eq!(undone.kept.len(), 1, "{undone:?}");
    let left: Vec<_> = company.assets().await.iter().map(|row| row.asset.id).collect();
    assert_eq!(left, [kept]);
    let run = runs::run(app, caller, run.id).await.unwrap();
    assert_eq!(run.state, State::Undone);
}

#[tokio::test(flavor = "multi_thread")]
async fn b36_a_deleted_device_leaves_its_asset_with_its_last_user() {
    let company = Company::with(8).await;
    company.applied().await;
    let before = company.assets().await;
    let device = company.kandji.tenant.devices()[0].device_id.clone();
    company.kandji.tenant.delete(&device).unwrap();
    for _ in 0..3 {
        company.clock.advance(jiff::SignedDuration::from_hours(13));
        company.applied().await;
    }
    assert_eq!(company.assets().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn b34_only_questions_ever_reach_kandji() {
    let company = Company::with(10).await;
    company.applied().await;
    sources::retest(&company.app, &company.caller, company.source.id).await.unwrap();
    assert!(company.kandji.tenant.requests().refused.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_rows_become_notes_and_never_stop_a_run() {
    let company = Company::with(4).await;
    let devices = company.kandji.tenant.devices();
    let set = |n: usize, key, value| {
        company.kandji.tenant.set_field(&devices[n].device_id, key, value).unwrap();
    };
    set(0, "serial_number", json!("To be filled by O.E.M."));
    set(1, "device_name", json!("ماك 🖥️ روبن"));
    set(2, "device_name", json!("x".repeat(200_000)));
    set(3, "last_check_in", json!("yesterday-ish"));
    let run = company.sync().await;
    assert_eq!(run.state, State::Applied, "{:?}", run.error);
    assert_eq!((run.counts.created, run.skipped), (3, 1));
    let notes = runs::notes(&company.app, &company.caller, run.id, None, 10).await.unwrap();
    assert!(!notes.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_ids_lead_nowhere() {
    let company = Company::with(2).await;
    let run = company.applied().await;
    let stranger =
        app::Caller::system(domain::id::TenantId::new(company.caller.tenant.number() + 1));
    let app = &company.app;
    let asset = company.assets().await[0].asset.id;
    assert!(assets::asset(app, &stranger, asset).await.is_err());
    assert!(runs::run(app, &stranger, run.id).await.is_err());
    assert!(sources::source(app, &stranger, company.source.id).await.is_err());
    assert!(sync::start(app, &stranger, company.source.id, Mode::Apply).await.is_err());
    assert!(sync::undo(app, &stranger, run.id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn details_are_asked_for_once_and_again_only_after_a_check_in() {
    let mapping =
        json!([{"from": "hardware_overview.memory", "to": "memory", "authority": "mirror"}]);
    let company = Company::with(0).await;
    let key = domain::fields::FieldKey::parse("memory").unwrap();
    let field = domain::fields::CustomField::text(domain::id::FieldId::new(0), key, "Memory");
    app::fields::create(&company.app, &company.caller, field).await.unwrap();
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    let settings = json!({"fields": mapping});
    app::sources::save_settings(app, caller, id, None, &settings).await.unwrap();
    let tenant = &company.kandji.tenant;
    let spec = || DeviceSpec { platform: Some("Mac".into()), ..DeviceSpec::default() };
    let device = tenant.add_device(spec());
    tenant.add_device(spec());
    assert_eq!(company.applied().await.requests, 2 + 2, "the list, and each device once");
    assert!(company.assets().await[0].asset.fields.contains_key("memory"));
    assert_eq!(company.applied().await.requests, 2, "the list alone");
    tenant.set_field(&device, "last_check_in", json!("2026-09-01T09:30:00Z")).unwrap();
    assert_eq!(company.applied().await.requests, 2 + 1, "the one that checked in");
}

pub fn postgres() -> DatabaseUrl {
    // Its blocking client cannot start on a thread that drives async work.
    std::thread::spawn(testkit::postgres::database).join().unwrap().parse().unwrap()
}
