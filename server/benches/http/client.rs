//! A connection that is kept: HTTP/1.1, one request after the other, as a host's server holds it.

use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// One connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    headers: String,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, host: &str, key: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let headers = format!(
            "Host: {host}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: "
        );
        Self { stream: BufReader::new(stream), headers }
    }

    /// Posts JSON; anything but a 2xx ends the benchmark.
    pub(crate) async fn post(&mut self, path: &str, json: &Value) -> Value {
        let body = json.to_string();
        let request = format!("POST {path} HTTP/1.1\r\n{}{}\r\n\r\n{body}", self.headers, body.len());
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let (mut line, mut status, mut length) = (String::new(), String::new(), 0);
        loop {
            line.clear();
            self.stream.read_line(&mut line).await.unwrap();
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            } else if status.is_empty() {
                status = header;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.unwrap();
        let body = String::from_utf8(body).unwrap();
        assert!(status.starts_with("http/1.1 2"), "{path}: {status} {body}");
        if body.is_empty() { Value::Null } else { serde_json::from_str(&body).unwrap() }
    }
}
