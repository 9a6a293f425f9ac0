//! A report as a file in an answer: piece by piece, as quickly as it is taken.

use std::pin::Pin;
use std::task::{Context, Poll};

use app::reports::{self, Download, Format, Opened, Report};
use app::{App, Caller, Refusal};
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_core::Stream;

use crate::error::Refused;
use crate::pages::Visitor;

/// For people: the report as a file that the browser saves.
pub async fn file(
    visitor: &Visitor,
    report: Box<dyn Report>,
    format: Format,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let opened = reports::open(app, caller, report).await?;
    Ok(answer(app, caller, opened, format).await?)
}

pub async fn answer(
    app: &App,
    caller: &Caller,
    opened: Opened,
    format: Format,
) -> Result<Response, Refusal> {
    Ok(sent(reports::download(app, caller, opened, format).await?))
}

/// A file that is under way already.
pub fn sent(download: Download) -> Response {
    let headers = [
        (header::CONTENT_TYPE, download.kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", download.name)),
    ];
    (headers, Body::from_stream(Pieces(download))).into_response()
}

/// An error in the middle breaks the connection off, so that nobody takes a part for the whole.
struct Pieces(Download);

impl Stream for Pieces {
    type Item = Result<Vec<u8>, Refusal>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.0.poll_next(cx);
        if let Poll::Ready(Some(Err(refusal))) = &piece {
            tracing::error!(error = %refusal, file = self.0.name, "a download broke off");
        }
        piece
    }
}
