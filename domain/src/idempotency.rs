//! Requests that a site's server may send twice: under one key what is asked for happens once, and the answer is the same
//! (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! An answer may hold a ticket. It is kept sealed, and no longer than what it holds is good for; after that its key is
//! only known to be used. What is kept of the request is a keyed digest.

use crate::name::{ClaimId, NameError, User};
use crate::time::Timestamp;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The longest answer that is kept.
pub const LONGEST_ANSWER: usize = 64 * 1024;

/// A key, as a site's server chose it: 1 to 255 visible ASCII characters, a random UUID say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Accepts the key exactly as the site's server sent it.
    ///
    /// # Errors
    /// If it is empty, too long, or holds anything but visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        match text {
            "" => Err(NameError::Empty),
            text if text.len() > 255 => Err(NameError::TooLong { limit: 255 }),
            text if !text.bytes().all(|byte| byte.is_ascii_graphic()) => Err(NameError::Forbidden),
            text => Ok(Self(text.to_owned())),
        }
    }
}

/// A request under a key.
#[derive(Clone, Copy, Debug)]
pub struct Keyed<'a> {
    /// Whom it is about.
    pub user: &'a User,
    /// Its key.
    pub key: &'a IdempotencyKey,
    /// Its path and query, as they were sent.
    pub target: &'a str,
    /// Its body, as it was sent.
    pub body: &'a [u8],
}

impl Keyed<'_> {
    /// What its key is found by, within its site.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(&self.key.0).into())
    }

    /// All that makes it this request and no other: whom it is about, its path and query, its body. Each but the last
    /// stands behind its own length, so that what ends one never begins the next.
    pub(crate) fn told_apart_by(&self) -> Zeroizing<Vec<u8>> {
        let mut all = Zeroizing::new(Vec::new());
        for part in [self.user.id.as_str(), self.target] {
            all.extend_from_slice(&(part.len() as u64).to_be_bytes());
            all.extend_from_slice(part.as_bytes());
        }
        all.extend_from_slice(self.body);
        all
    }
}

/// What a key is found by, within its site: SHA-256 of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyHash(pub [u8; 32]);

/// What becomes of a request under a key.
#[derive(Debug)]
pub enum Attempt {
    /// It is the first: whoever sent it is to be answered, and the claim settled or released.
    First(Claim),
    /// It was answered before, with this.
    Again(Zeroizing<Vec<u8>>),
}

/// What a request under a key made, which is stored with its answer by one commit.
#[derive(Debug)]
pub struct Made<T> {
    /// What is answered now.
    pub now: T,
    /// What is kept, sealed: what is answered again.
    pub note: Zeroizing<Vec<u8>>,
    /// Until when it is kept: no longer than the answer is good for anything.
    pub until: Timestamp,
}

/// The answer to a request under a key.
#[derive(Debug)]
pub enum Answered<T> {
    /// It was done, just now.
    Now(T),
    /// It was answered before, with this.
    Before(Zeroizing<Vec<u8>>),
}

/// The right to answer a request under a key.
#[derive(Clone, Debug)]
pub struct Claim {
    pub(crate) user: User,
    pub(crate) key: KeyHash,
    pub(crate) id: ClaimId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{SiteId, UserId};

    #[test]
    fn a_key_is_visible_ascii_of_a_bounded_length() {
        assert!(IdempotencyKey::parse("8e03978e-40d5-43dd-bc93-6894a57f9324").is_ok());
        assert!(IdempotencyKey::parse(&"k".repeat(255)).is_ok());
        for bad in ["", " ", "a b", "é", "a\u{0}", &"k".repeat(256)] {
            assert!(IdempotencyKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_is_the_same_whatever_is_asked_under_it() {
        let user = User { site: SiteId::BUILT_IN, id: UserId::parse("ada").unwrap() };
        let hash = |target, key: &str| {
            let key = IdempotencyKey::parse(key).unwrap();
            Keyed { user: &user, key: &key, target, body: b"" }.hash()
        };
        assert_eq!(
            hash("/unlock", "a"),
            hash("/reset", "a"),
            "another operation is another request, which is refused"
        );
        assert_ne!(hash("/unlock", "a"), hash("/unlock", "b"));
    }

    #[test]
    fn requests_are_told_apart_by_user_path_query_and_body() {
        let apart = |id: &str, target: &str, body: &[u8]| {
            let user = User { site: SiteId::BUILT_IN, id: UserId::parse(id).unwrap() };
            let key = IdempotencyKey::parse("k").unwrap();
            Keyed { user: &user, key: &key, target, body }.told_apart_by()
        };
        let one = apart("ada", "/a", b"{}");
        assert_eq!(one, apart("ada", "/a", b"{}"));
        let others = [
            apart("bob", "/a", b"{}"),
            apart("ada", "/b", b"{}"),
            apart("ada", "/a?x=1", b"{}"),
            apart("ada", "/a", b"{ }"),
            apart("ada/a", "", b"{}"),
            apart("ad", "a/a", b"{}"),
            apart("ada", "/a{", b"}"),
        ];
        for (at, other) in others.iter().enumerate() {
            assert_ne!(&one, other, "{at}");
        }
    }
}
