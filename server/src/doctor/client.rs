//! Asking as a browser would: HTTP/1.1, and TLS by the roots that this machine trusts. Nothing is followed.

use axum::body::{Body, to_bytes};
use http::header::HOST;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

/// Whoever is asked has this long.
const PATIENCE: Duration = Duration::from_secs(10);
/// No page that holds an element is longer.
const LONGEST: usize = 4 * 1024 * 1024;

/// Asks.
pub(super) struct Client {
    tls: TlsConnector,
}

/// What is asked.
pub(super) struct Asking {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: String,
}

/// What was answered.
pub(super) struct Got {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// Why there is no answer.
pub(super) enum Trouble {
    /// Nobody is there, or nobody speaks HTTP.
    Nobody(String),
    /// The certificate is not good, or TLS is not spoken.
    Tls(String),
}

impl Asking {
    pub(super) fn new(method: Method, url: &Url) -> Self {
        Self { method, url: url.clone(), headers: HeaderMap::new(), body: String::new() }
    }

    /// With a header, unless it cannot be one.
    pub(super) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    pub(super) fn body(mut self, body: String) -> Self {
        self.body = body;
        self
    }
}

impl Got {
    /// A header, as far as it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Every header of this name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }
}

impl Client {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions()?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    pub(super) async fn send(&self, asking: Asking) -> Result<Got, Trouble> {
        let late = |_| Trouble::Nobody("no answer within ten seconds".to_owned());
        tokio::time::timeout(PATIENCE, self.ask(asking)).await.map_err(late)?
    }

    async fn ask(&self, asking: Asking) -> Result<Got, Trouble> {
        let host = asking.url.host().ok_or_else(|| Trouble::Nobody("there is no host".to_owned()))?;
        let port = asking.url.port_or_known_default().unwrap_or(443);
        let stream = connect(&host, port).await.map_err(|error| Trouble::Nobody(error.to_string()))?;
        if asking.url.scheme() != "https" {
            return exchange(stream, asking).await;
        }
        let tls = |error: String| Trouble::Tls(error);
        let name = ServerName::try_from(bare(&host)).map_err(|error| tls(error.to_string()))?;
        let stream = self.tls.connect(name, stream).await.map_err(|error| tls(error.to_string()))?;
        exchange(stream, asking).await
    }
}

/// Every name under `localhost` is this machine, as it is to browsers; not every system knows.
async fn connect(host: &Host<&str>, port: u16) -> std::io::Result<TcpStream> {
    let name = bare(host);
    if name == "localhost" || name.ends_with(".localhost") {
        return match TcpStream::connect(("127.0.0.1", port)).await {
            Ok(stream) => Ok(stream),
            Err(_) => TcpStream::connect(("::1", port)).await,
        };
    }
    TcpStream::connect((name, port)).await
}

/// The host without the brackets of an address.
fn bare(host: &Host<&str>) -> String {
    match host {
        Host::Domain(name) => (*name).to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    }
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    asking: Asking,
) -> Result<Got, Trouble> {
    let nobody = |error: hyper::Error| Trouble::Nobody(error.to_string());
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(nobody)?;
    // It ends with the answer.
    tokio::spawn(connection);
    let response = sender.send_request(request(asking)?).await.map_err(nobody)?;
    let (parts, body) = response.into_parts();
    let body =
        to_bytes(Body::new(body), LONGEST).await.map_err(|error| Trouble::Nobody(error.to_string()))?;
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Got { status: parts.status, headers: parts.headers, body })
}

fn request(asking: Asking) -> Result<Request<Body>, Trouble> {
    let Asking { method, url, headers, body } = asking;
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut request = Request::builder().method(method).uri(path).header(HOST, host);
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    request.body(Body::from(body)).map_err(|error| Trouble::Nobody(error.to_string()))
}
