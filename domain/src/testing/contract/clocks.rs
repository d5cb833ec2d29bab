//! What a clock that ran ahead has stamped: it is not live and does not count, in any guard.

use super::bench::{Bench, NOW};
use super::mailing;
use crate::audit::{Event, EventKind, Place};
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::factor::bypass_code::BypassDigest;
use crate::factor::email_code::CodeDigest;
use crate::idempotency::KeyHash;
use crate::name::{BypassCodeId, ChallengeId, ClaimId, EmailCodeId, EnrollmentId, SessionId};
use crate::policy::{CHALLENGE_REDEEMABLE, CLAIM_ABANDONED, CLAIM_FORGOTTEN};
use crate::ports::{
    Action, Challenge, ChallengeAccess, ChallengeState, CodeFor, Consume, Enrollment, Fingerprint,
    IssuedBypassCode, MailedCode, NewChallenge, NewClaim, NewEmailCode, NewEnrollment, OpenedBy,
    PassedChallenge, Purpose, RedeemedChallenge, Spent, StoredBypassCode, Ticket, TicketFor, TornTicket,
};
use crate::seal::{KeyId, Sealed};
use crate::session::TokenHash;
use crate::time::{TimeStep, Timestamp};
use std::time::Duration;

/// A minute ahead and one second more, an hour ahead, and a day in 2106.
const AHEAD: [Duration; 3] =
    [Duration::from_secs(61), Duration::from_hours(1), Duration::from_hours(79 * 365 * 24)];
/// As far ahead as another replica's clock may be.
const A_LITTLE: Duration = Duration::from_secs(59);

fn event(bench: &Bench, kind: EventKind, at: Timestamp) -> Event {
    Event::new(kind, &bench.user, &Place::default(), at, &bench.entropy)
}

async fn opened(bench: &Bench, at: Timestamp) -> ChallengeId {
    let challenge = Challenge {
        id: ChallengeId::new(at, &bench.entropy),
        user: bench.user.clone(),
        action: Action(crate::name::Name::parse("sign_in").unwrap()),
        state: ChallengeState::Open,
        failures: 0,
        opened_at: at,
        expires_at: at + Duration::from_mins(5),
        passed: None,
        browser: None,
        remember: Remember::No,
        revision: bench.state().await.revision,
    };
    let id = challenge.id;
    let event = event(bench, EventKind::ChallengeOpened, at);
    let new = NewChallenge { challenge, ticket: None, under: None, event };
    assert!(bench.store.open_challenge(new).await.unwrap());
    id
}

async fn passes(bench: &Bench, challenge: ChallengeId, consume: Consume, at: Timestamp) -> bool {
    let kind = match consume {
        Consume::Step { .. } => FactorKind::Totp,
        Consume::Code(_) => FactorKind::RecoveryCode,
        Consume::EmailCode(_) => FactorKind::Email,
        Consume::BypassCode(_) => FactorKind::BypassCode,
    };
    let spent = Spent { at, ..bench.spent(kind, consume).await };
    let event = event(bench, EventKind::ChallengePassed, at);
    let passed = PassedChallenge { challenge, spent, remember: Remember::No, redeems: None, event };
    bench.store.pass_challenge(passed).await.unwrap()
}

pub async fn a_challenge_of_a_clock_ahead_is_neither_passed_nor_redeemed(bench: Bench) {
    let state = bench.protected().await;
    let mut step = 101;
    for ahead in AHEAD {
        let challenge = opened(&bench, NOW + ahead).await;
        assert!(!passes(&bench, challenge, Bench::step(&state, step), NOW).await, "{ahead:?}");
        assert_eq!(bench.state().await.authenticators, state.authenticators, "and nothing is spent");
    }
    for (ahead, redeemable) in [(A_LITTLE, true), (AHEAD[0], false), (AHEAD[1], false), (AHEAD[2], false)] {
        step += 1;
        let (challenge, at) = (opened(&bench, NOW + ahead).await, NOW + ahead);
        let fresh = bench.state().await;
        assert!(passes(&bench, challenge, Bench::step(&fresh, step), at).await, "by the same clock");
        let redeemed = RedeemedChallenge {
            user: bench.user.clone(),
            challenge,
            passed_after: NOW - CHALLENGE_REDEEMABLE,
            revision: fresh.revision,
            device: None,
            opens: None,
            event: event(&bench, EventKind::ChallengeRedeemed, NOW),
        };
        assert_eq!(bench.store.redeem_challenge(redeemed).await.unwrap(), redeemable, "{ahead:?}");
    }
}

