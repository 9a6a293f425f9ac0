//! What the register's nouns share: the plain ones whole, and for all of them how two become one.

use app::catalog::{self, Entry, Named, Stamp};
use app::reports::lists::RegisterList;
use app::reports::whole::Narrowed;
use app::{Caller, Refusal, nouns};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::event::Subject;
use domain::id::{Id, Noun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::headers::{IfMatch, location, versioned};
use super::listing::{AsFile, List, Listed};
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
    version: i64,
    #[schema(format = DateTime)]
    updated_at: String,
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
    /// The one that stays.
    pub fn stays<N: Noun>(&self) -> Result<Id<N>, Problem> {
        let bad = |error: domain::id::NoId| Problem::field("into", error.to_string());
        self.into.parse().map_err(bad)
    }

    /// Merges the thing of this id; answers the one that stays.
    pub async fn perform<N: Noun>(
        &self,
        web: &Web,
        caller: &Caller,
        id: Id<N>,
        subject: impl Fn(Id<N>) -> Subject,
    ) -> Answer<Id<N>> {
        let into: Id<N> = self.stays()?;
        nouns::merge(&web.app, caller, subject(id), subject(into)).await?;
        Ok(into)
    }
}

pub async fn list<N: Named + 'static>(
    web: &Web,
    caller: &Caller,
    (as_file, asked): (AsFile, &Listed),
    whole: fn(Narrowed) -> RegisterList,
) -> Answer<Response> {
    let narrowed = asked.narrowed::<Entry<N>>()?;
    if let Some(file) = as_file.of(web, caller, || whole(narrowed.clone())).await? {
        return Ok(file);
    }
    let all: Vec<Entry<N>> = narrowed.of(catalog::entries(&web.app, caller).await?);
    let page = List::cut(all, &asked.paged(), |entry| entry.id.to_string(), shape)?;
    Ok(Json(page).into_response())
}

pub async fn get<N: Named + 'static>(web: &Web, caller: &Caller, id: Id<N>) -> Answer<Response> {
    let entry = catalog::entry(&web.app, caller, id).await?;
    Ok(versioned(entry.stamp.version, shape(entry)).into_response())
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
    IfMatch(version): IfMatch,
    change: NounChange,
) -> Answer<Response> {
    if let Some(name) = never_null("name", change.name)? {
        catalog::rename_entry(&web.app, caller, id, version, &name).await?;
    } else {
        expected(version, catalog::entry(&web.app, caller, id).await?.stamp)?;
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
) -> Answer<Response> {
    let into = merge.perform(web, caller, id, N::subject).await?;
    get(web, caller, into).await
}

/// Where nothing is written the version is held against all the same.
fn expected(version: Option<i64>, held: Stamp) -> Result<(), Refusal> {
    if version.is_some_and(|version| version != held.version) {
        Err(Refusal::Stale)
    } else {
        Ok(())
    }
}

fn shape<N: Noun>(entry: Entry<N>) -> PlainNoun {
    PlainNoun {
        id: entry.id.to_string(),
        name: entry.name,
        assets: entry.assets,
        version: entry.stamp.version,
        updated_at: entry.stamp.updated_at.to_string(),
    }
}
