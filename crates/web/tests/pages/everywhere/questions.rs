//! Whatever stands behind the question mark of an address: it is answered, or refused in words.

use std::collections::BTreeSet;

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::nonsense::{attribute, nonsense};
use super::{Json, Town, operations, rooms};

/// Asked of every page, whatever it offers.
const USUAL: [&str; 9] =
    ["q", "sort", "cursor", "edit", "before", "columns", "as_of", "updated_since", "limit"];

fn asked(at: &str, name: &str, value: &str) -> String {
    let told: String = byte_serialize(value.as_bytes()).collect();
    format!("{at}?{name}={told}")
}

/// The names that links and searching forms of a page put behind the question mark.
fn offered(page: &str) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = USUAL.map(String::from).into();
    for tag in page.split('<').skip(1) {
        let query =
            attribute(tag, "href").and_then(|to| to.split_once('?').map(|q| q.1.to_owned()));
        let pairs = query.iter().flat_map(|query| query.split('&'));
        names.extend(pairs.filter_map(|pair| pair.split('=').next()).map(String::from));
    }
    for form in page.split("<form").skip(1).filter(|form| !form.contains("method=\"post\"")) {
        let controls = form.split("</form>").next().unwrap_or_default().split('<').skip(1);
        names.extend(controls.filter_map(|tag| attribute(tag, "name")));
    }
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_breaks_over_nonsense_in_its_address() {
    let town = Town::new().await;
    let session = &town.house.session;
    let (mut tried, mut broken) = (0, Vec::new());
    for route in rooms().into_iter().filter(|route| route.get) {
        let at = format!("/t/example-company{}", town.filled(&route.path).await);
        let page = town.house.ask(session, "GET", &at, &[]).await;
        for name in offered(&page.text) {
            for nonsense in nonsense() {
                let said = town.house.ask(session, "GET", &asked(&at, &name, &nonsense), &[]).await;
                tried += 1;
                let silent = said.status >= 400 && !said.text.contains("<h1");
                if said.status >= 500 || said.status == 403 || silent {
                    broken.push(format!("{at}?{name}={nonsense:?}: {}", said.status));
                }
            }
        }
    }
    assert!(tried > 4_000, "only {tried} addresses were asked for");
    assert!(broken.is_empty(), "broken by nonsense:\n{}", broken.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_question_to_the_api_breaks_over_nonsense() {
    let town = Town::new().await;
    let document = serde_json::to_value(web::api::document()).unwrap();
    let (mut tried, mut broken) = (0, Vec::new());
    for (method, path, _) in operations().into_iter().filter(|(method, ..)| method == "GET") {
        let at = format!("/api/v1{}", town.filled(path.trim_start_matches("/api/v1")).await);
        let parameters = document["paths"][&path]["get"]["parameters"].as_array();
        let queries = parameters.into_iter().flatten().filter(|one| one["in"] == "query");
        let mut names: BTreeSet<&str> = queries.filter_map(|one| one["name"].as_str()).collect();
        names.extend(["fields.nothing", "kandji.nothing"]);
        for name in names {
            for nonsense in nonsense() {
                let at = asked(&at, name, &nonsense);
                let said = town.api(&town.token, &method, &at, &Value::Null).await;
                tried += 1;
                let clear = said.status < 400 || said.json()["detail"].is_string();
                if said.status >= 500 || said.status == 403 || !clear {
                    broken.push(format!("{at}: {} {}", said.status, said.text));
                }
            }
        }
    }
    assert!(tried > 1_500, "only {tried} questions were asked");
    assert!(broken.is_empty(), "broken by nonsense:\n{}", broken.join("\n"));
}
