//! What the core asks of the outside: time, randomness, a thread for hashing, the first factor, and storage.
//!
//! Every method of [`Store`] that changes something is one business verb and one transaction. Its check stands in the
//! `WHERE` of its statements and it answers whether the check held: nothing is read, checked in Rust and then
//! written. `Ok(false)` means that nothing at all was changed. Where a guard compares a stored moment with now, what lies
//! further ahead than [`crate::time::MAX_AHEAD`] does not hold. [`crate::testing::contract`] is the executable form of
//! what is written here, races included; every implementation runs it.
//!
//! Where a verb has a [`Standing`], one more guard: that session is alive, and was proved when it had to be.

mod records;

pub use records::*;

use crate::audit::Event;
use crate::budget::{Budget, BudgetChange};
use crate::error::Fault;
use crate::factor::FactorKind;
use crate::factor::recovery_code::{HashedCode, HashingWork};
use crate::idempotency::KeyHash;
use crate::letter_limit::LetterCounts;
use crate::name::{
    ChallengeId, ClaimId, DeviceId, EmailAddress, EnrollmentId, EventId, Label, SessionId, SiteId, User,
};
use crate::session::{Session, TokenHash};
use crate::step_up::Caller;
use crate::time::Timestamp;
use async_trait::async_trait;
use std::time::Duration;

/// The present moment.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// How it stands. What nobody can move is trusted.
    fn standing(&self) -> ClockStanding {
        ClockStanding { trusted: true, settled: true, moved_millis: 0, ahead_of_database_millis: None }
    }
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockStanding {
    /// Whether codes may be judged by it. A machine whose clock was moved, or is not the database's, says no for as long: a
    /// code is a moment, and a wrong moment lets a code of another time in, or has its own refused for years.
    pub trusted: bool,
    /// Whether the present time has been trusted for long enough to end what lies ahead of it: whatever is deleted by it
    /// does not come back when another clock turns out to be right.
    pub settled: bool,
    /// By how many milliseconds it was moved forward (back, if negative) since it was last believed.
    pub moved_millis: i64,
    /// By how many milliseconds it lies ahead of the database's clock (behind, if negative). `None`: that was not heard of
    /// lately, or is the clock of the same machine.
    pub ahead_of_database_millis: Option<i64>,
}

/// Unpredictable bytes (ASVS 5.0, 6.5.3: a cryptographically secure generator).
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

/// Runs Argon2 where it stops nobody: off the threads that answer requests, a bounded number at a time.
#[async_trait]
pub trait Hasher: Send + Sync {
    /// Runs [`HashingWork::run`] in a turn of this user's.
    ///
    /// # Errors
    /// [`Fault::Busy`] if too many wait for a turn, [`Fault::Broken`] if it could not be run.
    async fn hash(&self, user: &User, work: HashingWork) -> Result<Vec<HashedCode>, Fault>;
}

/// What the first factor says of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstFactorVerdict {
    /// It is this user's password.
    Right,
    /// It is not. The refusal was counted.
    Wrong,
    /// Too many wrong ones: nothing was judged, and nothing will be before this many milliseconds have passed.
    Wait {
        /// Milliseconds to wait.
        millis: u64,
    },
}

/// The first factor of standalone mode, asked again before a dangerous change.
#[async_trait]
pub trait FirstFactor: Send + Sync {
    /// Judges a password that a session of its account gives again.
    ///
    /// # Errors
    /// [`Fault`] if it could not be judged.
    async fn prove(&self, caller: &Caller, password: &str) -> Result<FirstFactorVerdict, Fault>;
}

/// Why storage could not do its part. Always a fault, never a refusal, but for the last.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or not in time.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A row holds what no version of this program writes.
    #[error("a row of {table} is corrupt")]
    Corrupt {
        /// The table.
        table: &'static str,
    },
    /// The administrator on whose word it was to be done may do it no more: nothing was.
    #[error("the administrator may not do this any more")]
    Unauthorized,
}

/// Storage of sites, users, ceremonies, authenticators, sessions and the audit log.
#[async_trait]
pub trait Store: Send + Sync {
    /// The site of this id.
    async fn site(&self, id: SiteId) -> Result<Option<Site>, StoreError>;

    /// Makes a site known, or gives a known one this issuer and policy.
    async fn remember_site(&self, site: &Site, now: Timestamp) -> Result<(), StoreError>;

    /// Makes the user known, or gives a known one a new label.
    async fn remember_user(&self, user: &User, label: &Label, now: Timestamp) -> Result<(), StoreError>;

    /// Gives a known user an e-mail address. `moved` is recorded, about the address that this one takes the place of, where
    /// the user is protected and had another. Guards: the user is known, and has the address still that was seen.
    async fn remember_email(
        &self,
        user: &User,
        email: &EmailAddress,
        moved: Event,
    ) -> Result<bool, StoreError>;

