//! Codes by mail: how they are made, read and recognized, and how often one may be asked for.
//!
//! A code is good once, for ten minutes, for the ceremony that it was asked for and for no other one (ASVS 5.0, 6.5.1,
//! 6.5.5 and 6.6.2). It is stored as a keyed digest: a stolen database cannot be searched for it.

use crate::name::EmailCodeId;
use crate::ports::Entropy;
use crate::seal::{KeyId, KeyRing, SealError};
use crate::secret::{SecretText, redacted};
use crate::time::Timestamp;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Digits of a code: with five tries one guess in 20 million is right (NIST SP 800-63B-4, 3.1.3.2 demands six digits).
pub const DIGITS: usize = 8;
/// A code is good this long (ASVS 5.0, 6.5.5: at most ten minutes).
pub const LIFETIME: Duration = Duration::from_mins(10);
/// Wrong answers that one code survives, less one: the fifth ends it.
pub const TRIES: u32 = 5;
/// A user is mailed no further code in this time, as long as the last one can be typed still.
pub const EVERY: Duration = Duration::from_mins(1);
/// Codes that a user is mailed in [`HOUR`]: nobody fills somebody's mailbox.
pub const PER_HOUR: usize = 5;
/// The rolling time over which [`PER_HOUR`] counts.
pub const HOUR: Duration = Duration::from_hours(1);
/// A letter that no mail server took for this long is not sent any more: its reader has asked for another one by then, and
/// a code that comes late is one too many.
pub const SENT_WITHIN: Duration = Duration::from_mins(2);
/// Numbers of so many digits.
const NUMBERS: u32 = 100_000_000;

/// A code as its reader types it: eight ASCII digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailCode(SecretText);

impl EmailCode {
    /// A new random code.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        // The part of the range above the last whole multiple is drawn again: no code is likelier than another.
        let fair = u32::MAX - u32::MAX % NUMBERS;
        loop {
            let mut random = [0; 4];
            entropy.fill(&mut random);
            let drawn = u32::from_be_bytes(random);
            if drawn < fair {
                return Self(SecretText::new(format!("{:08}", drawn % NUMBERS)));
            }
        }
    }

    /// Accepts `^[0-9]{8}$` and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let eight_digits = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        eight_digits.then(|| Self(SecretText::new(text.to_owned())))
    }

    /// The digits.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// A code as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeDigest {
    /// The sealing key whose subkey keys the digest.
    pub key: KeyId,
    /// The digest.
    pub digest: [u8; 32],
}

redacted!(CodeDigest);

impl CodeDigest {
    /// The digest of this code, of the row of this id.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] if the ring has lost the key.
    pub fn of(keys: &KeyRing, key: KeyId, id: EmailCodeId, code: &EmailCode) -> Result<Self, SealError> {
        let text = [id.uuid().as_bytes().as_slice(), code.expose().as_bytes()].concat();
        Ok(Self { key, digest: *keys.digest(key, "twofold email code 1", &text)? })
    }

    /// Whether both are of the same code, in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.digest.ct_eq(&other.digest).into()
    }
}

/// A code that a user was mailed, as far as the next one has to wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// When.
    pub at: Timestamp,
    /// It can be typed still. One that was used holds nobody up who has to sign in again.
    pub alive: bool,
}

/// How long a user has to wait for the next code, having been mailed these; zero if not at all.
#[must_use]
pub fn wait(made: &[Made], now: Timestamp) -> Duration {
    let lately = made.iter().filter(|one| one.at.lasts(HOUR, now));
    let alive = lately.clone().filter(|one| one.alive).map(|one| one.at).max();
    let pause = alive.map_or(Duration::ZERO, |last| (last + EVERY).since(now));
    let mut lately: Vec<Timestamp> = lately.map(|one| one.at).collect();
    lately.sort_unstable();
    let spent = lately.len().checked_sub(PER_HOUR).and_then(|beyond| lately.get(beyond));
    pause.max(spent.map_or(Duration::ZERO, |first| (*first + HOUR).since(now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededEntropy;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn a_code_has_eight_digits_and_does_not_print() {
        let entropy = SeededEntropy::new(5);
        let codes: Vec<EmailCode> = (0..500).map(|_| EmailCode::new(&entropy)).collect();
        assert!(codes.iter().all(|code| EmailCode::parse(code.expose()).as_ref() == Some(code)));
        assert!(codes.iter().any(|code| code.expose().starts_with('0')), "zeros in front stay");
        assert!(!format!("{:?}", codes[0]).contains(codes[0].expose()));
    }

    #[test]
    fn a_code_is_recognized_in_its_own_row_only() {
        let (entropy, id) = (SeededEntropy::new(6), |n| EmailCodeId::from_uuid(uuid::Uuid::from_u128(n)));
        let keys = KeyRing::new(vec![(KeyId(1), crate::seal::SealingKey::new(&entropy))]).unwrap();
        let code = EmailCode::new(&entropy);
        let digest = |row, code: &EmailCode| CodeDigest::of(&keys, KeyId(1), id(row), code).unwrap();
        assert!(digest(1, &code).matches(&digest(1, &code)));
        assert!(!digest(1, &code).matches(&digest(2, &code)));
        assert!(!digest(1, &code).matches(&digest(1, &EmailCode::new(&entropy))));
    }

    #[test]
    fn a_code_that_was_used_holds_the_next_one_up_by_the_hour_only() {
        let used = |seconds| Made { alive: false, ..made(seconds) };
        assert_eq!(super::wait(&[used(0)], at(1)), Duration::ZERO);
        assert_eq!(super::wait(&[used(0), made(10)], at(11)), Duration::from_secs(59));
        assert_eq!(super::wait(&[0, 10, 20, 30, 40].map(used), at(50)), Duration::from_secs(3550));
    }

    fn made(seconds: i64) -> Made {
        Made { at: at(seconds), alive: true }
    }

    fn wait(made: &[Timestamp], now: Timestamp) -> Duration {
        let made: Vec<Made> = made.iter().map(|at| Made { at: *at, alive: true }).collect();
        super::wait(&made, now)
    }

    #[test]
    fn one_a_minute_and_five_an_hour() {
        assert_eq!(wait(&[], at(0)), Duration::ZERO);
        assert_eq!(wait(&[at(0)], at(1)), Duration::from_secs(59));
        assert_eq!(wait(&[at(0)], at(60)), Duration::ZERO);
        let five = [0, 60, 120, 180, 240].map(at);
        assert_eq!(wait(&five, at(300)), Duration::from_mins(55));
        assert_eq!(wait(&five, at(3600)), Duration::ZERO);
        assert_eq!(wait(&five[..4], at(300)), Duration::ZERO);
        let ahead = [0, 60, 120, 180, 240].map(|seconds| at(86_400 + seconds));
        assert_eq!(wait(&ahead, at(0)), Duration::ZERO, "what a clock ahead mailed holds nobody off");
    }
}
