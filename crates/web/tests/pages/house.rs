//! A whole installation for one test: two tenants, people who sign in, forms that are sent.

use std::time::Duration;

use app::setup::{self, First};
use app::{App, Caller, Clock, Options, sign_in};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use domain::access::Role;
use domain::company::{Company, Tenant};
use domain::person::User;
use domain::{Email, Mint, Timestamp};
use kandji::ExtraHosts;
use kandji::sim::{self, Running, SimConfig};
use store::{DatabaseUrl, Store};
use tower::ServiceExt;
use web::Web;

pub const EMAIL: &str = "robin.sample@example.com";
pub const PASSWORD: &str = "a long enough password";

pub struct House {
    pub app: App,
    pub caller: Caller,
    router: Router,
    /// The first tenant's part of the address.
    slug: String,
    /// Of an administrator there.
    pub session: String,
    /// Of someone there who may only look.
    pub viewer: String,
    _folder: tempfile::TempDir,
}

/// What was answered.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Said {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Where a form leads.
    pub fn to(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text);
        self.header("location").to_owned()
    }

    /// The value of a hidden input.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> String {
        let (_, rest) = self.text.split_once(&format!("name=\"{name}\" value=\"")).expect(name);
        rest.split_once('"').unwrap().0.to_owned()
    }

    #[track_caller]
    pub fn shows(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "{words:?} is not on the page:\n{}", self.text);
        self
    }

    #[track_caller]
    pub fn lacks(&self, words: &str) -> &Self {
        assert!(!self.text.contains(words), "{words:?} is on the page:\n{}", self.text);
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

impl House {
    pub fn empty() -> (App, Router, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(options(&folder)).unwrap();
        let base_url = "http://127.0.0.1:8080".to_owned();
        let proxies = web::Proxies::default();
        let web = Web { app: app.clone(), base_url, secure: false, proxies, demo: None };
        (app, web::router(web), folder)
    }

    pub async fn new() -> House {
        let (app, router, folder) = House::empty();
        let (user, tenant) = setup::first(&app, first()).await.unwrap();
        let caller = Caller::user(tenant.id, user.id, &user.name, user.role);
        let session =
            sign_in::open(&app, &user, tenant.id, sign_in::Browser::default()).await.unwrap();
        let viewer = viewer(&options(&folder).database, &tenant);
        let viewer =
            sign_in::open(&app, &viewer, tenant.id, sign_in::Browser::default()).await.unwrap();
        House { app, caller, router, slug: tenant.slug, session, viewer, _folder: folder }
    }

    pub async fn get(&self, path: &str) -> Said {
        self.ask(&self.session, "GET", path, &[]).await
    }

    /// A form, sent as a browser sends it.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Said {
        self.ask(&self.session, "POST", path, form).await
    }

    /// Inside the first tenant: `at("assets")`.
    pub fn at(&self, path: &str) -> String {
        format!("/t/{}/{path}", self.slug)
    }

    pub async fn ask(
        &self,
        session: &str,
        method: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Said {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, format!("session={session}"))
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        send(&self.router, request.body(Body::from(body)).unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Said {
        send(&self.router, request).await
    }

    /// From now on it sends its mail there.
    pub fn mailing(&mut self, smtp: &testkit::smtp::Smtp) {
        let base_url = "http://127.0.0.1:8080".to_owned();
        let url = smtp.url().into();
        let mail = app::Mail::new(&url, "stockroom@example.com", &base_url).unwrap();
        self.app = self.app.clone().mailing(Some(mail));
        let proxies = web::Proxies::default();
        let web = Web { app: self.app.clone(), base_url, secure: false, proxies, demo: None };
        self.router = web::router(web);
    }

    /// From now on it is a demo.
    pub fn demonstrating(&mut self, seconds: i64) {
        let base_url = "http://127.0.0.1:8080".to_owned();
        let demo = web::DemoHint { email: EMAIL.into(), password: PASSWORD.into(), seconds };
        let proxies = web::Proxies::default();
        let (app, secure, demo) = (self.app.clone(), false, Some(demo));
        self.router = web::router(Web { app, base_url, secure, proxies, demo });
    }

    /// Adds an asset; answers its page.
    pub async fn asset(&self, tag: &str) -> String {
        self.post(&self.at("assets/new"), &[("tag", tag)]).await.to()
    }

    /// Connects a simulated tenant of so many devices; answers the first run's page.
    pub async fn connect(&self, devices: usize) -> (Running, String) {
        let kandji = sim::start(SimConfig { devices, ..SimConfig::default() }).await.unwrap();
        let url = kandji.url();
        let form =
            [("api_url", url.as_str()), ("token", kandji.token()), ("preset", "recommended")];
        let run = self.post(&self.at("sources/new"), &form).await.to();
        (kandji, run)
    }

    /// The run's page once it has ended.
    pub async fn ended(&self, run: &str) -> Said {
        let id = run.rsplit('/').next().unwrap().parse().unwrap();
        let wait = async {
            while app::runs::run(&self.app, &self.caller, id).await.unwrap().state.is_open() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.expect("the run ends");
        self.get(run).await
    }
}

pub async fn send(router: &Router, request: Request<Body>) -> Said {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(!text.contains(&SimConfig::default().token), "a source's token was answered");
    Said { status: parts.status.as_u16(), headers: parts.headers, text }
}

pub fn first() -> First {
    First {
        company: "Example Company".into(),
        name: "Robin Sample".into(),
        email: EMAIL.into(),
        password: PASSWORD.into(),
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

pub fn noon() -> Timestamp {
    Timestamp::constant(1_788_264_000, 0)
}

/// Someone of this tenant who may look, and a second tenant that is none of their business.
fn viewer(database: &DatabaseUrl, tenant: &Tenant) -> User {
    let (store, mint) = (Store::open(database).unwrap(), Mint::new(9));
    let email = Email::parse("casey@example.com").unwrap();
    let user = User { id: mint.id(noon()), email, name: "Casey".into(), role: Role::Viewer };
    let (viewer, tenant) = (user.clone(), tenant.id);
    let other = Tenant { id: mint.id(noon()), name: "Other".into(), slug: "other".into() };
    store
        .system_blocking(move |tx| {
            store::users::create(tx, tenant, &viewer, "no password", noon())?;
            store::tenants::create(tx, &other, &Company::named("Other"), noon(), &mint)
        })
        .unwrap();
    user
}
