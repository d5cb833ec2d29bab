//! Codes by mail: made for one ceremony, handed to the outbox, and found again when one is typed.
//!
//! Whoever asks for a code is answered when it stands in the outbox. Whether and when a mail server takes the letter
//! changes neither the answer nor its time.

use super::{TwoFactor, credential};
use crate::audit::{EventKind, Place};
use crate::enrollment::{Mailed, Sent};
use crate::error::{EnrollmentError, Fault, MailCodeError};
use crate::factor::FactorKind;
use crate::factor::email_code::{self, CodeDigest, EmailCode, Made};
use crate::letter_limit::{LetterCounts, Weight};
use crate::name::{AuthenticatorId, ChallengeId, EmailAddress, EmailCodeId, EnrollmentId, SiteId, User};
use crate::overview::EmailOffer;
use crate::policy;
use crate::ports::{CodeFor, Enrollment, MailedCode, NewEmailCode, NewEnrollment, Purpose, UserState};
use crate::seal::{Sealed, SealedFor};
use crate::step_up::Caller;
use crate::time::Timestamp;
use zeroize::Zeroizing;

impl TwoFactor {
    /// Begins the enrollment of an address, or goes on with the one that this session began, and mails a code to it: to
    /// the address that the site knows of the user, and only where it knows none to the one that was `typed`.
    ///
    /// # Errors
    /// [`EnrollmentError::NotAllowed`] where the site does not have it or no mail is sent;
    /// [`EnrollmentError::Address`] if it is none.
    pub async fn begin_email_enrollment(
        &self,
        caller: &Caller,
        purpose: Purpose,
        typed: &str,
    ) -> Result<Mailed, EnrollmentError> {
        let (user, now) = (caller.user(), self.now());
        if !self.mails_codes(user.site).await? {
            return Err(EnrollmentError::NotAllowed);
        }
        let state = self.state_for(user).await?;
        self.allow_begin(caller, &state, FactorKind::Email, purpose).await?;
        let address = match &state.email {
            Some(known) => known.clone(),
            None => EmailAddress::parse(typed).map_err(EnrollmentError::Address)?,
        };
        if let Some(pending) = self.pending_for(caller, purpose, &address, now).await? {
            return self.said_again(&pending, &address).await;
        }
        let letter = self.wait_for_letter(user, &address, Weight::Light, now).await?;
        let wait = self.wait_for_code(user, now).await?.max(letter);
        if !wait.is_zero() {
            return Err(EnrollmentError::TooSoon { wait });
        }
        let enrollment = self.email_enrollment(caller, purpose, &address, now)?;
        let event = self.event(EventKind::EnrollmentBegun, user, &caller.place, now);
        let at_once = policy::ENROLLMENTS_AT_ONCE;
        let event = event.of_factor(FactorKind::Email);
        let new = NewEnrollment { enrollment: enrollment.clone(), at_once, event };
        if !self.store().begin_enrollment(new).await? {
            return Err(EnrollmentError::TooMany);
        }
        let letter = self.mail(user, &address, Weight::Light, enrollment.id.into(), &caller.place).await?;
        Ok(Mailed { id: enrollment.id, letter, expires_at: enrollment.expires_at })
    }

