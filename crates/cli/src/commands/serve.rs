//! `stockroom serve`: web, API and background work in one process, until it is asked to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::{App, Refusal};
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
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

/// Requests under way have so long to end once the server is asked to stop: whoever does not read
/// what they asked for must not keep it from stopping.
const GRACE: Duration = Duration::from_secs(20);

/// Serves until ctrl-c or a termination signal; requests under way are finished, in time.
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
    let asked = Arc::new(Notify::new());
    let served = web::serve(listener, router, {
        let asked = asked.clone();
        async move {
            stopped().await;
            asked.notify_one();
        }
    });
    in_time(served, asked, GRACE).await;
    runs.abort();
    jobs.abort();
    Ok(Outcome::Done)
}

/// What is served, to its end or until its time is over after it was asked to stop.
async fn in_time(served: impl Future<Output = ()>, asked: Arc<Notify>, grace: Duration) {
    let over = async {
        asked.notified().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        () = served => {}
        () = over => tracing::warn!("some requests did not end in time and are broken off"),
    }
}

async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be waited for");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_that_does_not_end_keeps_the_server_from_stopping_for_a_while_only() {
        let asked = Arc::new(Notify::new());
        asked.notify_one();
        in_time(std::future::pending(), asked, Duration::from_millis(1)).await;
        let asked = Arc::new(Notify::new());
        in_time(std::future::ready(()), asked, GRACE).await;
    }
}
