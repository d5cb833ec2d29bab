//! [`SqlStore`]: each verb of the core runs its steps in a transaction. The steps stand in one file for each group of
//! verbs.

use crate::authority::Authority;
use crate::backend::{Database, steps};
use crate::{
    administering, ahead, audit, authenticator, budget, bypass_code, challenge, email_code, embedding,
    enrollment, idempotency, letter_limit, recovery_code, requirement, session, site, tidy, user,
};
use async_trait::async_trait;
use domain::audit::Event;
use domain::budget::{Budget, BudgetChange};
use domain::factor::FactorKind;
use domain::idempotency::KeyHash;
use domain::letter_limit::LetterCounts;
use domain::name::{
    ChallengeId, ClaimId, DeviceId, EmailAddress, EnrollmentId, EventId, Label, SessionId, SiteId, User,
};
use domain::ports::{
    Acknowledged, Challenge, ChallengeAccess, ClaimedKey, ConfirmedFirst, ConfirmedFurther, Credentials,
    Enrollment, EventPage, IssuedBypassCode, ListedUser, MailedCode, NewChallenge, NewClaim, NewEmailCode,
    NewEnrollment, NewSession, PassedChallenge, QueuedCode, RecognizedDevice, RedeemedChallenge,
    RefusedAnswer, RemovedAuthenticator, RenamedAuthenticator, ReplacedCodes, ResetUser, SetRequirement,
    SettledClaim, Site, Spent, Standing, SteppedUp, Store, StoreError, StoredBypassCode, Ticket, TornTicket,
    TrustedDevice, TurnedOff, UserPage, UserState,
};
use domain::session::{Session, TokenHash};
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use std::time::Duration;

/// The core's storage in a database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SqlStore {
    db: Database,
}

impl SqlStore {
    /// Storage in this database, which must have been migrated.
    #[must_use]
    pub const fn new(db: Database) -> Self {
        Self { db }
    }

