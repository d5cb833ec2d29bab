//! Reading a code as people type, paste and dictate it. The core takes only the plain form: the field brings it into that,
//! and so does the HTTP API, by the same function.

/// The digit zero of the scripts in which phones show numbers; nine more digits follow each.
const ZEROS: [u32; 31] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1B50, 0x1BB0, 0x1C40, 0xFF10,
    0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
];

/// Without spaces, dashes and invisible marks, without what a sentence puts around it, and with every digit and letter in
/// ASCII.
#[must_use]
pub fn tidy(typed: &str) -> String {
    let plain: String = typed.chars().filter(|c| !is_decoration(*c)).map(ascii).collect();
    plain.trim_matches(of_a_sentence).to_owned()
}

/// What somebody has begun to type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A code of the app: six digits.
    #[default]
    App,
    /// A code that was mailed: eight digits.
    Mailed,
    /// A recovery code.
    Recovery,
}

impl Typed {
    /// What it is on the way to, and whether it is complete. While a mailed code is awaited, six digits are the beginning of
    /// one.
    pub(crate) fn read(tidied: &str, mailed: bool) -> (Self, bool) {
        let digits = tidied.bytes().all(|byte| byte.is_ascii_digit());
        match (tidied.len(), digits, mailed) {
            (8, true, _) => (Self::Mailed, true),
            (..8, true, true) => (Self::Mailed, false),
            (6, true, false) => (Self::App, true),
            (..6, _, false) => (Self::App, false),
            _ => (Self::Recovery, false),
        }
    }
}

fn is_decoration(c: char) -> bool {
    let is_dash = matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    );
    c.is_whitespace() || is_dash || is_invisible(c)
}

/// What is in a text and not on the screen: the format characters of Unicode (`Cf`), and what chooses how the character
/// before it is drawn, an emoji of a digit say.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{600}'..='\u{605}'
            | '\u{61C}'
            | '\u{6DD}'
            | '\u{70F}'
            | '\u{890}'..='\u{891}'
            | '\u{8E2}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{20E3}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{110BD}'
            | '\u{110CD}'
            | '\u{13430}'..='\u{1343F}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// A full stop after it, quotation marks or brackets around it.
fn of_a_sentence(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | ';'
            | ':'
            | '!'
            | '"'
            | '\''
            | '`'
            | '('
            | ')'
            | '['
            | ']'
            | '<'
            | '>'
            | '«'
            | '»'
            | '‹'
            | '›'
    ) || matches!(c, '\u{2018}'..='\u{201F}' | '。' | '．' | '「' | '」')
}

fn ascii(c: char) -> char {
    let code = u32::from(c);
    // Full-width letters.
    if matches!(code, 0xFF21..=0xFF3A | 0xFF41..=0xFF5A) {
        return char::from_u32(code - 0xFEE0).unwrap_or(c);
    }
    let digit = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|digit| *digit < 10));
    digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_with_spaces_and_dashes() {
        for typed in [
            "123456",
            "123 456",
            "123-456",
            " 123\u{a0}456 ",
            "123\u{2013}456",
            "1 2 3 4 5 6\n",
            "\u{200e}123456",
        ] {
            assert_eq!(tidy(typed), "123456", "{typed:?}");
        }
    }

    #[test]
    fn what_was_copied_along_is_left_out() {
        for mark in [
            "\u{ad}",
            "\u{202a}",
            "\u{202e}",
            "\u{2060}",
            "\u{2069}",
            "\u{fe0f}",
            "\u{61c}",
            "\u{e0020}",
            "\u{feff}",
        ] {
            assert_eq!(tidy(&format!("{mark}123{mark}456{mark}")), "123456", "{mark:?}");
            assert_eq!(tidy(&format!("7kq2{mark}-9XWD-4mzp-H8E0{mark}")), "7kq29XWD4mzpH8E0", "{mark:?}");
        }
        for typed in [
            "123456.",
            "\"123456\"",
            "“123 456”.",
            "'123456',",
            "»123456«",
            "(123456)",
            "1\u{fe0f}\u{20e3}23456",
        ] {
            assert_eq!(tidy(typed), "123456", "{typed:?}");
        }
        assert_eq!(tidy("７ＫＱ２－９ｘｗｄ"), "7KQ29xwd");
        // What stands between two digits is left for whoever judges it.
        assert_eq!(tidy("123.456"), "123.456");
    }

    #[test]
    fn digits_of_other_scripts_are_digits() {
        for typed in ["١٢٣٤٥٦", "۱۲۳۴۵۶", "१२३४५६", "১২৩৪৫৬", "１２３ ４５６", "๑๒๓๔๕๖", "𝟏𝟐𝟑𝟒𝟓𝟔"]
        {
            assert_eq!(tidy(typed), "123456", "{typed:?}");
        }
    }

    #[test]
    fn a_recovery_code_keeps_its_letters() {
        assert_eq!(tidy("7kq2-9XWD-4mzp-H8E0"), "7kq29XWD4mzpH8E0");
    }

    #[test]
    fn six_digits_are_a_code_of_the_app_and_eight_a_mailed_one() {
        assert_eq!(Typed::read("012345", false), (Typed::App, true));
        assert_eq!(Typed::read("01234567", false), (Typed::Mailed, true));
        for text in ["", "12345", "12a"] {
            assert_eq!(Typed::read(text, false), (Typed::App, false), "{text:?}");
        }
        for text in ["1234567", "12345a", "12345٦", "0123456789ABCDEF"] {
            assert_eq!(Typed::read(text, false), (Typed::Recovery, false), "{text:?}");
        }
    }

    #[test]
    fn where_a_mailed_code_is_awaited_six_digits_are_its_beginning() {
        assert_eq!(Typed::read("012345", true), (Typed::Mailed, false));
        assert_eq!(Typed::read("01234567", true), (Typed::Mailed, true));
        assert_eq!(Typed::read("012345A", true), (Typed::Recovery, false));
    }
}
