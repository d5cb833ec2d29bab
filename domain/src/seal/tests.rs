use super::*;
use crate::name::{SiteId, UserId};
use crate::testing::SeededEntropy;

fn user(id: &str) -> User {
    User { site: SiteId::BUILT_IN, id: UserId::parse(id).unwrap() }
}

fn ring(ids: &[u32]) -> KeyRing {
    let entropy = SeededEntropy::new(7);
    KeyRing::new(ids.iter().map(|id| (KeyId(*id), SealingKey([id.to_be_bytes()[3]; 32]))).collect())
        .unwrap_or_else(|| KeyRing::new(vec![(KeyId(0), SealingKey::new(&entropy))]).unwrap())
}

fn sealed_for(user: &User, row: u128) -> SealedFor<'_> {
    SealedFor { user, row: Uuid::from_u128(row), what: "credential" }
}

#[test]
fn what_is_sealed_opens_in_its_own_row_only() {
    let (ring, entropy, alice, bob) = (ring(&[1]), SeededEntropy::new(1), user("alice"), user("bob"));
    let sealed = ring.seal(&entropy, sealed_for(&alice, 5), b"plain").unwrap();
    assert_eq!(ring.open(sealed_for(&alice, 5), &sealed).unwrap().as_slice(), b"plain");
    assert_eq!(ring.open(sealed_for(&bob, 5), &sealed), Err(SealError::Damaged));
    assert_eq!(ring.open(sealed_for(&alice, 6), &sealed), Err(SealError::Damaged));
    let other = SealedFor { what: "codes", ..sealed_for(&alice, 5) };
    assert_eq!(ring.open(other, &sealed), Err(SealError::Damaged));
}

#[test]
fn a_changed_bit_anywhere_is_noticed() {
    let (ring, entropy, alice) = (ring(&[1]), SeededEntropy::new(1), user("alice"));
    let sealed = ring.seal(&entropy, sealed_for(&alice, 5), b"plain").unwrap();
    for at in 0..sealed.0.len() {
        let mut bytes = sealed.0.clone();
        bytes[at] ^= 1;
        assert!(ring.open(sealed_for(&alice, 5), &Sealed(bytes)).is_err(), "byte {at}");
    }
    for length in 0..sealed.0.len() {
        let short = Sealed(sealed.0[..length].to_vec());
        assert!(ring.open(sealed_for(&alice, 5), &short).is_err(), "length {length}");
    }
}

#[test]
fn an_old_key_still_opens_and_the_newest_seals() {
    let (entropy, alice) = (SeededEntropy::new(1), user("alice"));
    let old = ring(&[1]).seal(&entropy, sealed_for(&alice, 5), b"plain").unwrap();
    let rotated = ring(&[1, 2]);
    assert_eq!(rotated.open(sealed_for(&alice, 5), &old).unwrap().as_slice(), b"plain");
    let new = rotated.seal(&entropy, sealed_for(&alice, 5), b"plain").unwrap();
    assert_eq!(new.key(), Ok(KeyId(2)));
    assert_eq!(ring(&[1]).open(sealed_for(&alice, 5), &new), Err(SealError::UnknownKey(KeyId(2))));
}

#[test]
fn a_sealed_value_does_not_hold_its_plain_text() {
    let (ring, entropy, alice) = (ring(&[1]), SeededEntropy::new(1), user("alice"));
    let sealed = ring.seal(&entropy, sealed_for(&alice, 5), b"the plain text").unwrap();
    assert!(!sealed.0.windows(9).any(|window| window == b"the plain"));
    assert_eq!(format!("{ring:?} {sealed:?}"), "KeyRing(redacted) Sealed(redacted)");
}

#[test]
fn a_ring_is_recognized_by_the_key_that_a_database_remembers() {
    let check = ring(&[1]).check().unwrap();
    assert_eq!(ring(&[1, 2]).recognize(&check), Ok(()), "a rotation");
    assert_eq!(ring(&[2]).recognize(&check), Err(SealError::UnknownKey(KeyId(1))));
    let other = KeyRing::new(vec![(KeyId(1), SealingKey([9; 32]))]).unwrap();
    assert_eq!(other.recognize(&check), Err(SealError::Damaged));
    assert_eq!(ring(&[1, 2]).check().unwrap().key, KeyId(2));
}
