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
    let (mut over, mut files) = (false, 0);
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        files += 1;
        found.name = part.file_name().map(file_name).unwrap_or_default();
        while let Some(piece) = part.chunk().await.map_err(broken)? {
            over |= found.content.len() + piece.len() > most;
            if over {
                found.content = Vec::new();
            } else {
                found.content.extend_from_slice(&piece);
            }
        }
    }
    match (files, over) {
        (2.., _) => Err(one_at_a_time(files)),
        (_, true) => Err(too_large(limits)),
        _ => Ok(found),
    }
}

/// Which of several was meant nobody can know.
pub fn one_at_a_time(files: usize) -> Refusal {
    Refusal::invalid("file", format!("{files} files were sent; hint: send one at a time"))
}

/// A name as it was before a browser wrote it into a form: these three and no others are escaped
/// there, so that any other percent sign is the name's own.
pub fn file_name(sent: &str) -> String {
    sent.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

fn broken(error: &MultipartError, limits: Limits) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(limits);
    }
    Refusal::invalid("file", "the file did not arrive whole; hint: send it again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_it_was_before_a_browser_escaped_it() {
        let check = |sent, expect: &str| assert_eq!(file_name(sent), expect);
        check("my %22best%22 photo.jpg", "my \"best\" photo.jpg");
        check("two%0D%0Alines.pdf", "two\r\nlines.pdf");
        check("100%25 of %2F.pdf", "100%25 of %2F.pdf");
        check("%2522.pdf", "%2522.pdf");
    }
}
