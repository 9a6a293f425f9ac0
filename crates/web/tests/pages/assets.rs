//! Assets, employees and places by hand.

use crate::house::House;

#[tokio::test]
async fn an_asset_is_added_found_changed_and_remembered() {
    let house = House::new().await;
    let form =
        [("tag", "MBP 1/2"), ("name", "Robin’s Mac"), ("serial", "C02X"), ("cost", "1,499.90")];
    let page = house.post(&house.at("assets/new"), &form).await.to();
    let asset = house.get(&page).await;
    asset.is(200).shows("<title>MBP 1/2 · Example Company</title>").shows("1,499.90 USD");
    asset.shows("Set by Robin Sample on ").shows("added it");

    let list = house.get(&house.at("assets?q=c02x")).await;
    list.is(200).shows("href=\"/t/example-company/assets/MBP%201%2F2\"");
    house.get(&house.at("assets/MBP%201%2F2")).await.is(200);
    house.get(&house.at("assets?q=nothing")).await.shows("No asset fits");

    let edit = house.get(&house.at("assets/MBP%201%2F2/edit")).await;
    edit.is(200).shows("value=\"1499.90\"").shows("name=\"version\" value=\"1\"");
    let form = [
        ("tag", "MBP 1/2"),
        ("name", "Spare"),
        ("serial", "C02X"),
        ("cost", "1499.90"),
        ("status", ""),
    ];
    let refused = house.post(&house.at("assets/MBP%201%2F2/edit"), &form).await;
    refused.is(422).shows("aria-invalid=\"true\"");
    house.get(&page).await.shows("Robin’s Mac");
}

#[tokio::test]
async fn an_edit_writes_only_what_was_changed() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    let statuses = app::catalog::statuses(&house.app, &house.caller).await.unwrap();
    let status = statuses[0].status.id.to_string();
    let form = [("tag", "A-1"), ("name", "Spare"), ("status", status.as_str()), ("version", "1")];
    house.post(&house.at("assets/A-1/edit"), &form).await.to();
    house.get(&page).await.shows("changed the name").shows("Spare");
}

#[tokio::test]
async fn a_form_someone_else_overtook_is_kept_and_says_what_it_would_change() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    let edit = house.at("assets/A-1/edit");
    let first = [("tag", "A-1"), ("name", "Spare"), ("notes", ""), ("version", "1")];
    house.post(&edit, &first).await.to();
    let second = [("tag", "A-1"), ("name", ""), ("notes", "long notes"), ("version", "1")];
    let late = house.post(&edit, &second).await;
    late.is(409).shows("Someone was quicker").shows("long notes</textarea>");
    late.shows("<dt>Name</dt>").shows("<span class=\"spoken\">was </span>Spare");
    late.shows("name=\"version\" value=\"2\"");
    house.get(&page).await.shows("Spare");
    let again = [("tag", "A-1"), ("name", "Spare"), ("notes", "long notes"), ("version", "2")];
    house.post(&edit, &again).await.to();
    house.get(&page).await.shows("Spare").shows("long notes");
}

#[tokio::test]
async fn an_amount_is_counted_as_its_currency_is() {
    let house = House::new().await;
    let form = [("tag", "JP-1"), ("cost", "150,000"), ("currency", "jpy")];
    let page = house.post(&house.at("assets/new"), &form).await.to();
    house.get(&page).await.is(200).shows("150,000 JPY");
    let edit = house.get(&house.at("assets/JP-1/edit")).await;
    edit.is(200).shows("name=\"cost\" value=\"150000\"");
    let statuses = app::catalog::statuses(&house.app, &house.caller).await.unwrap();
    let status = statuses[0].status.id.to_string();
    let same = [("tag", "JP-1"), ("cost", "150000"), ("status", &*status), ("version", "1")];
    let edit = house.at("assets/JP-1/edit");
    let dinars = [&same[..], &[("currency", "KWD")]].concat();
    house.post(&edit, &dinars).await.to();
    house.get(&page).await.shows("150,000.000 KWD");
    let part = [&same[..1], &[("cost", "1.5"), ("currency", "JPY")]].concat();
    house.post(&edit, &part).await.is(422).shows("is no amount in JPY");
    let odd = [("tag", "JP-2"), ("currency", "euro")];
    house.post(&house.at("assets/new"), &odd).await.is(422).shows("is no currency");
}

