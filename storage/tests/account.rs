//! The verbs of standalone mode, races included, on SQLite and on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test panics where it fails, and prints what it saw"
)]

#[macro_use]
mod support;

use domain::audit::{Event, EventKind, Place};
use domain::name::{ChallengeId, SessionId, SiteId, User, UserId};
use domain::password_budget::{Guesser, Network};
use domain::ports::{EventPage, NewSession, ResetUser, Store};
use domain::seal::Sealed;
use domain::session::{Home, Session, TokenHash};
use domain::testing::SeededEntropy;
use domain::time::Timestamp;
use std::time::Duration;
use storage::account::{
    Account, Claim, CreatedLink, Email, FirstLink, LinkPurpose, NewAccount, NewLink, NewPassword,
    PasswordTry, PendingSignIn, Redemption, Role, user_of,
};
use storage::{AccountStore, Database, SqlStore};
use support::Kind;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const RACERS: usize = 64;

/// A database of its own, because "is there any account?" is a question to all of it.
struct Bench {
    accounts: AccountStore,
    store: SqlStore,
    /// On PostgreSQL as another process has it: SQLite's has one.
    elsewhere: SqlStore,
    entropy: SeededEntropy,
}

impl Bench {
    async fn open(kind: Kind) -> Self {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let entropy = SeededEntropy::new(1);
        let elsewhere = SqlStore::new(match kind {
            Kind::Sqlite => db.clone(),
            Kind::Postgres => Database::open(&url).await.unwrap(),
        });
        Self { accounts: AccountStore::new(db.clone()), store: SqlStore::new(db), elsewhere, entropy }
    }

    fn id(&self) -> Uuid {
        SessionId::new(NOW, &self.entropy).uuid()
    }

    fn event(&self, user: &User) -> Event {
        Event::new(EventKind::PasswordChanged, user, &Place::default(), NOW, &self.entropy)
    }

    async fn link(&self, token: u8, purpose: LinkPurpose, to: Option<&str>) -> CreatedLink {
        let role = if purpose == LinkPurpose::FirstAdmin { Role::Admin } else { Role::Member };
        let (email, expires_at) = (to.map(email), NOW + Duration::from_hours(1));
        let new = NewLink { token: hash(token), purpose, email, role, created_at: NOW, expires_at };
        self.accounts.create_link(new).await.unwrap()
    }

    async fn redeem(&self, token: u8, address: &str, at: Timestamp) -> Redemption {
        let id = self.id();
        let new = NewAccount { id, email: email(address), password_hash: "$argon2id$1".into() };
        self.accounts.redeem_link(hash(token), new, at, self.event(&user_of(id).unwrap())).await.unwrap()
    }

    async fn account(&self) -> Account {
        assert_eq!(self.link(1, LinkPurpose::FirstAdmin, None).await, CreatedLink::Created);
        let Redemption::Created(account) = self.redeem(1, "Ada@example.com", NOW).await else {
            panic!("not created")
        };
        account
    }

    fn new_password(&self, account: &Account, seen: &str, hash: &str) -> NewPassword {
        let event = self.event(&account.user);
        NewPassword {
            account: account.id,
            seen: Some(seen.into()),
            hash: hash.into(),
            but: None,
            by: None,
            opens: None,
            event,
        }
    }

    async fn session(&self, user: &User, token: u8) -> SessionId {
        let id = SessionId::new(NOW, &self.entropy);
        let (user, home) = (user.clone(), Home::Standalone);
        let event = self.event(&user);
        let session =
            Session { id, user, home, opened_at: NOW, seen_at: NOW, stepped_up_at: None, sign_in: None };
        let revision = self.store.user_state(&session.user).await.unwrap().revision;
        let new = NewSession { session, token: hash(token), revision, unasked_at: None, event };
        assert!(self.store.open_session(new).await.unwrap());
        id
    }

    async fn pending(&self, user: &User, token: u8) -> PendingSignIn {
        let challenge = ChallengeId::new(NOW, &self.entropy);
        let expires_at = NOW + Duration::from_mins(5);
        let pending =
            PendingSignIn { token: hash(token), user: user.clone(), challenge, created_at: NOW, expires_at };
        self.accounts.open_pending(pending.clone()).await.unwrap();
        pending
    }
}

