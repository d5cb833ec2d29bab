//! Recovery codes: how they are made, written, read and recognized.
//!
//! 80 random bits each (NIST SP 800-63B-4, 4.2.1.1 demands 64). That is below the 112 bits from which a plain hash
//! would do (ASVS 5.0, 6.5.2), so a code is kept as Argon2id over a keyed digest: without the sealing key a stolen
//! database cannot be searched at all, with it only at the price of Argon2id. One salt per set, so that an attempt
//! costs one hash and not ten.

use super::crockford;
use crate::ports::Entropy;
use crate::seal::{KeyId, KeyRing, SealError};
use crate::secret::{SecretText, redacted};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Codes in a set.
pub const PER_SET: usize = 10;
/// From how many left on the user is warned.
pub const LOW: usize = 3;
/// Characters of a code without its dashes: 16 × 5 bits.
const CHARACTERS: usize = 16;
/// So often a code is drawn again that could be mistaken for another kind; once is enough in 999 of 1,000 cases.
const DRAWS: usize = 16;
/// Argon2id with 19 MiB, two passes, one lane: the floor of OWASP's password storage cheat sheet. NIST allows look-up
/// secrets a smaller work factor than passwords.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// A recovery code as its owner reads it: `XXXX-XXXX-XXXX-XXXX`. It exists when it is made and when it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainCode(SecretText);

/// Whether the beginning could be a code of an app.
fn is_mistakable(code: &SecretText) -> bool {
    let mut characters = code.expose().bytes().filter(|byte| *byte != b'-');
    characters.by_ref().take(6).all(|byte| byte.is_ascii_digit())
}

impl PlainCode {
    /// A new random code of 80 bits, less the hundredth of a bit that one code of a thousand is drawn again: one that begins
    /// with six digits would look like a code of an app while it is typed.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut code = crockford::random::<CHARACTERS>(entropy);
        // Not for ever: a source that gives the same again and again is found out elsewhere.
        for _ in 0..DRAWS {
            if !is_mistakable(&code) {
                break;
            }
            code = crockford::random::<CHARACTERS>(entropy);
        }
        Self(code)
    }

    /// Reads a code in any case, with spaces and dashes anywhere, with O for 0 and I or L for 1; `None` unless
    /// exactly sixteen characters of Crockford's alphabet are left.
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

/// A recovery code as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct HashedCode([u8; 32]);

redacted!(HashedCode);

impl HashedCode {
    /// What storage read back; `None` if there are not exactly 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether both are of the same code, in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// What the codes of one set are hashed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashing {
    /// 128 random bits, one salt per set (ASVS 5.0, 6.5.2 demands 32).
    pub salt: [u8; 16],
    /// The sealing key whose subkey keys the digest.
    pub key: KeyId,
}

impl Hashing {
    /// A new salt under the ring's active key.
    #[must_use]
    pub fn new(ring: &KeyRing, entropy: &dyn Entropy) -> Self {
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        Self { salt, key: ring.active() }
    }

    /// What is left to do for these codes once the key has had its part: pure computing that takes tens of
    /// milliseconds a code and belongs on a thread of its own ([`crate::ports::Hasher`]).
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] if the ring has lost the set's key.
    pub fn prepare(&self, ring: &KeyRing, codes: &[PlainCode]) -> Result<HashingWork, SealError> {
        let digests = codes
            .iter()
            .map(|code| ring.digest(self.key, "twofold recovery code 1", code.expose().as_bytes()));
        Ok(HashingWork { salt: self.salt, digests: digests.collect::<Result<_, _>>()? })
    }
}

/// Codes waiting to be hashed.
pub struct HashingWork {
    salt: [u8; 16],
    digests: Vec<Zeroizing<[u8; 32]>>,
}

redacted!(HashingWork);

impl HashingWork {
    /// Hashes every code, in order. `None` if Argon2 refuses its parameters, which are constants.
    #[must_use]
    pub fn run(&self) -> Option<Vec<HashedCode>> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).ok()?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // One for all of them: getting 19 MiB from the system takes as long as a good part of the hashing.
        let mut memory = vec![Block::default(); argon2.params().block_count()];
        let mut hash = |digest: &Zeroizing<[u8; 32]>| {
            let mut out = [0; 32];
            argon2
                .hash_password_into_with_memory(digest.as_slice(), &self.salt, &mut out, &mut memory)
                .ok()?;
            Some(HashedCode(out))
        };
        self.digests.iter().map(&mut hash).collect()
    }
}

#[cfg(test)]
mod tests;
