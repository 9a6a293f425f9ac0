//! Who did a deed, and on whose occasion.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What kind of doer. Whoever imports, or changes many at once, is the doer; that is the occasion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    User,
    Token,
    Run,
    System,
}

impl ActorKind {
    pub const ALL: [ActorKind; 4] =
        [ActorKind::User, ActorKind::Token, ActorKind::Run, ActorKind::System];

    pub const fn as_str(self) -> &'static str {
        match self {
            ActorKind::User => "user",
            ActorKind::Token => "token",
            ActorKind::Run => "run",
            ActorKind::System => "system",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        ActorKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The doer. The name is kept as text, so that history reads well when the doer is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub kind: ActorKind,
    pub id: Option<String>,
    pub name: String,
}

impl Actor {
    pub fn system() -> Self {
        Actor { kind: ActorKind::System, id: None, name: "Stockroom".into() }
    }
}

/// On what occasion: `kind` is request, run, import, bulk or system; `id` names it.
/// Deeds of one cause can be taken back together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub kind: String,
    pub id: Option<String>,
}

/// Who, when and why: what the ledger demands of everyone who changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    pub at: Timestamp,
    pub actor: Actor,
    pub cause: Cause,
}
