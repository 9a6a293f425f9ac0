//! Requests that a program may send again when it never heard the answer: done once, answered alike.

use domain::id::TokenId;
use domain::{Timestamp, actor::ActorKind};
use jiff::SignedDuration;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use store::idempotency::{self, Claim};

pub use store::idempotency::Key;

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// How long an answer is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// What to do with a request that carries a key.
#[derive(Debug)]
pub enum Begun {
    /// Do it, and tell [`answered`] or [`failed`] how it went.
    Do(Key),
    /// It was done; this is what was answered.
    Done(String),
}

/// The key of a token's request, told apart by what else stands in the request.
pub fn key(caller: &Caller, key: &str, parts: &[&[u8]]) -> Result<Key, Refusal> {
    let key = key.trim();
    if key.is_empty() || key.chars().count() > 200 {
        let detail = "a key has 1 to 200 characters; hint: a random one for each new request";
        return Err(Refusal::invalid("Idempotency-Key", detail));
    }
    let id = caller.actor.id.as_deref().map(str::parse::<TokenId>);
    let (ActorKind::Token, Some(Ok(token))) = (caller.actor.kind, id) else {
        return Err(Refusal::SignedOut);
    };
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    Ok(Key { token, key: key.to_owned(), fingerprint: digest.finalize().to_vec() })
}

pub async fn begin(app: &App, caller: &Caller, key: Key) -> Result<Begun, Refusal> {
    let (wanted, now) = (key.clone(), app.now());
    let claimed = app.store.write(caller.tenant, move |tx| {
        idempotency::sweep(tx, remembered_since(now))?;
        Ok::<_, Refusal>(idempotency::claim(tx, &wanted, now)?)
    });
    match claimed.await? {
        Claim::New => Ok(Begun::Do(key)),
        Claim::Answered(sealed) => {
            let answer = app.keys.open(&sealed, &place(caller, &key))?;
            Ok(Begun::Done(answer.expose_secret().to_owned()))
        }
        Claim::Begun => Err(Refusal::conflict(
            "a request with this Idempotency-Key was begun and has not ended; hint: if it stays \
             so, look whether it was done, and use a new key",
        )),
        Claim::Taken => Err(Refusal::invalid(
            "Idempotency-Key",
            "another request had this key; hint: every new request takes a new one",
        )),
    }
}

/// Remembers an answer; sealed, since it may hold what is shown only once.
pub async fn answered(app: &App, caller: &Caller, key: Key, answer: &str) -> Result<(), Refusal> {
    let sealed = app.keys.seal(answer, &place(caller, &key));
    app.store.write(caller.tenant, move |tx| idempotency::answer(tx, &key, &sealed)).await?;
    Ok(())
}

/// Nothing was changed: the same key may be used again.
pub async fn failed(app: &App, caller: &Caller, key: Key) -> Result<(), Refusal> {
    app.store.write(caller.tenant, move |tx| idempotency::release(tx, &key)).await?;
    Ok(())
}

fn remembered_since(now: Timestamp) -> Timestamp {
    now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN)
}

fn place(caller: &Caller, key: &Key) -> String {
    format!("{}/idempotency/{}/{}", caller.tenant, key.token, key.key)
}
