//! Settings that reach across a run: a look ahead, devices before they enroll, two sources at once.

#[expect(dead_code, reason = "the tests of runs use the rest of it")]
mod company;

use app::previews::{self, Preview};
use app::runs::ChangeKind;
use app::settings::Settings;
use app::sources::{self, Source};
use app::{App, Caller, sync};
use company::{Company, connection, noon};
use domain::Mint;
use domain::company::{Company as Details, Tenant};
use kandji::sim::{self, DeviceSpec, Misbehaviour, Running, SimConfig, Trouble};
use reconcile::preset::Preset;
use serde_json::{Value, json};
use store::Store;
use store::runs::{Run, RunMode, RunState};

/// A text field of assets.
async fn field(app: &App, caller: &Caller, key: &str) {
    let key = domain::fields::FieldKey::parse(key).unwrap();
    let field = domain::fields::CustomField::text(domain::id::FieldId::new(0), key, "A field");
    app::fields::create(app, caller, field).await.unwrap();
}

async fn preview(company: &Company, patch: &Value) -> Preview {
    previews::of_settings(&company.app, &company.caller, company.source.id, patch).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_this_server_lost_the_key_or_the_way_to_says_what_to_do() {
    let company = Company::with(1).await;
    let (caller, source) = (&company.caller, &company.source);
    let keys = app::secrets::Keys::new([8; 32]);
    let other_key = App::open(app::Options { keys, ..company.options.clone() }).unwrap();
    let refused = sources::retest(&other_key, caller, source.id).await.unwrap_err();
    assert!(matches!(refused, app::Refusal::Conflict { .. }), "{refused:?}");
    let way_out = "restore that key (secret_key, or the file secret.key) and start again, or enter";
    assert!(refused.to_string().contains(way_out), "{refused}");
    let list = app::enrollments::integrations(&other_key, caller, source).await.unwrap();
    assert!(list.unwrap_err().contains(way_out), "the page of its settings opens all the same");

    let extra_hosts = kandji::ExtraHosts::none();
    let closed = App::open(app::Options { extra_hosts, ..company.options.clone() }).unwrap();
    let refused = sources::retest(&closed, caller, source.id).await.unwrap_err();
    assert!(matches!(refused, app::Refusal::Invalid { .. }), "{refused:?}");
    assert!(refused.to_string().contains("kandji.extra_hosts"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_of_settings_says_what_the_next_run_then_does() {
    let off = json!({"assign": {"on_assign": false, "on_change": false, "on_removed": false}});
    let company = Company::with_settings(60, &off).await;
    let on = json!({"assign": {"on_assign": true}});
    let never = preview(&company, &on).await;
    assert_eq!((never.expected, never.changed), (None, vec!["assign".to_owned()]));
    assert!(never.unknown[0].contains("ever read"), "{:?}", never.unknown);

    company.applied().await;
    let (before, asked) = (company.assets().await, company.kandji.tenant.requests().total);
    let told = preview(&company, &on).await.expected.unwrap();
    assert_eq!(told.devices, 60);
    assert_eq!((told.now.counts.checked_out, told.now.counts.created), (0, 0));
    assert!(told.then.counts.checked_out > 30, "{told:?}");
    assert_eq!(told.examples.len(), 5, "a few of each kind");
    for example in &told.examples {
        assert_eq!((example.kind, example.new), (ChangeKind::CheckedOut, true));
        assert!(example.deed.starts_with("checked out to "), "{example:?}");
    }
    assert_eq!(company.assets().await, before);
    assert_eq!(company.kandji.tenant.requests().total, asked, "Kandji is not asked");
    assert!(!company.source().await.rules.assign.on_assign);

    sources::save_settings(&company.app, &company.caller, company.source.id, None, &on)
        .await
        .unwrap();
    assert_eq!(company.applied().await.counts, told.then.counts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_says_what_it_could_not_know() {
    let company = Company::with(5).await;
    company.applied().await;
    for key in ["a", "b", "c"] {
        field(&company.app, &company.caller, key).await;
    }
    let from = |from: &str, to: &str| json!({"from": from, "to": to, "authority": "mirror"});
    let needs = json!({"fields": [from("mdm.last_check_in", "a"), from("user.department", "b"),
                                  from("general.os_name", "c")]});
    let told = preview(&company, &needs).await;
    let said = told.unknown.join("\n");
    for words in ["Prism", "directory", "details of 5 devices"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let ade = json!({"awaiting": "create"});
    assert!(preview(&company, &ade).await.expected.unwrap().then.counts.created > 0);
    company.kandji.tenant.misbehave(Trouble::on("/integrations/*", Misbehaviour::Forbidden));
    let told = preview(&company, &ade).await;
    assert!(told.unknown[0].contains("enrollment configuration"), "{:?}", told.unknown);
    assert_eq!(told.expected.unwrap().then.counts.created, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_preset_is_looked_at_though_its_field_is_only_made_when_it_is_saved() {
    let company = Company::with(2).await;
    company.applied().await;
    preview(&company, &json!({"preset": "reftab"})).await;
    let fields = app::fields::list(&company.app, &company.caller).await.unwrap();
    assert!(fields.is_empty(), "a look writes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_refused_as_saving_would_be() {
    let company = Company::with(2).await;
    company.applied().await;
    let ask = async |patch: Value| {
        previews::of_settings(&company.app, &company.caller, company.source.id, &patch).await
    };
    assert!(matches!(ask(json!({"interval_minutes": 1})).await, Err(app::Refusal::Invalid { .. })));
    let gone = json!({"fields": [{"from": "os_version", "to": "gone", "authority": "mirror"}]});
    assert!(matches!(ask(gone).await, Err(app::Refusal::Invalid { .. })));
    assert!(matches!(
        ask(json!({"tag_from": "device_name"})).await,
        Err(app::Refusal::Conflict { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_awaiting_enrollment_are_pending_assets_and_filled_in_place_when_they_enroll() {
    let company = Company::with_settings(20, &json!({"awaiting": "create"})).await;
    let tenant = &company.kandji.tenant;
    let awaiting = tenant.awaiting();
    let run = company.applied().await;
    assert_eq!(run.counts.created, 20 + awaiting.len() as u64);
    let serial = awaiting[0].serial.clone();
    let of = |serial: String| {
        let company = &company;
        async move {
            let assets = company.assets().await.into_iter();
            let mut found = assets.filter(|row| row.asset.tag.as_str() == serial);
            found.next().expect("an asset stands for it")
        }
    };
    let pending = of(serial.clone()).await;
    assert_eq!(pending.status.kind, domain::catalog::StatusKind::Pending);
    assert!(pending.product.is_some() && pending.platform.is_empty());

    let robin = tenant.add_user("Robin Sample", "robin@example.com");
    let spec = DeviceSpec { serial: Some(serial.clone()), user: Some(robin), ..Default::default() };
    tenant.add_device(spec);
    let run = company.applied().await;
    assert_eq!((run.counts.created, run.counts.linked), (0, 1));
    let enrolled = of(serial).await;
    assert_eq!(enrolled.asset.id, pending.asset.id);
    assert_eq!(enrolled.status.kind, domain::catalog::StatusKind::Ready);
    assert_eq!(enrolled.custodian.as_deref(), Some("Robin Sample"));
    assert!(enrolled.asset.name.is_some() && !enrolled.platform.is_empty());
    assert_eq!(company.applied().await.counts, reconcile::plan::Counts::default());
}

/// A second simulated tenant, connected with the same wishes.
async fn second(app: &App, caller: &Caller, devices: usize) -> (Running, Source) {
    let config = SimConfig { devices, seed: 2, ..SimConfig::default() };
    let kandji = sim::start(config).await.unwrap();
    let usual = json!({
        "first_run": "apply",
        "employees": {"create": true},
        "assign": {"on_assign": true, "on_change": true, "on_removed": true},
        "guard": {"max_changes_percent": 100, "max_checkins": 1000, "max_absent_percent": 100},
    });
    let usual = Settings::of(Preset::Recommended).patched(&usual, false).unwrap();
    let made = sources::create(app, caller, "Second", &connection(&kandji), usual).await.unwrap();
    (kandji, made)
}

async fn run_of(app: &App, caller: &Caller, source: &Source) -> Run {
    let run = sync::run_here(app, caller, source.id, RunMode::Apply).await.unwrap();
    assert_eq!(run.state, RunState::Applied, "{:?}", run.error);
    run
}

fn enroll(kandji: &Running, name: &str, person: &str, os: &str) -> String {
    let email = format!("{}@example.com", person.to_lowercase());
    let user = kandji.tenant.add_user(person, &email);
    let spec = DeviceSpec {
        serial: Some("SYN-SHARED".into()),
        name: Some(name.into()),
        user: Some(user),
        ..DeviceSpec::default()
    };
    let device = kandji.tenant.add_device(spec);
    kandji.tenant.set_field(&device, "os_version", json!(os)).unwrap();
    device
}

#[tokio::test(flavor = "multi_thread")]
async fn b41_of_two_sources_with_one_asset_the_lower_priority_feeds_it_and_then_the_older_one() {
    let mapping = json!({"fields": [{"from": "os_version", "to": "os", "authority": "mirror"}]});
    let company = Company::with(0).await;
    let (app, caller) = (&company.app, &company.caller);
    field(app, caller, "os").await;
    sources::save_settings(app, caller, company.source.id, None, &mapping).await.unwrap();
    let (other, second) = second(app, caller, 0).await;
    sources::save_settings(app, caller, second.id, None, &mapping).await.unwrap();
    let first_device = enroll(&company.kandji, "first", "Robin", "15.1");
    enroll(&other, "second", "Casey", "14.2");
    let seen = async || {
        let row = company.assets().await.remove(0);
        let name = row.asset.name.unwrap_or_default();
        (name, row.custodian.unwrap_or_default(), row.asset.fields["os"].clone())
    };
    let as_first = ("first".to_owned(), "Robin".to_owned(), json!("15.1"));
    let as_second = ("second".to_owned(), "Casey".to_owned(), json!("14.2"));

    company.applied().await;
    let run = run_of(app, caller, &second).await;
    assert_eq!((run.counts.created, run.counts.linked, run.counts.updated), (0, 1, 0));
    assert_eq!(company.assets().await.len(), 1);
    assert_eq!(seen().await, as_first, "at equal priority the older source counts");
    run_of(app, caller, &second).await;
    company.applied().await;
    assert_eq!(seen().await, as_first, "and they do not take turns");

    sources::save_settings(app, caller, second.id, None, &json!({"priority": 1})).await.unwrap();
    run_of(app, caller, &second).await;
    assert_eq!(seen().await, as_second);
    let idle = company.applied().await;
    assert_eq!(idle.counts, reconcile::plan::Counts::default());
    assert_eq!(seen().await, as_second);

    // What the better source loses is not gone while the other one has it.
    let archive = json!({"absence": {"action": "archive"}});
    sources::save_settings(app, caller, company.source.id, None, &archive).await.unwrap();
    company.kandji.tenant.set_removed(&first_device, true).unwrap();
    company.applied().await;
    assert!(company.assets().await[0].asset.archived_at.is_none());
    let history = |source: &Source| app::runs::of_source(app, caller, source.id, None, 50);
    let (ours, theirs) = (history(&company.source).await.unwrap(), history(&second).await.unwrap());
    assert_eq!((ours.len(), theirs.len()), (4, 3), "each source keeps its own history");
}

#[tokio::test(flavor = "multi_thread")]
async fn b41_each_tenant_has_its_own_kandji() {
    let company = Company::with(6).await;
    let app = &company.app;
    let mint = Mint::new(9);
    let tenant = Tenant { id: mint.id(noon()), name: "Other".into(), slug: "other".into() };
    let there = tenant.id;
    let details = Details::named("Other");
    let make = move |tx: &mut store::SystemTx<'_>| {
        store::tenants::create(tx, &tenant, &details, noon(), &mint)
    };
    Store::open(&company.options.database).unwrap().system_blocking(make).unwrap();
    let stranger = Caller { tenant: there, ..company.caller.clone() };
    let (other, source) = second(app, &stranger, 4).await;
    company.applied().await;
    assert_eq!(run_of(app, &stranger, &source).await.counts.created, 4);
    let query = || app::assets::AssetQuery { limit: 200, ..Default::default() };
    let theirs = app::assets::list(app, &stranger, query()).await.unwrap().items;
    let serials: Vec<_> = other.tenant.devices().into_iter().map(|device| device.serial).collect();
    assert_eq!((company.assets().await.len(), theirs.len()), (6, 4));
    assert!(theirs.iter().all(|row| serials.iter().any(|own| own == row.asset.tag.as_str())));
    assert!(sources::source(app, &company.caller, source.id).await.is_err());
}
