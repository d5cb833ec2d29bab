//! Enrolling: what a user is given on the way to an authenticator, and which enrollment may be gone on with.

use crate::factor::FactorKind;
use crate::factor::recovery_code::PlainCode;
use crate::factor::totp::Provisioning;
use crate::name::{EnrollmentId, Issuer, Label, SessionId};
use crate::policy;
use crate::ports::{Enrollment, EnrollmentState, Purpose};
use crate::time::Timestamp;
use std::time::Duration;

/// The answer that begins an enrollment: the only one that holds its secret.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Its id.
    pub id: EnrollmentId,
    /// What the authenticator app is given.
    pub provisioning: Provisioning,
    /// What the app will show as the service.
    pub issuer: Issuer,
    /// What the app will show as the account.
    pub label: Label,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// The answer that begins the enrollment of an address, or says again where its code went.
#[derive(Clone, Debug)]
pub struct Mailed {
    /// The enrollment's id.
    pub id: EnrollmentId,
    /// Where the code went, and when the next one may be asked for.
    pub letter: Sent,
    /// When the enrollment ends by itself.
    pub expires_at: Timestamp,
}

/// A code that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The masked address.
    pub to: String,
    /// Until when the code is good.
    pub expires_at: Timestamp,
    /// From when on another one may be asked for.
    pub again_at: Timestamp,
    /// How long that is from now.
    pub wait: Duration,
}

/// The answer that confirms an enrollment.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// The recovery codes to be saved before a first enrollment takes effect. `None`: it has taken effect.
    pub recovery_codes: Option<Vec<PlainCode>>,
}

impl Enrollment {
    /// Whether it is pending at `now`, and `session` began it. Another session of the same user is not shown its
    /// secret: whoever began it would know the key of the authenticator that somebody else confirms.
    #[must_use]
    pub fn is_pending_in(&self, session: Option<SessionId>, now: Timestamp) -> bool {
        self.state == EnrollmentState::Pending && self.session == session && self.is_running(now)
    }

    /// Whether it waits at `now` for its recovery codes to be saved.
    #[must_use]
    pub fn is_confirmed(&self, now: Timestamp) -> bool {
        self.state == EnrollmentState::Confirmed && self.is_running(now)
    }

    /// Whether it does, and `session` confirmed it. Another one is neither shown the codes nor can it say that they are saved:
    /// whoever confirmed it may be somebody else.
    #[must_use]
    pub fn is_confirmed_in(&self, session: Option<SessionId>, now: Timestamp) -> bool {
        self.session == session && self.is_confirmed(now)
    }

    /// Whether a code of its authenticator confirms it in `session` at `now`: it is pending there, or waits for what another
    /// session was shown.
    #[must_use]
    pub fn is_confirmable_in(&self, session: Option<SessionId>, now: Timestamp) -> bool {
        self.is_pending_in(session, now) || (self.session != session && self.is_confirmed(now))
    }

    /// Whether its time has come and is not over. Confirming it gives it another end, whatever its beginning.
    #[must_use]
    pub fn is_running(&self, now: Timestamp) -> bool {
        self.begun_at.is_plausible(now) && self.expires_at.ends_within(policy::ENROLLMENT_CONFIRMED, now)
    }

    /// Whether asking again for `purpose` with this kind in `session` goes on with this one.
    #[must_use]
    pub fn continues(&self, kind: FactorKind, purpose: Purpose, session: SessionId, now: Timestamp) -> bool {
        self.kind == kind && self.purpose == purpose && self.is_pending_in(Some(session), now)
    }
}
