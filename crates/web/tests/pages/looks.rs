//! What a page shows to whom, in what order and in what words.

use crate::house::House;

const DAY: &str = "2024-02-01";

async fn employee(house: &House, name: &str) -> String {
    let to = house.post(&house.at("employees/new"), &[("name", name)]).await.to();
    to.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_somebody_has_is_handed_on_in_one_step_where_the_form_said_who_has_it() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    let (robin, casey) =
        (employee(&house, "Robin Roe").await, employee(&house, "Casey Cole").await);
    let out = house.at("assets/A-1/checkout");
    house.get(&out).await.is(200).shows(">Check out</button>");
    house.post(&out, &[("to", &robin)]).await.to();

    let form = house.get(&out).await;
    form.is(200).shows("Robin Roe has it").shows("Check in and hand over");
    form.shows(&format!("name=\"from\" value=\"{robin}\""));
    let stale = [("to", casey.as_str()), ("from", casey.as_str())];
    house.post(&out, &stale).await.is(409).shows("Check it in first.");
    house.post(&out, &[("to", casey.as_str()), ("from", robin.as_str())]).await.to();
    let after = house.get(&page).await;
    after.shows("checked it in from Robin Roe").shows("checked it out to Casey Cole");
    house.post(&out, &[("to", robin.as_str()), ("from", robin.as_str())]).await.is(409);
    // Whoever takes nothing new gets nothing, and the asset stays where it was.
    let left = [("name", "Robin Roe"), ("leaver", "on")];
    house.post(&house.at(&format!("employees/{robin}/edit")), &left).await.to();
    house.post(&out, &[("to", robin.as_str()), ("from", casey.as_str())]).await.is(409);
    house.get(&page).await.shows("Casey Cole</span></span></a>");
    house.get(&house.at("assets/A-1/checkout?q=robin")).await.shows("Robin Roe has left");
    let gone = house.get(&house.at("assets/A-1/checkout?q=robin")).await;
    gone.lacks("Nobody and nowhere by that name");
    // Two keystrokes: one to open the form, one to begin.
    house.get(&out).await.shows("autocomplete=\"off\" autofocus");
    house.get(&house.at("assets/A-1/checkin")).await.shows("type=\"submit\" autofocus>Check in<");
}

#[tokio::test]
async fn a_day_that_is_past_is_taken_but_not_silently() {
    let house = House::new().await;
    house.asset("A-1").await;
    let robin = employee(&house, "Robin Roe").await;
    let late = [("to", robin.as_str()), ("due_on", DAY)];
    let said = house.post(&house.at("assets/A-1/checkout"), &late).await;
    said.to();
    let flash = said.headers.get_all("set-cookie").iter().any(|cookie| {
        let cookie = cookie.to_str().unwrap();
        cookie.contains("passed") && cookie.contains("already")
    });
    assert!(flash, "{:?}", said.headers);
}

#[tokio::test]
async fn a_viewer_is_offered_nothing_that_their_role_may_not() {
    let house = House::new().await;
    house.asset("A-1").await;
    let robin = employee(&house, "Robin Roe").await;
    house.post(&house.at("assets/A-1/checkout"), &[("to", &robin)]).await.to();
    let left = [("name", "Robin Roe"), ("leaver", "on")];
    house.post(&house.at(&format!("employees/{robin}/edit")), &left).await.to();
    let home = "/t/example-company";
    house.get(home).await.shows("Needs you").shows("Get them back");
    let seen = house.ask(&house.viewer, "GET", home, &[]).await;
    seen.is(200).shows("Needs someone").shows("left and still holds");
    assert!(!seen.text.contains("Get them back"));
    for (path, words) in [
        ("settings", "Only administrators change these."),
        ("reports/useful-lives", "Only managers change these."),
    ] {
        let seen = house.ask(&house.viewer, "GET", &house.at(path), &[]).await;
        seen.is(200).shows(words).shows("locked\" disabled");
        assert!(!seen.text.contains(">Save</button>"), "{path} offers to save");
        let own = house.get(&house.at(path)).await;
        own.is(200).shows(">Save</button>");
        assert!(!own.text.contains(words), "{path} locks whoever may");
    }
}

#[tokio::test]
async fn one_searches_at_once_where_the_address_wants_a_search() {
    let house = House::new().await;
    house.asset("A-1").await;
    let ready = " autofocus";
    house.get(&house.at("assets?q=")).await.is(200).shows(ready);
    for path in ["assets", "assets?q=a"] {
        let page = house.get(&house.at(path)).await;
        assert!(!page.is(200).text.contains(ready), "{path}");
    }
    house.get(&house.at("assets?edit=filter")).await.shows("data-narrow hidden");
}

#[tokio::test]
async fn custody_and_what_it_is_stand_before_the_history_and_a_new_asset_is_asked_in_groups() {
    let house = House::new().await;
    let page = house.get(&house.asset("A-1").await).await;
    let at = |words: &str| page.text.find(&format!("<h2>{words}</h2>")).expect(words);
    assert!(at("Custody") < at("About") && at("About") < at("History"));
    let form = house.get(&house.at("assets/new")).await;
    for title in ["What it is", "Purchase", "More"] {
        form.shows(&format!("<legend>{title}</legend>"));
    }
}

#[tokio::test]
async fn days_money_and_labels_are_written_in_one_way() {
    let house = House::new().await;
    let new = [
        ("tag", "A-1"),
        ("cost", "1499.90"),
        ("currency", "USD"),
        ("purchased_on", DAY),
        ("warranty_until", DAY),
    ];
    let page = house.post(&house.at("assets/new"), &new).await.to();
    let page = house.get(&page).await;
    page.shows("1,499.90 USD");
    let history = page.text.split("<h2>History").nth(1).unwrap();
    assert!(history.contains("1 Feb 2024") && history.contains("1,499.90 USD"), "{history}");
    for other in [DAY, "1499.90", ">Currency<"] {
        assert!(!history.contains(other), "{other} in {history}");
    }
    let list = house.get(&house.at(&format!("assets?purchased_on={DAY}&edit=filter"))).await;
    list.shows("<b>1 Feb 2024</b>").shows("OS Version").shows("Last Checkin");
    assert!(!list.text.contains("Last check-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_page_counts_check_ins_by_spans_that_do_not_overlap_and_leads_to_their_lists() {
    let house = House::new().await;
    house.asset("A-1").await;
    let (_kandji, run) = house.connect(20).await;
    house.ended(&run).await;
    let home = house.get("/t/example-company").await;
    home.is(200).shows("8 to 30 days ago").shows("31 to 90 days ago").shows("Never");
    let list = house.at("assets?kandji.last_check_in=");
    for asked in ["last-7-days", "30-days-ago..8-days-ago", "%3C90-days-ago", "none&amp;linked=yes"]
    {
        home.shows(&format!("href=\"{list}{asked}\""));
        house.get(&format!("{list}{}", asked.replace("&amp;", "&"))).await.is(200);
    }
    // A status has the color of its dot.
    let ring = home.text.split("By status").nth(1).unwrap().split("</ul>").next().unwrap();
    assert!(ring.contains("stroke=\"#2f9e5f\""), "{ring}");
}
