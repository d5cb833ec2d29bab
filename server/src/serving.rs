//! Listening: bounded connections, bounded waiting for headers, and an orderly end.

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

/// Connections at once; whoever comes later waits in the system's queue.
const CONNECTIONS: usize = 1024;
/// All headers of a request must have come by then; a connection that asks for nothing is closed then too.
const HEADERS: Duration = Duration::from_secs(10);
/// Bytes that the headers of a request may take.
const HEADER_BYTES: usize = 16 * 1024;
/// Requests that are under way at the end get this long, and as long again if nobody waits for their answer.
pub(crate) const FAREWELL: Duration = Duration::from_secs(12);
/// After the system refused a connection (out of files, say), it is left alone this long.
const BREATHER: Duration = Duration::from_millis(100);

/// Answers requests until `end`, then those that are under way.
pub async fn serve(listener: TcpListener, routes: Router, end: impl Future<Output = ()>) {
    let (graceful, turns, mut end) =
        (GracefulShutdown::new(), Arc::new(Semaphore::new(CONNECTIONS)), pin!(end));
    loop {
        let next = tokio::select! {
            next = accept(&listener, &turns) => next,
            () = &mut end => break,
        };
        match next {
            Ok((turn, stream, peer)) => answer(&graceful, routes.clone(), turn, stream, peer),
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were cut off at the end");
    }
}

async fn accept(
    listener: &TcpListener,
    turns: &Arc<Semaphore>,
) -> io::Result<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let turn = Arc::clone(turns).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((turn, stream, peer))
}

fn answer(
    graceful: &GracefulShutdown,
    routes: Router,
    turn: OwnedSemaphorePermit,
    stream: TcpStream,
    peer: SocketAddr,
) {
    // Answers are small and whole: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let service = routes.map_request(move |mut request: http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // A client that breaks off is no news.
        let _ = connection.await;
        drop(turn);
    });
}
