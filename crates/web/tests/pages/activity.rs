//! What happened, on one page: by whom, to what, when, and by which run; and as a file.

use app::runs;

use crate::house::House;

/// A run of five devices, approved, and a person's asset before it.
async fn busy() -> (House, String) {
    let house = House::new().await;
    house.asset("ZZ-1").await;
    let (kandji, run) = house.connect(5).await;
    house.ended(&run).await;
    house.post(&format!("{run}/approval"), &[]).await.to();
    house.ended(&run).await;
    drop(kandji);
    (house, run.rsplit('/').next().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_sources_are_told_alike_and_a_run_is_one_line() {
    let (house, run) = busy().await;
    let page = house.get(&house.at("activity")).await;
    page.is(200).shows("Robin Sample").shows("added ").shows(">ZZ-1</a>").shows("Today");
    page.shows("Kandji").shows("made ").shows("one run").shows("added");
    assert!(page.text.contains(&format!("activity?cause=run%3A{run}")), "{}", page.text);
    // All that it did, event by event.
    let all = house.get(&house.at(&format!("activity?cause=run:{run}"))).await;
    all.is(200).shows("All that one run of").shows("The run").shows(" in ");
    assert!(!all.text.contains(">ZZ-1</a>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_is_narrowed_in_the_address() {
    let (house, _) = busy().await;
    let robin = house.caller.user_id().unwrap();
    for (asked, there, not) in [
        ("by=user".to_owned(), ">ZZ-1</a>", "one run"),
        (format!("actor={robin}"), ">ZZ-1</a>", "one run"),
        ("by=run".to_owned(), "one run", ">ZZ-1</a>"),
        ("what=product".to_owned(), "the product", ">ZZ-1</a>"),
        ("action=created&what=asset&by=user".to_owned(), ">ZZ-1</a>", "the product"),
        ("field=tag&by=user".to_owned(), ">ZZ-1</a>", "one run"),
        ("when=today".to_owned(), ">ZZ-1</a>", "Nothing fits"),
        ("when=yesterday".to_owned(), "Nothing fits", ">ZZ-1</a>"),
        ("when=between&from=2126-01-01".to_owned(), "Nothing fits", ">ZZ-1</a>"),
        ("cause=run:none".to_owned(), "Nothing fits", ">ZZ-1</a>"),
    ] {
        let page = house.get(&house.at(&format!("activity?{asked}"))).await;
        page.is(200).shows(there);
        assert!(!page.text.contains(not), "{asked}: {not} is on the page");
    }
    for facet in ["by", "actor", "what", "action", "field", "when"] {
        let page = house.get(&house.at(&format!("activity?edit={facet}"))).await;
        page.is(200).shows(&format!("name=\"{facet}\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_of_activity_that_cannot_be_read_says_why_and_shows_nothing() {
    let (house, _) = busy().await;
    let nonsense = "by=moon&actor=zzz&what=star&action=x&when=z&field=-&thing=t&cause=c&from=f";
    let page = house.get(&house.at(&format!("activity?{nonsense}"))).await;
    page.is(422).shows("A filter cannot be read").shows("Go on without them");
    for pair in nonsense.split('&') {
        let (name, text) = pair.split_once('=').unwrap();
        let said = format!("\u{201c}{text}\u{201d} is nothing to choose for ");
        let quoted = format!("&quot;{text}&quot; is nothing to choose for ");
        assert!(page.text.contains(&said) || page.text.contains(&quoted), "{name}: {}", page.text);
        house.get(&house.at(&format!("activity?{pair}"))).await.is(422);
        house.get(&house.at(&format!("activity.csv?{pair}"))).await.is(422);
    }
    assert!(!page.text.contains(">ZZ-1</a>"), "a filter was passed over");
    let page = house.get(&house.at("activity?by=&what=&cursor=zzz")).await;
    page.is(200).shows(">ZZ-1</a>").shows("Part of this address was not understood");
    page.shows("“zzz” is no place in this list");
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_pages_on_and_back_to_the_newest() {
    let house = House::new().await;
    for n in 0..55 {
        house.asset(&format!("N-{n:02}")).await;
    }
    let first = house.get(&house.at("activity")).await;
    first.is(200).shows(">N-54</a>").shows("Older");
    assert!(!first.text.contains(">N-04</a>"));
    let older = first.text.split("href=\"").find(|part| part.contains("activity?cursor=")).unwrap();
    let second = house.get(older.split('"').next().unwrap()).await;
    second.is(200).shows(">N-04</a>").shows(">N-00</a>").shows("Newest");
    assert!(!second.text.contains(">N-05</a>") && !second.text.contains("Older"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_comes_as_a_file_for_who_manages() {
    let (house, _) = busy().await;
    let file = house.get(&house.at("activity.csv?by=user")).await;
    file.is(200).shows("When,Who,").shows("Robin Sample,user,created,asset,ZZ-1");
    assert!(!file.text.contains(",run,"), "{}", file.text);
    house.get(&house.at("activity.xlsx")).await.is(200);
    house.ask(&house.viewer, "GET", &house.at("activity.csv"), &[]).await.is(403);
    let page = house.ask(&house.viewer, "GET", &house.at("activity"), &[]).await;
    assert!(!page.is(200).text.contains("activity.csv"), "nobody is shown what they may not");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_leads_to_all_that_it_did() {
    let (house, run) = busy().await;
    let id = run.parse().unwrap();
    assert!(!runs::run(&house.app, &house.caller, id).await.unwrap().state.is_open());
    let page = house.get(&house.at(&format!("runs/{run}"))).await;
    page.is(200).shows(&format!("activity?cause=run%3A{run}"));
}
