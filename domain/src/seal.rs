//! Sealing: what must be readable again is encrypted at rest, and only opens in the row it was sealed for.
//!
//! XChaCha20-Poly1305 under a ring of keys with ids. The associated data binds site, user and row, so that a
//! ciphertext moved to another row, user or site does not open (ASVS 5.0, 11.3 and 13.3.1). There is no default
//! key and no way to switch sealing off.

use crate::name::User;
use crate::ports::Entropy;
use crate::secret::redacted;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Bytes of the nonce: 192 bits, so that random ones never repeat.
const NONCE: usize = 24;
/// Bytes of the key id that stands before the nonce.
const KEY_ID: usize = 4;
/// What the digest of a [`KeyCheck`] is for.
const CHECK: &str = "check";

/// Which key of the ring sealed something. Not a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u32);

/// One sealing key: 256 bits.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SealingKey([u8; 32]);

impl SealingKey {
    /// A new random key.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The key of these bytes; `None` if there are not exactly 32.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes, for writing the key file and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

redacted!(SealingKey, KeyRing, Sealed);

/// Why something did not open. Always a fault of the operator's side, never "wrong code".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The ring has no key of this id: a restored database, or a key removed too early.
    #[error("sealed with key {0:?}, which is not in the ring")]
    UnknownKey(KeyId),
    /// Too short, changed, or moved here from another row.
    #[error("the sealed value is damaged or belongs to another row")]
    Damaged,
}

/// What a sealed value is bound to: it opens for exactly this user and row.
#[derive(Clone, Copy, Debug)]
pub struct SealedFor<'a> {
    /// Whose it is.
    pub user: &'a User,
    /// The id of the row it is stored in.
    pub row: Uuid,
    /// What it is, so that two sealed columns of one row cannot be swapped.
    pub what: &'static str,
}

impl SealedFor<'_> {
    fn associated_data(&self) -> Vec<u8> {
        let mut data = Vec::with_capacity(96);
        data.extend_from_slice(self.user.site.uuid().as_bytes());
        data.extend_from_slice(self.row.as_bytes());
        // Lengths are fixed up to here, and `what` never holds a zero byte: no two bindings read the same.
        data.extend_from_slice(self.what.as_bytes());
        data.push(0);
        data.extend_from_slice(self.user.id.as_str().as_bytes());
        data
    }
}

/// Key id, nonce and ciphertext in one, as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// What storage read back.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key that sealed it, for counting what a rotation has left to do.
    ///
    /// # Errors
    /// [`SealError::Damaged`] if it is too short to say.
    pub fn key(&self) -> Result<KeyId, SealError> {
        let id = self.0.first_chunk::<KEY_ID>().ok_or(SealError::Damaged)?;
        Ok(KeyId(u32::from_be_bytes(*id)))
    }
}

/// What a database remembers of the key that seals, so that a later start with another one is noticed before anything is
/// sealed with it. It opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyCheck {
    /// The key's number.
    pub key: KeyId,
    /// A keyed digest of nothing.
    pub digest: [u8; 32],
}

/// The keys that open, and the one that seals.
#[derive(Clone)]
pub struct KeyRing {
    active: KeyId,
    keys: Vec<(KeyId, SealingKey)>,
}

impl KeyRing {
    /// A ring of these keys, in which the one with the highest id seals; `None` if there is no key at all.
    #[must_use]
    pub fn new(keys: Vec<(KeyId, SealingKey)>) -> Option<Self> {
        let active = keys.iter().map(|(id, _)| *id).max()?;
        Some(Self { active, keys })
    }

    /// The key that seals new values.
    #[must_use]
    pub fn active(&self) -> KeyId {
        self.active
    }

    /// The key that has been in the ring for longest: what is counted or recognized by a digest is so over a rotation,
    /// until that key is taken out.
    #[must_use]
    pub fn oldest(&self) -> KeyId {
        self.keys.iter().map(|(id, _)| *id).min().unwrap_or(self.active)
    }

    fn key(&self, id: KeyId) -> Result<&SealingKey, SealError> {
        let found = self.keys.iter().find(|(key, _)| *key == id);
        found.map(|(_, key)| key).ok_or(SealError::UnknownKey(id))
    }

    /// Seals `plain` for its row.
    ///
    /// # Errors
    /// [`SealError`] only if the cipher refuses, which it does for texts of more than 256 GiB.
    pub fn seal(&self, entropy: &dyn Entropy, to: SealedFor<'_>, plain: &[u8]) -> Result<Sealed, SealError> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let aad = to.associated_data();
        let payload = Payload { msg: plain, aad: &aad };
        let ciphertext = XChaCha20Poly1305::new(&self.key(self.active)?.0.into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::Damaged)?;
        let mut bytes = Vec::with_capacity(KEY_ID + NONCE + ciphertext.len());
        bytes.extend_from_slice(&self.active.0.to_be_bytes());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&ciphertext);
        Ok(Sealed(bytes))
    }

    /// Opens what was sealed for this row.
    ///
    /// # Errors
    /// [`SealError`] if the key is gone, or the value was changed or moved.
    pub fn open(&self, to: SealedFor<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let key = self.key(sealed.key()?)?;
        let rest = sealed.0.get(KEY_ID..).ok_or(SealError::Damaged)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Damaged)?;
        let aad = to.associated_data();
        XChaCha20Poly1305::new(&key.0.into())
            .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| SealError::Damaged)
    }

    /// What a database remembers of the key that seals.
    ///
    /// # Errors
    /// As [`Self::digest`].
    pub fn check(&self) -> Result<KeyCheck, SealError> {
        Ok(KeyCheck { key: self.active, digest: *self.digest(self.active, CHECK, &[])? })
    }

    /// What a database may remember of any of these keys.
    #[must_use]
    pub fn checks(&self) -> Vec<KeyCheck> {
        let check = |id| Some(KeyCheck { key: id, digest: *self.digest(id, CHECK, &[]).ok()? });
        self.keys.iter().filter_map(|(id, _)| check(*id)).collect()
    }

    /// Whether the ring has the key that a database remembers.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] if it has none of that number, [`SealError::Damaged`] if it has another one.
    pub fn recognize(&self, check: &KeyCheck) -> Result<(), SealError> {
        let same = *self.digest(check.key, CHECK, &[])? == check.digest;
        if same { Ok(()) } else { Err(SealError::Damaged) }
    }

    /// A keyed digest of `text` under a subkey for `purpose`: what the database alone cannot compute, so that a
    /// stolen database cannot be searched for recovery codes without the key.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] if the ring has no such key.
    pub fn digest(&self, key: KeyId, purpose: &str, text: &[u8]) -> Result<Zeroizing<[u8; 32]>, SealError> {
        let subkey = Zeroizing::new(mac(&self.key(key)?.0, purpose.as_bytes()));
        Ok(Zeroizing::new(mac(&subkey, text)))
    }
}

pub(crate) fn mac(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    // HMAC pads its key with zeros to the block (RFC 2104, section 2): a key of block size needs no check of length.
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new(&(*block).into());
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
