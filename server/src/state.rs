//! What every handler works with.

use crate::config::Settings;
use crate::hashing::HashingThreads;
use crate::pulse::Pulse;
use crate::serving::Connections;
use crate::standalone::{FirstFactor, Passwords};
use crate::telemetry::metrics::Metrics;
use crate::work::Work;
use domain::ports::{Clock, ClockStanding, Entropy, StoreError};
use domain::seal::KeyRing;
use domain::time::Timestamp;
use domain::{Parts, TwoFactor};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use storage::{
    AccountStore, Authority, Chain, Database, FileLost, Outbox, Requirements, Sites, SqlStore, Unready,
};

/// The server: its settings, the core, the accounts. Cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    settings: Settings,
    database: Database,
    accounts: AccountStore,
    sites: Sites,
    outbox: Outbox,
    chain: Chain,
    requirements: Requirements,
    passwords: Passwords,
    two_factor: TwoFactor,
    store: SqlStore,
    keys: KeyRing,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    work: Work,
    pulse: Pulse,
    draining: AtomicBool,
    hashing: HashingThreads,
    connections: Connections,
    metrics: Metrics,
}

/// What an administrator changes things with. Each deed is stored where they still may do it, and nowhere else.
pub(crate) struct Acting {
    /// Accounts.
    pub(crate) accounts: AccountStore,
    /// Sites and keys.
    pub(crate) sites: Sites,
    /// What is required of roles.
    pub(crate) requirements: Requirements,
    /// Factors, and what is required of users.
    pub(crate) two_factor: TwoFactor,
}

/// What a server is made of.
pub struct Materials {
    /// The settings.
    pub settings: Settings,
    /// The database, migrated.
    pub database: Database,
    /// The sealing keys.
    pub keys: KeyRing,
    /// The present moment.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Server {
    /// Joins the parts.
    pub fn new(of: Materials) -> Self {
        let Materials { settings, database, keys, clock, entropy } = of;
        let (hasher, accounts) = (HashingThreads::default(), AccountStore::new(database.clone()));
        let (sites, outbox) = (Sites::new(database.clone()), Outbox::new(database.clone()));
        let chain = Chain::new(database.clone(), keys.clone());
        let requirements = Requirements::new(database.clone());
        let passwords = Passwords::new(
            accounts.clone(),
            hasher.clone(),
            Arc::clone(&clock),
            Arc::clone(&entropy),
            keys.clone(),
        );
        let store = SqlStore::new(database.clone());
        let two_factor = TwoFactor::new(Parts {
            store: Arc::new(store.clone()),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            hasher: Arc::new(hasher.clone()),
            first_factor: Some(Arc::new(FirstFactor::new(passwords.clone()))),
            keys: keys.clone(),
            mails: crate::mail::is_sent_or_shown(&settings),
            letters_in_all: settings.mail_per_hour,
        });
        let metrics = Metrics::new(settings.metrics_address.is_some());
        Self(Arc::new(Inner {
            settings,
            database,
            accounts,
            sites,
            outbox,
            chain,
            requirements,
            passwords,
            two_factor,
            store,
            keys,
            clock,
            entropy,
            work: Work::default(),
            pulse: Pulse::new(),
            draining: AtomicBool::new(false),
            hashing: hasher,
            connections: Connections::default(),
            metrics,
        }))
    }

    /// From now on whoever asks is told that this server is about to end.
    pub(crate) fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    /// Whether it is about to end.
    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The accounts of standalone mode.
    pub fn accounts(&self) -> &AccountStore {
        &self.0.accounts
    }

    /// The sites that embed Twofold, and their API keys.
    pub fn sites(&self) -> &Sites {
        &self.0.sites
    }

    /// What is to be told by mail.
    pub fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }

    /// The hash chain over the audit log.
    pub fn chain(&self) -> &Chain {
        &self.0.chain
    }

    /// What is required of accounts.
    pub fn requirements(&self) -> &Requirements {
        &self.0.requirements
    }

    /// Their passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// The verification core.
    pub fn two_factor(&self) -> &TwoFactor {
        &self.0.two_factor
    }

    /// What this administrator changes things with.
    pub(crate) fn acting(&self, by: &Authority) -> Acting {
        Acting {
            accounts: self.0.accounts.on_word_of(by),
            sites: self.0.sites.on_word_of(by),
            requirements: self.0.requirements.on_word_of(by),
            two_factor: self.0.two_factor.storing_in(Arc::new(self.0.store.on_word_of(by))),
        }
    }

    /// The sealing keys.
    pub fn keys(&self) -> &KeyRing {
        &self.0.keys
    }

    /// Randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        self.0.entropy.as_ref()
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The requests under way.
    pub fn work(&self) -> &Work {
        &self.0.work
    }

    /// The figures of this process.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The threads for hashing.
    pub(crate) fn hashing(&self) -> &HashingThreads {
        &self.0.hashing
    }

    /// The connections of clients.
    pub fn connections(&self) -> &Connections {
        &self.0.connections
    }

    /// What waits in the database, and how the connections to it stand.
    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    /// Whether the database was heard of.
    pub(crate) fn pulse(&self) -> &Pulse {
        &self.0.pulse
    }

    /// How the clock stands.
    pub fn clock(&self) -> ClockStanding {
        self.0.clock.standing()
    }

    /// Whether the database's file is still the one that was opened.
    ///
    /// # Errors
    /// [`FileLost`] if it is not, from then on for ever.
    pub fn check_file(&self) -> Result<(), FileLost> {
        self.0.database.check_file()
    }

    /// Whether a commit is seen from another connection.
    ///
    /// # Errors
    /// [`Unready`], which says what is wrong.
    pub async fn prove_commit(&self) -> Result<(), Unready> {
        self.0.database.prove_commit().await
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it gives none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.0.database.ping().await
    }
}
