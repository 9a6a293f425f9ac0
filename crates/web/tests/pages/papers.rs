//! Standing before an asset with a phone; files kept with it; notes; the sheet that is signed.

use axum::body::Body;
use axum::http::{Request, header};

use crate::house::{House, Said};

/// A form with one file, as browsers send it.
async fn send(house: &House, session: &str, path: &str, name: &str, content: &[u8]) -> Said {
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/html\r\n\r\n"
    );
    let body = [head.as_bytes(), content, b"\r\n--b--\r\n"].concat();
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::COOKIE, format!("session={session}"))
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    house.send(request.body(Body::from(body)).unwrap()).await
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

#[tokio::test]
async fn whoever_stands_before_an_asset_says_so_and_where() {
    let house = House::new().await;
    house.asset("A-1").await;
    let asset = house.at("assets/A-1");
    let place = house.post(&house.at("locations/new"), &[("name", "Berlin")]).await.to();
    let place = place.rsplit('/').next().unwrap();
    let here = format!("{asset}/sighting");
    house.get(&here).await.is(200).shows("Seen here").shows("Check out").shows("capture=");
    let form = [("location", place), ("note", "on the desk")];
    let seen = house.post(&here, &form).await;
    assert_eq!(seen.to(), here);
    let cookies: Vec<_> = seen.headers.get_all("set-cookie").iter().collect();
    assert!(cookies.iter().any(|cookie| cookie.to_str().unwrap().contains(place)));
    let page = house.get(&here).await;
    page.shows("Berlin").shows("by Robin Sample");
    house.get(&asset).await.shows("saw it in Berlin").shows("on the desk");

    let viewer = house.ask(&house.viewer, "GET", &here, &[]).await;
    assert!(!viewer.is(200).text.contains("Check out<"));
    house.ask(&house.viewer, "POST", &here, &form).await.is(403);
    let odd = [("location", "loc_0000000000001"), ("note", "kept <b>")];
    house.post(&here, &odd).await.is(404);
    let odd = [("location", "nowhere"), ("note", "kept <b>")];
    house.post(&here, &odd).await.is(422).shows("value=\"kept &lt;b&gt;\"");
}

#[tokio::test]
async fn what_is_done_from_a_scanned_label_leads_back_to_where_it_led() {
    let house = House::new().await;
    house.asset("A-1").await;
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    let robin = robin.rsplit('/').next().unwrap();
    let asset = house.at("assets/A-1");
    let here = format!("{asset}/sighting");
    let page = house.get(&here).await;
    page.shows(&format!("{asset}/checkout?scanned=on"));
    page.shows(&format!("action=\"{asset}/attachments?scanned=on\""));
    let form = house.get(&format!("{asset}/checkout?scanned=on&q=robin")).await;
    form.is(200).shows(&format!("href=\"{here}\">Cancel"));
    let hidden = "name=\"scanned\" value=\"on\"";
    assert_eq!(form.text.matches(hidden).count(), 2, "in the search and in the form");
    let nobody = [("scanned", "on"), ("q", "robin")];
    let nobody = house.post(&format!("{asset}/checkout"), &nobody).await;
    nobody.is(422).shows(hidden).shows("value=\"robin\"").shows("Robin Roe");
    let out = [("scanned", "on"), ("to", robin)];
    assert_eq!(house.post(&format!("{asset}/checkout"), &out).await.to(), here);
    house.get(&here).await.shows(&format!("{asset}/checkin?scanned=on"));
    house.get(&format!("{asset}/checkin?scanned=on")).await.shows(hidden);
    assert_eq!(house.post(&format!("{asset}/checkin"), &[("scanned", "on")]).await.to(), here);
    let files = format!("{asset}/attachments?scanned=on");
    for (content, tone) in [(PNG, "success"), (b"MZ\0", "danger")] {
        let said = send(&house, &house.session, &files, "a.png", content).await;
        assert_eq!(said.to(), here);
        assert!(said.header("set-cookie").starts_with(&format!("said={tone}")));
    }
}

