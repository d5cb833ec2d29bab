//! A server in a folder of its own, and browsers that use it.

mod browser;
mod documented;
mod program;
mod protected;
mod totp;

pub(crate) use browser::{Answer, Ask, Browser};
pub(crate) use program::Program;
pub(crate) use protected::{Protected, protected};
pub(crate) use totp::code;

use axum::Router;
use clap::Parser;
use domain::audit::{Event, EventKind, Place};
use domain::ports::Clock;
use domain::seal::{KeyId, KeyRing, SealingKey};
use domain::session::SessionToken;
use domain::testing::{MovedClock, SeededEntropy};
use domain::time::Timestamp;
use server::config::{Given, Settings};
use server::standalone::{first_link, link};
use server::state::{Materials, Server};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use storage::account::{CreatedLink, Email, LinkPurpose, NewAccount, Role, user_of};
use storage::{AccountStore, Chain, Database};
use uuid::Uuid;

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A server. Its folder goes with it.
pub(crate) struct House {
    folder: Folder,
    pub(crate) clock: Arc<MovedClock>,
    pub(crate) server: Server,
    pub(crate) accounts: AccountStore,
    pub(crate) database: Database,
    pub(crate) router: Router,
    pub(crate) origin: String,
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    given: Given,
}

/// Settings as flags say them.
pub(crate) fn settings(flags: &[&str]) -> Settings {
    let line = std::iter::once("twofold").chain(flags.iter().copied());
    Line::try_parse_from(line).unwrap().given.settings().unwrap()
}

/// A folder, removed with what is in it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("twofold-server-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The sealing key file, for commands that are typed beside the server.
pub(crate) fn write_key(path: &std::path::Path, key: &[u8]) {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let _ = std::fs::remove_file(path);
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    writeln!(file.unwrap(), "1 {digits}").unwrap();
}

impl House {
    /// Without any account.
    pub(crate) async fn empty() -> Self {
        Self::at("http://localhost:3000").await
    }

    /// Reached under this URL.
    pub(crate) async fn at(public_url: &str) -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}/twofold.db", folder.0.display());
        Self::over(folder, &url, public_url).await
    }

    /// Reached under this URL, and by servers under these names, too.
    pub(crate) async fn called(public_url: &str, internal_hosts: &str) -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}/twofold.db", folder.0.display());
        Self::configured(folder, &url, &["--public-url", public_url, "--internal-hosts", internal_hosts])
            .await
    }

    /// With its figures kept.
    pub(crate) async fn measured() -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}/twofold.db", folder.0.display());
        Self::configured(folder, &url, &["--metrics-address", "127.0.0.1:0"]).await
    }

    /// Over this database.
    pub(crate) async fn over(folder: Folder, url: &str, public_url: &str) -> Self {
        Self::configured(folder, url, &["--public-url", public_url]).await
    }

    async fn configured(folder: Folder, url: &str, flags: &[&str]) -> Self {
        Self::in_database(folder, Database::open(url).await.unwrap(), url, flags).await
    }

    /// In this database, which was opened by this URL.
    pub(crate) async fn in_database(folder: Folder, database: Database, url: &str, flags: &[&str]) -> Self {
        storage::migrate(&database).await.unwrap();
        let clock = Arc::new(MovedClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let settings = settings(&[&["--database-url", url], flags].concat());
        write_key(&settings.sealing_key_file, &[7; 32]);
        let origin = settings.public_url.to_string();
        let (server, database) = joined(settings, database, Arc::clone(&clock), 7).await;
        let accounts = AccountStore::new(database.clone());
        let router = server::router(server.clone());
        Self { folder, clock, server, accounts, database, router, origin }
    }

    /// Another process over the same database: a replica, or this one after a restart.
    pub(crate) async fn replica(&self) -> (Server, Browser) {
        let database = Database::open(self.server.settings().database_url.expose()).await.unwrap();
        let (server, _) = joined(self.server.settings().clone(), database, Arc::clone(&self.clock), 8).await;
        let browser = Browser::new(server::router(server.clone()), &self.origin);
        (server, browser)
    }

    /// With the account [`EMAIL`], which is signed out.
    pub(crate) async fn with_account() -> Self {
        let house = Self::empty().await;
        house.create_account(EMAIL, PASSWORD).await;
        house
    }

    /// Creates an account by a link, and answers the browser that did.
    pub(crate) async fn create_account(&self, email: &str, password: &str) -> Browser {
        let mut browser = self.browser();
        let secret = if self.accounts.accounts_exist().await.unwrap() {
            self.account_link(email).await
        } else {
            self.first_link().await
        };
        let form = [("secret", secret.as_str()), ("email", email), ("password", password)];
        browser.post("/welcome", &form).await.leads_to("/account/security");
        browser
    }

    /// An account of this id, in which nobody can sign in.
    pub(crate) async fn account_of(&self, email: &str, id: &str) {
        let (id, secret) = (Uuid::parse_str(id).unwrap(), self.account_link(email).await);
        let (token, now) = (SessionToken::parse(&secret).unwrap().hash(), self.server.now());
        let new = NewAccount { id, email: Email::parse(email).unwrap(), password_hash: "$".to_owned() };
        let (user, place) = (user_of(id).unwrap(), Place::default());
        let event = Event::new(EventKind::AccountCreated, &user, &place, now, self.server.entropy());
        self.accounts.redeem_link(token, new, now, event).await.unwrap();
    }

    /// The secret of a new link for the first administrator.
    pub(crate) async fn first_link(&self) -> String {
        secret(&first_link(&self.server).await.unwrap().unwrap())
    }

    /// The secret of a new link for this address.
    pub(crate) async fn account_link(&self, email: &str) -> String {
        let email = Email::parse(email);
        let drawn =
            link::draw(LinkPurpose::Account, email, Role::Member, self.server.now(), self.server.entropy());
        assert_eq!(self.accounts.create_link(drawn.1).await.unwrap(), CreatedLink::Created);
        secret(&drawn.0.url(&self.server.settings().public_url))
    }

    /// Where its database lies.
    pub(crate) fn database_file(&self) -> PathBuf {
        self.folder.0.join("twofold.db")
    }

    /// The database as it lies on the disk: the file, and what was not moved into it yet.
    pub(crate) fn database_bytes(&self) -> Vec<u8> {
        let files = ["twofold.db", "twofold.db-wal"].map(|name| self.folder.0.join(name));
        files.iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), &self.origin)
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The code that an app with this key shows, or showed, so many seconds from now.
    pub(crate) fn code_of(&self, key: &str, seconds: i64) -> String {
        code(key, Timestamp::from_millis(self.clock.now().millis() + seconds * 1000))
    }

    /// The code that an app with this key shows now.
    pub(crate) fn code(&self, key: &str) -> String {
        code(key, self.clock.now())
    }
}

async fn joined(
    settings: Settings,
    database: Database,
    clock: Arc<MovedClock>,
    seed: u64,
) -> (Server, Database) {
    let entropy = Arc::new(SeededEntropy::new(seed));
    let keys = KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[7; 32]).unwrap())]).unwrap();
    let database = Chain::begin(database, &keys, entropy.clone(), clock.now()).await.unwrap();
    let materials = Materials { settings, database: database.clone(), keys, clock, entropy };
    (Server::new(materials), database)
}

fn secret(link: &str) -> String {
    link.split_once('#').unwrap().1.to_owned()
}
