//! Moves two and three: everything the settings need is fetched, then said in our words.

use kandji::fetch::{Fetched, Wants};
use kandji::{ApiUrl, Client, Limits};
use reconcile::Rules;
use reconcile::survey::Survey;
use secrecy::SecretString;
use store::sources::Source;

use crate::installation::App;
use crate::refusal::Refusal;
use crate::sync::begin::Opened;
use crate::sync::heart::Progress;
use crate::sync::moves::Trouble;

/// What a walk brought.
pub(crate) struct Seen {
    pub survey: Survey,
    /// The rows as sent, for the details panel.
    pub rows: Vec<kandji::fetch::RawRow>,
    pub requests: u64,
    /// Features that this token's permissions did not allow, each as a sentence.
    pub degraded: Vec<String>,
}

pub(crate) async fn fetch(
    app: &App,
    opened: &Opened,
    source: &Source,
    progress: &Progress,
) -> Result<Seen, Trouble> {
    let token = app.keys.open(&source.token, &token_place(opened.tenant, source.id))?;
    let client = connect(app, &source.api_url, &token)?;
    let wants = wants(&source.rules);
    let moved = |seen: kandji::endpoints::Progress| {
        progress.set(seen.pages, seen.devices as u64);
    };
    let fetched = kandji::fetch::fetch(&client, &wants, &moved).await.map_err(Trouble::Source)?;
    let rules = source.rules.clone();
    let observed = tokio::task::spawn_blocking(move || observe(fetched, &rules));
    observed.await.map_err(|bug| Refusal::Failed(format!("reading the rows stopped: {bug}")).into())
}

fn observe(fetched: Fetched, rules: &Rules) -> Seen {
    let wanted: Vec<&str> = rules.wanted_properties().collect();
    let survey = kandji::observe::observe(&fetched, &wanted);
    Seen { survey, requests: fetched.requests, degraded: fetched.degraded, rows: fetched.raw }
}

/// The list alone is enough for a full sync; the rest is asked for only where a setting reads it.
fn wants(rules: &Rules) -> Wants {
    Wants {
        ade: rules.wants_ade(),
        users: rules.employees.import_directory,
        properties: rules.wanted_properties().map(str::to_owned).collect(),
    }
}

/// A client for a source; the address was checked when it was stored, and is checked again.
pub(crate) fn connect(app: &App, api_url: &str, token: &SecretString) -> Result<Client, Trouble> {
    let api = ApiUrl::parse(api_url, &app.extra_hosts)
        .map_err(|error| Refusal::invalid("api_url", error))?;
    let limits = Limits { list_per_second: app.requests_per_second, ..Limits::default() };
    Client::new(api, token, limits).map_err(Trouble::Source)
}

/// What a source's sealed token is bound to.
pub(crate) fn token_place(tenant: domain::id::TenantId, source: domain::id::SourceId) -> String {
    format!("{tenant}/source/{source}")
}
