//! What happens often is told once a minute, with how often it was.

use std::time::Duration;
use tokio::time::Instant;

/// Between two lines in the log.
const BETWEEN: Duration = Duration::from_mins(1);

/// How many since the last line.
#[derive(Debug, Default)]
pub(crate) struct Occasional {
    since: u64,
    last: Option<Instant>,
}

impl Occasional {
    /// Counts one more. How many there were, if it is time to say so.
    pub(crate) fn due(&mut self) -> Option<u64> {
        self.since += 1;
        if self.last.is_some_and(|last| last.elapsed() < BETWEEN) {
            return None;
        }
        self.last = Some(Instant::now());
        Some(std::mem::take(&mut self.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_is_told_at_once_and_the_others_together_a_minute_later() {
        let mut shed = Occasional::default();
        assert_eq!(shed.due(), Some(1));
        for _ in 0..99 {
            assert_eq!(shed.due(), None);
        }
        tokio::time::advance(BETWEEN).await;
        assert_eq!((shed.due(), shed.due()), (Some(100), None));
    }
}
