//! One change to many assets: previewed, done, taken back; by whom, and when a process dies over it.

use crate::company::Company;
use app::bulks::{self, BulkState, Chosen, Doing, ItemState};
use app::custody::Back;
use app::{Caller, Refusal, assets, custody, fields, jobs, undos};
use domain::access::Role;
use domain::fields::{AppliesTo, FieldType};
use domain::id::{AssetId, BulkId};
use domain::{Action, AssetTag, Custodian, Field};
use serde_json::{Value, json};
use store::Store;
use store::bulks::Lease;

async fn asset(company: &Company, tag: &str, fields: &[(Field, Value)]) -> AssetId {
    let tag = AssetTag::parse(tag).unwrap();
    assets::create(&company.app, &company.caller, tag, fields.to_vec()).await.unwrap().id
}

fn notes(text: &str) -> Doing {
    Doing::Edit { set: vec![(Field::Notes, json!(text))] }
}

async fn previewed(company: &Company, doing: Doing, ids: &[AssetId]) -> bulks::Bulk {
    let chosen = Chosen::These(ids.to_vec());
    let bulk = bulks::preview(&company.app, &company.caller, doing, chosen, "").await.unwrap();
    assert_eq!(bulk.state, BulkState::Ready, "{bulk:?}");
    bulk
}

async fn why(company: &Company, id: BulkId, state: ItemState) -> Vec<String> {
    let items = bulks::items(&company.app, &company.caller, id, state, None, 100).await.unwrap();
    items.into_iter().map(|item| item.why.unwrap_or_default()).collect()
}

