//! What is under way, whether or not somebody still waits for its answer.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Counts what is under way. Cheap to clone; every clone counts the same.
#[derive(Clone, Debug)]
pub struct Work(Arc<watch::Sender<usize>>);

/// Something under way, until it is dropped.
#[derive(Debug)]
pub struct UnderWay(Work);

impl Default for Work {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Work {
    /// One more is under way.
    #[must_use]
    pub fn begin(&self) -> UnderWay {
        self.0.send_modify(|count| *count += 1);
        UnderWay(self.clone())
    }

    /// Waits until nothing is under way, for `patience` at most. `false`: something still is.
    pub async fn ended_within(&self, patience: Duration) -> bool {
        let mut count = self.0.subscribe();
        tokio::time::timeout(patience, count.wait_for(|count| *count == 0)).await.is_ok()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