    /// All that is known of a user, as of one moment. An unknown user is one without anything.
    async fn user_state(&self, user: &User) -> Result<UserState, StoreError>;

    /// The attempt budgets of a user, of each kind that was ever answered.
    async fn budgets(&self, user: &User) -> Result<Vec<(FactorKind, Budget)>, StoreError>;

    /// What an answer of this kind is judged against.
    async fn credentials(&self, user: &User, kind: FactorKind) -> Result<Credentials, StoreError>;

    // -- enrolling ------------------------------------------------------------------------------------------------

    /// Stores a pending enrollment. Guard: the user has fewer than `at_once` pending ones that have not expired.
    async fn begin_enrollment(&self, new: NewEnrollment) -> Result<bool, StoreError>;

    /// The enrollment of this id, if it is this user's, in whatever state.
    async fn enrollment(&self, user: &User, id: EnrollmentId) -> Result<Option<Enrollment>, StoreError>;

    /// The user's enrollments that are pending or confirmed and have not expired, newest first.
    async fn live_enrollments(&self, user: &User, now: Timestamp) -> Result<Vec<Enrollment>, StoreError>;

    /// Confirms a first enrollment: it waits for its recovery codes to be saved, and is the session's that confirmed it. An
    /// earlier confirmed one of the user is cancelled. Guards: the budget as seen; not expired, and pending in this session or
    /// confirmed by another one; a step above its watermark; two-factor authentication off; the mailed code, if it was one,
    /// still good; whoever asks stands.
    async fn confirm_first(&self, confirmed: ConfirmedFirst) -> Result<bool, StoreError>;

    /// Confirms a further or replacing enrollment: the authenticator is active at once, with the accepted step as its
    /// watermark, and the replaced one is revoked. Guards: the budget as seen; pending and not expired; two-factor
    /// authentication on; the replaced authenticator active; the mailed code, if it was one, still good, and no other
    /// address active.
    async fn confirm_further(&self, confirmed: ConfirmedFurther) -> Result<bool, StoreError>;

    /// Switches two-factor authentication on: authenticator and recovery codes of the confirmed enrollment become
    /// active, the sealed codes are wiped, the user's other enrollments are cancelled; a challenge that waited for it is
    /// passed. Guards: confirmed by this session and not expired; two-factor authentication off; the challenge, if there is one, the
    /// user's, waiting for that, not expired, and opened under the user's revision.
    async fn acknowledge_enrollment(&self, acknowledged: Acknowledged) -> Result<bool, StoreError>;

    /// Gives an enrollment up and wipes what was sealed in it. Guard: pending or confirmed.
    async fn cancel_enrollment(
        &self,
        user: &User,
        id: EnrollmentId,
        event: Event,
    ) -> Result<bool, StoreError>;

