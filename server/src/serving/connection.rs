//! One connection: what is asked on it, and for how long it may go on.

use super::shares::{Held, Shares};
use super::slow::Impatient;
use crate::place;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout};
use tower::ServiceExt as _;

/// All headers of a request must have come by then; a connection that asks for nothing is closed then too.
const HEADERS: Duration = Duration::from_secs(10);
/// The same for this machine and the trusted proxies: longer than proxies keep a connection that rests (60 s, mostly), or
/// they would send a request into one that is being closed.
const HEADERS_OF_NEIGHBOURS: Duration = Duration::from_secs(75);
/// The same on a connection of the reserve.
const HEADERS_OF_RESERVE: Duration = Duration::from_secs(2);
/// Bytes that the headers of a request may take.
const HEADER_BYTES: usize = 16 * 1024;
/// An answer must have been taken by then.
const WRITING: Duration = Duration::from_secs(30);
/// A connection this old is closed with its next answer.
const AGE: Duration = Duration::from_mins(10);
/// And so is one on which so much was asked.
const REQUESTS: u32 = 1_000;
/// Whatever goes on, a connection is over then: the last request has had its ten seconds, and its answer thirty.
const END: Duration = Duration::from_mins(12);

/// Put into a request that came over the reserve, or over the share of its address: nothing but whether the server is
/// well is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crowded;

/// One connection.
struct Connection {
    routes: Router,
    peer: SocketAddr,
    shares: Shares,
    begun: Instant,
    asked: AtomicU32,
    of_reserve: bool,
    is_neighbours: bool,
}

/// Answers what is asked on this connection until it ends, or has to.
pub(super) async fn attend<S>(
    stream: S,
    peer: SocketAddr,
    (held, shares): (Held, Shares),
    routes: Router,
    watcher: Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (of_reserve, is_neighbours) = (held.is_of_reserve(), shares.limits().is_neighbour(peer.ip()));
    let asked = AtomicU32::new(0);
    let begun = Instant::now();
    let one = Arc::new(Connection { routes, peer, shares, begun, asked, of_reserve, is_neighbours });
    let headers = match (of_reserve, is_neighbours) {
        (true, _) => HEADERS_OF_RESERVE,
        (false, true) => HEADERS_OF_NEIGHBOURS,
        (false, false) => HEADERS,
    };
    let service = service_fn(move |request| {
        let one = Arc::clone(&one);
        async move { one.answer(request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(headers)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(Impatient::new(stream, WRITING)), service);
    // A client that breaks off is no news.
    let _ = timeout(END, watcher.watch(connection)).await;
    drop(held);
}

impl Connection {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let share = self.share(&request);
        if share.is_err() {
            request.extensions_mut().insert(Crowded);
        }
        let is_last = self.is_last();
        let Ok(mut response) = self.routes.clone().oneshot(request).await;
        drop(share);
        if is_last {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }

    /// What a request takes of the share of whoever stands behind a proxy. `Err`: it is not served.
    fn share(&self, request: &Request<Body>) -> Result<Option<Held>, Crowded> {
        if self.of_reserve {
            return Err(Crowded);
        }
        if !self.is_neighbours {
            return Ok(None);
        }
        let client = place::client(self.peer.ip(), request.headers(), &self.shares.limits().proxies);
        if self.shares.limits().is_neighbour(client) {
            return Ok(None);
        }
        self.shares.request(client).map(Some).ok_or(Crowded)
    }

    fn is_last(&self) -> bool {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        self.of_reserve || asked >= REQUESTS || self.begun.elapsed() >= AGE
    }
}

#[cfg(test)]
mod tests;
