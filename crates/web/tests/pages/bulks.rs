//! Many assets changed in the browser, without JavaScript: select, preview, apply, undo.

use app::users::{self, NewUser};
use app::{bulks, fields, sign_in};
use domain::access::Role;

use crate::house::House;

/// Its id, as the list's checkbox sends it.
async fn picked(house: &House, tag: &str) -> String {
    house.asset(tag).await;
    let found = app::assets::named(&house.app, &house.caller, tag).await.unwrap();
    found.asset.id.to_string()
}

async fn session(house: &House, role: Role) -> String {
    let email = format!("{}@example.net", role.as_str());
    let new = NewUser { email, name: "Casey".into(), role, password: None };
    let (row, _) = users::create(&house.app, &house.caller, new).await.unwrap();
    sign_in::open(&house.app, &row.user, house.caller.tenant, sign_in::Browser::default())
        .await
        .unwrap()
}

/// What the flash cookie says, and where its button leads.
fn flash(said: &crate::house::Said) -> String {
    let cookies = said.headers.get_all("set-cookie").iter();
    cookies
        .filter_map(|cookie| cookie.to_str().ok())
        .find(|c| c.starts_with("said="))
        .unwrap()
        .into()
}

#[tokio::test]
async fn selected_assets_are_edited_with_a_preview_and_taken_back_from_the_toast() {
    let house = House::new().await;
    let [one, two] = [picked(&house, "A-1").await, picked(&house, "A-2").await];
    let other = picked(&house, "A-3").await;
    let list = house.get(&house.at("assets?q=a&sort=-name")).await;
    list.is(200)
        .shows(&format!("name=\"pick\" value=\"{one}\" form=\"picks\""))
        .shows("name=\"list\" value=\"q=a&amp;sort=-name\"")
        .shows("All 3 that match");
    let form = house.get(&house.at(&format!("bulks/new?action=edit&pick={one}&pick={two}"))).await;
    form.is(200).shows("Edit 2 assets").shows("Leave as it is").shows("Blank on every asset");
    form.shows(&format!("<input type=\"hidden\" name=\"pick\" value=\"{two}\">"));

    let given =
        [("action", "edit"), ("pick", &one), ("pick", &two), ("list", "q=a"), ("notes", "spring")];
    let page = house.post(&house.at("bulks"), &given).await.to();
    let preview = house.get(&page).await;
    preview.is(200).shows("Edit 2 assets").shows("Notes becomes spring.").shows("<ins>");
    assert!(!preview.text.contains("A-3") && !preview.text.contains(&other));
    house.get(&house.at("assets/A-1")).await.is(200);
    let notes = async |tag: &str| {
        app::assets::named(&house.app, &house.caller, tag).await.unwrap().asset.notes
    };
    assert_eq!(notes("A-1").await, None, "a preview changes nothing");

    let done = house.post(&format!("{page}/application"), &[("note", "why")]).await;
    assert_eq!(done.to(), house.at("assets?q=a"));
    assert!(
        flash(&done).contains("2%20assets%20were%20changed")
            || flash(&done).contains("2 assets were changed"),
        "{}",
        flash(&done)
    );
    assert!(flash(&done).contains("undo"));
    assert_eq!(notes("A-2").await.as_deref(), Some("spring"));
    house.get(&house.at("assets/A-1")).await.shows("a bulk change").shows("why");
    house.get(&page).await.shows("<b>2</b>changed").shows(&format!("action=\"{page}/undo\""));
    house.get(&house.at("bulks")).await.is(200).shows("Edit 2 assets").shows("Robin Sample");

    let undone = house.post(&format!("{page}/undo"), &[]).await;
    assert_eq!(undone.to(), house.at("assets?q=a"));
    assert_eq!(notes("A-1").await, None);
    house.get(&page).await.shows("Taken back: 2 assets stand as before");
    house.get(&house.at("assets/A-1")).await.shows("taking back");
    house.post(&format!("{page}/undo"), &[]).await.is(409).shows("taken back already");
    house.post(&format!("{page}/application"), &[]).await.is(409);
}

