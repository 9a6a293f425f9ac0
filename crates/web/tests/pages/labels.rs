//! Labels: chosen, shown as they will be, printed.

use crate::house::House;

#[tokio::test]
async fn labels_are_shown_as_they_will_be_and_printed() {
    let house = House::new().await;
    for (tag, name) in [("MBP-1", "Robin’s <Mac>"), ("MBP-2", "דניאל 💻"), ("X,1", "odd")]
    {
        house.post(&house.at("assets/new"), &[("tag", tag), ("name", name)]).await.to();
    }
    house.get(&house.at("labels")).await.is(200).shows("Nothing to show yet");
    let asset = house.get(&house.at("assets/MBP-1")).await;
    asset.shows("/t/example-company/labels?assets=MBP-1");
    house.get(&house.at("assets/X%2C1")).await.shows("/labels?assets=ast_");
    let shown = house.get(&house.at("labels?assets=MBP-1%0Ambp-2&sheet=avery-l7160&start=3")).await;
    shown.is(200).shows("<svg").shows("Robin’s &lt;Mac&gt;").shows("2 labels").shows("1 page");
    shown.shows("L7160").shows("value=\"3\"");
    assert!(!shown.text.contains("<Mac>") && !shown.text.contains("style="));

    let pdf = house.get(&house.at("labels.pdf?assets=MBP-1&sheet=dymo-30252&line=tag")).await;
    assert_eq!(pdf.is(200).header("content-type"), "application/pdf");
    assert!(pdf.text.starts_with("%PDF-"));
    let kept = pdf.header("set-cookie");
    assert!(kept.starts_with("labels=") && kept.contains("dymo-30252"), "{kept}");
    let viewer = house.ask(&house.viewer, "GET", &house.at("labels?list=on&q=mbp"), &[]).await;
    viewer.is(200).shows("All of the list you came from").shows("2 labels");
}

#[tokio::test]
async fn what_two_lines_of_a_label_say_alike_stands_there_once() {
    let house = House::new().await;
    let new = [("tag", "C02SAME"), ("serial", "c02same"), ("name", "Robin’s")];
    house.post(&house.at("assets/new"), &new).await.to();
    let shown = house.get(&house.at("labels?assets=C02SAME&sheet=dymo-30252")).await;
    shown.is(200).shows("Robin’s").shows("C02SAME");
    assert!(!shown.text.contains("c02same"), "the serial is the tag");
}

#[tokio::test]
async fn labels_that_cannot_be_are_refused_at_their_field() {
    let house = House::new().await;
    house.asset("Büro-1").await;
    let at = |query: &str| house.at(&format!("labels?{query}"));
    let unknown = house.get(&at("assets=nothing,Büro-1")).await;
    unknown.is(422).shows("No asset &quot;nothing&quot;").shows("nothing,Büro-1");
    unknown.shows("It cannot be printed so");
    assert!(!unknown.text.contains("Choose assets"), "they were chosen");
    house.get(&at("assets=Büro-1&code=code128")).await.is(422).shows("Print a QR code");
    house.get(&at("assets=Büro-1&sheet=avery-5160&start=31")).await.is(422).shows("1 to 30");
    house.get(&at("sheet=own&columns=40")).await.is(422).shows("to be 10 mm wide");
    house.get(&at("sheet=own&gap_x=wide")).await.is(422).shows("This is no length");
    house.get(&at("sheet=toaster")).await.is(422).shows("No such sheet");
    house.get(&house.at("labels.pdf")).await.is(422).shows("No asset was chosen");
    house.get(&at("assets=Büro-1&sheet=own&columns=2&rows=5&page_width=100,5")).await.is(200);
}

#[tokio::test]
async fn what_is_selected_in_the_list_gets_labels() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for tag in ["MBP-1", "X,1", "PHONE"] {
        ids.push(house.asset(tag).await.rsplit('/').next().unwrap().to_owned());
    }
    let list = house.get(&house.at("assets?q=mbp&columns=tag,name")).await;
    list.is(200).shows("formaction=\"/t/example-company/labels\"");
    list.shows("/labels?q=mbp&amp;list=on\"");

    let bar = format!("labels?list=q%3Da&pick={}&pick={}", ids[0], ids[1]);
    let picked = house.get(&house.at(&bar)).await;
    picked.is(200).shows("2 labels").shows(&format!("MBP-1\n{}</textarea>", ids[1]));
    let bar = format!("labels?everything=on&pick={}&list=q%3Dmbp%26columns%3Dtag%2Cname", ids[2]);
    let all = house.get(&house.at(&bar)).await;
    all.is(200).shows("All of the list you came from").shows("1 label");
    assert!(!all.text.contains("tag,name"), "the list's columns are not the sheet's");
}
