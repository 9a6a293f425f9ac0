//! Programs a journey runs beside itself; each is ended by its id when it is dropped.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);
pub const GLANCE: Duration = Duration::from_millis(20);

pub struct Program {
    name: String,
    child: Child,
    said: BufReader<ChildStdout>,
}

/// Our own program, as built by `cargo build --package cli`.
pub fn stockroom() -> Command {
    let built = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../debug/stockroom");
    assert!(
        built.exists(),
        "the program target/debug/stockroom is missing; hint: cargo build --package cli, or cargo xtask test"
    );
    let mut command = Command::new(built);
    command.env("STOCKROOM_KANDJI_EXTRA_HOSTS", "http://127.0.0.1:*");
    command.env("STOCKROOM_KANDJI_REQUESTS_PER_SECOND", "0");
    command.env("STOCKROOM_LOG", "error");
    command
}

/// Runs to its end and returns what it said on standard output.
pub fn run(command: &mut Command, input: &str) -> String {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("our program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it listens");
    drop(stdin);
    let done = child.wait_with_output().expect("it ends");
    let talk = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?} failed: {talk}");
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

impl Program {
    pub fn start(name: &str, command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| {
            panic!("{name} does not start: {error}; hint: cargo xtask setup installs what the tests need")
        });
        let said = BufReader::new(child.stdout.take().expect("it is piped"));
        Program { name: name.to_owned(), child, said }
    }

    /// The first line it says from here on that `wanted` takes something from.
    pub fn line<T>(&mut self, wanted: impl Fn(&str) -> Option<T>) -> T {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.said.read_line(&mut line).unwrap_or_default();
            assert!(read > 0, "{} ended before it said what was waited for", self.name);
            if let Some(found) = wanted(line.trim()) {
                return found;
            }
        }
    }

    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(&mut self) {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        assert!(asked.is_ok_and(|status| status.success()), "{} was gone already", self.name);
        self.let_end();
        assert!(self.has_ended(), "{} does not stop", self.name);
    }

    /// Ends it at once, in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is still there");
        self.let_end();
    }

    /// Lets it come to its end by itself; one that does not is ended when it is dropped.
    pub fn let_end(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.has_ended() && Instant::now() < deadline {
            std::thread::sleep(GLANCE);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only where it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
