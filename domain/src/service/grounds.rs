//! On what it rests that a session may change factors: it proved every one of them a moment ago; or, to replace or remove
//! the lost one, a bypass code passed the sign-in that it belongs to.

use super::TwoFactor;
use crate::error::Fault;
use crate::policy;
use crate::ports::{Enrollment, Grounds, Purpose, UserState};
use crate::session::Session;
use crate::step_up::{Caller, StepUpNeed};
use crate::time::Timestamp;

impl TwoFactor {
    /// On what the caller may replace or remove an authenticator now; or what they have to prove first.
    pub(super) async fn grounds_to_replace(
        &self,
        caller: &Caller,
        state: &UserState,
    ) -> Result<Result<Grounds, StepUpNeed>, Fault> {
        let now = self.now();
        let after = now - policy::STEP_UP;
        let need = StepUpNeed::now(&caller.session, state.protected_since.is_some(), now);
        if need.is_met() {
            return Ok(Ok(Grounds::Proved { after }));
        }
        Ok(self.let_past(&caller.session, state, after).await?.ok_or(need))
    }

    /// On what a further or replacing enrollment may be confirmed that the caller begun: whatever they began it on stands
    /// still, or they have proved everything since. `None`: neither.
    pub(super) async fn grounds_to_confirm(
        &self,
        caller: &Caller,
        enrollment: &Enrollment,
    ) -> Result<Option<Grounds>, Fault> {
        let after = enrollment.begun_at - policy::STEP_UP;
        if caller.session.stepped_up_at.is_some_and(|at| at > after) {
            return Ok(Some(Grounds::Proved { after }));
        }
        match enrollment.purpose {
            Purpose::Replace(_) => {
                let state = self.state_for(caller.user()).await?;
                self.let_past(&caller.session, &state, after).await
            }
            Purpose::First | Purpose::Further => Ok(None),
        }
    }

    /// What a bypass code allows this session: the one that passed its own sign-in, after that moment, if no authenticator
    /// has answered anything since. A change of factors ends the code, and this with it.
    pub(super) async fn let_past(
        &self,
        session: &Session,
        state: &UserState,
        after: Timestamp,
    ) -> Result<Option<Grounds>, Fault> {
        let Some(sign_in) = session.sign_in else { return Ok(None) };
        let now = self.now();
        let code = self.store().bypass_code(&session.user).await?;
        let used_at = code.filter(|code| code.passed == Some(sign_in)).and_then(|code| code.used_at);
        let lately = used_at.filter(|at| *at > after && at.is_plausible(now));
        let silent = |at: &Timestamp| state.authenticators.iter().all(|one| one.used_at < Some(*at));
        Ok(lately.filter(silent).map(|_| Grounds::LetPast { sign_in, after }))
    }
}
