//! An authenticator app.

use domain::factor::totp::code_at;
use domain::secret::SharedSecret;
use domain::time::Timestamp;

/// The code of a key in base32 (RFC 4648, section 6), with spaces anywhere.
pub(crate) fn code(key: &str, now: Timestamp) -> String {
    let digits = key.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
        'A'..='Z' => u64::from(c) - u64::from('A'),
        '2'..='7' => u64::from(c) - u64::from('2') + 26,
        other => panic!("{other} is not base32"),
    });
    let bits: Vec<u64> = digits.flat_map(|digit| (0..5).rev().map(move |bit| (digit >> bit) & 1)).collect();
    let byte = |bits: &[u64]| u8::try_from(bits.iter().fold(0, |byte, bit| byte * 2 + bit)).unwrap();
    let bytes: Vec<u8> = bits.chunks_exact(8).map(byte).collect();
    code_at(&SharedSecret::from_bytes(&bytes).unwrap(), now)
}