    /// Mails another code for an enrollment that a code confirms here; the one before is good for nothing then.
    ///
    /// # Errors
    /// [`MailCodeError::TooSoon`] within a minute of the last one.
    pub async fn mail_enrollment_code(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<Sent, MailCodeError> {
        let pending = match self.confirmable_in(caller, id).await {
            Ok(pending) if pending.kind == FactorKind::Email => pending,
            Ok(_) => return Err(MailCodeError::Over),
            Err(EnrollmentError::Fault(fault)) => return Err(MailCodeError::Fault(fault)),
            Err(_) => return Err(MailCodeError::Over),
        };
        let address = self.open_address(&pending.user, pending.authenticator, &pending.credential)?;
        self.mail(caller.user(), &address, Weight::Light, id.into(), &caller.place).await
    }

    /// The pending enrollment of an address again, for the session that began it.
    ///
    /// # Errors
    /// [`EnrollmentError::NotFound`] for anybody else, and for another kind.
    pub async fn resume_email_enrollment(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<Mailed, EnrollmentError> {
        self.require_fresh(caller, &self.state_for(caller.user()).await?)?;
        let pending = self.pending(caller, id).await?;
        if pending.kind != FactorKind::Email {
            return Err(EnrollmentError::NotFound);
        }
        let address = self.open_address(&pending.user, pending.authenticator, &pending.credential)?;
        self.said_again(&pending, &address).await
    }

    /// Mails a code that answers this challenge.
    ///
    /// # Errors
    /// [`MailCodeError::NotSetUp`] if the user has no address that was confirmed.
    pub async fn mail_challenge_code(
        &self,
        site: SiteId,
        id: ChallengeId,
        place: &Place,
    ) -> Result<Sent, MailCodeError> {
        let challenge = self.store().challenge(site, id).await?;
        let open = challenge.filter(|challenge| challenge.is_open(self.now()));
        let challenge = open.ok_or(MailCodeError::Over)?;
        self.mail_to_own(&challenge.user, id.into(), place).await
    }

    /// Mails a code that steps this session up, or turns two-factor authentication off.
    ///
    /// # Errors
    /// [`MailCodeError::NotSetUp`] if the user has no address that was confirmed.
    pub async fn mail_step_up_code(&self, caller: &Caller) -> Result<Sent, MailCodeError> {
        self.mail_to_own(caller.user(), caller.session.id.into(), &caller.place).await
    }

    /// The code that was mailed for this and may still be typed: where it went, and when the next one may be asked for.
    ///
    /// # Errors
    /// [`Fault`] if it could not be read.
    pub async fn code_on_its_way(&self, user: &User, about: CodeFor) -> Result<Option<Sent>, Fault> {
        let now = self.now();
        let codes = self.codes_lately(user, now).await?;
        let Some(code) = codes.iter().find(|code| code.is_good_for(about, now)) else { return Ok(None) };
        let state = self.state_for(user).await?;
        let own = state.authenticators.iter().find(|one| one.kind == FactorKind::Email);
        Ok(own.map(|own| sent(own.name.as_str().to_owned(), code.expires_at, &codes, now)))
    }

    /// Whether codes by mail can be set up at this site.
    pub(super) async fn mails_codes(&self, site: SiteId) -> Result<bool, Fault> {
        Ok(self.parts.mails && self.site(site).await?.policy.factor_kinds.allow(FactorKind::Email))
    }

    /// What the Security tab offers of it.
    pub(super) async fn email_offer(&self, site: SiteId, state: &UserState) -> Result<EmailOffer, Fault> {
        let has = state.authenticators.iter().any(|one| one.kind == FactorKind::Email);
        if has || !self.mails_codes(site).await? {
            return Ok(EmailOffer::No);
        }
        Ok(state.email.as_ref().map_or(EmailOffer::Asked, |known| EmailOffer::Known(known.masked())))
    }

    /// The user's newest code first, as far back as they count.
    pub(super) async fn codes_lately(&self, user: &User, now: Timestamp) -> Result<Vec<MailedCode>, Fault> {
        Ok(self.store().mailed_codes(user, now - email_code::HOUR).await?)
    }

    async fn wait_for_code(&self, user: &User, now: Timestamp) -> Result<std::time::Duration, Fault> {
        Ok(email_code::wait(&made(&self.codes_lately(user, now).await?), now))
    }

    async fn wait_for_letter(
        &self,
        user: &User,
        address: &EmailAddress,
        weight: Weight,
        now: Timestamp,
    ) -> Result<std::time::Duration, Fault> {
        Ok(self.store().letter_wait(&self.code_counts(user, address, weight)?, now).await?)
    }

    /// Under which counts a letter of this site to this address falls, in whatever case it is written.
    ///
    /// # Errors
    /// [`Fault`] if the ring of keys is not whole.
    pub fn letter_counts(&self, site: SiteId, address: &str, weight: Weight) -> Result<LetterCounts, Fault> {
        let address = EmailAddress::comparable(address);
        let counted = match weight {
            Weight::Grave(notice) => format!("{address}\0{}\0{notice:?}", site.uuid()),
            Weight::Light | Weight::Confirmed | Weight::Link => address,
        };
        self.counts_of(site, &counted, weight)
    }

    /// What others have mailed to an address holds nobody's code back who has confirmed it.
    fn code_counts(
        &self,
        user: &User,
        address: &EmailAddress,
        weight: Weight,
    ) -> Result<LetterCounts, Fault> {
        if weight != Weight::Confirmed {
            return self.letter_counts(user.site, address.as_str(), weight);
        }
        let address = EmailAddress::comparable(address.as_str());
        let own = format!("{address}\0{}\0{}", user.site.uuid(), user.id.as_str());
        self.counts_of(user.site, &own, weight)
    }

    fn counts_of(&self, site: SiteId, counted: &str, weight: Weight) -> Result<LetterCounts, Fault> {
        let keys = &self.parts.keys;
        let address = *keys.digest(keys.oldest(), "letter count", counted.as_bytes())?;
        Ok(LetterCounts { address, weight, site, in_all: self.parts.letters_in_all })
    }

    async fn mail_to_own(&self, user: &User, about: CodeFor, place: &Place) -> Result<Sent, MailCodeError> {
        let state = self.state_for(user).await?;
        let own = state.authenticators.iter().find(|one| one.kind == FactorKind::Email);
        let own = own.filter(|_| self.parts.mails).ok_or(MailCodeError::NotSetUp)?;
        let address = self.open_address(user, own.id, &own.credential)?;
        self.mail(user, &address, Weight::Confirmed, about, place).await
    }

    /// One try: of two that ask at once, one is told to wait.
    async fn mail(
        &self,
        user: &User,
        address: &EmailAddress,
        weight: Weight,
        about: CodeFor,
        place: &Place,
    ) -> Result<Sent, MailCodeError> {
        let now = self.now();
        let id = EmailCodeId::new(now, self.entropy());
        let digits = EmailCode::new(self.entropy());
        let digest = CodeDigest::of(&self.parts.keys, self.parts.keys.active(), id, &digits)?;
        let text = Zeroizing::new(format!("{}\n{}", digits.expose(), address.as_str()));
        let letter = self.parts.keys.seal(self.entropy(), letter_of(user, id), text.as_bytes())?;
        let expires_at = now + email_code::LIFETIME;
        let code = MailedCode { id, about, digest, wrong: 0, alive: true, made_at: now, expires_at };
        let event = self.event(EventKind::EmailCodeMailed, user, place, now).of_factor(FactorKind::Email);
        let event = event.about(&address.masked()).under(id.event());
        let counts = self.code_counts(user, address, weight)?;
        let new = NewEmailCode { user: user.clone(), code: code.clone(), letter, counts, event };
        if self.store().mail_code(new).await? {
            let codes = self.codes_lately(user, now).await?;
            return Ok(sent(address.masked(), code.expires_at, &codes, now));
        }
        let wait =
            self.wait_for_code(user, now).await?.max(self.wait_for_letter(user, address, weight, now).await?);
        Err(if wait.is_zero() { MailCodeError::Over } else { MailCodeError::TooSoon { wait } })
    }

    /// The one that this session began for the same address.
    async fn pending_for(
        &self,
        caller: &Caller,
        purpose: Purpose,
        address: &EmailAddress,
        now: Timestamp,
    ) -> Result<Option<Enrollment>, Fault> {
        for one in self.store().live_enrollments(caller.user(), now).await? {
            if one.continues(FactorKind::Email, purpose, caller.session.id, now)
                && self.open_address(&one.user, one.authenticator, &one.credential)? == *address
            {
                return Ok(Some(one));
            }
        }
        Ok(None)
    }

    async fn said_again(&self, of: &Enrollment, address: &EmailAddress) -> Result<Mailed, EnrollmentError> {
        let now = self.now();
        let codes = self.codes_lately(&of.user, now).await?;
        let expires_at = of.expires_at;
        let found = codes.iter().find(|code| code.is_good_for(of.id.into(), now));
        // One that came to its end is said to be over: another one may be asked for, or may be soon.
        let good_until = found.map_or(now, |code| code.expires_at);
        let letter = sent(address.masked(), good_until, &codes, now);
        Ok(Mailed { id: of.id, letter, expires_at })
    }

    fn email_enrollment(
        &self,
        caller: &Caller,
        purpose: Purpose,
        address: &EmailAddress,
        now: Timestamp,
    ) -> Result<Enrollment, EnrollmentError> {
        let (user, authenticator) = (caller.user(), AuthenticatorId::new(now, self.entropy()));
        let sealed_for = credential(user, authenticator);
        let sealed = self.parts.keys.seal(self.entropy(), sealed_for, address.as_str().as_bytes())?;
        Ok(self.new_pending(
            caller,
            FactorKind::Email,
            purpose,
            authenticator,
            &address.masked(),
            sealed,
            now,
        )?)
    }

    fn open_address(&self, user: &User, id: AuthenticatorId, sealed: &Sealed) -> Result<EmailAddress, Fault> {
        let plain = self.parts.keys.open(credential(user, id), sealed)?;
        let text =
            std::str::from_utf8(&plain).map_err(|_| Fault::Broken("a sealed address that is no text"))?;
        Ok(EmailAddress::stored(text.to_owned()))
    }
}

pub(super) fn letter_of(user: &User, id: EmailCodeId) -> SealedFor<'_> {
    SealedFor { user, row: id.uuid(), what: "letter" }
}

fn made(codes: &[MailedCode]) -> Vec<Made> {
    codes.iter().map(MailedCode::made).collect()
}

fn sent(to: String, expires_at: Timestamp, codes: &[MailedCode], now: Timestamp) -> Sent {
    let wait = email_code::wait(&made(codes), now);
    Sent { to, expires_at, again_at: now + wait, wait }
}

impl From<MailCodeError> for EnrollmentError {
    fn from(error: MailCodeError) -> Self {
        match error {
            MailCodeError::TooSoon { wait } => Self::TooSoon { wait },
            MailCodeError::Over | MailCodeError::NotSetUp => Self::NotFound,
            MailCodeError::Fault(fault) => Self::Fault(fault),
        }
    }
}
