//! What a site's server may read of one of its users. None of it is a secret, and none of it is a proof.

use super::{TwoFactor, code_summary};
use crate::audit::Event;
use crate::error::Fault;
use crate::factor::FactorKind;
use crate::name::User;
use crate::page::Page;
use crate::policy;
use crate::ports::{EventPage, ListedUser, UserPage};

impl TwoFactor {
    /// The kinds of factors that the user can answer with right now.
    ///
    /// # Errors
    /// [`Fault`] if they could not be read.
    pub async fn factor_kinds(&self, user: &User) -> Result<Vec<FactorKind>, Fault> {
        let state = self.state_for(user).await?;
        let has = |kind: &FactorKind| match kind {
            FactorKind::Totp => !state.authenticators.is_empty(),
            FactorKind::RecoveryCode => state.code_set.as_ref().is_some_and(|set| code_summary(set).left > 0),
        };
        Ok(FactorKind::ALL.into_iter().filter(has).collect())
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
