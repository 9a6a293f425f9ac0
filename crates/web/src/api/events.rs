//! Events: as histories tell them, and as a feed that programs follow.

use app::activity::{self, EventFilter, From, OCCASIONS};
use app::undos;
use axum::Json;
use axum::extract::State;
use domain::actor::ActorKind;
use domain::event::Subject;
use domain::id::{RunId, noun};
use domain::{Action, Cause, Event, Field};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::bearer::{Bearer, Operator, Viewer};
use super::headers::At;
use super::listing::{Limit, Moment, many, parsed};
use super::problem::{Answer, Problem};
use super::reading::Asked;
use crate::state::Web;

/// What happened once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventShape {
    #[schema(example = "evt_0HZX4K9Q2M7RA")]
    id: String,
    at: String,
    actor: ActorShape,
    subject: SubjectShape,
    #[schema(example = "checked_out")]
    action: &'static str,
    changes: Vec<FieldChangeShape>,
    cause: CauseShape,
    /// Why, in a sentence.
    note: Option<String>,
}

/// Who did it; the name as it was then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorShape {
    /// `user`, `token`, `run` or `system`. What an import did its user or token did; `cause` names the
    /// import.
    kind: &'static str,
    id: Option<String>,
    name: String,
}

/// What it happened to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subject)]
pub struct SubjectShape {
    /// `asset`, `employee`, `source`, `product`, `category`, `manufacturer`, `supplier`, `status`,
    /// `location`, `department`, `field`, `user`, `token`, `webhook` or `company`.
    kind: &'static str,
    #[schema(example = "ast_0HZX4K9Q2M7RA")]
    id: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldChange)]
pub struct FieldChangeShape {
    field: String,
    before: Value,
    after: Value,
}

/// On what occasion.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cause)]
pub struct CauseShape {
    /// `request`, `run`, `undo`, …
    kind: String,
    id: Option<String>,
}

impl EventShape {
    pub fn of(event: Event) -> Self {
        let changes = event.changes.into_iter().map(|change| FieldChangeShape {
            field: change.field.to_string(),
            before: change.before,
            after: change.after,
        });
        let (actor, cause) = (event.actor, event.cause);
        EventShape {
            id: event.id.to_string(),
            at: event.at.to_string(),
            actor: ActorShape { kind: actor.kind.as_str(), id: actor.id, name: actor.name },
            subject: SubjectShape { kind: event.subject.kind(), id: event.subject.id() },
            action: event.action.as_str(),
            changes: changes.collect(),
            cause: CauseShape { kind: cause.kind, id: cause.id },
            note: event.note,
        }
    }
}

/// What could and could not be taken back of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventUndone {
    /// The asset that stands as before, whole or in part.
    restored: Vec<String>,
    /// What stayed, because something newer stands on it.
    kept: Vec<EventKept>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EventKept {
    asset: String,
    /// Why it stays.
    why: String,
}

/// Take an event back.
///
/// Role: operator. One event of an asset; managers alone take back what is no check-out or check-in.
#[utoipa::path(post, path = "/api/v1/events/{id}/undo", tag = "events",
    params(("id" = String, Path, description = "`evt_…`")),
    responses((status = 200, body = EventUndone),
        (status = 409, description = "It cannot be taken back by itself.")))]
pub async fn undo(
    State(web): State<Web>,
    Bearer(caller): Operator,
    At(id): At<noun::Event>,
) -> Answer<Json<EventUndone>> {
    let undone = undos::undo_event(&web.app, &caller, id).await?;
    let kept = undone.kept.into_iter();
    let kept = kept.map(|kept| EventKept { asset: kept.asset.to_string(), why: kept.why });
    let restored = undone.restored.iter().map(ToString::to_string).collect();
    Ok(Json(EventUndone { restored, kept: kept.collect() }))
}

