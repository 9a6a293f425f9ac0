//! How slowly the body of a request may come. Waiting for it uses patience up, and what comes gives
//! some back: a slow phone may take its time over a photograph, but a body that drips, or stops in
//! the middle, holds nothing for long.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::Request;
use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep};

/// How long nothing need come.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes that give a second of it back; even the slowest phones send several times as many.
const RATE: u32 = 4096;

struct Paced {
    body: BodyDataStream,
    left: Duration,
    /// Since when it waits, and how long still.
    waits: Option<(Instant, Pin<Box<Sleep>>)>,
}

pub async fn patiently(request: Request) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    request.map(|body| {
        let body = body.into_data_stream();
        Body::from_stream(Paced { body, left: PATIENCE, waits: None })
    })
}

impl Stream for Paced {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let left = self.left;
        let Poll::Ready(next) = Pin::new(&mut self.body).poll_next(context) else {
            let begin = || (Instant::now(), Box::pin(sleep(left)));
            let (_, over) = self.waits.get_or_insert_with(begin);
            ready!(over.as_mut().poll(context));
            let why = "it came too slowly; hint: try again over a better connection";
            return Poll::Ready(Some(Err(why.into())));
        };
        let waited = self.waits.take().map(|(since, _)| since.elapsed());
        let came = next.as_ref().and_then(|piece| piece.as_ref().ok()).map_or(0, Bytes::len);
        let back = Duration::from_secs(came as u64) / RATE;
        self.left = PATIENCE.min(left.saturating_sub(waited.unwrap_or_default()) + back);
        Poll::Ready(next.map(|piece| piece.map_err(Into::into)))
    }
}
