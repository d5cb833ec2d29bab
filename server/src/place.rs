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

/// The place of a person whom somebody else has seen.
pub(crate) fn told(address: Option<IpAddr>, user_agent: Option<&str>) -> Place {
    let address = address.map(|address| address.to_canonical().to_string());
    Place { address, browser: user_agent.and_then(browser::in_words) }
}
