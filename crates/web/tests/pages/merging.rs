//! Two that are one thing become one: assets side by side, custom fields by the numbers.

use crate::house::House;

#[tokio::test]
async fn two_assets_are_seen_side_by_side_and_merged_field_by_field() {
    let house = House::new().await;
    let one = [("tag", "IT-1"), ("name", "front desk"), ("cost", "10"), ("notes", "from the shop")];
    let one = house.post(&house.at("assets/new"), &one).await.to();
    let other = [("tag", "SYN1"), ("name", "mac"), ("serial", "SYN1")];
    let other = house.post(&house.at("assets/new"), &other).await.to();
    house.get(&other).await.shows("Merge into another asset…");
    let found = house.get(&format!("{other}/merge?q=it-1")).await;
    found.is(200).shows("Merge SYN1 into another asset").shows("Compare");
    let at = found.text.split("href=\"").find(|part| part.contains("merge?into=")).unwrap();
    let at = at.split('"').next().unwrap().replace("&amp;", "&");
    let both = house.get(&at).await;
    both.is(200).shows("SYN1 will be gone").shows("Keep SYN1 instead").shows("There is no undo");
    both.shows("name=\"value.name\" value=\"into\" checked");
    both.shows("name=\"value.serial\" value=\"from\" checked").shows("from the shop");
    let into = id_after(&at, "into=");
    house.post(&format!("{other}/merge"), &[]).await.is(409).shows("Choose the asset that stays");
    let form = [
        ("into", into),
        ("from_version", "1"),
        ("into_version", "1"),
        ("value.name", "from"),
        ("value.serial", "from"),
    ];
    let stale = [&form[..1], &[("from_version", "7")]].concat();
    house.post(&format!("{other}/merge"), &stale).await.is(409).shows("Keep SYN1 instead");
    assert_eq!(house.post(&format!("{other}/merge"), &form).await.to(), house.at("assets/IT-1"));
    let page = house.get(&one).await;
    page.is(200).shows("merged another into it").shows("SYN1 was merged into IT-1");
    page.shows("Merged into it, with a history of its own").shows("activity?thing=ast_");
    let (_, before) = page.text.split_once("with a history of its own").unwrap();
    let past = before.split("href=\"").find(|part| part.contains("activity?thing=")).unwrap();
    let past = house.get(&past.split('"').next().unwrap().replace("&amp;", "&")).await;
    past.is(200).shows("SYN1 was merged into IT-1");
    // The old address and the old label lead to the one that stays.
    house.get(&other).await.is(200).shows("from the shop").shows("IT-1");
    house.get(&house.at("assets?q=syn1")).await.shows("IT-1");
}

#[tokio::test]
async fn what_is_in_the_way_of_a_merge_is_said_before_anything_is_sent() {
    let house = House::new().await;
    let bag = house.asset("BAG-1").await;
    let dock = house.asset("DOCK-1").await;
    let ids: Vec<_> = [&bag, &dock].map(|at| at.rsplit('/').next().unwrap()).to_vec();
    let mut found = Vec::new();
    for tag in &ids {
        let row = app::assets::named(&house.app, &house.caller, tag).await.unwrap();
        found.push(row.asset.id);
    }
    let to = domain::Custodian::Asset(found[0]);
    app::custody::check_out(&house.app, &house.caller, found[1].into(), to, None, None)
        .await
        .unwrap();
    let page = house.get(&format!("{dock}/merge?into={}", found[0])).await;
    page.is(200).shows("They cannot be merged as things are").shows("Check it in first");
    assert!(!page.text.contains("from_version"));
    let into = found[0].to_string();
    house.post(&format!("{dock}/merge"), &[("into", into.as_str())]).await.is(409);
    house.get(&dock).await.is(200);
}

fn id_after<'t>(text: &'t str, word: &str) -> &'t str {
    text.split(word).nth(1).unwrap()
}

