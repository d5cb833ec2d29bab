//! For tests, here and in other crates: a clock that is moved, entropy that is seeded, a store in memory, and the
//! contract that every store keeps.

#![expect(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "cases of a test: their names are sentences, and a panic is how one fails"
)]

pub mod contract;
mod fixture;
pub mod flows;
mod memory;

/// Runs racers as tasks of the caller's runtime and answers how many won: this crate has none.
#[macro_export]
#[doc(hidden)]
macro_rules! race {
    () => {{
        fn race(racers: Vec<$crate::testing::contract::Racer>) -> $crate::testing::contract::Racing {
            Box::pin(async move {
                let tasks: Vec<_> = racers.into_iter().map(tokio::spawn).collect();
                let mut winners = 0;
                for task in tasks {
                    winners += usize::from(task.await.expect("a racer panicked"));
                }
                winners
            })
        }
        race
    }};
}

pub use fixture::{InlineHasher, MovedClock, SeededEntropy};
pub use memory::MemoryStore;
