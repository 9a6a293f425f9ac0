//! A visit: whose session a page belongs to, and what every page shows around its own matter.
//! All of it comes from one read, since every page begins with it.

use domain::company::Company;
use store::{alerts, conflicts, sessions, tenants, users};

use crate::alerts::{Alert, urgent_of};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::secrets::fingerprint;
use crate::sign_in::{self, SignedIn};

/// A signed-in person inside a tenant.
#[derive(Debug, Clone)]
pub struct Visit {
    pub signed: SignedIn,
    pub company: Company,
    /// Questions that wait for an answer.
    pub conflicts: u32,
    /// Whether one of the employees is who visits.
    pub employed: bool,
    /// Open ones.
    pub alerts: usize,
    /// The worst that this administrator has not seen yet, newest first.
    pub urgent: Vec<Alert>,
}

impl Visit {
    pub fn caller(&self) -> Caller {
        self.signed.caller()
    }
}

/// In the tenant asked for where the session opens that one, else where they were last; `None`
/// when it ended or never was.
pub async fn visit(app: &App, token: &str, slug: Option<&str>) -> Result<Option<Visit>, Refusal> {
    let (hash, now) = (fingerprint(token), app.now());
    let (seen, slug) = (hash.clone(), slug.map(str::to_owned));
    let found = app.store.system_read(move |tx| {
        let found = sessions::find(tx, &seen, now)?;
        let Some((signed, wants_touch)) = SignedIn::of(found, slug.as_deref(), now) else {
            return Ok(None);
        };
        let mut tx = tx.inside(signed.tenant.id);
        let alerts = alerts::open(&mut tx)?;
        let visit = Visit {
            employed: users::employee(&mut tx, signed.user.id)?.is_some(),
            urgent: urgent_of(&mut tx, &signed.caller(), &alerts)?,
            signed,
            company: tenants::company(&mut tx)?,
            conflicts: conflicts::count_open(&mut tx)?,
            alerts: alerts.len(),
        };
        Ok::<_, Refusal>(Some((visit, wants_touch)))
    });
    let Some((visit, wants_touch)) = found.await? else { return Ok(None) };
    if wants_touch {
        sign_in::touch(app, hash, visit.signed.tenant.id, now).await;
    }
    Ok(Some(visit))
}
