//! Automated Device Enrollment tokens: an alert before one expires. A run that reads them anyway
//! looks at them; for other sources a job asks once a day, where the token permits it.

use std::sync::Arc;

use domain::Timestamp;
use domain::id::SourceId;
use jiff::SignedDuration;
use kandji::endpoints;
use kandji::permission::Permission;
use kandji::wire::AdeIntegration;
use store::alerts::{self, Severity};
use store::sources::{self, Source};
use store::{StoreError, Tx};

use crate::alerts::{About, Bell, Words, told_at};
use crate::installation::App;
use crate::jobs::{Held, Work};
use crate::refusal::Refusal;
use crate::sync::{Trouble, client};

/// Renewing takes somebody with access to Apple Business Manager.
const AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);
const DAILY: SignedDuration = SignedDuration::from_hours(24);
/// After that it is asked again on the next day.
const ATTEMPTS: u32 = 3;

/// Raises and mends what all the tokens of a source say now.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    source: &Source,
    tokens: &[AdeIntegration],
    bell: &Bell,
) -> Result<(), StoreError> {
    let mut ending = Vec::new();
    for token in tokens {
        let Some(at) = expires(token, bell.now).filter(|at| *at <= bell.now + AHEAD) else {
            continue;
        };
        let about = About::AdeToken(source.id, token.id.clone());
        let words = words(tx, source, token, at, bell.now)?;
        bell.raise(tx, &about, words)?;
        ending.push(about.key());
    }
    for open in alerts::open(tx)? {
        let about = About::parse(&open.key);
        let ours = matches!(&about, Some(About::AdeToken(of, _)) if *of == source.id);
        if let Some(about) = about.filter(|_| ours && !ending.contains(&open.key)) {
            bell.mend(tx, &about)?;
        }
    }
    Ok(())
}

/// Older tenants tell only how many days are left.
fn expires(token: &AdeIntegration, now: Timestamp) -> Option<Timestamp> {
    let by_days = || {
        let hours = token.days_left?.checked_mul(24)?;
        now.checked_add(SignedDuration::try_from_hours(hours)?).ok()
    };
    token.access_token_expiry.or_else(by_days)
}

fn words(
    tx: &mut Tx<'_>,
    source: &Source,
    token: &AdeIntegration,
    at: Timestamp,
    now: Timestamp,
) -> Result<Words, StoreError> {
    let name = if token.server_name.is_empty() { &token.id } else { &token.server_name };
    let when = told_at(tx, at)?;
    let (does, did) =
        if at <= now { ("has expired", "expired") } else { ("will expire", "will expire") };
    Ok(Words {
        severity: Severity::Warning,
        title: format!("The enrollment token \"{name}\" {does}"),
        detail: format!(
            "the Automated Device Enrollment token \"{name}\" of {} {did} on {when}; hint: download \
             a new one from Apple Business Manager, and renew it in Kandji under Settings, \
             Integrations, Automated Device Enrollment; this goes away once Kandji tells of it",
            source.name
        ),
        link: format!("sources/{}", source.id),
    })
}

/// After a run that worked: the daily look is due, and the run did not look itself.
pub(crate) fn ask_daily(tx: &mut Tx<'_>, source: &Source, bell: &Bell) -> Result<(), StoreError> {
    let path = Permission::ListIntegrations.path();
    let permitted = source.capabilities.iter().any(|can| can.ok && can.permission == path);
    let lately = source.ade_asked_at.is_some_and(|at| bell.now.duration_since(at) < DAILY);
    if !source.enabled || !permitted || lately || read_by_runs(source) {
        return Ok(());
    }
    bell.enqueue(tx, &Work::LookAtAdeTokens { source: source.id })
}

fn read_by_runs(source: &Source) -> bool {
    let rules = &source.rules;
    rules.wants_ade() || kandji::properties::needs(rules.wanted_properties()).ade
}

/// The job. What cannot be had costs this feature alone, and silently: the source's page lists
/// the permission.
pub(crate) async fn look(app: &App, held: &Arc<Held>, id: SourceId) -> Result<(), Refusal> {
    let tenant = held.job.tenant;
    let found = app.store.read(tenant, move |tx| sources::find(tx, id)).await?;
    let asked = match found.filter(|source| source.enabled && !read_by_runs(source)) {
        Some(source) => ask(app, held, source).await?,
        None => None,
    };
    let (held, bell) = (held.clone(), Bell::of(app));
    app.store
        .write(tenant, move |tx| {
            held.finish(tx, |tx| {
                let Some((source, tokens)) = asked else { return Ok(()) };
                sources::ade_asked(tx, source.id, bell.now)?;
                match tokens {
                    Some(tokens) => note(tx, &source, &tokens, &bell),
                    None => Ok(()),
                }
            })
        })
        .await
}

type Asked = Option<(Source, Option<Vec<AdeIntegration>>)>;

/// `Err` only where it is worth another attempt today.
async fn ask(app: &App, held: &Held, source: Source) -> Result<Asked, Refusal> {
    let client = client(app, held.job.tenant, &source).map_err(Trouble::refusal)?;
    match endpoints::ade_integrations(&client).await {
        Ok(walk) if walk.is_complete() => Ok(Some((source, Some(walk.rows)))),
        Err(fault) if fault.is_transient() && held.job.attempts < ATTEMPTS => {
            Err(Refusal::Failed(fault.to_string()))
        }
        answer => {
            tracing::debug!(?answer, "the enrollment tokens could not be read today");
            Ok(Some((source, None)))
        }
    }
}
