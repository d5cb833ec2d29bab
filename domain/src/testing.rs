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

pub use fixture::{InlineHasher, MovedClock, SeededEntropy};
pub use memory::MemoryStore;
