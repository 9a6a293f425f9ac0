//! API tokens: one tenant, one role, shown once and kept only as a hash.

use domain::access::Role;
use domain::event::Subject;
use domain::id::TokenId;
use domain::text::key;
use store::{StoreError, tenants, tokens};

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
        // Of two at once the second sees the first.
        tenants::hold(&mut tx.inside(tenant))?;
        let same = |other: &Token| key(&other.name) == key(&stored.name);
        if tokens::list(tx, tenant)?.iter().any(same) {
            let hint = "hint: choose another, or delete that one first";
            return Err(Refusal::invalid("name", format!("another token has this name; {hint}")));
        }
        tokens::create(tx, tenant, &stored, &hash)?;
        let subject = Subject::Token(stored.id);
        teller.tell(&mut tx.inside(tenant), subject, None, Some(told::token(&stored)))?;
        Ok(())
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use store::{DatabaseUrl, Settings, Store};

    use super::*;
    use crate::setup::{self, First};
    use crate::{Clock, Options, secrets};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_token_is_known_while_a_long_write_keeps_its_last_use_from_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::Sqlite(folder.path().join("test.db"));
        let options = Options {
            database: database.clone(),
            keys: secrets::Keys::new([7; 32]),
            clock: Clock::fixed("2026-11-22T23:30:00Z".parse().unwrap()),
            extra_hosts: kandji::ExtraHosts::default(),
            requests_per_second: None,
        };
        let app = App::open(options.clone()).unwrap();
        let first = First {
            company: "Example Company".into(),
            name: "Robin Sample".into(),
            email: "robin.sample@example.com".into(),
            password: "a long enough password".into(),
        };
        let (user, tenant) = setup::first(&app, first).await.unwrap();
        let robin = Caller::user(tenant.id, user.id, &user.name, user.role);
        let (token, text) = create(&app, &robin, "script", Role::Viewer).await.unwrap();
        let patience = Duration::from_millis(20);
        let store = Store::open_with(&database, Settings { patience, ..Settings::default() });
        let store = store.unwrap();
        let app = App::over(store.clone(), options).unwrap();
        let (begun, wait_begun) = mpsc::channel();
        let (end, wait_end) = mpsc::channel::<()>();
        let long = tokio::task::spawn_blocking(move || {
            store.system_blocking(move |_| {
                begun.send(()).unwrap();
                wait_end.recv().unwrap();
                Ok::<_, StoreError>(())
            })
        });
        tokio::task::spawn_blocking(move || wait_begun.recv()).await.unwrap().unwrap();
        let known = caller(&app, &text).await;
        end.send(()).unwrap();
        long.await.unwrap().unwrap();
        assert_eq!(known.unwrap().actor.name, "script");
        assert_eq!(list(&app, &robin).await.unwrap(), [token], "no use was written");
        caller(&app, &text).await.unwrap();
        let used = list(&app, &robin).await.unwrap()[0].last_used_at;
        assert_eq!(used, Some(app.now()), "with the next request it is");
    }
}
