//! What every case works with: a store, a user of its own, and short ways to a state.

use crate::audit::{Event, EventKind, Place};
use crate::budget::BudgetChange;
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::factor::recovery_code::{HashedCode, Hashing};
use crate::name::{
    AuthenticatorId, ChallengeId, CodeId, CodeSetId, EnrollmentId, Label, Name, SessionId, SiteId, User,
    UserId,
};
use crate::ports::{
    Acknowledged, Action, Challenge, ChallengeState, ConfirmedFirst, ConfirmedFurther, Consume, Enrollment,
    EnrollmentState, NewChallenge, NewCodeSet, NewEnrollment, NewSession, OtherSessions, Purpose, Spent,
    Store, UserState,
};
use crate::seal::{KeyId, Sealed};
use crate::session::{Home, Session, TokenHash};
use crate::testing::SeededEntropy;
use crate::time::{TimeStep, Timestamp};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// One task of a race: whether it won.
pub type Racer = Pin<Box<dyn Future<Output = bool> + Send>>;
/// A race under way: how many won.
pub type Racing = Pin<Box<dyn Future<Output = usize> + Send>>;

/// A store and a user that nobody else uses.
pub struct Bench {
    /// The store under test.
    pub store: Arc<dyn Store>,
    /// A user of this case's own.
    pub user: User,
    race: fn(Vec<Racer>) -> Racing,
    pub(super) entropy: SeededEntropy,
}

pub(super) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

impl Bench {
    /// A bench for the case of this name.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, race: fn(Vec<Racer>) -> Racing, case: &str) -> Self {
        let seed = case.bytes().fold(7_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Self { store, user: user(case), race, entropy: SeededEntropy::new(seed) }
    }

    /// Another bench with the same store, for a user whom this case has nothing to do with.
    pub(super) fn stranger(&self, case: &str) -> Self {
        Self::new(Arc::clone(&self.store), self.race, case)
    }

    /// Another bench for a user of the same id at that site.
    pub(super) fn at_site(&self, site: SiteId) -> Self {
        let bench = self.stranger(self.user.id.as_str());
        Self { user: User { site, ..bench.user.clone() }, ..bench }
    }

    /// Runs the racers side by side and answers how many won.
    pub(super) async fn race(&self, racers: Vec<Racer>) -> usize {
        (self.race)(racers).await
    }

    pub(super) fn event(&self, kind: EventKind) -> Event {
        Event::new(kind, &self.user, &Place::default(), NOW, &self.entropy)
    }

    pub(super) async fn remembered(&self) -> &Self {
        self.store.remember_user(&self.user, &Label::parse("alice@example.com").unwrap(), NOW).await.unwrap();
        self
    }

    pub(super) async fn state(&self) -> UserState {
        self.store.user_state(&self.user).await.unwrap()
    }

    /// The change that a right or wrong answer of now would make to the budget.
    pub(super) async fn budget(&self, kind: FactorKind, right: bool) -> BudgetChange {
        let budget = self.store.credentials(&self.user, kind).await.unwrap().budget;
        let next = if right { budget.after_success(0, NOW) } else { budget.after_failure(NOW) };
        BudgetChange { kind, next }
    }

    pub(super) fn enrollment(&self, purpose: Purpose) -> Enrollment {
        Enrollment {
            id: EnrollmentId::new(NOW, &self.entropy),
            user: self.user.clone(),
            session: None,
            kind: FactorKind::Totp,
            purpose,
            state: EnrollmentState::Pending,
            authenticator: AuthenticatorId::new(NOW, &self.entropy),
            name: Name::parse("Authenticator app").unwrap(),
            credential: Sealed::from_bytes(vec![1; 60]),
            watermark: TimeStep::NONE,
            codes: None,
            begun_at: NOW,
            expires_at: NOW + Duration::from_mins(10),
            confirmed: None,
        }
    }

    pub(super) async fn begun(&self, purpose: Purpose) -> Enrollment {
        let enrollment = self.enrollment(purpose);
        let event = self.event(EventKind::EnrollmentBegun);
        let new = NewEnrollment { enrollment: enrollment.clone(), at_once: 3, event };
        assert!(self.store.begin_enrollment(new).await.unwrap(), "the enrollment begins");
        enrollment
    }

    pub(super) fn code_set(&self) -> NewCodeSet {
        let hash = |n: u8| HashedCode::from_bytes(&[n; 32]).unwrap();
        let codes = (0..10).map(|n| (CodeId::new(NOW, &self.entropy), hash(n))).collect();
        NewCodeSet {
            id: CodeSetId::new(NOW, &self.entropy),
            hashing: Hashing { salt: [9; 16], key: KeyId(1) },
            codes,
        }
    }

