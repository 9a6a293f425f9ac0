//! Serves a simulated tenant over HTTP, for a test in this process or for another program.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::tenant::{SimConfig, Tenant};
use super::{control, gate};
use crate::{ApiUrl, Client, ExtraHosts, Limits};

/// A tenant being served; it stops when this is dropped.
pub struct Running {
    pub addr: SocketAddr,
    pub tenant: Tenant,
    server: Option<JoinHandle<()>>,
}

/// Serves the tenant at `addr`; port 0 takes a free one. Meant for loopback: besides Kandji's API
/// it answers the unprotected controls below `/sim/`.
pub async fn serve(tenant: Tenant, addr: SocketAddr) -> io::Result<Running> {
    let listener = TcpListener::bind(addr).await?;
    let addr = listener.local_addr()?;
    let app = Router::new()
        .nest("/sim", control::routes())
        .fallback(gate::pass)
        .with_state(tenant.clone());
    let mut stopping = tenant.shared.stopping.subscribe();
    let server = tokio::spawn(async move {
        let stop = async move {
            // An error means the tenant is gone, which is as good as stopping.
            let _ = stopping.wait_for(|stopping| *stopping).await;
        };
        if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(stop).await {
            tracing::warn!(%error, "the simulated tenant stopped");
        }
    });
    Ok(Running { addr, tenant, server: Some(server) })
}

/// Draws a tenant and serves it on a free port of this machine.
pub async fn start(config: SimConfig) -> io::Result<Running> {
    serve(Tenant::new(config), SocketAddr::from(([127, 0, 0, 1], 0))).await
}

impl Running {
    /// A client for it that neither paces itself nor waits long between tries.
    pub fn client(&self) -> Client {
        self.client_with(Limits::unpaced())
    }

    pub fn client_with(&self, limits: Limits) -> Client {
        let loopback = ExtraHosts::parse(&["http://127.0.0.1:*"]).expect("it is an origin");
        let api = ApiUrl::parse(&self.url(), &loopback).expect("it is served on loopback");
        Client::new(api, &SecretString::from(self.token()), limits).expect("its token is one line")
    }

    /// The address to give to `ApiUrl::parse`; it needs `http://127.0.0.1:*` among the extra hosts.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub fn token(&self) -> &str {
        self.tenant.token()
    }

    /// Serves until it is stopped from elsewhere, as by dropping the last runtime.
    pub async fn forever(mut self) {
        if let Some(server) = self.server.take() {
            let _ = server.await;
        }
    }

    /// Releases hung requests and stops; connections still open after a second are cut.
    pub async fn shutdown(mut self) {
        self.tenant.shared.stopping.send_replace(true);
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(Duration::from_secs(1), &mut server).await.is_err()
        {
            server.abort();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tenant.shared.stopping.send_replace(true);
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}