fn hash(token: u8) -> TokenHash {
    TokenHash([token; 32])
}

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// Runs the racers side by side and answers how many won.
async fn race<F: Future<Output = bool> + Send + 'static>(racer: impl Fn() -> F) -> usize {
    let tasks: Vec<_> = (0..RACERS).map(|_| tokio::spawn(racer())).collect();
    let mut winners = 0;
    for task in tasks {
        winners += usize::from(task.await.unwrap());
    }
    winners
}

on_both! {
    the_first_link_creates_the_first_administrator_and_nobody_else
    a_newer_link_for_the_first_administrator_replaces_the_older
    of_many_starts_at_once_one_makes_the_first_link_and_the_others_get_it
    a_link_creates_one_account_however_many_race
    an_address_has_one_account_in_whatever_case
    an_expired_link_creates_nothing_and_is_tidied
    an_unlock_a_reset_and_a_new_password_forgive_wrong_passwords
    a_password_is_changed_once_however_many_race
    a_changed_password_ends_other_sessions_and_waiting_sign_ins
    no_session_opens_by_a_password_that_was_changed_meanwhile
    a_waiting_sign_in_is_closed_once_however_many_race
}

async fn the_first_link_creates_the_first_administrator_and_nobody_else(bench: Bench) {
    assert!(!bench.accounts.accounts_exist().await.unwrap());
    let account = bench.account().await;
    assert!(bench.accounts.accounts_exist().await.unwrap());
    assert_eq!((account.role, account.email.as_str()), (Role::Admin, "Ada@example.com"));
    let found = bench.accounts.account_by_user(&account.user).await.unwrap();
    assert_eq!(found, Some(account.clone()));
    let state = bench.store.user_state(&account.user).await.unwrap();
    assert_eq!(state.label.unwrap().as_str(), "Ada@example.com");
    assert_eq!(state.email.unwrap().as_str(), "Ada@example.com");
    assert_eq!(bench.store.events(EventPage::newest_of(&account.user, 9)).await.unwrap().len(), 1);
    assert_eq!(bench.link(2, LinkPurpose::FirstAdmin, None).await, CreatedLink::AccountExists);
    assert_eq!(bench.redeem(1, "eve@example.com", NOW).await, Redemption::LinkUsed);
    let stranger = User { site: SiteId::BUILT_IN, id: UserId::parse("no uuid").unwrap() };
    assert_eq!(bench.accounts.account_by_user(&stranger).await.unwrap(), None);
}

async fn a_newer_link_for_the_first_administrator_replaces_the_older(bench: Bench) {
    assert_eq!(bench.link(1, LinkPurpose::FirstAdmin, None).await, CreatedLink::Created);
    assert_eq!(bench.link(2, LinkPurpose::FirstAdmin, None).await, CreatedLink::Created);
    assert_eq!(bench.accounts.link(hash(1), NOW).await.unwrap(), None);
    assert_eq!(bench.redeem(1, "ada@example.com", NOW).await, Redemption::LinkUsed);
    assert_eq!(bench.accounts.link(hash(2), NOW).await.unwrap().unwrap().purpose, LinkPurpose::FirstAdmin);
    assert!(matches!(bench.redeem(2, "ada@example.com", NOW).await, Redemption::Created(_)));
}

async fn of_many_starts_at_once_one_makes_the_first_link_and_the_others_get_it(bench: Bench) {
    let starts: Vec<_> = (0..16_u8)
        .map(|token| {
            let (accounts, expires_at) = (bench.accounts.clone(), NOW + Duration::from_hours(1));
            let (purpose, role) = (LinkPurpose::FirstAdmin, Role::Admin);
            let new = NewLink { token: hash(token), purpose, email: None, role, created_at: NOW, expires_at };
            let sealed = Sealed::from_bytes(vec![token]);
            tokio::spawn(async move { (token, accounts.first_link(new, sealed, false).await.unwrap()) })
        })
        .collect();
    let (mut made, mut kept) = (Vec::new(), Vec::new());
    for start in starts {
        match start.await.unwrap() {
            (token, FirstLink::Created) => made.push(token),
            (_, FirstLink::Kept(sealed)) => kept.extend(sealed.bytes().to_vec()),
            (token, other @ (FirstLink::AccountExists | FirstLink::Refused)) => panic!("{token}: {other:?}"),
        }
    }
    let [only] = made.as_slice() else { panic!("{} were made", made.len()) };
    assert_eq!(kept, vec![*only; 15]);
    assert!(bench.accounts.link(hash(*only), NOW).await.unwrap().is_some());
}