#[tokio::test]
async fn notes_are_kept_as_they_were_written() {
    let house = House::new().await;
    house.asset("A-1").await;
    let asset = house.at("assets/A-1");
    let notes = format!("{asset}/notes");
    let form = [("note", "The hinge is <loose>.\r\nTo be mended.")];
    assert_eq!(house.post(&notes, &form).await.to(), asset);
    house.get(&asset).await.shows("The hinge is &lt;loose&gt;.\nTo be mended.");
    house.post(&notes, &[("note", "  ")]).await.is(422).shows("The note is empty");
    let long = "x".repeat(4_001);
    house.post(&notes, &[("note", long.as_str())]).await.is(422).shows(&long);
    house.ask(&house.viewer, "POST", &notes, &form).await.is(403);
    let robin = house.post(&house.at("employees/new"), &[("name", "Robin Roe")]).await.to();
    assert_eq!(house.post(&format!("{robin}/notes"), &form).await.to(), robin);
    house.get(&robin).await.shows("wrote a note").shows("To be mended.");
}

#[tokio::test]
async fn a_file_is_kept_shown_safely_and_taken_away() {
    let house = House::new().await;
    house.asset("A-1").await;
    let asset = house.at("assets/A-1");
    let files = format!("{asset}/attachments");
    let kept = send(&house, &house.session, &files, "..%2f..\\x\\photo.exe", PNG).await;
    assert_eq!(kept.to(), asset);
    let page = house.get(&asset).await;
    page.shows("photo.exe.png").shows("added a file").shows("enctype=\"multipart/form-data\"");
    let mut links = page.text.split("href=\"").skip(1).map(|part| part.split('"').next().unwrap());
    let at = links.find(|link| link.contains("/attachments/att_")).unwrap();
    let shown = house.ask(&house.viewer, "GET", at, &[]).await;
    assert_eq!(shown.is(200).header("content-type"), "image/png");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert_eq!(shown.header("content-security-policy"), "default-src 'none'; sandbox");
    assert!(shown.header("content-disposition").starts_with("inline; filename=\"photo.exe.png\""));
    page.shows(&format!("<img class=\"thumb\" src=\"{at}\""));
    let known = async |session: &str| {
        let request = Request::get(at).header(header::HOST, "127.0.0.1:8080");
        let request = request.header(header::COOKIE, format!("session={session}"));
        let request = request.header(header::IF_NONE_MATCH, shown.header("etag"));
        house.send(request.body(Body::empty()).unwrap()).await
    };
    known(&house.viewer).await.is(304);
    assert_ne!(known("nobody").await.status, 304, "who has it still and signed out is asked in");

    send(&house, &house.session, &files, "Rechnung Ü.pdf", b"%PDF-1.7 \xff").await.to();
    let page = house.get(&asset).await;
    let pdf = page
        .text
        .split("href=\"")
        .find(|part| part.contains("/attachments/") && part.contains(">Rechnung"))
        .unwrap();
    let pdf = house.get(pdf.split('"').next().unwrap()).await;
    assert!(pdf.header("content-disposition").starts_with("attachment; "), "{pdf:?}");

    let whole = house.get(&format!("{asset}/delete")).await;
    whole.is(200).shows("The asset, its 2 files and its links are gone for good");

    house.ask(&house.viewer, "GET", &format!("{at}/delete"), &[]).await.is(403);
    house.get(&format!("{at}/delete")).await.is(200).shows("gone for good");
    assert_eq!(house.post(&format!("{at}/delete"), &[]).await.to(), asset);
    house.get(at).await.is(404);
    known(&house.session).await.is(404);
    house.get(&asset).await.shows("deleted a file");
    house.post(&format!("{asset}/delete"), &[]).await.to();
}

