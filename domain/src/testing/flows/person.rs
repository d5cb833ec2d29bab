//! A person with a browser and a phone, whose clock the test moves.

use crate::audit::Place;
use crate::challenge::{Opened, Passed, Remember};
use crate::enrollment::Begun;
use crate::error::{ChallengeError, Fault, Refusal};
use crate::factor::recovery_code::PlainCode;
use crate::factor::totp;
use crate::letter_limit::IN_ALL;
use crate::name::{AuthenticatorId, Issuer, Label, Name, SiteId, User, UserId};
use crate::notice::CodeLetter;
use crate::overview::Overview;
use crate::ports::{
    Action, Challenge, Clock, CodeFor, FirstFactor, FirstFactorVerdict, Hasher, Purpose, Site, Store,
};
use crate::seal::{KeyId, KeyRing, SealingKey};
use crate::secret::SharedSecret;
use crate::session::Home;
use crate::site::SitePolicy;
use crate::step_up::Caller;
use crate::testing::contract::{Racer, Racing};
use crate::testing::{InlineHasher, MovedClock, SeededEntropy};
use crate::time::Timestamp;
use crate::{Parts, TwoFactor};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// The password of everybody here.
pub(super) const PASSWORD: &str = "correct horse";

struct OnePassword;

#[async_trait]
impl FirstFactor for OnePassword {
    async fn prove(&self, _caller: &Caller, password: &str) -> Result<FirstFactorVerdict, Fault> {
        Ok(if password == PASSWORD { FirstFactorVerdict::Right } else { FirstFactorVerdict::Wrong })
    }
}

/// A signed-in person, nothing set up yet.
pub struct Person {
    pub(super) two_factor: TwoFactor,
    pub(super) clock: Arc<MovedClock>,
    pub(super) caller: Caller,
    pub(super) hasher: Arc<InlineHasher>,
    store: Arc<dyn Store>,
    race: fn(Vec<Racer>) -> Racing,
}

/// An authenticator app with one entry.
pub(super) struct Phone(SharedSecret);

