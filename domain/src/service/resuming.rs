//! Going on where a person was, in a page that was loaded again or whose time was up: the next session of the same user
//! takes over the enrollment that the one before had pending, or whose recovery codes it was shown.

use super::TwoFactor;
use crate::error::Fault;
use crate::name::{SessionId, User};
use crate::seal::{Sealed, SealedFor};
use crate::step_up::Caller;
use uuid::Uuid;

impl TwoFactor {
    /// What a page keeps to go on with later: its session's name, sealed for its user. It opens nothing by itself: who
    /// has it needs another session of that user, too.
    ///
    /// # Errors
    /// [`Fault`] if it could not be sealed.
    pub fn resumption(&self, caller: &Caller) -> Result<Vec<u8>, Fault> {
        let session = caller.session.id.uuid();
        let sealed = self.parts.keys.seal(self.entropy(), sealed_for(caller.user()), session.as_bytes())?;
        Ok(sealed.bytes().to_vec())
    }

    /// Takes over what the session of this resumption has pending or confirmed. It is moved, never shared: whoever takes it over knows
    /// the secret, so the session before is asked to begin anew. What is not a resumption of this user is ignored.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn take_over(&self, caller: &Caller, resumption: Vec<u8>) -> Result<(), Fault> {
        let sealed = Sealed::from_bytes(resumption);
        let Ok(plain) = self.parts.keys.open(sealed_for(caller.user()), &sealed) else { return Ok(()) };
        let Ok(from) = Uuid::from_slice(&plain).map(SessionId::from_uuid) else { return Ok(()) };
        self.store().take_over_enrollments(caller.user(), from, caller.session.id, self.now()).await?;
        Ok(())
    }
}

/// It stands in no row.
fn sealed_for(user: &User) -> SealedFor<'_> {
    SealedFor { user, row: Uuid::nil(), what: "resumption" }
}
