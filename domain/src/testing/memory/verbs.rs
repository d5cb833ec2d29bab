//! The verbs that touch several rows. `None`: a guard did not hold, and the copy they worked on is thrown away.

use super::is_live;
use super::rows::{Rows, enrolled, stored};
use crate::audit::Event;
use crate::factor::FactorKind;
use crate::name::{ChallengeId, EnrollmentId, SessionId, SiteId, User};
use crate::ports::{
    Acknowledged, Authenticator, Challenge, ChallengeState, CodeSet, Confirmation, ConfirmedFirst,
    ConfirmedFurther, Consume, Enrollment, EnrollmentState, Grounds, NewEnrollment, NewSession, OpenedBy,
    PassedChallenge, RecognizedDevice, RedeemedChallenge, RefusedAnswer, RemovedAuthenticator, ReplacedCodes,
    Standing, SteppedUp, TornTicket, TrustedDevice, TurnedOff,
};
use crate::seal::Sealed;
use crate::session::{Session, TokenHash};
use crate::site::SitePolicy;
use crate::time::{TimeStep, Timestamp};

impl Rows {
    pub(super) fn begin_enrollment(&mut self, new: NewEnrollment) -> Option<()> {
        let now = new.enrollment.begun_at;
        let pending = self.enrollments.iter().filter(|one| {
            one.user == new.enrollment.user && one.state == EnrollmentState::Pending && is_live(one, now)
        });
        (pending.count() < new.at_once).then(|| {
            self.enrollments.push(new.enrollment);
            self.events.push(new.event);
        })
    }

    pub(super) fn confirm_first(&mut self, new: ConfirmedFirst) -> Option<()> {
        self.take(&new.user, new.budget)?;
        self.user(&new.user).protected_since.is_none().then_some(())?;
        self.use_first(&new.user, new.consume, new.at)?;
        let earlier = |one: &Enrollment| one.state == EnrollmentState::Confirmed;
        self.cancel(&new.user, |one| one.id != new.enrollment && earlier(one));
        let here = |one: &&mut Enrollment| {
            one.user == new.user && one.id == new.enrollment && one.is_confirmable_in(new.session, new.at)
        };
        let enrollment = self.enrollments.iter_mut().find(here)?;
        let step = new.consume.watermark();
        (step == TimeStep::NONE || step > enrollment.watermark).then_some(())?;
        enrollment.state = EnrollmentState::Confirmed;
        enrollment.session = new.session;
        enrollment.watermark = step;
        enrollment.name = new.name;
        enrollment.codes = Some(new.codes);
        enrollment.expires_at = new.expires_at;
        enrollment.confirmed = Some(Confirmation { at: new.at, place: new.event.place.clone() });
        self.waiting.insert(new.enrollment, stored(new.code_set, new.at));
        self.stands(&new.user, new.by)?;
        self.events.push(new.event);
        Some(())
    }

    pub(super) fn confirm_further(&mut self, new: ConfirmedFurther) -> Option<()> {
        self.take(&new.user, new.budget)?;
        self.stands(&new.user, new.by)?;
        self.user(&new.user).protected_since?;
        self.use_first(&new.user, new.consume, new.at)?;
        let enrollment = self.live(&new.user, new.enrollment, EnrollmentState::Pending, new.at)?;
        enrollment.watermark = new.consume.watermark();
        enrollment.name = new.name;
        let authenticator = enrolled(enrollment, new.at);
        wipe(enrollment, EnrollmentState::Acknowledged);
        let state = self.user(&new.user);
        if let Some(old) = new.replaces {
            let at = state.authenticators.iter().position(|one| one.id == old)?;
            state.authenticators.remove(at);
        }
        let is_address = |one: &Authenticator| one.kind == FactorKind::Email;
        let another = is_address(&authenticator) && state.authenticators.iter().any(is_address);
        (!another).then_some(())?;
        state.authenticators.push(authenticator);
        state.revision += 1;
        self.disturb(&new.user, new.others);
        self.events.push(new.event);
        Some(())
    }

