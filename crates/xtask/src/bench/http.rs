//! The smallest client that can load a server: one kept-open connection, one request at a time.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

pub struct Http {
    stream: BufReader<TcpStream>,
    headers: String,
}

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Http {
    pub fn to(address: SocketAddr, headers: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Http { stream: BufReader::new(stream), headers: headers.to_owned() })
    }

    pub fn get(&mut self, path: &str) -> Result<Answer, String> {
        self.ask("GET", path, "", "")
    }

    pub fn json(&mut self, method: &str, path: &str, body: &str) -> Result<Answer, String> {
        self.ask(method, path, "application/json", body)
    }

    pub fn form(&mut self, path: &str, body: &str) -> Result<Answer, String> {
        self.ask("POST", path, "application/x-www-form-urlencoded", body)
    }

    pub fn csv(&mut self, path: &str, body: &str) -> Result<Answer, String> {
        self.ask("POST", path, "text/csv", body)
    }

    fn ask(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Result<Answer, String> {
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.headers,
            body.len(),
        );
        let socket = self.stream.get_mut();
        socket.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
        self.answer().map_err(|error| format!("{method} {path}: {error}"))
    }

    fn answer(&mut self) -> Result<Answer, String> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| format!("no status in \"{first}\""))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let header = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        let body = match header("content-length").and_then(|length| length.parse().ok()) {
            Some(length) => self.bytes(length)?,
            None if header("transfer-encoding").as_deref() == Some("chunked") => self.chunks()?,
            None => Vec::new(),
        };
        Ok(Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
    }

    fn chunks(&mut self) -> Result<Vec<u8>, String> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let length = usize::from_str_radix(&line, 16).map_err(|error| error.to_string())?;
            body.extend(self.bytes(length)?);
            self.line()?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).map_err(|error| error.to_string())?;
        Ok(line.trim_end().to_owned())
    }

    fn bytes(&mut self, length: usize) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).map_err(|error| error.to_string())?;
        Ok(bytes)
    }
}
