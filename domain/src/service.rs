//! [`TwoFactor`]: the verbs that routes and server functions call.
//!
//! Each verb is: read, decide (purely), and one verb of [`Store`]. An answer is judged in memory and revealed only
//! after the transaction that counted or consumed it; where that transaction's guard fails, somebody else was
//! quicker, and everything is read and judged again.

mod administering;
mod answering;
mod challenging;
mod changing;
mod confirming;
mod enrolling;
mod grounds;
mod letters;
mod mailing;
mod opening;
mod proof;
mod reading;
mod repeating;
mod requiring;
mod resuming;
mod sessions;
mod signing_in;
mod ticketing;
mod trusting;
mod unjudged;

pub use administering::Issuing;
pub use signing_in::SignedIn;
pub use unjudged::Held;

use crate::audit::{Event, EventKind, Place};
use crate::error::Fault;
use crate::factor::FactorKind;
use crate::factor::recovery_code::{HashedCode, Hashing, PER_SET, PlainCode};
use crate::name::{AuthenticatorId, CodeId, CodeSetId, SessionId, SiteId, User};
use crate::overview::{AuthenticatorSummary, OpenEnrollment, Overview, RecoverySummary};
use crate::phone_clocks::PhoneClocks;
use crate::policy;
use crate::ports::{
    Authenticator, Clock, CodeSet, Enrollment, Entropy, EventPage, FirstFactor, Hasher, NewCodeSet, Site,
    Store, UserState,
};
use crate::seal::{KeyRing, SealedFor};
use crate::secret::SharedSecret;
use crate::step_up::{Caller, StepUpNeed};
use crate::time::{TimeStep, Timestamp};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What [`TwoFactor`] is made of.
#[derive(Clone)]
pub struct Parts {
    /// Storage.
    pub store: Arc<dyn Store>,
    /// The present moment.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The threads on which recovery codes are hashed.
    pub hasher: Arc<dyn Hasher>,
    /// The passwords of standalone mode, where there is one.
    pub first_factor: Option<Arc<dyn FirstFactor>>,
    /// The sealing keys.
    pub keys: KeyRing,
    /// Whether somebody sends what is mailed.
    pub mails: bool,
    /// Letters that may leave in an hour, of all sites together.
    pub letters_in_all: u32,
}

/// The verification core. Cheap to clone; it decides by no state of its own, so that any number of replicas agree. What it
/// counts, it counts for whoever looks after it.
#[derive(Clone)]
pub struct TwoFactor {
    parts: Arc<Parts>,
    counted: Arc<Counted>,
}

/// What is counted for whoever looks after the server.
#[derive(Debug, Default)]
struct Counted {
    one_step_out: AtomicU64,
    unjudged: unjudged::Unjudged,
    phones: Mutex<PhoneClocks>,
}

