//! A store in memory: the smallest thing that keeps the contract. One lock, so every verb is atomic by itself.

mod administering;
mod claims;
mod codes;
mod lists;
mod rows;
mod verbs;

use crate::audit::Event;
use crate::budget::{Budget, BudgetChange};
use crate::factor::FactorKind;
use crate::idempotency::KeyHash;
use crate::letter_limit::LetterCounts;
use crate::name::{
    ChallengeId, ClaimId, DeviceId, EmailAddress, EnrollmentId, EventId, Issuer, Label, SessionId, SiteId,
    User,
};
use crate::ports::{
    Acknowledged, Challenge, ChallengeAccess, ClaimedKey, ConfirmedFirst, ConfirmedFurther, Credentials,
    Enrollment, EnrollmentState, EventPage, IssuedBypassCode, ListedUser, MailedCode, NewChallenge, NewClaim,
    NewEmailCode, NewEnrollment, NewSession, OtherSessions, PassedChallenge, QueuedCode, RecognizedDevice,
    RedeemedChallenge, RefusedAnswer, RemovedAuthenticator, RenamedAuthenticator, ReplacedCodes, ResetUser,
    SetRequirement, SettledClaim, Site, Spent, Standing, SteppedUp, Store, StoreError, StoredBypassCode,
    Ticket, TornTicket, TrustedDevice, TurnedOff, UserPage, UserState,
};
use crate::session::{Session, TokenHash};
use crate::site::SitePolicy;
use crate::time::Timestamp;
use async_trait::async_trait;
use rows::Rows;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Everything in a few vectors, gone when dropped. It knows [`SiteId::BUILT_IN`] from the start.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Rows>);

