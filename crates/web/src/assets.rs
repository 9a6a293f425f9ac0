//! The files browsers load: built into the binary under hashed names, so they may be kept for ever.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

include!(concat!(env!("OUT_DIR"), "/files.rs"));

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// One file as served; `path` is what a page refers to.
#[derive(Debug)]
pub struct File {
    pub name: &'static str,
    pub path: &'static str,
    pub etag: &'static str,
    pub content_type: &'static str,
    pub body: &'static str,
}

/// `GET /assets/{name}`: needs no sign-in, knows no tenant.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = FILES.into_iter().find(|file| file.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = [(header::ETAG, file.etag), (header::CACHE_CONTROL, FOR_EVER)];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == file.etag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(header::CONTENT_TYPE, file.content_type)], file.body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(name: &str, known: Option<&str>) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(etag) = known {
            headers.insert(header::IF_NONE_MATCH, etag.parse().unwrap());
        }
        serve(Path(name.to_owned()), headers).await
    }

    #[tokio::test]
    async fn every_file_is_served_with_its_type_and_for_ever() {
        for file in FILES {
            let response = get(file.name, None).await;
            assert_eq!(response.status(), StatusCode::OK, "{}", file.name);
            assert_eq!(response.headers()[header::CONTENT_TYPE], file.content_type);
            assert_eq!(response.headers()[header::CACHE_CONTROL], FOR_EVER);
            assert!(!file.body.is_empty());
        }
    }

    #[tokio::test]
    async fn a_known_file_is_not_sent_again() {
        let response = get(STYLESHEET.name, Some(STYLESHEET.etag)).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn an_unknown_name_is_not_found() {
        assert_eq!(get("stockroom.css", None).await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn the_stylesheet_keeps_its_layers_and_loses_its_comments() {
        assert!(STYLESHEET.body.starts_with("@layer reset,tokens,base"));
        assert!(!STYLESHEET.body.contains("/*"));
    }
}
