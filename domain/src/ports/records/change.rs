//! Sessions, and changes of what a user has.

use super::challenge::Spent;
use super::user::NewCodeSet;
use crate::audit::Event;
use crate::name::{AuthenticatorId, ChallengeId, Name, SessionId, User};
use crate::requirement::Demand;
use crate::session::{Session, TokenHash};
use crate::time::Timestamp;

/// What a change of factors does to the sessions of the user other than the one that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherSessions {
    /// They are ended (ASVS 5.0, 7.4.3).
    End {
        /// The one that stays.
        but: Option<SessionId>,
    },
    /// They stay, but have to prove every factor again.
    AskAgain {
        /// The one that need not.
        but: Option<SessionId>,
    },
}

/// The session on whose word something is changed. It must be alive when the change is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which it is; a challenge that has its user enroll stands for one.
    pub session: SessionId,
    /// On what it rests that it may.
    pub grounds: Grounds,
}

/// On what it rests that a session may make a change. It must hold when the change is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grounds {
    /// That it is alive: there is nothing to prove.
    Alive,
    /// That it proved every factor after this moment.
    Proved {
        /// The moment.
        after: Timestamp,
    },
    /// That a bypass code passed the sign-in that it belongs to, after this moment; that no authenticator has answered
    /// since, and that nothing was changed on it. The change uses it up.
    LetPast {
        /// The challenge of the sign-in.
        sign_in: ChallengeId,
        /// The moment.
        after: Timestamp,
    },
}

/// A session that proved its user's factors.
#[derive(Clone, Debug)]
pub struct SteppedUp {
    /// The session.
    pub session: SessionId,
    /// The bearer that takes the place of the one before, where the session is given a new one.
    pub token: Option<TokenHash>,
    /// What the answer used up, where a factor was asked for.
    pub spent: Option<Spent>,
    /// The user's revision when it was seen what to ask for.
    pub revision: i64,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// An authenticator to be called otherwise.
#[derive(Clone, Debug)]
pub struct RenamedAuthenticator {
    /// Whose it is.
    pub user: User,
    /// Which it is.
    pub authenticator: AuthenticatorId,
    /// What it was called when another name was chosen.
    pub seen: Name,
    /// What it is called from now on.
    pub name: Name,
    /// On whose word it is done; `None`: on the site's.
    pub by: Option<Standing>,
    /// What the log says.
    pub event: Event,
}

/// An authenticator to be removed.
#[derive(Clone, Debug)]
pub struct RemovedAuthenticator {
    /// Whose it is.
    pub user: User,
    /// Which it is.
    pub authenticator: AuthenticatorId,
    /// The user's revision when it was seen that another one stays.
    pub revision: i64,
    /// On whose word it is done; `None`: on the site's.
    pub by: Option<Standing>,
    /// What happens to the user's other sessions.
    pub others: OtherSessions,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// A new set of recovery codes for a user who has one.
#[derive(Clone, Debug)]
pub struct ReplacedCodes {
    /// Whose they are.
    pub user: User,
    /// The new set.
    pub code_set: NewCodeSet,
    /// The user's revision when it was decided: of two that ask at once, one holds codes that work.
    pub revision: i64,
    /// On whose word it is done; `None`: on the site's.
    pub by: Option<Standing>,
    /// What happens to the user's other sessions.
    pub others: OtherSessions,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// Two-factor authentication to be switched off.
#[derive(Clone, Debug)]
pub struct TurnedOff {
    /// What the answer used up.
    pub spent: Spent,
    /// On whose word it is done; `None`: on the site's.
    pub by: Option<Standing>,
    /// What happens to the user's other sessions.
    pub others: OtherSessions,
    /// What the log says.
    pub event: Event,
}

/// Everything by which a user can prove themselves, to be taken away by their site.
#[derive(Clone, Debug)]
pub struct ResetUser {
    /// Whose it is.
    pub user: User,
    /// The user's revision when it was decided, where the decision was about what the user had.
    pub revision: Option<i64>,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub events: Vec<Event>,
}

/// What is required of a user from now on. What their role requires is not theirs, and is left as it is.
#[derive(Clone, Debug)]
pub struct SetRequirement {
    /// Of whom.
    pub user: User,
    /// What was stored when it was decided.
    pub seen: Demand,
    /// What is stored from now on.
    pub next: Demand,
    /// What the log says.
    pub event: Event,
}

/// A session to be stored.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The session.
    pub session: Session,
    /// The hash of its bearer.
    pub token: TokenHash,
    /// The user's revision when what justifies it was read: the password, what they have, or what was proved.
    pub revision: i64,
    /// When it was seen that nothing is asked of the user, who has no second factor, where that is what justifies it:
    /// two-factor authentication must not be required of them then.
    pub unasked_at: Option<Timestamp>,
    /// What the log says.
    pub event: Event,
}
