//! Misbehaviour to order: what goes wrong, for which paths, after how many requests, how often.

use serde::{Deserialize, Serialize};

/// What the tenant does instead of a proper answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Misbehaviour {
    Unauthorized,
    /// As for a token without that permission.
    Forbidden,
    NotFound,
    /// 429; `retry_after` is sent as it stands: seconds or a date.
    RateLimited {
        retry_after: Option<String>,
    },
    Status {
        status: u16,
    },
    /// The web console's page, with status 200.
    Html,
    /// The proper answer, cut in the middle.
    Truncated,
    /// No answer until the tenant behaves again or goes down.
    Hang,
    Slow {
        milliseconds: u64,
    },
    Redirect {
        to: String,
    },
    /// The first device disappears just before the answer, so that later rows move up.
    DeleteRow,
    /// A device is enrolled in front of all others just before the answer.
    InsertRow,
    /// Paging parameters are ignored: every page is the first one.
    Repeat,
    /// This body instead.
    Body {
        status: u16,
        content_type: String,
        body: String,
    },
}

/// A misbehaviour and when it strikes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Which paths below `/api/v1`; `*` stands for anything: `/devices`, `/devices/*/details`, `*`.
    pub path: String,
    /// How many matching requests go well first.
    #[serde(default)]
    pub after: u32,
    /// How many it strikes; `None` until `behave`.
    #[serde(default)]
    pub times: Option<u32>,
    #[serde(flatten)]
    pub what: Misbehaviour,
}

impl Trouble {
    /// Strikes every matching request from now on.
    pub fn on(path: &str, what: Misbehaviour) -> Trouble {
        Trouble { path: path.to_owned(), after: 0, times: None, what }
    }

    /// Lets the next `count` matching requests pass.
    #[must_use]
    pub fn after(self, count: u32) -> Trouble {
        Trouble { after: count, ..self }
    }

    /// Strikes `count` requests, then no more.
    #[must_use]
    pub fn times(self, count: u32) -> Trouble {
        Trouble { times: Some(count), ..self }
    }
}

/// What strikes this request, if anything; counts it.
pub(super) fn strike(troubles: &mut Vec<Trouble>, path: &str) -> Option<Misbehaviour> {
    let mut struck = None;
    for trouble in troubles.iter_mut().filter(|trouble| glob(&trouble.path, path)) {
        if trouble.after > 0 {
            trouble.after -= 1;
            continue;
        }
        if struck.is_none() {
            if let Some(times) = &mut trouble.times {
                *times = times.saturating_sub(1);
            }
            struck = Some(trouble.what.clone());
        }
    }
    troubles.retain(|trouble| trouble.times != Some(0));
    struck
}

fn glob(pattern: &str, path: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == path };
    let Some(mut path) = path.strip_prefix(start) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = path.find(piece) else { return false };
        path = &path[at + piece.len()..];
    }
    path.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_a_plain_path_for_itself() {
        assert!(glob("/devices", "/devices"));
        assert!(!glob("/devices", "/devices/d1"));
        assert!(glob("/devices*", "/devices/d1"));
        assert!(glob("/devices/*/details", "/devices/d1/details"));
        assert!(!glob("/devices/*/details", "/devices/d1"));
        assert!(glob("*", "/users"));
    }

    #[test]
    fn a_trouble_waits_strikes_and_ends() {
        let trouble = Trouble::on("/devices", Misbehaviour::Html).after(1).times(2);
        let mut troubles = vec![trouble];
        let struck: Vec<bool> =
            (0..4).map(|_| strike(&mut troubles, "/devices").is_some()).collect();
        assert_eq!(struck, [false, true, true, false]);
        assert!(troubles.is_empty());
    }
}
