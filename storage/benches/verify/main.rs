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

mod bare;
mod bench_users;

use bare::Bare;
use bench_users::Users;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Users, each of whom answers once a round.
const USERS: usize = 1_000;
/// Rounds of each side for every number of callers.
const ROUNDS: usize = 4;

#[tokio::main]
async fn main() {
    let directory = std::env::temp_dir().join(format!("twofold-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let bare = Arc::new(Bare::open(&directory.join("bare.db"), USERS).await);
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
                async move { bare.update(user, step).await }
            };
            updated.add(&timed(callers, update).await);
            let (users, challenges) = (Arc::clone(&users), Arc::new(users.open_challenges().await));
            let answer = move |user| {
                let (users, challenges) = (Arc::clone(&users), Arc::clone(&challenges));
                async move { users.answer(user, challenges.get(user).copied().unwrap()).await }
            };
            served.add(&timed(callers, answer).await);
        }
        print_row(callers, &mut served, &updated);
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

/// How long a round took in all, and each call of it.
#[derive(Default)]
struct Tally {
    took: Duration,
    calls: Vec<Duration>,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.took += other.took;
        self.calls.extend(&other.calls);
    }

    fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.calls.len()).unwrap()) / self.took.as_secs_f64()
    }

    /// The call that `per_mille` of a thousand calls are not slower than, in milliseconds.
    fn percentile(&mut self, per_mille: usize) -> f64 {
        self.calls.sort_unstable();
        let at = (self.calls.len() * per_mille / 1_000).min(self.calls.len() - 1);
        self.calls.get(at).unwrap().as_secs_f64() * 1_000.0
    }
}

/// Runs `call` for every user, `callers` at a time.
async fn timed<F>(callers: usize, call: impl Fn(usize) -> F + Clone + Send + Sync + 'static) -> Tally
where
    F: Future<Output = ()> + Send,
{
    let (start, next) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let caller = || {
        let (next, call) = (Arc::clone(&next), call.clone());
        async move {
            let mut calls = Vec::new();
            loop {
                let user = next.fetch_add(1, Ordering::Relaxed);
                if user >= USERS {
                    return calls;
                }
                let begun = Instant::now();
                call(user).await;
                calls.push(begun.elapsed());
            }
        }
    };
    let tasks: Vec<_> = (0..callers).map(|_| tokio::spawn(caller())).collect();
    let mut calls = Vec::new();
    for task in tasks {
        calls.extend(task.await.unwrap());
    }
    Tally { took: start.elapsed(), calls }
}

fn print_row(callers: usize, served: &mut Tally, updated: &Tally) {
    let (rate, bare) = (served.rate(), updated.rate());
    let (p50, p99) = (served.percentile(500), served.percentile(990));
    println!("{callers:>8} {rate:>12.0} {bare:>12.0} {:>8.2} {p50:>10.2} {p99:>10.2}", rate / bare);
}
