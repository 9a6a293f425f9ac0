//! The document against the router: nothing missing, nothing made up.

use std::collections::BTreeSet;
use std::path::Path;

use domain::access::Role;
use serde_json::Value;

use crate::house::{House, Who};

/// One documented operation.
pub struct Operation {
    pub method: String,
    pub path: String,
    /// `None` for what is open to all.
    pub role: Option<Role>,
    pub described: Value,
}

pub fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(web::api::document()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            let about = described["description"].as_str().unwrap_or_default();
            let role = about.split("Role: ").nth(1).and_then(|rest| rest.split('.').next());
            let role = role.map(|role| Role::parse(role).expect("a role we know"));
            let (method, path) = (method.to_uppercase(), path.clone());
            found.push(Operation { method, path, role, described: described.clone() });
        }
    }
    found
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the switch that rewrites the snapshot")]
fn the_document_is_the_one_that_was_reviewed() {
    let written = web::api::document().to_pretty_json().unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == reviewed, "the API changed; run with UPDATE=1 and read the difference");
}

#[test]
fn every_operation_says_what_it_does_for_whom_and_how_it_refuses() {
    let mut ids = BTreeSet::new();
    for operation in operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let described = &operation.described;
        let summary = described["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty(), "{name} has no summary");
        let protected = operation.path.starts_with("/api/v1/");
        assert_eq!(operation.role.is_some(), protected, "{name} does not say its role");
        assert_eq!(described["security"].is_array(), protected, "{name}");
        let id = described["operationId"].as_str().unwrap().to_owned();
        assert!(ids.insert(id), "{name} has another's operationId");
        let responses = described["responses"].as_object().unwrap();
        assert!(responses.values().all(|response| response["description"].is_string()), "{name}");
        let mut errors = vec!["401", "403"];
        errors.extend(operation.path.contains('{').then_some("404"));
        errors.extend(described["requestBody"].is_object().then_some("422"));
        for status in errors.into_iter().filter(|_| protected) {
            assert!(responses.contains_key(status), "{name} does not say {status}");
        }
        for parameter in described["parameters"].as_array().into_iter().flatten() {
            let said = parameter["description"].as_str().is_some_and(|said| !said.is_empty());
            let plain = parameter["in"] == "query";
            assert!(said || plain, "{name}: {}", parameter["name"]);
        }
        let named = operation.path.matches('{').count();
        let parameters = described["parameters"].as_array().into_iter().flatten();
        let paths = parameters.filter(|parameter| parameter["in"] == "path").count();
        assert_eq!(named, paths, "{name}: path parameters");
    }
}

/// Each reference inside the document leads somewhere.
#[test]
fn every_reference_in_the_document_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = serde_json::to_value(web::api::document()).unwrap();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let at = document.pointer(reference.trim_start_matches('#'));
        assert!(at.is_some(), "{reference} leads nowhere");
    }
}

/// Routes only come to be through `routes!`, which documents them.
#[test]
fn every_route_of_the_router_stands_in_the_document() {
    fn sources(folder: &Path, found: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut source = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api"), &mut source);
    let nowhere = source.matches(", any(nowhere))").count();
    assert_eq!(source.matches(".route(\"").count(), nowhere, "a route without a document");
    let handlers = source.matches("#[utoipa::path(").count();
    assert_eq!(handlers, operations().len(), "a handler that is not routed");
}

#[tokio::test]
async fn every_operation_of_the_document_is_routed() {
    let house = House::new().await;
    for operation in operations() {
        let path = operation.path.replace("{id}", "x");
        // From this machine, which `/metrics` is open to.
        let peer = axum::extract::ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 1)));
        let request = house.request(Who::Nobody, &operation.method, &path).extension(peer);
        let request = request.header("host", "127.0.0.1");
        let said = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
        let expect = if operation.role.is_some() { 401 } else { 200 };
        assert_eq!(said.status, expect, "{} {path}: {}", operation.method, said.text);
    }
}

#[tokio::test]
async fn the_page_lists_every_operation_and_loads_nothing_foreign() {
    let house = House::new().await;
    let request = house.request(Who::Nobody, "GET", "/api/docs");
    let page = house.send(request.body(axum::body::Body::empty()).unwrap()).await.expect(200);
    for operation in operations() {
        let name = format!("{} {}", operation.method, operation.path);
        assert!(page.text.contains(&name), "{name} is not on the page");
    }
    assert!(page.text.contains("<strong>Filters</strong>") && !page.text.contains("**"));
    for foreign in ["src=", "href=\"http", "<script", "style="] {
        assert!(!page.text.contains(foreign), "{foreign}");
    }
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'"));
}