async fn noted(company: &Company, id: AssetId) -> Option<String> {
    assets::asset(&company.app, &company.caller, id).await.unwrap().asset.notes
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_previewed_is_applied_with_one_event_each_and_taken_back() {
    let company = Company::with(0).await;
    let (app, caller) = (&company.app, &company.caller);
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(asset(&company, &format!("A-{n}"), &[]).await);
    }
    assets::change(app, caller, ids[4], None, vec![(Field::Notes, json!("new"))]).await.unwrap();
    let query = assets::AssetQuery { limit: 2, ..Default::default() };
    let chosen = Chosen::Found(Box::new(query));
    let bulk = bulks::preview(app, caller, notes("new"), chosen, "q=a").await.unwrap();
    assert_eq!((bulk.counts.total, bulk.counts.fits, bulk.counts.same), (5, 4, 1));
    let shown = bulks::items(app, caller, bulk.id, ItemState::Fits, None, 2).await.unwrap();
    assert_eq!(shown.len(), 2);
    let change = &shown[0].changes[0];
    assert_eq!((&change.before, &change.after), (&Value::Null, &json!("new")));
    assert_eq!(noted(&company, ids[0]).await, None, "nothing is changed by looking");

    // Someone is quicker with one of them.
    assets::change(app, caller, ids[1], None, vec![(Field::Name, json!("mine"))]).await.unwrap();
    let done = bulks::apply(app, caller, bulk.id, Some("spring".into())).await.unwrap();
    assert_eq!((done.state, done.counts.done, done.counts.passed_over), (BulkState::Applied, 3, 1));
    let left = why(&company, bulk.id, ItemState::PassedOver).await;
    assert_eq!(left, ["it was changed since the preview"]);
    let history = assets::history(app, caller, ids[0], None, 10).await.unwrap().items;
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].cause, bulks::cause(bulk.id));
    assert_eq!(history[0].note.as_deref(), Some("spring"));
    let again = bulks::apply(app, caller, bulk.id, None).await.unwrap_err();
    assert!(matches!(again, Refusal::Conflict { .. }), "{again}");

    assets::change(app, caller, ids[2], None, vec![(Field::Notes, json!("mine"))]).await.unwrap();
    let undo = bulks::undo(app, caller, bulk.id).await.unwrap();
    assert_eq!((undo.restored, undo.finished_at.is_some()), (2, true));
    let kept = undos::kept(app, caller, &bulks::cause(bulk.id), None, 10).await.unwrap();
    assert_eq!(kept[0].asset, ids[2]);
    assert_eq!(noted(&company, ids[0]).await, None);
    assert_eq!(noted(&company, ids[2]).await.as_deref(), Some("mine"));
    let twice = bulks::undo(app, caller, bulk.id).await.unwrap_err();
    assert!(twice.to_string().contains("taken back already"), "{twice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_asset_that_may_not_change_is_named_with_the_reason() {
    let company = Company::with(0).await;
    let (app, caller) = (&company.app, &company.caller);
    let [held, free, gone] = [
        asset(&company, "HELD", &[]).await,
        asset(&company, "FREE", &[]).await,
        asset(&company, "GONE", &[]).await,
    ];
    custody::check_out(app, caller, held.into(), Custodian::Asset(free), None, None).await.unwrap();
    assets::delete(app, caller, gone).await.unwrap();
    let refused = async |doing: Doing| {
        let bulk = previewed(&company, doing, &[held, free, gone]).await;
        why(&company, bulk.id, ItemState::Refused).await
    };
    let out = |to| Doing::CheckOut { to, due_on: None };
    let said = refused(Doing::CheckIn { back: Back::default() }).await;
    assert_eq!(said, ["it is in nobody's hands", "it is not there any more"]);
    let said = refused(out(Custodian::Asset(held))).await;
    assert!(said[0].contains("check it in first") && said[1].contains("inside itself"), "{said:?}");
    let due = Doing::Edit { set: vec![(Field::DueOn, json!("2026-12-24"))] };
    assert!(refused(due).await[0].contains("nobody has it"));
    assert_eq!(refused(Doing::Unarchive).await[0], "it is not archived");
    assets::archive(app, caller, free, true).await.unwrap();
    assert_eq!(refused(Doing::Archive).await[0], "it is archived already");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_done_to_no_asset_is_refused_at_once() {
    let company = Company::with(0).await;
    let (app, caller) = (&company.app, &company.caller);
    let id = asset(&company, "A-1", &[]).await;
    let new = |key: &str, required, unique| domain::fields::CustomField {
        id: domain::Id::new(0),
        key: domain::fields::FieldKey::parse(key).unwrap(),
        label: key.to_owned(),
        kind: FieldType::Text,
        applies_to: AppliesTo::Assets,
        categories: Vec::new(),
        required,
        unique,
        indexed: false,
        default: None,
    };
    for (key, required, unique) in [("room", true, false), ("imei", false, true)] {
        fields::create(app, caller, new(key, required, unique)).await.unwrap();
    }
    let edit = |field: Field, value: Value| Doing::Edit { set: vec![(field, value)] };
    let custom = |key: &str| Field::Custom(key.into());
    for (doing, says) in [
        (edit(Field::Tag, json!("X")), "unique"),
        (edit(custom("imei"), json!("1")), "unique"),
        (edit(Field::Status, Value::Null), "cannot be blank"),
        (edit(Field::Custodian, Value::Null), "checking out"),
        (edit(Field::Location, json!("loc_0000000000001")), "no location"),
        (Doing::Edit { set: Vec::new() }, "nothing is to change"),
        (
            Doing::CheckOut { to: Custodian::Employee(domain::Id::new(1)), due_on: None },
            "no employee",
        ),
    ] {
        let refused =
            bulks::preview(app, caller, doing, Chosen::These(vec![id]), "").await.unwrap_err();
        assert!(refused.to_string().contains(says), "{says}: {refused}");
    }
    let none = bulks::preview(app, caller, Doing::Archive, Chosen::These(vec![]), "").await;
    assert!(none.unwrap_err().to_string().contains("no asset is selected"));
    // A required field may be given and not be cleared.
    let given = asset(&company, "A-2", &[(custom("room"), json!("1.1"))]).await;
    let bulk = previewed(&company, edit(custom("room"), Value::Null), &[given]).await;
    assert!(why(&company, bulk.id, ItemState::Refused).await[0].contains("required"));
    let bulk = previewed(&company, edit(custom("room"), json!("4.12")), &[id]).await;
    assert_eq!(bulk.counts.fits, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_hand_over_and_managers_do_the_rest() {
    let company = Company::with(0).await;
    let app = &company.app;
    let id = asset(&company, "A-1", &[]).await;
    let operator = Caller { role: Role::Operator, ..company.caller.clone() };
    let viewer = Caller { role: Role::Viewer, ..company.caller.clone() };
    let chosen = || Chosen::These(vec![id]);
    let forbidden = |refusal: Refusal| matches!(refusal, Refusal::Forbidden { .. });
    let preview = async |who: &Caller, doing| bulks::preview(app, who, doing, chosen(), "").await;
    assert!(forbidden(preview(&operator, Doing::Archive).await.unwrap_err()));
    assert!(forbidden(
        preview(&viewer, Doing::CheckIn { back: Back::default() }).await.unwrap_err()
    ));
    let archive = preview(&company.caller, Doing::Archive).await.unwrap();
    assert!(forbidden(bulks::apply(app, &operator, archive.id, None).await.unwrap_err()));
    bulks::apply(app, &company.caller, archive.id, None).await.unwrap();
    assert!(forbidden(bulks::undo(app, &operator, archive.id).await.unwrap_err()));
    let check_in = preview(&operator, Doing::CheckIn { back: Back::default() }).await.unwrap();
    assert_eq!(bulks::apply(app, &operator, check_in.id, None).await.unwrap().counts.done, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_and_an_undo_whose_process_died_are_taken_up_when_the_lease_runs_out() {
    let company = Company::with(0).await;
    let (app, caller, tenant) = (&company.app, &company.caller, company.caller.tenant);
    let ids = [asset(&company, "A-1", &[]).await, asset(&company, "A-2", &[]).await];
    let bulk = previewed(&company, notes("new"), &ids).await;
    let dead = Store::open(&company.options.database).unwrap();
    let now = app.now();
    let lease = Lease { owner: "dead", until: now + jiff::SignedDuration::from_secs(30) };
    let actor = caller.actor.clone();
    dead.write_blocking(tenant, {
        let actor = actor.clone();
        move |tx| store::bulks::approve(tx, bulk.id, &actor, None, now, lease)
    })
    .unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    jobs::take_up(app).await.unwrap();
    assert_eq!(noted(&company, ids[0]).await, None, "somebody is at it");
    company.clock.advance(jiff::SignedDuration::from_secs(31));
    jobs::take_up(app).await.unwrap();
    while bulks::find(app, caller, bulk.id).await.unwrap().state != BulkState::Applied {
        tokio::task::yield_now().await;
    }
    assert_eq!(noted(&company, ids[1]).await.as_deref(), Some("new"));

    let (now, cause) = (app.now(), bulks::cause(bulk.id));
    let lease = Lease { owner: "dead", until: now + jiff::SignedDuration::from_secs(30) };
    let of = cause.clone();
    dead.write_blocking(tenant, move |tx| store::undos::begin(tx, &of, &actor, now, lease))
        .unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    let refused = bulks::undo(app, caller, bulk.id).await.unwrap_err();
    assert!(refused.to_string().contains("just now"), "{refused}");
    company.clock.advance(jiff::SignedDuration::from_secs(31));
    jobs::take_up(app).await.unwrap();
    while undos::find(app, caller, &cause).await.unwrap().unwrap().finished_at.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(noted(&company, ids[1]).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_was_to_give_is_looked_for_again_when_it_is_applied() {
    let company = Company::with(0).await;
    let (app, caller) = (&company.app, &company.caller);
    let id = asset(&company, "A-1", &[]).await;
    let place = asset(&company, "SHELF", &[]).await;
    let out = Doing::CheckOut { to: Custodian::Asset(place), due_on: None };
    let bulk = previewed(&company, out, &[id]).await;
    assets::delete(app, caller, place).await.unwrap();
    let done = bulks::apply(app, caller, bulk.id, None).await.unwrap();
    assert_eq!((done.counts.done, done.counts.passed_over), (0, 1));
    let why = why(&company, bulk.id, ItemState::PassedOver).await;
    assert!(why[0].starts_with("no asset"), "{why:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_did_a_moment_ago_is_taken_back_alone() {
    let company = Company::with(0).await;
    let (app, caller) = (&company.app, &company.caller);
    let [id, place] = [asset(&company, "A-1", &[]).await, asset(&company, "SHELF", &[]).await];
    custody::check_out(app, caller, id.into(), Custodian::Asset(place), None, None).await.unwrap();
    custody::check_in(app, caller, id.into(), Back::default(), None).await.unwrap();
    let last = assets::history(app, caller, id, None, 1).await.unwrap().items.pop().unwrap();
    let operator = Caller { role: Role::Operator, ..caller.clone() };
    let undone = undos::undo_event(app, &operator, last.id).await.unwrap();
    assert_eq!(undone.restored, [id]);
    let found = assets::asset(app, caller, id).await.unwrap().asset;
    assert_eq!(found.custodian, Some(Custodian::Asset(place)));
    let last = assets::history(app, caller, id, None, 1).await.unwrap().items.pop().unwrap();
    assert_eq!(last.action, Action::CheckedOut);
    assets::archive(app, caller, id, true).await.unwrap();
    let last = assets::history(app, caller, id, None, 1).await.unwrap().items.pop().unwrap();
    let refused = undos::undo_event(app, &operator, last.id).await.unwrap_err();
    assert!(matches!(refused, Refusal::Forbidden { .. }), "{refused}");
}
