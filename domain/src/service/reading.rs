//! What a site's server may read of one of its users. None of it is a secret, and none of it is a proof.

use super::{TwoFactor, code_summary};
use crate::audit::Event;
use crate::error::Fault;
use crate::factor::FactorKind;
use crate::name::User;

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

    /// The user's newest events, at most `limit`.
    ///
    /// # Errors
    /// [`Fault`] if they could not be read.
    pub async fn events(&self, user: &User, limit: u32) -> Result<Vec<Event>, Fault> {
        Ok(self.store().events(user, limit).await?)
    }
}
