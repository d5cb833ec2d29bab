//! A store that is written on one [`Database`] and read on another: whatever was acknowledged is looked for from a
//! connection that had no part in it. It may be impatient, too: then it gives up on each verb once before it waits for
//! one, a little later each time.

use crate::impatience::{Done, Impatience};
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
use std::time::Duration;
use storage::SqlStore;

/// Writes go to one store, and what is read comes from another.
pub struct Witnessed {
    pub store: SqlStore,
    pub witness: SqlStore,
    /// `None`: it waits for every answer.
    pub impatience: Option<Impatience>,
}

impl Witnessed {
    async fn write<T: Done, F: Future<Output = Result<T, StoreError>> + Send>(
        &self,
        verb: &'static str,
        attempt: impl Fn() -> F + Send + Sync,
    ) -> Result<T, StoreError> {
        match &self.impatience {
            Some(impatience) => impatience.write(verb, attempt).await,
            None => attempt().await,
        }
    }

    async fn give_up<F: Future + Send>(&self, verb: &'static str, attempt: F) {
        if let Some(impatience) = &self.impatience {
            impatience.give_up(verb, attempt).await;
        }
    }
}

macro_rules! witnessed {
    (
        writes: $(fn $verb:ident($($name:ident: $kind:ty),*) -> $answer:ty;)*
        reads: $(fn $read:ident($($asked:ident: $of:ty),*) -> $found:ty;)*
    ) => {
        /// Every verb that writes.
        pub const WRITES: &[&str] = &[$(stringify!($verb)),*];

        #[async_trait]
        impl Store for Witnessed {
            $(
                async fn $verb(&self, $($name: $kind),*) -> Result<$answer, StoreError> {
                    self.write(stringify!($verb), || self.store.$verb($(Clone::clone(&$name)),*)).await
                }
            )*
            $(
                async fn $read(&self, $($asked: $of),*) -> Result<$found, StoreError> {
                    self.give_up(stringify!($read), self.store.$read($(Clone::clone(&$asked)),*)).await;
                    self.witness.$read($($asked),*).await
                }
            )*
        }
    };
}

witnessed! {
    writes:
    fn remember_site(site: &Site, now: Timestamp) -> ();
    fn remember_user(user: &User, label: &Label, now: Timestamp) -> ();
    fn remember_email(user: &User, email: &EmailAddress, moved: Event) -> bool;
    fn begin_enrollment(new: NewEnrollment) -> bool;
    fn confirm_first(confirmed: ConfirmedFirst) -> bool;
    fn confirm_further(confirmed: ConfirmedFurther) -> bool;
    fn acknowledge_enrollment(acknowledged: Acknowledged) -> bool;
    fn cancel_enrollment(user: &User, id: EnrollmentId, event: Event) -> bool;
    fn take_over_enrollments(user: &User, from: SessionId, to: SessionId, now: Timestamp) -> ();
    fn change_budget(user: &User, change: BudgetChange) -> bool;
    fn refuse_answer(refused: RefusedAnswer) -> bool;
    fn open_challenge(new: NewChallenge) -> bool;
    fn pass_challenge(passed: PassedChallenge) -> bool;
    fn redeem_challenge(redeemed: RedeemedChallenge) -> bool;
    fn step_up(stepped_up: SteppedUp) -> bool;
    fn mail_code(new: NewEmailCode) -> bool;
    fn take_letter(seen: &QueuedCode, next: Timestamp) -> bool;
    fn settle_letter(of: &QueuedCode) -> ();
    fn rename_authenticator(renamed: RenamedAuthenticator) -> bool;
    fn test_authenticator(spent: Spent, event: Event) -> bool;
    fn remove_authenticator(removed: RemovedAuthenticator) -> bool;
    fn replace_recovery_codes(replaced: ReplacedCodes) -> bool;
    fn turn_off(turned_off: TurnedOff) -> bool;
    fn reset_user(reset: ResetUser) -> bool;
    fn issue_bypass_code(issued: IssuedBypassCode) -> bool;
    fn unlock_user(user: &User, event: Event) -> bool;
    fn set_requirement(set: SetRequirement) -> bool;
    fn erase_user(user: &User, event: Event) -> bool;
    fn issue_ticket(ticket: Ticket) -> ();
    fn tear_ticket(torn: TornTicket) -> bool;
    fn recognize_device(recognized: RecognizedDevice) -> bool;
    fn forget_device(user: &User, id: DeviceId, by: Option<Standing>, event: Event) -> bool;
    fn forget_devices(user: &User, by: Option<Standing>, event: Event) -> bool;
    fn claim_key(new: NewClaim) -> bool;
    fn settle_claim(settled: SettledClaim) -> bool;
    fn release_claim(site: SiteId, key: KeyHash, claim: ClaimId) -> bool;
    fn forget_answers(now: Timestamp) -> u64;
    fn open_session(new: NewSession) -> bool;
    fn touch_session(session: &Session, now: Timestamp) -> bool;
    fn end_session(id: SessionId, event: Event) -> bool;
    fn end_sessions(user: &User, but: Option<SessionId>, event: Event) -> ();
    fn record(event: Event) -> ();
    fn tidy(before: Timestamp) -> u64;
    fn end_ahead(now: Timestamp) -> u64;
    reads:
    fn site(id: SiteId) -> Option<Site>;
    fn user_state(user: &User) -> UserState;
    fn budgets(user: &User) -> Vec<(FactorKind, Budget)>;
    fn credentials(user: &User, kind: FactorKind) -> Credentials;
    fn enrollment(user: &User, id: EnrollmentId) -> Option<Enrollment>;
    fn live_enrollments(user: &User, now: Timestamp) -> Vec<Enrollment>;
    fn challenge(site: SiteId, id: ChallengeId) -> Option<Challenge>;
    fn answering(site: SiteId, id: ChallengeId, kind: FactorKind) -> Option<(Challenge, Credentials)>;
    fn letter_wait(counts: &LetterCounts, now: Timestamp) -> Duration;
    fn mailed_codes(user: &User, since: Timestamp) -> Vec<MailedCode>;
    fn letters_due(now: Timestamp, limit: u32) -> Vec<QueuedCode>;
    fn event(site: SiteId, at: Timestamp, id: EventId) -> Option<Event>;
    fn bypass_code(user: &User) -> Option<StoredBypassCode>;
    fn ticket(hash: TokenHash) -> Option<Ticket>;
    fn challenge_access(token: TokenHash) -> Option<ChallengeAccess>;
    fn device(user: &User, token: TokenHash) -> Option<TrustedDevice>;
    fn devices(user: &User) -> Vec<TrustedDevice>;
    fn claimed_key(site: SiteId, key: KeyHash, now: Timestamp) -> Option<ClaimedKey>;
    fn session(token: TokenHash) -> Option<Session>;
    fn users(page: UserPage) -> Vec<ListedUser>;
    fn events(page: EventPage) -> Vec<Event>;
}
