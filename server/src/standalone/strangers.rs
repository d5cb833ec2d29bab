//! Wrong passwords for addresses without an account, counted as those of accounts are: otherwise whoever is never told
//! to wait would know that there is no account.
//!
//! In memory, and bounded: a restart forgets it, and several replicas count apart. An account's own count is in the
//! database.

use domain::time::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Addresses kept. Then the one that has waited longest makes room.
const MOST: usize = 10_000;

/// The counts.
#[derive(Debug, Default)]
pub(super) struct Strangers(HashMap<[u8; 32], Tries>);

#[derive(Clone, Copy, Debug, Default)]
struct Tries {
    failures: u32,
    not_before: Timestamp,
}

impl Strangers {
    /// Until when this address has to wait.
    pub(super) fn not_before(&self, email: &str) -> Timestamp {
        self.0.get(&key(email)).map_or(Timestamp::default(), |tries| tries.not_before)
    }

    /// Counts one more, at `now`.
    pub(super) fn count(&mut self, email: &str, now: Timestamp) {
        let key = key(email);
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            let oldest = self.0.iter().min_by_key(|(_, tries)| tries.not_before).map(|(key, _)| *key);
            oldest.map(|oldest| self.0.remove(&oldest));
        }
        let tries = self.0.entry(key).or_default();
        tries.failures = tries.failures.saturating_add(1);
        tries.not_before = now + super::passwords::delay(tries.failures);
    }
}

fn key(email: &str) -> [u8; 32] {
    Sha256::digest(email.to_lowercase().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_try_waits_a_second() {
        let (mut strangers, now) = (Strangers::default(), Timestamp::from_millis(1_000_000));
        for _ in 0..4 {
            strangers.count("nobody@example.com", now);
        }
        assert_eq!(strangers.not_before("nobody@example.com"), now);
        strangers.count("Nobody@Example.com", now);
        assert_eq!(strangers.not_before("nobody@example.com").since(now).as_secs(), 1);
        assert_eq!(strangers.not_before("other@example.com"), Timestamp::default());
    }

    #[test]
    fn memory_is_bounded() {
        let mut strangers = Strangers::default();
        for n in 0..MOST + 10 {
            strangers.count(&n.to_string(), Timestamp::from_millis(i64::try_from(n).unwrap()));
        }
        assert_eq!(strangers.0.len(), MOST);
    }
}