pub async fn a_ticket_of_a_clock_ahead_opens_nothing(bench: Bench) {
    bench.remembered().await;
    for (number, ahead, opens) in
        [(1, A_LITTLE, true), (2, AHEAD[0], false), (3, AHEAD[1], false), (4, AHEAD[2], false)]
    {
        let (hash, user) = (bench.token(number), bench.user.clone());
        let expires_at = NOW + ahead + crate::policy::TICKET;
        let ticket = Ticket {
            hash,
            user: user.clone(),
            opens: TicketFor::Session { sign_in: None },
            expires_at,
            torn: false,
        };
        bench.store.issue_ticket(ticket).await.unwrap();
        let challenge = ChallengeId::new(NOW, &bench.entropy);
        let access = ChallengeAccess { token: bench.token(100 + number), user, challenge, expires_at };
        let torn = TornTicket { hash, at: NOW, opened: OpenedBy::Challenge(access) };
        assert_eq!(bench.store.tear_ticket(torn).await.unwrap(), opens, "{ahead:?}");
    }
}

fn enrollment(bench: &Bench, begun_at: Timestamp) -> Enrollment {
    let (id, expires_at) = (EnrollmentId::new(begun_at, &bench.entropy), begun_at + Duration::from_mins(10));
    Enrollment { id, begun_at, expires_at, ..bench.enrollment(Purpose::First) }
}

async fn begins(bench: &Bench, enrollment: &Enrollment) -> bool {
    let event = event(bench, EventKind::EnrollmentBegun, enrollment.begun_at);
    let new = NewEnrollment { enrollment: enrollment.clone(), at_once: 3, event };
    bench.store.begin_enrollment(new).await.unwrap()
}

pub async fn an_enrollment_of_a_clock_ahead_is_not_gone_on_with_and_takes_no_place(bench: Bench) {
    bench.remembered().await;
    let ahead = AHEAD.map(|ahead| enrollment(&bench, NOW + ahead));
    for one in &ahead {
        assert!(begins(&bench, one).await);
    }
    assert_eq!(bench.store.live_enrollments(&bench.user, NOW).await.unwrap(), []);
    for one in &ahead {
        let confirmation = bench.confirmation(one).await;
        assert!(!bench.store.confirm_first(confirmation).await.unwrap());
    }
    for _ in 0..3 {
        assert!(begins(&bench, &enrollment(&bench, NOW)).await, "there is room for three");
    }
    // One of now that a clock ahead confirmed: it would wait for its recovery codes for eighty years and a day.
    let of_now = bench.store.live_enrollments(&bench.user, NOW).await.unwrap().remove(0);
    let at = NOW + AHEAD[1];
    let mut confirmation = bench.confirmation(&of_now).await;
    (confirmation.at, confirmation.expires_at) = (NOW, at + Duration::from_hours(24));
    assert!(bench.store.confirm_first(confirmation).await.unwrap());
    assert!(!bench.store.acknowledge_enrollment(bench.acknowledgement(&of_now)).await.unwrap());
    assert_eq!(bench.state().await.protected_since, None);
}

async fn mailed(bench: &Bench, at: Timestamp) -> Option<EmailCodeId> {
    let id = EmailCodeId::new(at, &bench.entropy);
    let about: CodeFor = SessionId::new(at, &bench.entropy).into();
    let code = MailedCode {
        id,
        about,
        digest: CodeDigest { key: KeyId(1), digest: [5; 32] },
        wrong: 0,
        alive: true,
        made_at: at,
        expires_at: at + Duration::from_mins(10),
    };
    let event = event(bench, EventKind::EmailCodeMailed, at).under(id.event());
    let (letter, counts) = (Sealed::from_bytes(vec![4; 80]), mailing::counts(bench));
    let new = NewEmailCode { user: bench.user.clone(), code, letter, counts, event };
    bench.store.mail_code(new).await.unwrap().then_some(id)
}

