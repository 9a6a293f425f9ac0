//! A simulated tenant and a server beside it, each in its own process, gone when dropped.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::http::Http;
use crate::shell::root;

const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "a bench has no secrets";
/// People in the directory for a hundred devices, and how many in a hundred devices are assigned to
/// one. Some people have none and some are archived: of 10,000 devices come about 5,000 employees
/// and 9,000 check-outs.
const PEOPLE: usize = 73;
const ASSIGNED: &str = "96";

pub struct Installation {
    server: Child,
    tenant: Child,
    folder: PathBuf,
    database: Option<String>,
    pub address: SocketAddr,
    pub start_ms: f64,
    kandji: String,
    kandji_token: String,
    pub token: String,
    source: String,
}

/// One run as the API tells it.
pub struct Run {
    pub seconds: f64,
    pub requests: f64,
    pub counts: String,
}

impl Installation {
    /// Over a new SQLite database, or over that of a URL, which is to be empty.
    pub fn start(devices: usize, database: Option<&str>) -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("stockroom-bench-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut tenant = program()
            .args(["kandji-sim", "--devices", &devices.to_string()])
            .args(["--people", &(devices * PEOPLE / 100).to_string(), "--assigned", ASSIGNED])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut line = String::new();
        let out = tenant.stdout.take().ok_or("the simulated tenant has no output")?;
        BufReader::new(out).read_line(&mut line).map_err(|error| error.to_string())?;
        let (kandji, kandji_token) = line.trim().split_once(' ').ok_or("no address")?;

        let address = free_address()?;
        let begun = Instant::now();
        let server = configured(&folder, database)
            .args(["serve", "--listen", &address.to_string()])
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut here = Installation {
            server,
            tenant,
            folder,
            database: database.map(str::to_owned),
            address,
            start_ms: 0.0,
            kandji: kandji.to_owned(),
            kandji_token: kandji_token.to_owned(),
            token: String::new(),
            source: String::new(),
        };
        here.wait_for_answer(begun)?;
        here.start_ms = begun.elapsed().as_secs_f64() * 1_000.0;
        Ok(here)
    }

    fn wait_for_answer(&self, begun: Instant) -> Result<(), String> {
        while begun.elapsed() < Duration::from_secs(30) {
            let answered = Http::to(self.address, "").and_then(|mut http| http.get("/readyz"));
            if answered.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            std::thread::yield_now();
        }
        Err("the server did not answer within 30 seconds".into())
    }

