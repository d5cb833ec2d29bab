//! What crosses between server and browser. [`SecurityView`] and [`ChallengeView`] are also written into the page, so
//! they hold no secret; [`Begun`] and [`Confirmed`] do, and travel only as the answer of a server function.
//!
//! Times are milliseconds since the Unix epoch, waits are whole seconds.

#[cfg(feature = "ssr")]
mod from_domain;

use crate::wire::{FromJs, wire};
#[cfg(feature = "ssr")]
pub(crate) use from_domain::exposed;
#[cfg(feature = "ssr")]
pub use from_domain::security_view;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

wire! {
    /// All that the Security tab shows.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct SecurityView {
        /// What authenticator apps show for the user.
        pub label: String,
        /// What authenticator apps show for the site.
        pub issuer: String,
        /// Since when two-factor authentication is on.
        pub protected_since: Option<i64>,
        /// Oldest first.
        pub authenticators: Vec<Authenticator>,
        /// The authenticator that was not used for weeks.
        pub unused: Option<String>,
        /// The set of recovery codes.
        pub recovery: Option<Recovery>,
        /// An enrollment that can be gone on with.
        pub open: Option<Open>,
        /// Codes by mail can be set up: to this address, or to one that is asked for if it is empty.
        pub email: Option<String>,
        /// Remembered browsers, newest first.
        pub devices: Vec<Device>,
        /// Newest first.
        pub events: Vec<Happening>,
        /// It is required: there is no switching off.
        pub required: bool,
        /// They came in with a bypass code, and have set nothing up since.
        pub bypassed: bool,
        /// From when on, if that is still ahead.
        pub required_from: Option<i64>,
        /// What switching off asks for.
        pub turn_off: Proof,
    }

    /// What the person is asked to prove.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Proof {
        /// The password.
        pub password: bool,
        /// A code of the app, or a recovery code.
        pub code: bool,
    }

    /// One authenticator.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Authenticator {
        /// Its id.
        pub id: String,
        /// Its codes are mailed.
        pub by_mail: bool,
        /// What its owner calls it.
        pub name: String,
        /// When it was added.
        pub added_at: i64,
        /// When it last answered anything.
        pub used_at: Option<i64>,
    }

    /// How many recovery codes there are.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Recovery {
        /// Unused ones.
        pub left: u32,
        /// In the set.
        pub total: u32,
        /// When the set was made.
        pub made_at: i64,
        /// A backup was restored since, and all of them are void.
        pub voided: bool,
    }

    /// An enrollment that can be gone on with.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Open {
        /// Its id.
        pub id: String,
        /// What it is for.
        pub purpose: Purpose,
        /// Its codes are to be mailed.
        pub by_mail: bool,
        /// Whether only the recovery codes are left to be saved.
        pub confirmed: bool,
        /// Another session confirmed it, and was shown the codes.
        pub elsewhere: bool,
        /// When it was confirmed.
        pub confirmed_at: Option<i64>,
        /// From where, in words; empty if not known.
        pub place: String,
        /// When it ends by itself.
        pub expires_at: i64,
    }

    /// A browser in which the person is not asked for a code.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Device {
        /// Its id.
        pub id: String,
        /// What it is, in words.
        pub browser: String,
        /// Since when.
        pub trusted_at: i64,
        /// When it last spared the person a code.
        pub used_at: Option<i64>,
        /// Until when.
        pub expires_at: i64,
    }

    /// One line of recent activity, in words.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Happening {
        /// When.
        pub at: i64,
        /// What happened.
        pub what: String,
        /// From where, in words; empty if not known.
        pub place: String,
    }

    /// A begun enrollment. It holds the shared secret.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Begun {
        /// The enrollment's id.
        pub id: String,
        /// The provisioning URI, for a link on the phone itself.
        pub uri: String,
        /// The shared secret in base32, for typing in.
        pub key: String,
        /// The QR code, as SVG.
        pub qr_code: String,
        /// What the app will show for the site.
        pub issuer: String,
        /// What the app will show for the user.
        pub label: String,
    }

    /// The begun enrollment of an address.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Mailed {
        /// The enrollment's id.
        pub id: String,
        /// Where its code went.
        pub letter: Letter,
    }

    /// A code that is on its way.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Letter {
        /// The masked address.
        pub to: String,
        /// Until another one may be asked for.
        pub wait: u32,
    }

    /// A confirmed enrollment.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Confirmed {
        /// To be saved, if this is the first authenticator.
        pub recovery_codes: Option<Vec<String>>,
    }

    /// What the challenge shows.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ChallengeView {
        /// Who is signing in, as they know themselves.
        pub label: String,
        /// They have an authenticator app.
        pub app: bool,
        /// Codes can be mailed to them.
        pub email: bool,
        /// A code was mailed for this challenge, and is good still.
        pub letter: Option<Letter>,
        /// The challenge was passed already; only the way on is left.
        pub passed: bool,
        /// Seconds before a code of the kind that is asked for first is judged again; none if 0.
        pub wait: u32,
        /// That is no wait between two tries: too many codes were wrong within a year.
        pub stopped: bool,
        /// For how many days this browser can be remembered; not at all if 0.
        pub trusted_days: u32,
    }

    /// A passed challenge.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Passed {
        /// If it was a recovery code: how many are left.
        pub recovery_left: Option<u32>,
    }
}

impl ChallengeView {
    /// Whether a code of the mail is what is asked for first: one is on its way, or there is no app.
    #[must_use]
    pub fn mail_first(&self) -> bool {
        self.letter.is_some() || (self.email && !self.app)
    }
}

impl SecurityView {
    /// No more than somebody needs who sets a first authenticator up before they are let in: what else there is to see
    /// asks for a session.
    #[must_use]
    pub fn to_enroll(self) -> Self {
        let Self { label, issuer, open, email, .. } = self;
        Self { label, issuer, open, email, ..Self::default() }
    }
}

impl Recovery {
    /// From how many left on the user is warned.
    const LOW: u32 = 3;

    /// Whether the user should be warned.
    #[must_use]
    pub fn is_low(self) -> bool {
        self.left <= Self::LOW
    }
}

/// What an enrollment is for. In JSON: `first`, `further`, or the id of the authenticator that is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Purpose {
    /// The first authenticator: it switches two-factor authentication on.
    First,
    /// One more.
    Further,
    /// In the place of the authenticator of this id.
    Replace(String),
}

impl From<Purpose> for String {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::First => "first".to_owned(),
            Purpose::Further => "further".to_owned(),
            Purpose::Replace(id) => id,
        }
    }
}

impl From<String> for Purpose {
    fn from(text: String) -> Self {
        match text.as_str() {
            "first" => Self::First,
            "further" => Self::Further,
            _ => Self::Replace(text),
        }
    }
}

impl FromJs for Purpose {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string().map(Self::from)
    }
}
