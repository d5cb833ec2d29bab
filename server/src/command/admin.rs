//! `twofold admin …`: the way back for an administrator whom no other administrator can help.

use super::current::Changing;
use super::{deed, say};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use anyhow::{Context, bail, ensure};
use clap::Subcommand;
use domain::audit::{Event, EventKind, Place};
use domain::name::Reason;
use domain::ports::{Clock, ResetUser, Store};
use storage::account::{Account, AccountState, Email, Role};
use storage::{AccountStore, Database, SqlStore};

/// What the log gives as the reason.
const REASON: &str = "twofold admin recover, on the server";

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Take an administrator's second factors away and forgive wrong codes and passwords; the password stays
    Recover {
        /// The address the account signs in with
        email: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Verb {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        match self {
            Self::Recover { email, json } => recover(settings, &email, json).await,
        }
    }
}

async fn recover(settings: &Settings, email: &str, json: bool) -> anyhow::Result<()> {
    let email = Email::known(email).context("that is not an e-mail address")?;
    let changing = Changing::begin(settings).await?;
    let done = recover_in(&changing.database, &email).await;
    changing.end().await;
    let account = done?;
    let sign_in = format!("{}/sign-in", settings.public_url);
    if json {
        let (id, email) = (account.id.to_string(), account.email.as_str());
        return say(serde_json::json!({ "id": id, "email": email, "sign_in": sign_in }));
    }
    say(format_args!(
        "Two-factor authentication is off, and every session has ended. Sign in with the password, and set it up again: {sign_in}"
    ))
}

async fn recover_in(database: &Database, email: &Email) -> anyhow::Result<Account> {
    let accounts = AccountStore::new(database.clone());
    let found = accounts.account_by_email(email).await.context("cannot read the account")?;
    let account = found.context("there is no account with this address")?;
    if account.role != Role::Admin {
        bail!("that is no administrator: one of them can help, under Organization, Users");
    }
    match account.state() {
        AccountState::Active => {}
        AccountState::Invited => bail!("nobody has joined by the invitation of this account yet"),
        AccountState::Deactivated => {
            bail!("this account is deactivated: `twofold account reactivate {}` comes first", email.as_str())
        }
    }
    let reset = SqlStore::new(database.clone()).reset_user(reset_of(&account)?).await;
    ensure!(reset.context("cannot reset the account")?, "the account has no user: the database is damaged");
    Ok(account)
}

/// Everything that a lost phone, or whoever found it, could still be used for; and what the log says.
fn reset_of(account: &Account) -> anyhow::Result<ResetUser> {
    let (at, reason) = (SystemClock::default().now(), Reason::parse(REASON)?);
    let event = Event::new(EventKind::UserReset, &account.user, &Place::default(), at, &OsEntropy);
    let by = deed::doer("twofold admin recover");
    let events = vec![event.for_reason(Some(reason)).done_by(by.as_ref())];
    Ok(ResetUser { user: account.user.clone(), revision: None, at, events })
}