impl MemoryStore {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[expect(clippy::unnecessary_wraps, reason = "what every verb answers")]
    /// Runs a verb on a copy and keeps the copy only if every guard held.
    fn verb(&self, verb: impl FnOnce(&mut Rows) -> Option<()>) -> Result<bool, StoreError> {
        let mut rows = self.rows();
        let mut copy = rows.clone();
        let held = verb(&mut copy).is_some();
        if held {
            *rows = copy;
        }
        Ok(held)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn site(&self, id: SiteId) -> Result<Option<Site>, StoreError> {
        if let Some(site) = self.rows().sites.get(&id) {
            return Ok(Some(site.clone()));
        }
        let issuer = Issuer::parse("Twofold").map_err(|_| StoreError::Corrupt { table: "site" })?;
        Ok((id == SiteId::BUILT_IN).then_some(Site { id, issuer, policy: SitePolicy::default() }))
    }

    async fn remember_site(&self, site: &Site, _now: Timestamp) -> Result<(), StoreError> {
        self.rows().sites.insert(site.id, site.clone());
        Ok(())
    }

    async fn remember_user(&self, user: &User, label: &Label, _now: Timestamp) -> Result<(), StoreError> {
        self.rows().user(user).label = Some(label.clone());
        Ok(())
    }

    async fn remember_email(
        &self,
        user: &User,
        email: &EmailAddress,
        moved: Event,
    ) -> Result<bool, StoreError> {
        self.verb(|rows| {
            let state = rows.users.get_mut(user)?;
            let left = state.email.replace(email.clone()).filter(|before| !before.is_same_as(email));
            if let Some(left) = left.filter(|_| state.protected_since.is_some()) {
                rows.events.push(moved.about(left.as_str()));
            }
            Some(())
        })
    }

    async fn user_state(&self, user: &User) -> Result<UserState, StoreError> {
        Ok(self.rows().state(user))
    }

    async fn budgets(&self, user: &User) -> Result<Vec<(FactorKind, Budget)>, StoreError> {
        Ok(self.rows().budgets_of(user))
    }

    async fn credentials(&self, user: &User, kind: FactorKind) -> Result<Credentials, StoreError> {
        Ok(self.rows().credentials(user, kind))
    }

    async fn begin_enrollment(&self, new: NewEnrollment) -> Result<bool, StoreError> {
        self.verb(|rows| rows.begin_enrollment(new))
    }

    async fn enrollment(&self, user: &User, id: EnrollmentId) -> Result<Option<Enrollment>, StoreError> {
        Ok(self.rows().enrollments.iter().find(|one| one.id == id && one.user == *user).cloned())
    }

    async fn live_enrollments(&self, user: &User, now: Timestamp) -> Result<Vec<Enrollment>, StoreError> {
        let rows = self.rows();
        let live = |one: &&Enrollment| one.user == *user && is_live(one, now);
        Ok(rows.enrollments.iter().rev().filter(live).cloned().collect())
    }

    async fn confirm_first(&self, confirmed: ConfirmedFirst) -> Result<bool, StoreError> {
        self.verb(|rows| rows.confirm_first(confirmed))
    }

    async fn confirm_further(&self, confirmed: ConfirmedFurther) -> Result<bool, StoreError> {
        self.verb(|rows| rows.confirm_further(confirmed))
    }

    async fn acknowledge_enrollment(&self, acknowledged: Acknowledged) -> Result<bool, StoreError> {
        self.verb(|rows| rows.acknowledge_enrollment(acknowledged))
    }

    async fn take_over_enrollments(
        &self,
        user: &User,
        from: SessionId,
        to: SessionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.rows().take_over_enrollments(user, from, to, now);
        Ok(())
    }

    async fn cancel_enrollment(
        &self,
        user: &User,
        id: EnrollmentId,
        event: Event,
    ) -> Result<bool, StoreError> {
        self.verb(|rows| rows.cancel_enrollment(user, id, event))
    }

    async fn change_budget(&self, user: &User, change: BudgetChange) -> Result<bool, StoreError> {
        self.verb(|rows| rows.take(user, change))
    }

    async fn refuse_answer(&self, refused: RefusedAnswer) -> Result<bool, StoreError> {
        self.verb(|rows| rows.refuse_answer(refused))
    }

    async fn open_challenge(&self, new: NewChallenge) -> Result<bool, StoreError> {
        self.verb(|rows| {
            new.under.map_or(Some(()), |claim| rows.claim_key(*claim))?;
            rows.challenges.push(new.challenge);
            rows.tickets.extend(new.ticket);
            rows.events.push(new.event);
            Some(())
        })
    }

    async fn challenge(&self, site: SiteId, id: ChallengeId) -> Result<Option<Challenge>, StoreError> {
        Ok(self.rows().challenge(site, id))
    }

    async fn answering(
        &self,
        site: SiteId,
        id: ChallengeId,
        kind: FactorKind,
    ) -> Result<Option<(Challenge, Credentials)>, StoreError> {
        let rows = self.rows();
        let found = rows.challenge(site, id);
        Ok(found.map(|challenge| (challenge.clone(), rows.credentials(&challenge.user, kind))))
    }

    async fn pass_challenge(&self, passed: PassedChallenge) -> Result<bool, StoreError> {
        self.verb(|rows| rows.pass_challenge(passed))
    }

    async fn redeem_challenge(&self, redeemed: RedeemedChallenge) -> Result<bool, StoreError> {
        self.verb(|rows| rows.redeem_challenge(redeemed))
    }

    async fn step_up(&self, stepped_up: SteppedUp) -> Result<bool, StoreError> {
        self.verb(|rows| rows.step_up(stepped_up))
    }

    async fn mail_code(&self, new: NewEmailCode) -> Result<bool, StoreError> {
        self.verb(|rows| rows.mail_code(new))
    }

    async fn letter_wait(&self, counts: &LetterCounts, now: Timestamp) -> Result<Duration, StoreError> {
        Ok(self.rows().letter_wait(counts, now))
    }

    async fn mailed_codes(&self, user: &User, since: Timestamp) -> Result<Vec<MailedCode>, StoreError> {
        let rows = self.rows();
        let lately = |(owner, code): &&(User, MailedCode)| owner == user && code.made_at > since;
        Ok(rows.email_codes.iter().rev().filter(lately).map(|(_, code)| code.clone()).collect())
    }

    async fn letters_due(&self, now: Timestamp, limit: u32) -> Result<Vec<QueuedCode>, StoreError> {
        Ok(self.rows().letters_due(now, limit))
    }

    async fn take_letter(&self, seen: &QueuedCode, next: Timestamp) -> Result<bool, StoreError> {
        self.verb(|rows| rows.take_letter(seen, next))
    }

    async fn settle_letter(&self, of: &QueuedCode) -> Result<(), StoreError> {
        self.rows().letters.retain(|one| one.id != of.id);
        Ok(())
    }

    async fn event(&self, site: SiteId, at: Timestamp, id: EventId) -> Result<Option<Event>, StoreError> {
        Ok(self
            .rows()
            .events
            .iter()
            .find(|one| one.user.site == site && (one.at, one.id) == (at, id))
            .cloned())
    }

    async fn rename_authenticator(&self, renamed: RenamedAuthenticator) -> Result<bool, StoreError> {
        self.verb(|rows| {
            let RenamedAuthenticator { user, authenticator, seen, name, by, event } = renamed;
            rows.stands(&user, by)?;
            let mut all = rows.user(&user).authenticators.iter_mut();
            all.find(|one| one.id == authenticator && one.name == seen)?.name = name;
            rows.events.push(event);
            Some(())
        })
    }

    async fn test_authenticator(&self, spent: Spent, event: Event) -> Result<bool, StoreError> {
        self.verb(|rows| {
            rows.spend(spent)?;
            rows.events.push(event);
            Some(())
        })
    }

    async fn remove_authenticator(&self, removed: RemovedAuthenticator) -> Result<bool, StoreError> {
        self.verb(|rows| rows.remove_authenticator(removed))
    }

    async fn replace_recovery_codes(&self, replaced: ReplacedCodes) -> Result<bool, StoreError> {
        self.verb(|rows| rows.replace_recovery_codes(replaced))
    }

    async fn turn_off(&self, turned_off: TurnedOff) -> Result<bool, StoreError> {
        self.verb(|rows| rows.turn_off(turned_off))
    }

    async fn reset_user(&self, reset: ResetUser) -> Result<bool, StoreError> {
        self.verb(|rows| rows.reset_user(reset))
    }

    async fn issue_bypass_code(&self, issued: IssuedBypassCode) -> Result<bool, StoreError> {
        self.verb(|rows| rows.issue_bypass_code(issued))
    }

    async fn bypass_code(&self, user: &User) -> Result<Option<StoredBypassCode>, StoreError> {
        Ok(self.rows().bypass_codes.get(user).cloned())
    }

    async fn unlock_user(&self, user: &User, event: Event) -> Result<bool, StoreError> {
        self.verb(|rows| rows.unlock_user(user, event))
    }

    async fn set_requirement(&self, set: SetRequirement) -> Result<bool, StoreError> {
        self.verb(|rows| rows.set_requirement(set))
    }

    async fn erase_user(&self, user: &User, event: Event) -> Result<bool, StoreError> {
        self.verb(|rows| rows.erase_user(user, event))
    }

    async fn issue_ticket(&self, ticket: Ticket) -> Result<(), StoreError> {
        self.rows().tickets.push(ticket);
        Ok(())
    }

    async fn ticket(&self, hash: TokenHash) -> Result<Option<Ticket>, StoreError> {
        Ok(self.rows().tickets.iter().find(|one| one.hash == hash).cloned())
    }

    async fn tear_ticket(&self, torn: TornTicket) -> Result<bool, StoreError> {
        self.verb(|rows| rows.tear_ticket(torn))
    }

    async fn challenge_access(&self, token: TokenHash) -> Result<Option<ChallengeAccess>, StoreError> {
        Ok(self.rows().accesses.iter().find(|one| one.token == token).cloned())
    }

    async fn device(&self, user: &User, token: TokenHash) -> Result<Option<TrustedDevice>, StoreError> {
        let rows = self.rows();
        let found = rows.devices.iter().find(|(hash, one)| *hash == token && one.user == *user);
        Ok(found.map(|(_, device)| device.clone()))
    }

    async fn devices(&self, user: &User) -> Result<Vec<TrustedDevice>, StoreError> {
        let rows = self.rows();
        Ok(rows.devices.iter().rev().map(|(_, one)| one).filter(|one| one.user == *user).cloned().collect())
    }

    async fn recognize_device(&self, recognized: RecognizedDevice) -> Result<bool, StoreError> {
        self.verb(|rows| rows.recognize_device(recognized))
    }

    async fn forget_device(
        &self,
        user: &User,
        id: DeviceId,
        by: Option<Standing>,
        event: Event,
    ) -> Result<bool, StoreError> {
        self.verb(|rows| {
            rows.stands(user, by)?;
            let at = rows.devices.iter().position(|(_, one)| one.id == id && one.user == *user)?;
            rows.devices.remove(at);
            rows.events.push(event);
            Some(())
        })
    }

    async fn forget_devices(
        &self,
        user: &User,
        by: Option<Standing>,
        event: Event,
    ) -> Result<bool, StoreError> {
        self.verb(|rows| {
            rows.stands(user, by)?;
            rows.devices.iter().any(|(_, one)| one.user == *user).then_some(())?;
            rows.devices.retain(|(_, one)| one.user != *user);
            rows.events.push(event);
            Some(())
        })
    }

    async fn claim_key(&self, new: NewClaim) -> Result<bool, StoreError> {
        self.verb(|rows| rows.claim_key(new))
    }

    async fn claimed_key(
        &self,
        site: SiteId,
        key: KeyHash,
        now: Timestamp,
    ) -> Result<Option<ClaimedKey>, StoreError> {
        Ok(self.rows().claimed_key(site, key, now))
    }

    async fn settle_claim(&self, settled: SettledClaim) -> Result<bool, StoreError> {
        self.verb(|rows| rows.settle_claim(settled))
    }

    async fn release_claim(&self, site: SiteId, key: KeyHash, claim: ClaimId) -> Result<bool, StoreError> {
        self.verb(|rows| rows.release_claim(site, key, claim))
    }

    async fn forget_answers(&self, now: Timestamp) -> Result<u64, StoreError> {
        Ok(self.rows().forget_answers(now))
    }

    async fn open_session(&self, new: NewSession) -> Result<bool, StoreError> {
        self.verb(|rows| rows.open_session(new))
    }

    async fn session(&self, token: TokenHash) -> Result<Option<Session>, StoreError> {
        let rows = self.rows();
        Ok(rows.sessions.iter().find(|(hash, _)| *hash == token).map(|(_, session)| session.clone()))
    }

    async fn touch_session(&self, session: &Session, now: Timestamp) -> Result<bool, StoreError> {
        self.verb(|rows| {
            rows.session(session.id)?.seen_at = now;
            Some(())
        })
    }

    async fn end_session(&self, id: SessionId, event: Event) -> Result<bool, StoreError> {
        self.verb(|rows| {
            rows.session(id)?;
            rows.cancel(&event.user, |one| one.state == EnrollmentState::Pending && one.session == Some(id));
            rows.sessions.retain(|(_, session)| session.id != id);
            rows.events.push(event);
            Some(())
        })
    }

    async fn end_sessions(
        &self,
        user: &User,
        but: Option<SessionId>,
        event: Event,
    ) -> Result<(), StoreError> {
        let mut rows = self.rows();
        if let Some(state) = rows.users.get_mut(user) {
            state.revision += 1;
        }
        rows.disturb(user, OtherSessions::End { but });
        rows.events.push(event);
        Ok(())
    }

    async fn users(&self, page: UserPage) -> Result<Vec<ListedUser>, StoreError> {
        Ok(self.rows().users(&page))
    }

    async fn events(&self, page: EventPage) -> Result<Vec<Event>, StoreError> {
        Ok(self.rows().events(&page))
    }

    async fn record(&self, event: Event) -> Result<(), StoreError> {
        self.rows().events.push(event);
        Ok(())
    }

    async fn tidy(&self, before: Timestamp) -> Result<u64, StoreError> {
        Ok(self.rows().tidy(before))
    }

    async fn end_ahead(&self, now: Timestamp) -> Result<u64, StoreError> {
        Ok(self.rows().end_ahead(now))
    }
}

fn is_live(enrollment: &Enrollment, now: Timestamp) -> bool {
    let open = matches!(enrollment.state, EnrollmentState::Pending | EnrollmentState::Confirmed);
    open && enrollment.is_running(now)
}
