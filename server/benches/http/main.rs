//! Logins a second over HTTP, on SQLite: a challenge opened, then answered, which redeems it. Beside them, in turns in
//! one run, a bare axum handler that takes and gives JSON, and a bare conditional UPDATE on a file of the same settings.
//! The ratios are the result, the rates are only for this machine and moment.
//!
//! `cargo xtask bench http`, or `cargo bench -p server --bench http`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark: it prints, it reads the clock, and a panic is how it fails"
)]

mod client;
#[path = "../../../storage/benches/verify/measure.rs"]
mod measure;
mod shop;
#[path = "../../tests/server/suite/support/totp.rs"]
mod totp;

use axum::routing::post;
use axum::{Json, Router};
use client::Client;
use measure::{Tally, timed};
use serde_json::{Value, json};
use server::serving::{self, Limits};
use shop::Shop;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use storage::floor::Floor;
use tokio::net::TcpListener;

/// Users, each of whom signs in once a round: an app shows a code once.
const USERS: usize = 64;
/// Rounds of each side for every number of connections.
const ROUNDS: usize = 8;
/// What a login commits: the challenge with its ticket, and the answer with its redeeming.
const COMMITS: f64 = 2.0;
/// What a login asks for: to open a challenge, and to answer it.
const REQUESTS: f64 = 2.0;

#[tokio::main]
async fn main() {
    let folder = std::env::temp_dir().join(format!("twofold-bench-http-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let floor = Arc::new(Floor::open(&folder.join("floor.db"), USERS).await.unwrap());
    let handler = handler().await;
    println!("enrolling {USERS} users …");
    let shop = Arc::new(Shop::open(&folder, USERS).await);
    println!(
        "\nlogins (open + answer + redeem: {REQUESTS} requests, {COMMITS} commits) over HTTP and SQLite (WAL, FULL),"
    );
    println!(
        "beside a bare axum handler and a bare conditional UPDATE, {ROUNDS} rounds of {USERS} in turns\n"
    );
    println!(
        "{:>11} {:>9} {:>8} {:>8} {:>11} {:>10} {:>15} {:>14}",
        "connections",
        "logins/s",
        "p50 ms",
        "p99 ms",
        "handler/s",
        "UPDATE/s",
        "requests:handler",
        "commits:UPDATE"
    );
    for connections in [1, 8, 32] {
        let (mut logins, mut handled, mut updated) = (Tally::default(), Tally::default(), Tally::default());
        let to_shop = kept(connections, || shop.connect()).await;
        let to_handler = kept(connections, || Client::connect(handler, "localhost", "none")).await;
        for round in 0..ROUNDS {
            handled.add(&handle(connections, &to_handler).await);
            updated.add(&update(connections, &floor, connections * ROUNDS + round).await);
            logins.add(&log_in(connections, &shop, &to_shop).await);
        }
        print_row(connections, &mut logins, &handled, &updated);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Connections that are not in use.
type Kept = Arc<Mutex<Vec<Client>>>;

async fn kept<F: Future<Output = Client>>(count: usize, connect: impl Fn() -> F) -> Kept {
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(connect().await);
    }
    Arc::new(Mutex::new(clients))
}

async fn log_in(connections: usize, shop: &Arc<Shop>, kept: &Kept) -> Tally {
    shop.next_step();
    let (shop, kept) = (Arc::clone(shop), Arc::clone(kept));
    let call = move |user| {
        let (shop, kept) = (Arc::clone(&shop), Arc::clone(&kept));
        async move {
            let mut client = kept.lock().unwrap().pop().unwrap();
            shop.log_in(&mut client, user).await;
            kept.lock().unwrap().push(client);
        }
    };
    timed(connections, USERS, call).await
}

/// Ten times as many: it is that much quicker.
async fn handle(connections: usize, kept: &Kept) -> Tally {
    let kept = Arc::clone(kept);
    let call = move |_| {
        let kept = Arc::clone(&kept);
        async move {
            let mut client = kept.lock().unwrap().pop().unwrap();
            client.post("/bare", &json!({ "user": { "id": "user 1" }, "action": "sign_in" })).await;
            kept.lock().unwrap().push(client);
        }
    };
    timed(connections, USERS * 10, call).await
}

async fn update(callers: usize, floor: &Arc<Floor>, step: usize) -> Tally {
    let floor = Arc::clone(floor);
    let call = move |row| {
        let floor = Arc::clone(&floor);
        async move { assert!(floor.update(row, step).await.unwrap()) }
    };
    timed(callers, USERS, call).await
}

/// A handler that does nothing, behind no guard, on a port of its own.
async fn handler() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let bare = Router::new().route("/bare", post(async |Json(asked): Json<Value>| Json(asked)));
    let limits = Limits { connections: 1_024, per_address: 64, proxies: Vec::new() };
    tokio::spawn(serving::serve(listener, bare, limits, pending()));
    address
}

fn print_row(connections: usize, logins: &mut Tally, handled: &Tally, updated: &Tally) {
    let (rate, bare, floor) = (logins.rate(), handled.rate(), updated.rate());
    let (p50, p99) = (logins.percentile(500), logins.percentile(990));
    let (requests, commits) = (rate * REQUESTS / bare, rate * COMMITS / floor);
    println!(
        "{connections:>11} {rate:>9.0} {p50:>8.2} {p99:>8.2} {bare:>11.0} {floor:>10.0} {requests:>15.3} {commits:>14.2}"
    );
}
