//! Reports as pages, and the files that hold what a page shows.

use crate::house::House;

#[tokio::test]
async fn the_asset_list_is_downloaded_exactly_as_it_is_shown() {
    let house = House::new().await;
    for (tag, name) in [("A-1", "spare"), ("A-2", "spare two"), ("B-1", "other")] {
        let form = [("tag", tag), ("name", name)];
        house.post(&house.at("assets/new"), &form).await.to();
    }
    house.asset("C-1").await;
    house.post(&house.at("assets/C-1/archive"), &[]).await.to();

    let list = house.get(&house.at("assets?q=spare&sort=-tag&edit=status")).await;
    list.is(200).shows("href=\"/t/example-company/assets.csv?q=spare&amp;sort=-tag\"");
    let file = house.get(&house.at("assets.csv?q=spare&sort=-tag")).await;
    file.is(200);
    assert_eq!(file.header("content-disposition").matches(".csv").count(), 1);
    let rows: Vec<&str> = file.text.split("\r\n").collect();
    assert_eq!(rows[0], "Asset,Name,Serial,Product,Custodian,Status,Location,Changed");
    assert!(rows[1].starts_with("A-2,spare two,") && rows[2].starts_with("A-1,spare,"));
    assert_eq!(rows.len(), 4);

    let all = house.get(&house.at("assets.csv?archived=any")).await;
    assert!(all.text.lines().next().unwrap().ends_with(",Changed,Archived"));
    assert_eq!(all.text.lines().count(), 5);
}

#[tokio::test]
async fn each_part_of_a_count_leads_to_the_assets_it_counts() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(20).await;
    house.ended(&run).await;
    house.post(&format!("{run}/approval"), &[]).await.to();
    house.ended(&run).await;
    for (tag, bought) in [("A-1", "2012-05-01"), ("A-2", "2024-05-01"), ("A-3", "2026-01-05")] {
        let form = [("tag", tag), ("purchased_on", bought)];
        house.post(&house.at("assets/new"), &form).await.to();
    }
    let count = async |path: &str| house.get(path).await.is(200).text.lines().count() - 1;
    let all = count(&house.at("assets.csv")).await;
    for report in ["os-versions", "age", "locations", "departments", "products", "custodians"] {
        let page = house.get(&house.at(&format!("reports/{report}"))).await;
        let lists: std::collections::BTreeSet<_> = page
            .is(200)
            .text
            .split("href=\"/t/example-company/assets?")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('"')?.0.replace("&amp;", "&")))
            .collect();
        let mut led = 0;
        // The way to all assets counts nothing.
        for list in lists.iter().filter(|list| !list.starts_with("q=")) {
            let found = count(&house.at(&format!("assets.csv?{list}"))).await;
            assert!(found > 0, "{report}: {list}");
            led += found;
        }
        assert_eq!(led, all, "{report}: {lists:?}");
    }
}

