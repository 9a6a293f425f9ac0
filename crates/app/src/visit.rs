//! A visit: whose session a page belongs to, and what every page shows around its own matter.
//! All of it comes from one read, since every page begins with it.

use domain::company::{Company, Tenant};
use domain::person::User;
use store::{alerts, conflicts, sessions, tenants};

use crate::caller::Caller;
use crate::installation::App;
use crate::questions::Alert;
use crate::refusal::Refusal;
use crate::secrets::fingerprint;
use crate::sign_in;

/// A signed-in person inside their tenant.
#[derive(Debug, Clone)]
pub struct Visit {
    pub user: User,
    pub tenant: Tenant,
    pub company: Company,
    /// Questions that wait for an answer.
    pub conflicts: u32,
    /// Open ones, newest first.
    pub alerts: Vec<Alert>,
}

impl Visit {
    pub fn caller(&self) -> Caller {
        Caller::user(self.tenant.id, self.user.id, &self.user.name, self.user.role)
    }
}

/// `None` when the session ended or never was.
pub async fn visit(app: &App, token: &str) -> Result<Option<Visit>, Refusal> {
    let (hash, now) = (fingerprint(token), app.now());
    let seen = hash.clone();
    let found = app.store.system_read(move |tx| {
        let Some(session) = sessions::find(tx, &seen, now)? else { return Ok(None) };
        let wants_touch = session.wants_touch(now);
        let mut tx = tx.inside(session.tenant.id);
        let visit = Visit {
            user: session.user,
            tenant: session.tenant,
            company: tenants::company(&mut tx)?,
            conflicts: conflicts::count_open(&mut tx)?,
            alerts: alerts::open(&mut tx)?,
        };
        Ok::<_, Refusal>(Some((visit, wants_touch)))
    });
    let found = found.await?;
    if found.as_ref().is_some_and(|(_, wants_touch)| *wants_touch) {
        sign_in::touch(app, hash, now).await;
    }
    Ok(found.map(|(visit, _)| visit))
}
