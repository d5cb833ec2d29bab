//! Passwords: hashed, judged, and counted before anything is revealed.

use super::strangers::Strangers;
use crate::hashing::HashingThreads;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use domain::audit::{Event, EventKind, Place};
use domain::budget::{FREE, LONGEST_WAIT};
use domain::error::Fault;
use domain::name::User;
use domain::ports::{Clock, Entropy, StoreError};
use domain::time::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use storage::AccountStore;
use storage::account::{Account, Email};
use tokio::time::Instant;
use zeroize::Zeroizing;

/// ASVS 5.0, 11.4.2: Argon2id with one pass over 46 MiB.
const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;
const LANES: u32 = 1;
/// Of the same cost as every other: what a password is judged against where there is no account. Nothing matches it.
const NOBODY: &str =
    "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// A refusal leaves no earlier than this: whether something was written meanwhile does not show in its time.
const REFUSAL: Duration = Duration::from_millis(250);
/// Passwords that lose the race for their count are judged again this often.
const RACE_RETRIES: usize = 8;

/// Whose password is judged.
#[derive(Clone, Copy)]
pub enum Who<'a> {
    /// Whoever typed this address.
    Email(&'a str),
    /// A user that is signed in.
    User(&'a User),
}

/// What came of it.
#[derive(Debug)]
pub enum Judged {
    /// It is the password of this account.
    Right(Box<Account>),
    /// It is not, or there is no such account.
    Wrong,
    /// Nothing was judged, and nothing will be for this long.
    Wait(Duration),
}

/// The passwords of the accounts. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    accounts: AccountStore,
    hashing: HashingThreads,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    strangers: Arc<Mutex<Strangers>>,
}

impl Passwords {
    /// Joins the parts.
    pub fn new(
        accounts: AccountStore,
        hashing: HashingThreads,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { accounts, hashing, clock, entropy, strangers: Arc::default() }
    }

    /// Hashes a new password, exactly as it was typed, into a PHC string.
    ///
    /// # Errors
    /// [`Fault`] if there was no turn for it.
    pub async fn hash(&self, password: &str) -> Result<String, Fault> {
        let password = Zeroizing::new(password.to_owned());
        let mut salt = [0; 16];
        self.entropy.fill(&mut salt);
        let hashed = self.hashing.run(move || {
            let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            argon2.hash_password_with_salt(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
        });
        hashed.await.flatten().ok_or(Fault::Broken("a password could not be hashed"))
    }

    /// Judges a password. Of many that race, each wrong one is counted before the next one's verdict is known.
    ///
    /// # Errors
    /// [`Fault`] if it could not be judged or counted.
    pub async fn judge(&self, who: Who<'_>, password: &str, place: &Place) -> Result<Judged, Fault> {
        let begun = Instant::now();
        let judged = self.judge_at_once(who, password, place).await?;
        if let Judged::Wrong = judged {
            tokio::time::sleep_until(begun + REFUSAL).await;
        }
        Ok(judged)
    }

    async fn judge_at_once(&self, who: Who<'_>, password: &str, place: &Place) -> Result<Judged, Fault> {
        for _ in 0..RACE_RETRIES {
            let Some(account) = self.find(who).await? else {
                return self.judge_stranger(who, password).await;
            };
            if let Some(wait) = self.wait(account.password_not_before) {
                return Ok(Judged::Wait(wait));
            }
            // Judged all the same: neither the answer nor its time says that an account is deactivated.
            let right =
                self.matches(account.password_hash.as_deref(), password).await? && account.is_active();
            if right && self.is_as_seen(&account).await? {
                self.accounts.reset_password_failures(account.id).await?;
                return Ok(Judged::Right(Box::new(account)));
            }
            if !right && self.count(&account, place).await? {
                return Ok(Judged::Wrong);
            }
        }
        Ok(Judged::Wait(Duration::from_secs(1)))
    }

    /// The same work, and the same answers, as for an account.
    async fn judge_stranger(&self, who: Who<'_>, password: &str) -> Result<Judged, Fault> {
        let Who::Email(email) = who else { return Err(Fault::Broken("a user without an account")) };
        let not_before = self.strangers.lock().unwrap_or_else(PoisonError::into_inner).not_before(email);
        if let Some(wait) = self.wait(not_before) {
            return Ok(Judged::Wait(wait));
        }
        self.matches(None, password).await?;
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner).count(email, self.clock.now());
        Ok(Judged::Wrong)
    }

    async fn find(&self, who: Who<'_>) -> Result<Option<Account>, StoreError> {
        match who {
            Who::User(user) => self.accounts.account_by_user(user).await,
            Who::Email(text) => match Email::known(text) {
                Some(email) => self.accounts.account_by_email(&email).await,
                None => Ok(None),
            },
        }
    }

    async fn matches(&self, hash: Option<&str>, password: &str) -> Result<bool, Fault> {
        let (known, hash) = (hash.is_some(), hash.unwrap_or(NOBODY).to_owned());
        let password = Zeroizing::new(password.to_owned());
        let verdict = self.hashing.run(move || {
            let hash = PasswordHash::new(&hash).ok()?;
            Some(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        let verdict = verdict.await.flatten().ok_or(Fault::Broken("a password could not be judged"))?;
        Ok(verdict && known)
    }

    /// Whether nobody counted a wrong password since this account was read: a right one among many guesses that were
    /// made at once is worth no more than the first of them.
    async fn is_as_seen(&self, account: &Account) -> Result<bool, StoreError> {
        let again = self.accounts.account_by_user(&account.user).await?;
        Ok(again.is_some_and(|again| {
            again.password_failures == account.password_failures
                && again.password_hash == account.password_hash
                && again.is_active()
        }))
    }

    async fn count(&self, account: &Account, place: &Place) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let failures = u32::try_from(account.password_failures).unwrap_or(u32::MAX).saturating_add(1);
        let event = Event::new(EventKind::PasswordRefused, &account.user, place, now, self.entropy.as_ref());
        let not_before = now + delay(failures);
        self.accounts.count_password_failure(account.id, account.password_failures, not_before, event).await
    }

    /// What lies further ahead than the longest wait was stamped by a clock that ran ahead: nobody waits for it.
    fn wait(&self, not_before: Timestamp) -> Option<Duration> {
        let now = self.clock.now();
        not_before.ends_within(LONGEST_WAIT, now).then(|| not_before.since(now))
    }
}

/// 1 s after the fifth wrong password, then 2 s, 4 s … to 15 min: never for good (I12).
pub(super) fn delay(failures: u32) -> Duration {
    let Some(doublings) = failures.checked_sub(FREE) else { return Duration::ZERO };
    Duration::from_secs(1_u64.checked_shl(doublings).unwrap_or(u64::MAX)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests;