async fn a_link_creates_one_account_however_many_race(bench: Bench) {
    assert_eq!(bench.link(1, LinkPurpose::FirstAdmin, None).await, CreatedLink::Created);
    let winners = race(|| {
        let (accounts, id) = (bench.accounts.clone(), bench.id());
        let new = NewAccount { id, email: email(&format!("{id}@example.com")), password_hash: "$".into() };
        let event = bench.event(&user_of(id).unwrap());
        async move {
            matches!(accounts.redeem_link(hash(1), new, NOW, event).await.unwrap(), Redemption::Created(_))
        }
    });
    assert_eq!(winners.await, 1);
}

async fn an_address_has_one_account_in_whatever_case(bench: Bench) {
    let account = bench.account().await;
    let found = bench.accounts.account_by_email(&email("aDA@EXAMPLE.com")).await.unwrap();
    assert_eq!(found.map(|found| found.id), Some(account.id));
    assert_eq!(bench.link(2, LinkPurpose::Account, Some("ADA@example.com")).await, CreatedLink::EmailTaken);
    assert_eq!(bench.link(3, LinkPurpose::Account, None).await, CreatedLink::Created);
    assert_eq!(bench.redeem(3, "ada@Example.com", NOW).await, Redemption::EmailTaken);
    let Redemption::Created(bob) = bench.redeem(3, "bob@example.com", NOW).await else {
        panic!("the link stays good")
    };
    assert_eq!(bob.role, Role::Member);
    assert_eq!(bench.link(4, LinkPurpose::Account, Some("Carol@example.com")).await, CreatedLink::Created);
    let Redemption::Created(carol) = bench.redeem(4, "mallory@example.com", NOW).await else {
        panic!("not created")
    };
    assert_eq!(carol.email.as_str(), "Carol@example.com", "the link says whose it is");
}

async fn an_expired_link_creates_nothing_and_is_tidied(bench: Bench) {
    bench.account().await;
    assert_eq!(bench.link(2, LinkPurpose::Account, None).await, CreatedLink::Created);
    let late = NOW + Duration::from_hours(1);
    assert_eq!(bench.accounts.link(hash(2), late).await.unwrap(), None);
    assert_eq!(bench.redeem(2, "bob@example.com", late).await, Redemption::LinkUsed);
    assert_eq!(bench.store.tidy(late).await.unwrap(), 0);
    assert_eq!(bench.store.tidy(late + Duration::from_secs(1)).await.unwrap(), 2, "the used one too");
}

async fn an_unlock_a_reset_and_a_new_password_forgive_wrong_passwords(bench: Bench) {
    let account = bench.account().await;
    let network = || Guesser::Stranger(Network::of(Some("203.0.113.7")));
    let tried =
        |guesser| PasswordTry { subject: [1; 32], owner: Some(account.user.clone()), guesser, at: NOW };
    for forgiving in ["unlock", "reset", "password"] {
        for n in 0..120_u8 {
            let from = Guesser::Stranger(Network::of(Some(&format!("10.0.{n}.1"))));
            if let Claim::Taken(claimed) = bench.accounts.claim_password_try(tried(from)).await.unwrap() {
                let event = bench.event(&account.user);
                bench.accounts.refuse_password(claimed, Some(event)).await.unwrap();
            }
        }
        let full = bench.accounts.account_by_user(&account.user).await.unwrap().unwrap();
        assert_eq!(full.password_not_before, NOW + Duration::from_hours(1), "it is noted at the account");
        let waits = bench.accounts.claim_password_try(tried(network())).await.unwrap();
        assert!(matches!(waits, Claim::Wait(wait) if wait == Duration::from_hours(1)), "{waits:?}");
        let (user, event) = (account.user.clone(), bench.event(&account.user));
        let done = match forgiving {
            "unlock" => bench.store.unlock_user(&account.user, event).await,
            "reset" => {
                bench.store.reset_user(ResetUser { user, revision: None, at: NOW, events: vec![event] }).await
            }
            _ => {
                bench.accounts.set_password(bench.new_password(&account, "$argon2id$1", "$argon2id$1")).await
            }
        };
        assert!(done.unwrap());
        assert_eq!(bench.accounts.account_by_user(&account.user).await.unwrap().as_ref(), Some(&account));
        let taken = bench.accounts.claim_password_try(tried(network())).await.unwrap();
        assert!(matches!(taken, Claim::Taken(_)), "{forgiving}: {taken:?}");
    }
}

