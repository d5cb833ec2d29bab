//! The present moment, read from the machine in this one place.

use domain::ports::Clock;
use domain::time::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::UNIX_EPOCH;

/// The machine's clock. With the feature `test-clock`, which no user's build has, tests move it.
#[derive(Debug, Default)]
pub struct SystemClock {
    /// How far it was moved. Nothing but the feature's own method moves it.
    ahead_millis: AtomicI64,
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked")]
        let now = std::time::SystemTime::now();
        // A machine before 1970 stands at the epoch: codes are refused, nothing overflows.
        let millis = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let millis = i64::try_from(millis).unwrap_or(i64::MAX);
        Timestamp::from_millis(millis.saturating_add(self.ahead_millis.load(Ordering::SeqCst)))
    }
}

#[cfg(feature = "test-clock")]
impl SystemClock {
    /// Moves the clock forward from where it is.
    pub fn advance(&self, span: std::time::Duration) {
        let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        self.ahead_millis.fetch_add(millis, Ordering::SeqCst);
    }
}
