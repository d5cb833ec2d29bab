//! What a factor is, and how a text that somebody typed is read as an answer to one.

pub mod bypass_code;
mod crockford;
pub mod email_code;
pub mod recovery_code;
pub mod totp;

use crate::secret::SecretText;
use bypass_code::BypassCode;
use email_code::EmailCode;
use recovery_code::PlainCode;

/// A method of proving oneself. The attempt budget, the policy and the audit log speak of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactorKind {
    /// An authenticator app that shows time-based codes (RFC 6238).
    Totp,
    /// A code mailed to an address that was confirmed by one. Not an out-of-band authenticator to NIST (SP 800-63B-4, 3.1.3.1
    /// forbids e-mail): sites opt in, and screens call it less safe.
    Email,
    /// Saved single-use look-up secrets (NIST SP 800-63B-4, 3.1.2).
    RecoveryCode,
    /// A code that an administrator issued to somebody without the phone. It passes a challenge, and nothing else.
    BypassCode,
}

impl FactorKind {
    /// Every kind there is.
    pub const ALL: [Self; 4] = [Self::Totp, Self::Email, Self::RecoveryCode, Self::BypassCode];

    /// The kind's name in SQL, JSON and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Email => "email",
            Self::RecoveryCode => "recovery_code",
            Self::BypassCode => "bypass_code",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What a person gave to a challenge, read but not yet judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Six digits of an authenticator app.
    Totp(TotpCode),
    /// Eight digits of a letter.
    Email(EmailCode),
    /// A recovery code, in canonical spelling.
    RecoveryCode(PlainCode),
    /// A bypass code, in canonical spelling.
    BypassCode(BypassCode),
}

impl Answer {
    /// Reads the one smart field: exactly six ASCII digits are a code of the app, eight those of a letter; sixteen Crockford
    /// characters are a recovery code, twelve a bypass code (any case, spaces and dashes allowed). `None` for everything else: such a text cannot be
    /// right, so it is refused without being judged and without being counted.
    ///
    /// Nothing else is forgiven. A text that the judge would see in two spellings could be tried twice.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(code) = TotpCode::parse(text) {
            return Some(Self::Totp(code));
        }
        if let Some(code) = EmailCode::parse(text) {
            return Some(Self::Email(code));
        }
        let recovery_code = PlainCode::parse(text).map(Self::RecoveryCode);
        recovery_code.or_else(|| BypassCode::parse(text).map(Self::BypassCode))
    }

    /// The kind of factor that this answers.
    #[must_use]
    pub const fn kind(&self) -> FactorKind {
        match self {
            Self::Totp(_) => FactorKind::Totp,
            Self::Email(_) => FactorKind::Email,
            Self::RecoveryCode(_) => FactorKind::RecoveryCode,
            Self::BypassCode(_) => FactorKind::BypassCode,
        }
    }
}

/// Six ASCII digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotpCode(SecretText);

impl TotpCode {
    /// Accepts `^[0-9]{6}$` and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let six_digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        six_digits.then(|| Self(SecretText::new(text.to_owned())))
    }

    /// The digits.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_or_eight_ascii_digits_are_a_code() {
        assert!(matches!(Answer::parse("123456"), Some(Answer::Totp(_))));
        assert!(matches!(Answer::parse("01234567"), Some(Answer::Email(_))));
        let others = [
            "",
            "12345",
            "1234567",
            "1234 5678",
            "123456789",
            "123 456",
            "123-456",
            " 123456",
            "123456\n",
            "+12345",
            "12345６",
            "１２３４５６",
            "١٢٣٤٥٦",
            "𝟏𝟐𝟑𝟒𝟓𝟔",
            "1.2e45",
            "0x1E24",
            "123456\0",
            "\u{feff}123456",
            "１",
        ];
        for text in others {
            assert_eq!(Answer::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_answer_does_not_print_its_digits() {
        assert!(!format!("{:?}", Answer::parse("123456")).contains("123456"));
    }

    #[test]
    fn a_kind_reads_back_from_its_name() {
        for kind in FactorKind::ALL {
            assert_eq!(FactorKind::parse(kind.as_str()), Some(kind));
        }
    }
}
