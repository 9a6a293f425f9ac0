//! Activity: what happened in a tenant, for people newest first, for programs in the order of the
//! feed, where whoever reads on from a position misses nothing.

use domain::access::Role;
use domain::{Cause, Event, Timestamp};
use store::events::{activity, causes, feed};
use store::{StoreError, Tx, tokens, users};

pub use store::events::activity::{Activity, Line};
pub use store::events::causes::CauseRow;
pub use store::events::{EventFilter, OCCASIONS};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// Newest first, from below an event's number on. While only actors and times are asked for, what
/// one cause did is one line.
pub async fn newest(
    app: &App,
    caller: &Caller,
    filter: EventFilter,
    below: Option<i64>,
    limit: usize,
) -> Result<Activity, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        if filter.is_of_actors() {
            return activity::folded(tx, &filter, below, limit);
        }
        let part = activity::flat(tx, &filter, below, limit)?;
        let lines = part.items.into_iter().map(Line::One).collect();
        Ok(Activity { lines, next: part.next })
    });
    Ok(found.await?)
}

/// What one occasion did in all; `None` while it did nothing.
pub async fn cause(app: &App, caller: &Caller, cause: Cause) -> Result<Option<CauseRow>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| causes::find(tx, &cause)).await?)
}

/// People and tokens that may have done something, by name: id and name.
pub async fn actors(app: &App, caller: &Caller) -> Result<Vec<(String, String)>, Refusal> {
    caller.need(Role::Viewer)?;
    let tenant = caller.tenant;
    let found = app.store.system_read(move |tx| {
        let mut all: Vec<(String, String)> = Vec::new();
        all.extend(
            users::list(tx, tenant)?.into_iter().map(|user| (user.id.to_string(), user.name)),
        );
        let tokens = tokens::list(tx, tenant)?.into_iter();
        all.extend(tokens.map(|token| (token.id.to_string(), token.name)));
        Ok::<_, StoreError>(all)
    });
    let mut found = found.await?;
    found.sort_by_key(|(_, name)| name.to_lowercase());
    Ok(found)
}

/// Where a reader of the feed begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// Behind this position.
    After(i64),
    /// At what happened then.
    Since(Timestamp),
}

/// A piece of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub events: Vec<Event>,
    /// Where to go on, now or later.
    pub next: i64,
    /// How many events the feed has in all.
    pub head: i64,
}

/// As many events are looked at for one answer.
const LOOKED_AT: usize = 2_000;

/// Up to `limit` events in the order in which they were committed; what is passed over is passed.
pub async fn feed(
    app: &App,
    caller: &Caller,
    filter: EventFilter,
    from: From,
    limit: usize,
) -> Result<Piece, Refusal> {
    caller.need(Role::Viewer)?;
    up_to_date(app, caller.tenant).await?;
    Ok(app.store.read(caller.tenant, move |tx| piece(tx, &filter, from, limit)).await?)
}

/// Gives what was committed its place in the feed.
pub(crate) async fn up_to_date(app: &App, tenant: domain::id::TenantId) -> Result<(), Refusal> {
    while app.store.read(tenant, feed::unnumbered).await? {
        app.store.write(tenant, feed::number).await?;
    }
    Ok(())
}

pub(crate) fn piece(
    tx: &mut Tx<'_>,
    filter: &EventFilter,
    from: From,
    limit: usize,
) -> Result<Piece, StoreError> {
    let after = match from {
        From::After(position) => position,
        From::Since(at) => feed::before(tx, at)?,
    };
    let (mut next, mut events) = (after, Vec::new());
    for (position, event) in feed::read(tx, after, LOOKED_AT)? {
        if filter.takes(&event) {
            if events.len() == limit {
                break;
            }
            events.push(event);
        }
        next = position;
    }
    Ok(Piece { events, next, head: feed::head(tx)? })
}
