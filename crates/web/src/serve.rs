//! The way in: connections are taken one by one, and nobody holds one by sending nothing.
//!
//! A request's head must arrive in [`HEAD`], and so must the next one on a connection that is kept:
//! longer than proxies keep an idle one, so that they are the first to let go. How slowly a body may
//! come is said in [`crate::slow`].

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::middleware::AddExtension;
use axum::serve::Listener;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tower::Service;

const HEAD: Duration = Duration::from_secs(130);

/// A router that knows who asks.
type Asked = AddExtension<Router, ConnectInfo<SocketAddr>>;

/// Until `stopped`; requests under way are then finished.
pub async fn serve(mut listener: TcpListener, router: Router, stopped: impl Future<Output = ()>) {
    let mut stopped = pin!(stopped);
    let mut asked = router.into_make_service_with_connect_info::<SocketAddr>();
    let open = GracefulShutdown::new();
    loop {
        tokio::select! {
            (stream, from) = Listener::accept(&mut listener) => {
                let Ok(asked) = asked.call(from).await;
                tokio::spawn(connection(stream, asked, open.watcher()));
            }
            () = &mut stopped => break,
        }
    }
    drop(listener);
    open.shutdown().await;
}

async fn connection<I>(stream: I, asked: Asked, open: Watcher)
where
    I: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(asked));
    if let Err(error) = open.watch(served).await {
        tracing::debug!(error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::extract::DefaultBodyLimit;
    use axum::middleware::map_request;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::slow;

    /// A connection to a server that says how much it was sent, and what keeps it open.
    async fn connected() -> (DuplexStream, GracefulShutdown) {
        let counted = post(async |body: Bytes| body.len().to_string());
        let router = Router::new().route("/", counted).layer(DefaultBodyLimit::disable());
        let router = router.layer(map_request(slow::patiently));
        let mut asked = router.into_make_service_with_connect_info::<SocketAddr>();
        let Ok(asked) = asked.call(SocketAddr::from(([127, 0, 0, 1], 1))).await;
        let (client, server) = tokio::io::duplex(1 << 16);
        let open = GracefulShutdown::new();
        tokio::spawn(connection(server, asked, open.watcher()));
        (client, open)
    }

    /// Everything that is answered until the server hangs up.
    async fn heard(client: &mut DuplexStream) -> String {
        let mut text = String::new();
        client.read_to_string(&mut text).await.unwrap();
        text
    }

    /// So many times as much, one a second, as far as the server takes it.
    async fn drip(client: &mut DuplexStream, piece: &[u8], times: usize) {
        for _ in 0..times {
            if client.write_all(piece).await.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
    }

    fn head(length: usize) -> String {
        format!("POST / HTTP/1.1\r\nhost: example.com\r\ncontent-length: {length}\r\n\r\n")
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_a_head_byte_by_byte_is_hung_up_on() {
        let (mut client, _open) = connected().await;
        let begun = Instant::now();
        drip(&mut client, b"G", 1_000).await;
        assert!(begun.elapsed() < HEAD * 2, "{:?}", begun.elapsed());
        assert!(!heard(&mut client).await.contains("200 OK"));
    }

    #[tokio::test(start_paused = true)]
    async fn who_keeps_a_connection_for_nothing_is_hung_up_on() {
        let (mut client, _open) = connected().await;
        client.write_all((head(2) + "ab").as_bytes()).await.unwrap();
        let begun = Instant::now();
        assert!(heard(&mut client).await.contains("200 OK"));
        assert!(begun.elapsed() >= HEAD && begun.elapsed() < HEAD * 2, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_comes_byte_by_byte_is_given_up() {
        let (mut client, _open) = connected().await;
        client.write_all(head(100_000).as_bytes()).await.unwrap();
        let begun = Instant::now();
        drip(&mut client, b"a", 100_000).await;
        assert!(begun.elapsed() < slow::PATIENCE * 2, "{:?}", begun.elapsed());
        let said = heard(&mut client).await;
        assert!(said.contains("400 Bad Request") && said.contains("too slowly"), "{said}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_in_the_middle_is_given_up() {
        let (mut client, _open) = connected().await;
        client.write_all(head(1_000_000).as_bytes()).await.unwrap();
        client.write_all(&vec![b'a'; 500_000]).await.unwrap();
        let begun = Instant::now();
        assert!(heard(&mut client).await.contains("too slowly"));
        assert!(begun.elapsed() < slow::PATIENCE * 2, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_photograph_from_a_slow_phone_arrives() {
        let (mut client, _open) = connected().await;
        client.write_all(head(5_000_000).as_bytes()).await.unwrap();
        let begun = Instant::now();
        drip(&mut client, &[b'a'; 5_000], 1_000).await;
        assert!(begun.elapsed() >= Duration::from_secs(1_000));
        let said = heard(&mut client).await;
        assert!(said.contains("200 OK") && said.ends_with("5000000"), "{said}");
    }
}