pub async fn a_code_that_a_clock_ahead_mailed_is_good_for_nothing_and_holds_nobody_off(bench: Bench) {
    bench.protected().await;
    for (n, ahead) in AHEAD.into_iter().enumerate() {
        let id = mailed(&bench, NOW + ahead).await.unwrap();
        let challenge = opened(&bench, NOW).await;
        assert!(!passes(&bench, challenge, Consume::EmailCode(id), NOW).await, "{ahead:?}");
        let due = bench.store.letters_due(NOW, u32::MAX).await.unwrap();
        // What waits a minute longer than usual is looked at then; what would wait for years is, now, to be given up.
        assert_eq!(due.iter().any(|letter| letter.id == id), n > 0, "{ahead:?}");
    }
    let id = mailed(&bench, NOW).await.unwrap();
    let challenge = opened(&bench, NOW).await;
    assert!(passes(&bench, challenge, Consume::EmailCode(id), NOW).await);
}

pub async fn a_bypass_code_of_a_clock_ahead_passes_nothing(bench: Bench) {
    bench.protected().await;
    for (ahead, good) in [(AHEAD[0], false), (AHEAD[1], false), (AHEAD[2], false), (A_LITTLE, true)] {
        let at = NOW + ahead;
        let (id, digest) =
            (BypassCodeId::new(at, &bench.entropy), BypassDigest { key: KeyId(1), digest: [6; 32] });
        let expires_at = at + Duration::from_mins(1);
        let code = StoredBypassCode { id, digest, expires_at, used_at: None, passed: None };
        let (user, event) = (bench.user.clone(), event(&bench, EventKind::BypassCodeIssued, at));
        assert!(bench.store.issue_bypass_code(IssuedBypassCode { user, code, event }).await.unwrap());
        let stored = bench.store.bypass_code(&bench.user).await.unwrap().unwrap();
        assert_eq!(stored.is_good(NOW), good, "{ahead:?}");
        let challenge = opened(&bench, NOW).await;
        assert_eq!(passes(&bench, challenge, Consume::BypassCode(id), NOW).await, good, "{ahead:?}");
    }
}

fn claiming(bench: &Bench, number: u8, at: Timestamp) -> NewClaim {
    NewClaim {
        user: bench.user.clone(),
        key: KeyHash(bench.token(number).0),
        claim: ClaimId::new(at, &bench.entropy),
        fingerprint: Fingerprint { key: KeyId(1), digest: [number; 32] },
        at,
        abandoned: at - CLAIM_ABANDONED,
        forgotten: at - CLAIM_FORGOTTEN,
        answered: None,
    }
}

pub async fn a_claim_of_a_clock_ahead_holds_its_key_from_nobody(bench: Bench) {
    for (number, ahead, free) in
        [(1, A_LITTLE, false), (2, AHEAD[0], true), (3, AHEAD[1], true), (4, AHEAD[2], true)]
    {
        assert!(bench.store.claim_key(claiming(&bench, number, NOW + ahead)).await.unwrap());
        let again = bench.store.claim_key(claiming(&bench, number, NOW)).await.unwrap();
        assert_eq!(again, free, "{ahead:?}");
    }
}

pub async fn an_unlock_lowers_a_watermark_that_lies_ahead_and_no_other(bench: Bench) {
    let state = bench.protected().await;
    let highest = TimeStep::at(NOW).offset(1);
    for (left, expected) in [
        // The confirming step, the present one, and the latest that a phone may show: each was answered with.
        (TimeStep::from_number(101), TimeStep::from_number(101)),
        (TimeStep::at(NOW), TimeStep::at(NOW)),
        (highest, highest),
        // What nobody's phone shows by now was left by a clock ahead.
        (highest.offset(1), highest),
        (highest.offset(120), highest),
        (TimeStep::at(NOW + AHEAD[2]), highest),
    ] {
        let challenge = opened(&bench, NOW).await;
        let consume = Consume::Step { authenticator: state.authenticators[0].id, step: left };
        let rises = bench.state().await.authenticators[0].watermark < left;
        assert_eq!(passes(&bench, challenge, consume, NOW).await, rises);
        assert!(bench.store.unlock_user(&bench.user, bench.event(EventKind::UserUnlocked)).await.unwrap());
        assert_eq!(bench.state().await.authenticators[0].watermark, expected, "{left:?}");
        let again = opened(&bench, NOW).await;
        let consume = Consume::Step { authenticator: state.authenticators[0].id, step: expected };
        assert!(!passes(&bench, again, consume, NOW).await, "no step is answered with twice");
    }
    let consume = Consume::Step { authenticator: state.authenticators[0].id, step: highest.offset(1) };
    let challenge = opened(&bench, NOW).await;
    assert!(passes(&bench, challenge, consume, NOW).await, "the next one is");
}

