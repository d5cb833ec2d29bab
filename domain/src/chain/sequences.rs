//! Which numbers of a writer were found, in as little memory as they have gaps.

use std::collections::BTreeMap;

/// A set of numbers, as runs: the first of each with the one behind its last.
#[derive(Clone, Debug, Default)]
pub struct Sequences(BTreeMap<i64, i64>);

impl Sequences {
    /// Adds a number.
    pub fn add(&mut self, number: i64) {
        let before = self.0.range(..=number).next_back().map(|(first, end)| (*first, *end));
        let first = match before {
            Some((_, end)) if end > number => return,
            Some((first, end)) if end == number => first,
            _ => number,
        };
        let end = self.0.remove(&(number.saturating_add(1))).unwrap_or(number.saturating_add(1));
        self.0.insert(first, end);
    }

    /// How many there are below this one.
    #[must_use]
    pub fn below(&self, limit: i64) -> i64 {
        self.0.range(..limit).map(|(first, end)| end.min(&limit) - first).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_once_in_any_order() {
        let mut found = Sequences::default();
        for number in [5, 3, 4, 4, 0, 9, 8, 1, 5] {
            found.add(number);
        }
        assert_eq!(
            [0, 1, 2, 3, 4, 6, 8, 9, 10, 99].map(|limit| found.below(limit)),
            [0, 1, 2, 2, 3, 5, 5, 6, 7, 7]
        );
        assert_eq!(found.0.len(), 3, "they are runs");
    }
}
