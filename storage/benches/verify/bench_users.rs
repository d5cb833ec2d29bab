//! Users with an authenticator each, and the challenges they answer.

use domain::audit::{Event, EventKind, Place};
use domain::budget::{Budget, BudgetChange};
use domain::challenge::{Opened, Remember};
use domain::factor::FactorKind;
use domain::factor::recovery_code::{HashedCode, Hashing};
use domain::factor::totp;
use domain::name::{
    AuthenticatorId, ChallengeId, CodeId, CodeSetId, EnrollmentId, Label, Name, SiteId, User, UserId,
};
use domain::ports::{
    Acknowledged, Action, Clock, ConfirmedFirst, Consume, Enrollment, EnrollmentState, NewCodeSet,
    NewEnrollment, OtherSessions, Purpose, Store,
};
use domain::seal::{KeyId, KeyRing, SealedFor, SealingKey};
use domain::secret::SharedSecret;
use domain::testing::{InlineHasher, MovedClock, SeededEntropy};
use domain::time::{TimeStep, Timestamp};
use domain::{Parts, TwoFactor};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Everybody, and the service that knows them.
pub(crate) struct Users {
    two_factor: TwoFactor,
    clock: Arc<MovedClock>,
    users: Vec<(User, SharedSecret)>,
}

impl Users {
    pub(crate) async fn enroll(path: &Path, count: usize) -> Self {
        let db = storage::Database::open(&format!("sqlite://{}", path.display())).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let store: Arc<dyn Store> = Arc::new(storage::SqlStore::new(db));
        let clock = Arc::new(MovedClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let entropy = Arc::new(SeededEntropy::new(1));
        let keys = KeyRing::new(vec![(KeyId(1), SealingKey::new(entropy.as_ref()))]).unwrap();
        let mut users = Vec::new();
        for n in 0..count {
            let user = User { site: SiteId::BUILT_IN, id: UserId::parse(&format!("user {n}")).unwrap() };
            let secret = SharedSecret::new(entropy.as_ref());
            protect(store.as_ref(), &user, &secret, &keys, entropy.as_ref(), clock.now()).await;
            users.push((user, secret));
        }
        let parts = Parts {
            store,
            clock: clock.clone(),
            entropy,
            hasher: Arc::new(InlineHasher::default()),
            first_factor: None,
            keys,
            mails: false,
            letters_in_all: domain::letter_limit::IN_ALL,
        };
        Self { two_factor: TwoFactor::new(parts), clock, users }
    }

    /// Moves on by a step and asks everybody.
    pub(crate) async fn open_challenges(&self) -> Vec<ChallengeId> {
        self.clock.advance(Duration::from_secs(30));
        let mut challenges = Vec::new();
        for (user, _) in &self.users {
            let action = Action(Name::parse("sign_in").unwrap());
            let opened = self.two_factor.open_challenge(user, action, &Place::default()).await.unwrap();
            let Opened::Open(challenge) = opened else { unreachable!("two-factor authentication is on") };
            challenges.push(challenge.id);
        }
        challenges
    }

    pub(crate) async fn answer(&self, user: usize, challenge: ChallengeId) {
        let (user, secret) = self.users.get(user).unwrap();
        let code = totp::code_at(secret, self.clock.now());
        self.two_factor
            .answer_challenge(user.site, challenge, &code, Remember::No, &Place::default())
            .await
            .unwrap();
    }
}

/// What the screens do in four steps, without ten Argon2 hashes for each user.
async fn protect(
    store: &dyn Store,
    user: &User,
    secret: &SharedSecret,
    keys: &KeyRing,
    entropy: &SeededEntropy,
    now: Timestamp,
) {
    let event = |kind| Event::new(kind, user, &Place::default(), now, entropy);
    store.remember_user(user, &Label::parse("alice@example.com").unwrap(), now).await.unwrap();
    let (id, authenticator) = (EnrollmentId::new(now, entropy), AuthenticatorId::new(now, entropy));
    let sealed_for = SealedFor { user, row: authenticator.uuid(), what: "credential" };
    let enrollment = Enrollment {
        id,
        user: user.clone(),
        session: None,
        kind: FactorKind::Totp,
        purpose: Purpose::First,
        state: EnrollmentState::Pending,
        authenticator,
        name: Name::parse("Authenticator app").unwrap(),
        credential: keys.seal(entropy, sealed_for, secret.expose()).unwrap(),
        watermark: TimeStep::NONE,
        codes: None,
        begun_at: now,
        expires_at: now + Duration::from_mins(10),
        confirmed: None,
    };
    let new = NewEnrollment {
        enrollment: enrollment.clone(),
        at_once: 3,
        event: event(EventKind::EnrollmentBegun),
    };
    assert!(store.begin_enrollment(new).await.unwrap());
    let hashes =
        (0..10).map(|n| (CodeId::new(now, entropy), HashedCode::from_bytes(&[n; 32]).unwrap())).collect();
    let confirmed = ConfirmedFirst {
        user: user.clone(),
        enrollment: id,
        session: None,
        budget: BudgetChange { kind: FactorKind::Totp, next: Budget::default().after_success(0, now) },
        consume: Consume::Step { authenticator, step: TimeStep::at(now) },
        name: enrollment.name.clone(),
        codes: enrollment.credential.clone(),
        code_set: NewCodeSet {
            id: CodeSetId::new(now, entropy),
            hashing: Hashing::new(keys, entropy),
            codes: hashes,
        },
        by: None,
        at: now,
        expires_at: now + Duration::from_hours(24),
        event: event(EventKind::EnrollmentConfirmed),
    };
    assert!(store.confirm_first(confirmed).await.unwrap());
    let (others, events) = (OtherSessions::End { but: None }, vec![event(EventKind::TurnedOn)]);
    let acknowledged = Acknowledged {
        user: user.clone(),
        enrollment: id,
        session: None,
        others,
        at: now,
        passes: None,
        by: None,
        events,
    };
    assert!(store.acknowledge_enrollment(acknowledged).await.unwrap());
}
