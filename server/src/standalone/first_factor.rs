//! The passwords as the core asks for them, before a dangerous change.

use super::passwords::{Judged, Passwords, Who};
use async_trait::async_trait;
use domain::error::Fault;
use domain::ports::FirstFactorVerdict;
use domain::step_up::Caller;

/// The first factor of the accounts.
pub struct FirstFactor(Passwords);

impl FirstFactor {
    /// By these passwords.
    pub fn new(passwords: Passwords) -> Self {
        Self(passwords)
    }
}

#[async_trait]
impl domain::ports::FirstFactor for FirstFactor {
    async fn prove(&self, caller: &Caller, password: &str) -> Result<FirstFactorVerdict, Fault> {
        Ok(match self.0.judge(Who::Session(caller), password, &caller.place).await? {
            Judged::Right(_) => FirstFactorVerdict::Right,
            Judged::Wrong => FirstFactorVerdict::Wrong,
            Judged::Wait(wait) => {
                FirstFactorVerdict::Wait { millis: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) }
            }
        })
    }
}