    /// The same storage, in which this administrator writes, and nobody else: an error says that they may not any more.
    #[must_use]
    pub fn on_word_of(&self, by: &Authority) -> Self {
        Self { db: self.db.on_word_of(by) }
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn site(&self, id: SiteId) -> Result<Option<Site>, StoreError> {
        site::of_core(&self.db, id).await
    }

    async fn remember_site(&self, site: &Site, now: Timestamp) -> Result<(), StoreError> {
        site::remember(&self.db, site, now).await
    }

    async fn remember_user(&self, user: &User, label: &Label, now: Timestamp) -> Result<(), StoreError> {
        user::remember(&self.db, user, label, now).await
    }

    async fn remember_email(
        &self,
        user: &User,
        email: &EmailAddress,
        moved: Event,
    ) -> Result<bool, StoreError> {
        user::remember_email(&self.db, user, email, moved).await
    }

    async fn user_state(&self, user: &User) -> Result<UserState, StoreError> {
        user::state(&self.db, user).await
    }

    async fn budgets(&self, user: &User) -> Result<Vec<(FactorKind, Budget)>, StoreError> {
        budget::all(&self.db, user).await
    }

    async fn credentials(&self, user: &User, kind: FactorKind) -> Result<Credentials, StoreError> {
        challenge::credentials(&self.db, user, kind).await
    }

    async fn begin_enrollment(&self, new: NewEnrollment) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => enrollment::begin(tx, &new))).await
    }

    async fn enrollment(&self, user: &User, id: EnrollmentId) -> Result<Option<Enrollment>, StoreError> {
        enrollment::find(&self.db, user, id).await
    }

    async fn live_enrollments(&self, user: &User, now: Timestamp) -> Result<Vec<Enrollment>, StoreError> {
        enrollment::live(&self.db, user, now).await
    }

    async fn confirm_first(&self, confirmed: ConfirmedFirst) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => enrollment::confirm_first(tx, &confirmed))).await
    }

    async fn confirm_further(&self, confirmed: ConfirmedFurther) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => enrollment::confirm_further(tx, &confirmed))).await
    }

    async fn acknowledge_enrollment(&self, acknowledged: Acknowledged) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => enrollment::acknowledge(tx, &acknowledged))).await
    }

    async fn take_over_enrollments(
        &self,
        user: &User,
        from: SessionId,
        to: SessionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        enrollment::take_over(&self.db, user, from, to, now).await
    }

    async fn cancel_enrollment(
        &self,
        user: &User,
        id: EnrollmentId,
        event: Event,
    ) -> Result<bool, StoreError> {
        let user = user.clone();
        self.db.guarded(steps!(tx => enrollment::cancel(tx, &user, id, &event))).await
    }

    async fn change_budget(&self, user: &User, change: BudgetChange) -> Result<bool, StoreError> {
        let user = user.clone();
        self.db.guarded(steps!(tx => budget::change(tx, &user, &change))).await
    }

    async fn refuse_answer(&self, refused: RefusedAnswer) -> Result<bool, StoreError> {
        challenge::refuse(&self.db, refused).await
    }

    async fn open_challenge(&self, new: NewChallenge) -> Result<bool, StoreError> {
        challenge::open(&self.db, new).await
    }

    async fn challenge(&self, site: SiteId, id: ChallengeId) -> Result<Option<Challenge>, StoreError> {
        challenge::find(&self.db, site, id).await
    }

    async fn answering(
        &self,
        site: SiteId,
        id: ChallengeId,
        kind: FactorKind,
    ) -> Result<Option<(Challenge, Credentials)>, StoreError> {
        challenge::answering(&self.db, site, id, kind).await
    }

    async fn pass_challenge(&self, passed: PassedChallenge) -> Result<bool, StoreError> {
        challenge::pass(&self.db, passed).await
    }

    async fn redeem_challenge(&self, redeemed: RedeemedChallenge) -> Result<bool, StoreError> {
        challenge::redeem(&self.db, redeemed).await
    }

    async fn step_up(&self, stepped_up: SteppedUp) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => session::step_up(tx, &stepped_up))).await
    }

    async fn mail_code(&self, new: NewEmailCode) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => email_code::mail(tx, &new))).await
    }

    async fn letter_wait(&self, counts: &LetterCounts, now: Timestamp) -> Result<Duration, StoreError> {
        letter_limit::wait(&self.db, counts, now).await
    }

    async fn mailed_codes(&self, user: &User, since: Timestamp) -> Result<Vec<MailedCode>, StoreError> {
        email_code::lately(&self.db, user, since).await
    }

    async fn letters_due(&self, now: Timestamp, limit: u32) -> Result<Vec<QueuedCode>, StoreError> {
        email_code::due(&self.db, now, limit).await
    }

    async fn take_letter(&self, seen: &QueuedCode, next: Timestamp) -> Result<bool, StoreError> {
        email_code::take(&self.db, seen, next).await
    }

    async fn settle_letter(&self, of: &QueuedCode) -> Result<(), StoreError> {
        email_code::settle(&self.db, of).await
    }

    async fn event(&self, site: SiteId, at: Timestamp, id: EventId) -> Result<Option<Event>, StoreError> {
        audit::find(&self.db, site, Expr::value(at.millis()), id).await
    }

    async fn rename_authenticator(&self, renamed: RenamedAuthenticator) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => authenticator::rename(tx, &renamed))).await
    }

    async fn test_authenticator(&self, spent: Spent, event: Event) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => authenticator::test(tx, &spent, &event))).await
    }

    async fn remove_authenticator(&self, removed: RemovedAuthenticator) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => authenticator::remove(tx, &removed))).await
    }

    async fn replace_recovery_codes(&self, replaced: ReplacedCodes) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => recovery_code::replace(tx, &replaced))).await
    }

    async fn turn_off(&self, turned_off: TurnedOff) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => challenge::turn_off(tx, &turned_off))).await
    }

    async fn reset_user(&self, reset: ResetUser) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => administering::reset(tx, &reset))).await
    }

    async fn issue_bypass_code(&self, issued: IssuedBypassCode) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => bypass_code::issue(tx, &issued))).await
    }

    async fn bypass_code(&self, user: &User) -> Result<Option<StoredBypassCode>, StoreError> {
        bypass_code::find(&self.db, user).await
    }

    async fn unlock_user(&self, user: &User, event: Event) -> Result<bool, StoreError> {
        let user = user.clone();
        self.db.guarded(steps!(tx => administering::unlock(tx, &user, &event))).await
    }

    async fn set_requirement(&self, set: SetRequirement) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => requirement::set(tx, &set))).await
    }

    async fn erase_user(&self, user: &User, event: Event) -> Result<bool, StoreError> {
        let user = user.clone();
        self.db.guarded(steps!(tx => administering::erase(tx, &user, &event))).await
    }

    async fn issue_ticket(&self, ticket: Ticket) -> Result<(), StoreError> {
        embedding::issue(&self.db, &ticket).await
    }

    async fn ticket(&self, hash: TokenHash) -> Result<Option<Ticket>, StoreError> {
        embedding::ticket(&self.db, hash).await
    }

    async fn tear_ticket(&self, torn: TornTicket) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => embedding::tear(tx, &torn))).await
    }

    async fn challenge_access(&self, token: TokenHash) -> Result<Option<ChallengeAccess>, StoreError> {
        embedding::access(&self.db, token).await
    }

    async fn device(&self, user: &User, token: TokenHash) -> Result<Option<TrustedDevice>, StoreError> {
        embedding::device(&self.db, user, token).await
    }

    async fn devices(&self, user: &User) -> Result<Vec<TrustedDevice>, StoreError> {
        embedding::devices(&self.db, user).await
    }

    async fn recognize_device(&self, recognized: RecognizedDevice) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => embedding::recognize(tx, &recognized))).await
    }

    async fn forget_device(
        &self,
        user: &User,
        id: DeviceId,
        by: Option<Standing>,
        event: Event,
    ) -> Result<bool, StoreError> {
        let user = user.clone();
        self.db.guarded(steps!(tx => embedding::forget(tx, &user, id, by.as_ref(), &event))).await
    }

    async fn forget_devices(
        &self,
        user: &User,
        by: Option<Standing>,
        event: Event,
    ) -> Result<bool, StoreError> {
        let user = user.clone();
        self.db.guarded(steps!(tx => embedding::forget_every(tx, &user, by.as_ref(), &event))).await
    }

    async fn claim_key(&self, new: NewClaim) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => idempotency::claim(tx, &new))).await
    }

    async fn claimed_key(
        &self,
        site: SiteId,
        key: KeyHash,
        now: Timestamp,
    ) -> Result<Option<ClaimedKey>, StoreError> {
        idempotency::find(&self.db, site, key, now).await
    }

    async fn settle_claim(&self, settled: SettledClaim) -> Result<bool, StoreError> {
        idempotency::settle(&self.db, &settled).await
    }

    async fn release_claim(&self, site: SiteId, key: KeyHash, claim: ClaimId) -> Result<bool, StoreError> {
        idempotency::release(&self.db, site, key, claim).await
    }

    async fn forget_answers(&self, now: Timestamp) -> Result<u64, StoreError> {
        idempotency::forget(&self.db, now).await
    }

    async fn open_session(&self, new: NewSession) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => session::open(tx, &new))).await
    }

    async fn session(&self, token: TokenHash) -> Result<Option<Session>, StoreError> {
        session::find(&self.db, token).await
    }

    async fn touch_session(&self, session: &Session, now: Timestamp) -> Result<bool, StoreError> {
        session::touch(&self.db, session, now).await
    }

    async fn end_session(&self, id: SessionId, event: Event) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => session::end(tx, id, &event))).await
    }

    async fn end_sessions(
        &self,
        user: &User,
        but: Option<SessionId>,
        event: Event,
    ) -> Result<(), StoreError> {
        let user = user.clone();
        self.db.guarded(steps!(tx => session::end_all(tx, &user, but, &event))).await.map(|_| ())
    }

    async fn users(&self, page: UserPage) -> Result<Vec<ListedUser>, StoreError> {
        user::page(&self.db, &page).await
    }

    async fn events(&self, page: EventPage) -> Result<Vec<Event>, StoreError> {
        audit::page(&self.db, &page).await
    }

    async fn record(&self, event: Event) -> Result<(), StoreError> {
        self.db.guarded(steps!(tx => audit::record(tx, &event))).await.map(|_| ())
    }

    async fn tidy(&self, before: Timestamp) -> Result<u64, StoreError> {
        Ok(self.db.write(steps!(tx => tidy::tidy(tx, before))).await?.unwrap_or(0))
    }

    async fn end_ahead(&self, now: Timestamp) -> Result<u64, StoreError> {
        Ok(self.db.write(steps!(tx => ahead::end(tx, now))).await?.unwrap_or(0))
    }
}