#[tokio::test]
async fn bad_input_is_refused_at_its_field() {
    let house = House::new().await;
    house.asset("A-1").await;
    let blank = house.post(&house.at("assets/new"), &[("tag", " "), ("name", "kept")]).await;
    blank.is(422).shows("The asset tag is empty.").shows("value=\"kept\"");
    let taken = house.post(&house.at("assets/new"), &[("tag", "a-1")]).await;
    taken.is(422).shows("Another asset has this tag.").shows("id=\"tag-error\"");
    let free = house.post(&house.at("assets/new"), &[("tag", "A-2"), ("cost", "free")]).await;
    free.is(422).shows("Write it like 499.90.");
    let mail = house.post(&house.at("employees/new"), &[("name", "Robin"), ("email", "x")]).await;
    mail.is(422).shows("is no e-mail address");
    let place = house.post(&house.at("locations/new"), &[("name", "")]).await;
    place.is(422).shows("id=\"name-error\"");
    let zone = [("name", "Acme"), ("currency", "EUR"), ("time_zone", "Mars/Base")];
    house.post(&house.at("settings"), &zone).await.is(422).shows("Write it like Europe/Berlin");
}

#[tokio::test]
async fn an_asset_is_handed_to_someone_and_comes_back() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let id = robin.rsplit('/').next().unwrap();
    let form = house.get(&house.at("assets/A-1/checkout?q=rob")).await;
    form.is(200).shows("Robin Roe").shows(id);
    let nobody = house.post(&house.at("assets/A-1/checkout"), &[("to", "")]).await;
    nobody.is(422).shows("Choose who or where.");

    let out = [("to", id), ("due_on", "2027-01-31"), ("note", "for the fair")];
    house.post(&house.at("assets/A-1/checkout"), &out).await.to();
    let held = house.get(&page).await;
    held.shows("checked it out to Robin Roe").shows("31 Jan 2027").shows("for the fair");
    house.get(&robin).await.shows("A-1");
    house.get(&house.at(&format!("assets?custodian={id}"))).await.shows("A-1");
    house.get(&house.at("assets?held=no")).await.shows("No asset fits");
    let twice = house.post(&house.at("assets/A-1/checkout"), &out).await;
    twice.is(409).shows("Check it in first.").shows("value=\"for the fair\"").shows("2027-01-31");

    house.get(&house.at("assets/A-1/checkin")).await.is(200).shows("Robin Roe");
    house.post(&house.at("assets/A-1/checkin"), &[]).await.to();
    house.get(&page).await.shows("checked it in from Robin Roe");
    house.get(&robin).await.shows("Held before").shows("holds nothing now");
}

#[tokio::test]
async fn archiving_says_what_happens_and_can_be_taken_back() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    house.get(&house.at("assets/A-1/archive")).await.is(200).shows("It leaves every list");
    house.post(&house.at("assets/A-1/archive"), &[]).await.to();
    house.get(&page).await.shows("archived").shows("Bring back");
    house.get(&house.at("assets")).await.shows("No assets yet");
    house.get(&house.at("assets?archived=only")).await.shows("A-1");
    house.post(&house.at("assets/A-1/unarchive"), &[]).await.to();
    house.get(&house.at("assets")).await.shows("A-1");
    house.get(&house.at("assets/A-1/delete")).await.is(200).shows("gone for good");
    assert_eq!(house.post(&house.at("assets/A-1/delete"), &[]).await.to(), house.at("assets"));
    house.get(&page).await.is(404);
}

#[tokio::test]
async fn a_labels_code_leads_to_the_asset() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    let id = page.rsplit('/').next().unwrap();
    assert_eq!(house.get(&format!("/a/{id}")).await.to(), house.at("assets/A-1/sighting"));
    let out = house.ask("", "GET", &format!("/a/{id}"), &[]).await;
    assert_eq!(out.to(), format!("/sign-in?to=%2Fa%2F{id}"));
    house.get("/a/ast_0000000000001").await.is(404);
}

