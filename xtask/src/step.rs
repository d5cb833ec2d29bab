//! Says what is being done, and how long it took.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Runs `work`, and prints its name before and its seconds after.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("{name} …");
    let (result, took) = timed(work);
    if result.is_ok() {
        println!("{name}: {}", seconds(took));
    }
    result
}

/// Runs `work` and measures it.
#[expect(clippy::disallowed_methods, reason = "a build tool measures real time; no test depends on it")]
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let result = work();
    (result, began.elapsed())
}

pub(crate) fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}
