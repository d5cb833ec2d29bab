//! Secrets are types: redacted when printed, wiped when dropped, never serialized.

use crate::ports::Entropy;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The TOTP key: 160 random bits (RFC 4226, section 4, R6 recommends 160; NIST SP 800-63B-4, 3.1.4.1 demands 112).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SharedSecret([u8; Self::BYTES]);

impl SharedSecret {
    /// Length in bytes.
    pub const BYTES: usize = 20;

    /// A new random secret.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; Self::BYTES];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The secret of these bytes; `None` if there are not exactly 20.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes. Whoever asks is responsible for where they go.
    #[must_use]
    pub fn expose(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

/// A secret text that leaves the core in exactly one answer: a provisioning URI, a secret key for typing in, a
/// recovery code.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text. Whoever asks is responsible for where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

macro_rules! redacted {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    )*};
}
pub(crate) use redacted;

redacted!(SharedSecret, SecretText);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = SharedSecret([65; 20]);
        assert_eq!(format!("{secret:?}"), "SharedSecret(redacted)");
        assert_eq!(format!("{:?}", SecretText::new("AAAA".into())), "SecretText(redacted)");
    }
}
