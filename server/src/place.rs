//! From where a request comes, for the audit log.

mod browser;
mod proxy;

use crate::state::Server;
use axum::extract::{ConnectInfo, FromRequestParts};
use domain::audit::Place;
use http::HeaderMap;
use http::header::USER_AGENT;
use http::request::Parts;
pub use proxy::Network;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// The place of a request.
#[derive(Clone, Debug)]
pub struct Whence(pub Place);

impl FromRequestParts<Server> for Whence {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self(place(&parts.headers, peer, &server.settings().trusted_proxies)))
    }
}

fn place(headers: &HeaderMap, peer: Option<IpAddr>, trusted: &[Network]) -> Place {
    let address = peer.map(|peer| proxy::client(peer, headers, trusted).to_string());
    let browser = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).and_then(browser::in_words);
    Place { address, browser }
}

/// Who asks, when this address brings the request.
pub(crate) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    proxy::client(peer, headers, trusted)
}

/// An address as proxies and frameworks write it: alone, or with a port, in brackets or with a zone.
pub(crate) fn read(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let alone = text.split('%').next().unwrap_or(text);
    let bracketed = || text.strip_prefix('[')?.split_once(']').map(|(address, _)| address);
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    let in_brackets = || bracketed()?.split('%').next()?.parse().ok();
    alone.parse().ok().or_else(with_port).or_else(in_brackets)
}

/// The place of a person whom somebody else has seen.
pub(crate) fn told(address: Option<IpAddr>, user_agent: Option<&str>) -> Place {
    let address = address.map(|address| address.to_canonical().to_string());
    Place { address, browser: user_agent.and_then(browser::in_words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_as_proxies_write_it() {
        for (text, address) in [
            ("192.0.2.7", "192.0.2.7"),
            (" 192.0.2.7 ", "192.0.2.7"),
            ("192.0.2.7:51234", "192.0.2.7"),
            ("2001:DB8::7", "2001:db8::7"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:443", "fe80::1"),
        ] {
            assert_eq!(read(text), Some(address.parse().unwrap()), "{text}");
        }
        for nothing in ["", "unknown", "_hidden", "localhost", "192.0.2", "192.0.2.7, 10.0.0.1", "[", "%"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }
}
