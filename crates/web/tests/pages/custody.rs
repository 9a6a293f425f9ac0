//! Handing over by hand: several at once, things in things, what is late, who had it when.

use crate::house::House;

fn id_of(page: &str) -> &str {
    page.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn several_assets_are_handed_over_at_once_or_none() {
    let house = House::new().await;
    for tag in ["A-1", "A-2", "A-3"] {
        house.asset(tag).await;
    }
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let new = house.at("checkouts/new");
    let begun = house.get(&format!("{new}?to={}", id_of(&robin))).await;
    begun.is(200).shows("Robin Roe").shows("checked");
    let out = [("assets", "A-1\r\na-2, A-1"), ("to", id_of(&robin)), ("due_on", "2026-08-01")];
    assert_eq!(house.post(&new, &out).await.to(), robin);
    house.get(&robin).await.shows("A-1").shows("A-2").shows("overdue");
    let unknown = [("assets", "A-3\nB-9"), ("to", id_of(&robin))];
    let refused = house.post(&new, &unknown).await;
    refused.is(422).shows("No asset &quot;B-9&quot;.").shows("A-3\nB-9").shows("checked");
    house.post(&new, &[("assets", "A-3"), ("to", "")]).await.is(422).shows("Choose who or where.");
    let held = [("assets", "A-3\nA-1"), ("to", id_of(&robin)), ("note", "for the fair")];
    let kept = house.post(&new, &held).await;
    kept.is(409).shows("&quot;A-1&quot; is checked out.").shows("A-3\nA-1</textarea>");
    kept.shows("checked").shows("value=\"for the fair\"");
    house.get(&house.at("assets?held=no")).await.shows("A-3");
}

#[tokio::test]
async fn what_is_late_stands_on_the_home_page_and_in_a_list() {
    let house = House::new().await;
    house.asset("A-1").await;
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let out = [("to", id_of(&robin)), ("due_on", "2026-08-31")];
    house.post(&house.at("assets/A-1/checkout"), &out).await.to();
    house.get("/t/example-company").await.shows("1 overdue return");
    house.get(&house.at("assets?due=overdue")).await.shows("A-1");
    house.get(&house.at("assets/A-1")).await.shows("overdue");
    house.post(&house.at("assets/A-1/checkin"), &[]).await.to();
    house.get(&house.at("assets?due=any")).await.shows("No asset fits");
    assert!(!house.get("/t/example-company").await.text.contains("overdue return"));
}

#[tokio::test]
async fn who_had_it_on_a_day_is_asked_without_a_script() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    assert!(!house.get(&page).await.text.contains("Who had it"));
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    house.post(&house.at("assets/A-1/checkout"), &[("to", id_of(&robin))]).await.to();
    let on = async |day: &str| house.get(&house.at(&format!("assets/A-1?as_of={day}"))).await;
    on("2026-09-01").await.is(200).shows("On <time").shows("had it, since");
    on("2026-08-31").await.is(200).shows("nobody had it");
    on("yesterday").await.is(200).shows("This is no date.");
}

#[tokio::test]
async fn an_asset_goes_into_another_and_never_into_itself() {
    let house = House::new().await;
    let (bag, mac) = (house.asset("BAG").await, house.asset("MAC").await);
    house.get(&house.at("assets/MAC/checkout?q=bag")).await.shows(id_of(&bag));
    house.post(&house.at("assets/MAC/checkout"), &[("to", id_of(&bag))]).await.to();
    house.get(&mac).await.shows("BAG");
    let ring = house.post(&house.at("assets/BAG/checkout"), &[("to", id_of(&mac))]).await;
    ring.is(422).shows("It lies inside &quot;BAG&quot; itself.");
}

#[tokio::test]
async fn an_asset_shows_what_it_holds_and_is_not_deleted_with_it() {
    let house = House::new().await;
    let bag = house.asset("BAG").await;
    assert!(!house.get(&bag).await.text.contains("id=\"holds\""));
    let delete = house.at("assets/BAG/delete");
    house.get(&delete).await.shows("The asset and its links are gone for good");
    for tag in ["MAC", "PEN"] {
        house.asset(tag).await;
        house.post(&house.at(&format!("assets/{tag}/checkout")), &[("to", id_of(&bag))]).await.to();
    }
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    house.post(&house.at("assets/BAG/checkout"), &[("to", id_of(&robin))]).await.to();
    house.post(&house.at("assets/PEN/archive"), &[]).await.to();
    let page = house.get(&bag).await;
    let panel = page.shows("id=\"holds\"").text.split("id=\"holds\"").nth(1).unwrap();
    let panel = panel.split("</section>").next().unwrap();
    assert!(panel.contains(">MAC</a>") && panel.contains(">PEN</a>"), "{panel}");
    assert_eq!(panel.matches("archived").count(), 1, "{panel}");
    let asked = house.get(&delete).await;
    asked.is(200).shows("2 assets are checked out to it; check them in first.");
    asked.shows("Robin Roe has it now");
    house.post(&delete, &[]).await.is(409).shows("2 assets are checked out to it");
    house.post(&house.at("assets/PEN/checkin"), &[]).await.to();
    house.get(&delete).await.shows("An asset is checked out to it; check that in first.");
}

#[tokio::test]
async fn a_handover_sheet_lists_what_someone_holds() {
    let house = House::new().await;
    house.asset("A-1").await;
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    house.get(&format!("{robin}/handover")).await.is(200).shows("holds nothing now");
    house.post(&house.at("assets/A-1/checkout"), &[("to", id_of(&robin))]).await.to();
    house.get(&robin).await.shows("Handover sheet");
    let sheet = house.get(&format!("{robin}/handover")).await;
    sheet.is(200).shows("A-1").shows("Signature of Robin Roe").shows("1 Sep 2026");
    house.ask(&house.viewer, "GET", &format!("{robin}/handover"), &[]).await.is(200);
    house.get("/t/other/employees/emp_0000000000001/handover").await.is(404);
}
