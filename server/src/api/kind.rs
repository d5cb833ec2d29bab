//! The kinds of factors, as the API writes them.

use domain::factor::FactorKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A method of proving oneself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A code of an authenticator app.
    Totp,
    /// A code mailed to a confirmed address. Less safe than an app.
    Email,
    /// A saved code, good once.
    RecoveryCode,
    /// A code that an administrator issued, good once, for minutes.
    BypassCode,
}

impl From<FactorKind> for Kind {
    fn from(kind: FactorKind) -> Self {
        match kind {
            FactorKind::Totp => Self::Totp,
            FactorKind::Email => Self::Email,
            FactorKind::RecoveryCode => Self::RecoveryCode,
            FactorKind::BypassCode => Self::BypassCode,
        }
    }
}

impl From<Kind> for FactorKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Totp => Self::Totp,
            Kind::Email => Self::Email,
            Kind::RecoveryCode => Self::RecoveryCode,
            Kind::BypassCode => Self::BypassCode,
        }
    }
}

impl Kind {
    /// The authentication method references of RFC 8176: a password good once. That one came by mail is said apart: RFC 8176
    /// has no name for it, and whoever reads `otp` relies on more. So it is with what an administrator issued.
    pub(super) const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Totp | Self::RecoveryCode => &["otp"],
            Self::Email => &["email"],
            Self::BypassCode => &["bypass_code"],
        }
    }
}