#[tokio::test]
async fn who_may_only_look_may_read_and_download_reports() {
    let house = House::new().await;
    house.asset("A-1").await;
    for path in
        ["reports", "reports/assets", "reports/coverage", "reports/assets.csv", "assets.csv"]
    {
        house.ask(&house.viewer, "GET", &house.at(path), &[]).await.is(200);
        house.get(&format!("/t/other/{path}")).await.is(404);
        assert!(house.ask("", "GET", &house.at(path), &[]).await.to().starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn b31_b45_the_reports_page_leads_to_the_asset_report_and_its_files() {
    let house = House::new().await;
    let (_kandji, run) = house.connect(2).await;
    house.ended(&run).await;
    house.post(&format!("{run}/approval"), &[]).await.to();
    house.ended(&run).await;
    let shelf = house.get(&house.at("reports")).await;
    shelf.is(200).shows("href=\"/t/example-company/reports/assets\"").shows("Coverage");
    let page = house.get(&house.at("reports/assets?details=user.email")).await;
    page.is(200).shows("Last Checkin").shows("Agent Version").shows("Kandji User Email");
    page.shows("href=\"/t/example-company/reports/assets.xlsx?details=user.email\"");
    let file = house.get(&house.at("reports/assets.csv?details=user.email")).await;
    assert_eq!(file.is(200).text.lines().count(), 3);
    for nothing in ["reports/nothing", "reports/assets.pdf", "reports/nothing.csv"] {
        house.get(&house.at(nothing)).await.is(404);
    }
    house.get(&house.at("reports/assets?details=colour")).await.is(422).shows("No detail");
}

#[tokio::test]
async fn coverage_shows_how_many_of_each_and_the_rows_of_one() {
    let house = House::new().await;
    house.post(&house.at("assets/new"), &[("tag", "A-1"), ("serial", "SYN1")]).await.to();
    house.asset("A-2").await;
    let page = house.get(&house.at("reports/coverage?gap=no_serial")).await;
    page.is(200).shows("Serial missing").shows("href=\"/t/example-company/assets/A-2\"");
    assert!(!page.text.contains("assets/A-1\""));
    page.shows("reports/coverage.csv?gap=no_serial").shows("Findings");
    house.post(&house.at("assets/new"), &[("tag", "A-3"), ("serial", "SYN1")]).await.to();
    let twice = house.get(&house.at("reports/coverage?gap=serial_twice")).await;
    twice.is(200).shows("Serial twice").shows("A-1 has it too.").shows("assets/A-1\"");
    house.get(&house.at("reports/coverage?gap=none")).await.is(422).shows("No finding");
    let all = house.get(&house.at("reports/coverage")).await;
    all.shows("assets/A-1\"").shows("No source has ever known it.");
}

#[tokio::test]
async fn a_long_report_turns_by_key() {
    let house = House::new().await;
    for n in 0..52 {
        house.asset(&format!("T-{n:02}")).await;
    }
    let first = house.get(&house.at("reports/assets?q=t-")).await;
    first.shows("T-49");
    assert!(!first.text.contains(">T-50<"));
    let next = first.text.split("href=\"").find(|part| part.contains("cursor=")).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    assert!(next.starts_with(&house.at("reports/assets?q=t-")), "{next}");
    house.get(&next).await.is(200).shows("T-51");
    house.get(&house.at("reports/assets?cursor=x")).await.is(422).shows("This is no cursor");
}

/// An asset with this of its form beside the tag.
async fn asset_with(house: &House, tag: &str, more: &[(&str, &str)]) {
    let form: Vec<_> = [("tag", tag)].into_iter().chain(more.iter().copied()).collect();
    house.post(&house.at("assets/new"), &form).await.to();
}

#[tokio::test]
async fn every_report_on_the_shelf_opens_with_nothing_and_with_something_in_it() {
    let house = House::new().await;
    for filled in [false, true] {
        if filled {
            let more = [
                ("cost", "360.00"),
                ("purchased_on", "2020-01-01"),
                ("warranty_until", "2021-01-01"),
            ];
            asset_with(&house, "A-1", &more).await;
        }
        for report in app::reports::shelf::SHELF {
            let path = house.at(&format!("reports/{}", report.name));
            house.get(&path).await.is(200).shows(report.title);
            house.get(&format!("{path}.csv")).await.is(200);
            house.get(&format!("{path}.xlsx")).await.is(200);
        }
    }
}

#[tokio::test]
async fn a_count_leads_to_the_assets_it_counts_with_the_filters_in_force() {
    let house = House::new().await;
    house.asset("A-1").await;
    house.asset("B-1").await;
    let page = house.get(&house.at("reports/status?q=a-1")).await;
    page.is(200).shows("100.0 %").shows("href=\"/t/example-company/assets?q=a-1&amp;status=sta_");
    let file = house.get(&house.at("reports/status.csv?q=a-1")).await;
    assert_eq!(file.text, "Status,Assets,Share in %\r\nReady,1,100\r\n");
    let nobody = house.get(&house.at("reports/custodians")).await;
    nobody.shows("href=\"/t/example-company/assets?held=no\"");
}

#[tokio::test]
async fn values_are_computed_with_the_useful_lives_that_people_set() {
    let house = House::new().await;
    let more = [("cost", "360.00"), ("currency", "EUR"), ("purchased_on", "2024-01-15")];
    asset_with(&house, "A-1", &more).await;
    let day = house.at("reports/value?as_of=2025-01-15");
    let seen = house.get(&day).await;
    seen.is(200).shows("240.00 EUR").shows("120.00 EUR").shows("data-label=\"Book value\"");
    let lives = house.at("reports/useful-lives");
    let form = [("company.months", "24"), ("company.residual_percent", "50")];
    house.ask(&house.viewer, "POST", &lives, &form).await.is(403);
    let wrong =
        house.post(&lives, &[("company.months", "zero"), ("company.residual_percent", "7")]).await;
    wrong.is(422).shows("Such as 36").shows("value=\"zero\"").shows("value=\"7\"");
    house.post(&lives, &[("company.months", "0"), ("company.residual_percent", "0")]).await.is(422);
    house.post(&lives, &form).await.to();
    house.get(&day).await.shows("270.00 EUR").shows("90.00 EUR");
    house.get(&house.at("reports/value?as_of=never")).await.is(422).shows("is no day");
    house.get(&house.at("reports/value?as_of=9999-12-31")).await.is(200).shows("180.00 EUR");
    let later = [("cost", "77.00"), ("currency", "USD"), ("purchased_on", "2025-06-01")];
    asset_with(&house, "A-2", &later).await;
    house.get(&day).await.is(200).shows("A-1").lacks("A-2").lacks("USD");
    house.get(&house.at("reports/value?as_of=2025-06-01")).await.shows("A-2").shows("77.00 USD");
}

#[tokio::test]
async fn warranties_and_late_returns_are_told_by_their_days() {
    let house = House::new().await;
    asset_with(&house, "A-1", &[("warranty_until", "2001-01-01")]).await;
    let page = house.get(&house.at("reports/warranty?within=expired")).await;
    page.is(200).shows("A-1").shows("aria-current=\"true\"");
    let soon = house.get(&house.at("reports/warranty?within=30")).await;
    soon.is(200).shows("Nothing to report");
    house.get(&house.at("reports/warranty?within=31")).await.is(422).shows("No span");
}

#[tokio::test]
async fn a_report_is_saved_with_its_filters_opened_renamed_and_deleted() {
    let house = House::new().await;
    let page = house.get(&house.at("reports/status?held=no&edit=status")).await;
    page.shows("reports/saved/new?held=no&amp;report=status\"");
    let new = house.at("reports/saved/new");
    let form = [("name", ""), ("report", "status"), ("held", "no"), ("shared", "on")];
    let wrong = house.post(&new, &form).await;
    wrong.is(422).shows("This is no name").shows("name=\"held\" value=\"no\"");
    let form = [("name", "In store"), ("report", "status"), ("held", "no"), ("shared", "on")];
    let own = house.post(&new, &form).await.to();
    house.post(&new, &form).await.is(422).shows("You have a report of this name");
    let shelf = house.get(&house.at("reports")).await;
    shelf.shows("href=\"/t/example-company/reports/status?held=no\"").shows("In store");
    house
        .get(&own)
        .await
        .is(200)
        .shows("Checked out is No")
        .shows("Everybody")
        .shows("sends no mail");
    // A viewer opens what is shared and changes nothing of it; what is theirs is theirs alone.
    house.ask(&house.viewer, "GET", &own, &[]).await.is(200);
    house.ask(&house.viewer, "POST", &own, &[("name", "Mine")]).await.is(403);
    let private = [("name", "Mine"), ("report", "age")];
    let theirs = house.ask(&house.viewer, "POST", &new, &private).await.to();
    house.ask(&house.viewer, "GET", &theirs, &[]).await.is(200).shows("Only you");
    house.get(&theirs).await.is(404);
    house.ask(&house.viewer, "POST", &format!("{theirs}/delete"), &[]).await.to();

    house.post(&own, &[("name", "Idle"), ("shared", "on")]).await.to();
    house.get(&own).await.shows("<h1>Idle</h1>");
    house.get(&format!("{own}/delete")).await.is(200).shows("Delete Idle?");
    house.post(&format!("{own}/delete"), &[]).await.to();
    house.get(&own).await.is(404);
}

#[tokio::test]
async fn without_mail_a_schedule_is_refused_and_nothing_typed_is_lost() {
    let house = House::new().await;
    let form = [("name", "Weekly"), ("report", "leavers"), ("shared", "on")];
    let own = house.post(&house.at("reports/saved/new"), &form).await.to();
    let schedule = format!("{own}/schedule");
    house.get(&schedule).await.is(200).shows("This installation sends no mail").shows("08:00");
    let asked = [("every", "week"), ("weekday", "9"), ("hour", "8"), ("to", "nobody")];
    let wrong = house.post(&schedule, &asked).await;
    wrong.is(422).shows("is no e-mail address").shows("nobody</textarea>");
    let asked = [("every", "week"), ("weekday", "1"), ("hour", "8"), ("to", "board@example.com")];
    house.post(&schedule, &asked).await.is(409).shows("sends no mail");
}

#[tokio::test]
async fn what_is_archived_and_still_held_counts_everywhere() {
    let house = House::new().await;
    let leaver = [("name", "Lee Leaver"), ("leaver", "")];
    let lee = house.post(&house.at("employees/new"), &leaver).await.to();
    let id = lee.rsplit('/').next().unwrap();
    for tag in ["A-1", "A-2"] {
        let asset = house.asset(tag).await;
        let out = [("to", id), ("due_on", "2020-01-02")];
        house.post(&format!("{asset}/checkout"), &out).await.to();
    }
    house.post(&house.at("assets/A-2/archive"), &[]).await.to();
    house.post(&format!("{lee}/edit"), &[("name", "Lee Leaver"), ("leaver", "on")]).await.to();
    let home = house.get(house.at("").trim_end_matches('/')).await;
    home.is(200).shows("Lee Leaver left and still holds 2 assets").shows("2 overdue returns");
    for report in ["leavers", "overdue"] {
        let page = house.get(&house.at(&format!("reports/{report}"))).await;
        page.is(200).shows("A-1").shows("A-2");
        let only = house.get(&house.at(&format!("reports/{report}?archived=no"))).await;
        assert!(!only.text.contains(">A-2<"), "said otherwise, they are left out");
    }
    house.get(&house.at("assets?due_on=%3Ctoday&archived=any")).await.shows("A-2");
}

#[tokio::test]
async fn what_a_saved_report_is_asked_for_is_told_in_words() {
    let house = House::new().await;
    let place = house.post(&house.at("locations/new"), &[("name", "Berlin")]).await.to();
    let place = place.rsplit('/').next().unwrap();
    let form = [("name", "Berlin"), ("report", "warranty"), ("location", place)];
    let form = [&form[..], &[("within", "30"), ("q", "mac"), ("utm_source", "x")]].concat();
    let saved = house.post(&house.at("reports/saved/new"), &form).await.to();
    let page = house.get(&saved).await;
    page.is(200).shows("Location is Berlin; Next 30 days; search “mac”").shows("q=mac");
    assert!(!page.text.contains("location ="), "an id says nothing");
    assert!(!page.text.contains("utm_source"), "what the report passes over is not kept");
}

#[tokio::test]
async fn without_a_cost_or_a_day_the_value_report_says_what_it_needs() {
    let house = House::new().await;
    house.asset("A-1").await;
    let page = house.get(&house.at("reports/value")).await;
    page.is(200).shows("both a cost and a day on which it was bought").shows("today");
    assert!(!page.text.contains("Remove filter Worth"), "today is no filter");
    let then = house.get(&house.at("reports/value?as_of=2026-01-31")).await;
    then.is(200).shows("Remove filter Worth");
}
