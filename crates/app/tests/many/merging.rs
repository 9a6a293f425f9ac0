//! An asset made by hand and the one that a run made of the same machine become one, and no run sees
//! a difference.

use app::activity::{self, EventFilter};
use app::assets::merge::{self, Merge};
use app::{assets, sync};
use domain::{Action, AssetTag, Field};
use kandji::sim::DeviceSpec;
use reconcile::plan::Counts;
use serde_json::json;

use crate::company::Company;

async fn head(company: &Company) -> i64 {
    let (app, caller) = (&company.app, &company.caller);
    let all = EventFilter::default();
    activity::feed(app, caller, all, activity::From::After(0), 1).await.unwrap().head
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_merge_the_next_run_knows_the_device_by_the_one_that_stays_and_does_nothing() {
    let postgres = std::thread::spawn(testkit::postgres::database).join().unwrap();
    for database in [None, Some(postgres.parse().unwrap())] {
        let company = Company::on(database, 3, &json!({})).await;
        let (app, caller) = (&company.app, &company.caller);
        let robin = company.kandji.tenant.add_user("Robin Sample", "robin@example.com");
        let spec = DeviceSpec { user: Some(robin), ..DeviceSpec::default() };
        let device = company.kandji.tenant.add_device(spec);
        let by_hand = vec![
            (Field::Name, json!("The machine of the front desk")),
            (Field::Cost, json!(99_900)),
            (Field::Notes, json!("bought used")),
        ];
        let tag = AssetTag::parse("IT-0042").unwrap();
        let into = assets::create(app, caller, tag, by_hand).await.unwrap().id;
        let first = company.applied().await;
        let mut twin = None;
        for row in company.assets().await {
            let said = assets::said(app, caller, row.asset.id).await.unwrap();
            let linked = said.iter().any(|said| said.link.device_id.as_str() == device);
            twin = twin.or(Some(row).filter(|_| linked));
        }
        let twin = twin.expect("a run made it");
        let from = twin.asset.id;
        let before = company.assets().await.len();

        let merged = merge::merge(app, caller, from, into, Merge::default()).await.unwrap();
        // The source has the word on the name; nobody chose it, and so it is not put back.
        assert_eq!(merged.name, twin.asset.name);
        assert_eq!((merged.serial, merged.cost), (twin.asset.serial.clone(), Some(99_900)));
        assert_eq!(merged.custodian, twin.asset.custodian);
        assert_eq!(company.assets().await.len(), before - 1);
        let events = head(&company).await;
        for _ in 0..2 {
            let run = company.applied().await;
            assert_eq!(run.counts, Counts::default());
            assert_eq!(head(&company).await, events, "an idle run writes no event");
        }
        assert_eq!(company.assets().await.len(), before - 1);
        let said = assets::said(app, caller, into).await.unwrap();
        assert_eq!(said[0].link.device_id.as_str(), device);

        // The serial and the old tag find it.
        let by_tag = assets::named(app, caller, twin.asset.tag.as_str()).await.unwrap();
        let by_id = assets::named(app, caller, &from.to_string()).await.unwrap();
        assert_eq!((by_tag.asset.id, by_id.asset.id), (into, into));

        // The run is taken back where it still can be, and the merged asset is left alone.
        let undone = sync::undo(app, caller, first.id).await.unwrap();
        let why = undone.kept.iter().find(|(id, _)| *id == from).map(|(_, why)| why.as_str());
        assert_eq!(why, Some("the asset was merged into another since"));
        let held = assets::asset(app, caller, into).await.unwrap();
        assert_eq!(held.asset.custodian, twin.asset.custodian);
        let history = assets::history(app, caller, into, None, 9).await.unwrap();
        assert_eq!(history.items[0].action, Action::Merged);
    }
}
