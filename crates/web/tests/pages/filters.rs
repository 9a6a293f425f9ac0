//! Filters of the asset list: written in the address, shown as chips, changed by forms that need
//! no script.

use crate::house::House;

async fn filled() -> House {
    let house = House::new().await;
    let berlin = house.post(&house.at("locations/new"), &[("name", "Berlin")]).await.to();
    let berlin = berlin.rsplit('/').next().unwrap().to_owned();
    let room = [("name", "Room 1"), ("parent", &berlin)];
    let room = house.post(&house.at("locations/new"), &room).await.to();
    let room = room.rsplit('/').next().unwrap().to_owned();
    for (tag, location, warranty) in [
        ("AA-1", berlin.as_str(), "2026-09-20"),
        ("BB-2", room.as_str(), "2027-09-20"),
        ("CC-3", "", ""),
    ] {
        let new = [("tag", tag), ("location", location), ("warranty_until", warranty)];
        house.post(&house.at("assets/new"), &new).await.to();
    }
    house
}

async fn shown(house: &House, asked: &str) -> Vec<&'static str> {
    let page = house.get(&house.at(&format!("assets?{asked}"))).await;
    page.is(200);
    let tags = ["AA-1", "BB-2", "CC-3"].into_iter();
    tags.filter(|tag| page.text.contains(&format!(">{tag}</a>"))).collect()
}

#[tokio::test]
async fn a_filter_can_be_turned_around_and_ask_for_blanks_and_days() {
    let house = filled().await;
    let berlin = house.get(&house.at("locations")).await;
    let berlin = berlin.text.split("locations/loc_").nth(1).unwrap()[..13].to_owned();
    let at = |said: &str| format!("location={said}loc_{berlin}");
    assert_eq!(shown(&house, &at("")).await, ["AA-1"]);
    assert_eq!(shown(&house, &at("in:")).await, ["AA-1", "BB-2"]);
    assert_eq!(shown(&house, &at("!")).await, ["BB-2", "CC-3"]);
    assert_eq!(shown(&house, "location=none").await, ["CC-3"]);
    assert_eq!(shown(&house, "warranty_until=next-90-days").await, ["AA-1"]);
    assert_eq!(shown(&house, "warranty_until=!next-90-days").await, ["BB-2", "CC-3"]);
    assert_eq!(shown(&house, "tag=~-2&tag=~c").await, ["BB-2", "CC-3"]);
    let page = house.get(&house.at("assets?warranty_until=!next-90-days&tag=!~zz")).await;
    page.shows("not in the").shows("next 90 days").shows("does not contain");
}

#[tokio::test]
async fn the_form_of_a_filter_leads_to_the_address_that_says_it() {
    let house = filled().await;
    let form =
        "assets?q=1&filter=warranty_until&shape=days&relation=is&range=next&count=90&unit=days";
    let to = house.get(&house.at(form)).await.to();
    assert_eq!(to, house.at("assets?q=1&warranty_until=next-90-days"));
    let form = "reports/assets?filter=tag&shape=text&relation=lacks&value=b";
    let to = house.get(&house.at(form)).await.to();
    assert_eq!(to, house.at("reports/assets?tag=%21%7Eb"));
    house.get(&to).await.is(200).shows("does not contain").shows("AA-1");
}

