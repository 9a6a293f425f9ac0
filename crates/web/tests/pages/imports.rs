//! Imports as people meet them: a form, a mapping, a plan, and the way back; without any script.

use axum::body::Body;
use axum::http::{Request, header};

use crate::house::{House, Said};

const FILE: &str = "Asset Tag;Item name;Category;Purchase Date;Checked out to\n\
    A-1;One;Laptop;1.4.2026;Robin\nA-2;Two <b>;;never;\nA-3;Three;;;\n";

impl House {
    /// The form as a browser sends it.
    async fn upload(&self, session: &str, what: &str, name: &str, bytes: &[u8]) -> Said {
        let part = |head: &str, body: &[u8]| {
            let head = format!("--xyz\r\nContent-Disposition: form-data; {head}\r\n\r\n");
            [head.as_bytes(), body, b"\r\n"].concat()
        };
        let file = format!("name=\"file\"; filename=\"{name}\"");
        let body =
            [part("name=\"what\"", what.as_bytes()), part(&file, bytes), b"--xyz--\r\n".to_vec()];
        let request = Request::builder()
            .method("POST")
            .uri(self.at("imports"))
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, format!("session={session}"))
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz");
        self.send(request.body(Body::from(body.concat())).unwrap()).await
    }

    pub async fn brought(&self, what: &str, text: &str) -> String {
        let to = self.upload(&self.session, what, "snipe.csv", text.as_bytes()).await.to();
        to.strip_suffix("/mapping").expect("next come the columns").to_owned()
    }

    pub async fn planned(&self, import: &str, form: &[(&str, &str)]) -> Said {
        let to = self.post(&format!("{import}/mapping"), form).await.to();
        assert_eq!(to, import);
        self.get(import).await
    }
}

/// The mapping as it was guessed, sent with these boxes ticked.
fn guessed<'a>(ticked: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let columns = ["tag", "name", "category", "purchased_on", "custodian"];
    let columns = columns.into_iter().map(|column| ("column", column));
    let rest = [("match", "tag"), ("days", "month_first")].into_iter();
    columns.chain(rest).chain(ticked.iter().map(|name| (*name, "on"))).collect()
}

#[tokio::test]
async fn a_file_is_brought_mapped_planned_applied_and_taken_back() {
    let house = House::new().await;
    house.get(&house.at("imports")).await.is(200).shows("Bring a table").shows("Read the file");
    let import = house.brought("assets", FILE).await;

    let mapping = house.get(&format!("{import}/mapping")).await;
    mapping.is(200).shows("3 rows of assets").shows("One · Two &lt;b&gt; · Three");
    mapping.shows("<option value=\"tag\" selected>").shows("value=\"custodian\" selected");

    let plan = house.planned(&import, &guessed(&["create"])).await;
    plan.is(200).shows("Nothing has changed yet").shows("Faulty rows (2)");
    plan.shows("No category &quot;Laptop&quot;.").shows("is no date. Write it like 2026-09-01.");
    let ticked = ["create", "make_catalog", "make_employees"];
    let plan = house.planned(&import, &guessed(&ticked)).await;
    plan.shows("Faulty rows (1)").shows("1 category").shows("1 employee").shows("Apply 2 rows");
    plan.shows("line 2").shows("Custodian").shows("Robin</ins>");
    let faults = house.get(&format!("{import}?verdict=fault")).await;
    faults.shows("Line 3").shows("A-2");
    assert!(!faults.text.contains("line 2"), "only what was asked for");

    let stale = house.post(&format!("{import}/application?version=2"), &[]).await;
    assert_eq!(stale.to(), import);
    house.get(&house.at("assets")).await.shows("No assets yet").shows("Import a spreadsheet");
    let applied = house.post(&format!("{import}/application?version=3"), &[]).await;
    assert_eq!(applied.to(), import);
    let page = house.get(&import).await;
    page.shows("Applied")
        .shows("Take back")
        .shows("Made on the way")
        .shows("Nothing was done with them");
    let made = house.get(&house.at("assets/A-1")).await;
    made.shows("Imported from line 2 of snipe.csv.");
    made.shows(&format!(" in <a href=\"{import}\">an import</a>"));
    house.get(&house.at("activity")).await.shows(&format!("<a href=\"{import}\">"));
    house.get(&house.at("imports")).await.shows("snipe.csv").shows("2 created, 1 faulty");

    let confirm = house.get(&format!("{import}/undo")).await;
    confirm.shows("The assets that 2 rows created are deleted.").shows("1 category, 1 employee");
    let undone = house.post(&format!("{import}/undo"), &[]).await;
    undone.is(200).shows("2 assets stand").shows("as before the import");
    undone.shows("2 things that it made on the way went too");
    house.get(&import).await.shows("was taken back");
    house.get(&house.at("assets/A-1")).await.is(404);
}

