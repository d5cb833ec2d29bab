//! How many events of each kind this process has written, counted once it is known that they were stored. Nothing of whom
//! they concern is kept.

use domain::audit::{Cause, Event, EventKind};
use domain::factor::FactorKind;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What events are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Recorded {
    /// What happened.
    pub kind: EventKind,
    /// The kind of factor, where one was involved.
    pub factor: Option<FactorKind>,
    /// Why it was refused.
    pub cause: Option<Cause>,
}

/// The counts. Cheap to clone; every clone counts the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(Arc<Mutex<HashMap<Recorded, u64>>>);

impl Recorded {
    pub(crate) const fn of(event: &Event) -> Self {
        Self { kind: event.kind, factor: event.factor, cause: event.cause }
    }
}

impl Tally {
    pub(crate) fn add(&self, stored: &[Recorded]) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for one in stored {
            let count = counts.entry(*one).or_default();
            *count = count.saturating_add(1);
        }
    }

    pub(crate) fn counts(&self) -> Vec<(Recorded, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(recorded, count)| (*recorded, *count)).collect()
    }
}
