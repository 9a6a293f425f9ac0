//! `stockroom serve`: web, API and background work in one process, until it is asked to stop.

use std::net::SocketAddr;

use app::{App, Refusal};
use jiff::SignedDuration;
use tokio::net::TcpListener;
use web::{DemoHint, Web};

use crate::Outcome;
use crate::settings::Settings;

pub async fn serve(settings: &Settings) -> Result<Outcome, Refusal> {
    let app = settings.open()?;
    let listener = listen(settings.listen).await?;
    tracing::info!("listening on {}", settings.base_url);
    until_stopped(app, settings, listener, None, None).await
}

pub async fn listen(address: SocketAddr) -> Result<TcpListener, Refusal> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = "hint: another program may use it, choose one with --listen";
        Refusal::Failed(format!("cannot listen on {address}: {error}; {hint}"))
    })
}

/// Serves until ctrl-c or a termination signal; requests under way are finished.
pub async fn until_stopped(
    app: App,
    settings: &Settings,
    listener: TcpListener,
    every: Option<SignedDuration>,
    demo: Option<DemoHint>,
) -> Result<Outcome, Refusal> {
    let runs = tokio::spawn(app::sync::background(app.clone(), every));
    let jobs = tokio::spawn(app::jobs::background(app.clone()));
    let base_url = settings.base_url.clone();
    let secure = base_url.starts_with("https://");
    let proxies = settings.proxies.clone();
    let router = web::router(Web { app, base_url, secure, proxies, demo });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stopped()).await;
    runs.abort();
    jobs.abort();
    served.map_err(|error| Refusal::Failed(error.to_string()))?;
    Ok(Outcome::Done)
}

async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be waited for");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
