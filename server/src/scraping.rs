//! `/metrics`, on an address of its own: how things stand now, with what was counted since the process began.

mod counted;
mod standing;

use crate::serving::{self, Limits};
use crate::state::Server;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::header::CONTENT_TYPE;
use std::future::pending;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::MissedTickBehavior;

/// How often what was measured is sorted, whether anybody reads or not.
const EVERY: Duration = Duration::from_secs(5);
/// The text format that every Prometheus reads.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The one page there is.
pub fn router(server: Server) -> Router {
    Router::new().route("/metrics", get(page)).with_state(server)
}

/// Answers whoever asks until it is dropped; also where the database is lost, which is what they want to know.
pub(crate) async fn serve(listener: TcpListener, server: Server) {
    let limits = Limits { connections: 16, per_address: 16, proxies: Vec::new() };
    let metrics = server.metrics().clone();
    let sorting = async {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            metrics.sort();
        }
    };
    tokio::select! {
        () = serving::serve(listener, router(server), limits, pending()) => {}
        () = sorting => {}
    }
}

async fn page(State(server): State<Server>) -> ([(http::HeaderName, &'static str); 1], String) {
    counted::gather(&server);
    standing::gather(&server).await;
    ([(CONTENT_TYPE, TEXT)], server.metrics().text())
}