#[tokio::test]
async fn what_an_import_changed_and_what_it_took_back_lead_to_the_import() {
    let house = House::new().await;
    let page = house.asset("A-1").await;
    let text = "Asset Tag;Item name;Category;Purchase Date;Checked out to\nA-1;Spare;;;\n";
    let import = house.brought("assets", text).await;
    house.planned(&import, &guessed(&[])).await;
    house.post(&format!("{import}/application"), &[]).await.to();
    house.get(&page).await.shows(&format!(" in <a href=\"{import}\">an import</a>"));
    house.post(&format!("{import}/undo"), &[]).await.is(200);
    let back = format!("taking back <a href=\"{import}\">an import</a>");
    house.get(&page).await.shows(&back);
    let all = house.get(&house.at("activity")).await;
    all.is(200).shows(&format!("<a href=\"{import}\">"));
    assert!(!all.text.contains("/runs/imp_"));
}

#[tokio::test]
async fn a_mapping_that_cannot_work_is_shown_again_as_it_was_chosen() {
    let house = House::new().await;
    let import = house.brought("assets", FILE).await;
    let form = [
        ("column", "name"),
        ("column", "name"),
        ("column", "-"),
        ("column", "notes"),
        ("column", "-"),
        ("match", "serial"),
        ("whole", "on"),
        ("days", "day_first"),
    ];
    let page = house.post(&format!("{import}/mapping"), &form).await;
    page.is(422).shows("are both Name. Leave one of them out.").shows("No column is Serial");
    page.shows("<option value=\"notes\" selected>").shows("<option value=\"serial\" selected>");
    page.shows("name=\"whole\" value=\"on\" checked").shows("value=\"day_first\" checked");
    // With all or nothing, a faulty row leaves nothing to press.
    let plan = house.planned(&import, &guessed(&["create", "make_catalog", "whole"])).await;
    plan.shows("Nothing can be applied while a row is faulty");
    assert!(!plan.text.contains("Apply "), "{}", plan.text);
}

#[tokio::test]
async fn what_is_no_table_is_told_on_the_form_and_too_much_is_413() {
    let house = House::new().await;
    let page = house.upload(&house.session, "employees", "photo.png", b"\x89PNG\0\0\0").await;
    page.is(422).shows("neither CSV nor a workbook. Save the table as CSV or .xlsx.");
    page.shows("value=\"employees\" checked");
    let page = house.upload(&house.session, "assets", "empty.csv", b"").await;
    page.is(422).shows("The file is empty.");
    let large = vec![b'a'; 21 << 20];
    let page = house.upload(&house.session, "assets", "large.csv", &large).await;
    page.is(413).shows("The file has more than 20 MB. Split it").shows("Read the file");
}

#[tokio::test]
async fn a_file_that_was_not_applied_can_be_discarded() {
    let house = House::new().await;
    let import = house.brought("assets", FILE).await;
    house.get(&format!("{import}/delete")).await.shows("no asset and no employee changes");
    let to = house.post(&format!("{import}/delete"), &[]).await.to();
    assert_eq!(to, house.at("imports"));
    house.get(&import).await.is(404);
}

#[tokio::test]
async fn employees_are_brought_the_same_way() {
    let house = House::new().await;
    let import =
        house.brought("employees", "Name,Email,Manager\nKim,k@example.com,Lee\nLee,,\n").await;
    let mapping = house.get(&format!("{import}/mapping")).await;
    mapping.shows("Manager (name or e-mail)").shows("2 rows of employees");
    let form = [
        ("column", "name"),
        ("column", "email"),
        ("column", "manager"),
        ("match", "name"),
        ("create", "on"),
        ("days", "month_first"),
    ];
    let plan = house.planned(&import, &form).await;
    plan.shows("Apply 2 rows").shows("k@example.com");
    house.post(&format!("{import}/application"), &[]).await.to();
    house.get(&house.at("employees")).await.shows("Kim");
    let undone = house.post(&format!("{import}/undo"), &[]).await;
    undone.shows("2 employees stand");
}

#[tokio::test]
async fn who_may_only_look_sees_plans_and_no_form() {
    let house = House::new().await;
    let import = house.brought("assets", FILE).await;
    house.planned(&import, &guessed(&["create", "make_catalog", "make_employees"])).await;
    let list = house.ask(&house.viewer, "GET", &house.at("imports"), &[]).await;
    list.is(200).shows("Managers and administrators import").shows("snipe.csv");
    assert!(!list.text.contains("type=\"file\""));
    let plan = house.ask(&house.viewer, "GET", &import, &[]).await;
    plan.is(200).shows("Faulty rows");
    assert!(!plan.text.contains("Apply ") && !plan.text.contains("Discard"));
    house.upload(&house.viewer, "assets", "a.csv", FILE.as_bytes()).await.is(403);
}

