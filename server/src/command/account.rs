//! `twofold account …`.

use super::current::{Changing, current};
use super::{deed, say};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use crate::standalone::link::{self, LinkSecret};
use anyhow::{Context, bail, ensure};
use clap::{Subcommand, ValueEnum};
use domain::audit::{Event, EventKind, Place};
use domain::ports::Clock;
use storage::account::{Account, Changed, CreatedLink, Email, LinkPurpose, Role};
use storage::{AccountStore, Database};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Print a one-time link with which somebody creates an account
    Create {
        /// The address the account will sign in with
        email: String,
        /// What it may do
        #[arg(long, value_enum, default_value_t = RoleName::Member)]
        role: RoleName,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a one-time link with which a new password is chosen; the second factor is asked for still
    ResetPassword {
        /// The address the account signs in with
        email: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Have an account sign in no more, and sign it out everywhere; its factors stay
    Deactivate {
        /// The address the account signs in with
        email: String,
    },
    /// Let a deactivated account sign in again
    Reactivate {
        /// The address the account signed in with
        email: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum RoleName {
    Admin,
    Member,
}

impl Verb {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        match self {
            Self::Create { email, role, json } => create(settings, &email, role, json).await,
            Self::ResetPassword { email, json } => reset_password(settings, &email, json).await,
            Self::Deactivate { email } => deactivate(settings, &email).await,
            Self::Reactivate { email } => reactivate(settings, &email).await,
        }
    }
}

async fn create(settings: &Settings, email: &str, role: RoleName, json: bool) -> anyhow::Result<()> {
    let email = Email::parse(email).context("that is not an e-mail address")?;
    let role = match role {
        RoleName::Admin => Role::Admin,
        RoleName::Member => Role::Member,
    };
    let database = current(settings).await?;
    let now = SystemClock::default().now();
    let (link, new) = link::draw(LinkPurpose::Account, Some(email), role, now, &OsEntropy);
    let expires_at = new.expires_at;
    match AccountStore::new(database.clone()).create_link(new).await.context("cannot store the link")? {
        CreatedLink::Created => {}
        CreatedLink::EmailTaken => bail!("there is an account with this address already"),
        CreatedLink::AccountExists | CreatedLink::Refused => bail!("the database refused the link"),
    }
    database.close().await;
    let url = link.url(&settings.public_url);
    if json {
        return say(serde_json::json!({ "link": url, "expires_at": expires_at.millis() }));
    }
    say(format_args!("Good once, for 24 hours: {url}"))
}

/// The way back for whoever has no administrator to ask.
async fn reset_password(settings: &Settings, email: &str, json: bool) -> anyhow::Result<()> {
    let changing = Changing::begin(settings).await?;
    let made = reset_password_in(&changing.database, email).await;
    changing.end().await;
    let url = made?.password_url(&settings.public_url);
    if json {
        return say(serde_json::json!({ "link": url }));
    }
    say(format_args!("Good once, for 30 minutes: {url}"))
}

async fn reset_password_in(database: &Database, email: &str) -> anyhow::Result<LinkSecret> {
    let (accounts, account) = find(database, email).await?;
    let event = event(&account, EventKind::PasswordLinkMade);
    let (secret, new) = link::for_password_by_hand(event, &OsEntropy);
    let made = accounts.make_password_link(account.id, &new).await.context("cannot store the link")?;
    ensure!(made, "nobody signs in with this account: it was deactivated, or its invitation waits");
    Ok(secret)
}

async fn deactivate(settings: &Settings, email: &str) -> anyhow::Result<()> {
    let changing = Changing::begin(settings).await?;
    let done = deactivate_in(&changing.database, email).await;
    changing.end().await;
    match done? {
        Changed::Done => say("Deactivated, and signed out everywhere."),
        Changed::Already => bail!("the account is deactivated already"),
        Changed::LastAdmin => bail!("this is the last active administrator"),
    }
}

async fn deactivate_in(database: &Database, email: &str) -> anyhow::Result<Changed> {
    let (accounts, account) = find(database, email).await?;
    let event = event(&account, EventKind::AccountDeactivated);
    accounts.deactivate(account.id, event).await.context("cannot deactivate the account")
}

async fn reactivate(settings: &Settings, email: &str) -> anyhow::Result<()> {
    let changing = Changing::begin(settings).await?;
    let done = reactivate_in(&changing.database, email).await;
    changing.end().await;
    ensure!(done?, "the account is not deactivated");
    say("Reactivated: it signs in with the password and the factors that it had.")
}

async fn reactivate_in(database: &Database, email: &str) -> anyhow::Result<bool> {
    let (accounts, account) = find(database, email).await?;
    let event = event(&account, EventKind::AccountReactivated);
    accounts.reactivate(account.id, event).await.context("cannot reactivate the account")
}

async fn find(database: &Database, email: &str) -> anyhow::Result<(AccountStore, Account)> {
    let email = Email::known(email).context("that is not an e-mail address")?;
    let accounts = AccountStore::new(database.clone());
    let found = accounts.account_by_email(&email).await.context("cannot read the account")?;
    Ok((accounts, found.context("there is no account with this address")?))
}

fn event(of: &Account, kind: EventKind) -> Event {
    let event = Event::new(kind, &of.user, &Place::default(), SystemClock::default().now(), &OsEntropy);
    event.done_by(deed::doer("twofold account").as_ref())
}
