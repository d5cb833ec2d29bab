//! A day of a site: what was made before its backup, and the log of all that was accepted afterwards.

use crate::side::Side;
use domain::Issuing;
use domain::audit::Place;
use domain::challenge::Remember;
use domain::factor::bypass_code::BypassMinutes;
use domain::factor::recovery_code::PlainCode;
use domain::factor::totp;
use domain::name::{ChallengeId, EmailAddress, EnrollmentId, Issuer, Label, Reason, SiteId, User, UserId};
use domain::ports::{Clock, CodeFor, Entropy, Purpose, Site, Store};
use domain::secret::SharedSecret;
use domain::session::{Home, SessionToken};
use domain::site::{FactorKinds, PlainKey, Scope, SitePolicy, TrustedDays};
use domain::step_up::Caller;
use domain::ticket::{Admitted, Bearer};
use domain::time::Timestamp;
use std::time::Duration;

/// 2027-01-15, eight in the morning.
pub(crate) const MORNING: Timestamp = Timestamp::from_millis(1_800_000_000_000);
pub(crate) const EVENING: Timestamp = Timestamp::from_millis(1_800_000_000_000 + 10 * 3_600_000);
/// With an authenticator app.
pub(crate) const PEOPLE: usize = 5;

/// What was accepted.
pub(crate) enum Used {
    Totp(usize, String),
    Recovery(usize, String),
    Bypass(User, String),
    Mailed(User, ChallengeId, String),
    Enrollment(Caller, EnrollmentId, String),
    Ticket(Bearer),
    Device(User, Bearer),
    Session(SessionToken),
    Key(PlainKey),
}

pub(crate) struct Entry {
    pub(crate) at: Timestamp,
    pub(crate) used: Used,
}

pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) phone: SharedSecret,
    codes: Vec<PlainCode>,
}

/// What there was in the morning.
pub(crate) struct Cast {
    pub(crate) people: Vec<Person>,
    pub(crate) kept: PlainKey,
    pub(crate) revoked: PlainKey,
    site: SiteId,
    device: Bearer,
    session: SessionToken,
    bypass: String,
    mailed: (User, ChallengeId, String),
    enrolling: (Caller, EnrollmentId, SharedSecret),
    ticket: Bearer,
}

