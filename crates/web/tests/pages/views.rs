//! Views and columns of the asset list, without a script.

use app::sign_in;
use app::users::{self, NewUser};
use domain::access::Role;

use crate::house::House;

#[tokio::test]
async fn columns_are_chosen_moved_remembered_and_followed_by_downloads() {
    let house = House::new().await;
    let new = [("tag", "A-1"), ("purchased_on", "2026-02-01"), ("notes", "lent out")];
    house.post(&house.at("assets/new"), &new).await.to();
    let menu = house.get(&house.at("assets?edit=columns&q=a")).await;
    menu.is(200).shows("<option value=\"kandji.os_version\">").shows("Move Serial up");
    let chosen = [
        ("back", "q=a"),
        ("column", "tag"),
        ("column", "notes"),
        ("column", "purchased_on"),
        ("add", "kandji.os_version"),
        ("column", "made_up"),
        ("move", "up:purchased_on"),
    ];
    let to = house.post(&house.at("columns"), &chosen).await.to();
    let columns = "columns=tag%2Cpurchased_on%2Cnotes%2Ckandji.os_version";
    assert_eq!(to, house.at(&format!("assets?q=a&{columns}&edit=columns")));
    house.get(&to).await.is(200).shows("lent out").shows("OS Version");
    let file = house.get(&house.at(&format!("assets.csv?{columns}"))).await;
    assert!(file.is(200).text.contains("Asset,Bought,Notes,OS Version"), "{}", file.text);
    // What was chosen last is what an address without columns shows.
    house.get(&house.at("assets")).await.is(200).shows("lent out");
    let file = house.get(&house.at("assets.csv")).await;
    assert!(file.text.contains("Asset,Bought,Notes,OS Version"), "{}", file.text);
    let to = house.post(&house.at("columns"), &[("back", ""), ("usual", "on")]).await.to();
    assert_eq!(to, house.at("assets"));
    assert!(!house.get(&to).await.is(200).text.contains("lent out"));
}

#[tokio::test]
async fn a_view_is_saved_shown_as_a_tab_changed_and_deleted() {
    let house = House::new().await;
    house.asset("A-1").await;
    let new = house.at("views/new?query=tag%3D~a");
    house.get(&new).await.is(200).shows("value=\"tag=~a\"").shows("Share with everybody");
    let form = [("name", "Ours"), ("query", "tag=~a&sort=-name"), ("shared", "on")];
    let at = house.post(&house.at("views/new"), &form).await.to();
    assert!(at.starts_with(&house.at("assets?tag=%7Ea&sort=-name&view=viw_")), "{at}");
    house.get(&at).await.is(200).shows("aria-current=\"true\">Ours").shows("A-1");
    let twin = house.post(&house.at("views/new"), &form).await;
    twin.is(422).shows("Another view has this name").shows("value=\"Ours\"");
    let id = at.split("view=").nth(1).unwrap().to_owned();
    // Changed, the list offers to keep what it is now.
    let changed = house.get(&format!("{at}&held=no")).await;
    changed.is(200).shows("View, changed").shows("Save changes to Ours");
    let query = [("query", "held=no")];
    let at = house.post(&house.at(&format!("views/{id}/query")), &query).await.to();
    assert_eq!(at, house.at(&format!("assets?held=no&view={id}")));
    let renamed = [("name", "Mine alone")];
    house.post(&house.at(&format!("views/{id}")), &renamed).await.to();
    house.get(&house.at("assets")).await.shows("Mine alone").shows("only for you");
    let delete = house.at(&format!("views/{id}/delete"));
    house.get(&delete).await.is(200).shows("Only you see this view.");
    house.post(&delete, &[]).await.to();
    assert!(!house.get(&house.at("assets")).await.text.contains("Mine alone"));
}

#[tokio::test]
async fn viewers_keep_views_for_themselves_and_nobody_else_sees_them() {
    let house = House::new().await;
    house.asset("A-1").await;
    let viewer = house.viewer.clone();
    let new = house.at("views/new");
    let form = [("name", "Private"), ("query", "held=no")];
    let at = house.ask(&viewer, "POST", &new, &form).await.to();
    house.ask(&viewer, "GET", &at, &[]).await.is(200).shows("Private");
    assert!(!house.get(&house.at("assets")).await.text.contains("Private"));
    let id = at.split("view=").nth(1).unwrap();
    house.get(&house.at(&format!("views/{id}"))).await.is(404);
    let shared = [("name", "For all"), ("query", ""), ("shared", "on")];
    house.ask(&viewer, "POST", &new, &shared).await.is(403);
    // A shared one is changed by whoever keeps it, and by administrators.
    let at = house.post(&new, &shared).await.to();
    let id = at.split("view=").nth(1).unwrap();
    let seen = house.ask(&viewer, "GET", &house.at("assets"), &[]).await;
    seen.is(200).shows("For all");
    let manager = NewUser {
        email: "manager@example.com".into(),
        name: "Marian".into(),
        role: Role::Manager,
        password: None,
    };
    let (manager, _) = users::create(&house.app, &house.caller, manager).await.unwrap();
    let manager = sign_in::open(&house.app, &manager.user, house.caller.tenant).await.unwrap();
    house.ask(&manager, "POST", &house.at(&format!("views/{id}/delete")), &[]).await.is(403);
}
