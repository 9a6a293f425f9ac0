//! Handing over by hand: several at once, things in things, what is late, who had it when.

use crate::house::House;

fn id_of(page: &str) -> &str {
    page.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn scanned_assets_are_handed_over_with_a_preview_and_what_is_wrong_is_kept() {
    let house = House::new().await;
    for tag in ["A-1", "A-2", "A-3"] {
        house.asset(tag).await;
    }
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let (bulks, action) = (house.at("bulks"), ("action", "check_out"));
    let begun = format!("bulks/new?action=check_out&to={}", id_of(&robin));
    let begun = house.get(&house.at(&begun)).await;
    begun.is(200).shows("Check out several").shows("Robin Roe").shows("checked");
    let to = ("to", id_of(&robin));
    let out = [action, ("assets", "A-1\r\na-2, A-1"), to, ("due_on", "2026-08-01")];
    let page = house.post(&bulks, &out).await.to();
    house.get(&page).await.is(200).shows("Check out 2 assets").shows("Custodian becomes Robin Roe");
    house.get(&house.at("assets?held=yes")).await.shows("No asset fits");
    let done = house.post(&format!("{page}/application"), &[("note", "for the fair")]).await;
    assert_eq!(done.to(), house.at(&format!("assets?custodian={}", id_of(&robin))));
    house.get(&robin).await.shows("A-1").shows("A-2").shows("overdue");
    let refused = house.post(&bulks, &[action, ("assets", "A-3\nB-9"), to]).await;
    refused.is(422).shows("No asset &quot;B-9&quot;.").shows("A-3\nB-9").shows("checked");
    let nobody = house.post(&bulks, &[action, ("assets", "A-3"), ("to", "")]).await;
    nobody.is(422).shows("Choose who or where.").shows("A-3</textarea>");
    house
        .post(&bulks, &[action, ("assets", " ,"), to])
        .await
        .is(422)
        .shows("No asset is selected.");
    let held = house.post(&bulks, &[action, ("assets", "A-3\nA-1"), to]).await.to();
    house.get(&format!("{held}?show=refused")).await.shows("It is checked out.").shows("A-1");
    house.get(&house.at("assets?held=no")).await.shows("A-3");
}

#[tokio::test]
async fn several_are_taken_back_into_a_place_under_another_status_and_given_again_by_undo() {
    let house = House::new().await;
    for tag in ["A-1", "A-2"] {
        house.asset(tag).await;
    }
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let store = house.post(&house.at("locations/new"), &[("name", "Store")]).await.to();
    let repair = [("name", "At the bench"), ("kind", "unavailable"), ("color", "yellow")];
    let repair = house.post(&house.at("statuses/new"), &repair).await.to();
    let repair = id_of(&repair);
    for tag in ["A-1", "A-2"] {
        let checkout = house.at(&format!("assets/{tag}/checkout"));
        house.post(&checkout, &[("to", id_of(&robin))]).await.to();
    }
    let form = house.get(&house.at("bulks/new?action=check_in")).await;
    form.is(200).shows("Check in several").shows("Stays as it is").shows("At the bench");
    let back = [("action", "check_in"), ("assets", "A-1 , A-2"), ("status", repair)];
    let back = [&back[..], &[("location", id_of(&store))]].concat();
    let page = house.post(&house.at("bulks"), &back).await.to();
    house.get(&page).await.shows("Status becomes At the bench.").shows("Location becomes Store.");
    house.post(&format!("{page}/application"), &[]).await.to();
    let list = house.at(&format!("assets?held=no&status={repair}&location={}", id_of(&store)));
    house.get(&list).await.shows("A-1").shows("A-2");
    house.post(&format!("{page}/undo"), &[]).await.to();
    house.get(&list).await.shows("No asset fits");
    house.get(&robin).await.shows("A-1").shows("A-2");
    let gone = [("action", "check_in"), ("assets", "A-1"), ("status", "sta_0000000000000")];
    house.post(&house.at("bulks"), &gone).await.is(422).shows("It may have been deleted.");
}

#[tokio::test]
async fn what_comes_back_gets_a_status_and_a_place_and_a_refused_form_is_kept() {
    let house = House::new().await;
    house.asset("A-1").await;
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let store = house.post(&house.at("locations/new"), &[("name", "Store")]).await.to();
    house.post(&house.at("assets/A-1/checkout"), &[("to", id_of(&robin))]).await.to();
    let checkin = house.at("assets/A-1/checkin");
    house.get(&checkin).await.is(200).shows("Robin Roe gives it back").shows("Stays as it is");
    let bad = [("location", "loc_0000000000000"), ("note", "scratched")];
    house.post(&checkin, &bad).await.is(422).shows("value=\"scratched\"");
    house.post(&checkin, &[("location", id_of(&store))]).await.to();
    house.get(&house.at(&format!("assets?held=no&location={}", id_of(&store)))).await.shows("A-1");
    house.post(&checkin, &[("note", "twice")]).await.is(409).shows("value=\"twice\"");
}

#[tokio::test]
async fn handing_out_what_is_not_ready_is_warned_about_before_it_is_done() {
    let house = House::new().await;
    house.asset("A-1").await;
    let lost = [("name", "Astray"), ("kind", "unavailable"), ("color", "red")];
    let lost = house.post(&house.at("statuses/new"), &lost).await.to();
    let gone = [("tag", "A-2"), ("status", id_of(&lost))];
    house.post(&house.at("assets/new"), &gone).await.to();
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let out = [("action", "check_out"), ("assets", "A-1,A-2"), ("to", id_of(&robin))];
    let page = house.post(&house.at("bulks"), &out).await.to();
    let page = house.get(&page).await;
    page.shows("1 asset is not ready to go out").shows("Its status is &quot;Astray&quot;.");
    let out = [("action", "check_out"), ("assets", "A-1"), ("to", id_of(&robin))];
    let page = house.post(&house.at("bulks"), &out).await.to();
    assert!(!house.get(&page).await.text.contains("not ready to go out"));
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
    on("2027-01-01").await.is(200).shows("is still to come; ").shows("has it now.");
    on("9999-12-31").await.is(200).shows("is still to come; ");
    house.post(&house.at("assets/A-1/checkin"), &[]).await.to();
    on("2027-01-01").await.shows("nobody has it now.");
    let casey = house.post(&house.at("employees/new"), &[("name", "Casey Cole")]).await.to();
    house.post(&house.at("assets/A-1/checkout"), &[("to", id_of(&casey))]).await.to();
    let both = on("2026-09-01").await;
    let told = both.text.split("<p role=\"status\">").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(told.find("Robin Roe") < told.find(", then ") && told.contains("Casey Cole"), "{told}");
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
    for asked in [asked.is(200), house.post(&delete, &[]).await.is(409)] {
        asked.shows("2 assets are checked out to it").shows(">MAC</a>, <a href=");
        asked.shows(">PEN</a>. Check them in first").shows("class=\"sidebar\"");
        asked.lacks(">Delete BAG</button>");
    }
    let archive = house.get(&house.at("assets/BAG/archive")).await;
    archive.shows("It stays checked out to Robin Roe.");
    archive.shows("The 2 assets that are checked out to it stay so.");
    house.post(&house.at("assets/PEN/archive"), &[]).await.is(409).shows("class=\"sidebar\"");
    house.post(&house.at("assets/PEN/checkin"), &[]).await.to();
    let asked = house.get(&delete).await;
    asked.shows("1 asset is checked out to it").shows(">MAC</a>. Check it in first");
    house.post(&house.at("assets/MAC/checkin"), &[]).await.to();
    house.get(&delete).await.shows("Robin Roe has it now").shows(">Delete BAG</button>");
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

#[tokio::test]
async fn who_is_deleted_keeps_their_name_in_the_history_of_all_they_had() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let temp = house.post(&house.at("employees/new"), &[("name", "Temp Person")]).await.to();
    house.get(&format!("{temp}/delete")).await.is(200).shows("Nothing points at it.");
    for _ in 0..2 {
        house.post(&format!("{asset}/checkout"), &[("to", id_of(&temp))]).await.to();
        house.post(&format!("{asset}/checkin"), &[]).await.to();
    }
    let ask = house.get(&format!("{temp}/delete")).await;
    ask.is(200).shows("Temp Person had something 2 times").shows("under this name");
    house.post(&format!("{temp}/delete"), &[]).await.to();
    let page = house.get(&asset).await;
    page.is(200).shows("checked it out to Temp Person (deleted)");
    page.shows("checked it in from Temp Person (deleted)")
        .shows("<td class=\"title\">Temp Person (deleted)</td>");
    assert!(!page.text.contains(id_of(&temp)), "nothing leads to a page that is not there");
    let today = house.app.now().to_string();
    let day = house.get(&format!("{asset}?as_of={}", &today[..10])).await;
    day.is(200).shows("Temp Person (deleted) had it, since");
}