    /// An administrator, a token, a source that makes people and checks out to them.
    pub fn connect(&mut self) -> Result<(), String> {
        let line =
            format!("echo '{PASSWORD}' | \"$0\" admin create --email {EMAIL} --password-stdin");
        let made = Command::new("sh")
            .args(["-c", &line])
            .arg(root().join("target/release/stockroom"))
            .envs(settings(&self.folder, self.database.as_deref()))
            .output()
            .map_err(|error| error.to_string())?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into_owned());
        }
        let token = configured(&self.folder, self.database.as_deref())
            .args(["token", "create", "--name", "bench", "--role", "administrator"])
            .output()
            .map_err(|error| error.to_string())?;
        self.token = String::from_utf8_lossy(&token.stdout).trim().into();
        let body = json!({
            "kind": "kandji", "name": "Bench",
            "api_url": self.kandji, "token": self.kandji_token, "preset": "recommended",
        });
        let made = self.api("POST", "/sources", &body)?;
        self.source = made["id"].as_str().ok_or_else(|| made.to_string())?.into();
        let settings = json!({
            "first_run": "apply", "employees": {"create": true}, "interval_minutes": 1440,
            "assign": {"on_assign": true, "on_change": true, "on_removed": true},
        });
        self.api("PATCH", &format!("/sources/{}/settings", self.source), &settings)?;
        Ok(())
    }

    /// One run to its end.
    pub fn run(&self) -> Result<Run, String> {
        let path = format!("/sources/{}/runs", self.source);
        let made = self.api("POST", &path, &json!({"mode": "apply"}))?;
        let id = made["id"].as_str().ok_or_else(|| made.to_string())?.to_owned();
        loop {
            let run = self.api("GET", &format!("/runs/{id}"), &Value::Null)?;
            match run["state"].as_str().unwrap_or_default() {
                "queued" | "running" => std::thread::sleep(Duration::from_millis(20)),
                "applied" => return Ok(Run::of(&run)),
                other => return Err(format!("the run ended {other}: {run}")),
            }
        }
    }

    /// Seconds that fetching and parsing alone take, by the same client.
    pub fn walk(&self) -> Result<f64, String> {
        let out = program()
            .args(["kandji-walk", "--api-url", &self.kandji, "--token", &self.kandji_token])
            .env("STOCKROOM_KANDJI_EXTRA_HOSTS", "http://127.0.0.1:*")
            .env("STOCKROOM_KANDJI_REQUESTS_PER_SECOND", "0")
            .output()
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&out.stdout);
        let found: Value = serde_json::from_str(&text).map_err(|_| format!("walk: {text}"))?;
        found["seconds"].as_f64().ok_or_else(|| found.to_string())
    }

    /// The newest change any asset has seen.
    pub fn newest_event(&self) -> Result<String, String> {
        let page = self.api("GET", "/assets?limit=1&sort=-updated_at", &Value::Null)?;
        Ok(page["items"][0]["updated_at"].to_string())
    }

    pub fn api(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let headers = format!("Authorization: Bearer {}\r\n", self.token);
        let mut http = Http::to(self.address, &headers)?;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = http.json(method, &format!("/api/v1{path}"), &body)?;
        if answer.status >= 400 {
            return Err(format!("{method} {path}: {} {}", answer.status, answer.body));
        }
        serde_json::from_str(&answer.body).map_err(|error| format!("{path}: {error}"))
    }

    /// A session as a browser has it: the cookie header.
    pub fn sign_in(&self) -> Result<String, String> {
        let mut http = Http::to(self.address, &format!("Origin: http://{}\r\n", self.address))?;
        let password = PASSWORD.replace(' ', "+");
        let answer = http.form(
            "/sign-in",
            &format!("email={}&password={password}", EMAIL.replace('@', "%40")),
        )?;
        let cookie = answer.headers.iter().find(|(name, _)| name == "set-cookie");
        let cookie = cookie.and_then(|(_, value)| value.split(';').next());
        cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).ok_or_else(|| answer.body.clone())
    }

    /// The source's id.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn resident_mb(&self) -> Result<f64, String> {
        self.memory("VmRSS:")
    }

    pub fn peak_mb(&self) -> Result<f64, String> {
        self.memory("VmHWM:")
    }

    /// Where the server keeps its data.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// From here on the peak is measured anew.
    pub fn forget_peak(&self) -> Result<(), String> {
        let path = format!("/proc/{}/clear_refs", self.server.id());
        std::fs::write(path, "5").map_err(|error| error.to_string())
    }

    fn memory(&self, line: &str) -> Result<f64, String> {
        let path = format!("/proc/{}/status", self.server.id());
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let found = text.lines().find_map(|l| l.strip_prefix(line)).unwrap_or_default();
        let kilobytes = found.trim().trim_end_matches(" kB").parse::<f64>();
        Ok(kilobytes.map_err(|error| error.to_string())? / 1_024.0)
    }
}

impl Run {
    fn of(run: &Value) -> Run {
        let c = &run["changes"];
        Run {
            seconds: second_of_day(&run["finished_at"]) - second_of_day(&run["queued_at"]),
            requests: run["requests"].as_f64().unwrap_or(f64::NAN),
            counts: format!("{} made, {} checked out", c["created"], c["checked_out"]),
        }
    }
}

/// `2026-09-01T08:15:42.104233Z` → seconds since midnight; runs that cross it are measured again.
fn second_of_day(instant: &Value) -> f64 {
    let clock = instant.as_str().and_then(|text| text.split_once('T')).map(|(_, clock)| clock);
    let parts = clock.unwrap_or_default().trim_end_matches('Z').split(':');
    parts
        .map(|part| part.parse::<f64>().unwrap_or(f64::NAN))
        .fold(0.0, |sum, part| sum * 60.0 + part)
}

impl Drop for Installation {
    fn drop(&mut self) {
        for child in [&mut self.server, &mut self.tenant] {
            drop(child.kill());
            drop(child.wait());
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn program() -> Command {
    Command::new(root().join("target/release/stockroom"))
}

fn configured(folder: &Path, database: Option<&str>) -> Command {
    let mut command = program();
    command.envs(settings(folder, database));
    command
}

fn settings<'a>(
    folder: &'a Path,
    database: Option<&'a str>,
) -> impl Iterator<Item = (&'static str, &'a OsStr)> {
    let database = database.map(|url| ("STOCKROOM_DATABASE_URL", OsStr::new(url)));
    [
        ("STOCKROOM_DATA_DIR", folder.as_os_str()),
        ("STOCKROOM_KANDJI_EXTRA_HOSTS", OsStr::new("http://127.0.0.1:*")),
        ("STOCKROOM_KANDJI_REQUESTS_PER_SECOND", OsStr::new("0")),
    ]
    .into_iter()
    .chain(database)
}

fn free_address() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    listener.local_addr().map_err(|error| error.to_string())
}
