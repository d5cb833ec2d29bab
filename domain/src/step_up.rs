//! Step-up: proving every factor again before a dangerous change, however signed-in the browser is.
//!
//! A stolen session must not be enough to change factors (OWASP MFA cheat sheet: do not rely solely on the active
//! session), and a password alone must never yield recovery codes (NIST SP 800-63B).

use crate::audit::Place;
use crate::name::{SessionId, User};
use crate::ports::{Challenge, Grounds, Standing};
use crate::session::{Home, Session};
use crate::time::Timestamp;

/// Who asks: a session, and from where.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The session, which was looked up by its bearer and is live.
    pub session: Session,
    /// From where, for the audit log.
    pub place: Place,
}

impl Caller {
    /// A site's server that acts for one of its users: it vouches for the user, and has proved none of their factors.
    #[must_use]
    pub fn site(user: User, place: Place, now: Timestamp) -> Self {
        let id = SessionId::SITE;
        let session = Session {
            id,
            user,
            home: Home::Embedded,
            opened_at: now,
            seen_at: now,
            stepped_up_at: None,
            sign_in: None,
        };
        Self { session, place }
    }

    /// A person who passes a challenge by setting a first authenticator up: there is no session yet, and the challenge
    /// stands for one. They have no factor to prove.
    #[must_use]
    pub fn enrolling(challenge: &Challenge, place: Place, now: Timestamp) -> Self {
        let caller = Self::site(challenge.user.clone(), place, now);
        let id = SessionId::from_uuid(challenge.id.uuid());
        Self { session: Session { id, ..caller.session }, place: caller.place }
    }

    /// The caller as a change needs them when it is stored. `None`: a site's server, which vouches by its key.
    #[must_use]
    pub fn standing(&self, grounds: Grounds) -> Option<Standing> {
        let session = self.session.id;
        (session != SessionId::SITE).then_some(Standing { session, grounds })
    }

    /// Whose session it is. Site and user come from here and from nowhere else.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.session.user
    }
}

/// What a dangerous change asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct StepUpNeed {
    /// The password (standalone mode).
    pub password: bool,
    /// A code of a factor the user has.
    pub code: bool,
}

impl StepUpNeed {
    /// What is asked for when nothing was proved recently.
    #[must_use]
    pub fn of(session: &Session, protected: bool) -> Self {
        Self { password: session.home == Home::Standalone, code: protected }
    }

    /// What is asked for now.
    #[must_use]
    pub fn now(session: &Session, protected: bool, now: Timestamp) -> Self {
        if session.is_stepped_up(now) { Self::default() } else { Self::of(session, protected) }
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_met(self) -> bool {
        self == Self::default()
    }
}
