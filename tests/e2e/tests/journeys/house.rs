//! The house a journey happens in: an installation, a simulated tenant beside it, a browser.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::browser::{Browser, Script};
use crate::folder::Folder;
use crate::http::{ask, send};
use crate::program::{GLANCE, Program, run, stockroom};

pub const EMAIL: &str = "robin@example.com";
pub const PASSWORD: &str = "correct horse battery staple";
const PATIENCE: Duration = Duration::from_mins(1);

/// Started with the company and an administrator of `admin create`, or with nobody.
pub struct House {
    pub url: String,
    // Dropped in this order: the server before the folder it writes to.
    _server: Program,
    folder: Folder,
}

/// The simulated tenant, in a process of its own.
pub struct Kandji {
    pub url: String,
    pub token: String,
    _program: Program,
}

impl House {
    /// Nobody has been here yet.
    pub fn empty() -> Self {
        let folder = Folder::new();
        let port = free_port();
        let mut command = stockroom();
        command.arg("--data-dir").arg(folder.room("data"));
        command.args(["--listen", &format!("127.0.0.1:{port}"), "serve"]);
        let mut server = Program::start("stockroom serve", &mut command);
        let url = format!("http://127.0.0.1:{port}");
        let deadline = Instant::now() + PATIENCE;
        while !send("GET", &format!("{url}/readyz"), None, None).is_ok_and(|(is, _)| is == 200) {
            assert!(!server.has_ended(), "stockroom serve ended at once");
            assert!(Instant::now() < deadline, "stockroom serve does not answer");
            std::thread::sleep(GLANCE);
        }
        House { url, _server: server, folder }
    }

    /// With an administrator.
    pub fn new() -> Self {
        let house = House::empty();
        let mut command = house.command();
        command.args(["admin", "create", "--email", EMAIL, "--password-stdin"]);
        run(&mut command, &format!("{PASSWORD}\n"));
        house
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// A page of the company that `admin create` makes.
    pub fn page(&self, path: &str) -> String {
        self.at(format!("/t/my-company/{path}").trim_end_matches('/'))
    }

    pub async fn browser(&self, script: Script) -> Browser {
        Browser::open(&self.folder.room("profile"), script).await
    }

    /// A browser in which the administrator is signed in.
    pub async fn signed_in(&self) -> Browser {
        let browser = self.browser(Script::On).await;
        browser.open_page(&self.at("/")).await;
        browser.fill("E-mail", EMAIL).await;
        browser.fill("Password", PASSWORD).await;
        browser.press("Sign in").await;
        browser.heading("Good ").await;
        browser
    }

    /// A source over this tenant whose first run has been applied, made through the API; its page.
    pub fn connect(&self, kandji: &Kandji) -> String {
        let mut command = self.command();
        command.args(["token", "create", "--name", "Journeys", "--role", "administrator"]);
        let token = run(&mut command, "");
        let api = |method: &str, path: &str, body: Option<Value>| {
            ask(method, &self.at(&format!("/api/v1/{path}")), Some(&token), body.as_ref())
        };
        let connection = json!({"api_url": kandji.url, "token": kandji.token});
        let source = api("POST", "sources", Some(connection));
        let id = source["id"].as_str().expect("a source has an id");
        let settings = json!({
            "first_run": "apply",
            "assign": {"on_assign": true, "on_change": true, "on_removed": true},
            "employees": {"create": true},
        });
        api("PATCH", &format!("sources/{id}/settings"), Some(settings));
        let started = api("POST", &format!("sources/{id}/runs"), Some(json!({"mode": "apply"})));
        let run = format!("runs/{}", started["id"].as_str().expect("a run has an id"));
        let deadline = Instant::now() + PATIENCE;
        loop {
            let now = api("GET", &run, None);
            match now["state"].as_str() {
                Some("applied") => return self.page(&format!("sources/{id}")),
                Some("queued" | "running") => std::thread::sleep(GLANCE),
                _ => panic!("the first run went wrong: {now}"),
            }
            assert!(Instant::now() < deadline, "the first run does not end: {now}");
        }
    }

    fn command(&self) -> std::process::Command {
        let mut command = stockroom();
        command.arg("--data-dir").arg(self.folder.path("data"));
        command
    }
}

impl Kandji {
    pub fn with_devices(devices: u32) -> Self {
        let mut command = stockroom();
        command.args(["kandji-sim", "--devices", &devices.to_string()]);
        let mut program = Program::start("stockroom kandji-sim", &mut command);
        let (url, token) = program.line(|line| {
            line.split_once(' ').map(|(url, token)| (url.to_owned(), token.to_owned()))
        });
        Kandji { url, token, _program: program }
    }

    /// From now on, until `behave`.
    pub fn misbehave(&self, trouble: &Value) {
        ask("POST", &format!("{}/sim/misbehave", self.url), None, Some(trouble));
    }

    pub fn behave(&self) {
        ask("POST", &format!("{}/sim/behave", self.url), None, None);
    }

    /// Lets one thing happen and says what: `C02XL0AB was handed to maya@example.com`.
    pub fn step(&self) -> String {
        let happened = ask("POST", &format!("{}/sim/step", self.url), None, None);
        happened["events"][0].as_str().expect("something happened").to_owned()
    }
}

/// Where screenshots go.
pub fn output() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("output")
}

pub fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.expect("this machine has a free port").port()
}
