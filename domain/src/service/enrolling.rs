//! Beginning an enrollment, going on with it, and giving it up.

use super::{TwoFactor, credential};
use crate::audit::EventKind;
use crate::enrollment::Begun;
use crate::error::{EnrollmentError, Fault};
use crate::factor::{FactorKind, totp};
use crate::name::{AuthenticatorId, EnrollmentId, Name, NameError};
use crate::policy;
use crate::ports::{Enrollment, EnrollmentState, NewEnrollment, Purpose, UserState};
use crate::seal::Sealed;
use crate::secret::SharedSecret;
use crate::step_up::{Caller, StepUpNeed};
use crate::time::{TimeStep, Timestamp};

impl TwoFactor {
    /// Begins an enrollment, or goes on with the one that this session began for the same purpose: its secret is the
    /// same for the whole pending time.
    ///
    /// # Errors
    /// [`EnrollmentError::NotAllowed`] where the site does not have it; [`EnrollmentError::StepUpRequired`] unless
    /// everything was proved a moment ago.
    pub async fn begin_enrollment(
        &self,
        caller: &Caller,
        purpose: Purpose,
    ) -> Result<Begun, EnrollmentError> {
        let (user, now) = (caller.user(), self.now());
        if !self.site(user.site).await?.policy.factor_kinds.allow(FactorKind::Totp) {
            return Err(EnrollmentError::NotAllowed);
        }
        let state = self.state_for(user).await?;
        self.allow_begin(caller, &state, FactorKind::Totp, purpose).await?;
        let live = self.store().live_enrollments(user, now).await?;
        let continued = |one: &&Enrollment| one.continues(FactorKind::Totp, purpose, caller.session.id, now);
        if let Some(pending) = live.iter().find(continued) {
            return self.begun(pending, &state).await;
        }
        let enrollment = self.new_enrollment(caller, purpose, &state, now)?;
        let event =
            self.event(EventKind::EnrollmentBegun, user, &caller.place, now).of_factor(FactorKind::Totp);
        let at_once = policy::ENROLLMENTS_AT_ONCE;
        let new = NewEnrollment { enrollment: enrollment.clone(), at_once, event };
        if !self.store().begin_enrollment(new).await? {
            return Err(EnrollmentError::TooMany);
        }
        self.begun(&enrollment, &state).await
    }

