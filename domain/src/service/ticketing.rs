//! Tickets: issued to a site's server, torn by the browser that it hands them to.

use super::TwoFactor;
use crate::audit::Place;
use crate::challenge::Access;
use crate::error::Fault;
use crate::name::{ChallengeId, Label, User};
use crate::policy;
use crate::ports::{Challenge, ChallengeAccess, ChallengeState, OpenedBy, Ticket, TicketFor, TornTicket};
use crate::session::Home;
use crate::ticket::{Admitted, Bearer, Issued};
use crate::time::Timestamp;

impl TwoFactor {
    /// Issues a ticket for the user's Security tab. The site vouches that the user is signed in.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn issue_session_ticket(&self, user: &User, label: &Label) -> Result<Issued, Fault> {
        self.remember_user(user, label).await?;
        self.issue_ticket(user, TicketFor::Session { sign_in: None }).await
    }

    /// The same for a session that belongs to the sign-in for which the user passed this challenge. One of which nothing is
    /// known any more is of no use and does no harm. `None`: it is another user's, for something else, or not redeemed.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn issue_session_ticket_after(
        &self,
        user: &User,
        label: &Label,
        sign_in: ChallengeId,
    ) -> Result<Option<Issued>, Fault> {
        let found = self.store().challenge(user.site, sign_in).await?;
        // None of this ever changes again.
        let redeemed = |one: &Challenge| one.user == *user && one.state == ChallengeState::Redeemed;
        if found.is_some_and(|one| !redeemed(&one) || !one.action.is_sign_in()) {
            return Ok(None);
        }
        self.remember_user(user, label).await?;
        self.issue_ticket(user, TicketFor::Session { sign_in: Some(sign_in) }).await.map(Some)
    }

    /// Issues a ticket for the widget of this challenge.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn issue_challenge_ticket(&self, challenge: &Challenge) -> Result<Issued, Fault> {
        self.issue_ticket(&challenge.user, TicketFor::Challenge(challenge.id)).await
    }

    /// For whom a ticket was issued and for what, torn or not. Whoever asks may act on that, but only
    /// [`Self::tear_ticket`] opens anything.
    ///
    /// # Errors
    /// [`Fault`] if it could not be looked up.
    pub async fn ticket(&self, ticket: &Bearer) -> Result<Option<Ticket>, Fault> {
        Ok(self.store().ticket(ticket.hash()).await?)
    }

    /// Tears a ticket. `None`: it was torn before, has expired, or never was.
    ///
    /// # Errors
    /// [`Fault`] if it could not be torn. The widget must then not open.
    pub async fn tear_ticket(&self, ticket: &Bearer, place: &Place) -> Result<Option<Admitted>, Fault> {
        for _ in 0..policy::RACE_RETRIES {
            let now = self.now();
            let found = self.store().ticket(ticket.hash()).await?;
            let Some(found) = found.filter(|found| found.is_good(now)) else { return Ok(None) };
            let token = Bearer::new(self.entropy());
            let (opened, admitted) = match found.opens {
                TicketFor::Session { sign_in } => self.session_of(&found, sign_in, token, place, now).await?,
                TicketFor::Challenge(challenge) => {
                    let (user, expires_at) = (found.user, now + policy::CHALLENGE_ENROLLING);
                    let access = ChallengeAccess { token: token.hash(), user, challenge, expires_at };
                    (OpenedBy::Challenge(access), Admitted::Challenge { token, challenge })
                }
            };
            let torn = TornTicket { hash: ticket.hash(), at: now, opened };
            if self.store().tear_ticket(torn).await? {
                return Ok(Some(admitted));
            }
        }
        Ok(None)
    }

    /// What a widget's bearer may answer.
    ///
    /// # Errors
    /// [`Fault`] if it could not be looked up.
    pub async fn challenge_access(&self, token: &Bearer) -> Result<Option<Access>, Fault> {
        let now = self.now();
        let found = self.store().challenge_access(token.hash()).await?;
        let live = found.filter(|access| access.is_good(now));
        Ok(live.map(|access| Access { user: access.user, challenge: access.challenge }))
    }

    async fn issue_ticket(&self, user: &User, opens: TicketFor) -> Result<Issued, Fault> {
        let ticket = Bearer::new(self.entropy());
        let expires_at = self.now() + policy::TICKET;
        self.store()
            .issue_ticket(Ticket { hash: ticket.hash(), user: user.clone(), opens, expires_at, torn: false })
            .await?;
        Ok(Issued { ticket, expires_at })
    }

    async fn session_of(
        &self,
        of: &Ticket,
        sign_in: Option<ChallengeId>,
        token: Bearer,
        place: &Place,
        now: Timestamp,
    ) -> Result<(OpenedBy, Admitted), Fault> {
        let state = self.state_for(&of.user).await?;
        let session = self.new_session(&of.user, Home::Embedded, None, sign_in, now);
        let new = self.opening(session.clone(), token.hash(), state.revision, place, now);
        Ok((OpenedBy::Session(Box::new(new)), Admitted::Session { token, session }))
    }
}
