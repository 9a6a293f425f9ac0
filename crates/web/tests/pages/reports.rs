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
    page.shows("reports/coverage.csv?gap=no_serial");
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
