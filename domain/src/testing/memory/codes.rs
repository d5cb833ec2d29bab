//! Codes by mail.

use super::rows::Rows;
use crate::factor::FactorKind;
use crate::factor::email_code::{self, Made, TRIES};
use crate::letter_limit::{LetterCounts, LetterLimit};
use crate::name::{EmailCodeId, User};
use crate::ports::{MailedCode, NewEmailCode, QueuedCode};
use crate::time::Timestamp;
use std::time::Duration;

impl Rows {
    pub(super) fn mail_code(&mut self, new: NewEmailCode) -> Option<()> {
        self.users.get(&new.user)?.label.as_ref()?;
        let of_user = self.email_codes.iter().filter(|(owner, _)| *owner == new.user);
        let made: Vec<Made> = of_user.map(|(_, code)| code.made()).collect();
        email_code::wait(&made, new.code.made_at).is_zero().then_some(())?;
        self.letter_wait(&new.counts, new.code.made_at).is_zero().then_some(())?;
        for limit in new.counts.limits() {
            let sent = self.letters_sent.entry(limit.scope.clone()).or_default();
            *sent = sent.with_one_more(&limit, new.code.made_at);
        }
        self.end_codes(&new.user);
        let (id, made_at) = (new.code.id, new.code.made_at);
        let (user, letter) = (new.user.clone(), new.letter);
        self.letters.push(QueuedCode { id, user, letter, made_at, due_at: made_at, attempts: 0 });
        self.email_codes.push((new.user, new.code));
        self.events.push(new.event);
        Some(())
    }

    pub(super) fn letter_wait(&self, counts: &LetterCounts, now: Timestamp) -> Duration {
        let wait =
            |limit: &LetterLimit| self.letters_sent.get(&limit.scope).map(|sent| sent.wait(limit, now));
        counts.limits().iter().filter_map(wait).max().unwrap_or_default()
    }

    /// Guard: it is good still.
    pub(super) fn use_code(&mut self, user: &User, id: EmailCodeId, at: Timestamp) -> Option<()> {
        self.good(user, id, at)?.alive = false;
        self.letters.retain(|one| one.id != id);
        let own = |one: &&mut crate::ports::Authenticator| one.kind == FactorKind::Email;
        if let Some(own) = self.user(user).authenticators.iter_mut().find(own) {
            own.used_at = Some(at);
        }
        Some(())
    }

    /// Guard: it is good still.
    pub(super) fn miss_code(&mut self, user: &User, id: EmailCodeId, at: Timestamp) -> Option<()> {
        let code = self.good(user, id, at)?;
        code.wrong += 1;
        code.alive = code.wrong < TRIES;
        Some(())
    }

    pub(super) fn letters_due(&self, now: Timestamp, limit: u32) -> Vec<QueuedCode> {
        let put_off = |at: Timestamp| at.ends_within(email_code::SENT_WITHIN, now);
        let due = self.letters.iter().filter(|one| !put_off(one.due_at));
        let mut due: Vec<QueuedCode> = due.cloned().collect();
        due.sort_by_key(|one| one.due_at);
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        due
    }

    /// Guard: nobody took it since it was seen.
    pub(super) fn take_letter(&mut self, seen: &QueuedCode, next: Timestamp) -> Option<()> {
        let letter = self.letters.iter_mut().find(|one| *one == seen)?;
        letter.due_at = next;
        letter.attempts += 1;
        Some(())
    }

    /// Leaves none that is good.
    pub(super) fn end_codes(&mut self, user: &User) {
        self.letters.retain(|one| one.user != *user);
        let of_user = self.email_codes.iter_mut().filter(|(owner, _)| owner == user);
        of_user.for_each(|(_, code)| code.alive = false);
    }

    fn good(&mut self, user: &User, id: EmailCodeId, at: Timestamp) -> Option<&mut MailedCode> {
        let mut codes = self.email_codes.iter_mut();
        let (_, code) = codes.find(|(owner, code)| owner == user && code.id == id)?;
        (code.is_good_for(code.about, at)).then_some(code)
    }
}
