//! `twofold healthcheck`: is the server of this configuration well? For images and units, in which there is no `curl`.

use super::say;
use crate::config::Settings;
use anyhow::{Context, ensure};
use axum::body::{Body, to_bytes};
use clap::Args;
use http::{Request, StatusCode, header};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;

/// Whoever runs it waits longer, mostly: Docker for thirty seconds.
const PATIENCE: Duration = Duration::from_secs(5);
/// A refusal is much shorter.
const LONGEST: usize = 16 * 1024;

#[derive(Args)]
pub(super) struct Flags {
    /// Ask whether it can answer people (/readyz), and not only whether it lives (/healthz)
    #[arg(long)]
    ready: bool,
}

/// Fails where it is not.
pub(super) async fn ask(settings: &Settings, flags: &Flags) -> anyhow::Result<()> {
    let path = if flags.ready { "/readyz" } else { "/healthz" };
    let url = format!("http://{}{path}", reached_at(settings.listen));
    let asked = tokio::time::timeout(PATIENCE, answer(settings, path)).await;
    let answer = asked.with_context(|| format!("{url} did not answer within {} s", PATIENCE.as_secs()))?;
    let (status, code) = answer.with_context(|| format!("{url} does not answer"))?;
    ensure!(status.is_success(), "{url} answered {status}{code}");
    say(format_args!("{url} answered {status}"))
}

async fn answer(settings: &Settings, path: &str) -> anyhow::Result<(StatusCode, String)> {
    let stream = TcpStream::connect(reached_at(settings.listen)).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends with the answer.
    tokio::spawn(connection);
    let request = Request::get(path)
        .header(header::HOST, settings.public_url.authority())
        .header(header::ACCEPT, "application/json");
    let response = sender.send_request(request.body(Body::empty())?).await?;
    let status = response.status();
    let body = to_bytes(Body::new(response.into_body()), LONGEST).await.unwrap_or_default();
    let problem: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    let code = problem.as_ref().and_then(|problem| problem.get("code")?.as_str());
    Ok((status, code.map(|code| [": ", code].concat()).unwrap_or_default()))
}

/// Who listens on every address is reached on this machine's own.
fn reached_at(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_listens_everywhere_is_asked_here() {
        for (listens, reached) in [
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.7:3000", "192.0.2.7:3000"),
            ("127.0.0.1:1", "127.0.0.1:1"),
        ] {
            assert_eq!(reached_at(listens.parse().unwrap()), reached.parse().unwrap());
        }
    }
}
