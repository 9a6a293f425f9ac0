//! A throw-away PostgreSQL for tests: one cluster a process, started on first use; a watchdog
//! stops and removes it when the process ends, however it ends.

use std::{
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use postgres::{Client, NoTls};

/// A running cluster. It trusts everyone who reaches its socket and does not wait for the disk.
pub struct Server {
    folder: PathBuf,
    client: Mutex<Client>,
    databases: AtomicU32,
    /// Reads its standard input, which closes when this process ends.
    _watchdog: Child,
}

const START: &str = r#"
set -e
mkdir -p "$1/data"
"$2/initdb" --pgdata="$1/data" --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C --locale-provider=icu --icu-locale=en --no-sync --no-instructions
options="-c listen_addresses='' -c unix_socket_directories='$1' -c max_connections=300"
options="$options -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
"$2/pg_ctl" start --wait --silent --pgdata="$1/data" --log="$1/log" \
    --options="$options -c shared_buffers=64MB"
"#;

const WATCH: &str = r#"
trap '' INT TERM HUP
cat
"$2/pg_ctl" stop --silent --mode=immediate --pgdata="$1/data"
rm -rf "$1"
"#;

const HINT: &str = "hint: run `cargo xtask setup`, it installs PostgreSQL for the tests";

/// The cluster of this process.
///
/// # Panics
/// Without PostgreSQL: a test that needs it fails, it is never passed over.
pub fn server() -> &'static Server {
    static SERVER: LazyLock<Server> =
        LazyLock::new(|| Server::start().unwrap_or_else(|why| panic!("{why}")));
    &SERVER
}

/// The URL of a fresh, empty database.
pub fn database() -> String {
    server().create("template1")
}

impl Server {
    /// A fresh copy of the database at this URL, to which nobody may be connected.
    pub fn copy(&self, url: &str) -> String {
        self.create(name_in(url))
    }

    fn create(&self, template: &str) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .expect("the cluster is ours alone");
        self.url(&name)
    }

    /// Cuts every connection to a database, as a restart of the server would.
    pub fn disconnect_all(&self, url: &str) {
        self.client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                &[&name_in(url)],
            )
            .expect("a superuser may do this");
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@/{database}?host={}", self.folder.display())
    }

    fn start() -> Result<Self, String> {
        let programs = programs().ok_or(format!("PostgreSQL is not installed; {HINT}"))?;
        let folder = make_folder().map_err(|error| format!("no folder for it: {error}"))?;
        let started = as_server(START, &folder, &programs)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("PostgreSQL did not start: {error}; {HINT}"))?;
        if !started.status.success() {
            let words = String::from_utf8_lossy(&started.stderr);
            return Err(format!("PostgreSQL did not start: {words}; {HINT}"));
        }
        let watchdog = as_server(WATCH, &folder, &programs)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("no watchdog for PostgreSQL: {error}"))?;
        let url = format!("postgres://postgres@/postgres?host={}", folder.display());
        let client = Client::connect(&url, NoTls).map_err(|error| error.to_string())?;
        let (client, databases) = (Mutex::new(client), AtomicU32::new(0));
        Ok(Self { folder, client, databases, _watchdog: watchdog })
    }
}

/// The database's name in a URL of this cluster.
fn name_in(url: &str) -> &str {
    let path = url.split('?').next().unwrap_or(url);
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder of `initdb`, of the newest version where Debian keeps them, else from the path.
#[expect(clippy::disallowed_methods, reason = "where programs lie is no setting of ours")]
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    debian.sort();
    folders.extend(debian);
    folders.into_iter().rfind(|folder| folder.join("initdb").exists())
}

/// A new folder, owned by whoever the server runs as.
fn make_folder() -> io::Result<PathBuf> {
    let made = as_server("mktemp -d /tmp/stockroom-pg-XXXXXX", Path::new(""), Path::new(""))
        .stdin(Stdio::null())
        .output()?;
    let path = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    if made.status.success() {
        Ok(path.into())
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&made.stderr).into_owned()))
    }
}

/// A shell script with `$1` the folder and `$2` the programs; PostgreSQL refuses to run as root.
fn as_server(script: &str, folder: &Path, programs: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command.args(["-c", script, "sh"]).arg(folder).arg(programs).current_dir("/");
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
