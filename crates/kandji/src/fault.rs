//! Everything that can go wrong between us and Kandji, each as a sentence with a way out.
//! No fault ever carries the token or a whole body.

use std::time::Duration;

use crate::permission::Permission;

/// Why a request failed, after all its tries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error(
        "the API token is blank or has characters that no token has; hint: paste it again, it is a single line"
    )]
    BadToken,
    #[error(
        "Kandji refused the API token (401): it is wrong, revoked or expired, it went with the administrator who made it, or it lacks \"{label}\"; hint: check it under Access, API tokens, and tick \"{label}\" in {section}",
        label = .permission.label(), section = .permission.section()
    )]
    Unauthorized { permission: Permission },
    #[error(
        "the API token lacks the permission \"{label}\" (403); hint: tick \"{label}\" in {section} of the token's permissions",
        label = .permission.label(), section = .permission.section()
    )]
    Forbidden { permission: Permission },
    #[error("\"{host}\" knows no {path} (404); hint: {}", unknown(*.permission))]
    NotFound { host: String, path: String, permission: Permission },
    #[error(
        "Kandji did not accept the request for {path} ({status}){said}; hint: this is likely a change in its API, report it"
    )]
    BadRequest { path: String, status: u16, said: Said },
    #[error(
        "\"{host}\" answered with a web page instead of JSON; hint: this is not the API address, copy it from Kandji under Access, API tokens"
    )]
    NotJson { host: String },
    #[error("\"{host}\" sends us elsewhere{}; hint: redirects are never followed, so that the token stays with its host; copy the API address from Kandji under Access, API tokens", elsewhere(.to.as_deref()))]
    Redirected { host: String, to: Option<String> },
    #[error("Kandji limits the number of requests (429){}; hint: it allows 10,000 an hour for all tokens together, and answers again when the hour is over", left(*.left_this_hour))]
    RateLimited { asked: Option<Duration>, left_this_hour: Option<u64> },
    #[error(
        "Kandji has trouble of its own ({status}); hint: nothing to do here, it mostly passes by itself; its state is shown on status.kandji.io"
    )]
    Server { status: u16 },
    #[error(
        "\"{host}\" cannot be reached ({why}); hint: check the name, and that this server may open https connections"
    )]
    Network { host: String, why: String },
    #[error(
        "\"{host}\" did not answer in time; hint: it mostly passes by itself; if it lasts, check the connection of this server"
    )]
    Timeout { host: String },
    #[error(
        "the answer for {path} broke off in the middle; hint: it mostly passes by itself; if it lasts, look for a proxy in between"
    )]
    Truncated { path: String },
    #[error(
        "the answer for {path} is larger than {limit_mb} MB; hint: this is not what the API sends, look for a proxy in between"
    )]
    TooLarge { path: String, limit_mb: usize },
    #[error(
        "the answer for {path} is not what Kandji documents: {what}; hint: check the API address, else report it"
    )]
    Unexpected { path: String, what: String },
}

/// A short quotation of an error body, empty where it said nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said(String);

impl Fault {
    /// Worth another try later: the world may have moved, nobody has to mend anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Fault::RateLimited { .. }
            | Fault::Server { .. }
            | Fault::Network { .. }
            | Fault::Timeout { .. }
            | Fault::Truncated { .. } => true,
            Fault::BadToken
            | Fault::Unauthorized { .. }
            | Fault::Forbidden { .. }
            | Fault::NotFound { .. }
            | Fault::BadRequest { .. }
            | Fault::NotJson { .. }
            | Fault::Redirected { .. }
            | Fault::TooLarge { .. }
            | Fault::Unexpected { .. } => false,
        }
    }

    /// The permission that seems to be missing, where that is the trouble.
    pub fn missing_permission(&self) -> Option<Permission> {
        match self {
            Fault::Unauthorized { permission } | Fault::Forbidden { permission } => {
                Some(*permission)
            }
            _ => None,
        }
    }
}

impl Said {
    /// The first sentence of an error body, whichever of Kandji's shapes it has; at most 120
    /// characters, and the token cut out should a gateway echo it.
    pub(crate) fn from_body(body: &str, token: &str) -> Said {
        let text = serde_json::from_str(body).ok().and_then(|value| first_text(&value));
        let text = text.unwrap_or_default().replace(token, "…");
        let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        Said(plain.take(120).collect())
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, ": \"{}\"", self.0.trim_end_matches('.')) }
    }
}

fn first_text(value: &serde_json::Value) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(values) => values.iter().find_map(first_text),
        Value::Object(fields) => fields.values().find_map(first_text),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The device list is everybody's. Where it answers, the address is right and the rest may be missing.
fn unknown(permission: Permission) -> &'static str {
    match permission {
        Permission::DeviceList => {
            "check the organization's name and the region (eu or not) in the API address"
        }
        _ => {
            "where the device list can be read the API address is right, and Kandji does not offer this to your organization, or not any more; if it should, ask Kandji's support"
        }
    }
}

fn elsewhere(to: Option<&str>) -> String {
    to.map(|host| format!(" (to \"{host}\")")).unwrap_or_default()
}

fn left(requests: Option<u64>) -> String {
    requests.map(|left| format!(" and says {left} are left this hour")).unwrap_or_default()
}
