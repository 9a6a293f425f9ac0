//! A real SMTP server on the loopback, for tests: it speaks RFC 5321 as far as a client needs, and
//! keeps what it was given to be read.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use mail_parser::{HeaderValue, MessageParser, MimeHeaders};

/// A mail as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// The envelope, which decides where mail goes, whatever its headers say.
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, dots unstuffed.
    pub message: String,
}

/// How the server treats who comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    #[default]
    Takes,
    /// Closes every connection before it says a word.
    HangsUp,
    /// "Try again later", for every recipient.
    Busy,
    /// "No such mailbox", for every recipient.
    Refuses,
}

#[derive(Default)]
struct Shared {
    mood: Mutex<Mood>,
    received: Mutex<Vec<Received>>,
    arrived: Condvar,
}

/// Ends with the process; clones are handles to the same one.
#[derive(Clone)]
pub struct Smtp {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Smtp {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let here = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = here.clone();
                thread::spawn(move || {
                    // A client that goes in the middle has sent no mail.
                    let _ = talk(&stream, &shared);
                });
            }
        });
        Smtp { address, shared }
    }

    /// For `mail.url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn set(&self, mood: Mood) {
        *lock(&self.shared.mood) = mood;
    }

    /// What arrived so far.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// Waits until so many have arrived.
    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        let patience = Duration::from_secs(30);
        let few = |received: &mut Vec<Received>| received.len() < count;
        let held = lock(&self.shared.received);
        let (received, timeout) = self
            .shared
            .arrived
            .wait_timeout_while(held, patience, few)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "{} of {count} mails came", received.len());
        received.clone()
    }
}

impl Received {
    /// A header's text, decoded; empty where there is none.
    pub fn header(&self, name: &str) -> String {
        let message = MessageParser::default().parse(&self.message).expect("it is a mail");
        match message.header(name) {
            Some(HeaderValue::Text(text)) => text.to_string(),
            Some(HeaderValue::Address(address)) => {
                let first = address.first().expect("an address");
                let name = first.name().unwrap_or_default();
                format!("{name} <{}>", first.address().unwrap_or_default())
            }
            Some(HeaderValue::DateTime(at)) => at.to_rfc3339(),
            Some(other) => panic!("{name} is {other:?}"),
            None => String::new(),
        }
    }

    pub fn subject(&self) -> String {
        self.header("Subject")
    }

    /// The body, decoded, with plain line ends.
    pub fn text(&self) -> String {
        let message = MessageParser::default().parse(&self.message).expect("it is a mail");
        message.body_text(0).expect("it has a text").replace("\r\n", "\n")
    }
}

impl Received {
    /// The first file that came with it: its name, and what is in it.
    pub fn file(&self) -> Option<(String, Vec<u8>)> {
        let message = MessageParser::default().parse(&self.message).expect("it is a mail");
        let file = message.attachment(0)?;
        Some((file.attachment_name()?.to_owned(), file.contents().to_vec()))
    }

    /// The body for those who see no plain text.
    pub fn html(&self) -> String {
        let message = MessageParser::default().parse(&self.message).expect("it is a mail");
        message.body_html(0).map(|html| html.to_string()).unwrap_or_default()
    }
}

/// One client, until it quits.
fn talk(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mood = *lock(&shared.mood);
    if mood == Mood::HangsUp {
        return Ok(());
    }
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let (mut lines, mut out) = (BufReader::new(stream), stream);
    let mut mail = (String::new(), Vec::new());
    out.write_all(b"220 loopback ESMTP\r\n")?;
    while let Some(line) = line(&mut lines)? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-loopback\r\n250 8BITMIME",
            "HELO" | "NOOP" => "250 loopback",
            "RSET" => {
                mail = (String::new(), Vec::new());
                "250 forgotten"
            }
            "MAIL" => {
                mail = (path(&line), Vec::new());
                "250 sender noted"
            }
            "RCPT" if mood == Mood::Busy => "451 4.3.0 try again later",
            "RCPT" if mood == Mood::Refuses => "550 5.1.1 no such mailbox",
            "RCPT" => {
                mail.1.push(path(&line));
                "250 recipient noted"
            }
            "DATA" if mail.1.is_empty() => "503 5.5.1 nobody to send it to",
            "DATA" => {
                out.write_all(b"354 end with a dot\r\n")?;
                let message = data(&mut lines)?;
                let (from, to) = std::mem::take(&mut mail);
                lock(&shared.received).push(Received { from, to, message });
                shared.arrived.notify_all();
                "250 taken"
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "502 5.5.2 not known here",
        };
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

fn line(lines: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = lines.read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// What stands between `<` and `>`.
fn path(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(path, _)| path.to_owned()).unwrap_or_default()
}

/// Up to the lonely dot; a line that begins with one was sent with two.
fn data(lines: &mut impl BufRead) -> io::Result<String> {
    let mut message = String::new();
    loop {
        let Some(line) = line(lines)? else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        if line == "." {
            return Ok(message);
        }
        message += line.strip_prefix('.').unwrap_or(&line);
        message += "\r\n";
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