    pub(super) fn acknowledge_enrollment(&mut self, new: Acknowledged) -> Option<()> {
        self.stands(&new.user, new.by)?;
        self.user(&new.user).protected_since.is_none().then_some(())?;
        let enrollment = self.live(&new.user, new.enrollment, EnrollmentState::Confirmed, new.at)?;
        (enrollment.session == new.session).then_some(())?;
        let kind = enrollment.kind;
        let authenticator = enrolled(enrollment, new.at);
        wipe(enrollment, EnrollmentState::Acknowledged);
        let code_set = self.waiting.remove(&new.enrollment)?;
        if let Some(id) = new.passes {
            let revision = self.user(&new.user).revision;
            let waits = |one: &&mut Challenge| {
                one.id == id && one.user == new.user && one.is_enrolling(new.at) && one.revision == revision
            };
            let challenge = self.challenges.iter_mut().find(waits)?;
            challenge.revision += 1;
            challenge.state = ChallengeState::Passed;
            challenge.passed = Some((kind, new.at));
            challenge.browser.clone_from(&new.events.last()?.place.browser);
        }
        let state = self.user(&new.user);
        state.authenticators.push(authenticator);
        state.code_set = Some(CodeSet { made_at: new.at, ..code_set });
        state.protected_since = Some(new.at);
        state.revision += 1;
        self.cancel(&new.user, |_| true);
        self.disturb(&new.user, new.others);
        self.events.extend(new.events);
        Some(())
    }

    pub(super) fn take_over_enrollments(
        &mut self,
        user: &User,
        from: SessionId,
        to: SessionId,
        now: Timestamp,
    ) {
        let of = |one: &&mut Enrollment| {
            one.user == *user && (one.is_pending_in(Some(from), now) || one.is_confirmed_in(Some(from), now))
        };
        self.enrollments.iter_mut().filter(of).for_each(|one| one.session = Some(to));
    }

    pub(super) fn cancel_enrollment(&mut self, user: &User, id: EnrollmentId, event: Event) -> Option<()> {
        let open = |one: &&mut Enrollment| {
            one.user == *user
                && one.id == id
                && matches!(one.state, EnrollmentState::Pending | EnrollmentState::Confirmed)
        };
        wipe(self.enrollments.iter_mut().find(open)?, EnrollmentState::Cancelled);
        self.waiting.remove(&id);
        self.events.push(event);
        Some(())
    }

    pub(super) fn refuse_answer(&mut self, refused: RefusedAnswer) -> Option<()> {
        self.take(&refused.user, refused.budget)?;
        if let Some(id) = refused.challenge {
            let revision = self.user(&refused.user).revision;
            let open =
                |one: &&mut Challenge| one.id == id && one.is_open(refused.at) && one.revision == revision;
            let challenge = self.challenges.iter_mut().find(open)?;
            challenge.failures += 1;
        }
        if let Some(id) = refused.email_code {
            self.miss_code(&refused.user, id, refused.at)?;
        }
        self.events.extend(refused.events);
        Some(())
    }

    pub(super) fn pass_challenge(&mut self, passed: PassedChallenge) -> Option<()> {
        let (at, kind, owner) = (passed.spent.at, passed.spent.budget.kind, passed.spent.user.clone());
        let bypass = matches!(passed.spent.consume, Consume::BypassCode(_));
        let revision = self.user(&passed.spent.user).revision;
        self.spend(passed.spent)?;
        let open =
            |one: &&mut Challenge| one.id == passed.challenge && one.is_open(at) && one.revision == revision;
        let challenge = self.challenges.iter_mut().find(open)?;
        challenge.state = ChallengeState::Passed;
        challenge.passed = Some((kind, at));
        challenge.browser.clone_from(&passed.event.place.browser);
        challenge.remember = passed.remember;
        if bypass {
            self.bypass_codes.get_mut(&owner)?.passed = Some(passed.challenge);
        }
        self.events.push(passed.event);
        passed.redeems.map_or(Some(()), |redeems| self.redeem_challenge(*redeems))
    }

    pub(super) fn redeem_challenge(&mut self, redeemed: RedeemedChallenge) -> Option<()> {
        self.since(&redeemed.user, redeemed.revision)?;
        let passed = |one: &&mut Challenge| {
            one.id == redeemed.challenge
                && one.user == redeemed.user
                && one.revision == redeemed.revision
                && one.state == ChallengeState::Passed
                && one
                    .passed
                    .is_some_and(|(_, at)| at > redeemed.passed_after && at.is_plausible(redeemed.event.at))
        };
        self.challenges.iter_mut().find(passed)?.state = ChallengeState::Redeemed;
        if let Some(new) = redeemed.device {
            self.devices.push((new.token, new.device));
            self.events.push(new.event);
        }
        if let Some(new) = redeemed.opens {
            self.open_session(*new)?;
        }
        self.events.push(redeemed.event);
        Some(())
    }

