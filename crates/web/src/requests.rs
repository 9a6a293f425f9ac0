//! How many requests this process answered, by the class of the answer's status.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

/// From `1xx` to `5xx`; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Requests(Arc<[AtomicU64; 5]>);

impl Requests {
    /// Each class, with how many there were.
    pub fn counts(&self) -> impl Iterator<Item = (String, u64)> {
        let count = |(class, count): (usize, &AtomicU64)| {
            (format!("{}xx", class + 1), count.load(Ordering::Relaxed))
        };
        self.0.iter().enumerate().map(count)
    }
}

/// Counts what is answered; handlers find the counts in the request's extensions.
pub async fn count(State(requests): State<Requests>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(requests.clone());
    let response = next.run(request).await;
    let class = usize::from(response.status().as_u16() / 100);
    if let Some(count) = requests.0.get(class.saturating_sub(1)) {
        count.fetch_add(1, Ordering::Relaxed);
    }
    response
}
