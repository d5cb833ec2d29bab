//! Tickets, and devices that a user trusts.

use crate::audit::Event;
use crate::name::{ChallengeId, DeviceId, User};
use crate::policy;
use crate::ports::NewSession;
use crate::session::TokenHash;
use crate::time::Timestamp;

/// What a ticket opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketFor {
    /// The Security tab: a session of the user.
    Session {
        /// The challenge that the user passed to sign in, where the site named it.
        sign_in: Option<ChallengeId>,
    },
    /// This challenge, and nothing else.
    Challenge(ChallengeId),
}

/// A ticket, as stored: good once, for [`crate::policy::TICKET`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The hash of its bearer.
    pub hash: TokenHash,
    /// For whom it was issued.
    pub user: User,
    /// What it opens.
    pub opens: TicketFor,
    /// Until when.
    pub expires_at: Timestamp,
    /// It was torn. It is kept for a while, so that a page that comes with it again can be told whose it was.
    pub torn: bool,
}

impl Ticket {
    /// Whether it still opens something at `now`.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        !self.torn && self.expires_at.ends_within(policy::TICKET, now)
    }
}

impl ChallengeAccess {
    /// Whether it still answers its challenge at `now`.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.expires_at.ends_within(policy::CHALLENGE_ENROLLING, now)
    }
}

/// A ticket to be torn, and what takes its place.
#[derive(Clone, Debug)]
pub struct TornTicket {
    /// The hash of its bearer.
    pub hash: TokenHash,
    /// Now.
    pub at: Timestamp,
    /// What it opens.
    pub opened: OpenedBy,
}

/// What a torn ticket leaves behind.
#[derive(Clone, Debug)]
pub enum OpenedBy {
    /// A session.
    Session(Box<NewSession>),
    /// A bearer with which the challenge is answered.
    Challenge(ChallengeAccess),
}

/// A widget's right to answer one challenge: another table than sessions, good for nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeAccess {
    /// The hash of its bearer.
    pub token: TokenHash,
    /// Who is asked.
    pub user: User,
    /// The challenge.
    pub challenge: ChallengeId,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A browser in which the user need not be asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedDevice {
    /// Its id, for listing and forgetting it.
    pub id: DeviceId,
    /// Whose it is.
    pub user: User,
    /// The browser in words.
    pub browser: Option<String>,
    /// When it was trusted.
    pub trusted_at: Timestamp,
    /// When it last spared the user a challenge.
    pub used_at: Option<Timestamp>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A device that spares its user a challenge.
#[derive(Clone, Debug)]
pub struct RecognizedDevice {
    /// The device.
    pub device: TrustedDevice,
    /// It must have been trusted after this moment: the site allows no longer.
    pub trusted_after: Timestamp,
    /// The user's revision when it was seen that nothing about them is in doubt, or under which their password was judged.
    pub revision: i64,
    /// The session that it opens, where somebody signs in here.
    pub opens: Option<Box<NewSession>>,
    /// What the log says.
    pub event: Event,
}

/// A device to be trusted.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// The device.
    pub device: TrustedDevice,
    /// The hash of its bearer.
    pub token: TokenHash,
    /// What the log says.
    pub event: Event,
}
