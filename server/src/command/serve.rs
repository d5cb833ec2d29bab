//! `twofold serve`.

use super::{current, say, starting};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use crate::mail::{self, Sender};
use crate::serving::Limits;
use crate::standalone::first_link;
use crate::state::{Materials, Server};
use crate::{assets, chaining, clock, pulse, scraping, sealing, serving, supervisor, tidying, watching};
use anyhow::{Context, bail};
use axum::Router;
use clap::Args;
use domain::name::SiteId;
use domain::ports::{Clock, Site, Store};
use domain::site::{FactorKinds, SitePolicy};
use domain::time::Timestamp;
use std::sync::Arc;
use storage::{Chain, Database, Progress, SqlStore};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[derive(Args)]
pub(super) struct Flags {
    /// Make a new, empty database even though there is a sealing key already; refused where there is a database
    #[arg(long)]
    create: bool,
    /// Do not bring the database up to date: refuse to start until `twofold migrate` did (as `migrate = false`)
    #[arg(long, conflicts_with = "create")]
    no_migrate: bool,
}

pub(super) async fn serve(settings: Settings, flags: &Flags) -> anyhow::Result<()> {
    let database = prepare(&settings, flags).await?;
    database.look_through().await?;
    if assets::missing() {
        bail!("this binary was built without its pages: build it with `cargo xtask build`");
    }
    let clock = Arc::new(SystemClock::default());
    let server = assemble(settings, &database, Arc::clone(&clock)).await?;
    let site = built_in(server.settings());
    let remembered = SqlStore::new(database.clone()).remember_site(&site, clock.now()).await;
    remembered.context("cannot write to the database")?;
    let listen = server.settings().listen;
    let listener = serving::listen(listen).with_context(|| format!("cannot listen on {listen}"))?;
    let limits = Limits::of(server.settings()).within(serving::files::raise());
    let scraped = scraped(server.settings())?;
    let end = end(server.clone())?;
    if let Some(link) = first_link(&server).await? {
        announce(format_args!("Create the first administrator here, within 24 hours: {link}"));
    }
    announce(format_args!("Twofold is ready: {}", server.settings().public_url));
    let mut workers = Workers::begin(&server, &clock, &database);
    if !workers.send_letters(&server) {
        announce(format_args!(
            "No mail is sent: smtp_url names no mail server.{}",
            mailbox(server.settings())
        ));
    }
    if let Some(listener) = scraped {
        workers.all.spawn(scraping::serve(listener, server.clone()));
    }
    let (work, chain) = (server.work().clone(), server.chain().clone());
    let connections = server.connections().clone();
    supervisor::ready();
    serving::serve_counted(listener, routes(server, Arc::clone(&clock)), limits, &connections, end).await;
    if !work.ended_within(serving::LAST_WORK).await {
        tracing::warn!("work was cut off at the end");
    }
    workers.all.shutdown().await;
    let last = let_go(&chain, clock.now(), &database);
    if tokio::time::timeout(serving::LAST_WORK, last).await.is_err() {
        // Nothing hangs on it: a transaction that did not commit is rolled back by the database.
        tracing::warn!("the database did not answer at the end: its connections were cut off");
    }
    Ok(())
}

async fn let_go(chain: &Chain, now: Timestamp, database: &Database) {
    if let Err(error) = chain.count(now, true).await {
        tracing::error!(%error, "the events of the audit log could not be counted at the end");
    }
    database.close().await;
}

/// Where the figures are read, if they are to be.
fn scraped(settings: &Settings) -> anyhow::Result<Option<TcpListener>> {
    let listen = |address| {
        serving::listen(address)
            .with_context(|| format!("cannot listen on {address}, which is metrics_address"))
    };
    settings.metrics_address.map(listen).transpose()
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

/// Says it to whoever started the server, and goes on where nobody listens.
fn announce(line: impl std::fmt::Display) {
    if let Err(error) = say(line) {
        tracing::warn!(error = format!("{error:#}"), "what a person should read was not written");
    }
}

/// What goes on beside the requests, until it is shut down or the database is lost.
struct Workers {
    all: JoinSet<()>,
    there: watch::Receiver<()>,
}

impl Workers {
    fn begin(server: &Server, clock: &Arc<SystemClock>, database: &Database) -> Self {
        let (watching, there) = watch::channel(());
        let mut workers = Self { all: JoinSet::new(), there };
        workers.add(tidying::tidy(server.clone()));
        workers.add(chaining::close(server.clone()));
        workers.add(pulse::listen(server.clone()));
        workers.add(clock::keep_watch(Arc::clone(clock), database.clone()));
        workers.add(clock::listen_to_phones(server.clone()));
        workers.add(clock::end_what_lies_ahead(server.clone(), Arc::clone(clock)));
        workers.all.spawn(watching::watch(database.clone(), watching));
        workers
    }

    fn add(&mut self, worker: impl Future<Output = ()> + Send + 'static) {
        self.all.spawn(watching::while_there(self.there.clone(), worker));
    }

    /// Sends letters, too, where there is a mail server. Answers whether there is one.
    fn send_letters(&mut self, server: &Server) -> bool {
        let Some(sender) = Sender::new(server.settings()) else { return false };
        self.add(mail::send_codes(server.clone(), sender.clone()));
        self.add(mail::send(server.clone(), sender));
        true
    }
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
    let in_use = sealing::is_in_use(database).await.context("cannot read the database")?;
    let keys = sealing::read_or_create(&settings.sealing_key_file, in_use, &OsEntropy)?;
    let checked = sealing::check(&settings.sealing_key_file, &keys, database).await;
    checked.with_context(|| current::place(&settings))?;
    let database = current::proving(database.clone(), &keys, clock.now()).await?;
    database.keep_to(keys.checks()).await.context("cannot read the database")?;
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

/// Comes when the process is to end: a while after SIGTERM, in which `/readyz` says so, or at once with Ctrl-C.
fn end(server: Server) -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {
                supervisor::stopping();
                let drain = server.settings().drain;
                tracing::info!(seconds = drain.as_secs(), "draining");
                server.drain();
                tokio::select! {
                    () = tokio::time::sleep(drain) => {}
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
            _ = interrupt.recv() => supervisor::stopping(),
        }
        tracing::info!("ending");
    })
}
