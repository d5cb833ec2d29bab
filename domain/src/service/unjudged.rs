//! Counts the answers that had to wait, for whoever looks after the server: many of them say that somebody guesses.

use super::TwoFactor;
use crate::error::{AnswerError, Refusal};
use crate::factor::FactorKind;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What an answer ran into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Held {
    /// It came too soon after a wrong one, and was not judged.
    Wait,
    /// So many were wrong that nothing of its kind is judged for a while; the one that reached the limit counts.
    Stopped,
}

impl Held {
    /// Every one there is.
    pub const ALL: [Self; 2] = [Self::Wait, Self::Stopped];
}

#[derive(Debug, Default)]
pub(super) struct Unjudged(Mutex<BTreeMap<(FactorKind, Held), u64>>);

impl Unjudged {
    /// Counts this answer, if it ran into anything.
    pub(super) fn note<T>(&self, kind: FactorKind, proved: &Result<T, AnswerError>) {
        let Err(AnswerError::Refused(refusal)) = proved else { return };
        let held = match refusal {
            Refusal::Wait { .. } => Held::Wait,
            Refusal::Stopped { .. } => Held::Stopped,
            Refusal::Malformed
            | Refusal::RecoveryCodeHere
            | Refusal::Wrong { .. }
            | Refusal::AlreadyUsed { .. }
            | Refusal::ClockOff { .. }
            | Refusal::NoCodeMailed => return,
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry((kind, held)).or_default();
        *count = count.saturating_add(1);
    }
}

impl TwoFactor {
    /// How many answers of this kind ran into this since the process began.
    #[must_use]
    pub fn answers_held(&self, kind: FactorKind, held: Held) -> u64 {
        let counts = self.counted.unjudged.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&(kind, held)).copied().unwrap_or_default()
    }
}