    /// The secret of a pending enrollment again, for the session that began it.
    ///
    /// # Errors
    /// [`EnrollmentError::NotFound`] for anybody else.
    pub async fn resume_enrollment(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<Begun, EnrollmentError> {
        let state = self.state_for(caller.user()).await?;
        let pending = self.pending(caller, id).await?;
        self.require_grounds(caller, &state, pending.purpose).await?;
        if pending.kind != FactorKind::Totp {
            return Err(EnrollmentError::NotFound);
        }
        self.begun(&pending, &state).await
    }

    /// Gives an enrollment up: a pending one of this session, or the user's confirmed one.
    ///
    /// # Errors
    /// [`EnrollmentError::NotFound`] if there is nothing to give up.
    pub async fn cancel_enrollment(&self, caller: &Caller, id: EnrollmentId) -> Result<(), EnrollmentError> {
        let found = self.store().enrollment(caller.user(), id).await?.ok_or(EnrollmentError::NotFound)?;
        let now = self.now();
        if !(found.is_confirmed(now) || found.is_pending_in(Some(caller.session.id), now)) {
            return Err(EnrollmentError::NotFound);
        }
        let event = self.event(EventKind::EnrollmentCancelled, caller.user(), &caller.place, now);
        let held = self.store().cancel_enrollment(caller.user(), id, event.of_factor(found.kind)).await?;
        held.then_some(()).ok_or(EnrollmentError::NotFound)
    }

    pub(super) async fn allow_begin(
        &self,
        caller: &Caller,
        state: &UserState,
        kind: FactorKind,
        purpose: Purpose,
    ) -> Result<(), EnrollmentError> {
        if state.protected_since.is_some() == (purpose == Purpose::First) {
            return Err(EnrollmentError::Changed);
        }
        if let Purpose::Replace(old) = purpose
            && !state.authenticators.iter().any(|one| one.id == old && one.kind == kind)
        {
            return Err(EnrollmentError::NotFound);
        }
        // One address: "send a code" must not ask where to. Another one takes its place when it was removed.
        let has_address = state.authenticators.iter().any(|one| one.kind == FactorKind::Email);
        if kind == FactorKind::Email && has_address {
            return Err(EnrollmentError::TooMany);
        }
        if purpose == Purpose::Further && state.authenticators.len() >= policy::AUTHENTICATORS {
            return Err(EnrollmentError::TooMany);
        }
        self.require_grounds(caller, state, purpose).await
    }

    /// What replaces the lost one may rest on a bypass code; everything else asks for a proof.
    async fn require_grounds(
        &self,
        caller: &Caller,
        state: &UserState,
        purpose: Purpose,
    ) -> Result<(), EnrollmentError> {
        match purpose {
            Purpose::First | Purpose::Further => self.require_fresh(caller, state),
            Purpose::Replace(_) => {
                let grounds = self.grounds_to_replace(caller, state).await?;
                grounds.map(|_| ()).map_err(EnrollmentError::StepUpRequired)
            }
        }
    }

    pub(super) fn require_fresh(&self, caller: &Caller, state: &UserState) -> Result<(), EnrollmentError> {
        let need = StepUpNeed::now(&caller.session, state.protected_since.is_some(), self.now());
        if need.is_met() { Ok(()) } else { Err(EnrollmentError::StepUpRequired(need)) }
    }

    fn new_enrollment(
        &self,
        caller: &Caller,
        purpose: Purpose,
        state: &UserState,
        now: Timestamp,
    ) -> Result<Enrollment, EnrollmentError> {
        let user = caller.user();
        let authenticator = AuthenticatorId::new(now, self.entropy());
        let secret = SharedSecret::new(self.entropy());
        let sealed =
            self.parts.keys.seal(self.entropy(), credential(user, authenticator), secret.expose())?;
        let old = state.authenticators.iter().find(|one| purpose == Purpose::Replace(one.id));
        let name = old.map_or("Authenticator app", |old| old.name.as_str());
        Ok(self.new_pending(caller, FactorKind::Totp, purpose, authenticator, name, sealed, now)?)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "each is another column of the row, named where it is read"
    )]
    pub(super) fn new_pending(
        &self,
        caller: &Caller,
        kind: FactorKind,
        purpose: Purpose,
        authenticator: AuthenticatorId,
        name: &str,
        credential: Sealed,
        now: Timestamp,
    ) -> Result<Enrollment, NameError> {
        Ok(Enrollment {
            id: EnrollmentId::new(now, self.entropy()),
            user: caller.user().clone(),
            session: Some(caller.session.id),
            kind,
            purpose,
            state: EnrollmentState::Pending,
            authenticator,
            name: Name::parse(name)?,
            credential,
            watermark: TimeStep::NONE,
            codes: None,
            begun_at: now,
            expires_at: now + policy::ENROLLMENT_PENDING,
            confirmed: None,
        })
    }

    async fn begun(&self, pending: &Enrollment, state: &UserState) -> Result<Begun, EnrollmentError> {
        let plain =
            self.parts.keys.open(credential(&pending.user, pending.authenticator), &pending.credential)?;
        let secret =
            SharedSecret::from_bytes(&plain).ok_or(Fault::Broken("a credential of the wrong length"))?;
        let issuer = self.site(pending.user.site).await?.issuer;
        let label = state.label.clone().ok_or(Fault::Broken("a user who was never remembered"))?;
        let provisioning = totp::provision(&secret, &issuer, &label);
        let provisioning = provisioning.map_err(|_| Fault::Broken("the TOTP library refused a name"))?;
        Ok(Begun { id: pending.id, provisioning, issuer, label, expires_at: pending.expires_at })
    }

    pub(super) async fn pending(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<Enrollment, EnrollmentError> {
        let found = self.store().enrollment(caller.user(), id).await?;
        let pending = found.filter(|one| one.is_pending_in(Some(caller.session.id), self.now()));
        pending.ok_or(EnrollmentError::NotFound)
    }

    pub(super) async fn confirmable_in(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<Enrollment, EnrollmentError> {
        let found = self.store().enrollment(caller.user(), id).await?;
        let found = found.filter(|one| one.is_confirmable_in(Some(caller.session.id), self.now()));
        found.ok_or(EnrollmentError::NotFound)
    }
}
