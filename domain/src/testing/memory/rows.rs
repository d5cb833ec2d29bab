//! The vectors, and what every verb does with them.

use super::claims::ClaimRow;
use crate::audit::Event;
use crate::budget::{Budget, BudgetChange};
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::letter_limit::LettersSent;
use crate::name::{EnrollmentId, SessionId, SiteId, User};
use crate::policy;
use crate::ports::{
    Authenticator, Challenge, ChallengeAccess, CodeSet, Consume, Credentials, Enrollment, EnrollmentState,
    MailedCode, NewCodeSet, OtherSessions, QueuedCode, Site, Spent, StoredBypassCode, StoredCode, Ticket,
    TrustedDevice, UserState,
};
use crate::session::{Session, TokenHash};
use crate::time::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) sites: HashMap<SiteId, Site>,
    pub(super) users: HashMap<User, UserState>,
    pub(super) budgets: HashMap<(User, FactorKind), Budget>,
    pub(super) enrollments: Vec<Enrollment>,
    /// Sets of confirmed enrollments, not active yet.
    pub(super) waiting: HashMap<EnrollmentId, CodeSet>,
    pub(super) challenges: Vec<Challenge>,
    pub(super) sessions: Vec<(TokenHash, Session)>,
    pub(super) tickets: Vec<Ticket>,
    pub(super) accesses: Vec<ChallengeAccess>,
    pub(super) devices: Vec<(TokenHash, TrustedDevice)>,
    pub(super) claims: Vec<ClaimRow>,
    pub(super) email_codes: Vec<(User, MailedCode)>,
    pub(super) letters: Vec<QueuedCode>,
    pub(super) letters_sent: HashMap<Vec<u8>, LettersSent>,
    pub(super) bypass_codes: HashMap<User, StoredBypassCode>,
    pub(super) events: Vec<Event>,
}

impl Rows {
    pub(super) fn user(&mut self, user: &User) -> &mut UserState {
        self.users.entry(user.clone()).or_default()
    }

    pub(super) fn state(&self, user: &User) -> UserState {
        let bypass_code = self.bypass_codes.get(user).cloned();
        self.users
            .get(user)
            .map_or_else(UserState::default, |known| UserState { bypass_code, ..known.clone() })
    }

    pub(super) fn budget(&mut self, user: &User, kind: FactorKind) -> &mut Budget {
        self.budgets.entry((user.clone(), kind)).or_default()
    }

    /// Every budget of the user, in the order of their kinds' names.
    pub(super) fn budgets_of(&self, user: &User) -> Vec<(FactorKind, Budget)> {
        let of_user = self.budgets.iter().filter(|((owner, _), budget)| owner == user && budget.version > 0);
        let mut budgets: Vec<_> = of_user.map(|((_, kind), budget)| (*kind, budget.clone())).collect();
        budgets.sort_by_key(|(kind, _)| kind.as_str());
        budgets
    }

    /// What an answer of this kind is judged against.
    pub(super) fn credentials(&self, user: &User, kind: FactorKind) -> Credentials {
        let UserState { authenticators, code_set, .. } = self.state(user);
        let own = |one: &Authenticator| one.kind == kind;
        Credentials {
            budget: self.budgets.get(&(user.clone(), kind)).cloned().unwrap_or_default(),
            others: self.budgets_of(user).into_iter().filter(|(other, _)| *other != kind).collect(),
            authenticators: authenticators.into_iter().filter(own).collect(),
            code_set: code_set.filter(|_| kind == FactorKind::RecoveryCode),
        }
    }

    pub(super) fn session(&mut self, id: SessionId) -> Option<&mut Session> {
        self.sessions.iter_mut().map(|(_, session)| session).find(|session| session.id == id)
    }

    /// Guard: nobody changed the budget since it was read.
    pub(super) fn take(&mut self, user: &User, change: BudgetChange) -> Option<()> {
        let budget = self.budget(user, change.kind);
        (budget.version + 1 == change.next.version).then(|| *budget = change.next)
    }

    /// Guards: the budget, and the one thing that is consumed.
    pub(super) fn spend(&mut self, spent: Spent) -> Option<()> {
        self.take(&spent.user, spent.budget)?;
        let state = self.user(&spent.user);
        match spent.consume {
            Consume::Step { authenticator, step } => {
                let found = state.authenticators.iter_mut().find(|one| one.id == authenticator)?;
                (found.watermark < step).then(|| {
                    found.watermark = step;
                    found.used_at = Some(spent.at);
                })
            }
            Consume::Code(id) => {
                let found = state.code_set.as_mut()?.codes.iter_mut().find(|one| one.id == id)?;
                found.used_at.is_none().then(|| found.used_at = Some(spent.at))
            }
            Consume::EmailCode(id) => self.use_code(&spent.user, id, spent.at),
            Consume::BypassCode(id) => {
                self.spend_answers(&spent.user);
                let found = self.bypass_codes.get_mut(&spent.user)?;
                (found.id == id && found.is_good(spent.at)).then(|| found.used_at = Some(spent.at))
            }
        }
    }

