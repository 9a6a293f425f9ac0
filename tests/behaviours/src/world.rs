//! The world of one test: how it is set up, how it is spoken to, how time passes in it.

use std::time::Duration;

use app::setup::{self, First};
use app::{Caller, Clock, tokens};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use domain::Timestamp;
use domain::access::Role;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use jiff::SignedDuration;
use kandji::sim::{self, Running, SimConfig, Tenant};
use serde_json::{Value, json};

use crate::answer::{Answer, Text};
use crate::process::{Process, memory_folder};

pub const EMAIL: &str = "robin.sample@example.com";
pub const PASSWORD: &str = "a long enough password";

/// How long a run or a page may take before the test gives up.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct World {
    pub kandji: Running,
    pub clock: Clock,
    process: Option<Process>,
    http: Client<HttpConnector, Body>,
    token: String,
    pub(crate) caller: Caller,
    session: String,
    folder: tempfile::TempDir,
}

/// Every switch of custody turned on.
pub fn all_on() -> Value {
    json!({"assign": {"on_assign": true, "on_change": true, "on_removed": true}})
}

/// Guards that never hold a run.
pub fn unguarded() -> Value {
    let limits =
        json!({"max_changes_percent": 100, "max_checkins": 1000, "max_absent_percent": 100});
    json!({"guard": limits})
}

impl World {
    /// A fresh installation with its first administrator, beside an empty Kandji tenant.
    pub async fn new() -> World {
        World::beside(SimConfig { devices: 0, ..SimConfig::default() }).await
    }

    /// The same beside a Kandji tenant of so many devices.
    pub async fn with_devices(devices: usize) -> World {
        World::beside(SimConfig { devices, ..SimConfig::default() }).await
    }

    pub async fn beside(config: SimConfig) -> World {
        let kandji = sim::start(config).await.expect("a port of this machine is free");
        let clock = Clock::fixed(noon());
        let folder = memory_folder();
        let process = Process::start(folder.path(), &clock).await;
        let first = First {
            company: "Example Company".into(),
            name: "Robin Sample".into(),
            email: EMAIL.into(),
            password: PASSWORD.into(),
        };
        let (user, tenant) = setup::first(&process.app, first).await.expect("it is new");
        let caller = Caller::user(tenant.id, user.id, &user.name, user.role);
        let made = tokens::create(&process.app, &caller, "tests", Role::Administrator).await;
        let (_, token) = made.expect("an administrator makes tokens");
        let http = Client::builder(TokioExecutor::new()).build_http();
        let mut world = World {
            kandji,
            clock,
            process: Some(process),
            http,
            token,
            caller,
            session: String::new(),
            folder,
        };
        world.session = world.sign_in().await;
        world
    }

    /// The levers of the Kandji tenant.
    pub fn sim(&self) -> &Tenant {
        &self.kandji.tenant
    }

