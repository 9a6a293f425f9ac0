//! What the register's nouns share: the plain ones whole, and for all of them how two become one.

use app::catalog::{self, Entry, Named};
use app::changes::Changeable;
use app::{Caller, Refusal, nouns};
use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::event::Subject;
use domain::id::{Id, Noun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::headers::location;
use super::listing::{Lately, List, Listed};
use super::problem::{Answer, Problem};
use super::written::{Given, given, never_null};
use crate::state::Web;

/// A category, manufacturer, supplier or department.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Noun)]
pub struct PlainNoun {
    id: String,
    name: String,
    /// How many unarchived assets belong to it.
    assets: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNoun {
    /// 1 to 200 characters, unique in the tenant.
    name: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NounChange {
    /// 1 to 200 characters, unique in the tenant.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Given<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The id of the one that stays.
    into: String,
}

impl Merge {
    /// Merges the thing of this id; answers the one that stays.
    pub async fn perform<N: Noun>(
        &self,
        web: &Web,
        caller: &Caller,
        id: Id<N>,
        subject: impl Fn(Id<N>) -> Subject,
    ) -> Answer<Id<N>> {
        let into: Id<N> = self
            .into
            .parse()
            .map_err(|error: domain::id::NoId| Problem::field("into", error.to_string()))?;
        nouns::merge(&web.app, caller, subject(id), subject(into)).await?;
        Ok(into)
    }
}

pub async fn list<N: Named + 'static>(
    web: &Web,
    caller: &Caller,
    asked: &Listed,
    what: Changeable,
) -> Answer<Json<List<PlainNoun>>> {
    let lately = Lately::of(web, caller, what, asked.since()).await?;
    let all: Vec<Entry<N>> = catalog::entries(&web.app, caller).await?;
    let fits = |entry: &Entry<N>| lately.has(entry.id) && asked.names(&entry.name);
    let all = all.into_iter().filter(fits).collect();
    List::cut(all, asked, |entry| entry.id.to_string(), shape).map(Json)
}

pub async fn get<N: Named + 'static>(
    web: &Web,
    caller: &Caller,
    id: Id<N>,
) -> Answer<Json<PlainNoun>> {
    Ok(Json(shape(catalog::entry(&web.app, caller, id).await?)))
}

/// `path` is what the API calls all of them.
pub async fn create<N: Named + 'static>(
    web: &Web,
    caller: &Caller,
    path: &str,
    new: &NewNoun,
) -> Answer<impl IntoResponse + use<N>> {
    let id: Id<N> = catalog::create_entry(&web.app, caller, &new.name).await?;
    let made = get(web, caller, id).await?;
    Ok((StatusCode::CREATED, location(path, id), made))
}

pub async fn change<N: Named + 'static>(
    web: &Web,
    caller: &Caller,
    id: Id<N>,
    change: NounChange,
) -> Answer<Json<PlainNoun>> {
    if let Some(name) = never_null("name", change.name)? {
        catalog::rename_entry(&web.app, caller, id, &name).await?;
    }
    get(web, caller, id).await
}

pub async fn delete(web: &Web, caller: &Caller, subject: Subject) -> Result<StatusCode, Refusal> {
    nouns::delete(&web.app, caller, subject).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn merge<N: Named + 'static>(
    web: &Web,
    caller: &Caller,
    id: Id<N>,
    merge: &Merge,
) -> Answer<Json<PlainNoun>> {
    let into = merge.perform(web, caller, id, N::subject).await?;
    get(web, caller, into).await
}

fn shape<N: Noun>(entry: Entry<N>) -> PlainNoun {
    PlainNoun { id: entry.id.to_string(), name: entry.name, assets: entry.assets }
}
