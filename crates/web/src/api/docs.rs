//! The OpenAPI document, and a page that lists its operations without anybody else's files.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use maud::{DOCTYPE, Markup, html};
use serde_json::Value;

use super::prose::{blocks, line};
use crate::assets::{MARK, STYLESHEET};
use crate::components::{Button, PageHeader, Panel, facts, fold};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    super::document().to_pretty_json().expect("the document is plain values") + "\n"
});

const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operations",
    responses((status = 200, body = Object, description = "OpenAPI 3.1")))]
pub async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

/// This document, to read.
#[utoipa::path(get, path = "/api/docs", tag = "operations",
    responses((status = 200, body = String, content_type = "text/html")))]
pub async fn page() -> impl IntoResponse {
    let document: Value = serde_json::from_str(&DOCUMENT).expect("written as JSON above");
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], whole(&document))
}

fn whole(document: &Value) -> Markup {
    let tags = document["tags"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (text(&document["info"]["title"])) }
                link rel="stylesheet" href=(STYLESHEET.path);
                link rel="icon" href=(MARK.path) type="image/svg+xml";
            }
            body {
                main.page.docs {
                    (PageHeader::new(text(&document["info"]["title"]))
                        .actions(html! { (Button::link("/api/openapi.json", "OpenAPI document")) }))
                    div.stack { (blocks(text(&document["info"]["description"]))) }
                    nav.row aria-label="Nouns" {
                        @for tag in tags {
                            a href={ "#" (text(&tag["name"])) } { (text(&tag["name"])) }
                        }
                    }
                    @for tag in tags { (noun(document, tag)) }
                }
            }
        }
    }
}

fn noun(document: &Value, tag: &Value) -> Markup {
    let name = text(&tag["name"]);
    let operations =
        document["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| (path, method, operation))
        });
    let mine = operations.filter(|(_, _, operation)| operation["tags"][0] == tag["name"]);
    let about = html! { p.quiet-text { (text(&tag["description"])) } };
    let folds = html! { @for (path, method, operation) in mine { (one(path, method, operation)) } };
    html! { div id=(name) { (Panel::new(name).body(about).edge_to_edge(folds)) } }
}

fn one(path: &str, method: &str, operation: &Value) -> Markup {
    let title = format!("{} {path}", method.to_uppercase());
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters: Vec<_> =
        parameters.map(|one| (text(&one["name"]), line(text(&one["description"])))).collect();
    let responses = operation["responses"].as_object().into_iter().flatten();
    let responses: Vec<_> = responses
        .map(|(status, response)| (status.as_str(), line(text(&response["description"]))))
        .collect();
    let body = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let inside = html! {
        div {
            (blocks(text(&operation["description"])))
            @if !parameters.is_empty() { h3 { "Parameters" } (facts(&parameters)) }
            @if let Some(shape) = body.as_str() {
                h3 { "Body" }
                p { code { (shape.rsplit('/').next().unwrap_or_default()) } }
            }
            h3 { "Answers" }
            (facts(&responses))
        }
    };
    fold(&title, text(&operation["summary"]), &inside)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
