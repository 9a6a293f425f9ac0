//! A file on its way in, from a form of ours or from a program: read piece by piece, and no further
//! than one file may be.

use app::Refusal;
use app::attachments::{Limits, too_large};
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;

/// A form is heard to its end, so that a browser shows why it was refused; but not for ever.
const HEARD: i64 = 16;

#[derive(Debug, Default)]
pub struct Upload {
    pub name: String,
    pub content: Vec<u8>,
}

/// The part named `file`. Who may was asked before.
pub async fn file(mut request: Request, limits: Limits) -> Result<Upload, Refusal> {
    let heard = usize::try_from(limits.file.saturating_mul(HEARD)).unwrap_or(usize::MAX);
    DefaultBodyLimit::max(heard).apply(&mut request);
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| {
        Refusal::invalid("file", "no file was sent; hint: multipart/form-data with a part \"file\"")
    })?;
    let broken = |error: MultipartError| broken(&error, limits);
    let mut found = Upload::default();
    let most = usize::try_from(limits.file).unwrap_or(usize::MAX);
    let mut over = false;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        found.name = part.file_name().unwrap_or_default().to_owned();
        while let Some(piece) = part.chunk().await.map_err(broken)? {
            over |= found.content.len() + piece.len() > most;
            if over {
                found.content = Vec::new();
            } else {
                found.content.extend_from_slice(&piece);
            }
        }
    }
    if over { Err(too_large(limits)) } else { Ok(found) }
}

fn broken(error: &MultipartError, limits: Limits) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(limits);
    }
    Refusal::invalid("file", "the file did not arrive whole; hint: send it again")
}
