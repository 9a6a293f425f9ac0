//! The OpenAPI document, and a page that lists its operations without anybody else's files.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use maud::{DOCTYPE, Markup, html};
use serde_json::Value;

use crate::assets::{MARK, STYLESHEET};

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
                main.page {
                    h1 { (text(&document["info"]["title"])) }
                    p { (text(&document["info"]["description"])) }
                    p { a href="/api/openapi.json" { "OpenAPI document" } }
                    nav aria-label="Nouns" { ul {
                        @for tag in tags {
                            li { a href={ "#" (text(&tag["name"])) } { (text(&tag["name"])) } }
                        }
                    } }
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
    html! {
        section.panel id=(name) {
            h2 { (name) }
            p { (text(&tag["description"])) }
            @for (path, method, operation) in operations {
                @if operation["tags"][0].as_str() == Some(name) { (one(path, method, operation)) }
            }
        }
    }
}

fn one(path: &str, method: &str, operation: &Value) -> Markup {
    let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    let body = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    html! {
        details {
            summary { code { (method.to_uppercase()) " " (path) } " " (text(&operation["summary"])) }
            p { (text(&operation["description"])) }
            @if !parameters.is_empty() {
                table {
                    thead { tr { th { "Parameter" } th { "In" } th { "Meaning" } } }
                    tbody { @for one in parameters { tr {
                        td { code { (text(&one["name"])) } }
                        td { (text(&one["in"])) }
                        td { (text(&one["description"])) }
                    } } }
                }
            }
            @if let Some(shape) = body.as_str() {
                p { "Body: " code { (shape.rsplit('/').next().unwrap_or_default()) } }
            }
            ul { @for (status, response) in operation["responses"].as_object().into_iter().flatten() {
                li { code { (status) } " " (text(&response["description"])) }
            } }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
