//! Passwords: counted before they are hashed, judged, and settled before anything is revealed.
//!
//! An address with an account and one without take one path: the same statements, the same hash, the same answers. How
//! often who may try is [`domain::password_budget`]'s rule; the counts are in the database.

use super::known_browser;
use crate::hashing::{Asking, HashingThreads, Holder};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use domain::audit::{Event, EventKind, Place};
use domain::error::Fault;
use domain::password_budget::{Guesser, Network};
use domain::ports::{Clock, Entropy};
use domain::seal::KeyRing;
use domain::session::SessionToken;
use domain::step_up::Caller;
use std::sync::Arc;
use std::time::Duration;
use storage::AccountStore;
use storage::account::{Account, Claim, ClaimedTry, Email, PasswordTry};
use tokio::time::Instant;
use zeroize::Zeroizing;

/// ASVS 5.0, 11.4.2: Argon2id with one pass over 46 MiB.
const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;
const LANES: u32 = 1;
/// Of the same cost as every other: what a password is judged against where there is no account. Nothing matches it.
const NOBODY: &str =
    "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// A refusal leaves at a multiple of this after its request came, under load too: what was written meanwhile does not
/// show in its time.
const REFUSAL: Duration = Duration::from_millis(250);
/// What the digests are for under which tries are counted.
const COUNTER: &str = "password counter";

/// Whose password is judged.
#[derive(Clone, Copy)]
pub enum Who<'a> {
    /// Whoever typed this address.
    Email {
        /// As it was typed.
        typed: &'a str,
        /// What the browser shows for having been used before.
        browser: Option<&'a SessionToken>,
    },
    /// A user that is signed in.
    Session(&'a Caller),
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
    keys: KeyRing,
}

impl Passwords {
    /// Joins the parts.
    pub fn new(
        accounts: AccountStore,
        hashing: HashingThreads,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        keys: KeyRing,
    ) -> Self {
        Self { accounts, hashing, clock, entropy, keys }
    }

    /// Runs of Argon2 so far, here and for recovery codes.
    pub fn hashes(&self) -> u64 {
        self.hashing.runs()
    }

    /// Hashes a new password, exactly as it was typed, into a PHC string, in a turn of `whose` line.
    ///
    /// # Errors
    /// [`Fault`] if there was no turn for it.
    pub async fn hash(&self, whose: Holder, password: &str) -> Result<String, Fault> {
        let password = Zeroizing::new(password.to_owned());
        let mut salt = [0; 16];
        self.entropy.fill(&mut salt);
        let hashed = self.hashing.run(whose, move || {
            let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            argon2.hash_password_with_salt(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
        });
        hashed.await?.ok_or(Fault::Broken("a password could not be hashed"))
    }

    /// Judges a password. Of many that race no more are hashed than may be tried.
    ///
    /// # Errors
    /// [`Fault`] if there was no turn for it, or it could not be counted or judged.
    pub async fn judge(&self, who: Who<'_>, password: &str, place: &Place) -> Result<Judged, Fault> {
        let begun = Instant::now();
        let judged = self.judge_at_once(who, password, place).await?;
        if let Judged::Wrong = judged {
            tokio::time::sleep_until(begun + until_a_refusal(begun.elapsed())).await;
        }
        Ok(judged)
    }

    /// The turn comes first: what is shed was not counted, and strangers write no faster than they are hashed for.
    async fn judge_at_once(&self, who: Who<'_>, password: &str, place: &Place) -> Result<Judged, Fault> {
        let tried = self.tried(who, place).await?;
        let turn = self.hashing.turn(tried.asking(place)).await?;
        // The count is of now, and not of when the waiting began.
        let of = PasswordTry {
            subject: tried.subject,
            owner: tried.account.as_ref().map(|account| account.user.clone()),
            guesser: tried.guesser,
            at: self.clock.now(),
        };
        let claimed = match self.accounts.claim_password_try(of).await? {
            Claim::Taken(claimed) => claimed,
            Claim::Wait(wait) => return Ok(Judged::Wait(wait)),
        };
        let (hash, password) = (password_hash(tried.account.as_ref()), Zeroizing::new(password.to_owned()));
        let verdict = self.hashing.run_in(turn, move || {
            let hash = PasswordHash::new(&hash).ok()?;
            Some(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        let Some(matches) = verdict.await.flatten() else {
            self.accounts.return_password_try(claimed).await?;
            return Err(Fault::Broken("a password could not be judged"));
        };
        self.settle(tried.account, claimed, matches, place).await
    }

    async fn settle(
        &self,
        account: Option<Account>,
        claimed: ClaimedTry,
        matches: bool,
        place: &Place,
    ) -> Result<Judged, Fault> {
        // Judged all the same: neither the answer nor its time says that an account is deactivated.
        let (right, other) = match account {
            Some(account) if matches && account.is_active() => (Some(account), None),
            other => (None, other),
        };
        if let Some(account) = right {
            self.accounts.forgive_password_tries(claimed).await?;
            return Ok(Judged::Right(Box::new(account)));
        }
        let (now, kind) = (self.clock.now(), EventKind::PasswordRefused);
        let event = other.map(|account| Event::new(kind, &account.user, place, now, self.entropy.as_ref()));
        self.accounts.refuse_password(claimed, event).await?;
        Ok(Judged::Wrong)
    }

    async fn tried(&self, who: Who<'_>, place: &Place) -> Result<Tried, Fault> {
        let (account, counted, guesser) = match who {
            Who::Session(caller) => {
                let account = self.accounts.account_by_user(caller.user()).await?;
                let account = account.ok_or(Fault::Broken("a session without an account"))?;
                let counted = Email::counted_as(account.email.as_str());
                (Some(account), counted, Guesser::Session(caller.session.id))
            }
            Who::Email { typed, browser } => {
                let account = self.accounts.account_by_typed(typed).await?;
                let now = self.clock.now();
                let guesser = known_browser::guesser(&self.keys, browser, account.as_ref(), place, now)?;
                (account, Email::counted_as(typed), guesser)
            }
        };
        let subject = *self.keys.digest(self.keys.oldest(), COUNTER, &counted)?;
        Ok(Tried { account, subject, guesser })
    }
}

/// Who tries for whom.
struct Tried {
    account: Option<Account>,
    subject: [u8; 32],
    guesser: Guesser,
}

impl Tried {
    /// In whose line this waits. A browser is known, and a session alive, for an account alone.
    fn asking(&self, place: &Place) -> Asking {
        match (&self.guesser, &self.account) {
            (Guesser::Stranger(network), _) => Asking::Stranger(network.clone()),
            (Guesser::Browser(_) | Guesser::Session(_), Some(account)) => {
                Asking::Known(Holder::User(account.user.clone()))
            }
            (Guesser::Browser(_) | Guesser::Session(_), None) => {
                Asking::Stranger(Network::of(place.address.as_deref()))
            }
        }
    }
}

fn password_hash(account: Option<&Account>) -> String {
    account.and_then(|account| account.password_hash.as_deref()).unwrap_or(NOBODY).to_owned()
}

/// When a refusal leaves that is ready after `took`: at the next multiple of [`REFUSAL`].
fn until_a_refusal(took: Duration) -> Duration {
    let periods = took.as_millis().div_ceil(REFUSAL.as_millis()).max(1);
    REFUSAL.saturating_mul(u32::try_from(periods).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
