//! Crockford's base32, in which codes are written that people read aloud and type: no I, L, O or U, any case, and what looks
//! alike is the same.

use crate::ports::Entropy;
use crate::secret::SecretText;
use zeroize::Zeroizing;

pub(super) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `N` random characters, five bits each, in groups of four.
pub(super) fn random<const N: usize>(entropy: &dyn Entropy) -> SecretText {
    let mut random = Zeroizing::new([0; N]);
    entropy.fill(random.as_mut_slice());
    // 256 is a multiple of 32: taking five bits of each byte favours no character.
    let characters = random.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 31)));
    grouped(characters.copied().map(char::from), N)
}

/// Reads a code in any case, with spaces and dashes anywhere, with O for 0 and I or L for 1; `None` unless exactly `N`
/// characters of the alphabet are left. The spelling is that of [`random`].
pub(super) fn read<const N: usize>(text: &str) -> Option<SecretText> {
    // Longer than any spelling a person would produce: not worth reading.
    if text.len() > 64 {
        return None;
    }
    let kept = text.chars().filter(|c| !matches!(c, ' ' | '-'));
    let canonical: Option<Vec<char>> = kept.map(canonical).collect();
    let canonical = Zeroizing::new(canonical?);
    (canonical.len() == N).then(|| grouped(canonical.iter().copied(), N))
}

fn grouped(characters: impl Iterator<Item = char>, count: usize) -> SecretText {
    // The capacity is exact: a text that grew would leave a copy behind.
    let mut text = String::with_capacity(count + count / 4);
    for (at, character) in characters.enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(character);
    }
    SecretText::new(text)
}

fn canonical(character: char) -> Option<char> {
    let folded = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let known = u8::try_from(folded).is_ok_and(|byte| ALPHABET.contains(&byte));
    known.then_some(folded)
}
