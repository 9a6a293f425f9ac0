//! Signing in: passwords, sessions, and a brake on guessing.

use domain::person::User;
use domain::{Email, Timestamp};
use jiff::SignedDuration;
use store::{attempts, sessions, users};

use crate::installation::App;
use crate::passwords;
use crate::refusal::Refusal;
use crate::secrets::{fingerprint, new_token};

/// How long a session lasts.
pub const SESSION: SignedDuration = SignedDuration::from_hours(24 * 14);
/// Failures within the window after which the door stays shut for a while.
const TRIES: u32 = 8;
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// Checks a password and opens a session; answers its token, which is stored only as a hash.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: &str,
    from: &str,
) -> Result<String, Refusal> {
    let now = app.now();
    let keys = brake_keys(email, from);
    throttle(app, &keys, now).await?;
    let wrong = || {
        Refusal::invalid(
            "password",
            "e-mail and password do not fit; hint: check both, and caps lock",
        )
    };
    let Ok(email) = Email::parse(email) else { return Err(wrong()) };
    let found = app.store.system_read(move |tx| users::by_email(tx, &email)).await?;
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    let password = password.to_owned();
    // Counted before it is checked, so that many at once are still many.
    let counted = keys.clone();
    app.store
        .system(move |tx| {
            attempts::sweep(tx, now - WINDOW)?;
            counted.iter().try_for_each(|key| attempts::record(tx, key, now))
        })
        .await?;
    let slot = app.hashing.acquire().await.expect("the semaphore is never closed");
    let checked =
        tokio::task::spawn_blocking(move || passwords::verify(&password, hash.as_deref())).await;
    drop(slot);
    let found = found.filter(|_| checked.unwrap_or(false)).ok_or_else(wrong)?;
    app.store.system(move |tx| keys.iter().try_for_each(|key| attempts::clear(tx, key))).await?;
    open(app, &found.user, found.tenant).await
}

/// Opens a session for someone who has just proved who they are.
pub async fn open(app: &App, user: &User, tenant: domain::id::TenantId) -> Result<String, Refusal> {
    let (token, now, user) = (new_token("ses"), app.now(), user.id);
    let hash = fingerprint(&token);
    app.store
        .system(move |tx| {
            sessions::sweep(tx, now)?;
            sessions::open(tx, &hash, tenant, user, now, now + SESSION)
        })
        .await?;
    Ok(token)
}

/// Sessions in use go on; the instant is rewritten rarely, since every page asks.
pub(crate) async fn touch(app: &App, hash: Vec<u8>, now: Timestamp) {
    let touched = app.store.system(move |tx| sessions::touch(tx, &hash, now, now + SESSION));
    // A busy writer is no reason to turn somebody away.
    if let Err(error) = touched.await {
        let error: store::StoreError = error;
        tracing::debug!(%error, "a session's last use was not written");
    }
}

pub async fn sign_out(app: &App, token: &str) -> Result<(), Refusal> {
    let hash = fingerprint(token);
    Ok(app.store.system(move |tx| sessions::close(tx, &hash)).await?)
}

/// One brake for the name and one for the address it comes from.
fn brake_keys(email: &str, from: &str) -> Vec<String> {
    let email = format!("email:{}", domain::text::key(email));
    // Behind a proxy everybody comes from one address, which says nothing.
    if from.is_empty() { vec![email] } else { vec![email, format!("from:{from}")] }
}

async fn throttle(app: &App, keys: &[String], now: Timestamp) -> Result<(), Refusal> {
    let (keys, since) = (keys.to_vec(), now - WINDOW);
    let counts = app
        .store
        .system_read(move |tx| {
            keys.iter()
                .map(|key| attempts::count_since(tx, key, since))
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    // An office behind one address has many people in it.
    let most = [TRIES, TRIES * 10];
    if counts.iter().zip(most).any(|(count, most)| *count >= most) {
        return Err(Refusal::Throttled { minutes: 15 });
    }
    Ok(())
}
