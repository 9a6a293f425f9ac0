//! The register's nouns by hand: one pattern for all of them.

use crate::house::House;

/// Every noun and what its form asks for beside the name.
const KINDS: [(&str, &[(&str, &str)]); 8] = [
    ("suppliers", &[]),
    ("categories", &[]),
    ("manufacturers", &[]),
    ("departments", &[]),
    ("locations", &[]),
    ("products", &[("identifiers", "Mac14,5\nMac14,6")]),
    ("statuses", &[("kind", "pending"), ("color", "blue")]),
    ("employees", &[("title", "Buyer")]),
];

fn form<'a>(name: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("name", name)].into_iter().chain(more.iter().copied()).collect()
}

fn id_of(page: &str) -> &str {
    page.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn every_noun_is_added_found_changed_merged_and_deleted() {
    let house = House::new().await;
    for (kind, more) in KINDS {
        let new = house.at(&format!("{kind}/new"));
        house.get(&new).await.is(200);
        house.post(&new, &form("", more)).await.is(422).shows("id=\"name-error\"");
        let first = house.post(&new, &form("First <one>", more)).await.to();
        house.get(&first).await.is(200).shows("First &lt;one&gt;").shows("added ");
        if kind != "employees" {
            let twice = house.post(&new, &form("FIRST  <one>", more)).await;
            twice.is(422).shows("Names that differ by case or spaces are the same.");
        }
        let list = house.at(kind);
        house.get(&format!("{list}?q=first")).await.is(200).shows(&first);
        let edit = format!("{first}/edit");
        house.get(&edit).await.is(200).shows("value=\"First &lt;one&gt;\"");
        house.post(&edit, &form("", more)).await.is(422).shows("id=\"name-error\"");
        assert_eq!(house.post(&edit, &form("Second", more)).await.to(), first, "{kind}");
        house.get(&first).await.shows("<h1>Second").shows("</strong> changed ");

        let other = house.post(&new, &form("Other", more)).await.to();
        let merge = format!("{first}/merge");
        house.get(&format!("{merge}?q=othe")).await.is(200).shows(id_of(&other));
        house.post(&merge, &[("into", "")]).await.is(422).shows("Choose the one that stays.");
        house.post(&merge, &[("into", id_of(&first))]).await.is(422).shows("into itself");
        assert_eq!(house.post(&merge, &[("into", id_of(&other))]).await.to(), other, "{kind}");
        house.get(&first).await.is(404);
        house
            .get(&other)
            .await
            .shows("merged another into it")
            .shows("Second was merged into Other");
        house.get(&format!("{other}/delete")).await.is(200).shows("gone for good");
        assert_eq!(house.post(&format!("{other}/delete"), &[]).await.to(), list, "{kind}");
        house.get(&other).await.is(404);
    }
}

#[tokio::test]
async fn what_is_in_use_says_by_what_and_offers_to_merge() {
    let house = House::new().await;
    let shop = house.post(&house.at("suppliers/new"), &[("name", "Acme")]).await.to();
    let form =
        [("tag", "A-1"), ("supplier", id_of(&shop)), ("cost", "10"), ("order_number", "4711")];
    let asset = house.post(&house.at("assets/new"), &form).await.to();
    house.get(&asset).await.shows("Acme").shows("4711");
    house.get(&house.at(&format!("assets?supplier={}", id_of(&shop)))).await.shows("A-1");
    house.get(&shop).await.shows("1 asset");
    let ask = house.get(&format!("{shop}/delete")).await;
    ask.is(200).shows("This supplier is used by 1 asset").shows("Merge into another");
    house
        .post(&format!("{shop}/delete"), &[])
        .await
        .is(409)
        .shows("This supplier is used by 1 asset")
        .shows("class=\"sidebar\"");
    house.get(&shop).await.is(200);
}

#[tokio::test]
async fn a_maker_leads_to_its_products_and_their_assets_alone() {
    let house = House::new().await;
    let maker = house.post(&house.at("manufacturers/new"), &[("name", "Acme")]).await.to();
    let form = [("name", "Dock"), ("manufacturer", id_of(&maker))];
    let dock = house.post(&house.at("products/new"), &form).await.to();
    house.post(&house.at("products/new"), &[("name", "Zebra")]).await.to();
    let form = [("tag", "A-1"), ("product", id_of(&dock))];
    house.post(&house.at("assets/new"), &form).await.to();
    house.asset("A-2").await;

    let products = house.at(&format!("products?manufacturer={}", id_of(&maker)));
    let assets = house.at(&format!("assets?manufacturer={}", id_of(&maker)));
    let page = house.get(&maker).await;
    page.shows(&format!("href=\"{products}\"")).shows(&format!("href=\"{assets}\""));
    let list = house.get(&products).await;
    list.is(200).shows("Dock").shows("<b>Acme</b>").shows("Remove filter Manufacturer");
    list.shows(&format!("name=\"manufacturer\" value=\"{}\"", id_of(&maker)));
    assert!(!list.text.contains("Zebra"));
    let list = house.get(&assets).await;
    list.is(200).shows("A-1");
    assert!(!list.text.contains(">A-2<"));
}

#[tokio::test]
async fn places_stand_in_a_tree() {
    let house = House::new().await;
    let new = house.at("locations/new");
    let prague = house.post(&new, &[("name", "Prague")]).await.to();
    let room = house.post(&new, &[("name", "Room"), ("parent", id_of(&prague))]).await.to();
    house.get(&house.at("locations")).await.shows("Prague / </span>");
    house.get(&room).await.shows(&format!("href=\"{prague}\""));
    let ring = [("name", "Prague"), ("parent", id_of(&room))];
    let refused = house.post(&format!("{prague}/edit"), &ring).await;
    refused.is(422).shows("A location cannot stand inside itself.").shows("id=\"parent-error\"");
    house.post(&format!("{room}/edit"), &[("name", "Room"), ("parent", "")]).await.to();
    house.get(&house.at("assets/new")).await.shows(">Room</option>");
}

/// The category of a product can be changed on its page; its assets show it at once.
#[tokio::test]
async fn b26_the_category_of_a_product_is_changed_on_its_page() {
    let house = House::new().await;
    let laptops = house.post(&house.at("categories/new"), &[("name", "Laptops")]).await.to();
    let mac = house.post(&house.at("products/new"), &[("name", "MacBook")]).await.to();
    let form = [("tag", "A-1"), ("product", id_of(&mac))];
    let asset = house.post(&house.at("assets/new"), &form).await.to();
    let form =
        [("name", "MacBook"), ("category", id_of(&laptops)), ("models", "MacBook\r\nMac Book")];
    assert_eq!(house.post(&format!("{mac}/edit"), &form).await.to(), mac);
    house.get(&mac).await.shows("Laptops").shows("MacBook, Mac Book");
    house.get(&asset).await.shows("Laptops");
    house.get(&laptops).await.shows("1 product").shows("1 asset");
}

#[tokio::test]
async fn an_employees_page_has_all_there_is_to_them() {
    let house = House::new().await;
    let new = house.at("employees/new");
    let boss = house.post(&new, &[("name", "Boss"), ("email", "boss@example.com")]).await.to();
    let form = [
        ("name", "Robin Roe"),
        ("manager", "BOSS@example.com"),
        ("starts_on", "2026-01-02"),
        ("ends_on", "2026-12-31"),
        ("leaver", "on"),
    ];
    let robin = house.post(&new, &form).await.to();
    let page = house.get(&robin).await;
    page.shows("Boss").shows("2 Jan 2026").shows("leaver").shows("added them");
    house.get(&boss).await.shows("Robin Roe");
    house.get(&house.at(&format!("employees?manager={}", id_of(&boss)))).await.shows("Robin Roe");
    let edit = format!("{robin}/edit");
    house.get(&edit).await.shows("value=\"boss@example.com\"").shows("checked");
    let lost = house.post(&edit, &[("name", "Robin Roe"), ("manager", "Nobody")]).await;
    lost.is(422).shows("Nobody is called &quot;Nobody&quot;.").shows("id=\"manager-error\"");
    let early = [("name", "Robin Roe"), ("starts_on", "2026-02-01"), ("ends_on", "2026-01-01")];
    house.post(&edit, &early).await.is(422).shows("id=\"ends_on-error\"");
    let own = house.post(&edit, &[("name", "Robin Roe"), ("manager", "Robin Roe")]).await;
    own.is(422).shows("Nobody reports to themselves.");
    house
        .get(&format!("{boss}/delete"))
        .await
        .shows("1 employee reports to them")
        .shows("Merge them");
}

#[tokio::test]
async fn the_last_status_that_is_ready_stays() {
    let house = House::new().await;
    let list = house.get(&house.at("statuses")).await;
    let ready = list.text.split("href=\"").find(|part| part.contains("/statuses/sta_")).unwrap();
    let ready = ready.split('"').next().unwrap();
    let form = [("name", "Ready"), ("kind", "pending"), ("color", "gray")];
    house.post(&format!("{ready}/edit"), &form).await.is(409).shows("Make another first.");
    house.post(&format!("{ready}/delete"), &[]).await.is(409).shows("Make another first.");
}

#[tokio::test]
async fn a_form_keeps_what_stands_beyond_all_that_it_offers() {
    let house = House::new().await;
    let (app, caller) = (&house.app, &house.caller);
    for n in 0..1_000 {
        app::catalog::create_product(app, caller, &format!("Dock {n:04}"), |_| {}).await.unwrap();
    }
    let last = app::catalog::create_product(app, caller, "Zebra", |_| {}).await.unwrap();
    let form = [("tag", "A-1"), ("product", &last.to_string())];
    house.post(&house.at("assets/new"), &form).await.to();
    let edit = house.get(&house.at("assets/A-1/edit")).await;
    edit.is(200).shows(&format!("<option value=\"{last}\" selected>Zebra</option>"));
}

#[tokio::test]
async fn a_long_history_goes_on_behind_older() {
    let house = House::new().await;
    let supplier = house.post(&house.at("suppliers/new"), &[("name", "Name 0")]).await.to();
    let robin = house.post(&house.at("employees/new"), &[("name", "Name 0")]).await.to();
    for n in 1..=50 {
        let name = format!("Name {n}");
        for page in [&supplier, &robin] {
            house.post(&format!("{page}/edit"), &[("name", name.as_str())]).await.to();
        }
    }
    for page in [&supplier, &robin] {
        let newest = house.get(page).await;
        newest.is(200).shows("Older");
        assert!(!newest.text.contains("added it") && !newest.text.contains("added them"));
        let cursor = format!("{page}?cursor=");
        let older = newest.text.split("href=\"").find(|part| part.starts_with(&cursor)).unwrap();
        let older = house.get(older.split('"').next().unwrap()).await;
        older.is(200).shows("added ");
        assert!(!older.text.contains("Older"), "{}", older.text);
    }
}

#[tokio::test]
async fn a_list_is_downloaded_as_it_is_shown() {
    let house = House::new().await;
    for (kind, more) in KINDS {
        let new = house.at(&format!("{kind}/new"));
        for name in ["Zebra", "Zebu", "Acme"] {
            house.post(&new, &form(name, more)).await.to();
        }
        let list = house.get(&house.at(&format!("{kind}?q=zeb"))).await;
        list.is(200).shows(&format!("href=\"/t/example-company/{kind}.csv?q=zeb\""));
        list.shows(&format!("href=\"/t/example-company/{kind}.xlsx?q=zeb\""));
        let file = house.get(&house.at(&format!("{kind}.csv?q=zeb"))).await;
        file.is(200).shows("Zebra").shows("Zebu");
        assert!(!file.text.contains("Acme"), "{kind}: {}", file.text);
        assert!(file.header("content-disposition").contains(&format!("\"{kind}-")));
    }
    let file = house.get(&house.at("products.csv")).await;
    file.shows("Product,Manufacturer,Category,Identifiers,Assets").shows("\"Mac14,5, Mac14,6\"");
}

#[tokio::test]
async fn who_is_slower_keeps_what_they_typed_and_reads_what_saving_would_change() {
    let house = House::new().await;
    for (kind, more) in KINDS {
        let new = house.at(&format!("{kind}/new"));
        let page = house.post(&new, &form("First", more)).await.to();
        let edit = format!("{page}/edit");
        let begun = house.get(&edit).await;
        let version = begun.hidden("version");
        let typed = |name| {
            let mut typed = form(name, more);
            typed.push(("version", &version));
            typed
        };
        assert_eq!(house.post(&edit, &typed("Quicker")).await.to(), page, "{kind}");
        let refused = house.post(&edit, &typed("Slower")).await;
        refused.is(409).shows("Someone was quicker").shows("value=\"Slower\"").shows("Quicker");
        house.get(&page).await.shows("<h1>Quicker");
        // The form as it was answered goes.
        let anew = refused.hidden("version");
        assert_ne!(anew, version, "{kind}");
        let mut again = form("Slower", more);
        again.push(("version", &anew));
        assert_eq!(house.post(&edit, &again).await.to(), page, "{kind}");
        house.get(&page).await.shows("<h1>Slower");
    }
}

#[tokio::test]
async fn a_place_counts_what_is_inside_and_leads_to_exactly_that() {
    let house = House::new().await;
    let new = house.at("locations/new");
    let berlin = house.post(&new, &[("name", "Berlin")]).await.to();
    let oslo = house.post(&new, &[("name", "Oslo")]).await.to();
    let [here, there] = [&berlin, &oslo].map(|city| [("name", "Storage"), ("parent", id_of(city))]);
    let (here, there) = (house.post(&new, &here).await.to(), house.post(&new, &there).await.to());
    for (tag, place) in [("A-1", &here), ("A-2", &berlin), ("A-3", &there)] {
        let form = [("tag", tag), ("location", id_of(place))];
        house.post(&house.at("assets/new"), &form).await.to();
    }
    let inside = format!("assets?location=in%3A{}", id_of(&berlin));
    let page = house.get(&berlin).await;
    page.is(200).shows("Assets here and inside").shows("2 assets").shows(&inside);
    let found = house.get(&house.at(&inside)).await;
    found.is(200).shows("A-1").shows("A-2").shows("Berlin / Storage");
    assert!(!found.text.contains("A-3"));
    house.get(&house.at("locations")).await.shows("Here and inside").shows("Berlin / </span>");
    house.get(&here).await.shows("<h1>Berlin / Storage").shows("1 asset");
    house.get(&house.at("assets/new")).await.shows(">Oslo / Storage</option>");
    house.get(&house.at("assets?edit=location")).await.shows("Oslo / Storage");
    house.get(&house.at("bulks/new?action=check_out&q=storage")).await.shows("Oslo / Storage");
    let history = house.get(&house.at("assets/A-3")).await;
    history.shows("Oslo / Storage");
}

#[tokio::test]
async fn the_catalog_is_put_in_order_by_the_heads_of_its_columns() {
    let house = House::new().await;
    for (kind, heads) in [
        ("categories", vec!["name", "assets"]),
        ("locations", vec!["path", "assets", "assets_with_inside"]),
        ("products", vec!["name", "manufacturer", "category", "identifiers", "assets"]),
        ("statuses", vec!["order", "name", "kind", "assets"]),
    ] {
        for name in ["Ünder", "Above"] {
            let more: &[(&str, &str)] =
                if kind == "statuses" { &[("kind", "pending"), ("color", "blue")] } else { &[] };
            house.post(&house.at(&format!("{kind}/new")), &form(name, more)).await.to();
        }
        let list = house.get(&house.at(kind)).await;
        list.is(200);
        for word in heads.iter().skip(1) {
            list.shows(&format!("{kind}?sort={word}\""));
            let up = house.get(&house.at(&format!("{kind}?sort={word}"))).await;
            up.is(200).shows("aria-sort=\"ascending\"").shows(&format!("{kind}?sort=-{word}\""));
        }
        let down = house.get(&house.at(&format!("{kind}?sort=-name"))).await;
        let place = |name: &str| down.text.find(name).unwrap();
        assert!(place("Ünder</") < place("Above</"), "{kind}");
        let file = house.get(&house.at(&format!("{kind}.csv?sort=-name"))).await;
        assert!(file.text.find("Ünder") < file.text.find("Above"), "{kind}: {}", file.text);
    }
}