impl TwoFactor {
    /// Joins the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts), counted: Arc::default() }
    }

    /// The same core over another view of its storage: one in which somebody in particular writes.
    #[must_use]
    pub fn storing_in(&self, store: Arc<dyn Store>) -> Self {
        let parts = Parts { store, ..self.parts.as_ref().clone() };
        Self { parts: Arc::new(parts), counted: Arc::clone(&self.counted) }
    }

    /// How many refused codes of an app, since this process began, were right one step outside the window: many of them say
    /// that a clock is off, and as likely as not the one here.
    #[must_use]
    pub fn codes_one_step_out(&self) -> u64 {
        self.counted.one_step_out.load(Ordering::Relaxed)
    }

    /// By how many seconds the phones of most people lie ahead whose codes were judged last (behind, if negative): by so much
    /// the clock here lies behind, as likely as not. `None`: they do not, or not by the same.
    #[must_use]
    pub fn phones_ahead(&self) -> Option<i64> {
        let steps = self.counted.phones.lock().unwrap_or_else(PoisonError::into_inner).in_common()?;
        Some(steps.saturating_mul(TimeStep::SECONDS.cast_signed()))
    }

    /// What the caller's Security tab shows.
    ///
    /// # Errors
    /// [`Fault`] if it cannot be read.
    pub async fn overview(&self, caller: &Caller) -> Result<Overview, Fault> {
        let (user, session, now) = (caller.user(), &caller.session, self.now());
        let state = self.state_for(user).await?;
        let protected = state.protected_since.is_some();
        let open = waiting(self.store().live_enrollments(user, now).await?, session.id, now);
        let site = self.site(user.site).await?;
        let requirement = state.demand.under(&site.policy, now);
        Ok(Overview {
            issuer: site.issuer,
            requirement,
            deadline_ahead: requirement.deadline().filter(|deadline| *deadline > now),
            protected_since: state.protected_since,
            authenticators: state.authenticators.iter().map(summary).collect(),
            unused: unused(&state, now),
            bypassed: self.let_past(session, &state, now - policy::STEP_UP).await?.is_some(),
            recovery: state.code_set.as_ref().map(code_summary),
            open: open.map(|enrollment| OpenEnrollment {
                id: enrollment.id,
                kind: enrollment.kind,
                purpose: enrollment.purpose,
                state: enrollment.state,
                name: enrollment.name,
                begun_at: enrollment.begun_at,
                expires_at: enrollment.expires_at,
                same_session: enrollment.session == Some(session.id),
                confirmed: enrollment.confirmed,
            }),
            email: self.email_offer(user.site, &state).await?,
            devices: self.trusted_devices(caller).await?,
            events: self.store().events(EventPage::newest_of(user, policy::STORY_EVENTS)).await?,
            step_up: StepUpNeed::now(session, protected, now),
            turn_off: StepUpNeed::of(session, protected),
            label: state.label,
        })
    }

    /// The site of this id, as its users see it.
    ///
    /// # Errors
    /// [`Fault`] if it cannot be read, or does not exist: whoever asks has it from a credential.
    pub async fn site(&self, id: SiteId) -> Result<Site, Fault> {
        self.store().site(id).await?.ok_or(Fault::Broken("a user of a site that does not exist"))
    }

    /// Deletes what ended long ago. Nothing depends on its being called; while the clock is not trusted nothing is deleted by
    /// it.
    ///
    /// # Errors
    /// [`Fault`] if storage does not answer.
    pub async fn tidy(&self) -> Result<u64, Fault> {
        if !self.parts.clock.standing().trusted {
            return Ok(0);
        }
        let now = self.now();
        let forgotten = self.store().forget_answers(now).await?;
        Ok(forgotten + self.store().tidy(now - policy::ENROLLMENT_CONFIRMED).await?)
    }

    /// Ends what only a clock that ran ahead can have stamped: see [`Store::end_ahead`]. Nothing, until the present time has
    /// been trusted for long enough: a clock that stands in the past for a moment would end everything.
    ///
    /// # Errors
    /// [`Fault`] if storage does not answer.
    pub async fn end_ahead(&self) -> Result<u64, Fault> {
        if !self.parts.clock.standing().settled {
            return Ok(0);
        }
        Ok(self.store().end_ahead(self.now()).await?)
    }

    fn store(&self) -> &dyn Store {
        self.parts.store.as_ref()
    }

    fn entropy(&self) -> &dyn Entropy {
        self.parts.entropy.as_ref()
    }

    fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    fn event(&self, kind: EventKind, user: &User, place: &Place, now: Timestamp) -> Event {
        Event::new(kind, user, place, now, self.entropy())
    }

    /// The moment at which a code is judged.
    fn trusted_now(&self) -> Result<Timestamp, Fault> {
        let now = self.now();
        if self.parts.clock.standing().trusted { Ok(now) } else { Err(Fault::ClockOff) }
    }

    /// What there is of a user. A contradiction lets nobody in.
    async fn state_for(&self, user: &User) -> Result<UserState, Fault> {
        let state = self.store().user_state(user).await?;
        match state.contradiction() {
            None => Ok(state),
            Some(what) => Err(Fault::Contradiction { user: user.clone(), what }),
        }
    }

    fn open_secret(&self, user: &User, of: &Authenticator) -> Result<SharedSecret, Fault> {
        let plain = self.parts.keys.open(credential(user, of.id), &of.credential)?;
        SharedSecret::from_bytes(&plain).ok_or(Fault::Broken("a credential of the wrong length"))
    }

    async fn hash(
        &self,
        user: &User,
        hashing: &Hashing,
        codes: &[PlainCode],
    ) -> Result<Vec<HashedCode>, Fault> {
        let work = hashing.prepare(&self.parts.keys, codes)?;
        let hashes = self.parts.hasher.hash(user, work).await?;
        let complete = hashes.len() == codes.len();
        complete.then_some(hashes).ok_or(Fault::Broken("hashing lost a code"))
    }

    async fn new_codes(&self, user: &User, now: Timestamp) -> Result<(Vec<PlainCode>, NewCodeSet), Fault> {
        let codes: Vec<PlainCode> = (0..PER_SET).map(|_| PlainCode::new(self.entropy())).collect();
        let hashing = Hashing::new(&self.parts.keys, self.entropy());
        let hashes = self.hash(user, &hashing, &codes).await?;
        let hashes = hashes.into_iter().map(|hash| (CodeId::new(now, self.entropy()), hash)).collect();
        Ok((codes, NewCodeSet { id: CodeSetId::new(now, self.entropy()), hashing, codes: hashes }))
    }
}

/// What an authenticator's shared secret is sealed for.
fn credential(user: &User, id: AuthenticatorId) -> SealedFor<'_> {
    SealedFor { user, row: id.uuid(), what: "credential" }
}

/// Which enrollment is shown: one that this session confirmed, else one that another confirmed, which its owner may want to cancel
/// before anything of their own, else one that this session has pending.
fn waiting(live: Vec<Enrollment>, session: SessionId, now: Timestamp) -> Option<Enrollment> {
    let (own, others): (Vec<_>, Vec<_>) = live.into_iter().partition(|one| one.session == Some(session));
    let (confirmed, pending): (Vec<_>, Vec<_>) = own.into_iter().partition(|one| one.is_confirmed(now));
    let others = others.into_iter().filter(|one| one.is_confirmed(now));
    confirmed.into_iter().chain(others).chain(pending).next()
}

fn summary(of: &Authenticator) -> AuthenticatorSummary {
    let name = of.name.clone();
    AuthenticatorSummary { id: of.id, kind: of.kind, name, added_at: of.added_at, used_at: of.used_at }
}

/// The app that answered nothing for longest, if it is to be asked after. Codes by mail need no phone.
fn unused(state: &UserState, now: Timestamp) -> Option<AuthenticatorId> {
    let seen = |one: &&Authenticator| one.used_at.unwrap_or(one.added_at);
    let apps = state.authenticators.iter().filter(|one| one.kind == FactorKind::Totp);
    apps.min_by_key(seen).filter(|one| now.since(seen(one)) >= policy::UNUSED).map(|one| one.id)
}

fn code_summary(set: &CodeSet) -> RecoverySummary {
    let left = set.codes.iter().filter(|code| code.used_at.is_none()).count();
    RecoverySummary { left, total: set.codes.len(), made_at: set.made_at, voided: set.voided_at.is_some() }
}

impl std::fmt::Debug for TwoFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TwoFactor")
    }
}
