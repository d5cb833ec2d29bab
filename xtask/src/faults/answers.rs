//! How long honest requests take while something else goes on.

use std::time::Duration;

use anyhow::Result;

use super::time::{now, pause};

/// Between two honest requests.
const PACE: Duration = Duration::from_millis(15);

/// What they took, shortest first, and how many were not answered well.
pub(super) struct Answers {
    pub(super) took: Vec<Duration>,
    pub(super) refused: usize,
}

impl Answers {
    /// Asks again and again for a while, and counts what is answered well.
    pub(super) fn measure(during: Duration, mut ask: impl FnMut(usize) -> Result<bool>) -> Self {
        let (begun, mut answers) = (now(), Self { took: Vec::new(), refused: 0 });
        for number in 0.. {
            if begun.elapsed() > during {
                break;
            }
            let asked_at = now();
            match ask(number) {
                Ok(true) => answers.took.push(asked_at.elapsed()),
                Ok(false) | Err(_) => answers.refused += 1,
            }
            pause(PACE);
        }
        answers.took.sort();
        answers
    }

    /// What so many of a thousand took at most.
    pub(super) fn at(&self, of_thousand: usize) -> Duration {
        self.took.get(self.took.len() * of_thousand / 1_000).copied().unwrap_or_default()
    }
}

impl std::fmt::Display for Answers {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let millis = |took: Duration| took.as_secs_f64() * 1_000.0;
        write!(
            to,
            "{} answered, {} refused, half within {:.1} ms, 95 of 100 within {:.1} ms, slowest {:.0} ms",
            self.took.len(),
            self.refused,
            millis(self.at(500)),
            millis(self.at(950)),
            millis(self.took.last().copied().unwrap_or_default())
        )
    }
}
