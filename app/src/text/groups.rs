//! Long keys, so that a person can type them.

/// In groups of four, with a space between.
pub(crate) fn in_fours(key: &str) -> String {
    let mut grouped = String::with_capacity(key.len() + key.len() / 4);
    for (at, character) in key.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(character);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::in_fours;

    #[test]
    fn a_key_is_shown_in_groups_of_four() {
        assert_eq!(in_fours("JBSWY3DPEHPK3PXPJBSW"), "JBSW Y3DP EHPK 3PXP JBSW");
        assert_eq!(in_fours("ABCDE"), "ABCD E");
        assert_eq!(in_fours(""), "");
    }
}
