//! A folder to run the program in, a simulated tenant and a server where a test needs them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

pub const EMAIL: &str = "robin.sample@example.com";
pub const PASSWORD: &str = "a long enough password";

/// An empty folder: the program finds nothing in it, and nothing in its environment but what a
/// test says.
pub struct House {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl House {
    pub fn new() -> House {
        let house = House { folder: tempfile::tempdir().unwrap(), variables: Vec::new() };
        house
            .with("STOCKROOM_KANDJI_EXTRA_HOSTS", "http://127.0.0.1:*")
            .with("STOCKROOM_KANDJI_REQUESTS_PER_SECOND", "0")
            .with("STOCKROOM_LOG", "warn")
    }

    /// One over this database, an administrator in it.
    pub fn inhabited(database: Option<&str>) -> House {
        let house = House::new();
        let house = match database {
            Some(url) => house.with("STOCKROOM_DATABASE_URL", url),
            None => house,
        };
        let create = ["admin", "create", "--email", EMAIL, "--password-stdin"];
        house.run_with(&create, PASSWORD).expect(0);
        house
    }

    /// The same, with this variable.
    pub fn with(self, name: &str, value: &str) -> House {
        let mut house = self.without(name);
        house.variables.push((name.to_owned(), value.to_owned()));
        house
    }

    /// The same, without it.
    pub fn without(mut self, name: &str) -> House {
        self.variables.retain(|(known, _)| known != name);
        self
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file in the folder; its path as an argument.
    pub fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stockroom"));
        command.args(arguments).env_clear().envs(self.variables.iter().cloned());
        command.current_dir(self.folder.path());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "")
    }

    /// With something on its standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that reads nothing may have ended already.
        let _ = stdin.write_all(format!("{input}\n").as_bytes());
        drop(stdin);
        let ended = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let code = ended.status.code().expect("no signal ended it");
        Said { code, out: text(ended.stdout), err: text(ended.stderr) }
    }

    /// A new token of this role.
    pub fn token(&self, role: &str) -> String {
        let made = self.run(&["token", "create", "--name", role, "--role", role]).expect(0);
        made.out.trim().to_owned()
    }

    /// A server over this house's database, for as long as it is held.
    pub fn serve(&self) -> Server {
        let address = free_address();
        let log = std::fs::File::create(self.path("serve.log")).unwrap();
        let mut command = self.command(&["serve", "--listen", &address.to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let server = Server { child: Running(child.unwrap()), address, token: String::new() };
        let ready =
            || server.ask("GET", "/readyz", &Value::Null).is_ok_and(|(code, _)| code == 200);
        until(ready, || std::fs::read_to_string(self.path("serve.log")).unwrap());
        server
    }

    /// A server that an administrator's token is used with, and a source over a simulated tenant
    /// of so many devices.
    pub fn connected(&self, devices: usize) -> (Server, Kandji) {
        let kandji = Kandji::start(self, devices);
        let server = Server { token: self.token("administrator"), ..self.serve() };
        let source = json!({"name": "Kandji", "api_url": kandji.url, "token": kandji.token});
        server.api("POST", "/sources", &source, 201);
        (server, kandji)
    }
}

impl Said {
    #[track_caller]
    pub fn expect(self, code: i32) -> Said {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// It failed, and standard error says this.
    #[track_caller]
    pub fn fails(self, words: &str) -> Said {
        let said = self.expect(1);
        assert!(said.err.contains(words), "{}", said.err);
        said
    }

    /// The same, with nothing on standard output.
    #[track_caller]
    pub fn refuses(self, words: &str) {
        assert_eq!(self.fails(words).out, "");
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// A program that is ended with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Asks it to end, and waits until it has; its exit code.
    pub fn terminate(mut self) -> Option<i32> {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        self.0.wait().unwrap().code()
    }
}

pub struct Server {
    pub child: Running,
    pub address: SocketAddr,
    pub token: String,
}

impl Server {
    /// The answer's status and body.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> std::io::Result<(u16, String)> {
        http(self.address, method, path, &self.token, body)
    }

    #[track_caller]
    pub fn api(&self, method: &str, path: &str, body: &Value, status: u16) -> Value {
        let (code, text) = self.ask(method, &format!("/api/v1{path}"), body).unwrap();
        assert_eq!(code, status, "{method} {path}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// `stockroom kandji-sim`, for as long as it is held.
pub struct Kandji {
    _child: Running,
    pub url: String,
    pub token: String,
}

impl Kandji {
    pub fn start(house: &House, devices: usize) -> Kandji {
        let mut command = house.command(&["kandji-sim", "--devices", &devices.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (url, token) = line.trim().split_once(' ').expect("its address and its token");
        Kandji { _child: Running(child), url: url.into(), token: token.into() }
    }
}

pub fn free_address() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}

/// Waits for it; `why` is told when it does not come.
#[track_caller]
pub fn until(mut comes: impl FnMut() -> bool, why: impl Fn() -> String) {
    for _ in 0..3_000 {
        if comes() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it did not come: {}", why());
}

/// HTTP 1.0, so that the body is all that follows.
pub fn http(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: &str,
    body: &Value,
) -> std::io::Result<(u16, String)> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default();
    Ok((code, body.to_owned()))
}

/// The names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> =
        entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
