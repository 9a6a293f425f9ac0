//! Whoever may send a form, whatever they write into it: it is taken, or refused in words.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Json, Town, operations, rooms};

/// What people and programs write into fields meant for something else.
pub fn nonsense() -> Vec<String> {
    let texts = ["\u{0}\u{7}", "-1", "\u{1f4bb}\u{202e}שלום", "ast_0000000000000", "2026-02-30"];
    let mut all: Vec<String> = texts.map(String::from).into();
    all.push("9".repeat(400));
    all
}

/// The fields of each form on these pages and what stands in them, by where they are sent.
type Forms = BTreeMap<String, BTreeMap<String, String>>;

async fn forms(town: &Town, session: &str) -> Forms {
    let mut forms = Forms::new();
    for route in rooms().into_iter().filter(|route| route.get) {
        let at = format!("/t/example-company{}", town.filled(&route.path).await);
        let page = town.house.ask(session, "GET", &at, &[]).await;
        for form in page.text.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let (head, body) = form.split_once('>').unwrap();
            if !head.contains("method=\"post\"") || head.contains("multipart") {
                continue;
            }
            let to = attribute(head, "action").unwrap_or_else(|| at.clone());
            let fields = forms.entry(to).or_default();
            for part in body.split('<').skip(1) {
                let control = ["input", "select", "textarea", "button"];
                if !control.iter().any(|kind| part.starts_with(kind)) {
                    continue;
                }
                if let Some(name) = attribute(part, "name") {
                    fields.insert(name, attribute(part, "value").unwrap_or_default());
                }
            }
        }
    }
    forms
}

pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    let value = rest.split('"').next()?;
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&"))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_breaks_over_nonsense_from_whoever_may_send_it() {
    let town = Town::new().await;
    // Theirs is another user than the one whose forms these are.
    let session = &town.house.session;
    let forms = forms(&town, session).await;
    assert!(forms.len() > 40, "forms were found: {:?}", forms.keys());
    // What ends things comes last, so that all others have something to be about.
    let ends = |to: &String| ["/delete", "/merge", "/archive"].iter().any(|end| to.ends_with(end));
    let (last, first): (Vec<_>, Vec<_>) = forms.into_iter().partition(|(to, _)| ends(to));
    let (mut tried, mut broken) = (0, Vec::new());
    for (to, fields) in first.into_iter().chain(last) {
        // These close the door behind whoever sends them.
        if to.starts_with("/sign-out") || to.contains("/account/") || to.starts_with("/theme") {
            continue;
        }
        for field in fields.keys() {
            for nonsense in nonsense() {
                let mut form = fields.clone();
                form.insert(field.clone(), nonsense.clone());
                let form: Vec<_> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                let said = town.house.ask(session, "POST", &to, &form).await;
                tried += 1;
                let silent = said.status >= 400 && !said.text.contains("<h1");
                let out = said.status == 303 && said.to().starts_with("/sign-in");
                if said.status >= 500 || said.status == 403 || silent || out {
                    broken.push(format!("{to} {field}={nonsense:?}: {}", said.status));
                }
            }
        }
    }
    assert!(tried > 500, "only {tried} forms were sent");
    assert!(broken.is_empty(), "broken by nonsense:\n{}", broken.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_operation_of_the_api_breaks_over_nonsense_from_whoever_may_ask_it() {
    let town = Town::new().await;
    let document = serde_json::to_value(web::api::document()).unwrap();
    let (mut tried, mut broken) = (0, Vec::new());
    let (first, last): (Vec<_>, Vec<_>) =
        operations().into_iter().partition(|(_, path, _)| !path.ends_with("/merge"));
    for (method, path, _) in first.into_iter().chain(last) {
        let body = &document["paths"][&path][method.to_lowercase()]["requestBody"];
        let schema = resolved(&document, &body["content"]["application/json"]["schema"]);
        let Some(properties) = schema["properties"].as_object() else { continue };
        let at = format!("/api/v1{}", town.filled(path.trim_start_matches("/api/v1")).await);
        let needed = filler(&document, schema);
        for property in properties.keys() {
            for wrong in wrong(&document, &properties[property]) {
                let mut sent = needed.clone();
                sent.insert(property.clone(), wrong.clone());
                let said = town.api(&town.token, &method, &at, &Value::Object(sent)).await;
                tried += 1;
                let clear = said.status < 400 || said.json()["detail"].is_string();
                if said.status >= 500 || said.status == 403 || !clear {
                    let told = wrong.to_string().chars().take(60).collect::<String>();
                    broken.push(format!("{method} {at} {property}={told}: {}", said.text));
                }
            }
        }
    }
    assert!(tried > 500, "only {tried} bodies were sent");
    assert!(broken.is_empty(), "broken by nonsense:\n{}", broken.join("\n"));
}

fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    match schema["$ref"].as_str() {
        Some(at) => document.pointer(at.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// Every property that must be there, with something of its type.
fn filler(document: &Value, schema: &Value) -> Map<String, Value> {
    let needed = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let fill = |name: &str| {
        let property = resolved(document, &schema["properties"][name]);
        let value = match property["type"].as_str() {
            _ if property["example"].is_string() => property["example"].clone(),
            _ if property["enum"].is_array() => property["enum"][0].clone(),
            Some("integer" | "number") => json!(1),
            Some("boolean") => json!(true),
            Some("array") => json!([]),
            Some("object") => json!({}),
            _ => json!("Zanzibar"),
        };
        (name.to_owned(), value)
    };
    needed.map(fill).collect()
}

/// Of the right type, and of each other one; inside an object, all its parts at once.
fn wrong(document: &Value, property: &Value) -> Vec<Value> {
    let mut all = vec![json!(null), json!(-1), json!(1.5e300), json!(true), json!([[]]), json!({})];
    all.push(json!({"kind": "employee", "id": "\u{0}", "name": [], "x": {}}));
    for text in nonsense() {
        all.push(json!(text));
        all.push(json!([text]));
        let parts = resolved(document, property)["properties"].as_object();
        let parts = parts.into_iter().flatten().map(|(name, _)| (name.clone(), json!(text)));
        all.push(Value::Object(parts.collect()));
    }
    all
}
