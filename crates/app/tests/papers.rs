//! Files, notes and sightings of many hands at once; and how much is kept.

#[expect(dead_code, reason = "the tests of runs use the rest")]
mod company;

use app::attachments::{self, Limits};
use app::{Refusal, assets, notes, sightings};
use company::Company;
use domain::event::Subject;
use domain::{Action, AssetTag};
use serde_json::json;
use store::DatabaseUrl;

#[tokio::test(flavor = "multi_thread")]
async fn what_several_people_say_of_an_asset_at_once_is_all_kept() {
    let postgres = tokio::task::spawn_blocking(testkit::postgres::database).await.unwrap();
    let postgres = DatabaseUrl::Postgres(postgres);
    for database in [None, Some(postgres)] {
        let company = Company::on(database, 0, &json!({})).await;
        let (app, caller) = (company.app.clone(), company.caller.clone());
        let tag = AssetTag::parse("A-1").unwrap();
        let id = assets::create(&app, &caller, tag, Vec::new()).await.unwrap().id;
        let told = (0..8).map(|n| {
            let (app, caller) = (app.clone(), caller.clone());
            tokio::spawn(async move {
                notes::add(&app, &caller, Subject::Asset(id), &format!("note {n}")).await?;
                sightings::see(&app, &caller, id, None, None).await?;
                let content = format!("%PDF-1.7 {n}").into_bytes();
                attachments::add(&app, &caller, Subject::Asset(id), "a.pdf", content).await
            })
        });
        for one in told.collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
        let told = async |action| assets::history_of(&app, &caller, id, action, None, 99).await;
        for action in [Action::Noted, Action::Seen, Action::Attached] {
            assert_eq!(told(action).await.unwrap().items.len(), 8, "{action:?}");
        }
        assert_eq!(assets::asset(&app, &caller, id).await.unwrap().asset.version, 25);
        assert_eq!(attachments::of(&app, &caller, Subject::Asset(id)).await.unwrap().len(), 8);
    }
}

#[tokio::test]
async fn more_than_may_be_kept_is_refused_and_leaves_nothing() {
    let company = Company::with(0).await;
    let caller = &company.caller;
    let app = company.app.clone().attaching(Limits { file: 1 << 20, total: 1_000_100 });
    let tag = AssetTag::parse("A-1").unwrap();
    let id = assets::create(&app, caller, tag, Vec::new()).await.unwrap().id;
    let pdf = |size: usize| [b"%PDF-".as_slice(), &vec![b'x'; size - 5]].concat();
    let of = Subject::Asset(id);
    let add = async |size: usize| attachments::add(&app, caller, of, "a.pdf", pdf(size)).await;
    add(1_000_000).await.unwrap();
    for (size, why) in [(101, "there is no room for more"), (1_048_577, "larger than 1 MB")] {
        let Err(Refusal::Invalid { errors }) = add(size).await else { panic!("{size}") };
        assert!(errors[0].field == "file" && errors[0].detail.contains(why), "{errors:?}");
    }
    assert_eq!(assets::asset(&app, caller, id).await.unwrap().asset.version, 2);
    let kept = attachments::of(&app, caller, of).await.unwrap();
    attachments::remove(&app, caller, kept[0].id).await.unwrap();
    add(1_000_000).await.unwrap();
}
