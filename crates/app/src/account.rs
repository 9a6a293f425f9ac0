//! What someone who is signed in does about themselves: sessions, password, what they hold.

use domain::Timestamp;
use domain::access::Role;
use domain::actor::ActorKind;
use domain::event::Subject;
use domain::id::{EmployeeId, UserId};
use store::users::SignIn;
use store::{StoreError, SystemTx, sessions, users};

pub use store::sessions::{Browser, SessionRow};

use crate::caller::Caller;
use crate::installation::App;
use crate::passwords::hashed;
use crate::refusal::Refusal;
use crate::secrets::{fingerprint, new_token};
use crate::sign_in::{self, SESSION, SignedIn};
use crate::told::Teller;

/// Where they are signed in, and which of these is the one that asks.
pub async fn sessions(
    app: &App,
    signed: &SignedIn,
    token: &str,
) -> Result<Vec<(SessionRow, bool)>, Refusal> {
    let (tenant, user, now) = (signed.tenant.id, signed.user.id, app.now());
    let found = app.store.system_read(move |tx| sessions::of_user(tx, tenant, user, now)).await?;
    let this = fingerprint(token);
    Ok(found.into_iter().map(|row| (row.hash == this, row)).map(|(is, row)| (row, is)).collect())
}

/// Ends every other session of theirs, in each tenant this one opens; answers the token that
/// stands for this one from now on.
pub async fn sign_out_elsewhere(
    app: &App,
    token: &str,
    browser: Browser,
) -> Result<String, Refusal> {
    let (hash, now, next) = (fingerprint(token), app.now(), new_token("ses"));
    let fresh = fingerprint(&next);
    app.store
        .system(move |tx| {
            let all = users::of_session(tx, &hash)?;
            renew(tx, &all, &fresh, &browser, now)
        })
        .await?;
    Ok(next)
}

/// A new password, for whoever knows the old one, in each tenant this session opens with it.
/// Ends every other session; answers the token that stands for this one from now on.
pub async fn change_password(
    app: &App,
    token: &str,
    old: &str,
    new: &str,
    browser: Browser,
) -> Result<String, Refusal> {
    let hash = fingerprint(token);
    let all = app.store.system_read(move |tx| users::of_session(tx, &hash)).await?;
    let email = all.first().ok_or(Refusal::SignedOut)?.user.email.clone();
    let fits = sign_in::guess(app, email.as_str(), &browser.address, old, all).await?;
    if fits.is_empty() {
        let detail = "this is not your password; hint: the one you signed in with";
        return Err(Refusal::invalid("old", detail));
    }
    if old == new {
        let detail = "this is the password you have; hint: choose another";
        return Err(Refusal::invalid("new", detail));
    }
    let hash = hashed(app, new).await.map_err(at_new)?;
    let (now, next) = (app.now(), new_token("ses"));
    let (fresh, mint) = (fingerprint(&next), app.mint.clone());
    app.store
        .system(move |tx| {
            for one in &fits {
                let (tenant, user) = (one.tenant, &one.user);
                users::set_password(tx, tenant, user.id, &hash)?;
                let deed = Caller::user(tenant, user.id, &user.name, user.role).deed(now);
                let teller = Teller { deed, mint: mint.clone() };
                let subject = Subject::User(user.id);
                teller.tell_replaced(&mut tx.inside(tenant), subject, "password")?;
            }
            renew(tx, &fits, &fresh, &browser, now)
        })
        .await?;
    Ok(next)
}

/// Ends all sessions of these and begins one for all of them.
fn renew(
    tx: &mut SystemTx<'_>,
    all: &[SignIn],
    fresh: &[u8],
    browser: &Browser,
    now: Timestamp,
) -> Result<(), StoreError> {
    for one in all {
        sessions::close_all(tx, one.tenant, one.user.id)?;
        sessions::open(tx, fresh, one.tenant, one.user.id, browser, now, now + SESSION)?;
    }
    Ok(())
}

/// Which employee the caller is, if any; a token is nobody.
pub async fn employee(app: &App, caller: &Caller) -> Result<Option<EmployeeId>, Refusal> {
    caller.need(Role::Viewer)?;
    let id = caller.actor.id.as_deref().filter(|_| caller.actor.kind == ActorKind::User);
    let Some(id) = id.and_then(|id| id.parse::<UserId>().ok()) else { return Ok(None) };
    Ok(app.store.read(caller.tenant, move |tx| users::employee(tx, id)).await?)
}

/// What is wrong with the password is said where the new one is asked for.
fn at_new(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid { errors } => {
            let mut errors = errors;
            for error in &mut errors {
                error.field = "new".into();
            }
            Refusal::Invalid { errors }
        }
        other => other,
    }
}