    /// Hands what one session of the user has pending or confirmed to another one of theirs. Guard: not expired.
    async fn take_over_enrollments(
        &self,
        user: &User,
        from: SessionId,
        to: SessionId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    // -- answering ------------------------------------------------------------------------------------------------

    /// Takes an attempt before its answer is hashed, or gives one back that was not. Guard: the budget as seen.
    async fn change_budget(&self, user: &User, change: BudgetChange) -> Result<bool, StoreError>;

    /// Counts a wrong answer. Guards: the budget as seen; the challenge, if there is one, open and not expired; the mailed
    /// code, if it was judged against one, still good: the fifth wrong answer ends it.
    async fn refuse_answer(&self, refused: RefusedAnswer) -> Result<bool, StoreError>;

    /// Opens a challenge, and issues its ticket if there is one. Guard: that of the key under which it is opened.
    async fn open_challenge(&self, new: NewChallenge) -> Result<bool, StoreError>;

    /// The challenge of this id, if it is this site's. One that was opened under another revision of its user is cancelled.
    async fn challenge(&self, site: SiteId, id: ChallengeId) -> Result<Option<Challenge>, StoreError>;

    /// The same challenge, and what an answer of this kind to it is judged against, as of one moment (but for the recovery
    /// codes).
    async fn answering(
        &self,
        site: SiteId,
        id: ChallengeId,
        kind: FactorKind,
    ) -> Result<Option<(Challenge, Credentials)>, StoreError>;

    /// Consumes an answer and passes its challenge. Guards: the budget as seen; the step above the watermark of an
    /// active authenticator, or the recovery code unused in the active set, or the mailed or bypass code still good;
    /// the challenge open and not expired, and opened under the user's revision. Where it is redeemed with the answer, the
    /// guards of that, too.
    async fn pass_challenge(&self, passed: PassedChallenge) -> Result<bool, StoreError>;

    /// Turns a passed challenge into a result, once, and opens the session it was for, if there is one. Guards: passed, not
    /// redeemed, not too old; the user's revision as seen, and as it was when the challenge was opened.
    async fn redeem_challenge(&self, redeemed: RedeemedChallenge) -> Result<bool, StoreError>;

    /// Records that a session proved its user's factors, consuming the answer if one was needed, and gives it a new bearer
    /// if there is one: the one before is nobody's then. Guards: those of the
    /// answer; the session not ended; the user's revision as seen.
    async fn step_up(&self, stepped_up: SteppedUp) -> Result<bool, StoreError>;

    /// Stores a code and its letter, and ends the user's code before. Guards: the user is known; none that can be
    /// typed still was made in the last [`EVERY`](crate::factor::email_code::EVERY), and fewer than
    /// [`PER_HOUR`](crate::factor::email_code::PER_HOUR) in the last hour; no count of its letter is full.
    async fn mail_code(&self, new: NewEmailCode) -> Result<bool, StoreError>;

    /// How long the next letter under these counts has to wait.
    async fn letter_wait(&self, counts: &LetterCounts, now: Timestamp) -> Result<Duration, StoreError>;

    /// The codes that the user was mailed since, newest first, ended ones too.
    async fn mailed_codes(&self, user: &User, since: Timestamp) -> Result<Vec<MailedCode>, StoreError>;

    /// The letters that are to be sent at `now`, at most `limit`, those that wait longest first.
    async fn letters_due(&self, now: Timestamp, limit: u32) -> Result<Vec<QueuedCode>, StoreError>;

    /// Takes a letter, to send it: until `next` nobody else does. Guards: nobody took it since it was seen, and nothing
    /// has ended its code.
    async fn take_letter(&self, seen: &QueuedCode, next: Timestamp) -> Result<bool, StoreError>;

    /// Wipes a letter: it was sent, or is given up. Its code stays good for as long as it is.
    async fn settle_letter(&self, of: &QueuedCode) -> Result<(), StoreError>;

    /// The event of this moment and id.
    async fn event(&self, site: SiteId, at: Timestamp, id: EventId) -> Result<Option<Event>, StoreError>;

    // -- changing -------------------------------------------------------------------------------------------------

    /// Gives an active authenticator another name. Guards: it is active, and called as it was seen; whoever asks stands.
    async fn rename_authenticator(&self, renamed: RenamedAuthenticator) -> Result<bool, StoreError>;

    /// Consumes an answer to nothing but "does it still work?". Guards: those of the answer.
    async fn test_authenticator(&self, spent: Spent, event: Event) -> Result<bool, StoreError>;

    /// Revokes an authenticator. Guards: the user's revision as seen (so that two removals cannot both leave "the other
    /// one"); the authenticator active.
    async fn remove_authenticator(&self, removed: RemovedAuthenticator) -> Result<bool, StoreError>;

    /// Puts a new set of recovery codes in the place of the active one. Guards: two-factor authentication on; the user's
    /// revision as seen; whoever asks stands.
    async fn replace_recovery_codes(&self, replaced: ReplacedCodes) -> Result<bool, StoreError>;

    /// Switches two-factor authentication off: every authenticator is revoked, the recovery codes retired, open
    /// enrollments and challenges cancelled. Guards: those of the answer; two-factor authentication on.
    async fn turn_off(&self, turned_off: TurnedOff) -> Result<bool, StoreError>;

    // -- administering --------------------------------------------------------------------------------------------

    /// Takes every factor of a user away: authenticators are revoked, recovery codes retired, enrollments and challenges
    /// cancelled, tickets and sessions ended, devices forgotten, wrong answers and passwords forgiven. Guards: the user is known; the
    /// revision as seen, where there is one.
    async fn reset_user(&self, reset: ResetUser) -> Result<bool, StoreError>;

    /// Stores a bypass code in the place of the user's one before, if there was one. Guard: two-factor authentication is on.
    /// Every change of the user's factors ends it.
    async fn issue_bypass_code(&self, issued: IssuedBypassCode) -> Result<bool, StoreError>;

    /// The newest bypass code of the user, used or not, if nothing ended it.
    async fn bypass_code(&self, user: &User) -> Result<Option<StoredBypassCode>, StoreError>;

    /// Forgives every wrong answer of a user, and every wrong password where the account is kept here. A watermark above
    /// the highest step of which a code can be right at the event's moment comes down to that step, so that no step which
    /// could be answered with until then can be answered with again. Guard: the user is known.
    async fn unlock_user(&self, user: &User, event: Event) -> Result<bool, StoreError>;

    /// Stores what is required of a user. Guards: the user is known; the deadline and the exemption as seen.
    async fn set_requirement(&self, set: SetRequirement) -> Result<bool, StoreError>;

    /// Deletes a user and everything of theirs. What stays is the audit log, of which only what happened and when is
    /// left. Guard: the user is known.
    async fn erase_user(&self, user: &User, event: Event) -> Result<bool, StoreError>;

    // -- embedding ------------------------------------------------------------------------------------------------

    /// Stores a ticket.
    async fn issue_ticket(&self, ticket: Ticket) -> Result<(), StoreError>;

    /// The ticket of this bearer, torn ones and expired ones too.
    async fn ticket(&self, hash: TokenHash) -> Result<Option<Ticket>, StoreError>;

    /// Tears a ticket and stores what it opens. Guards: not torn and not expired; for a session, the user's revision as seen.
    async fn tear_ticket(&self, torn: TornTicket) -> Result<bool, StoreError>;

    /// The challenge that this bearer may answer, expired or not.
    async fn challenge_access(&self, token: TokenHash) -> Result<Option<ChallengeAccess>, StoreError>;

    /// The user's device of this bearer, expired or not.
    async fn device(&self, user: &User, token: TokenHash) -> Result<Option<TrustedDevice>, StoreError>;

    /// The user's trusted devices, newest first, expired ones too.
    async fn devices(&self, user: &User) -> Result<Vec<TrustedDevice>, StoreError>;

    /// Records that a device spared its user a challenge, and opens the session that it spares it, if there is one. Guards:
    /// still trusted, and for as long as the site allows; the user's revision as seen.
    async fn recognize_device(&self, recognized: RecognizedDevice) -> Result<bool, StoreError>;

    /// Forgets a device. Guard: still trusted. (Every change of factors forgets all of them.)
    async fn forget_device(
        &self,
        user: &User,
        id: DeviceId,
        by: Option<Standing>,
        event: Event,
    ) -> Result<bool, StoreError>;

    /// Forgets every device of the user. Guard: there is one.
    async fn forget_devices(
        &self,
        user: &User,
        by: Option<Standing>,
        event: Event,
    ) -> Result<bool, StoreError>;

    // -- repeating ------------------------------------------------------------------------------------------------

    /// Claims an idempotency key, with its answer if there is one. Guard: nobody has it, or its claim is abandoned or forgotten.
    async fn claim_key(&self, new: NewClaim) -> Result<bool, StoreError>;

    /// The claimed key, with its answer if it is kept still.
    async fn claimed_key(
        &self,
        site: SiteId,
        key: KeyHash,
        now: Timestamp,
    ) -> Result<Option<ClaimedKey>, StoreError>;

    /// Keeps the answer of a claim. Guard: it is not settled, and nobody has taken it for abandoned.
    async fn settle_claim(&self, settled: SettledClaim) -> Result<bool, StoreError>;

    /// Gives a claim back. Guard: it is not settled, and nobody has taken it for abandoned.
    async fn release_claim(&self, site: SiteId, key: KeyHash, claim: ClaimId) -> Result<bool, StoreError>;

    /// Wipes the answers that are not to be kept any longer. Answers how many.
    async fn forget_answers(&self, now: Timestamp) -> Result<u64, StoreError>;

    // -- sessions -------------------------------------------------------------------------------------------------

    /// Stores a session. Guards: the user's revision as seen; nothing asked of them, where that is what justifies it.
    async fn open_session(&self, new: NewSession) -> Result<bool, StoreError>;

    /// The session of this bearer, if it was not ended.
    async fn session(&self, token: TokenHash) -> Result<Option<Session>, StoreError>;

    /// Records that a session was used. Guard: not ended.
    async fn touch_session(&self, session: &Session, now: Timestamp) -> Result<bool, StoreError>;

    /// Ends a session, and what it has pending. Guard: not ended.
    async fn end_session(&self, id: SessionId, event: Event) -> Result<bool, StoreError>;

    /// Ends every session of the user but this one, what they have pending, and whatever is about to become one; records why.
    async fn end_sessions(&self, user: &User, but: Option<SessionId>, event: Event)
    -> Result<(), StoreError>;

    // -- reading and tidying --------------------------------------------------------------------------------------

    /// A page of the site's users. A user of whom only failures are known is none.
    async fn users(&self, page: UserPage) -> Result<Vec<ListedUser>, StoreError>;

    /// A page of events.
    async fn events(&self, page: EventPage) -> Result<Vec<Event>, StoreError>;

    /// Writes an event that belongs to no change.
    async fn record(&self, event: Event) -> Result<(), StoreError>;

    /// Deletes ceremonies and sessions that ended before `before`. What counts on them being refused never counts on
    /// them being deleted. Answers how many rows went.
    async fn tidy(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// Ends what only a clock that ran ahead of `now` can have stamped, each kind of it that lets somebody in or on:
    /// enrollments, challenges, tickets, devices, codes, sessions, proofs. None of it counts at `now`, and without this it
    /// would once its time has come. Answers how many rows that were.
    async fn end_ahead(&self, now: Timestamp) -> Result<u64, StoreError>;
}