    pub fn process(&self) -> &Process {
        self.process.as_ref().expect("a process runs")
    }

    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("stockroom.db")
    }

    pub fn tenant(&self) -> domain::id::TenantId {
        self.caller.tenant
    }

    /// Kills the process, whatever it was doing; nothing answers until another is started.
    pub async fn kill(&mut self) {
        self.process.take().expect("a process runs").kill().await;
    }

    /// Starts another process over the same database.
    pub async fn restart(&mut self) {
        self.process = Some(Process::start(self.folder.path(), &self.clock).await);
    }

    /// Time passes, here and in Kandji.
    pub fn advance(&self, hours: i64) {
        self.pass(SignedDuration::from_hours(hours));
    }

    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
        self.sim().set_now(self.sim().now() + time);
    }

    // The API, with an administrator's token.

    pub async fn get(&self, path: &str) -> Answer {
        self.api("GET", path, &Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.api("POST", path, &body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.api("PATCH", path, &body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.api("PUT", path, &body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.api("DELETE", path, &Value::Null).await
    }

    async fn api(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(method, &format!("/api/v1{path}"));
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body).expect("it is a request")).await
    }

    // The pages, signed in as the administrator.

    /// A page of the tenant: `page("assets")`.
    pub async fn page(&self, path: &str) -> Answer {
        self.browse("GET", &Self::at(path), &[]).await
    }

    /// A form sent as a browser sends it.
    pub async fn form(&self, path: &str, answers: &[(&str, &str)]) -> Answer {
        self.browse("POST", &Self::at(path), answers).await
    }

    fn at(path: &str) -> String {
        format!("/t/example-company/{path}").trim_end_matches('/').to_owned()
    }

    pub async fn browse(&self, method: &str, path: &str, answers: &[(&str, &str)]) -> Answer {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(answers).finish();
        let request = self
            .request(method, path)
            .header(header::COOKIE, format!("session={}", self.session))
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).expect("it is a request")).await
    }

    async fn sign_in(&self) -> String {
        let answer =
            self.browse("POST", "/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        let cookie = answer.header("set-cookie").strip_prefix("session=").unwrap_or_default();
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let to = format!("http://{}{path}", self.process().address);
        Request::builder().method(method).uri(to)
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        let answered = tokio::time::timeout(PATIENCE, self.http.request(request)).await;
        let answered = answered.unwrap_or_else(|_| panic!("{asked} takes too long"));
        let (parts, body) = answered.unwrap_or_else(|e| panic!("{asked}: {e}")).into_parts();
        let bytes = to_bytes(Body::new(body), usize::MAX).await.expect("the answer arrives whole");
        let bytes = bytes.to_vec();
        let text = String::from_utf8(bytes.clone()).unwrap_or_default();
        assert!(!text.contains(self.kandji.token()), "{asked} tells a source's token: {text}");
        let body = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes, text, body }
    }

    // Sources and their runs.

    /// Connects the Kandji tenant under the name "Kandji", with a preset and settings over it. In
    /// a fleet of one or two every change is a large one, so the guards are told to expect that.
    pub async fn connect(&self, preset: &str, settings: Value) {
        self.connect_guarded(preset, unguarded()).await;
        if !settings.is_null() {
            self.settings(settings).await;
        }
    }

    /// The same with the preset's own guards.
    pub async fn connect_guarded(&self, preset: &str, settings: Value) {
        let body = json!({
            "api_url": self.kandji.url(), "token": self.kandji.token(), "preset": preset,
        });
        self.post("/sources", body).await.expect(201);
        if !settings.is_null() {
            self.settings(settings).await;
        }
    }

    /// Changes settings of the source.
    pub async fn settings(&self, settings: Value) -> Value {
        self.patch("/sources/kandji/settings", settings).await.expect(200).body
    }

    pub async fn source(&self) -> Value {
        self.get("/sources/kandji").await.expect(200).body
    }

    /// Starts a run and waits for its end, a minute after whatever came before.
    pub async fn run(&self, mode: &str) -> Value {
        self.pass(SignedDuration::from_mins(1));
        let run = self.start(mode).await;
        self.ended(&run).await
    }

    /// Starts a run; answers its path.
    pub async fn start(&self, mode: &str) -> String {
        let started = self.post("/sources/kandji/runs", json!({"mode": mode})).await.expect(202);
        started.header("location").strip_prefix("/api/v1").expect("a run's path").to_owned()
    }

    /// "Sync now", to its end.
    pub async fn sync(&self) -> Value {
        self.run("apply").await
    }

    /// A run that must be applied.
    #[track_caller]
    pub fn synced(&self) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let run = self.sync().await;
            assert_eq!(run["state"], "applied", "{caller}: {run:#}");
            run
        }
    }

    pub async fn ended(&self, run: &str) -> Value {
        let ended = async || {
            let run = self.get(run).await.expect(200).body;
            let open = ["queued", "running"].contains(&run["state"].text().as_str());
            (!open).then_some(run)
        };
        self.until("the run ends", ended).await
    }

    /// Asks again and again, until there is an answer.
    pub async fn until<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(answer) = ask().await {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("never: {what}"))
    }
}

/// Midday, a while after the simulated tenant was drawn.
fn noon() -> Timestamp {
    Timestamp::constant(1_788_264_000, 0)
}
