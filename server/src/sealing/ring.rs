//! The text of a key file: one key a line, `<id> <64 hexadecimal digits>`; the highest id seals. Empty lines and lines
//! that begin with `#` say nothing.

use domain::seal::{KeyId, SealingKey};
use zeroize::Zeroizing;

/// Why a line is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Not two words, or not the right ones.
    #[error("a key is a number, a space and 64 hexadecimal digits")]
    NotAKey,
    /// The id occurs twice.
    #[error("this number occurs before")]
    Twice,
}

/// Reads all keys; the error says in which line it stands.
pub(super) fn parse(text: &str) -> Result<Vec<(KeyId, SealingKey)>, (usize, LineError)> {
    let mut keys: Vec<(KeyId, SealingKey)> = Vec::new();
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (id, key) = key(line).ok_or((at, LineError::NotAKey))?;
        if keys.iter().any(|(other, _)| *other == id) {
            return Err((at, LineError::Twice));
        }
        keys.push((id, key));
    }
    Ok(keys)
}

fn key(line: &str) -> Option<(KeyId, SealingKey)> {
    let (id, digits) = line.split_once(char::is_whitespace)?;
    let digits = digits.trim().as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
        _ => None,
    });
    let bytes = Zeroizing::new(pairs.collect::<Option<Vec<u8>>>()?);
    Some((KeyId(id.parse().ok()?), SealingKey::from_bytes(&bytes)?))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A file with this one key.
pub(super) fn first(key: &SealingKey) -> Zeroizing<String> {
    let digits: Zeroizing<String> =
        Zeroizing::new(key.expose().iter().map(|byte| format!("{byte:02x}")).collect());
    Zeroizing::new(format!(
        "# The sealing keys of Twofold. Back this file up, apart from the database: each is useless without the other.\n\
         # One key a line, a number and 64 hexadecimal digits. The highest number seals, the others still open.\n\
         1 {}\n",
        *digits
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_number_seals_and_comments_are_passed_over() {
        let text = format!("# keys\n\n 2\t{}\n10 {}  \r\n", "ab".repeat(32), "CD".repeat(32));
        let ring = domain::seal::KeyRing::new(parse(&text).unwrap()).unwrap();
        assert_eq!(ring.active(), KeyId(10));
    }

    #[test]
    fn a_line_that_is_not_a_key_is_named_by_its_number() {
        let good = "ab".repeat(32);
        for bad in
            ["x", "1", &good, &format!("-1 {good}"), &format!("1 {good}0"), &format!("1 {}zz", &good[2..])]
        {
            let text = format!("1 {good}\n{bad}\n");
            assert_eq!(parse(&text).map(|keys| keys.len()), Err((2, LineError::NotAKey)), "{bad}");
        }
        assert_eq!(parse(&format!("1 {good}\n1 {good}")).map(|keys| keys.len()), Err((2, LineError::Twice)));
    }
}