#[tokio::test]
async fn what_just_happened_is_said_once() {
    let house = House::new().await;
    let done = house.post(&house.at("assets/new"), &[("tag", "Tag <1>")]).await;
    let cookie = done.header("set-cookie").split(';').next().unwrap().to_owned();
    let request = axum::http::Request::builder()
        .uri(house.at("assets"))
        .header("cookie", format!("session={}; {cookie}", house.session));
    let said = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
    said.shows("Tag &lt;1&gt; was added.");
    assert!(said.header("set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn a_long_list_turns_by_key_and_keeps_its_address() {
    let house = House::new().await;
    for n in 0..60 {
        house.asset(&format!("T-{n:02}")).await;
    }
    let first = house.get(&house.at("assets?q=t-&sort=-tag")).await;
    first.shows("50 of 60").shows("T-59");
    assert!(!first.text.contains(">T-09<"));
    let next = first.text.split("href=\"").find(|part| part.contains("cursor=")).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    assert!(next.contains("sort=-tag") && next.contains("q=t-"), "{next}");
    house.get(&next).await.is(200).shows("T-09").shows("10 of 60");
}

#[tokio::test]
async fn a_new_token_is_shown_once_and_deleted_for_good() {
    let house = House::new().await;
    let tokens = house.at("settings/tokens");
    house
        .post(&tokens, &[("name", ""), ("role", "viewer")])
        .await
        .is(422)
        .shows("id=\"name-error\"");
    let odd = house.post(&tokens, &[("name", "Nightly"), ("role", "king")]).await;
    odd.is(422).shows("Choose one of the four roles").shows("value=\"Nightly\"");
    let made = house.post(&tokens, &[("name", "Nightly"), ("role", "viewer")]).await;
    made.is(200).shows("it is shown only now").shows("stk_");
    let list = house.get(&tokens).await;
    assert!(list.shows("Nightly").text.split("stk_").count() == 1);
    let delete = list.text.split("href=\"").find(|part| part.contains("/delete\"")).unwrap();
    let delete = delete.split('"').next().unwrap();
    house.get(delete).await.is(200).shows("refused from this moment on");
    house.post(delete, &[]).await.to();
    house.get(&tokens).await.shows("No program has a token yet");
}

#[tokio::test]
async fn a_bar_of_the_home_page_leads_to_the_assets_it_counts() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for (tag, product) in [("A-1", "iPad"), ("A-2", "iPad Pro")] {
        let product = house.post(&house.at("products/new"), &[("name", product)]).await.to();
        ids.push(product.rsplit('/').next().unwrap().to_owned());
        let form = [("tag", tag), ("product", ids.last().unwrap())];
        house.post(&house.at("assets/new"), &form).await.to();
    }
    let list = house.at(&format!("assets?product={}", ids[0]));
    house.get("/t/example-company").await.shows("By product").shows(&format!("href=\"{list}\""));
    let list = house.get(&list).await;
    list.is(200).shows(">A-1<");
    assert!(!list.text.contains(">A-2<"));
}

#[tokio::test]
async fn a_serial_that_another_asset_has_is_saved_and_said_with_a_link() {
    let house = House::new().await;
    let add = async |tag: &str, serial: &str| {
        house.post(&house.at("assets/new"), &[("tag", tag), ("serial", serial)]).await.to()
    };
    let quiet = "Another asset has the same serial";
    let first = add("A-1", "SYN1").await;
    house.get(&first).await.is(200).lacks(quiet);
    let form = [("tag", "A-2"), ("serial", "syn1 ")];
    let said = house.post(&house.at("assets/new"), &form).await;
    let cookie = said.header("set-cookie").to_owned();
    assert!(cookie.contains("warning"), "{cookie}");
    let second = said.to();
    let link = |page: &str, tag: &str| format!("<a href=\"{page}\">{tag}</a>");
    let page = house.get(&second).await;
    page.is(200).shows(quiet).shows(&link(&first, "A-1")).shows("Merge the two…");
    house.get(&first).await.shows(quiet).shows(&link(&second, "A-2"));
    let viewed = house.ask(&house.viewer, "GET", &second, &[]).await;
    viewed.is(200).shows(quiet).lacks("Merge the two…");

    let third = add("A-3", "SYN3").await;
    let form = [("tag", "A-3"), ("serial", "SYN1"), ("version", "1")];
    house.post(&house.at("assets/A-3/edit"), &form).await.to();
    let page = house.get(&third).await;
    page.shows("Other assets have the same serial").shows(&link(&first, "A-1"));
    house.post(&house.at("assets/A-1/archive"), &[]).await.to();
    house.get(&second).await.shows("archived").shows("Other assets have the same serial");
    let form = [("tag", "A-3"), ("serial", "SYN3"), ("version", "2")];
    house.post(&house.at("assets/A-3/edit"), &form).await.to();
    house.get(&third).await.lacks("the same serial");
    for tag in ["A-4", "A-5"] {
        let page = add(tag, "Default string").await;
        house.get(&page).await.is(200).lacks(quiet);
    }
}

#[tokio::test]
async fn a_refused_form_says_above_it_what_needs_another_look_and_begins_there() {
    let house = House::new().await;
    let bad = [("tag", ""), ("name", "Spare"), ("purchased_on", "soon"), ("currency", "EUR")];
    let refused = house.post(&house.at("assets/new"), &bad).await;
    refused.is(422).shows("answers need another look");
    refused
        .shows("<a href=\"#tag\">Asset tag</a>")
        .shows("<a href=\"#purchased_on\">Bought on</a>");
    assert_eq!(refused.text.matches(" autofocus").count(), 1, "{}", refused.text);
    refused.shows("name=\"tag\" required autofocus aria-invalid=\"true\"");
}
