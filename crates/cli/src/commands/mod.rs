//! One file a command.

pub mod admin;
pub mod backup;
pub mod demo;
pub mod doctor;
pub mod export;
pub mod import;
pub mod kandji_sim;
pub mod kandji_walk;
pub mod migrate;
pub mod restore;
pub mod serve;
pub mod sync;
pub mod token;

use app::{App, Caller, Refusal};

/// The command line acts as the system, in the tenant named, else in the first.
async fn caller(app: &App, tenant: Option<&str>) -> Result<Caller, Refusal> {
    let found = match tenant {
        Some(slug) => app::company::tenant(app, slug).await?,
        None => app::company::first(app).await?,
    };
    let missing = || match tenant {
        Some(slug) => Refusal::not_found("tenant", slug),
        None => Refusal::conflict(
            "nothing is set up yet; hint: stockroom admin create --email you@example.com",
        ),
    };
    Ok(Caller::system(found.ok_or_else(missing)?.id))
}
