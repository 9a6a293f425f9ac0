//! `stockroom demo`: a throw-away installation over a simulated Kandji tenant that lives.

use std::time::Duration;

use app::setup::{self, First};
use app::sources::{self, Connection};
use app::{App, Caller, Clock, Refusal};
use jiff::SignedDuration;
use kandji::sim::{self, SimConfig, Tenant};
use reconcile::preset::Preset;
use secrecy::SecretString;
use serde_json::json;
use web::DemoHint;

use crate::Outcome;
use crate::arguments::Demo;
use crate::commands::serve;
use crate::settings::Settings;

const EMAIL: &str = "demo@example.com";
/// Something happens in the simulated company this often.
const LIFE: Duration = Duration::from_secs(4);
const EVERY: SignedDuration = SignedDuration::from_secs(30);

pub async fn demo(mut settings: Settings, demo: &Demo) -> Result<Outcome, Refusal> {
    let folder = Folder::new()?;
    settings.data_dir = folder.0.clone();
    settings.database_url = folder.0.join("demo.db").to_string_lossy().into_owned();
    settings.extra_hosts = vec!["http://127.0.0.1:*".into()];
    settings.requests_per_second = 0;
    // Its people are invented.
    settings.mail = None;

    let listener = serve::listen(settings.listen).await?;
    let address = listener.local_addr().map_err(|error| Refusal::Failed(error.to_string()))?;
    settings.base_url = format!("http://{address}");
    let clock = Clock::system();
    let config = SimConfig {
        devices: demo.devices,
        now: clock.now(),
        dated: sim::Dated::ByMachine,
        ..SimConfig::default()
    };
    let tenant = Tenant::new(config);
    let kandji = sim::serve(tenant.clone(), ([127, 0, 0, 1], 0).into())
        .await
        .map_err(|error| Refusal::Failed(format!("the simulated tenant: {error}")))?;

    let app = settings.open()?;
    let password = app::secrets::new_password();
    prepare(&app, &kandji, &password).await?;
    say!("Stockroom demo\n");
    say!("  Address   {}", settings.base_url);
    say!("  E-mail    {EMAIL}");
    say!("  Password  {password}\n");
    say!("A simulated Kandji tenant with {} devices changes every few seconds;", demo.devices);
    say!("it is synced every half minute. Everything is thrown away when you press Ctrl-C.");

    let life = tokio::spawn(async move {
        let mut interval = tokio::time::interval(LIFE);
        loop {
            interval.tick().await;
            happen(&tenant, &clock);
        }
    });
    let hint = DemoHint { email: EMAIL.into(), password, seconds: EVERY.as_secs() };
    let done = serve::until_stopped(app, &settings, listener, Some(EVERY), Some(hint)).await;
    life.abort();
    kandji.shutdown().await;
    done
}

/// One thing more happens in the simulated company.
fn happen(tenant: &Tenant, clock: &Clock) {
    tenant.set_now(clock.now());
    let what = tenant.step();
    tracing::debug!("{what}");
}

/// An administrator, a source, a first sync.
async fn prepare(app: &App, kandji: &sim::Running, password: &str) -> Result<(), Refusal> {
    let first = First {
        company: "Example Company".into(),
        name: "Demo Administrator".into(),
        email: EMAIL.into(),
        password: password.into(),
    };
    let (user, tenant) = setup::first(app, first).await?;
    let caller = Caller::user(tenant.id, user.id, &user.name, user.role);
    let connection =
        Connection { api_url: kandji.url(), token: SecretString::from(kandji.token().to_owned()) };
    let name = "Kandji (simulated)";
    let settings = json!({
        "first_run": "apply",
        "assign": {"on_assign": true, "on_change": true, "on_removed": true},
        "employees": {"create": true},
        "guard": {"max_changes_percent": 100, "max_checkins": 1000, "max_absent_percent": 100},
        "category": {"Mac": "Laptops", "iPhone": "Phones", "iPad": "Tablets", "AppleTV": "Displays"},
    });
    let settings = app::settings::Settings::of(Preset::Recommended).patched(&settings, false)?;
    let source = sources::create(app, &caller, name, &connection, settings).await?;
    app::sync::run_here(app, &caller, source.id, app::runs::Mode::Apply).await?;
    sources::start_soon(app, &caller, source.id, EVERY).await
}

/// A folder that goes when the demo does.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Result<Self, Refusal> {
        let name = format!("stockroom-demo-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).map_err(|error| {
            Refusal::Failed(format!("the folder {} cannot be made: {error}", path.display()))
        })?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now is in the system's temporary folder anyway.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simulated_company_lives_although_nobody_logs_it() {
        let tenant = Tenant::new(SimConfig { devices: 20, ..SimConfig::default() });
        let before = format!("{:?}", tenant.devices());
        for _ in 0..10 {
            happen(&tenant, &Clock::system());
        }
        assert_ne!(format!("{:?}", tenant.devices()), before);
    }
}
