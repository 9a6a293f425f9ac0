//! Figures for whoever watches the installation from outside: of the whole of it, and of the
//! tenants that the asker may see.

use domain::access::Role;
use domain::company::Tenant;
use jiff::SignedDuration;
use store::{metrics, tenants as kept};

pub use store::metrics::{Figures, OfSource};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::tenants;

/// Runs are counted this far back.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What is told.
#[derive(Debug, Clone)]
pub struct Watched {
    pub database_bytes: i64,
    pub tenants: Vec<(Tenant, Figures)>,
}

/// For the machine itself (`None`) and those who administer the installation, every tenant; for
/// anybody else their own.
pub async fn watched(app: &App, caller: Option<&Caller>) -> Result<Watched, Refusal> {
    let own = match caller {
        None => None,
        Some(caller) => {
            caller.need(Role::Viewer)?;
            let all = tenants::administers(app, caller).await?;
            (!all).then_some(caller.tenant)
        }
    };
    let since = app.now() - DAY;
    let read = app.store.system_read(move |tx| {
        let mut told = Vec::new();
        for tenant in kept::list(tx)? {
            if own.is_none_or(|own| own == tenant.id) {
                let figures = metrics::figures(&mut tx.inside(tenant.id), since)?;
                told.push((tenant, figures));
            }
        }
        Ok(Watched { database_bytes: metrics::database_bytes(tx)?, tenants: told })
    });
    read.await
}
