//! Listening: a share of the connections for every address, bounded waiting for everything that a client does, and an
//! orderly end. `docs/connections.md` has the rule and its arithmetic.

mod connection;
mod count;
pub mod files;
mod limits;
mod shares;
mod slow;
mod turned_away;

use axum::Router;
pub(crate) use connection::Crowded;
use connection::attend;
pub use count::Connections;
use hyper_util::server::graceful::GracefulShutdown;
pub use limits::{Limits, RESERVE};
use shares::Shares;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use turned_away::TurnedAway;

/// Requests that are under way at the end get this long, and as long again if nobody waits for their answer.
pub(crate) const FAREWELL: Duration = Duration::from_secs(12);
/// So long what nobody waits for any more may take at the end, and so long the database may take to let go. With [`FAREWELL`] the
/// end takes no more than 22 s, whatever the database does: orchestrators wait for 30.
pub(crate) const LAST_WORK: Duration = Duration::from_secs(5);
/// After the system refused a connection (out of files, say), it is left alone this long.
const BREATHER: Duration = Duration::from_millis(100);

/// Connections that may wait until they are accepted: a crowd that comes at once is not to have others begin again, which
/// takes them a second. The system may allow fewer.
const WAITING: u32 = 4_096;

/// Begins to listen.
///
/// # Errors
/// What the system says.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Or a server that is started again would wait for connections of the one before.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Answers requests until `end`, then those that are under way.
pub async fn serve(listener: TcpListener, routes: Router, limits: Limits, end: impl Future<Output = ()>) {
    serve_counted(listener, routes, limits, &Connections::default(), end).await;
}

/// The same, and counts who comes.
pub async fn serve_counted(
    listener: TcpListener,
    routes: Router,
    limits: Limits,
    connections: &Connections,
    end: impl Future<Output = ()>,
) {
    connections.limit_to(limits.connections);
    let (graceful, shares, mut end) = (GracefulShutdown::new(), Shares::new(limits), pin!(end));
    let mut turned_away = TurnedAway::default();
    loop {
        let next = tokio::select! {
            next = listener.accept() => next,
            () = &mut end => break,
        };
        match next {
            Ok((stream, peer)) => {
                if !admit((stream, peer), &shares, &routes, &graceful, connections) {
                    connections.over_share();
                    turned_away.by_us();
                }
            }
            Err(error) => {
                connections.refused_by_system();
                turned_away.by_the_system(&error);
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were cut off at the end");
    }
}

/// Attends to a connection in a task of its own; or closes it, if its address has more than its share. Answers which.
fn admit(
    (stream, peer): (TcpStream, SocketAddr),
    shares: &Shares,
    routes: &Router,
    graceful: &GracefulShutdown,
    connections: &Connections,
) -> bool {
    let Some(held) = shares.connection(peer.ip()) else { return false };
    // Answers are small and whole: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let (watcher, open) = (graceful.watcher(), connections.open(held.is_of_reserve()));
    let attending = attend(stream, peer, (held, shares.clone()), routes.clone(), watcher);
    tokio::spawn(async move {
        attending.await;
        drop(open);
    });
    true
}