impl Cast {
    /// From half past seven on.
    pub(crate) async fn assemble(side: &Side) -> Self {
        let site = SiteId::from_uuid(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0015));
        let factor_kinds = FactorKinds::of(&FactorKinds::ALL).unwrap();
        let trusted_device_days = TrustedDays::new(30).unwrap();
        let policy = SitePolicy { factor_kinds, trusted_device_days, ..SitePolicy::default() };
        let issuer = Issuer::parse("Shop").unwrap();
        side.store.remember_site(&Site { id: site, issuer, policy }, side.clock.now()).await.unwrap();
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            people.push(set_up(side, site, number).await);
        }
        let (kept, revoked) = (key(side, site).await, key(side, site).await);
        let reachable = by_mail(side, site).await;
        let device = trusted(side, &people[0]).await;
        side.clock.set(MORNING - Duration::from_secs(30));
        let session = session(side, &people[2].user).await;
        let bypass = bypass(side, &people[1].user).await;
        let mailed = mailed_to(side, reachable).await;
        let enrolling = begun(side, &known(side, site, "new").await).await;
        let label = Label::parse("eve@example.com").unwrap();
        let ticket = side.two_factor.issue_session_ticket(&people[3].user, &label).await.unwrap().ticket;
        Self { people, kept, revoked, site, device, session, bypass, mailed, enrolling, ticket }
    }

    /// The day until six in the evening. Answers what was accepted.
    pub(crate) async fn live(&self, side: &Side, dice: &dyn Entropy) -> Vec<Entry> {
        let mut log = Vec::new();
        self.before_nine(side, &mut log).await;
        for (at, person, kind) in schedule(dice) {
            side.clock.set(at);
            let used = self.signs_in(side, person, kind).await;
            log.push(Entry { at, used });
        }
        side.sites.revoke_key(self.site, self.revoked.name(), side.clock.now(), None).await.unwrap();
        log
    }

    async fn before_nine(&self, side: &Side, log: &mut Vec<Entry>) {
        let (two_factor, place) = (&side.two_factor, Place::default());
        let mut accept =
            |seconds: u64, used| log.push(Entry { at: MORNING + Duration::from_secs(seconds), used });
        let at = |seconds: u64| side.clock.set(MORNING + Duration::from_secs(seconds));
        at(20);
        let admitted = two_factor.tear_ticket(&self.ticket, &place).await.unwrap();
        assert!(matches!(admitted, Some(Admitted::Session { .. })));
        accept(20, Used::Ticket(self.ticket.clone()));
        at(120);
        let (user, challenge, code) = &self.mailed;
        two_factor.answer_challenge(self.site, *challenge, code, Remember::No, &place).await.unwrap();
        accept(120, Used::Mailed(user.clone(), *challenge, code.clone()));
        at(180);
        let (caller, enrollment, phone) = &self.enrolling;
        let code = totp::code_at(phone, side.clock.now());
        two_factor.confirm_enrollment(caller, *enrollment, &code, "Pixel").await.unwrap();
        accept(180, Used::Enrollment(caller.clone(), *enrollment, code));
        at(300);
        let user = &self.people[1].user;
        let challenge = side.challenge(user).await.id;
        two_factor.answer_challenge(self.site, challenge, &self.bypass, Remember::No, &place).await.unwrap();
        accept(300, Used::Bypass(user.clone(), self.bypass.clone()));
        at(600);
        let found = two_factor.session(&self.session).await.unwrap().unwrap();
        two_factor.end_session(&Caller { session: found, place: place.clone() }).await.unwrap();
        accept(600, Used::Session(self.session.clone()));
        let user = &self.people[0].user;
        assert!(two_factor.recognize_device(user, &self.device, &place).await.unwrap());
        accept(600, Used::Device(user.clone(), self.device.clone()));
        accept(600, Used::Key(self.revoked.clone()));
    }

    async fn signs_in(&self, side: &Side, number: usize, kind: Kind) -> Used {
        let person = &self.people[number];
        let text = match kind {
            Kind::Totp => totp::code_at(&person.phone, side.clock.now()),
            Kind::Recovery => person.codes[0].expose().to_owned(),
        };
        let challenge = side.challenge(&person.user).await;
        let (site, place) = (self.site, Place::default());
        let answered =
            side.two_factor.answer_challenge(site, challenge.id, &text, Remember::No, &place).await;
        answered.unwrap();
        match kind {
            Kind::Totp => Used::Totp(number, text),
            Kind::Recovery => Used::Recovery(number, text),
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Totp,
    Recovery,
}

/// Two sign-ins by app and one by recovery code for everybody, in their order; one of them in the last step before the evening.
fn schedule(dice: &dyn Entropy) -> Vec<(Timestamp, usize, Kind)> {
    let mut all = vec![(EVENING - Duration::from_secs(5), 0, Kind::Totp)];
    for person in 0..PEOPLE {
        // In halves of the day of their own: no two fall into one step.
        for (half, kind) in [(1, Kind::Totp), (5, Kind::Totp), (3, Kind::Recovery)] {
            let mut random = [0; 8];
            dice.fill(&mut random);
            let millis = u64::from_be_bytes(random) % 3_600_000;
            if person > 0 || half != 5 {
                all.push((
                    MORNING + Duration::from_hours(half) + Duration::from_millis(millis),
                    person,
                    kind,
                ));
            }
        }
    }
    all.sort_by_key(|(at, ..)| *at);
    all
}

async fn known(side: &Side, site: SiteId, id: &str) -> User {
    let user = User { site, id: UserId::parse(id).unwrap() };
    side.two_factor.remember_user(&user, &Label::parse("ada@example.com").unwrap()).await.unwrap();
    user
}

async fn begun(side: &Side, user: &User) -> (Caller, EnrollmentId, SharedSecret) {
    let caller = side.signed_in(user).await;
    let begun = side.two_factor.begin_enrollment(&caller, Purpose::First).await.unwrap();
    let phone = SharedSecret::from_bytes(&from_base32(begun.provisioning.key.expose())).unwrap();
    (caller, begun.id, phone)
}

async fn set_up(side: &Side, site: SiteId, number: usize) -> Person {
    let user = known(side, site, &format!("person {number}")).await;
    let (caller, id, phone) = begun(side, &user).await;
    let code = totp::code_at(&phone, side.clock.now());
    let confirmed = side.two_factor.confirm_enrollment(&caller, id, &code, "Pixel").await.unwrap();
    side.two_factor.acknowledge_enrollment(&caller, id).await.unwrap();
    side.clock.advance(Duration::from_mins(1));
    Person { user, phone, codes: confirmed.recovery_codes.unwrap() }
}

async fn by_mail(side: &Side, site: SiteId) -> User {
    let user = known(side, site, "reachable").await;
    let address = EmailAddress::parse(&format!("r{}@example.com", std::process::id())).unwrap();
    side.two_factor.remember_email(&user, &address, &Place::default()).await.unwrap();
    let caller = side.signed_in(&user).await;
    let begun = side.two_factor.begin_email_enrollment(&caller, Purpose::First, "").await.unwrap();
    let code = letter(side, &user, begun.id.into()).await;
    side.two_factor.confirm_enrollment(&caller, begun.id, &code, "").await.unwrap();
    side.two_factor.acknowledge_enrollment(&caller, begun.id).await.unwrap();
    side.clock.advance(Duration::from_mins(2));
    user
}

async fn letter(side: &Side, user: &User, about: CodeFor) -> String {
    let since = side.clock.now() - Duration::from_hours(1);
    let codes = side.store.mailed_codes(user, since).await.unwrap();
    let code = codes.into_iter().find(|code| code.about == about && code.alive).unwrap();
    let due = side.two_factor.letters_due(u32::MAX).await.unwrap();
    let queued = due.into_iter().find(|queued| queued.id == code.id).unwrap();
    side.two_factor.open_letter(&queued).await.unwrap().unwrap().code.expose().to_owned()
}

async fn mailed_to(side: &Side, user: User) -> (User, ChallengeId, String) {
    let challenge = side.challenge(&user).await.id;
    side.two_factor.mail_challenge_code(user.site, challenge, &Place::default()).await.unwrap();
    let code = letter(side, &user, challenge.into()).await;
    (user, challenge, code)
}

async fn trusted(side: &Side, person: &Person) -> Bearer {
    let (challenge, site, place) =
        (side.challenge(&person.user).await.id, person.user.site, Place::default());
    let code = totp::code_at(&person.phone, side.clock.now());
    side.two_factor.answer_challenge(site, challenge, &code, Remember::No, &place).await.unwrap();
    let redeemed = side.two_factor.redeem_challenge(site, challenge, Remember::Device, &place).await;
    redeemed.unwrap().device.unwrap().token
}

async fn session(side: &Side, user: &User) -> SessionToken {
    let revision = side.store.user_state(user).await.unwrap().revision;
    let place = Place::default();
    side.two_factor.open_session(user, revision, Home::Standalone, true, &place).await.unwrap().unwrap().0
}

async fn bypass(side: &Side, user: &User) -> String {
    let minutes = BypassMinutes::new(BypassMinutes::LONGEST).unwrap();
    let issuing = Issuing { reason: Reason::parse("Forgot the phone").unwrap(), minutes };
    let issued = side.two_factor.issue_bypass_code(user, None, issuing, &Place::default()).await;
    issued.unwrap().0.expose().to_owned()
}

async fn key(side: &Side, site: SiteId) -> PlainKey {
    let key = PlainKey::new(side.entropy.as_ref());
    side.sites.create_key(site, &key, &[Scope::Verify], side.clock.now(), None).await.unwrap();
    key
}

/// RFC 4648, section 6, without padding.
fn from_base32(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        (rest, bits) = ((rest << 5) | u32::from(value), bits + 5);
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((rest >> bits) & 0xff).unwrap());
        }
    }
    bytes
}