async fn a_password_is_changed_once_however_many_race(bench: Bench) {
    let account = bench.account().await;
    let winners = race(|| {
        let (accounts, new) =
            (bench.accounts.clone(), bench.new_password(&account, "$argon2id$1", "$argon2id$2"));
        async move { accounts.set_password(new).await.unwrap() }
    });
    assert_eq!(winners.await, 1);
    let changed = bench.accounts.account_by_user(&account.user).await.unwrap().unwrap();
    assert_eq!(changed.password_hash.as_deref(), Some("$argon2id$2"));
}

async fn a_changed_password_ends_other_sessions_and_waiting_sign_ins(bench: Bench) {
    let account = bench.account().await;
    let mine = bench.session(&account.user, 1).await;
    bench.session(&account.user, 2).await;
    bench.pending(&account.user, 3).await;
    let new = NewPassword { but: Some(mine), ..bench.new_password(&account, "$argon2id$1", "$argon2id$2") };
    assert!(bench.accounts.set_password(new).await.unwrap());
    assert_eq!(bench.store.session(hash(1)).await.unwrap().map(|session| session.id), Some(mine));
    assert_eq!(bench.store.session(hash(2)).await.unwrap(), None);
    assert_eq!(bench.accounts.pending(hash(3), NOW).await.unwrap(), None);
}

/// Sign-ins of one process against a change of the password in another.
async fn no_session_opens_by_a_password_that_was_changed_meanwhile(bench: Bench) {
    const ROUNDS: usize = 20;
    let user = bench.account().await.user;
    let (mut opened, mut survived) = (0, 0);
    for round in 0..ROUNDS {
        let judged = bench.accounts.account_by_user(&user).await.unwrap().unwrap();
        let revision = bench.accounts.revision(&judged).await.unwrap().unwrap();
        let mut signing_in = Vec::new();
        for token in 0..7 {
            let (id, user) = (SessionId::new(NOW, &bench.entropy), user.clone());
            let (home, event) = (Home::Standalone, bench.event(&user));
            let session = Session {
                id,
                user,
                home,
                opened_at: NOW,
                seen_at: NOW,
                stepped_up_at: Some(NOW),
                sign_in: None,
            };
            let (store, new) = (
                bench.elsewhere.clone(),
                NewSession { session, token: hash(token), revision, unasked_at: None, event },
            );
            signing_in.push(tokio::spawn(async move { store.open_session(new).await.unwrap() }));
        }
        let seen = judged.password_hash.clone().unwrap();
        let new = bench.new_password(&judged, &seen, &format!("$argon2id$round {round}"));
        assert!(bench.accounts.set_password(new).await.unwrap());
        for sign_in in signing_in {
            opened += usize::from(sign_in.await.unwrap());
        }
        for token in 0..7 {
            survived += usize::from(bench.store.session(hash(token)).await.unwrap().is_some());
        }
        assert_eq!(bench.accounts.revision(&judged).await.unwrap(), None, "it is not the password any more");
    }
    println!(
        "sign-in / password: {ROUNDS} rounds, 7 sign-ins, {opened} opened before it, {survived} survived it"
    );
    assert_eq!(survived, 0, "whoever gave the old password gives the new one");
}

async fn a_waiting_sign_in_is_closed_once_however_many_race(bench: Bench) {
    let account = bench.account().await;
    let pending = bench.pending(&account.user, 1).await;
    assert_eq!(bench.accounts.pending(hash(1), NOW).await.unwrap(), Some(pending.clone()));
    assert_eq!(bench.accounts.pending(hash(1), pending.expires_at).await.unwrap(), None);
    assert!(!bench.accounts.close_pending(hash(1), pending.expires_at).await.unwrap());
    assert_eq!(bench.store.session(hash(1)).await.unwrap(), None, "it is no session");
    let winners = race(|| {
        let accounts = bench.accounts.clone();
        async move { accounts.close_pending(hash(1), NOW).await.unwrap() }
    });
    assert_eq!(winners.await, 1);
}
