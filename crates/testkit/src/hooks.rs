//! A receiver of webhooks on the loopback, for tests: it speaks HTTP as far as a sender needs, and
//! keeps what it was sent to be read.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use serde_json::Value;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Call {
    /// `POST /hook`
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Call {
    /// Empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

struct Shared {
    answer: Mutex<(u16, String)>,
    calls: Mutex<Vec<Call>>,
    /// While it is set nobody is answered.
    silent: Mutex<bool>,
    speaks: Condvar,
}

/// Ends with the process; clones are handles to the same one.
#[derive(Clone)]
pub struct Hooks {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Hooks {
    /// It takes what comes until it is told otherwise.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let answer = Mutex::new((200, "taken".to_owned()));
        let shared = Arc::new(Shared {
            answer,
            calls: Mutex::default(),
            silent: Mutex::new(false),
            speaks: Condvar::new(),
        });
        let here = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = here.clone();
                thread::spawn(move || {
                    // A client that goes in the middle has sent nothing.
                    let _ = talk(&stream, &shared);
                });
            }
        });
        Hooks { address, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// What it answers from now on; behind the status a body, or for 3xx a `Location`.
    pub fn answer(&self, status: u16, body: &str) {
        *lock(&self.shared.answer) = (status, body.to_owned());
    }

    /// Keeps who calls waiting, or gives them all the answers that stood when they called.
    pub fn keep_silent(&self, silent: bool) {
        *lock(&self.shared.silent) = silent;
        self.shared.speaks.notify_all();
    }

    /// What arrived so far.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.shared.calls).clone()
    }
}

fn talk(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? <= 2 {
            break;
        }
        if let Some((name, value)) = header.trim_end().split_once(':') {
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let body = String::from_utf8_lossy(&body).into_owned();
    let (status, said) = lock(&shared.answer).clone();
    lock(&shared.calls).push(Call { line, headers, body });
    let silent = shared.speaks.wait_while(lock(&shared.silent), |silent| *silent);
    drop(silent.unwrap_or_else(PoisonError::into_inner));
    let location =
        if (300..400).contains(&status) { format!("location: {said}\r\n") } else { String::new() };
    write!(
        &mut &*stream,
        "HTTP/1.1 {status} As asked\r\n{location}content-length: {}\r\nconnection: close\r\n\r\n{said}",
        said.len()
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
