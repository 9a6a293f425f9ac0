//! Every component and mock pages on 127.0.0.1, with made-up data: `cargo run -p web --example gallery [PORT]`.
//! `?theme=dark` or `?theme=light` overrides the system's choice.

mod asset;
mod assets;
mod company;
mod conflict;
mod home;
mod pieces;
mod run;
mod signed_out;
mod source;

use axum::Router;
use axum::extract::Query;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderName};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use maud::Markup;
use serde::Deserialize;
use web::layout::Theme;

/// The policy the real server sends, so that a breach shows here first.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Deserialize)]
struct Look {
    #[serde(default)]
    theme: String,
}

fn show(draw: fn(Theme) -> Markup) -> MethodRouter {
    get(move |Query(look): Query<Look>| async move {
        let policy: [(HeaderName, &str); 1] = [(CONTENT_SECURITY_POLICY, POLICY)];
        (policy, draw(Theme::parse(&look.theme))).into_response()
    })
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    let app = Router::new()
        .route("/", show(pieces::page))
        .route("/t/acme", show(home::page))
        .route("/t/acme/assets", show(assets::page))
        .route("/t/acme/assets/none", show(assets::none))
        .route("/t/acme/assets/{tag}", show(asset::page))
        .route("/t/acme/sources", show(source::page))
        .route("/t/acme/sources/new", show(source::guide))
        .route("/t/acme/runs/118", show(run::page))
        .route("/t/acme/conflicts", show(conflict::page))
        .route("/sign-in", show(signed_out::sign_in))
        .route("/first-run", show(signed_out::first_run))
        .route("/assets/{name}", get(web::assets::serve));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, app).await
}

#[cfg(test)]
mod tests;
