//! The outer shape of an answer: a bare array of rows, or an envelope around one.
//! Rows stay unread text here, so that one bad row cannot spoil its neighbours.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::fault::Fault;

/// The rows of one page, each as the text that was sent.
pub type Page = Vec<Box<RawValue>>;

/// `{count, next, previous, results}`, or Prism's `{data, cursor}`.
#[derive(Debug, Default)]
pub struct Envelope {
    pub rows: Page,
    /// The address of the next page. Its host may be the web console's: never followed, only its
    /// query is read.
    pub next: Option<String>,
    /// Prism's way to the next page.
    pub cursor: Option<String>,
    pub count: Option<u64>,
}

/// The device list: an array, or a lone device where documentation shows one.
pub fn device_page(body: &str, path: &str) -> Result<Page, Fault> {
    let text = body.trim_start();
    if text.starts_with('[') {
        return serde_json::from_str(text).map_err(|error| unreadable(&error, path));
    }
    let lone: Box<RawValue> =
        serde_json::from_str(text).map_err(|error| unreadable(&error, path))?;
    // An object that is no device is likely an error sent with status 200; reading it as an empty
    // list would make every device look gone.
    if super::Fields::parse(lone.get()).is_ok_and(|fields| fields.has("device_id")) {
        return Ok(vec![lone]);
    }
    Err(Fault::Unexpected { path: path.to_owned(), what: "no array of devices".to_owned() })
}

/// Any other list.
pub fn envelope(body: &str, path: &str) -> Result<Envelope, Fault> {
    #[derive(Deserialize)]
    struct Sent {
        results: Option<Page>,
        data: Option<Page>,
        next: Option<Box<RawValue>>,
        cursor: Option<Box<RawValue>>,
        count: Option<Box<RawValue>>,
    }
    let text = body.trim_start();
    if text.starts_with('[') {
        let rows = serde_json::from_str(text).map_err(|error| unreadable(&error, path))?;
        return Ok(Envelope { rows, ..Envelope::default() });
    }
    let sent: Sent = serde_json::from_str(text).map_err(|error| unreadable(&error, path))?;
    let rows = sent.results.or(sent.data).ok_or_else(|| Fault::Unexpected {
        path: path.to_owned(),
        what: "neither \"results\" nor \"data\"".to_owned(),
    })?;
    let text = |raw: Option<Box<RawValue>>| -> Option<String> {
        serde_json::from_str::<String>(raw?.get()).ok().filter(|text| !text.is_empty())
    };
    let count = sent.count.and_then(|raw| raw.get().parse().ok());
    Ok(Envelope { rows, next: text(sent.next), cursor: text(sent.cursor), count })
}

fn unreadable(error: &serde_json::Error, path: &str) -> Fault {
    let path = path.to_owned();
    if error.is_eof() {
        return Fault::Truncated { path };
    }
    // Only line and column: the message of a data error would quote the body.
    let what = format!("no JSON we can read, line {} column {}", error.line(), error.column());
    Fault::Unexpected { path, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_device_is_a_page_of_one() {
        let page = device_page(r#" {"device_id": "d1"}"#, "/devices").unwrap();
        assert_eq!(page.len(), 1);
    }

    #[test]
    fn an_error_sent_with_status_200_is_not_an_empty_list() {
        for body in [r#"{"detail": "Not found."}"#, r#"{"results": []}"#, "null", "3", r#""no""#] {
            let fault = device_page(body, "/devices").unwrap_err();
            assert!(matches!(fault, Fault::Unexpected { .. }), "{body}: {fault}");
        }
    }

    #[test]
    fn a_body_that_breaks_off_is_worth_another_try() {
        for body in ["", "[", r#"[{"device_id": "d1"}, {"dev"#, r#"[{"device_id": "d1"}"#] {
            let fault = device_page(body, "/devices").unwrap_err();
            assert!(matches!(fault, Fault::Truncated { .. }), "{body}: {fault}");
        }
    }

    #[test]
    fn a_blank_or_null_cursor_is_the_end() {
        for cursor in ["null", r#""""#, "3"] {
            let body = format!(r#"{{"data": [], "cursor": {cursor}}}"#);
            assert_eq!(envelope(&body, "/prism/filevault").unwrap().cursor, None);
        }
    }
}
