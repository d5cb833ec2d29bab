//! Tickets: how a site's server hands a widget to a browser without any token in a URL; and what the widget then holds.

use crate::name::ChallengeId;
use crate::session::{Session, SessionToken};
use crate::time::Timestamp;

/// The bearer of a ticket, a trusted device or a widget's challenge: 256 random bits, stored as a hash. Each kind is
/// looked up in a table of its own, so that one is never good for another.
pub type Bearer = SessionToken;

/// A ticket, issued.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its bearer, which leaves in this answer only.
    pub ticket: Bearer,
    /// Until when it can be torn.
    pub expires_at: Timestamp,
}

/// What a torn ticket opened.
#[derive(Clone, Debug)]
pub enum Admitted {
    /// The Security tab.
    Session {
        /// The bearer of the session.
        token: Bearer,
        /// The session.
        session: Session,
    },
    /// One challenge.
    Challenge {
        /// The bearer with which it is answered.
        token: Bearer,
        /// The challenge.
        challenge: ChallengeId,
    },
}

/// A device that is trusted from now on.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// Its bearer, for the site to keep in a cookie of that browser.
    pub token: Bearer,
    /// Until when.
    pub expires_at: Timestamp,
}
