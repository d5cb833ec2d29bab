//! The book outside: what the server said it had done.

use std::collections::HashSet;
use std::time::{Duration, Instant};

/// A row that has to be there, as [`super::rows`] names it: its table, and its key in hexadecimal digits.
pub(super) type Row = (&'static str, String);

/// One request and what became of it.
pub(super) struct Entry {
    pub(super) asked_at: Instant,
    pub(super) took: Duration,
    /// 0: the connection broke, or nothing came.
    pub(super) status: u16,
    /// What the answer promised.
    pub(super) row: Option<Row>,
}

#[derive(Default)]
pub(super) struct Book(Vec<Entry>);

impl Book {
    pub(super) fn write(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    pub(super) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.0.iter().filter(|entry| entry.row.is_some()).count()
    }

    pub(super) fn refused(&self) -> usize {
        self.0.iter().filter(|entry| is_bad(entry)).count()
    }

    pub(super) fn slowest(&self) -> Duration {
        self.0.iter().map(|entry| entry.took).max().unwrap_or_default()
    }

    /// When the last answer came that was none, or a refusal.
    pub(super) fn last_bad(&self) -> Option<Instant> {
        self.0.iter().filter(|entry| is_bad(entry)).map(|entry| entry.asked_at + entry.took).max()
    }

    /// How many good answers were asked for after this moment.
    pub(super) fn good_since(&self, moment: Instant) -> usize {
        self.0.iter().filter(|entry| entry.asked_at >= moment && !is_bad(entry)).count()
    }

    /// What was acknowledged and is not among these rows.
    pub(super) fn lost(&self, rows: &HashSet<(String, String)>) -> usize {
        let promised = self.0.iter().filter_map(|entry| entry.row.as_ref());
        promised.filter(|(table, key)| !rows.contains(&((*table).to_owned(), key.clone()))).count()
    }
}

fn is_bad(entry: &Entry) -> bool {
    !(200..300).contains(&entry.status)
}