    /// Whoever opens one looks at the user's revision, and at what is required of them where nothing is asked.
    pub(super) fn open_session(&mut self, new: NewSession) -> Option<()> {
        let user = &new.session.user;
        self.since(user, new.revision)?;
        if let Some(at) = new.unasked_at {
            let (state, site) = (self.state(user), self.sites.get(&user.site));
            let policy = site.map_or_else(SitePolicy::default, |site| site.policy.clone());
            let due = state.demand.under(&policy, at).is_due(at);
            (state.protected_since.is_some() || !due).then_some(())?;
        }
        self.sessions.push((new.token, new.session));
        self.events.push(new.event);
        Some(())
    }

    /// As it is read: one that was opened under another revision is over.
    pub(super) fn challenge(&self, site: SiteId, id: ChallengeId) -> Option<Challenge> {
        let found = self.challenges.iter().find(|one| one.id == id && one.user.site == site)?;
        let current = self.state(&found.user).revision == found.revision;
        let over = matches!(found.state, ChallengeState::Redeemed | ChallengeState::Cancelled);
        let state = if current || over { found.state } else { ChallengeState::Cancelled };
        Some(Challenge { state, ..found.clone() })
    }

    /// Guard: the session is alive and proved, or a challenge that has its user enroll stands for it.
    pub(super) fn stands(&self, user: &User, by: Option<Standing>) -> Option<()> {
        let Some(by) = by else { return Some(()) };
        let proved = |one: &Session| match by.grounds {
            Grounds::Alive => true,
            Grounds::Proved { after } => one.stepped_up_at > Some(after),
            Grounds::LetPast { sign_in, after } => {
                one.sign_in == Some(sign_in) && self.is_let_past(user, sign_in, after)
            }
        };
        let alive = |one: &Session| one.id == by.session && one.user == *user && proved(one);
        let waits = |one: &Challenge| {
            one.id.uuid() == by.session.uuid() && one.user == *user && one.state == ChallengeState::Enrolling
        };
        let held = self.sessions.iter().any(|(_, one)| alive(one)) || self.challenges.iter().any(waits);
        held.then_some(())
    }

    /// Whether a bypass code passed this challenge, and no authenticator has answered since. Every change ends the code.
    fn is_let_past(&self, user: &User, sign_in: ChallengeId, after: Timestamp) -> bool {
        let code = self.bypass_codes.get(user).filter(|code| code.passed == Some(sign_in));
        let used_at = code.and_then(|code| code.used_at).filter(|at| *at > after);
        let silent = |at: Timestamp| self.state(user).authenticators.iter().all(|one| one.used_at < Some(at));
        used_at.is_some_and(silent)
    }

    /// Guard: the user is known, and nothing changed since `revision`.
    pub(super) fn since(&self, user: &User, revision: i64) -> Option<()> {
        let state = self.users.get(user).filter(|state| state.label.is_some())?;
        (state.revision == revision).then_some(())
    }

    pub(super) fn tear_ticket(&mut self, torn: TornTicket) -> Option<()> {
        self.tickets.iter_mut().find(|one| one.hash == torn.hash && one.is_good(torn.at))?.torn = true;
        match torn.opened {
            OpenedBy::Session(new) => self.open_session(*new)?,
            OpenedBy::Challenge(access) => self.accesses.push(access),
        }
        Some(())
    }

    pub(super) fn recognize_device(&mut self, recognized: RecognizedDevice) -> Option<()> {
        let RecognizedDevice { device, trusted_after, revision, opens, event } = recognized;
        self.since(&device.user, revision)?;
        let this = |one: &TrustedDevice| one.id == device.id && one.user == device.user;
        let lasts = |one: &TrustedDevice| one.trusted_at > trusted_after && one.expires_at > event.at;
        let believed = |one: &TrustedDevice| one.trusted_at.is_plausible(event.at) && lasts(one);
        let found = self.devices.iter_mut().find(|(_, one)| this(one) && believed(one))?;
        found.1.used_at = Some(event.at);
        self.events.push(event);
        opens.map_or(Some(()), |new| self.open_session(*new))
    }

