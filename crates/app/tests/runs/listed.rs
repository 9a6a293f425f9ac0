//! What is kept of devices that a source lists no more: of those that an asset still is.

use kandji::sim::{Misbehaviour, Trouble};
use serde_json::json;
use store::Store;

use crate::company::Company;
use crate::postgres;

/// How many the home page counts by their last check-in, and how many have no asset.
async fn counted(company: &Company) -> (i64, i64) {
    let (app, caller) = (&company.app, &company.caller);
    let details = app::company::company(app, caller).await.unwrap();
    let home = app::home::home(app, caller, &details).await.unwrap();
    let store = Store::open(&company.options.database).unwrap();
    let unlinked = store.read(caller.tenant, store::reports::count_unlinked).await.unwrap();
    (home.last_seen.iter().sum(), unlinked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_came_back_under_another_id_is_counted_once() {
    for database in [None, Some(postgres())] {
        let company = Company::on(database, 12, &json!({})).await;
        company.applied().await;
        let tenant = &company.kandji.tenant;
        let ids: Vec<String> =
            tenant.devices().iter().map(|device| device.device_id.clone()).collect();
        tenant.wipe_and_reenroll(&ids[0]).unwrap();
        company.applied().await;
        assert_eq!(counted(&company).await, (12, 0));
        // Gone, and still what an asset was: its page shows what was last said of it.
        tenant.delete(&ids[1]).unwrap();
        company.applied().await;
        assert_eq!(counted(&company).await, (12, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_without_an_asset_is_forgotten_once_a_whole_walk_does_not_list_it() {
    let company = Company::with_settings(9, &json!({"on_no_match": "skip"})).await;
    company.applied().await;
    assert_eq!(counted(&company).await, (9, 9));
    let tenant = &company.kandji.tenant;
    tenant.delete(&tenant.devices()[4].device_id).unwrap();
    tenant.misbehave(Trouble::on("/devices", Misbehaviour::Status { status: 500 }));
    company.sync().await;
    assert_eq!(counted(&company).await, (9, 9), "nobody saw all of them");
    tenant.behave();
    company.applied().await;
    assert_eq!(counted(&company).await, (8, 8));
}