impl Person {
    /// Somebody new, signed in a moment ago.
    pub async fn new(store: Arc<dyn Store>, race: fn(Vec<Racer>) -> Racing, name: &str) -> Self {
        let seed =
            name.bytes().fold(11_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        // In the middle of a step: a few seconds either way stay inside it.
        let clock = Arc::new(MovedClock::at(Timestamp::from_millis(1_800_000_015_000)));
        let keys = KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[7; 32]).unwrap())]).unwrap();
        let (kept, hasher) = (Arc::clone(&store), Arc::new(InlineHasher::default()));
        let two_factor = TwoFactor::new(Parts {
            store,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(SeededEntropy::new(seed)),
            hasher: Arc::clone(&hasher) as Arc<dyn Hasher>,
            first_factor: Some(Arc::new(OnePassword)),
            keys,
            mails: true,
            letters_in_all: IN_ALL,
        });
        let user = User { site: SiteId::BUILT_IN, id: UserId::parse(name).unwrap() };
        two_factor.remember_user(&user, &Label::parse("alice@example.com").unwrap()).await.unwrap();
        let caller = sign_in(&two_factor, &kept, &user).await;
        Self { two_factor, clock, caller, hasher, race, store: kept }
    }

    /// The same person at a site with this policy.
    pub(super) async fn at_site(self, policy: SitePolicy) -> Self {
        let id = SiteId::from_uuid(self.caller.session.id.uuid());
        let issuer = Issuer::parse("Shop").unwrap();
        self.store.remember_site(&Site { id, issuer, policy }, self.clock.now()).await.unwrap();
        let user = User { site: id, id: self.caller.user().id.clone() };
        self.two_factor.remember_user(&user, &Label::parse("alice@example.com").unwrap()).await.unwrap();
        let caller = sign_in(&self.two_factor, &self.store, &user).await;
        Self { caller, ..self }
    }

    /// The site has another policy from now on.
    pub(super) async fn changes_policy(&self, change: impl FnOnce(&mut SitePolicy)) {
        let mut site = self.two_factor.site(self.caller.user().site).await.unwrap();
        change(&mut site.policy);
        self.store.remember_site(&site, self.clock.now()).await.unwrap();
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Another browser in which the same person signed in.
    pub(super) async fn elsewhere(&self) -> Caller {
        sign_in(&self.two_factor, &self.store, self.caller.user()).await
    }

    /// The same person, who goes on there.
    pub(super) fn going_on_as(self, caller: Caller) -> Self {
        Self { caller, ..self }
    }

    pub(super) async fn race(&self, racers: Vec<Racer>) -> usize {
        (self.race)(racers).await
    }

    pub(super) async fn overview(&self) -> Overview {
        self.two_factor.overview(&self.caller).await.unwrap()
    }

    pub(super) async fn begin(&self, purpose: Purpose) -> (Begun, Phone) {
        let begun = self.two_factor.begin_enrollment(&self.caller, purpose).await.unwrap();
        let phone = Phone::scan(&begun);
        (begun, phone)
    }

    /// What the phone shows now.
    pub(super) fn code(&self, phone: &Phone) -> String {
        totp::code_at(&phone.0, self.clock.now())
    }

    /// What the phone shows, or showed, so many seconds from now.
    pub(super) fn code_in(&self, phone: &Phone, seconds: i64) -> String {
        let at = Timestamp::from_millis(self.clock.now().millis() + seconds * 1000);
        totp::code_at(&phone.0, at)
    }

    /// Six digits that the phone shows neither now nor soon nor lately.
    pub(super) fn wrong_code(&self, phone: &Phone) -> String {
        let near: Vec<String> = (-25..=25).map(|step| self.code_in(phone, step * 30)).collect();
        (0..1_000_000).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }

    /// The whole set-up. Afterwards the phone shows a code that was not used yet.
    pub(super) async fn set_up(&self) -> (Phone, Vec<PlainCode>) {
        let (begun, phone) = self.begin(Purpose::First).await;
        let code = self.code(&phone);
        let confirmed =
            self.two_factor.confirm_enrollment(&self.caller, begun.id, &code, "Pixel").await.unwrap();
        self.two_factor.acknowledge_enrollment(&self.caller, begun.id).await.unwrap();
        self.advance(30);
        (phone, confirmed.recovery_codes.unwrap())
    }

    pub(super) async fn authenticator(&self, name: &str) -> AuthenticatorId {
        let all = self.overview().await.authenticators;
        all.into_iter().find(|one| one.name.as_str() == name).unwrap().id
    }

    pub(super) async fn challenge(&self) -> Challenge {
        let action = Action(Name::parse("sign_in").unwrap());
        let opened =
            self.two_factor.open_challenge(self.caller.user(), action, &Place::default()).await.unwrap();
        match opened {
            Opened::Open(challenge) => challenge,
            Opened::EnrollmentRequired(_) | Opened::NotEnrolled => panic!("two-factor authentication is off"),
        }
    }

    /// A challenge of somebody who has to enroll first.
    pub(super) async fn forced(&self) -> Challenge {
        let action = Action(Name::parse("sign_in").unwrap());
        let opened = self.two_factor.open_challenge(self.caller.user(), action, &Place::default()).await;
        match opened.unwrap() {
            Opened::EnrollmentRequired(challenge) => challenge,
            Opened::Open(_) | Opened::NotEnrolled => panic!("nothing is to be set up"),
        }
    }

    pub(super) async fn is_asked(&self) -> bool {
        let action = Action(Name::parse("sign_in").unwrap());
        let opened =
            self.two_factor.open_challenge(self.caller.user(), action, &Place::default()).await.unwrap();
        opened != Opened::NotEnrolled
    }

    pub(super) async fn answer(&self, challenge: &Challenge, text: &str) -> Result<Passed, ChallengeError> {
        let site = self.caller.user().site;
        self.two_factor.answer_challenge(site, challenge.id, text, Remember::No, &Place::default()).await
    }

    /// The letter that waits with the code for this.
    pub(super) async fn letter(&self, about: CodeFor) -> CodeLetter {
        let user = self.caller.user();
        let codes = self.store.mailed_codes(user, self.clock.now() - Duration::from_hours(1)).await.unwrap();
        let code = codes.into_iter().find(|code| code.about == about && code.alive).unwrap();
        let due = self.two_factor.letters_due(u32::MAX).await.unwrap();
        let queued = due.into_iter().find(|queued| queued.id == code.id).unwrap();
        self.two_factor.open_letter(&queued).await.unwrap().unwrap()
    }

    /// The digits that were mailed for this.
    pub(super) async fn mailed(&self, about: CodeFor) -> String {
        self.letter(about).await.code.expose().to_owned()
    }

    /// Somebody new at the same site, signed in a moment ago.
    pub(super) async fn somebody_else(&self, number: usize) -> Self {
        let of = self.caller.user();
        let id = UserId::parse(&format!("{} {number}", of.id.as_str())).unwrap();
        let user = User { site: of.site, id };
        self.two_factor.remember_user(&user, &Label::parse("bob@example.com").unwrap()).await.unwrap();
        let caller = sign_in(&self.two_factor, &self.store, &user).await;
        let (two_factor, clock) = (self.two_factor.clone(), Arc::clone(&self.clock));
        Self {
            two_factor,
            clock,
            caller,
            hasher: Arc::clone(&self.hasher),
            store: Arc::clone(&self.store),
            race: self.race,
        }
    }

    /// Their revision.
    pub(super) async fn revision(&self) -> i64 {
        revision(&self.store, self.caller.user()).await
    }

    pub(super) fn clock_now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Answers a new challenge.
    pub(super) async fn sign_in_with(&self, text: &str) -> Result<Passed, ChallengeError> {
        let challenge = self.challenge().await;
        self.answer(&challenge, text).await
    }

    /// Why a new challenge refuses this.
    pub(super) async fn refusal(&self, text: &str) -> Refusal {
        match self.sign_in_with(text).await {
            Err(ChallengeError::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }
}

impl Phone {
    pub(super) fn scan(begun: &Begun) -> Self {
        let key = totp_rs::Secret::try_from_base32(begun.provisioning.key.expose()).unwrap();
        Self(SharedSecret::from_bytes(key.as_bytes()).unwrap())
    }
}

async fn revision(store: &Arc<dyn Store>, user: &User) -> i64 {
    store.user_state(user).await.unwrap().revision
}

async fn sign_in(two_factor: &TwoFactor, store: &Arc<dyn Store>, user: &User) -> Caller {
    let place = Place { address: Some("192.0.2.1".into()), browser: Some("Firefox on Linux".into()) };
    let revision = revision(store, user).await;
    let opened = two_factor.open_session(user, revision, Home::Standalone, true, &place).await.unwrap();
    let (_, session) = opened.unwrap();
    Caller { session, place }
}