/// A piece of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Feed {
    items: Vec<EventShape>,
    /// Give it back as `after`, at once or later. There always is one.
    next: String,
    /// More may follow at once; else ask again when something may have happened.
    more: bool,
    /// How many events the feed has in all, filters aside.
    total: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the answer before. Without it and without `since` the feed is read from its
    /// beginning.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    after: Option<Position>,
    /// Only what happened at that time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Moment>,
    /// Who did it: `user`, `token`, `run` or `system`, or the id of one of them; on what occasion:
    /// `import`, `bulk` or `undo`, whoever it was.
    actor: Option<String>,
    /// To what: `asset`, `employee`, `product`, …, several with commas; or the id of one thing.
    #[serde(default, deserialize_with = "many")]
    #[param(value_type = Option<String>)]
    subject: Vec<About>,
    /// `created`, `updated`, `checked_out`, …; several with commas.
    #[serde(default, deserialize_with = "many")]
    #[param(value_type = Option<String>)]
    action: Vec<Deed>,
    /// A field that moved: `location`, `fields.memory`.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    field: Option<Field>,
    /// The id of a run: all that it did.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    run: Option<RunId>,
}

/// A place in the feed.
#[derive(Debug, Clone, Copy)]
struct Position(i64);

impl std::str::FromStr for Position {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let position = text.parse().ok().filter(|position| *position >= 0);
        position.map(Position).ok_or("this is no cursor; hint: take it from \"next\" as it is")
    }
}

#[derive(Debug, Clone, Copy)]
enum About {
    Kind(&'static str),
    One(Subject),
}

impl std::str::FromStr for About {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let kind = Subject::kind_named(text).map(About::Kind);
        kind.or_else(|| Subject::parse(text).map(About::One)).ok_or_else(|| {
            format!("nothing is a \"{text}\"; hint: an id, or {}", Subject::KINDS.join(", "))
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Deed(Action);

impl std::str::FromStr for Deed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Action::ALL.map(Action::as_str).join(", ");
        let action = Action::parse(text).map(Deed);
        action.ok_or_else(|| format!("no action \"{text}\"; hint: {}", known()))
    }
}

impl FeedQuery {
    fn filter(&self) -> Answer<EventFilter> {
        let mut filter = EventFilter {
            actions: self.action.iter().map(|deed| deed.0).collect(),
            field: self.field.clone(),
            since: self.since.map(|moment| moment.0),
            ..EventFilter::default()
        };
        for about in &self.subject {
            match about {
                About::Kind(kind) => filter.subjects.push(kind),
                About::One(one) if filter.subject.is_none() => filter.subject = Some(*one),
                About::One(_) => {
                    let detail = "two ids at once; hint: one id, or kinds with commas";
                    return Err(Problem::field("subject", detail));
                }
            }
        }
        match self.actor.as_deref() {
            None => {}
            Some(word) if filter.by(word) => {}
            Some(id) if id.contains('_') => filter.actor = Some(id.to_owned()),
            Some(text) => {
                let kinds = ActorKind::ALL.map(ActorKind::as_str);
                let kinds = [&kinds[..], &OCCASIONS].concat().join(", ");
                let detail = format!("nobody is a \"{text}\"; hint: an id, or {kinds}");
                return Err(Problem::field("actor", detail));
            }
        }
        filter.cause = self.run.map(|id| Cause { kind: "run".into(), id: Some(id.to_string()) });
        Ok(filter)
    }
}

/// Follow the events.
///
/// Role: viewer. Every event once, oldest first, in the order of commits: remember `next`, ask again
/// with it as `after`, and nothing is missed or told twice, whoever changes things meanwhile. Each
/// thing's events stand in the order they happened. A page that is not full, or empty, still leads on
/// where `more` is true: what the filters leave out was passed over.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(FeedQuery),
    responses((status = 200, body = Feed)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<FeedQuery>,
) -> Answer<Json<Feed>> {
    let filter = asked.filter()?;
    let from = match (asked.after, asked.since) {
        (Some(Position(position)), _) => From::After(position),
        (None, Some(since)) => From::Since(since.0),
        (None, None) => From::After(0),
    };
    let limit = asked.limit.unwrap_or_default().0;
    let piece = activity::feed(&web.app, &caller, filter, from, limit).await?;
    Ok(Json(Feed {
        more: piece.next < piece.head,
        next: piece.next.to_string(),
        total: piece.head,
        items: piece.events.into_iter().map(EventShape::of).collect(),
    }))
}
