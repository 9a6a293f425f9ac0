//! Signing in: passwords, sessions, and a brake on guessing.

use std::net::Ipv6Addr;

use domain::company::Tenant;
use domain::id::{TenantId, UserId};
use domain::person::User;
use domain::{Email, Timestamp};
use jiff::SignedDuration;
use store::users::SignIn;
use store::{attempts, sessions, users};

pub use store::sessions::Browser;

use crate::caller::Caller;
use crate::installation::App;
use crate::passwords;
use crate::refusal::Refusal;
use crate::secrets::{fingerprint, new_token};

/// How long a session lasts.
pub const SESSION: SignedDuration = SignedDuration::from_hours(24 * 14);
/// Failures within the window after which the door stays shut for a while.
const TRIES: u32 = 8;
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// A session as its cookie's owner sees it, in one tenant.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub user: User,
    pub tenant: Tenant,
    /// Further tenants the same cookie opens.
    pub others: Vec<Tenant>,
}

impl SignedIn {
    /// Of all that a cookie opens, the tenant asked for, else the one last visited; and whether
    /// the visit should be written down.
    pub(crate) fn of(
        mut found: Vec<sessions::Session>,
        slug: Option<&str>,
        now: Timestamp,
    ) -> Option<(Self, bool)> {
        let asked = found.iter().position(|one| Some(one.tenant.slug.as_str()) == slug);
        if found.is_empty() {
            return None;
        }
        let one = found.remove(asked.unwrap_or_default());
        let wants_touch = one.wants_touch(now);
        let mut others: Vec<_> = found.into_iter().map(|other| other.tenant).collect();
        others.sort_by(|a, b| a.name.cmp(&b.name));
        Some((SignedIn { user: one.user, tenant: one.tenant, others }, wants_touch))
    }

    pub fn caller(&self) -> Caller {
        Caller::user(self.tenant.id, self.user.id, &self.user.name, self.user.role)
    }
}

/// Checks a password and opens a session in every tenant where it fits; answers its token, which
/// is stored only as a hash.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: &str,
    browser: Browser,
) -> Result<String, Refusal> {
    let wrong = || {
        Refusal::invalid(
            "password",
            "e-mail and password do not fit; hint: check both, and caps lock",
        )
    };
    let asked = Email::parse(email);
    let known = match asked.clone() {
        Ok(email) => app.store.system_read(move |tx| users::by_email(tx, &email)).await?,
        Err(_) => Vec::new(),
    };
    let fits = guess(app, email, &browser.address, password, known).await?;
    if fits.is_empty() {
        return Err(wrong());
    }
    let seats = fits.into_iter().map(|one| (one.tenant, one.user.id)).collect();
    begin(app, seats, browser).await
}

/// Which of these users have this password. Counted as a guess until one fits, and refused when
/// there were too many.
pub(crate) async fn guess(
    app: &App,
    email: &str,
    address: &str,
    password: &str,
    known: Vec<SignIn>,
) -> Result<Vec<SignIn>, Refusal> {
    let now = app.now();
    let keys = brake_keys(email, address);
    // Asked first where it costs nothing, so that a flood never holds up a writer.
    let asked = keys.clone();
    app.store.system_read(move |tx| throttle(tx, &asked, now)).await?;
    // Counted before it is checked, so that many at once are still many.
    let counted = keys.clone();
    app.store
        .system(move |tx| {
            attempts::sweep(tx, now - WINDOW, now + WINDOW)?;
            throttle(tx, &counted, now)?;
            counted.iter().try_for_each(|key| attempts::record(tx, key, now))?;
            Ok::<_, Refusal>(())
        })
        .await?;
    let all = known.len();
    let fits = verified(app, password, known).await;
    if !fits.is_empty() {
        // Whoever knows one password must not wipe out the guesses at others: of the same e-mail
        // in another tenant, or from their address.
        let everywhere = fits.len() == all;
        let cleared = app.store.system(move |tx| {
            if everywhere {
                attempts::clear(tx, &keys[0])?;
            } else {
                attempts::take_back(tx, &keys[0], now)?;
            }
            keys.iter().skip(1).try_for_each(|key| attempts::take_back(tx, key, now))
        });
        let cleared: Result<(), store::StoreError> = cleared.await;
        cleared?;
    }
    Ok(fits)
}

