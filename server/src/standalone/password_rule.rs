//! Which passwords are accepted (ASVS 5.0, 6.2): 8 to 128 characters, exactly as received, and not among those that
//! are tried first.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Fewest characters.
const SHORTEST: usize = 8;
/// Most characters.
const LONGEST: usize = 128;

/// Where the list comes from stands at its top.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("common_passwords.txt").lines();
    lines.filter(|line| *line != "#" && !line.starts_with("# ")).collect()
});

/// Why a password is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// Fewer than 8 characters.
    TooShort,
    /// More than 128 characters.
    TooLong,
    /// One of the most common ones, the address itself, or our name.
    TooCommon,
}

/// Judges a new password of the account with this address.
pub(super) fn check(password: &str, email: &str) -> Result<(), PasswordRefusal> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(PasswordRefusal::TooShort);
    }
    if length > LONGEST {
        return Err(PasswordRefusal::TooLong);
    }
    let lower = password.to_lowercase();
    let (email, name) = (email.to_lowercase(), "twofold");
    let only_our_name =
        lower.replace(name, "").chars().all(|rest| !rest.is_alphabetic()) && lower.contains(name);
    if COMMON.contains(lower.as_str()) || lower == email || only_our_name {
        return Err(PasswordRefusal::TooCommon);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> Option<PasswordRefusal> {
        check(password, "ada@example.com").err()
    }

    #[test]
    fn the_list_holds_more_than_the_three_thousand_that_are_asked_for() {
        assert!(COMMON.len() >= 3000, "{}", COMMON.len());
        assert!(COMMON.iter().all(|one| one.chars().count() >= SHORTEST && *one == one.to_lowercase()));
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        assert_eq!(refused("ééééééé"), Some(PasswordRefusal::TooShort));
        assert_eq!(refused("éééééééé"), None);
        assert_eq!(refused(&"é".repeat(128)), None);
        assert_eq!(refused(&"é".repeat(129)), Some(PasswordRefusal::TooLong));
    }

    #[test]
    fn white_space_is_part_of_a_password() {
        assert_eq!(refused("   x    "), None);
        assert_eq!(refused("       "), Some(PasswordRefusal::TooShort));
    }

    #[test]
    fn what_is_tried_first_is_refused_in_any_case() {
        for common in ["password", "PassWord", "1qaz2wsx", "Ada@Example.com", "twofold1", "TWOFOLD-2026"] {
            assert_eq!(refused(common), Some(PasswordRefusal::TooCommon), "{common}");
        }
        assert_eq!(refused("correct horse battery"), None);
    }
}
