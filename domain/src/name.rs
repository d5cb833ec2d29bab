//! What things are called: ids, names and labels, each parsed once at the edge.

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

/// An e-mail address that a mail server can be given: `local@domain`, at most 254 characters (RFC 5321, section 4.5.3.1.3).
/// Before the last `@` stands a dot-atom (RFC 5322, section 3.2.3; letters and digits of every script, RFC 6531) of at most
/// 64 bytes, behind it a host name. No quoted text, no comment, no list, no angle brackets: what else the grammar allows is
/// nobody's address, and is how a letter goes to somebody else. Every address is read by this, and what it accepts the mailer
/// sends to: a test of the server compares the two.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

crate::secret::redacted!(EmailAddress);

impl EmailAddress {
    /// Trims white space at both ends and accepts what is left.
    ///
    /// # Errors
    /// If it is empty, too long with its white space, or no address.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = trimmed(text, 254, "")?;
        let (local, domain) = text.rsplit_once('@').ok_or(NameError::Forbidden)?;
        let well_formed = is_local_part(local) && domain.split('.').all(is_domain_label);
        well_formed.then_some(Self(text)).ok_or(NameError::Forbidden)
    }

    /// The address that was stored. An earlier version accepted more than [`Self::parse`] does: whoever has such an address
    /// keeps it until they are given another.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address, as the site wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What tells two addresses apart, and for whatever else is taken for one: in lower case, its domain as mail servers look
    /// it up (UTS 46). Whoever writes one domain in several ways, `münchen.test` and `xn--mnchen-3ya.test` or in letters of full
    /// width, writes to one mailbox.
    #[must_use]
    pub fn comparable(text: &str) -> String {
        let text = text.trim();
        let Some((local, domain)) = text.rsplit_once('@') else { return text.to_lowercase() };
        let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase());
        format!("{}@{domain}", local.to_lowercase())
    }

    /// Whether both are one mailbox; see [`Self::comparable`].
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        Self::comparable(&self.0) == Self::comparable(&other.0)
    }

    /// The address for whoever knows it already: its first character and its domain, cut to the length of a [`Name`].
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let first = local.chars().next().unwrap_or('•');
        let shown: String = domain.chars().take(58).collect();
        format!("{first}•••@{shown}")
    }
}

/// A dot-atom of at most 64 bytes (RFC 5321, section 4.5.3.1.1).
fn is_local_part(text: &str) -> bool {
    let atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_atom_text);
    text.len() <= 64 && text.split('.').all(atom)
}

fn is_atom_text(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// Letters, digits and dashes, at most 63 bytes, with no dash at either end (RFC 1123, section 2.1).
fn is_domain_label(text: &str) -> bool {
    let characters = text.chars().all(|c| c.is_alphanumeric() || c == '-');
    !text.is_empty() && text.len() <= 63 && characters && !text.starts_with('-') && !text.ends_with('-')
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
    fn an_address_is_the_same_however_its_domain_is_written() {
        let same = [
            "Ada@münchen.test",
            "ada@MÜNCHEN.test",
            " ada@xn--mnchen-3ya.test ",
            "ada@XN--MNCHEN-3YA.TEST",
            "ada@ｍünchen.test",
        ];
        for text in same {
            assert_eq!(EmailAddress::comparable(text), "ada@xn--mnchen-3ya.test", "{text}");
        }
        assert_ne!(EmailAddress::comparable("ada@munchen.test"), EmailAddress::comparable(same[0]));
        for (text, comparable) in
            [("Ada", "ada"), ("A@xn--\u{ad}.test", "a@xn--\u{ad}.test"), ("a@B_c.test", "a@b_c.test")]
        {
            assert_eq!(EmailAddress::comparable(text), comparable, "what is none is itself");
        }
    }

    #[test]
    fn an_address_needs_something_on_both_sides_of_the_at_and_does_not_print() {
        let ada = EmailAddress::parse(" Ada@example.com ").unwrap();
        assert_eq!(
            (ada.as_str(), format!("{ada:?}").as_str()),
            ("Ada@example.com", "EmailAddress(redacted)")
        );
        assert_eq!(ada.masked(), "A•••@example.com");
        let long = EmailAddress::parse(&format!("a@{}", vec!["é".repeat(31); 6].join("."))).unwrap();
        assert!(Name::parse(&long.masked()).is_ok());
        for text in ["ada", "@example.com", "ada@", "a da@example.com", "ada@example.com\u{0}"] {
            assert_eq!(EmailAddress::parse(text), Err(NameError::Forbidden), "{text:?}");
        }
        assert_eq!(EmailAddress::parse(" "), Err(NameError::Empty));
        let domain = vec!["a".repeat(63); 3].join(".");
        let long = format!("{}@{domain}", "a".repeat(63));
        assert_eq!(EmailAddress::parse(&long), Err(NameError::TooLong { limit: 254 }));
        assert!(EmailAddress::parse(&long[1..]).is_ok());
    }

    #[test]
    fn an_address_is_one_address_and_nothing_around_it() {
        for text in [
            "a@b.test,victim@x.test",
            "a@b.test, victim@x.test",
            "<a@b.test>",
            "Ada <a@b.test>",
            "a@b@c.test",
            "\"a b\"@c.test",
            "a(comment)@b.test",
            "a@[127.0.0.1]",
            "a;b@c.test",
            "a..b@c.test",
            ".a@b.test",
            "a@b..test",
            "a@-b.test",
            "a@b.test.",
            "a@b.test>",
            "a\r\nBcc: v@x.test@b.test",
        ] {
            assert_eq!(EmailAddress::parse(text), Err(NameError::Forbidden), "{text:?}");
        }
        for text in [
            "ada+shop@example.com",
            "o'neil@example.com",
            "ada@localhost",
            "jürgen@münchen.example",
            "a_b@c-d.test",
        ] {
            assert!(EmailAddress::parse(text).is_ok(), "{text}");
        }
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
