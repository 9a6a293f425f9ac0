//! Views: lists kept under a name, by one person for themselves or shared with everybody.

use domain::access::Role;
use domain::fields::AppliesTo;
use domain::id::ViewId;

pub use store::views::View;
use store::{StoreError, views};

use crate::caller::Caller;
use crate::installation::App;
use crate::nouns;
use crate::refusal::Refusal;
use crate::versions;

/// Nobody types a longer one.
const LONGEST: usize = 4_000;

/// What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewChange {
    pub name: Option<String>,
    pub query: Option<String>,
    pub shared: Option<bool>,
}

/// The shared ones and one's own, by name.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<View>, Refusal> {
    caller.need(Role::Viewer)?;
    let user = caller.user_id();
    Ok(app.store.read(caller.tenant, move |tx| views::list(tx, user)).await?)
}

/// Those of one list.
pub async fn of(app: &App, caller: &Caller, list: AppliesTo) -> Result<Vec<View>, Refusal> {
    caller.need(Role::Viewer)?;
    let user = caller.user_id();
    Ok(app.store.read(caller.tenant, move |tx| views::of(tx, list, user)).await?)
}

/// One that is shared or one's own; others are as good as not there.
pub async fn view(app: &App, caller: &Caller, id: ViewId) -> Result<View, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| views::find(tx, id)).await?;
    let mine = |view: &View| view.owner.is_some() && view.owner == caller.user_id();
    let seen = found.filter(|view| view.shared || mine(view));
    seen.ok_or_else(|| Refusal::not_found("view", id))
}

/// Whether the caller may change it: their own, and with the role for it those that are shared.
pub fn may_change(caller: &Caller, view: &View) -> Result<(), Refusal> {
    match view.owner {
        Some(owner) if caller.user_id() == Some(owner) => caller.need(Role::Viewer),
        Some(_) => caller.need(Role::Administrator),
        None => caller.need(Role::Manager),
    }
}

pub async fn create(
    app: &App,
    caller: &Caller,
    list: AppliesTo,
    name: &str,
    query: &str,
    shared: bool,
) -> Result<View, Refusal> {
    caller.need(if shared { Role::Manager } else { Role::Viewer })?;
    let owner = caller.user_id();
    if owner.is_none() && !shared {
        let detail = "a program keeps no views for itself; hint: share it";
        return Err(Refusal::invalid("shared", detail));
    }
    let (name, query, now) = (nouns::named(name)?.into(), asked(query)?, app.now());
    let (created_at, updated_at) = (now, now);
    let view = View { id: app.id(), list, name, query, shared, owner, created_at, updated_at };
    let made = view.clone();
    let kept = app.store.write(caller.tenant, move |tx| views::create(tx, &made).map_err(taken));
    kept.await.map(|()| view)
}

/// Refused unless it is of the version expected, where one is.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: ViewId,
    version: Option<i64>,
    change: ViewChange,
) -> Result<View, Refusal> {
    may_change(caller, &view(app, caller, id).await?)?;
    let name = change.name.as_deref().map(nouns::named).transpose()?;
    let query = change.query.as_deref().map(asked).transpose()?;
    let (who, now) = (caller.clone(), app.now());
    app.store
        .write(caller.tenant, move |tx| {
            let held = views::hold(tx, id)?.ok_or(StoreError::NotFound)?;
            may_change(&who, &held)?;
            versions::expect(version, versions::view(&held))?;
            let shared = change.shared.unwrap_or(held.shared);
            if shared && !held.shared {
                who.need(Role::Manager)?;
            }
            if held.owner.is_none() && !shared {
                let detail = "nobody keeps this view for themselves; hint: delete it";
                return Err(Refusal::invalid("shared", detail));
            }
            let next = View {
                name: name.map_or(held.name, Into::into),
                query: query.unwrap_or(held.query),
                shared,
                updated_at: now,
                ..held
            };
            views::update(tx, &next).map_err(taken)?;
            Ok(next)
        })
        .await
}

pub async fn delete(app: &App, caller: &Caller, id: ViewId) -> Result<(), Refusal> {
    let held = view(app, caller, id).await?;
    may_change(caller, &held)?;
    Ok(app.store.write(caller.tenant, move |tx| views::delete(tx, id)).await?)
}

/// As it stands behind the question mark of an address.
fn asked(query: &str) -> Result<String, Refusal> {
    let query = query.trim().trim_start_matches('?');
    if query.len() > LONGEST || query.chars().any(char::is_control) {
        let detail = "this is no list's address; hint: what stands behind its question mark";
        return Err(Refusal::invalid("query", detail));
    }
    Ok(query.to_owned())
}

fn taken(error: StoreError) -> Refusal {
    match error {
        StoreError::Conflict(name) if views::TAKEN.contains(&name.as_str()) => {
            Refusal::invalid("name", "another view has this name; hint: take another")
        }
        other => other.into(),
    }
}
