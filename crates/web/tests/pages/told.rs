//! What moved, in words: custom fields by their labels and as their types, money in its currency;
//! who set it; and what can be asked of activity, of views and of saved reports when a field is gone.

use crate::house::House;

/// A house whose assets have a size and a tick of their own.
async fn with_fields() -> House {
    let house = House::new().await;
    house.field(&[("label", "Main memory"), ("key", "memory"), ("type", "size")]).await;
    house.field(&[("label", "Is insured"), ("key", "insured"), ("type", "yes_no")]).await;
    house
}

/// Where the field of this label is changed.
async fn field_at(house: &House, label: &str) -> String {
    let page = house.get(&house.at("settings/fields")).await;
    let before = page.text.split(&format!("{label}</a>")).next().unwrap();
    let at = before.rsplit("href=\"").next().unwrap();
    at.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_custom_field_has_its_label_and_its_units_wherever_it_moves() {
    let house = with_fields().await;
    let new = [("tag", "A-1"), ("fields.memory", "8 GB"), ("fields.insured", "yes")];
    let asset = house.post(&house.at("assets/new"), &new).await.to();
    let page = house.get(&asset).await;
    page.is(200).shows("Main memory").shows(">8 GB</ins>").shows(">Yes</ins>");
    assert!(!page.text.contains("8000000000"), "{}", page.text);

    let id = app::assets::named(&house.app, &house.caller, "A-1").await.unwrap().asset.id;
    let id = id.to_string();
    let given = [("action", "edit"), ("pick", &*id), ("fields.memory", "16 GB")];
    let bulk = house.post(&house.at("bulks"), &given).await.to();
    house.get(&bulk).await.is(200).shows("Main memory becomes 16 GB.").shows(">16 GB</ins>");
    house.post(&format!("{bulk}/application"), &[]).await.to();
    house.get(&asset).await.shows("changed \u{201c}Main memory\u{201d}").shows(">16 GB</ins>");
    let activity = house.get(&house.at("activity?field=fields.memory")).await;
    activity.is(200).shows("\u{201c}Main memory\u{201d}").shows(">16 GB</ins>");
    assert!(!activity.text.contains("16000000000"), "{}", activity.text);
    let file = house.get(&house.at("activity.csv?field=fields.memory")).await;
    assert!(file.is(200).text.contains("Main memory: 8 GB → 16 GB"), "{}", file.text);

    let text = "Asset Tag;Main memory;Is insured\nA-1;32 GB;no\n";
    let import = house.brought("assets", text).await;
    let columns = [("column", "tag"), ("column", "fields.memory"), ("column", "fields.insured")];
    let form = [&columns[..], &[("match", "tag"), ("days", "month_first")]].concat();
    let plan = house.planned(&import, &form).await;
    plan.shows("Main memory").shows(">32 GB</ins>").shows(">No</ins>");
    assert!(!plan.text.contains("32000000000"), "{}", plan.text);
}

#[tokio::test]
async fn a_cost_in_a_history_has_the_digits_of_its_currency() {
    let house = House::new().await;
    let yen = [("tag", "A-1"), ("cost", "1200"), ("currency", "JPY")];
    let asset = house.post(&house.at("assets/new"), &yen).await.to();
    house.get(&asset).await.is(200).shows(">1,200 JPY</ins>");
    let version = app::assets::named(&house.app, &house.caller, "A-1").await.unwrap().asset.version;
    let version = version.to_string();
    let edit = [("tag", "A-1"), ("cost", "1500"), ("currency", "JPY"), ("version", &*version)];
    house.post(&format!("{asset}/edit"), &edit).await.to();
    let page = house.get(&asset).await;
    page.shows(">1,500 JPY</ins>");
    assert!(!page.text.contains("15.00"), "{}", page.text);
}

#[tokio::test]
async fn every_value_says_who_set_it_and_where_that_is_told_without_a_script() {
    let house = with_fields().await;
    let new = [("tag", "A-1"), ("name", "Spare"), ("fields.memory", "8 GB")];
    let asset = house.post(&house.at("assets/new"), &new).await.to();
    let text = "Asset Tag;Notes\nA-1;lent out\n";
    let import = house.brought("assets", text).await;
    let form = [("column", "tag"), ("column", "notes"), ("match", "tag"), ("days", "day_first")];
    house.planned(&import, &form).await;
    house.post(&format!("{import}/application"), &[]).await.to();
    let page = house.get(&asset).await;
    page.is(200);
    for value in ["Asset tag", "Name", "Status", "Main memory", "Notes"] {
        page.shows(&format!("aria-label=\"Who set {value}\">"));
    }
    let of = |label: &str| {
        let rest = page.text.split(&format!("aria-label=\"Who set {label}\"")).nth(1).unwrap();
        rest.split("</details>").next().unwrap().to_owned()
    };
    let notes = of("Notes");
    assert!(notes.contains("Set by <strong>Robin Sample</strong>"), "{notes}");
    assert!(notes.contains(&format!("<a href=\"{import}\">an import</a>")), "{notes}");
    let name = of("Name");
    assert!(!name.contains("an import"), "{name}");
    let all = notes.split("href=\"").find(|part| part.contains("activity?")).unwrap();
    let all = all.split('"').next().unwrap().replace("&amp;", "&");
    house.get(&all).await.is(200).shows(">lent out</ins>").shows("A-1");
}

/// Waits until activity tells of something that goes on by itself.
async fn until(house: &House, by: &str, trace: &str) {
    let wait = async {
        while !house.get(&house.at(&format!("activity?by={by}"))).await.text.contains(trace) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let limit = std::time::Duration::from_secs(30);
    tokio::time::timeout(limit, wait).await.expect("it is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_choice_of_who_finds_what_it_says_and_nothing_else() {
    let house = House::new().await;
    house.asset("BY-HAND").await;
    let import = house.brought("assets", "Asset Tag;Item name\nBY-IMPORT;One\n").await;
    let columns = [("column", "tag"), ("column", "name")];
    let form = [&columns[..], &[("match", "tag"), ("days", "day_first"), ("create", "on")]];
    let form = form.concat();
    house.planned(&import, &form).await;
    house.post(&format!("{import}/application"), &[]).await.to();
    let id = app::assets::named(&house.app, &house.caller, "BY-HAND").await.unwrap().asset.id;
    let id = id.to_string();
    until(&house, "import", ">BY-IMPORT</a>").await;
    let given = [("action", "edit"), ("pick", &*id), ("notes", "by bulk")];
    let bulk = house.post(&house.at("bulks"), &given).await.to();
    house.post(&format!("{bulk}/application"), &[]).await.to();
    until(&house, "bulk", ">BY-HAND</a>").await;
    house.post(&format!("{bulk}/undo"), &[]).await.to();
    until(&house, "undo", ">BY-HAND</a>").await;
    let (kandji, run) = house.connect(2).await;
    house.ended(&run).await;
    house.post(&format!("{run}/approval"), &[]).await.to();
    house.ended(&run).await;
    drop(kandji);
    let token =
        app::tokens::create(&house.app, &house.caller, "Script", domain::access::Role::Manager);
    let (token, _) = token.await.unwrap();
    let script =
        app::Caller::token(house.caller.tenant, token.id, "Script", domain::access::Role::Manager);
    let tag = domain::AssetTag::parse("BY-SCRIPT").unwrap();
    app::assets::create(&house.app, &script, tag, Vec::new()).await.unwrap();

    let import = import.rsplit('/').next().unwrap().to_owned();
    let bulk = bulk.rsplit('/').next().unwrap().to_owned();
    let run = run.rsplit('/').next().unwrap().to_owned();
    let traces = [">BY-HAND</a>", ">BY-SCRIPT</a>", &import, &bulk, &run];
    for (by, there) in [
        ("user", vec![0, 2, 3]),
        ("token", vec![1]),
        ("run", vec![4]),
        ("import", vec![2]),
        ("bulk", vec![0, 3]),
        ("undo", vec![0, 3]),
        ("system", vec![]),
    ] {
        let page = house.get(&house.at(&format!("activity?by={by}"))).await;
        page.is(200);
        for (number, trace) in traces.iter().enumerate() {
            let seen = page.text.contains(*trace);
            assert_eq!(seen, there.contains(&number), "by={by}: {trace}\n{}", page.text);
        }
        let menu = house.get(&house.at("activity?edit=by")).await;
        menu.shows(&format!("value=\"{by}\""));
    }
    let both = house.get(&house.at("activity?by=import&action=created&what=asset")).await;
    both.is(200).shows(">BY-IMPORT</a>");
    assert!(!both.text.contains(">BY-HAND</a>"));
}

#[tokio::test]
async fn what_was_saved_with_a_field_that_is_gone_opens_and_offers_to_drop_it() {
    let house = with_fields().await;
    house.asset("A-1").await;
    let view = [("name", "Much memory"), ("query", "fields.memory=>8 GB&tag=~a"), ("shared", "on")];
    let view = house.post(&house.at("views/new"), &view).await.to();
    let report =
        [("name", "Memory"), ("report", "status"), ("fields.memory", ">8 GB"), ("shared", "on")];
    let report = house.post(&house.at("reports/saved/new"), &report).await.to();
    let field = field_at(&house, "Main memory").await;
    house.post(&format!("{field}/delete"), &[]).await.to();

    let list = house.get(&view).await;
    list.is(422).shows("A filter cannot be read").shows("no custom field has this key");
    let without = |text: &str| {
        let before = text.split("Go on without it").next().unwrap();
        let href = before.rsplit("href=\"").next().unwrap();
        href.split('"').next().unwrap().replace("&amp;", "&")
    };
    let to = without(&list.text);
    assert!(to.contains("tag=%7Ea") && to.contains("view=viw_"), "{to}");
    house.get(&to).await.is(200).shows(">A-1</a>").shows("Save changes to Much memory");

    let open = house.get(&house.at("reports/status?fields.memory=%3E8+GB&held=no")).await;
    open.is(422).shows("Go on without it").shows("<h1>Assets by status");
    house.get(&without(&open.text)).await.is(200);

    let own = house.get(&report).await;
    own.is(200).shows("A filter cannot be read").shows("Drop this filter");
    house.post(&report, &[("name", "Renamed"), ("shared", "on")]).await.to();
    house.ask(&house.viewer, "POST", &report, &[("drop", "fields.memory")]).await.is(403);
    house.post(&report, &[("drop", "fields.memory")]).await.to();
    let mended = house.get(&report).await;
    mended.is(200).shows("Renamed");
    assert!(!mended.text.contains("cannot be read") && !mended.text.contains("fields.memory"));
}
