//! The few plain requests around a journey: to the simulated tenant, the API and the driver.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

const PATIENCE: Duration = Duration::from_mins(1);

/// Status and body of an answer, or why there is none.
pub fn send(
    method: &str,
    url: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> std::io::Result<(u16, String)> {
    let rest = url.strip_prefix("http://").expect("everything here speaks plain HTTP");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let bearer = bearer.unwrap_or_default();
    let length = body.len();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\n{bearer}Content-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    answer.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let mut length = u64::MAX;
    while line.trim() != "" {
        line.clear();
        answer.read_line(&mut line)?;
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(length);
        }
    }
    // The driver keeps its connections open, so the length is what counts.
    let mut body = String::new();
    answer.take(length).read_to_string(&mut body)?;
    Ok((status, body))
}

/// The JSON of an answer that must be a good one.
pub fn ask(method: &str, url: &str, token: Option<&str>, body: Option<&Value>) -> Value {
    let (status, answer) = send(method, url, token, body)
        .unwrap_or_else(|error| panic!("{method} {url} has no answer: {error}"));
    assert!((200..300).contains(&status), "{method} {url} answers {status}: {answer}");
    serde_json::from_str(&answer).unwrap_or_default()
}
