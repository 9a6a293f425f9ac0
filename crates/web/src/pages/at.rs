//! The `{id}` of an address; one that names nothing is a page that is not there.

use std::collections::HashMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::error::Refused;

pub struct At<I>(pub I);

impl<S: Sync + Send, I: FromStr> FromRequestParts<S> for At<I> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let found = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let id = found.ok().and_then(|Path(found)| found.get("id")?.parse().ok());
        id.map(At).ok_or_else(Refused::no_page)
    }
}