    pub(super) fn step_up(&mut self, stepped_up: SteppedUp) -> Option<()> {
        self.since(&stepped_up.event.user, stepped_up.revision)?;
        if let Some(spent) = stepped_up.spent {
            self.spend(spent)?;
        }
        let of = |(_, one): &&mut (TokenHash, Session)| one.id == stepped_up.session;
        let (token, session) = self.sessions.iter_mut().find(of)?;
        session.stepped_up_at = Some(stepped_up.at);
        *token = stepped_up.token.unwrap_or(*token);
        self.events.push(stepped_up.event);
        Some(())
    }

    pub(super) fn remove_authenticator(&mut self, removed: RemovedAuthenticator) -> Option<()> {
        self.stands(&removed.user, removed.by)?;
        let state = self.user(&removed.user);
        (state.revision == removed.revision).then_some(())?;
        let at = state.authenticators.iter().position(|one| one.id == removed.authenticator)?;
        state.authenticators.remove(at);
        state.revision += 1;
        self.end_codes(&removed.user);
        self.disturb(&removed.user, removed.others);
        self.events.push(removed.event);
        Some(())
    }

    pub(super) fn replace_recovery_codes(&mut self, new: ReplacedCodes) -> Option<()> {
        self.stands(&new.user, new.by)?;
        let state = self.user(&new.user);
        state.protected_since?;
        (state.revision == new.revision).then_some(())?;
        state.code_set = Some(stored(new.code_set, new.at));
        state.revision += 1;
        self.disturb(&new.user, new.others);
        self.events.push(new.event);
        Some(())
    }

    pub(super) fn turn_off(&mut self, turned_off: TurnedOff) -> Option<()> {
        let user = turned_off.spent.user.clone();
        self.stands(&user, turned_off.by)?;
        self.user(&user).protected_since?;
        self.spend(turned_off.spent)?;
        self.switch_off(&user);
        self.disturb(&user, turned_off.others);
        self.events.push(turned_off.event);
        Some(())
    }

    /// What the code of an enrollment uses up: a mailed one. A step is its enrollment's own.
    fn use_first(&mut self, user: &User, consume: Consume, at: Timestamp) -> Option<()> {
        match consume {
            Consume::Step { .. } => Some(()),
            Consume::EmailCode(id) => self.use_code(user, id, at),
            Consume::Code(_) | Consume::BypassCode(_) => None,
        }
    }

    /// Leaves nothing that answers, and nothing to be answered.
    pub(super) fn switch_off(&mut self, user: &User) {
        self.end_codes(user);
        let state = self.user(user);
        state.protected_since = None;
        state.authenticators.clear();
        state.code_set = None;
        state.revision += 1;
        self.cancel(user, |_| true);
        let challenges = self.challenges.iter_mut().filter(|one| one.user == *user);
        let over =
            |one: &Challenge| matches!(one.state, ChallengeState::Redeemed | ChallengeState::Cancelled);
        challenges.filter(|one| !over(one)).for_each(|one| one.state = ChallengeState::Cancelled);
    }

    fn live(
        &mut self,
        user: &User,
        id: EnrollmentId,
        state: EnrollmentState,
        now: Timestamp,
    ) -> Option<&mut Enrollment> {
        let mut all = self.enrollments.iter_mut();
        all.find(|one| one.user == *user && one.id == id && one.state == state && one.is_running(now))
    }

    pub(super) fn cancel(&mut self, user: &User, which: impl Fn(&Enrollment) -> bool) {
        let open = |one: &&mut Enrollment| {
            one.user == *user && matches!(one.state, EnrollmentState::Pending | EnrollmentState::Confirmed)
        };
        for enrollment in self.enrollments.iter_mut().filter(open).filter(|one| which(one)) {
            wipe(enrollment, EnrollmentState::Cancelled);
            self.waiting.remove(&enrollment.id);
        }
    }
}

/// Ends an enrollment; what was sealed in it is gone.
fn wipe(enrollment: &mut Enrollment, state: EnrollmentState) {
    enrollment.state = state;
    enrollment.credential = Sealed::from_bytes(Vec::new());
    enrollment.codes = None;
}
