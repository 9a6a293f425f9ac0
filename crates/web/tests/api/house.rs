//! A whole installation for one test: two tenants, a token for each role, a clock that stands.

use std::sync::Arc;

use app::setup::{self, First};
use app::{App, Caller, Clock, Options, tokens};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, header};
use domain::access::Role;
use domain::company::{Company, Tenant};
use domain::{Mint, Timestamp};
use kandji::ExtraHosts;
use kandji::sim::{self, Running, SimConfig};
use serde_json::{Value, json};
use store::{DatabaseUrl, Store};
use tower::ServiceExt;
use web::Web;

#[derive(Clone)]
pub struct House {
    pub app: App,
    router: Router,
    /// In order of [`Role::ALL`].
    tokens: Vec<String>,
    /// An administrator's, of another tenant.
    stranger: String,
    _folder: Arc<tempfile::TempDir>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    Nobody,
    Role(Role),
    Stranger,
}

/// What was answered.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// `null` where the body is no JSON.
    pub body: Value,
}

/// What the feed tells of a new house: its administrator and a token for each role were made.
pub const BEGUN: usize = Role::ALL.len() + 1;

pub const ADMINISTRATOR: Who = Who::Role(Role::Administrator);

impl House {
    pub async fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let options = options(&folder);
        let app = App::open(options.clone()).unwrap();
        let (user, tenant) = setup::first(&app, first()).await.unwrap();
        let caller = Caller::user(tenant.id, user.id, &user.name, user.role);
        let mut keys = Vec::new();
        for role in Role::ALL {
            keys.push(tokens::create(&app, &caller, role.as_str(), role).await.unwrap().1);
        }
        let elsewhere = Caller::system(other_tenant(&options.database).id);
        let stranger = tokens::create(&app, &elsewhere, "stranger", Role::Administrator).await;
        let base_url = "http://127.0.0.1:8080".to_owned();
        let proxies = web::Proxies::default();
        let web = Web { app: app.clone(), base_url, secure: false, proxies, demo: None };
        let router = web::router(web);
        let stranger = stranger.unwrap().1;
        House { app, router, tokens: keys, stranger, _folder: Arc::new(folder) }
    }

    /// The same house, reached through proxies.
    pub fn behind(&self, proxies: web::Proxies, secure: bool) -> House {
        let base_url = "https://stockroom.example.com".to_owned();
        let web = Web { app: self.app.clone(), base_url, secure, proxies, demo: None };
        House { router: web::router(web), ..self.clone() }
    }

    /// The same house, sending its mail there.
    pub fn mailing(&self, smtp: &testkit::smtp::Smtp) -> House {
        let base_url = "http://127.0.0.1:8080".to_owned();
        let mail = app::Mail::new(&smtp.url().into(), "stockroom@example.com", &base_url).unwrap();
        let app = self.app.clone().mailing(Some(mail));
        let proxies = web::Proxies::default();
        let web = Web { app: app.clone(), base_url, secure: false, proxies, demo: None };
        House { app, router: web::router(web), ..self.clone() }
    }

    pub async fn send(&self, request: Request<Body>) -> Said {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let secret = SimConfig::default().token;
        assert!(!text.contains(&secret), "a source's token was answered: {text}");
        let body = serde_json::from_str(&text).unwrap_or_default();
        Said { status: parts.status.as_u16(), headers: parts.headers, text, body }
    }

    /// A file as bytes, with the headers it came with.
    pub async fn file(&self, who: Who, path: &str) -> (HeaderMap, Vec<u8>) {
        let request = self.request(who, "GET", &format!("/api/v1{path}"));
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let (parts, body) = response.into_parts();
        (parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    }

    pub async fn answer(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn headers(&self, request: Request<Body>) -> HeaderMap {
        self.router.clone().oneshot(request).await.unwrap().into_parts().0.headers
    }

    pub fn request(&self, who: Who, method: &str, path: &str) -> axum::http::request::Builder {
        let method: Method = method.parse().unwrap();
        let request = Request::builder().method(method).uri(path);
        let token = match who {
            Who::Nobody => return request,
            Who::Role(role) => &self.tokens[role as usize],
            Who::Stranger => &self.stranger,
        };
        request.header(header::AUTHORIZATION, format!("Bearer {token}"))
    }

    /// With a JSON body, or none where that is `null`.
    pub async fn ask(&self, who: Who, method: &str, path: &str, body: &Value) -> Said {
        let request = self.request(who, method, &format!("/api/v1{path}"));
        let request = if body.is_null() {
            request.body(Body::empty())
        } else {
            let request = request.header(header::CONTENT_TYPE, "application/json");
            request.body(Body::from(body.to_string()))
        };
        self.send(request.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Said {
        self.ask(ADMINISTRATOR, "GET", path, &Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Said {
        self.ask(ADMINISTRATOR, "POST", path, &body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Said {
        self.ask(ADMINISTRATOR, "PATCH", path, &body).await
    }

    pub async fn delete(&self, path: &str) -> Said {
        self.ask(ADMINISTRATOR, "DELETE", path, &Value::Null).await
    }

    /// A new asset's id.
    pub async fn asset(&self, tag: &str) -> String {
        self.post("/assets", json!({"tag": tag})).await.expect(201).body["id"].text()
    }

    /// A new employee's id.
    pub async fn employee(&self, name: &str) -> String {
        self.post("/employees", json!({"name": name})).await.expect(201).body["id"].text()
    }

    /// A source over a simulated tenant of so many devices; its id.
    pub async fn source(&self, devices: usize) -> (Running, String) {
        let kandji = sim::start(SimConfig { devices, ..SimConfig::default() }).await.unwrap();
        let body = json!({"name": "Kandji", "api_url": kandji.url(), "token": kandji.token()});
        let id = self.post("/sources", body).await.expect(201).body["id"].text();
        (kandji, id)
    }

    /// Starts a run and waits for its end.
    pub async fn run(&self, source: &str, mode: &str) -> Value {
        let path = format!("/sources/{source}/runs");
        let started = self.post(&path, json!({"mode": mode})).await.expect(202);
        let at = started.headers[header::LOCATION].to_str().unwrap().to_owned();
        self.ended(at.strip_prefix("/api/v1").unwrap()).await
    }

    pub async fn ended(&self, path: &str) -> Value {
        let wait = async {
            loop {
                let run = self.get(path).await.expect(200).body;
                if !["queued", "running"].contains(&run["state"].as_str().unwrap()) {
                    return run;
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let limit = std::time::Duration::from_secs(30);
        tokio::time::timeout(limit, wait).await.expect("the run ends")
    }
}

impl Said {
    #[track_caller]
    pub fn expect(self, status: u16) -> Said {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The fields a 422 names.
    #[track_caller]
    pub fn bad_fields(&self) -> Vec<&str> {
        assert_eq!(self.status, 422, "{}", self.text);
        let errors = self.body["errors"].as_array().unwrap();
        errors.iter().map(|error| error["field"].as_str().unwrap()).collect()
    }

    #[track_caller]
    pub fn is_problem(&self, status: u16) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert!(self.body["title"].is_string() && self.body["detail"].is_string());
    }
}

/// A JSON value that must be text.
pub trait Text {
    fn text(&self) -> String;
}

impl Text for Value {
    #[track_caller]
    fn text(&self) -> String {
        self.as_str().unwrap_or_else(|| panic!("{self} is no text")).to_owned()
    }
}

fn options(folder: &tempfile::TempDir) -> Options {
    Options {
        database: DatabaseUrl::Sqlite(folder.path().join("stockroom.db")),
        keys: app::secrets::Keys::new([7; 32]),
        clock: Clock::fixed(noon()),
        extra_hosts: ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap(),
        requests_per_second: None,
    }
}

fn first() -> First {
    First {
        company: "Example Company".into(),
        name: "Robin Sample".into(),
        email: "robin.sample@example.com".into(),
        password: "a long enough password".into(),
    }
}

fn other_tenant(database: &DatabaseUrl) -> Tenant {
    let mint = Mint::new(1_000);
    let tenant = Tenant { id: mint.id(noon()), name: "Elsewhere".into(), slug: "elsewhere".into() };
    let made = tenant.clone();
    let store = Store::open(database).unwrap();
    let created = store.system_blocking(move |tx| {
        let company = Company::named("Elsewhere");
        store::tenants::create(tx, &made, &company, noon(), &mint)
    });
    created.unwrap();
    tenant
}

fn noon() -> Timestamp {
    Timestamp::constant(1_788_264_000, 0)
}