    /// What a change of factors does: every device is forgotten, a bypass code ended, and other sessions are ended or asked again.
    pub(super) fn disturb(&mut self, user: &User, others: OtherSessions) {
        self.devices.retain(|(_, one)| one.user != *user);
        self.bypass_codes.remove(user);
        self.spend_answers(user);
        let asked = self.challenges.iter_mut().filter(|one| one.user == *user);
        asked.for_each(|one| one.remember = Remember::No);
        match others {
            OtherSessions::End { but } => {
                self.cancel(user, |one| {
                    let kept = [Some(SessionId::SITE), but].contains(&one.session);
                    one.state == EnrollmentState::Pending && one.session.is_some() && !kept
                });
                self.sessions.retain(|(_, one)| one.user != *user || Some(one.id) == but);
            }
            OtherSessions::AskAgain { but } => {
                let others = self.sessions.iter_mut().map(|(_, session)| session);
                let others = others.filter(|one| one.user == *user && Some(one.id) != but);
                others.for_each(|one| one.stepped_up_at = None);
            }
        }
    }

    pub(super) fn tidy(&mut self, before: Timestamp) -> u64 {
        let rows = |rows: &Self| rows.challenges.len() + rows.enrollments.len() + rows.sessions.len();
        let had = rows(self);
        self.challenges.retain(|one| one.expires_at >= before);
        self.enrollments.retain(|one| one.expires_at >= before);
        self.sessions.retain(|(_, one)| one.seen_at + one.home.lifetime() >= before);
        u64::try_from(had - rows(self)).unwrap_or(0)
    }

    /// Ends what only a clock that ran ahead can have stamped.
    pub(super) fn end_ahead(&mut self, now: Timestamp) -> u64 {
        let rows = |rows: &Self| {
            let codes = rows.email_codes.len() + rows.bypass_codes.len() + rows.devices.len();
            let bearers = rows.tickets.len() + rows.accesses.len() + rows.claims.len();
            codes + bearers + rows.challenges.len() + rows.enrollments.len() + rows.sessions.len()
        };
        let had = rows(self);
        let came = |at: Timestamp| at.is_plausible(now);
        let within = |end: Timestamp, longest: Duration| end <= now.horizon() + longest;
        self.enrollments
            .retain(|one| came(one.begun_at) && within(one.expires_at, policy::ENROLLMENT_CONFIRMED));
        let enrollments = &self.enrollments;
        self.waiting.retain(|id, _| enrollments.iter().any(|one| one.id == *id));
        self.challenges.retain(|one| came(one.opened_at) && one.passed.is_none_or(|(_, at)| came(at)));
        self.tickets.retain(|one| within(one.expires_at, policy::TICKET));
        self.accesses.retain(|one| within(one.expires_at, policy::CHALLENGE_ENROLLING));
        self.devices.retain(|(_, one)| came(one.trusted_at));
        self.claims.retain(|one| came(one.at));
        self.email_codes.retain(|(_, one)| came(one.made_at));
        self.letters.retain(|one| came(one.made_at));
        self.bypass_codes.retain(|_, one| came(one.id.made_at()) && one.used_at.is_none_or(came));
        self.sessions.retain(|(_, one)| came(one.opened_at) && came(one.seen_at));
        let proofs = self.sessions.iter_mut().map(|(_, one)| &mut one.stepped_up_at);
        let ahead = proofs.filter(|at| at.is_some_and(|at| !came(at)));
        let asked = ahead.map(|at| *at = None).count();
        u64::try_from(had - rows(self) + asked).unwrap_or(0)
    }
}

pub(super) fn stored(set: NewCodeSet, at: Timestamp) -> CodeSet {
    let codes = set.codes.into_iter().map(|(id, hash)| StoredCode { id, hash, used_at: None });
    CodeSet { id: set.id, hashing: set.hashing, made_at: at, voided_at: None, codes: codes.collect() }
}

/// The authenticator that a confirmed enrollment becomes.
pub(super) fn enrolled(enrollment: &Enrollment, at: Timestamp) -> Authenticator {
    Authenticator {
        id: enrollment.authenticator,
        kind: enrollment.kind,
        name: enrollment.name.clone(),
        credential: enrollment.credential.clone(),
        watermark: enrollment.watermark,
        added_at: at,
        used_at: None,
    }
}
