//! What an administrator requires of a user.

use super::TwoFactor;
use crate::audit::Place;
use crate::error::{Fault, RequirementError};
use crate::name::{Label, Reason, SiteId, User, UserId};
use crate::policy;
use crate::ports::{SetRequirement, UserState};
use crate::requirement::{NewRequirement, Requirement};
use crate::time::Date;

impl TwoFactor {
    /// Requires two-factor authentication of a user, or does not any more. What is asked for already changes nothing,
    /// and nothing is logged. The log says `by` whom, where the site knows its administrators, and for which reason; of
    /// an exemption it is the exemption's own.
    ///
    /// # Errors
    /// [`RequirementError::NotFound`] if there is no such account of the built-in site, or no exemption of an unknown user
    /// to end; [`RequirementError::DeadlinePast`] or
    /// [`RequirementError::ExemptionPast`] for a new moment that is not ahead.
    pub async fn require(
        &self,
        user: &User,
        by: Option<&UserId>,
        new: &NewRequirement,
        reason: Option<Reason>,
        place: &Place,
    ) -> Result<(), RequirementError> {
        let reason = match new {
            NewRequirement::Exempt(exemption) => Some(exemption.reason.clone()),
            NewRequirement::Required { .. }
            | NewRequirement::RequiredAtOnce
            | NewRequirement::NotRequired
            | NewRequirement::NotExempt => reason,
        };
        for _ in 0..policy::RACE_RETRIES {
            let (state, now) = (self.state_for(user).await?, self.now());
            let unknown = state.label.is_none();
            // People of the built-in site are its accounts. Those of others are whom the site names, and it may require
            // something of somebody before they come for the first time.
            if unknown && (user.site == SiteId::BUILT_IN || *new == NewRequirement::NotExempt) {
                return Err(RequirementError::NotFound);
            }
            let Some(next) = state.demand.with(new, now)? else { return Ok(()) };
            if unknown {
                // An authenticator app must show something, until the site says what.
                self.remember_user(user, &Label::of(&user.id)).await?;
            }
            let event = self.event(next.kind, user, place, now).done_by(by).for_reason(reason.clone());
            let event = match next.at {
                Some(at) => event.about(&Date::of(at).to_string()),
                None => event,
            };
            let set = SetRequirement { user: user.clone(), seen: state.demand, next: next.demand, event };
            if self.store().set_requirement(set).await? {
                return Ok(());
            }
        }
        Err(RequirementError::Changed)
    }

    /// What is required of a user, all in all.
    ///
    /// # Errors
    /// [`Fault`] if it could not be read.
    pub async fn requirement(&self, user: &User) -> Result<Requirement, Fault> {
        self.requirement_of(user, &self.state_for(user).await?).await
    }

    pub(super) async fn requirement_of(&self, user: &User, state: &UserState) -> Result<Requirement, Fault> {
        let site = self.site(user.site).await?;
        Ok(state.demand.under(&site.policy, self.now()))
    }
}
