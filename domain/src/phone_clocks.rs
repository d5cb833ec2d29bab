//! Whether the phones of most people are off by the same amount: then it is the clock here that is off.

use crate::factor::totp::SKEW;
use crate::name::User;
use std::collections::VecDeque;

/// So many people are remembered, each by their last code.
const LATELY: usize = 20;
/// Of fewer nothing is said: a family may have set its phones by the same wrong clock.
const ENOUGH: usize = 5;

/// By how many steps the phones of those lie ahead whose codes were judged last. It is forgotten with the process.
#[derive(Debug, Default)]
pub(crate) struct PhoneClocks(VecDeque<(User, i64)>);

impl PhoneClocks {
    /// Notes by how many steps a phone lies ahead.
    pub(crate) fn note(&mut self, user: &User, steps: i64) {
        self.0.retain(|(other, _)| other != user);
        self.0.push_back((user.clone(), steps));
        if self.0.len() > LATELY {
            self.0.pop_front();
        }
    }

    /// By how many steps most of them lie ahead. `None`: they do not, or not by the same.
    pub(crate) fn in_common(&self) -> Option<i64> {
        let mut steps: Vec<i64> = self.0.iter().map(|(_, steps)| *steps).collect();
        steps.sort_unstable();
        let middle = steps.get(steps.len() / 2).copied().filter(|middle| middle.abs() > SKEW)?;
        let alike = steps.iter().filter(|steps| steps.abs_diff(middle) <= 1).count();
        (steps.len() >= ENOUGH && alike * 2 > steps.len()).then_some(middle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{SiteId, UserId};

    fn of(phones: &[(u32, i64)]) -> Option<i64> {
        let mut clocks = PhoneClocks::default();
        for (who, steps) in phones {
            let id = UserId::parse(&who.to_string()).unwrap();
            clocks.note(&User { site: SiteId::BUILT_IN, id }, *steps);
        }
        clocks.in_common()
    }

    #[test]
    fn what_most_phones_are_off_by_is_found() {
        assert_eq!(of(&[(1, 4), (2, 4), (3, 5), (4, 0), (5, 4)]), Some(4));
        assert_eq!(of(&[(1, -3), (2, -3), (3, -4), (4, -3), (5, 9), (6, -3)]), Some(-3));
    }

    #[test]
    fn a_few_phones_or_one_person_say_nothing_of_this_clock() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(1, 4), (2, 4), (3, 4), (4, 4)]), None);
        assert_eq!(of(&[(1, 4), (1, 4), (1, 4), (1, 4), (1, 4), (2, 4)]), None);
        assert_eq!(of(&[(1, 4), (2, 0), (3, 1), (4, 0), (5, -1), (6, 4)]), None);
        assert_eq!(of(&[(1, 2), (2, 9), (3, 15), (4, 20), (5, 5)]), None, "off, and each by something else");
        assert_eq!(of(&[(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]), None, "within what is accepted");
    }

    #[test]
    fn those_who_came_long_ago_are_forgotten() {
        let off = (0..20).map(|who| (who, 4));
        let right = (20..31).map(|who| (who, 0));
        assert_eq!(of(&off.chain(right).collect::<Vec<_>>()), None);
    }
}
