//! A small believable company for tests: an installation in this process, a simulated tenant
//! beside it, and a clock that only moves when told.

use std::sync::Arc;

use app::settings::Settings;
use app::setup::{self, First};
use app::sources::{self, Connection, Source};
use app::{App, Caller, Clock, Options};
use domain::Timestamp;
use jiff::SignedDuration;
use kandji::ExtraHosts;
use kandji::sim::{self, Running, SimConfig};
use reconcile::preset::Preset;
use secrecy::SecretString;
use serde_json::{Value, json};
use store::DatabaseUrl;
use store::runs::{Run, RunMode, RunState};

pub struct Company {
    pub app: App,
    pub clock: Clock,
    pub caller: Caller,
    pub kandji: Running,
    pub source: Source,
    pub options: Options,
    _folder: Arc<tempfile::TempDir>,
}

/// Midday, a while after the simulated tenant was drawn.
pub fn noon() -> Timestamp {
    Timestamp::constant(1_788_264_000, 0)
}

impl Company {
    /// On SQLite, with so many devices; the source applies its first run and creates people.
    pub async fn with(devices: usize) -> Company {
        Company::on(None, devices, &json!({})).await
    }

    pub async fn with_settings(devices: usize, settings: &Value) -> Company {
        Company::on(None, devices, settings).await
    }

    /// `None` is a fresh SQLite file.
    pub async fn on(database: Option<DatabaseUrl>, devices: usize, settings: &Value) -> Company {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let clock = Clock::fixed(noon());
        let sqlite = DatabaseUrl::Sqlite(folder.path().join("stockroom.db"));
        let options = Options {
            database: database.unwrap_or(sqlite),
            keys: app::secrets::Keys::new([7; 32]),
            clock: clock.clone(),
            extra_hosts: ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap(),
            requests_per_second: None,
        };
        let app = App::open(options.clone()).unwrap();
        let first = First {
            company: "Example Company".into(),
            name: "Robin Sample".into(),
            email: "robin.sample@example.com".into(),
            password: "a long enough password".into(),
        };
        let (user, tenant) = setup::first(&app, first).await.unwrap();
        let caller = Caller::user(tenant.id, user.id, &user.name, user.role);
        let kandji = sim::start(SimConfig { devices, ..SimConfig::default() }).await.unwrap();
        let connection = connection(&kandji);
        let preset = Settings::of(Preset::Recommended);
        let source = sources::create(&app, &caller, "Kandji", &connection, preset).await.unwrap();
        let usual = json!({
            "first_run": "apply",
            "employees": {"create": true},
            "assign": {"on_assign": true, "on_change": true, "on_removed": true},
            "guard": {"max_changes_percent": 100, "max_checkins": 1000, "max_absent_percent": 100},
        });
        for settings in [&usual, settings] {
            sources::save_settings(&app, &caller, source.id, None, settings).await.unwrap();
        }
        let source = sources::source(&app, &caller, source.id).await.unwrap();
        Company { app, clock, caller, kandji, source, options, _folder: folder }
    }

    /// One run to its end, a minute after whatever came before.
    pub async fn sync(&self) -> Run {
        self.clock.advance(SignedDuration::from_mins(1));
        app::sync::run_here(&self.app, &self.caller, self.source.id, RunMode::Apply).await.unwrap()
    }

    /// One run that must be applied.
    pub async fn applied(&self) -> Run {
        let run = self.sync().await;
        assert_eq!(run.state, RunState::Applied, "{:?}", run.error);
        run
    }

    pub async fn preview(&self) -> Run {
        app::sync::run_here(&self.app, &self.caller, self.source.id, RunMode::Preview)
            .await
            .unwrap()
    }

    pub async fn source(&self) -> Source {
        sources::source(&self.app, &self.caller, self.source.id).await.unwrap()
    }

    pub async fn assets(&self) -> Vec<app::assets::AssetRow> {
        let query = app::assets::AssetQuery {
            limit: 200,
            archived: app::assets::Archived::Any,
            ..Default::default()
        };
        app::assets::list(&self.app, &self.caller, query).await.unwrap().items
    }
}

pub fn connection(kandji: &Running) -> Connection {
    let token = SecretString::from(kandji.token().to_owned());
    Connection { api_url: kandji.url(), token }
}