#[tokio::test]
async fn two_custom_fields_are_merged_after_the_numbers_were_read() {
    let house = House::new().await;
    for label in ["RAM", "Memory"] {
        let form = [("label", label), ("type", "text"), ("applies_to", "assets")];
        house.post(&house.at("settings/fields"), &form).await.to();
    }
    let number = [("label", "Size"), ("type", "number"), ("applies_to", "assets")];
    house.post(&house.at("settings/fields"), &number).await.to();
    let new = house.at("assets/new");
    house.post(&new, &[("tag", "A-1"), ("fields.ram", "8")]).await.to();
    house.post(&new, &[("tag", "A-2"), ("fields.ram", "8"), ("fields.memory", "16")]).await.to();
    let all = app::fields::list(&house.app, &house.caller).await.unwrap();
    let id = |key: &str| {
        let field = all.iter().find(|field| field.key.as_str() == key).unwrap();
        field.id.to_string()
    };
    let (ram, memory, size) = (id("ram"), id("memory"), id("size"));
    let at = house.at(&format!("settings/fields/{ram}/merge"));
    house.get(&house.at("settings/fields")).await.shows(&at);
    let page = house.get(&at).await;
    page.is(200).shows("Show what will happen").shows(&memory);
    assert!(!page.text.contains(&size), "only fields of one type are merged");
    let told = house.get(&format!("{at}?into={memory}")).await;
    told.is(200).shows("1 asset without a value of “Memory”").shows("1 asset with two values");
    house.post(&at, &[("into", &size)]).await.is(422).shows("they are of different types");
    house.post(&at, &[]).await.is(422).shows("Choose the one that stays");
    house.post(&at, &[("into", &memory)]).await.to();
    house.get(&at).await.is(404);
    house.get(&house.at("assets/A-1")).await.shows("RAM was merged into Memory");
    house.get(&house.at("assets/A-2")).await.shows("16");
}

#[tokio::test]
async fn what_was_merged_keeps_its_old_name_in_histories_where_no_id_is_read() {
    let house = House::new().await;
    let new = async |room: &str, form: &[(&str, &str)]| {
        let at = house.post(&house.at(&format!("{room}/new")), form).await.to();
        (at.rsplit('/').next().unwrap().to_owned(), at)
    };
    let (finance, _) = new("departments", &[("name", "Finance")]).await;
    let (finance2, gone) = new("departments", &[("name", "Finance2")]).await;
    let (acme, _) = new("manufacturers", &[("name", "Acme")]).await;
    let (acme2, gone_maker) = new("manufacturers", &[("name", "Acme2")]).await;
    let (_, asset) = new("assets", &[("tag", "A-1"), ("department", &finance2)]).await;
    let (_, robin) = new("employees", &[("name", "Robin"), ("department", &finance2)]).await;
    let product = [("name", "Dock"), ("manufacturer", acme2.as_str())];
    let (_, product) = new("products", &product).await;
    house.post(&format!("{gone}/merge"), &[("into", &finance)]).await.to();
    house.post(&format!("{gone_maker}/merge"), &[("into", &acme)]).await.to();
    for page in [&asset, &robin] {
        let page = house.get(page).await;
        page.is(200).shows("Finance2 (merged into Finance)");
        assert!(!page.text.contains(&finance2) && !page.text.contains("one that is gone"));
    }
    let page = house.get(&product).await;
    page.is(200).shows("Acme2 (merged into Acme)");
    assert!(!page.text.contains(&acme2), "no id is read by people");
}

#[tokio::test]
async fn what_something_can_be_merged_into_is_told_apart_and_nothing_is_offered_without() {
    let house = House::new().await;
    let oslo = house.post(&house.at("locations/new"), &[("name", "Oslo")]).await.to();
    let alone = house.get(&format!("{oslo}/merge")).await;
    alone.is(200).shows("There is no other location yet.");
    alone.lacks("will be gone").lacks(">Merge</button>");
    let below = [("name", "Storage"), ("parent", oslo.rsplit('/').next().unwrap())];
    let store = house.post(&house.at("locations/new"), &below).await.to();
    let bergen = house.post(&house.at("locations/new"), &[("name", "Bergen")]).await.to();
    let page = house.get(&format!("{bergen}/merge")).await;
    page.shows("Oslo / Storage").shows("Bergen will be gone").shows(">Merge</button>");
    house.get(&format!("{store}/merge?q=nowhere")).await.lacks(">Merge</button>");
    let twin = [("name", "Robin Roe"), ("email", "robin.roe@example.com")];
    house.post(&house.at("employees/new"), &twin).await.to();
    let other = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    house.get(&format!("{other}/merge")).await.shows("robin.roe@example.com");
}