#[tokio::test]
async fn the_newest_picture_of_a_product_is_shown_on_its_page_and_on_those_of_its_assets() {
    let house = House::new().await;
    let product = house.post(&house.at("products/new"), &[("name", "MacBook Air")]).await.to();
    let id = product.rsplit('/').next().unwrap().to_owned();
    let asset = house.asset("A-1").await;
    let form = [("tag", "A-1"), ("product", id.as_str())];
    house.post(&format!("{asset}/edit"), &form).await.to();
    house.get(&product).await.is(200).shows("The newest picture stands for the product");
    let files = format!("{product}/attachments");
    let added = send(&house, &house.session, &files, "front.png", PNG).await;
    assert_eq!(added.to(), product);
    let page = house.get(&product).await;
    page.shows("alt=\"MacBook Air\"").shows("added a file");
    let at = page.text.split("<img src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = house.ask(&house.viewer, "GET", &at, &[]).await;
    assert_eq!(shown.is(200).header("content-type"), "image/png");
    // What is no picture is kept with it and stands for nothing; a newer picture takes its place.
    send(&house, &house.session, &files, "manual.pdf", b"%PDF-1.7 \xff").await.to();
    let seen = house.get(&asset).await;
    seen.is(200).shows(&format!("<img src=\"{at}\" alt=\"MacBook Air\""));
    send(&house, &house.session, &files, "better.png", PNG).await.to();
    assert!(!house.get(&asset).await.text.contains(&format!("<img src=\"{at}\"")));
    send(&house, &house.viewer, &files, "front.png", PNG).await.is(403);
    house.get(&format!("{at}/delete")).await.is(200).shows("Products</a>");
    assert_eq!(house.post(&format!("{at}/delete"), &[]).await.to(), product);
}

#[tokio::test]
async fn a_file_that_is_not_kept_is_refused_with_a_sentence() {
    let house = House::new().await;
    house.asset("A-1").await;
    let asset = house.at("assets/A-1");
    let files = format!("{asset}/attachments");
    let session = &house.session;
    for (name, content) in [
        ("page.html", b"<script>alert(1)</script>".as_slice()),
        ("evil.pdf", b"MZ\x90\0\x03"),
        ("drawing.svg", b"<svg onload='alert(1)'/>"),
        ("archive.zip", b"PK\x03\x04evil.exe"),
    ] {
        let said = send(&house, session, &files, name, content).await;
        said.is(422).shows("This kind of file is not kept").shows("id=\"file-error\"");
    }
    send(&house, session, &files, "a.pdf", b"").await.is(422).shows("This file is empty");
    let large = [b"%PDF-1.7".as_slice(), &vec![0; 10 << 20]].concat();
    send(&house, session, &files, "a.pdf", &large).await.is(422).shows("larger than 10 MB");
    house.post(&files, &[("file", "a.pdf")]).await.is(422).shows("No file was sent");
    send(&house, &house.viewer, &files, "a.pdf", b"%PDF-1.7").await.is(403);
    house.get(&asset).await.shows("No invoice, no photograph yet");
}

#[tokio::test]
async fn a_handover_is_a_pdf_with_the_companys_terms() {
    let house = House::new().await;
    house.asset("A-1").await;
    let asset = house.at("assets/A-1");
    let robin = house.post(&house.at("employees/new"), &[("name", "רוני 💻")]).await.to();
    let id = robin.rsplit('/').next().unwrap();
    house.get(&format!("{asset}/handover.pdf")).await.is(409).shows("so nobody signs for it");
    house.post(&format!("{asset}/checkout"), &[("to", id)]).await.to();
    for path in [format!("{asset}/handover.pdf"), format!("{robin}/handover.pdf")] {
        let pdf = house.ask(&house.viewer, "GET", &path, &[]).await;
        assert_eq!(pdf.is(200).header("content-type"), "application/pdf");
        assert!(pdf.text.starts_with("%PDF-"));
    }
    let company = [
        ("name", "Example Company"),
        ("time_zone", "America/New_York"),
        ("currency", "USD"),
        ("handover_terms", "I take good care of it.\nI <promise>."),
    ];
    house.post(&house.at("settings"), &company).await.to();
    house.post(&house.at("assets/new"), &[("tag", "A-2"), ("name", "Old <dock>")]).await.to();
    house.post(&house.at("assets/A-2/checkout"), &[("to", id)]).await.to();
    let page = house.get(&format!("{robin}/handover")).await;
    page.shows("Old &lt;dock&gt;");
    assert!(!page.text.contains("> · <"), "without a product nothing is before its name");
    page.is(200).shows("I &lt;promise&gt;.").shows("handover.pdf");
    let pdf = house.get(&format!("{robin}/handover.pdf")).await;
    assert!(pdf.text.contains("[0 0 612 792]"), "they print on Letter there");
}
