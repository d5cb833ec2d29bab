use super::*;
use crate::seal::SealingKey;
use crate::testing::SeededEntropy;

fn ring(key: u8) -> KeyRing {
    KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[key; 32]).unwrap())]).unwrap()
}

#[test]
fn a_code_has_four_groups_of_four_characters() {
    let code = PlainCode::new(&SeededEntropy::new(1));
    let groups: Vec<&str> = code.expose().split('-').collect();
    assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [4; 4]);
    assert!(code.expose().bytes().all(|byte| byte == b'-' || crockford::ALPHABET.contains(&byte)));
}

#[test]
fn no_code_begins_like_one_of_an_app() {
    let entropy = SeededEntropy::new(1);
    // One of a thousand did.
    for _ in 0..20_000 {
        let code = PlainCode::new(&entropy);
        let begins: String = code.expose().replace('-', "").chars().take(6).collect();
        assert!(!begins.bytes().all(|byte| byte.is_ascii_digit()), "{begins}");
    }
}

#[test]
fn a_code_is_read_in_any_spelling_a_person_may_give_it() {
    let expected = PlainCode::parse("0123-4567-89AB-CDEF").unwrap();
    for spelling in [
        "0123456789abcdef",
        "0123 4567 89ab cdef",
        " o123-4567-89AB-CDEF ",
        "OI23-4567-89ab-cdef",
        "ol23456789ABCDEF",
        "--0123--4567--89AB--CDEF--",
    ] {
        assert_eq!(PlainCode::parse(spelling).as_ref(), Some(&expected), "{spelling:?}");
    }
}

#[test]
fn what_is_no_code_is_not_read_as_one() {
    for text in [
        "",
        "0123-4567-89AB-CDE",
        "0123-4567-89AB-CDEF0",
        "0123-4567-89AB-CDEU",
        "0123_4567_89AB_CDEF",
        "０123-4567-89AB-CDEF",
        "0123-4567-89AB-CDEF\n",
        &"-".repeat(65),
        &"0".repeat(65_536),
    ] {
        assert_eq!(PlainCode::parse(text), None);
    }
}

#[test]
fn a_code_is_recognized_by_its_hash_under_its_own_salt_and_key_only() {
    let entropy = SeededEntropy::new(1);
    let (code, other) = (PlainCode::new(&entropy), PlainCode::new(&entropy));
    let hashing = Hashing::new(&ring(1), &entropy);
    let hash = |hashing: &Hashing, ring: &KeyRing, code: &PlainCode| {
        hashing.prepare(ring, std::slice::from_ref(code)).unwrap().run().unwrap().remove(0)
    };
    let stored = hash(&hashing, &ring(1), &code);
    assert!(stored.matches(&hash(&hashing, &ring(1), &code)));
    assert!(!stored.matches(&hash(&hashing, &ring(1), &other)));
    assert!(!stored.matches(&hash(&hashing, &ring(2), &code)));
    assert!(!stored.matches(&hash(&Hashing::new(&ring(1), &entropy), &ring(1), &code)));
}

#[test]
fn a_code_does_not_print() {
    let code = PlainCode::new(&SeededEntropy::new(1));
    assert!(!format!("{code:?}").contains(code.expose()));
}
