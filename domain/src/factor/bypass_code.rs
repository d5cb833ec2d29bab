//! Bypass codes: issued by an administrator to somebody who is without the phone, good once, for minutes, at a challenge
//! and for nothing else.
//!
//! 60 random bits that live for an hour at most: a keyed digest is enough, which a stolen database cannot be searched
//! for without the sealing key.

use super::crockford;
use crate::name::{BypassCodeId, User};
use crate::ports::Entropy;
use crate::seal::{KeyId, KeyRing, SealError};
use crate::secret::{SecretText, redacted};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Characters of a code without its dashes: 12 × 5 bits. By this length it is told from every other kind of answer.
const CHARACTERS: usize = 12;

/// A bypass code as it is read and typed: `XXXX-XXXX-XXXX`. It exists when it is issued and when it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BypassCode(SecretText);

impl BypassCode {
    /// A new random code.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self(crockford::random::<CHARACTERS>(entropy))
    }

    /// Reads a code in whatever spelling a recovery code may have; `None` unless exactly twelve characters are left.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        crockford::read::<CHARACTERS>(text).map(Self)
    }

    /// The code in canonical spelling.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// A bypass code as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct BypassDigest {
    /// The sealing key whose subkey keys the digest.
    pub key: KeyId,
    /// The digest.
    pub digest: [u8; 32],
}

redacted!(BypassDigest);

impl BypassDigest {
    /// The digest of this code, of the user's row of this id.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] if the ring has lost the key.
    pub fn of(
        keys: &KeyRing,
        key: KeyId,
        user: &User,
        id: BypassCodeId,
        code: &BypassCode,
    ) -> Result<Self, SealError> {
        // Lengths are fixed up to the user's id, which comes last.
        let (site, id, code, user) = (user.site.uuid(), id.uuid(), code.expose(), user.id.as_str());
        let text = [&site.as_bytes()[..], &id.as_bytes()[..], code.as_bytes(), user.as_bytes()].concat();
        Ok(Self { key, digest: *keys.digest(key, "twofold bypass code 1", &text)? })
    }

    /// Whether both are of the same code, in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.digest.ct_eq(&other.digest).into()
    }
}

/// For how long a code is good: whole minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BypassMinutes(u8);

impl BypassMinutes {
    /// The longest.
    pub const LONGEST: u8 = 60;

    /// Accepts 1 to [`Self::LONGEST`].
    #[must_use]
    pub const fn new(minutes: u8) -> Option<Self> {
        if minutes >= 1 && minutes <= Self::LONGEST { Some(Self(minutes)) } else { None }
    }

    /// How long.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_mins(self.0.into())
    }
}

impl Default for BypassMinutes {
    fn default() -> Self {
        Self(15)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{SiteId, UserId};
    use crate::seal::SealingKey;
    use crate::testing::SeededEntropy;
    use uuid::Uuid;

    #[test]
    fn a_code_is_read_in_whatever_spelling_and_does_not_print() {
        let code = BypassCode::new(&SeededEntropy::new(14));
        let shown = code.expose();
        assert_eq!((shown.len(), shown.matches('-').count()), (14, 2));
        for spelling in
            [shown.to_owned(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('-', "")]
        {
            assert_eq!(BypassCode::parse(&spelling), Some(code.clone()), "{spelling}");
        }
        assert_eq!(BypassCode::parse("oil0-0000-0000"), BypassCode::parse("0110 0000 0000"));
        for other in ["", "123456", "12345678", "0000-0000-000", "0000-0000-0000-0", "0000-0000-000U"] {
            assert_eq!(BypassCode::parse(other), None, "{other}");
        }
        assert!(!format!("{code:?}").contains(&shown[..4]));
    }

    #[test]
    fn a_code_is_recognized_in_its_own_row_only() {
        let entropy = SeededEntropy::new(15);
        let keys = KeyRing::new(vec![(KeyId(1), SealingKey::new(&entropy))]).unwrap();
        let user = |id: &str| User { site: SiteId::BUILT_IN, id: UserId::parse(id).unwrap() };
        let (code, row) = (BypassCode::new(&entropy), |n| BypassCodeId::from_uuid(Uuid::from_u128(n)));
        let digest = |of: &str, n, code: &BypassCode| {
            BypassDigest::of(&keys, KeyId(1), &user(of), row(n), code).unwrap()
        };
        assert!(digest("ada", 1, &code).matches(&digest("ada", 1, &code)));
        for other in
            [digest("ada", 2, &code), digest("eve", 1, &code), digest("ada", 1, &BypassCode::new(&entropy))]
        {
            assert!(!digest("ada", 1, &code).matches(&other));
        }
    }

    #[test]
    fn it_lives_for_minutes() {
        assert_eq!([0, 61, 255].map(BypassMinutes::new), [None; 3]);
        assert_eq!(BypassMinutes::new(60).map(BypassMinutes::duration), Some(Duration::from_hours(1)));
        assert_eq!(BypassMinutes::default().duration(), Duration::from_mins(15));
    }
}
