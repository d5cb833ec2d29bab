//! The key that signs exports of the audit log: derived from the sealing keys, so that whoever holds only the public half
//! can check an export, and nobody who writes only the database can make one.

use domain::seal::{KeyId, KeyRing};
use ring::signature::{Ed25519KeyPair, KeyPair};

/// What the digest is for from which the key is made.
const PURPOSE: &str = "audit export";

/// The key pair of the ring's newest key.
pub(crate) struct ExportKey {
    id: KeyId,
    pair: Ed25519KeyPair,
}

impl ExportKey {
    /// `None`: the ring has not its own key.
    pub(crate) fn of(keys: &KeyRing) -> Option<Self> {
        let id = keys.active();
        let seed = keys.digest(id, PURPOSE, &[]).ok()?;
        Some(Self { id, pair: Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).ok()? })
    }

    /// The number of the sealing key from which it is made.
    pub(crate) fn id(&self) -> u32 {
        self.id.0
    }

    /// The 32 bytes that may be known to everybody.
    pub(crate) fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    pub(crate) fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.pair.sign(text).as_ref().to_vec()
    }
}
