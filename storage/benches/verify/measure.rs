//! How long calls take, a number of them at a time. The benchmark of `server` uses this file, too.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a round took in all, and each call of it.
#[derive(Default)]
pub(crate) struct Tally {
    took: Duration,
    calls: Vec<Duration>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.took += other.took;
        self.calls.extend(&other.calls);
    }

    pub(crate) fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.calls.len()).unwrap()) / self.took.as_secs_f64()
    }

    /// The call that `per_mille` of a thousand calls are not slower than, in milliseconds.
    pub(crate) fn percentile(&mut self, per_mille: usize) -> f64 {
        self.calls.sort_unstable();
        let at = (self.calls.len() * per_mille / 1_000).min(self.calls.len() - 1);
        self.calls.get(at).unwrap().as_secs_f64() * 1_000.0
    }
}

/// Runs `call` for every one of `count`, `callers` at a time.
pub(crate) async fn timed<F>(
    callers: usize,
    count: usize,
    call: impl Fn(usize) -> F + Clone + Send + Sync + 'static,
) -> Tally
where
    F: Future<Output = ()> + Send,
{
    let (start, next) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let caller = || {
        let (next, call) = (Arc::clone(&next), call.clone());
        async move {
            let mut calls = Vec::new();
            loop {
                let one = next.fetch_add(1, Ordering::Relaxed);
                if one >= count {
                    return calls;
                }
                let begun = Instant::now();
                call(one).await;
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
