//! A small HTTP client over one connection that is kept.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::socket;

/// Longer than any answer may take (10 s): an answer that comes later is seen, too.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Answer {
    pub(super) status: u16,
    /// `Null` if it is no JSON.
    pub(super) body: Value,
    pub(super) text: String,
    /// What the header `twofold-clock` says.
    pub(super) clock: String,
}

/// What is asked for.
#[derive(Clone)]
pub(super) struct Ask {
    method: &'static str,
    path: String,
    content_type: &'static str,
    body: String,
    /// `None`: the API key.
    bearer: Option<String>,
    /// The port of the page that asks, where it is one of the server's own.
    page: Option<u16>,
}

impl Ask {
    pub(super) fn get(path: &str) -> Self {
        Self::new("GET", path.to_owned(), String::new())
    }

    pub(super) fn post(path: &str, json: &Value) -> Self {
        Self::new("POST", path.to_owned(), json.to_string())
    }

    pub(super) fn put(path: String, json: &Value) -> Self {
        Self::new("PUT", path, json.to_string())
    }

    /// A form, whose values need no escapes.
    pub(super) fn form(path: &str, fields: &[(&str, &str)]) -> Self {
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let content_type = "application/x-www-form-urlencoded";
        Self { content_type, ..Self::new("POST", path.to_owned(), fields.join("&")) }
    }

    /// With the bearer of a widget's page, as that page asks.
    pub(super) fn borne_by(self, bearer: &str) -> Self {
        Self { bearer: Some(bearer.to_owned()), ..self }
    }

    /// As the server's own page asks, from which alone forms are taken.
    pub(super) fn of_page_at(self, port: u16) -> Self {
        Self { page: Some(port), ..self }
    }

    fn new(method: &'static str, path: String, body: String) -> Self {
        Self { method, path, content_type: "application/json", body, bearer: None, page: None }
    }

    fn written(&self, port: u16, key: &str) -> String {
        let Self { method, path, content_type, body, bearer, page } = self;
        let length = body.len();
        let page = page.or_else(|| bearer.as_ref().map(|_| port));
        let origin = page.map(|page| format!("Origin: http://localhost:{page}\r\n"));
        let (origin, bearer) = (origin.unwrap_or_default(), bearer.as_deref().unwrap_or(key));
        format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {bearer}\r\n{origin}\
             Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }
}

/// A client with an API key. It connects when it asks, and again after its connection broke.
pub(super) struct Client {
    address: SocketAddr,
    key: String,
    /// From where it asks, if that matters.
    own: Option<Ipv4Addr>,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(super) fn new(address: SocketAddr, key: &str) -> Self {
        Self { address, key: key.to_owned(), own: None, connection: None }
    }

    /// At this address of the machine.
    pub(super) fn at(own: Ipv4Addr, address: SocketAddr, key: &str) -> Self {
        Self { own: Some(own), ..Self::new(address, key) }
    }

    /// The answer, whatever its status.
    pub(super) fn ask(&mut self, ask: &Ask) -> Result<Answer> {
        let answer = self.told(ask);
        if answer.is_err() {
            self.connection = None;
        }
        answer
    }

    /// Asks, and leaves after a while without waiting for the answer.
    pub(super) fn ask_and_leave(&mut self, ask: &Ask, after: Duration) -> Result<()> {
        let written = ask.written(self.address.port(), &self.key);
        self.connect()?.get_mut().write_all(written.as_bytes())?;
        super::time::pause(after);
        self.connection = None;
        Ok(())
    }

    fn connect(&mut self) -> Result<&mut BufReader<TcpStream>> {
        if self.connection.is_none() {
            let stream = match self.own {
                None => TcpStream::connect_timeout(&self.address, PATIENCE)?,
                Some(own) => socket::from(own, self.address, PATIENCE)?,
            };
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_nodelay(true)?;
            self.connection = Some(BufReader::new(stream));
        }
        self.connection.as_mut().context("not connected")
    }

    fn told(&mut self, ask: &Ask) -> Result<Answer> {
        let written = ask.written(self.address.port(), &self.key);
        let connection = self.connect()?;
        connection.get_mut().write_all(written.as_bytes())?;
        let mut line = String::new();
        connection.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        let (mut length, mut closes, mut clock) = (0, false, String::new());
        loop {
            line.clear();
            ensure!(connection.read_line(&mut line)? > 0, "the head broke off");
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse()?,
                "twofold-clock" => value.trim().clone_into(&mut clock),
                "connection" => closes = value.trim().eq_ignore_ascii_case("close"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        connection.read_exact(&mut body)?;
        if closes {
            self.connection = None;
        }
        let text = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null), text, clock })
    }
}