/// One check for each hash there is, and one for nobody.
async fn verified(app: &App, password: &str, known: Vec<SignIn>) -> Vec<SignIn> {
    let mut hashes: Vec<_> = known.iter().map(|one| Some(one.password_hash.clone())).collect();
    hashes.sort_unstable();
    hashes.dedup();
    if hashes.is_empty() {
        hashes.push(None);
    }
    let mut fitting = Vec::new();
    for hash in hashes {
        let slot = app.hashing.acquire().await.expect("the semaphore is never closed");
        let password = password.to_owned();
        let checked = tokio::task::spawn_blocking(move || {
            passwords::verify(&password, hash.as_deref()).then_some(hash).flatten()
        });
        fitting.extend(checked.await.ok().flatten());
        drop(slot);
    }
    known.into_iter().filter(|one| fitting.contains(&one.password_hash)).collect()
}

/// Opens a session for someone who has just proved who they are.
pub async fn open(
    app: &App,
    user: &User,
    tenant: TenantId,
    browser: Browser,
) -> Result<String, Refusal> {
    begin(app, vec![(tenant, user.id)], browser).await
}

async fn begin(
    app: &App,
    seats: Vec<(TenantId, UserId)>,
    browser: Browser,
) -> Result<String, Refusal> {
    let (token, now) = (new_token("ses"), app.now());
    let hash = fingerprint(&token);
    app.store
        .system(move |tx| {
            sessions::sweep(tx, now)?;
            seats.into_iter().try_for_each(|(tenant, user)| {
                sessions::open(tx, &hash, tenant, user, &browser, now, now + SESSION)
            })
        })
        .await?;
    Ok(token)
}

/// Whose session this is, in the tenant asked for where it opens that one, else where they were
/// last; `None` when it ended or never was.
pub async fn session(
    app: &App,
    token: &str,
    slug: Option<&str>,
) -> Result<Option<SignedIn>, Refusal> {
    let (hash, now) = (fingerprint(token), app.now());
    let found = app.store.system_read(move |tx| sessions::find(tx, &hash, now)).await?;
    Ok(SignedIn::of(found, slug, now).map(|(signed, _)| signed))
}

/// Sessions in use go on; the instant is rewritten rarely, since every page asks.
pub(crate) async fn touch(app: &App, hash: Vec<u8>, tenant: TenantId, now: Timestamp) {
    let touched =
        app.store.system(move |tx| sessions::touch(tx, &hash, tenant, now, now + SESSION));
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
fn brake_keys(email: &str, address: &str) -> Vec<String> {
    let email = format!("email:{}", domain::text::key(email));
    // Behind a proxy nobody told us of, everybody comes from one address, which says nothing.
    if address.is_empty() { vec![email] } else { vec![email, format!("from:{}", network(address))] }
}

/// Whoever has one IPv6 address has 2⁶⁴ of them.
fn network(address: &str) -> String {
    match address.parse::<Ipv6Addr>() {
        Ok(one) => {
            let [a, b, c, d, ..] = one.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Err(_) => address.to_owned(),
    }
}

fn throttle(tx: &mut store::SystemTx<'_>, keys: &[String], now: Timestamp) -> Result<(), Refusal> {
    // An office behind one address has many people in it.
    for (key, most) in keys.iter().zip([TRIES, TRIES * 10]) {
        if attempts::count_between(tx, key, now - WINDOW, now + WINDOW)? >= most {
            return Err(Refusal::Throttled { minutes: wait(tx, key, most, now)? });
        }
    }
    Ok(())
}

/// In how many minutes enough of them are long ago.
fn wait(
    tx: &mut store::SystemTx<'_>,
    key: &str,
    most: u32,
    now: Timestamp,
) -> Result<u32, Refusal> {
    let last = attempts::nth_latest(tx, key, most - 1, now - WINDOW, now + WINDOW)?;
    let longest = WINDOW.as_mins();
    // Until that one too is longer ago than what is counted.
    let minutes = last.map_or(longest, |at| (at + WINDOW).duration_since(now).as_mins() + 1);
    Ok(u32::try_from(minutes.clamp(1, longest)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_ipv6_network_share_a_brake() {
        assert_eq!(network("2001:db8:1:2:aaaa::1"), network("2001:db8:1:2::7"));
        assert_ne!(network("2001:db8:1:2::7"), network("2001:db8:1:3::7"));
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
    }
}