#[tokio::test]
async fn everything_a_list_finds_is_archived_and_brought_back() {
    let house = House::new().await;
    for n in 0..60 {
        house.asset(&format!("MAC-{n}")).await;
    }
    house.asset("PHONE").await;
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let robin = robin.rsplit('/').next().unwrap();
    house.post(&house.at("assets/MAC-0/checkout"), &[("to", robin)]).await.to();
    let form = "bulks/new?action=edit&everything=on&list=q%3Dmac";
    house.get(&house.at(form)).await.shows("<h1>Edit 60 assets</h1>");
    let given = [("action", "archive"), ("everything", "on"), ("pick", "ast_1"), ("list", "q=mac")];
    let page = house.post(&house.at("bulks"), &given).await.to();
    let preview = house.get(&page).await;
    preview.is(200).shows("Archive 60 assets").shows("rel=\"next\"");
    preview.shows("<dt>Archived</dt>").shows("It stays checked out to Robin Roe.");
    house.post(&format!("{page}/application"), &[]).await.to();
    let list = house.get(&house.at("assets")).await;
    list.shows("PHONE").shows("1 of 1");
    // Once more there is nothing to do, and it says why.
    let given = [("action", "archive"), ("everything", "on"), ("list", "q=mac&archived=any")];
    let page = house.post(&house.at("bulks"), &given).await.to();
    house.get(&page).await.shows("There is nothing to do").shows("It is archived already.");
    let given = [("action", "unarchive"), ("everything", "on"), ("list", "archived=only")];
    let page = house.post(&house.at("bulks"), &given).await.to();
    house.post(&format!("{page}/application"), &[]).await.to();
    house.get(&house.at("assets")).await.shows("50 of 61");
}

#[tokio::test]
async fn several_are_handed_over_and_taken_in_by_an_operator() {
    let house = House::new().await;
    let [one, two] = [picked(&house, "A-1").await, picked(&house, "A-2").await];
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let robin = robin.rsplit('/').next().unwrap().to_owned();
    let operator = session(&house, Role::Operator).await;
    let bar = house.ask(&operator, "GET", &house.at("assets"), &[]).await;
    bar.is(200).shows("value=\"check_out\"").shows("value=\"check_in\"");
    assert!(!bar.text.contains("value=\"archive\"") && !bar.text.contains("value=\"edit\""));
    let viewer = house.ask(&house.viewer, "GET", &house.at("assets"), &[]).await;
    assert!(!viewer.text.contains("name=\"pick\""));

    let to = house.at(&format!("bulks/new?action=check_out&pick={one}&pick={two}&q=rob"));
    let asks = house.ask(&operator, "GET", &to, &[]).await;
    asks.is(200).shows("Robin Roe").shows("Check out 2 assets").shows("name=\"due_on\"");
    assert!(!asks.text.contains("name=\"note\""), "the preview asks for it");
    let mut form = vec![("action", "check_out"), ("pick", one.as_str()), ("pick", two.as_str())];
    let nobody = house.ask(&operator, "POST", &house.at("bulks"), &form).await;
    nobody.is(422).shows("Choose who or where.").shows(&one);
    form.push(("to", &robin));
    let page = house.ask(&operator, "POST", &house.at("bulks"), &form).await.to();
    let preview = house.ask(&operator, "GET", &page, &[]).await;
    preview.shows("Custodian becomes Robin Roe.").shows("name=\"note\"");
    let why = [("note", "for the fair")];
    house.ask(&operator, "POST", &format!("{page}/application"), &why).await.to();
    house.get(&house.at("assets/A-1")).await.shows("for the fair");
    house.get(&house.at(&format!("employees/{robin}"))).await.shows("A-1").shows("A-2");
    let form = [("action", "check_in"), ("everything", "on"), ("list", "")];
    let page = house.ask(&operator, "POST", &house.at("bulks"), &form).await.to();
    house.ask(&operator, "POST", &format!("{page}/application"), &[]).await.to();
    let found = app::assets::named(&house.app, &house.caller, "A-1").await.unwrap();
    assert_eq!(found.asset.custodian, None);
    let form = [("action", "edit"), ("everything", "on"), ("notes", "x")];
    house.ask(&operator, "POST", &house.at("bulks"), &form).await.is(403);
    let form = [("action", "archive"), ("everything", "on")];
    house.ask(&operator, "POST", &house.at("bulks"), &form).await.is(403);
}

#[tokio::test]
async fn a_form_that_cannot_be_done_says_so_and_keeps_what_was_typed() {
    let house = House::new().await;
    let one = picked(&house, "A-1").await;
    let post = async |form: &[(&str, &str)]| house.post(&house.at("bulks"), form).await;
    let edit = [("action", "edit"), ("pick", one.as_str())];
    post(&edit).await.is(422).shows("Nothing is to change.").shows(&one);
    let both = [&edit[..], &[("notes", "kept"), ("clear", "notes")]].concat();
    post(&both).await.is(422).shows("made blank at once").shows("kept</textarea>");
    let cost = [&edit[..], &[("cost", "free"), ("name", "kept")]].concat();
    post(&cost).await.is(422).shows("Write it like 499.90.").shows("value=\"kept\"");
    post(&[("action", "archive")]).await.is(422).shows("No asset is selected.");
    post(&[("pick", &one)]).await.is(422).shows("Choose what is to be done");
    let gone = [&edit[..], &[("status", "sta_0000000000001")]].concat();
    post(&gone).await.is(422).shows("No status");
}

