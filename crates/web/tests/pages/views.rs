//! Views and columns of the lists of assets and of employees, without a script.

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
    let to = house.post(&house.at("columns/assets"), &chosen).await.to();
    let columns = "columns=tag%2Cpurchased_on%2Cnotes%2Ckandji.os_version";
    assert_eq!(to, house.at(&format!("assets?q=a&{columns}&edit=columns")));
    house.get(&to).await.is(200).shows("lent out").shows("OS Version");
    let file = house.get(&house.at(&format!("assets.csv?{columns}"))).await;
    assert!(file.is(200).text.contains("Asset,Bought,Notes,OS Version"), "{}", file.text);
    // What was chosen last is what an address without columns shows.
    house.get(&house.at("assets")).await.is(200).shows("lent out");
    let file = house.get(&house.at("assets.csv")).await;
    assert!(file.text.contains("Asset,Bought,Notes,OS Version"), "{}", file.text);
    let to = house.post(&house.at("columns/assets"), &[("back", ""), ("usual", "on")]).await.to();
    assert_eq!(to, house.at("assets"));
    assert!(!house.get(&to).await.is(200).text.contains("lent out"));
}

/// Two people, of whom one has left; answers the list's address.
async fn people(house: &House) -> String {
    let size = [("label", "Size"), ("type", "number"), ("applies_to", "employees")];
    house.post(&house.at("settings/fields"), &size).await.to();
    let field = [("label", "Memory"), ("type", "size"), ("applies_to", "assets")];
    house.post(&house.at("settings/fields"), &field).await.to();
    for (name, left, size) in [("Casey Cole", "", "9"), ("Robin Reyes", "on", "10")] {
        let new = [("name", name), ("title", "Clerk"), ("leaver", left), ("fields.size", size)];
        house.post(&house.at("employees/new"), &new).await.to();
    }
    house.at("employees")
}

#[tokio::test]
async fn columns_of_employees_are_chosen_moved_remembered_and_followed_by_downloads() {
    let house = House::new().await;
    let list = people(&house).await;
    let menu = house.get(&format!("{list}?edit=columns&q=e")).await;
    menu.is(200).shows("<option value=\"fields.size\">").shows("Move E-mail up");
    assert!(!menu.text.contains("fields.memory"), "a field of assets");
    let chosen = [
        ("back", "q=e&who=holding"),
        ("column", "title"),
        ("column", "created_at"),
        ("add", "fields.size"),
        ("column", "tag"),
        ("move", "up:fields.size"),
    ];
    let to = house.post(&house.at("columns/employees"), &chosen).await.to();
    let columns = "columns=name%2Ctitle%2Cfields.size%2Ccreated_at";
    assert_eq!(to, format!("{list}?q=e&who=holding&{columns}&edit=columns"));
    let page = house.get(&format!("{list}?{columns}&sort=-fields.size")).await;
    page.is(200).shows("sort=fields.size").shows(">Added<");
    assert!(!page.text.contains("sort=email"), "it is not chosen");
    let at = |name: &str| page.text.find(name).unwrap();
    assert!(at("Robin Reyes") < at("Casey Cole"), "ten is more than nine");
    let file = house.get(&format!("{list}.csv?{columns}&sort=-fields.size")).await;
    file.is(200).shows("Name,Title,Size,Added\r\nRobin Reyes,Clerk,10,");
    // What was chosen last is what an address without columns shows.
    let here = house.get(&format!("{list}.csv")).await;
    here.is(200).shows("Name,Title,Size,Added\r\nCasey Cole,Clerk,9,");
    let book = house.get(&format!("{list}.xlsx")).await;
    assert!(book.is(200).header("content-type").contains("spreadsheetml"));
    // The list of assets has a choice of its own.
    house.asset("A-1").await;
    house.get(&house.at("assets?edit=columns")).await.is(200).shows("Move Serial up");
    let usual = [("back", "q=e"), ("usual", "on")];
    assert_eq!(
        house.post(&house.at("columns/employees"), &usual).await.to(),
        format!("{list}?q=e")
    );
    let file = house.get(&format!("{list}.csv")).await;
    file.shows(
        "Name,E-mail,Title,Department,Location,Reports to,Starts on,Last day,Holds,Has left",
    );
}

#[tokio::test]
async fn a_view_of_employees_keeps_filters_order_and_columns_beside_those_of_assets() {
    let house = House::new().await;
    let list = people(&house).await;
    let query = "columns=name%2Cfields.size&leaver=yes&sort=-holds";
    let page = house.get(&format!("{list}?{query}")).await;
    page.is(200).shows("views/new?list=employees&amp;query=columns%3Dname%252Cfields.size");
    house
        .get(&house.at("views/new?list=employees&query=q%3De"))
        .await
        .is(200)
        .shows("Employees</a>");
    let form = [("name", "Gone"), ("list", "employees"), ("query", query), ("shared", "on")];
    let at = house.post(&house.at("views/new"), &form).await.to();
    assert!(at.starts_with(&format!("{list}?{query}&view=viw_")), "{at}");
    let page = house.get(&at).await;
    page.is(200).shows("aria-current=\"true\">Gone").shows("Robin Reyes").shows("All employees");
    assert!(!page.text.contains("Casey Cole") && !page.text.contains("View, changed"));
    // A list has its own views, and another of the same name may be of the other list.
    house.asset("A-1").await;
    assert!(!house.get(&house.at("assets")).await.text.contains("Gone"));
    let twin = [("name", "Gone"), ("query", "held=no"), ("shared", "on")];
    let other = house.post(&house.at("views/new"), &twin).await.to();
    assert!(other.starts_with(&house.at("assets?held=no&view=viw_")), "{other}");
    house.post(&house.at("views/new"), &form).await.is(422).shows("Another view has this name");
    let id = at.split("view=").nth(1).unwrap();
    let delete = house.at(&format!("views/{id}/delete"));
    house.get(&delete).await.is(200).shows("Nothing that it lists changes.");
    assert_eq!(house.post(&delete, &[]).await.to(), list);
    assert!(!house.get(&list).await.text.contains("Gone"));
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
    let manager =
        sign_in::open(&house.app, &manager.user, house.caller.tenant, sign_in::Browser::default())
            .await
            .unwrap();
    house.ask(&manager, "POST", &house.at(&format!("views/{id}/delete")), &[]).await.is(403);
}
