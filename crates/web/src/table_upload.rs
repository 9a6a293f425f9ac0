//! A table in a request: as it is, or as a part of a form that a browser sends.

use std::future::poll_fn;
use std::pin::Pin;

use app::Refusal;
use app::imports::MOST_BYTES;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use futures_core::Stream;

use crate::upload::{file_name, one_at_a_time};

/// What a form may hold besides the file.
const BESIDES: usize = 64 * 1024;
/// Whoever sends more than is taken is heard out this far, so that they can read why it was not: an
/// answer to a browser that still sends never arrives.
const HEARD_OUT: usize = 8 * MOST_BYTES;

/// A file, and what else the form said.
#[derive(Debug, Default)]
pub struct Uploaded {
    pub name: String,
    pub bytes: Vec<u8>,
    pub answers: Vec<(String, String)>,
}

/// Reads a form with a file in it, or a body that is the file itself.
pub async fn uploaded(request: Request) -> Result<Uploaded, Refusal> {
    let (parts, body) = request.into_parts();
    let bytes = heard(body).await?;
    if !is_form(&parts.headers) {
        return Ok(Uploaded { bytes: bytes.into(), ..Uploaded::default() });
    }
    let mut request = Request::from_parts(parts, Body::from(bytes));
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, &()).await.map_err(unreadable)?;
    let (mut uploaded, mut files) = (Uploaded::default(), 0);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name().map(file_name) {
            files += 1;
            uploaded.name = file;
            uploaded.bytes = field.bytes().await.map_err(unreadable)?.into();
        } else {
            uploaded.answers.push((name, field.text().await.map_err(unreadable)?));
        }
    }
    if files > 1 { Err(one_at_a_time(files)) } else { Ok(uploaded) }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// The whole body, or that it is too much.
async fn heard(body: Body) -> Result<Bytes, Refusal> {
    let mut stream = body.into_data_stream();
    let (mut kept, mut heard) = (Vec::new(), 0);
    while let Some(piece) = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
        let piece = piece.map_err(unreadable)?;
        heard += piece.len();
        if heard <= MOST_BYTES + BESIDES {
            kept.extend_from_slice(&piece);
        } else if heard > HEARD_OUT {
            break;
        } else {
            kept = Vec::new();
        }
    }
    if heard > MOST_BYTES + BESIDES {
        let hint = "hint: split it, or leave out columns you do not need";
        return Err(Refusal::TooLarge(format!("the file has more than 20 MB; {hint}")));
    }
    Ok(kept.into())
}

fn unreadable(error: impl std::fmt::Display) -> Refusal {
    Refusal::invalid("file", format!("the file did not arrive: {error}; hint: send it again"))
}