/// No other case has stamped anything there: ending what lies ahead ends everybody's.
const BEYOND: Timestamp = Timestamp::from_millis(NOW.millis() + 300 * 365 * 86_400_000);

/// What a person and a site hold that was stamped `ahead` of [`BEYOND`].
struct Held {
    challenge: ChallengeId,
    ticket: TokenHash,
    enrollment: EnrollmentId,
    session: TokenHash,
}

impl Held {
    async fn since(bench: &Bench, number: u8, ahead: Duration) -> Self {
        let at = BEYOND + ahead;
        let challenge = opened(bench, at).await;
        let (ticket, session) = (bench.token(number), bench.token(100 + number));
        let opens = TicketFor::Session { sign_in: None };
        let expires_at = at + crate::policy::TICKET;
        let issued = Ticket { hash: ticket, user: bench.user.clone(), opens, expires_at, torn: false };
        bench.store.issue_ticket(issued).await.unwrap();
        let begun = Enrollment { purpose: Purpose::Further, ..enrollment(bench, at) };
        assert!(begins(bench, &begun).await);
        bench.session(100 + number).await;
        let opened = bench.store.session(session).await.unwrap().unwrap();
        assert!(bench.store.touch_session(&opened, at).await.unwrap());
        Self { challenge, ticket, enrollment: begun.id, session }
    }

    /// How much of it is there.
    async fn left(&self, bench: &Bench) -> usize {
        let site = bench.user.site;
        let challenge = bench.store.challenge(site, self.challenge).await.unwrap().is_some();
        let ticket = bench.store.ticket(self.ticket).await.unwrap().is_some();
        let enrollment = bench.store.enrollment(&bench.user, self.enrollment).await.unwrap().is_some();
        let session = bench.store.session(self.session).await.unwrap().is_some();
        [challenge, ticket, enrollment, session].into_iter().filter(|is_there| *is_there).count()
    }
}

pub async fn what_a_clock_ahead_stamped_is_ended_and_nothing_else(bench: Bench) {
    let state = bench.protected().await;
    let of_now = Held::since(&bench, 1, Duration::ZERO).await;
    let a_little = Held::since(&bench, 2, A_LITTLE).await;
    let mut ahead = Vec::new();
    for (number, span) in (3..).zip(AHEAD) {
        ahead.push(Held::since(&bench, number, span).await);
    }
    let bypass = BypassCodeId::new(BEYOND + AHEAD[1], &bench.entropy);
    let digest = BypassDigest { key: KeyId(1), digest: [6; 32] };
    let expires_at = BEYOND + AHEAD[1] + Duration::from_mins(1);
    let code = StoredBypassCode { id: bypass, digest, expires_at, used_at: None, passed: None };
    let event = event(&bench, EventKind::BypassCodeIssued, BEYOND + AHEAD[1]);
    let issued = IssuedBypassCode { user: bench.user.clone(), code, event };
    assert!(bench.store.issue_bypass_code(issued).await.unwrap());
    assert!(bench.store.end_ahead(BEYOND).await.unwrap() >= 13, "four of each and the bypass code");
    assert_eq!(
        (of_now.left(&bench).await, a_little.left(&bench).await),
        (4, 4),
        "what a right clock stamped stays"
    );
    for one in &ahead {
        assert_eq!(one.left(&bench).await, 0);
    }
    assert_eq!(bench.store.bypass_code(&bench.user).await.unwrap(), None);
    let fresh = bench.state().await;
    assert_eq!(
        (fresh.authenticators, fresh.code_set),
        (state.authenticators, state.code_set),
        "and no factor goes"
    );
}