#[tokio::test]
async fn everything_is_one_document_without_secrets_for_administrators() {
    let house = House::new().await;
    house.asset("A-1").await;
    let (_kandji, run) = house.connect(3).await;
    house.ended(&run).await;
    house.get(&house.at("settings")).await.shows("Download everything");
    let file = house.get(&house.at("settings/everything.json")).await;
    assert!(file.header("content-disposition").contains("example-company-2026-"), "{file:?}");
    let document: serde_json::Value = serde_json::from_str(&file.is(200).text).unwrap();
    let count = |part: &str| document[part].as_array().unwrap_or_else(|| panic!("{part}")).len();
    assert_eq!(
        (document["about"]["format"].as_u64(), count("assets"), count("sources")),
        (Some(1), 1, 1)
    );
    assert!(count("events") > 0 && count("statuses") > 0);
    for part in ["categories", "locations", "products", "fields", "employees", "links", "custody"] {
        count(part);
    }
    for secret in ["token", "password", "secret", "session"] {
        assert!(!file.text.contains(&format!("\"{secret}")), "{secret} is in it");
    }
    house.ask(&house.viewer, "GET", &house.at("settings/everything.json"), &[]).await.is(403);
}

#[tokio::test]
async fn what_an_import_made_and_something_uses_by_now_stays_and_is_said() {
    let house = House::new().await;
    let import = house.brought("assets", FILE).await;
    house.planned(&import, &guessed(&["create", "make_catalog", "make_employees"])).await;
    house.post(&format!("{import}/application"), &[]).await.to();
    let list = house.get(&house.at("categories")).await;
    let laptop = list.text.split("/categories/").find(|part| part.starts_with("cat_")).unwrap();
    let laptop = laptop.split('"').next().unwrap().to_owned();
    let own = [("tag", "OWN-1"), ("category", laptop.as_str())];
    house.post(&house.at("assets/new"), &own).await.to();
    let undone = house.post(&format!("{import}/undo"), &[]).await;
    undone.is(200).shows("1 thing that it made on the way went too");
    undone
        .shows("It was made there, and 1 asset need it now")
        .shows(&format!("/{laptop}\">Laptop"));
    house.get(&house.at("categories")).await.shows("Laptop");
    assert!(!house.get(&house.at("employees")).await.text.contains("Robin</"));
}

#[tokio::test]
async fn a_plan_shows_what_is_odd_beside_the_row_and_in_a_list_of_its_own() {
    let house = House::new().await;
    house.post(&house.at("assets/new"), &[("tag", "A-1"), ("serial", "SYN1")]).await.to();
    let text = "Asset Tag;Serial;Item name\nA-2;SYN1;One\nA-3;SYN3;Two\n";
    let import = house.brought("assets", text).await;
    let form = [
        ("column", "tag"),
        ("column", "serial"),
        ("column", "name"),
        ("match", "tag"),
        ("days", "month_first"),
        ("create", "on"),
    ];
    let plan = house.planned(&import, &form).await;
    plan.is(200).shows("Rows with a warning (1)").shows("They are done all the same");
    let said = "&quot;A-1&quot; has this serial too.";
    assert_eq!(plan.text.matches(said).count(), 2, "in the list and beside the row");
    let odd = house.get(&format!("{import}?verdict=warned")).await;
    odd.is(200).shows(said).shows("Line 2").lacks("line 3");
    house.post(&format!("{import}/application"), &[]).await.to();
    house.get(&import).await.shows("Applied").shows("They were done all the same");
}

#[tokio::test]
async fn making_what_is_missing_is_offered_where_that_would_mend_a_row() {
    let house = House::new().await;
    for _ in 0..2 {
        house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    }
    let head = "Asset Tag;Item name;Category;Purchase Date;Checked out to\n";
    let offer = "Make what is missing</button>";
    let import = house.brought("assets", &format!("{head}A-1;One;;;Robin Roe\n")).await;
    let plan = house.planned(&import, &guessed(&["create"])).await;
    plan.is(200).shows("Several are called").lacks(offer);
    let import = house.brought("assets", &format!("{head}A-1;One;;;Casey Cole\n")).await;
    house.planned(&import, &guessed(&["create"])).await.shows(offer);
    let import = house.brought("assets", &format!("{head}A-1;One;Laptop;;\n")).await;
    house.planned(&import, &guessed(&["create"])).await.shows(offer);
}
