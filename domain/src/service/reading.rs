//! What a site's server may read of one of its users. None of it is a secret, and none of it is a proof.

use super::{TwoFactor, code_summary, summary};
use crate::audit::Event;
use crate::budget::{Allowance, Budget};
use crate::error::Fault;
use crate::factor::FactorKind;
use crate::name::User;
use crate::page::Page;
use crate::policy;
use crate::ports::{Challenge, EventPage, ListedUser, UserPage, UserState};
use crate::report::{Lock, UserReport};
use crate::time::Timestamp;

impl TwoFactor {
    /// The kinds of factors that the user can answer with right now.
    ///
    /// # Errors
    /// [`Fault`] if they could not be read.
    pub async fn factor_kinds(&self, user: &User) -> Result<Vec<FactorKind>, Fault> {
        Ok(self.kinds_of(&self.state_for(user).await?))
    }

    pub(super) fn kinds_of(&self, state: &UserState) -> Vec<FactorKind> {
        let has = |kind: &FactorKind| match kind {
            FactorKind::Totp => state.authenticators.iter().any(|one| one.kind == *kind),
            FactorKind::Email => self.parts.mails && state.authenticators.iter().any(|one| one.kind == *kind),
            FactorKind::RecoveryCode => state.code_set.as_ref().is_some_and(|set| code_summary(set).left > 0),
            FactorKind::BypassCode => state.bypass_code.as_ref().is_some_and(|code| code.is_good(self.now())),
        };
        FactorKind::ALL.into_iter().filter(has).collect()
    }

    /// What there is of a user; `None` if the site never named them.
    ///
    /// # Errors
    /// [`Fault`] if it could not be read.
    pub async fn user(&self, user: &User) -> Result<Option<UserReport>, Fault> {
        // As it is, contradictions included: an administrator has to see whom to help.
        let state = self.store().user_state(user).await?;
        let requirement = self.requirement_of(user, &state).await?;
        let Some(label) = state.label else { return Ok(None) };
        let (budgets, now) = (self.store().budgets(user).await?, self.now());
        let locks = budgets.iter().filter_map(|(kind, budget)| lock(*kind, budget, now));
        Ok(Some(UserReport {
            label,
            email: state.email,
            protected_since: state.protected_since,
            authenticators: state.authenticators.iter().map(summary).collect(),
            recovery: state.code_set.as_ref().map(code_summary),
            locks: locks.collect(),
            requirement,
            demand: state.demand,
        }))
    }

    /// Whether a code of this kind would be judged now, or how long the wrong ones before it stand in its way.
    ///
    /// # Errors
    /// [`Fault`] if it could not be read.
    pub async fn allowance(&self, user: &User, kind: FactorKind) -> Result<Allowance, Fault> {
        let budgets = self.store().budgets(user).await?;
        let budget = budgets.iter().find(|(of, _)| *of == kind);
        Ok(budget.map_or(Allowance::Open, |(_, budget)| budget.allowance(self.now())))
    }

    /// Whether no answer to an open challenge is judged before it ends, because wrong codes have locked every kind of
    /// factor that the user has.
    ///
    /// # Errors
    /// [`Fault`] if it could not be read.
    pub async fn is_locked(&self, challenge: &Challenge) -> Result<bool, Fault> {
        let now = self.now();
        if !challenge.is_open(now) {
            return Ok(false);
        }
        let budgets = self.store().budgets(&challenge.user).await?;
        let locks: Vec<Lock> = budgets.iter().filter_map(|(kind, budget)| lock(*kind, budget, now)).collect();
        let lasts = |kind: FactorKind| {
            locks.iter().any(|lock| lock.kind == kind && lock.until >= challenge.expires_at)
        };
        if !FactorKind::ALL.into_iter().any(lasts) {
            return Ok(false);
        }
        let kinds = self.factor_kinds(&challenge.user).await?;
        Ok(!kinds.is_empty() && kinds.into_iter().all(lasts))
    }

    /// How many recovery codes the user has left.
    ///
    /// # Errors
    /// [`Fault`] if they could not be read.
    pub async fn recovery_codes_left(&self, user: &User) -> Result<usize, Fault> {
        let state = self.store().user_state(user).await?;
        Ok(state.code_set.as_ref().map_or(0, |set| code_summary(set).left))
    }

    /// A page of the site's users, at most [`policy::PAGE`] long.
    ///
    /// # Errors
    /// [`Fault`] if they could not be read.
    pub async fn users(&self, page: UserPage) -> Result<Page<ListedUser>, Fault> {
        let limit = page.limit.min(policy::PAGE);
        let found = self.store().users(UserPage { limit: limit + 1, ..page }).await?;
        Ok(Page::cut(found, limit))
    }

    /// A page of the events of a site or of one of its users, at most [`policy::PAGE`] long.
    ///
    /// # Errors
    /// [`Fault`] if they could not be read.
    pub async fn events(&self, page: EventPage) -> Result<Page<Event>, Fault> {
        let limit = page.limit.min(policy::PAGE);
        let found = self.store().events(EventPage { limit: limit + 1, ..page }).await?;
        Ok(Page::cut(found, limit))
    }
}

fn lock(kind: FactorKind, budget: &Budget, now: Timestamp) -> Option<Lock> {
    match budget.allowance(now) {
        Allowance::Open => None,
        Allowance::Wait(wait) => Some(Lock { kind, until: now + wait, is_stopped: false }),
        Allowance::Stopped(wait) => Some(Lock { kind, until: now + wait, is_stopped: true }),
    }
}
