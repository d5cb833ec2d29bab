//! What things are called: ids, names and labels, each parsed once at the edge.

mod email;

pub use email::EmailAddress;

use crate::ports::Entropy;
use crate::time::Timestamp;
use uuid::Uuid;

/// Why a text was not accepted as an id, a name or a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left after trimming white space.
    #[error("must not be empty")]
    Empty,
    /// Longer than the limit, counted in characters.
    #[error("must have at most {limit} characters")]
    TooLong {
        /// The most characters allowed.
        limit: usize,
    },
    /// A control character, or (in a label or issuer) the colon that the Key URI format reserves.
    #[error("contains a character that is not allowed")]
    Forbidden,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: a UUID version 7 (RFC 9562, section 5.7) of this moment. Ordered by time; not a secret.
            #[must_use]
            pub fn new(now: Timestamp, entropy: &dyn Entropy) -> Self {
                Self(uuid_v7(now, entropy))
            }

            /// The id that was stored or received as this UUID.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID, as stored.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Reads an id as a person or program sends it; `None` if it is not a UUID.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    )*};
}

ids! {
    /// One application that uses Twofold. The key of every row starts with it.
    SiteId;
    /// One enrolled thing bound to a user.
    AuthenticatorId;
    /// The ceremony that binds an authenticator.
    EnrollmentId;
    /// The ceremony that proves control of one.
    ChallengeId;
    /// A set of recovery codes.
    CodeSetId;
    /// One recovery code of a set.
    CodeId;
    /// A signed-in browser, or an opened widget. Not the bearer: see [`crate::session::SessionToken`].
    SessionId;
    /// One mailed code. Its letter and the event that tells of it have the same.
    EmailCodeId;
    /// A bypass code.
    BypassCodeId;
    /// A browser in which a user is not asked again.
    DeviceId;
    /// The right to answer one request under an idempotency key.
    ClaimId;
    /// One row of the audit log.
    EventId;
}

/// The highest id that anything made at `at` can have: ids are ordered by their moment.
#[must_use]
pub fn last_id_of(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[u8::MAX; 10]).into_uuid()
}

impl SessionId {
    /// What stands for a session where a site's server acts by itself. Never stored as a session, so it has no bearer.
    pub const SITE: Self = Self(Uuid::nil());
}

impl EmailCodeId {
    /// The event that tells of this code.
    #[must_use]
    pub const fn event(self) -> EventId {
        EventId(self.0)
    }
}

impl BypassCodeId {
    /// When the code was issued, to the millisecond: its id says so.
    #[must_use]
    pub fn made_at(self) -> Timestamp {
        let (seconds, nanos) = self.0.get_timestamp().map_or((0, 0), |at| at.to_unix());
        let millis = seconds.saturating_mul(1000).saturating_add(u64::from(nanos / 1_000_000));
        Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    /// The highest id that a code issued at `at` can have: ids are ordered by their moment.
    #[must_use]
    pub fn last_of(at: Timestamp) -> Self {
        Self(last_id_of(at))
    }
}

impl SiteId {
    /// The site of standalone mode, whose users are the local accounts.
    pub const BUILT_IN: Self = Self(Uuid::from_u128(1));
}

fn uuid_v7(now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A site's own opaque id of one of its users: 1 to 128 characters, case-sensitive, never interpreted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(String);

impl UserId {
    /// Accepts the id exactly as the site sends it.
    ///
    /// # Errors
    /// If it is empty, longer than 128 characters, or holds a control character.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        checked(text, 128, "").map(Self)
    }

    /// The id, as the site wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A person of one site: the key under which everything of theirs is stored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct User {
    /// The site that vouches for the person.
    pub site: SiteId,
    /// The site's id of them.
    pub id: UserId,
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident($limit:literal, without: $forbidden:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Trims white space at both ends and accepts what is left.
            ///
            /// # Errors
            /// If it is empty, too long with its white space, or holds a forbidden character.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                trimmed(text, $limit, $forbidden).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )*};
}

names! {
    /// What a person calls an authenticator, "Pixel 9" say: 1 to 64 characters.
    Name(64, without: "");
    /// Why an administrator did something: 1 to 256 characters.
    Reason(256, without: "");
    /// What an authenticator app shows beside the issuer, an e-mail address say: 1 to 128 characters,
    /// no colon (Key URI format: the label's separator).
    Label(128, without: ":");
    /// What an authenticator app shows as the service: 1 to 64 characters, no colon (Key URI format), and no percent
    /// sign: an independent parser, otp-std 0.2, decodes the issuer twice and then finds that it differs from the
    /// label's, and an app may do the same.
    Issuer(64, without: ":%");
}

impl Label {
    /// For a user whom their site never gave a label: the site's own id, without the colons that a label must not have.
    #[must_use]
    pub fn of(id: &UserId) -> Self {
        Self::parse(&id.as_str().replace(':', " ")).unwrap_or_else(|_| Self("Account".to_owned()))
    }
}

/// Without the white space at both ends, which counts all the same: the API's document bounds what is sent.
fn trimmed(text: &str, limit: usize, forbidden: &str) -> Result<String, NameError> {
    let kept = checked(text.trim(), limit, forbidden)?;
    if text.chars().count() > limit { Err(NameError::TooLong { limit }) } else { Ok(kept) }
}

fn checked(text: &str, limit: usize, forbidden: &str) -> Result<String, NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().count() > limit {
        return Err(NameError::TooLong { limit });
    }
    if text.chars().any(|c| c.is_control() || forbidden.contains(c)) {
        return Err(NameError::Forbidden);
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(Name::parse("  Pixel 9 ").map(|n| n.0), Ok("Pixel 9".to_owned()));
        assert_eq!(Name::parse(" \t "), Err(NameError::Empty));
        assert_eq!(Name::parse(&"é".repeat(65)), Err(NameError::TooLong { limit: 64 }));
        assert!(Name::parse(&"é".repeat(64)).is_ok());
        assert_eq!(Name::parse(&format!("\u{a0}{}", "é".repeat(64))), Err(NameError::TooLong { limit: 64 }));
        assert_eq!(Name::parse("a\u{0}b"), Err(NameError::Forbidden));
    }

    #[test]
    fn a_label_or_issuer_has_no_colon_because_the_key_uri_splits_there() {
        assert_eq!(Label::parse("a:b"), Err(NameError::Forbidden));
        let of = |id: &str| Label::of(&UserId::parse(id).unwrap()).0;
        assert_eq!([of("42"), of("urn:a:b"), of(" : ")], ["42", "urn a b", "Account"]);
        assert_eq!(Issuer::parse("a:b"), Err(NameError::Forbidden));
    }

    #[test]
    fn the_id_of_a_bypass_code_says_when_it_was_issued() {
        let (at, entropy) =
            (Timestamp::from_millis(1_800_000_000_123), crate::testing::SeededEntropy::new(3));
        let ids: Vec<BypassCodeId> = (0..100).map(|_| BypassCodeId::new(at, &entropy)).collect();
        assert!(ids.iter().all(|id| id.made_at() == at && *id <= BypassCodeId::last_of(at)));
        let later = BypassCodeId::new(Timestamp::from_millis(at.millis() + 1), &entropy);
        assert!(later > BypassCodeId::last_of(at));
    }

    #[test]
    fn a_user_id_is_taken_exactly_as_sent() {
        assert_eq!(UserId::parse(" Alice ").map(|id| id.0), Ok(" Alice ".to_owned()));
    }
}
