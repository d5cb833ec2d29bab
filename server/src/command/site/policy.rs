//! What a site allows its users and demands of them, as flags.

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use domain::factor::FactorKind;
use domain::policy::TRUSTED_DEVICE_DAYS;
use domain::site::{FactorKinds, SitePolicy, TrustedDays};
use domain::time::{Date, Timestamp};

#[derive(Args)]
pub(super) struct Policy {
    /// What its users can set up; once for each kind [default: totp]
    #[arg(long = "factor-kind", value_enum)]
    factor_kinds: Vec<KindName>,
    /// For how many days its users may have a device remembered: 0 (never) to 30 [default: 0]
    #[arg(long, value_name = "N")]
    trusted_device_days: Option<u32>,
    /// Whether its users have to set up a second factor before they are let in [default: no]
    #[arg(long, value_enum)]
    require_two_factor: Option<Answer>,
    /// The day from which on they have to, `2027-01-31` say, at midnight UTC; or `now` [default: now]
    #[arg(long, value_name = "DATE")]
    require_from: Option<String>,
    /// Whether its users are told by mail of every change of their factors, where it gave their address [default: yes]
    #[arg(long, value_enum)]
    tell_users: Option<Answer>,
}

#[derive(Clone, Copy, ValueEnum)]
enum KindName {
    /// An authenticator app; recovery codes belong to it
    Totp,
    /// Codes by mail; less safe
    Email,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Answer {
    Yes,
    No,
}

impl Policy {
    /// What is said here, and `under` where nothing is.
    pub(super) fn over(&self, under: SitePolicy, now: Timestamp) -> anyhow::Result<SitePolicy> {
        let mut policy = under;
        if !self.factor_kinds.is_empty() {
            let kinds: Vec<FactorKind> = self.factor_kinds.iter().copied().map(FactorKind::from).collect();
            policy.factor_kinds = FactorKinds::of(&kinds).context("that kind cannot be set up by itself")?;
        }
        if let Some(days) = self.trusted_device_days {
            let refused = || format!("a device is remembered for 0 to {TRUSTED_DEVICE_DAYS} days");
            policy.trusted_device_days = TrustedDays::new(days).with_context(refused)?;
        }
        if let Some(answer) = self.require_two_factor {
            policy.requires_two_factor = answer == Answer::Yes;
        }
        if let Some(answer) = self.tell_users {
            policy.tells_users = answer == Answer::Yes;
        }
        if let Some(date) = &self.require_from {
            ensure!(self.require_two_factor != Some(Answer::No), "--require-from is for what is required");
            policy = policy.requiring_from(from(date)?, now).context("that day is not ahead")?;
        } else if !policy.requires_two_factor {
            policy.required_from = None;
        }
        Ok(policy)
    }
}

/// `None`: at once.
fn from(date: &str) -> anyhow::Result<Option<Timestamp>> {
    if date == "now" {
        return Ok(None);
    }
    Ok(Some(Date::parse(date).context("write the day as in 2027-01-31")?.start()))
}

impl From<KindName> for FactorKind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Totp => Self::Totp,
            KindName::Email => Self::Email,
        }
    }
}