    pub(super) async fn confirmation(&self, of: &Enrollment) -> ConfirmedFirst {
        ConfirmedFirst {
            user: self.user.clone(),
            enrollment: of.id,
            session: of.session,
            budget: self.budget(FactorKind::Totp, true).await,
            consume: Self::first_step(of, 100),
            name: Name::parse("Pixel").unwrap(),
            codes: Sealed::from_bytes(vec![2; 300]),
            code_set: self.code_set(),
            by: None,
            at: NOW,
            expires_at: NOW + Duration::from_hours(24),
            event: self.event(EventKind::EnrollmentConfirmed),
        }
    }

    pub(super) fn acknowledgement(&self, of: &Enrollment) -> Acknowledged {
        Acknowledged {
            user: self.user.clone(),
            enrollment: of.id,
            session: of.session,
            by: None,
            others: OtherSessions::End { but: None },
            at: NOW,
            passes: None,
            events: vec![self.event(EventKind::EnrollmentAcknowledged), self.event(EventKind::TurnedOn)],
        }
    }

    /// A user whose two-factor authentication is on: one authenticator with watermark 100, ten recovery codes.
    pub async fn protected(&self) -> UserState {
        self.remembered().await;
        let enrollment = self.begun(Purpose::First).await;
        assert!(
            self.store.confirm_first(self.confirmation(&enrollment).await).await.unwrap(),
            "it is confirmed"
        );
        assert!(
            self.store.acknowledge_enrollment(self.acknowledgement(&enrollment)).await.unwrap(),
            "it is on"
        );
        self.state().await
    }

    pub(super) async fn further(&self, of: &Enrollment) -> ConfirmedFurther {
        let replaces = match of.purpose {
            Purpose::Replace(old) => Some(old),
            Purpose::First | Purpose::Further => None,
        };
        ConfirmedFurther {
            user: self.user.clone(),
            enrollment: of.id,
            budget: self.budget(FactorKind::Totp, true).await,
            consume: Self::first_step(of, 200),
            name: Name::parse("Tablet").unwrap(),
            replaces,
            by: None,
            others: OtherSessions::AskAgain { but: None },
            at: NOW,
            event: self.event(EventKind::AuthenticatorAdded),
        }
    }

    pub(super) async fn challenge(&self) -> Challenge {
        self.challenge_in(ChallengeState::Open).await
    }

    /// A challenge of this state, for five minutes.
    pub(super) async fn challenge_in(&self, state: ChallengeState) -> Challenge {
        let challenge = Challenge {
            id: ChallengeId::new(NOW, &self.entropy),
            user: self.user.clone(),
            action: Action(Name::parse("sign_in").unwrap()),
            state,
            failures: 0,
            opened_at: NOW,
            expires_at: NOW + Duration::from_mins(5),
            passed: None,
            browser: None,
            remember: Remember::No,
            revision: self.state().await.revision,
        };
        let event = self.event(EventKind::ChallengeOpened);
        let new = NewChallenge { challenge: challenge.clone(), ticket: None, under: None, event };
        assert!(self.store.open_challenge(new).await.unwrap());
        challenge
    }

    pub(super) async fn spent(&self, kind: FactorKind, consume: Consume) -> Spent {
        Spent { user: self.user.clone(), budget: self.budget(kind, true).await, consume, at: NOW }
    }

    pub(super) fn first_step(of: &Enrollment, number: i64) -> Consume {
        Consume::Step { authenticator: of.authenticator, step: TimeStep::from_number(number) }
    }

    pub(super) fn step(state: &UserState, number: i64) -> Consume {
        Consume::Step { authenticator: state.authenticators[0].id, step: TimeStep::from_number(number) }
    }

    pub(super) async fn session(&self, token: u8) -> Session {
        self.session_of(token, Some(NOW), None).await
    }

    /// A session that was proved then, and belongs to this sign-in.
    pub(super) async fn session_of(
        &self,
        token: u8,
        stepped_up_at: Option<Timestamp>,
        sign_in: Option<ChallengeId>,
    ) -> Session {
        let session = Session {
            id: SessionId::new(NOW, &self.entropy),
            user: self.user.clone(),
            home: Home::Standalone,
            opened_at: NOW,
            seen_at: NOW,
            stepped_up_at,
            sign_in,
        };
        let event = self.event(EventKind::SessionOpened);
        let state = self.state().await;
        if state.label.is_none() {
            self.remembered().await;
        }
        let new = NewSession {
            session: session.clone(),
            token: self.token(token),
            revision: state.revision,
            unasked_at: None,
            event,
        };
        assert!(self.store.open_session(new).await.unwrap(), "the session opens");
        session
    }

    /// A bearer of this case's own.
    pub(super) fn token(&self, number: u8) -> TokenHash {
        use sha2::{Digest, Sha256};
        TokenHash(Sha256::digest(format!("{} {number}", self.user.id.as_str())).into())
    }
}

pub(super) fn user(id: &str) -> User {
    User { site: SiteId::BUILT_IN, id: UserId::parse(id).unwrap() }
}