#[tokio::test]
async fn an_order_or_a_place_that_cannot_be_read_is_said_above_the_list_as_it_is() {
    let house = filled().await;
    let page = house.get(&house.at("assets?sort=-nonsense&cursor=zzz&tag=AA-1")).await;
    page.is(200).shows(">AA-1</a>").shows("Part of this address was not understood");
    page.shows("There is no order by “-nonsense”").shows("“zzz” is no place in this list");
    page.shows(&format!("href=\"{}\"", house.at("assets?tag=AA-1")));
    let page = house.get(&house.at("assets?sort=-name")).await;
    assert!(!page.is(200).text.contains("was not understood"));
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_says_why_and_shows_nothing() {
    let house = filled().await;
    let page = house.get(&house.at("assets?warranty_until=soon&fields.gone=1&tag=AA-1")).await;
    page.is(422).shows("A filter cannot be read").shows("is no date or range of dates");
    page.shows("Remove filter gone").shows("Remove filter Warranty until");
    page.shows("Warranty until: &quot;soon&quot;").lacks("<details class=\"menu\" open>");
    let page = house.get(&house.at("assets?status=bad")).await;
    page.is(422).shows("Status: &quot;bad&quot;: nothing is known by that id.").lacks("sta_01J");
    assert!(!page.text.contains(">AA-1</a>"), "a filter was passed over");
    house.get(&house.at("assets.csv?warranty_until=soon")).await.is(422);
    house.get(&house.at("reports/assets?warranty_until=soon")).await.is(422);
}

#[tokio::test]
async fn employees_are_filtered_and_put_in_order_as_assets_are_and_the_file_follows() {
    let house = House::new().await;
    let new = house.at("employees/new");
    let berlin = house.post(&house.at("locations/new"), &[("name", "Berlin")]).await.to();
    let berlin = berlin.rsplit('/').next().unwrap().to_owned();
    let boss = house.post(&new, &[("name", "Boss Bay")]).await.to();
    let boss = boss.rsplit('/').next().unwrap().to_owned();
    for (name, place, starts, left) in
        [("Casey Cole", berlin.as_str(), "2026-01-05", ""), ("Robin Reyes", "", "2025-01-05", "on")]
    {
        let form = [
            ("name", name),
            ("location", place),
            ("starts_on", starts),
            ("leaver", left),
            ("manager", "Boss Bay"),
        ];
        house.post(&new, &form).await.to();
    }
    let names = ["Boss Bay", "Casey Cole", "Robin Reyes"];
    let shown = async |asked: &str| {
        let page = house.get(&house.at(&format!("employees?{asked}"))).await;
        page.is(200);
        // Whose row it is is a link; whom they report to is none.
        let links = page.text.split("/employees/emp_").skip(1);
        let links: Vec<&str> = links.filter_map(|rest| rest.split("</a>").next()).collect();
        let file = house.get(&house.at(&format!("employees.csv?{asked}"))).await;
        let here = |text: &str| -> Vec<&str> {
            let lines = |name: &&&str| text.contains(&format!("\n{name},"));
            names.iter().filter(lines).copied().collect()
        };
        let linked = |name: &&&str| links.iter().any(|link| link.contains(**name));
        let on_page: Vec<&str> = names.iter().filter(linked).copied().collect();
        assert_eq!(here(&file.is(200).text.replace('\r', "")), on_page, "{asked}");
        on_page
    };
    assert_eq!(shown("leaver=no").await, ["Boss Bay", "Casey Cole"]);
    assert_eq!(shown(&format!("location=!in:{berlin}")).await, ["Boss Bay", "Robin Reyes"]);
    assert_eq!(shown(&format!("manager={boss}")).await, ["Casey Cole", "Robin Reyes"]);
    assert_eq!(shown("manager=none").await, ["Boss Bay"]);
    assert_eq!(shown("starts_on=2026-01-01..").await, ["Casey Cole"]);
    assert_eq!(shown("holding=yes").await, [""; 0]);
    let down = house.get(&house.at("employees?sort=-starts_on")).await;
    let links = down.text.split("/employees/emp_").skip(1);
    let links: Vec<&str> = links.filter_map(|rest| rest.split("</a>").next()).collect();
    let at = |name: &str| links.iter().position(|link| link.contains(name)).unwrap();
    assert!(at("Casey Cole") < at("Robin Reyes") && at("Robin Reyes") < at("Boss Bay"));
    down.shows("employees?sort=starts_on");

    let chips = house.get(&house.at(&format!("employees?manager={boss}&edit=location"))).await;
    chips.is(200).shows("Reports to").shows("<b>Boss Bay</b>").shows("With the places inside them");
    house.get(&house.at("employees?edit=filter")).await.is(200).shows("Last day").shows("Changed");
    let form = "employees?filter=ends_on&shape=days&relation=is&range=next&count=30&unit=days";
    assert_eq!(house.get(&house.at(form)).await.to(), house.at("employees?ends_on=next-30-days"));
    let odd = house.get(&house.at("employees?ends_on=soon&fields.gone=1")).await;
    odd.is(422).shows("A filter cannot be read").shows("is no date or range of dates");
    odd.shows("Last day: &quot;soon&quot;").shows("Go on without it");
    assert!(!odd.text.contains("Casey Cole"), "a filter was passed over");
    house.get(&house.at("employees.csv?ends_on=soon")).await.is(422);
}

#[tokio::test]
async fn every_column_that_is_shown_has_a_head_that_sorts() {
    let house = filled().await;
    let columns = "columns=tag,warranty_until,supplier,kandji.tags";
    let page = house.get(&house.at(&format!("assets?{columns}&sort=warranty_until"))).await;
    page.is(200);
    for next in ["sort=-warranty_until", "sort=supplier", "sort=kandji.tags", "sort=tag"] {
        page.shows(&format!("{next}\""));
    }
    let order = |text: &str| ["CC-3", "AA-1", "BB-2"].map(|tag| text.find(tag).unwrap());
    assert!(order(&page.text).is_sorted(), "a blank comes first");
    let back = house.get(&house.at("assets?columns=tag&sort=-warranty_until")).await;
    let mut order = order(&back.is(200).text);
    order.reverse();
    assert!(order.is_sorted());
}

#[tokio::test]
async fn what_kandji_says_is_offered_under_its_own_head_and_asked_as_its_kind() {
    let house = filled().await;
    let menu = house.get(&house.at("assets?edit=filter")).await;
    menu.is(200)
        .shows("Kandji</p>")
        .shows("value=\"kandji.blueprint_name\">Blueprint Name")
        .shows("value=\"kandji\">All else it says")
        .shows("value=\"currency\">Currency");
    let further = house.get(&house.at("assets?edit=kandji&q=a")).await;
    further
        .is(200)
        .shows("value=\"kandji.filevault.filevault_enabled\">FileVault enabled")
        .shows("name=\"q\" value=\"a\"");
    let form = "assets?filter=kandji.blueprint_name&shape=text&relation=lacks&value=lab";
    let to = house.get(&house.at(form)).await.to();
    assert_eq!(to, house.at("assets?kandji.blueprint_name=%21%7Elab"));
    house.get(&to).await.is(200).shows("Blueprint Name").shows("does not contain").shows("AA-1");
    let editor = house.get(&house.at("assets?edit=kandji.mdm_enabled")).await;
    editor.is(200).shows("value=\"yes\"").shows("Blank");
    let editor = house.get(&house.at("assets?edit=kandji.first_enrollment")).await;
    editor.is(200).shows("in the last");
    let none = house.get(&house.at("assets?kandji.mdm_enabled=yes")).await;
    none.is(200).shows("No asset fits");
    house.get(&house.at("assets?kandji.mdm_enabled=none")).await.is(200).shows("AA-1");
}

#[tokio::test]
async fn an_amount_without_a_currency_finds_every_currency_and_the_form_can_name_one() {
    let house = House::new().await;
    for (tag, cost, currency) in
        [("AA-1", "1499.90", "EUR"), ("BB-2", "1200", "USD"), ("CC-3", "999", "EUR")]
    {
        let new = [("tag", tag), ("cost", cost), ("currency", currency)];
        house.post(&house.at("assets/new"), &new).await.to();
    }
    let form = "assets?filter=cost&shape=money&relation=is&range=over&from=1000&until=&currency=";
    for (currency, expected, words) in [
        ("", &["AA-1", "BB-2"][..], "more than 1000, any currency"),
        ("usd", &["BB-2"], "more than 1000 USD"),
    ] {
        let to = house.get(&house.at(&format!("{form}{currency}"))).await.to();
        let asked = to.split_once('?').unwrap().1;
        assert_eq!(shown(&house, asked).await, expected, "{asked}");
        house.get(&to).await.is(200).shows(words);
    }
    let editor = house.get(&house.at("assets?edit=cost&cost=%3E1000%20EUR")).await;
    editor.is(200).shows("name=\"from\" value=\"1000\"").shows("name=\"currency\" value=\"EUR\"");
}