#[tokio::test]
async fn custom_fields_are_given_and_cleared_and_refusals_are_listed() {
    let house = House::new().await;
    let new = domain::fields::CustomField {
        id: domain::Id::new(0),
        key: domain::fields::FieldKey::parse("room").unwrap(),
        label: "Room".into(),
        kind: domain::fields::FieldType::Text,
        applies_to: domain::fields::AppliesTo::Assets,
        categories: Vec::new(),
        required: false,
        unique: false,
        indexed: false,
        default: None,
    };
    fields::create(&house.app, &house.caller, new).await.unwrap();
    let [one, two] = [picked(&house, "A-1").await, picked(&house, "A-2").await];
    let given = [("action", "edit"), ("pick", &one), ("fields.room", "4.12")];
    let page = house.post(&house.at("bulks"), &given).await.to();
    house.post(&format!("{page}/application"), &[]).await.to();
    let given = [("action", "edit"), ("pick", &one), ("pick", &two), ("clear", "fields.room")];
    let page = house.post(&house.at("bulks"), &given).await.to();
    let preview = house.get(&page).await;
    preview.shows("Edit 1 asset").shows("<b>1</b>stay as they are").shows("4.12");
    house.get(&format!("{page}?show=same")).await.is(200).shows("A-2");
    let due = [("action", "edit"), ("pick", &one), ("due_on", "2026-12-24")];
    let page = house.post(&house.at("bulks"), &due).await.to();
    house.get(&page).await.shows("Nobody has it");
    let id = page.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(bulks::find(&house.app, &house.caller, id).await.unwrap().counts.refused, 1);
}

#[tokio::test]
async fn what_was_just_done_to_one_asset_is_taken_back_from_the_toast() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let robin = robin.rsplit('/').next().unwrap().to_owned();
    let out = house.post(&house.at("assets/A-1/checkout"), &[("to", &robin)]).await;
    let cookie = flash(&out);
    let start = cookie.find("/t/example-company/events/").or_else(|| cookie.find("%2Ft%2F"));
    assert!(start.is_some() && cookie.contains("undo"), "{cookie}");
    let app = (&house.app, &house.caller);
    let asset = app::assets::named(app.0, app.1, "A-1").await.unwrap().asset;
    let events = app::assets::history(app.0, app.1, asset.id, None, 1).await.unwrap().items;
    let undo = house.at(&format!("events/{}/undo", events[0].id));
    assert_eq!(house.post(&undo, &[]).await.to(), house.at(&format!("assets/{}", asset.id)));
    let asset = app::assets::named(app.0, app.1, "A-1").await.unwrap().asset;
    assert_eq!(asset.custodian, None);
    house.get(&page).await.shows("taken back");
    let late = house.post(&undo, &[]).await;
    assert!(flash(&late).contains("Not"), "{}", flash(&late));
}

#[tokio::test]
async fn a_done_bulk_lists_what_it_changed_beside_what_it_could_not() {
    let house = House::new().await;
    let [one, two] = [picked(&house, "A-1").await, picked(&house, "A-2").await];
    let archive = |id| [("action", "archive"), ("pick", id)];
    let page = house.post(&house.at("bulks"), &archive(&two)).await.to();
    house.post(&format!("{page}/application"), &[]).await.to();
    let both = [("action", "archive"), ("pick", one.as_str()), ("pick", two.as_str())];
    let page = house.post(&house.at("bulks"), &both).await.to();
    house.post(&format!("{page}/application"), &[]).await.to();
    let done = house.get(&page).await;
    done.is(200).shows("<b>1</b>changed").shows("What changed").shows(">A-1</a>");
    assert!(!done.text.contains(">A-2</a>"), "that one was not changed");
    done.shows("show=refused");
    house.get(&format!("{page}?show=refused")).await.shows(">A-2</a>").shows("show=changed");
    house.post(&house.at("assets/A-1/delete"), &[]).await.to();
    house.get(&page).await.shows("A-1 (deleted)");
}
