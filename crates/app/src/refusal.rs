//! How we say no: a refusal says what would make it possible, a failure what the world did.

use domain::access::Role;
use domain::text::BadText;
use store::StoreError;

/// One field of a form or body that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("sign in first; hint: the session ended or the token is not known")]
    SignedOut,
    #[error("this needs the role {}; hint: yours is {}, ask an administrator", needs.as_str(), has.as_str())]
    Forbidden { needs: Role, has: Role },
    /// An administrator, but not of the first tenant.
    #[error(
        "this needs an administrator of the first tenant; hint: ask whoever runs this Stockroom"
    )]
    OtherTenant,
    #[error("no {what} \"{which}\"; hint: it may have been deleted, or belong to another tenant")]
    NotFound { what: &'static str, which: String },
    /// Not in a state for that; `location` is where the thing in the way can be seen.
    #[error("{detail}")]
    Conflict { detail: String, location: Option<String> },
    #[error("{}", errors.iter().map(|e| e.detail.as_str()).collect::<Vec<_>>().join("; "))]
    Invalid { errors: Vec<FieldError> },
    #[error("it changed meanwhile; hint: load it again and repeat the change")]
    Stale,
    #[error("too many attempts; hint: wait {minutes} minutes and try again")]
    Throttled { minutes: u32 },
    /// More than is taken at once; the text says how much that is.
    #[error("{0}")]
    TooLarge(String),
    /// The world failed us: database, network, disk. The text says what to do.
    #[error("{0}")]
    Failed(String),
    /// The world is busy; trying again soon is all it takes.
    #[error("{0}")]
    Busy(String),
}

impl Refusal {
    pub fn not_found(what: &'static str, which: impl ToString) -> Self {
        Refusal::NotFound { what, which: which.to_string() }
    }

    pub fn invalid(field: &str, detail: impl ToString) -> Self {
        let error = FieldError { field: field.into(), detail: detail.to_string() };
        Refusal::Invalid { errors: vec![error] }
    }

    pub fn conflict(detail: impl ToString) -> Self {
        Refusal::Conflict { detail: detail.to_string(), location: None }
    }

    /// A bad text in one field.
    pub fn text(field: &'static str) -> impl Fn(BadText) -> Self {
        move |bad| Refusal::invalid(field, bad)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Refusal::Stale,
            StoreError::NotFound => Refusal::not_found("such thing", "here"),
            StoreError::Conflict(_) | StoreError::Referenced => Refusal::conflict(error),
            StoreError::OtherOrder => Refusal::invalid("cursor", error),
            StoreError::Busy => Refusal::Busy(error.to_string()),
            other => {
                tracing::error!(error = %other, "the database failed");
                Refusal::Failed(other.to_string())
            }
        }
    }
}
