//! Randomness of the operating system.

use domain::ports::Entropy;

/// The operating system's generator. Without it nothing can be answered safely.
#[derive(Debug)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Fail closed: a predictable secret is worse than no service.
            tracing::error!(%error, "the operating system gives no randomness");
            std::process::abort();
        }
    }
}
