//! Verifying a TOTP code through the service and SQLite, beside a bare conditional UPDATE on a file of the same
//! settings, in turns in one run: the ratio is the result, the rates are only for this machine and moment.
//!
//! `cargo xtask bench verify`, or `cargo bench -p storage --bench verify`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark: it prints, it reads the clock, and a panic is how it fails"
)]

mod bench_users;
mod measure;

use bench_users::Users;
use measure::{Tally, timed};
use std::sync::Arc;
use storage::floor::Floor;

/// Users, each of whom answers once a round.
const USERS: usize = 1_000;
/// Rounds of each side for every number of callers.
const ROUNDS: usize = 4;

#[tokio::main]
async fn main() {
    let directory = std::env::temp_dir().join(format!("twofold-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let bare = Arc::new(Floor::open(&directory.join("bare.db"), USERS).await.unwrap());
    let users = Arc::new(Users::enroll(&directory.join("twofold.db"), USERS).await);
    println!("TOTP answers a second through the service and SQLite (WAL, FULL), one commit each,");
    println!("beside a bare conditional UPDATE by the same driver, {ROUNDS} rounds of {USERS} in turns\n");
    println!(
        "{:>8} {:>12} {:>12} {:>8} {:>10} {:>10}",
        "callers", "service/s", "bare/s", "ratio", "p50 ms", "p99 ms"
    );
    for callers in [1, 8, 32] {
        let (mut served, mut updated) = (Tally::default(), Tally::default());
        for round in 0..ROUNDS {
            let (bare, step) = (Arc::clone(&bare), callers * ROUNDS + round);
            let update = move |user| {
                let bare = Arc::clone(&bare);
                async move { assert!(bare.update(user, step).await.unwrap()) }
            };
            updated.add(&timed(callers, USERS, update).await);
            let (users, challenges) = (Arc::clone(&users), Arc::new(users.open_challenges().await));
            let answer = move |user| {
                let (users, challenges) = (Arc::clone(&users), Arc::clone(&challenges));
                async move { users.answer(user, challenges.get(user).copied().unwrap()).await }
            };
            served.add(&timed(callers, USERS, answer).await);
        }
        print_row(callers, &mut served, &updated);
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

fn print_row(callers: usize, served: &mut Tally, updated: &Tally) {
    let (rate, bare) = (served.rate(), updated.rate());
    let (p50, p99) = (served.percentile(500), served.percentile(990));
    println!("{callers:>8} {rate:>12.0} {bare:>12.0} {:>8.2} {p50:>10.2} {p99:>10.2}", rate / bare);
}
