//! Files in answers: reports piece by piece, as quickly as they are taken; papers; attachments.

use std::pin::Pin;
use std::task::{Context, Poll};

use app::attachments::Attachment;
use app::reports::{self, Download, Format, Opened, Report};
use app::{App, Caller, Refusal};
use axum::body::Body;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;

use crate::error::Refused;
use crate::pages::{Visitor, part};

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

/// A paper for people to print.
pub fn pdf(name: &str, pdf: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, saved_as("attachment", name)),
    ];
    (headers, pdf).into_response()
}

/// What was kept, as it came. A browser takes it for what we say it is, runs nothing of it, and
/// shows at most a picture.
pub fn attachment(kept: &Attachment, content: Vec<u8>, shown: bool) -> Response {
    let way = if shown && kept.kind.is_picture() { "inline" } else { "attachment" };
    let headers = [
        (header::CONTENT_TYPE, kept.kind.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, saved_as(way, kept.name.as_str())),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ];
    (headers, content).into_response()
}

/// A name for every reader: plain letters for old ones, all of it for the others (RFC 6266).
fn saved_as(way: &str, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' }
        })
        .collect();
    format!("{way}; filename=\"{plain}\"; filename*=UTF-8''{}", part(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_to_old_readers_and_new_ones_and_breaks_no_header() {
        assert_eq!(
            saved_as("attachment", "Účet \"7\"\r\n.pdf"),
            "attachment; filename=\"__et _7___.pdf\"; filename*=UTF-8''%C3%9A%C4%8Det%20%227%22%0D%0A.pdf"
        );
    }
}
