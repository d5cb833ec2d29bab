//! `twofold serve`.

use super::current::{is_in_use, proving};
use super::{say, starting};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use crate::mail::{self, Sender};
use crate::standalone::first_link;
use crate::state::{Materials, Server};
use crate::{assets, chaining, clock, pulse, sealing, serving, tidying, watching};
use anyhow::{Context, bail};
use axum::Router;
use clap::Args;
use domain::name::SiteId;
use domain::ports::{Clock, Site, Store};
use domain::site::{FactorKinds, SitePolicy};
use std::sync::Arc;
use storage::{Database, Progress, SqlStore};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

#[derive(Args)]
pub(super) struct Flags {
    /// Make a new, empty database even though there is a sealing key already
    #[arg(long)]
    create: bool,
    /// Do not bring the database up to date: refuse to start until `twofold migrate` did (as `migrate = false`)
    #[arg(long, conflicts_with = "create")]
    no_migrate: bool,
}

pub(super) async fn serve(settings: Settings, flags: &Flags) -> anyhow::Result<()> {
    if assets::missing() {
        bail!("this binary was built without its pages: build it with `cargo xtask build`");
    }
    let database = prepare(&settings, flags).await?;
    let clock = Arc::new(SystemClock::default());
    let site = built_in(&settings);
    let remembered = SqlStore::new(database.clone()).remember_site(&site, clock.now()).await;
    remembered.context("cannot write to the database")?;
    let server = assemble(settings, &database, Arc::clone(&clock)).await?;
    let listen = server.settings().listen;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let end = end()?;
    if let Some(link) = first_link(&server).await? {
        say(format_args!("Create the first administrator here, within 24 hours: {link}"))?;
    }
    say(format_args!("Twofold is ready: {}", server.settings().public_url))?;
    let mut workers = work_beside(&server, &clock, &database);
    if !send_letters(&server, &mut workers) {
        say(format_args!("No mail is sent: smtp_url names no mail server.{}", mailbox(server.settings())))?;
    }
    let (work, chain) = (server.work().clone(), server.chain().clone());
    serving::serve(listener, routes(server, Arc::clone(&clock)), end).await;
    if !work.ended_within(serving::FAREWELL).await {
        tracing::warn!("work was cut off at the end");
    }
    workers.shutdown().await;
    if let Err(error) = chain.count(clock.now(), true).await {
        tracing::error!(%error, "the events of the audit log could not be counted at the end");
    }
    database.close().await;
    Ok(())
}

/// The database, up to date.
async fn prepare(settings: &Settings, flags: &Flags) -> anyhow::Result<Database> {
    if flags.no_migrate || !settings.migrate {
        return starting::open_up_to_date(settings).await;
    }
    let database = starting::open(settings, flags.create, "serve").await?;
    let tell = |progress: Progress| match progress {
        Progress::Waiting | Progress::Blocked => tracing::warn!("{}", starting::in_words(&progress)),
        Progress::Applied(migration) => tracing::info!(migration, "applied"),
    };
    starting::migrate(&database, &tell).await?;
    Ok(database)
}

/// What goes on beside the requests, until it is shut down.
fn work_beside(server: &Server, clock: &Arc<SystemClock>, database: &Database) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    workers.spawn(tidying::tidy(server.clone()));
    workers.spawn(chaining::close(server.clone()));
    workers.spawn(pulse::listen(server.clone()));
    workers.spawn(clock::keep_watch(Arc::clone(clock), database.clone()));
    workers.spawn(watching::watch(database.clone()));
    workers
}

/// Sends letters, too, where there is a mail server. Answers whether there is one.
fn send_letters(server: &Server, workers: &mut JoinSet<()>) -> bool {
    let Some(sender) = Sender::new(server.settings()) else { return false };
    workers.spawn(mail::send_codes(server.clone(), sender.clone()));
    workers.spawn(mail::send(server.clone(), sender));
    true
}

/// Where letters can be read that are not sent.
fn mailbox(settings: &Settings) -> String {
    if mail::is_a_mailbox(settings) {
        format!(" What would be sent: {}/organization/mail", settings.public_url)
    } else {
        String::new()
    }
}

/// The site of the built-in sign-in, as the configuration has it.
fn built_in(settings: &Settings) -> Site {
    let trusted_device_days = settings.trusted_device_days;
    let factor_kinds = settings.email_codes.then(|| FactorKinds::of(&FactorKinds::ALL)).flatten();
    let factor_kinds = factor_kinds.unwrap_or_default();
    let policy = SitePolicy { factor_kinds, trusted_device_days, ..SitePolicy::default() };
    Site { id: SiteId::BUILT_IN, issuer: settings.issuer.clone(), policy }
}

async fn assemble(
    settings: Settings,
    database: &Database,
    clock: Arc<SystemClock>,
) -> anyhow::Result<Server> {
    let in_use = is_in_use(database).await.context("cannot read the database")?;
    let keys = sealing::read_or_create(&settings.sealing_key_file, in_use, &OsEntropy)?;
    sealing::check(&settings.sealing_key_file, &keys, database).await?;
    let database = proving(database.clone(), &keys, clock.now()).await?;
    Ok(Server::new(Materials { settings, database, keys, clock, entropy: Arc::new(OsEntropy) }))
}

#[cfg(not(feature = "test-clock"))]
fn routes(server: Server, _: Arc<SystemClock>) -> Router {
    crate::router(server)
}

#[cfg(feature = "test-clock")]
fn routes(server: Server, clock: Arc<SystemClock>) -> Router {
    tracing::warn!("this build lets anybody move its clock: it is for tests only");
    crate::router(server).merge(crate::test_clock::router(clock))
}

/// Comes when the process is asked to end: SIGTERM, or Ctrl-C.
fn end() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("ending");
    })
}
