//! API tokens: one tenant, one role, shown once and kept only as a hash.

use domain::access::Role;
use domain::event::Subject;
use domain::id::TokenId;
use store::{StoreError, tokens};

pub use store::tokens::Token;

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::secrets::{fingerprint, new_token};
use crate::told::{self, Teller};

pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Token>, Refusal> {
    caller.need(Role::Administrator)?;
    let tenant = caller.tenant;
    Ok(app.store.system_read(move |tx| tokens::list(tx, tenant)).await?)
}

/// Makes a token; the text is answered this once.
pub async fn create(
    app: &App,
    caller: &Caller,
    name: &str,
    role: Role,
) -> Result<(Token, String), Refusal> {
    caller.need(Role::Administrator)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Refusal::invalid("name", "a token needs a name of 1 to 100 characters"));
    }
    let text = new_token("stk");
    let token = Token {
        id: app.id(),
        name: name.to_owned(),
        role,
        created_at: app.now(),
        last_used_at: None,
        created_by: caller.actor.name.clone(),
    };
    let (stored, hash) = (token.clone(), fingerprint(&text));
    let tenant = caller.tenant;
    let teller = Teller::new(app, caller);
    let made = app.store.system(move |tx| {
        tokens::create(tx, tenant, &stored, &hash)?;
        let subject = Subject::Token(stored.id);
        teller.tell(&mut tx.inside(tenant), subject, None, Some(told::token(&stored)))
    });
    made.await?;
    Ok((token, text))
}

pub async fn delete(app: &App, caller: &Caller, id: TokenId) -> Result<(), Refusal> {
    caller.need(Role::Administrator)?;
    let tenant = caller.tenant;
    let teller = Teller::new(app, caller);
    let gone = app.store.system(move |tx| {
        let held = tokens::list(tx, tenant)?.into_iter().find(|token| token.id == id);
        let Some(held) = held else { return Ok(false) };
        tokens::delete(tx, tenant, id)?;
        let subject = Subject::Token(id);
        teller.tell(&mut tx.inside(tenant), subject, Some(told::token(&held)), None)?;
        Ok::<_, StoreError>(true)
    });
    if gone.await? { Ok(()) } else { Err(Refusal::not_found("token", id)) }
}

/// Who calls with this token.
pub async fn caller(app: &App, text: &str) -> Result<Caller, Refusal> {
    let (hash, now) = (fingerprint(text), app.now());
    let found = app.store.system_read(move |tx| tokens::find_by_hash(tx, &hash)).await?;
    let (token, tenant) = found.ok_or(Refusal::SignedOut)?;
    let tenant = tenant.id;
    if token.wants_touch(now) {
        let id = token.id;
        let touched = app.store.system(move |tx| tokens::touch(tx, tenant, id, now)).await;
        // A busy writer is no reason to turn a program away.
        if let Err(error) = touched {
            let error: StoreError = error;
            tracing::debug!(%error, "a token's last use was not written");
        }
    }
    Ok(Caller::token(tenant, token.id, &token.name, token.role))
}
