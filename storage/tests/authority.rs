//! An administrator's deed is stored where they still may do it, in its own transaction, and nowhere else: on SQLite and on
//! PostgreSQL, races included.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]
#![expect(clippy::print_stdout, reason = "a race says what it came to: those figures are published")]

#[macro_use]
mod support;

use domain::audit::{Event, EventKind, Place};
use domain::factor::bypass_code::BypassDigest;
use domain::name::{BypassCodeId, Issuer, Name, SessionId, SiteId, User};
use domain::ports::{
    EventPage, IssuedBypassCode, NewSession, ResetUser, SetRequirement, Site, Store, StoreError,
    StoredBypassCode,
};
use domain::requirement::Demand;
use domain::seal::KeyId;
use domain::session::{Home, Session, TokenHash};
use domain::site::{PlainKey, Scope, SitePolicy};
use domain::testing::SeededEntropy;
use domain::time::Timestamp;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use storage::account::{
    Account, Email, LinkPurpose, NewAccount, NewInvitation, NewLink, NewMember, NewPasswordLink, Redemption,
    Role, user_of,
};
use storage::requirement::RoleChange;
use storage::site::SiteProfile;
use storage::{AccountStore, Authority, Database, Requirements, Sites, SqlStore};
use support::Kind;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const STEP_UP: Duration = Duration::from_mins(5);

type Deed = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

struct Bench {
    accounts: AccountStore,
    sites: Sites,
    requirements: Requirements,
    store: SqlStore,
    entropy: SeededEntropy,
}

impl Bench {
    async fn open(kind: Kind) -> Arc<Self> {
        let db = Database::open(&support::empty_url(kind).await).await.unwrap();
        storage::migrate(&db).await.unwrap();
        Arc::new(Self {
            accounts: AccountStore::new(db.clone()),
            sites: Sites::new(db.clone()),
            requirements: Requirements::new(db.clone()),
            store: SqlStore::new(db),
            entropy: SeededEntropy::new(9),
        })
    }

    /// As this administrator uses it.
    fn acting(&self, by: &Authority) -> Self {
        Self {
            accounts: self.accounts.on_word_of(by),
            sites: self.sites.on_word_of(by),
            requirements: self.requirements.on_word_of(by),
            store: self.store.on_word_of(by),
            entropy: SeededEntropy::new(u64::from_be_bytes(*self.number().first_chunk().unwrap())),
        }
    }

    fn number(&self) -> [u8; 32] {
        use domain::ports::Entropy;
        let mut bytes = [0; 32];
        self.entropy.fill(&mut bytes);
        bytes
    }

    fn event(&self, user: &User, kind: EventKind) -> Event {
        Event::new(kind, user, &Place::default(), NOW, &self.entropy)
    }

    async fn account(&self, address: &str, role: Role) -> Account {
        let id = SessionId::new(NOW, &self.entropy).uuid();
        let (token, email) = (TokenHash(self.number()), Email::parse(address).unwrap());
        let (purpose, expires_at) = (LinkPurpose::Account, NOW + Duration::from_hours(24));
        let link = NewLink { token, purpose, email: None, role, created_at: NOW, expires_at };
        self.accounts.create_link(link).await.unwrap();
        let new = NewAccount { id, email, password_hash: "$".into() };
        let event = self.event(&user_of(id).unwrap(), EventKind::AccountCreated);
        let redeemed = self.accounts.redeem_link(token, new, NOW, event).await.unwrap();
        let Redemption::Created(account) = redeemed else { panic!("{redeemed:?}") };
        account
    }

    /// An administrator who proved everything a moment ago.
    async fn administrator(&self, address: &str) -> (Account, Authority) {
        let account = self.account(address, Role::Admin).await;
        let by = self.signed_in(&account.user).await;
        (account, by)
    }

    async fn signed_in(&self, user: &User) -> Authority {
        let id = SessionId::new(NOW, &self.entropy);
        let session = Session {
            id,
            user: user.clone(),
            home: Home::Standalone,
            opened_at: NOW,
            seen_at: NOW,
            stepped_up_at: Some(NOW),
            sign_in: None,
        };
        let revision = self.store.user_state(user).await.unwrap().revision;
        let event = self.event(user, EventKind::SessionOpened);
        let new = NewSession { session, token: TokenHash(self.number()), revision, unasked_at: None, event };
        assert!(self.store.open_session(new).await.unwrap());
        Authority { user: user.clone(), session: id, proved_after: NOW - STEP_UP, at: NOW }
    }

    fn site(&self) -> SiteProfile {
        SiteProfile {
            id: SiteId::new(NOW, &self.entropy),
            name: Name::parse("Shop").unwrap(),
            issuer: Issuer::parse("Shop").unwrap(),
            origins: Vec::new(),
            created_at: NOW,
            policy: SitePolicy::default(),
        }
    }

    fn invitation(&self, of: &User) -> NewInvitation {
        let (token, event) = (TokenHash(self.number()), self.event(of, EventKind::AccountInvited));
        NewInvitation { token, sealed: None, by: None, expires_at: NOW + Duration::from_hours(24), event }
    }

    fn requiring(&self, of: &User) -> SetRequirement {
        let next = Demand { of_user: Some(NOW), ..Demand::default() };
        let event = self.event(of, EventKind::RequirementSet);
        SetRequirement { user: of.clone(), seen: Demand::default(), next, event }
    }

    fn requiring_of(&self, role: Role, of: &User) -> RoleChange {
        let event = self.event(of, EventKind::RoleRequired);
        RoleChange { role, seen: None, next: Some(NOW), event }
    }

    async fn written(&self) -> usize {
        let all = EventPage { user: None, ..EventPage::newest_of(&user_of(uuid::Uuid::nil()).unwrap(), 200) };
        self.store.events(all).await.unwrap().len()
    }
}

/// Each deed there is, done by this administrator to `bob`. Whether it makes sense is not asked here, but whether it may be.
fn deeds(bench: &Arc<Bench>, by: &Authority, bob: &Account) -> Vec<(&'static str, Deed)> {
    let acting = Arc::new(bench.acting(by));
    let mut all: Vec<(&'static str, Deed)> = Vec::new();
    macro_rules! deed {
        ($name:literal, |$at:ident, $bob:ident| $work:expr) => {{
            let ($at, $bob) = (Arc::clone(&acting), bob.clone());
            all.push(($name, Box::pin(async move { $work.await.map(drop) })));
        }};
    }
    deed!("a site", |at, bob| async {
        let site = at.site();
        at.sites.create(&site, Some(&at.event(&bob.user, EventKind::SiteAdded))).await
    });
    deed!("another name of a site", |at, bob| async {
        let site = at.site();
        at.sites.update(&site, &site, Some(&at.event(&bob.user, EventKind::SiteEdited))).await
    });
    deed!("a key", |at, bob| async {
        let (key, event) = (PlainKey::new(&at.entropy), at.event(&bob.user, EventKind::KeyMade));
        at.sites.create_key(SiteId::BUILT_IN, &key, &[Scope::Verify], NOW, Some(&event)).await
    });
    deed!("the end of a key", |at, bob| async {
        let (key, event) = (PlainKey::new(&at.entropy), at.event(&bob.user, EventKind::KeyRevoked));
        at.sites.revoke_key(SiteId::BUILT_IN, key.name(), NOW, Some(&event)).await
    });
    deed!("somebody new", |at, _bob| async {
        let id = SessionId::new(NOW, &at.entropy).uuid();
        let email = Email::parse(&format!("{id}@example.com")).unwrap();
        let member = NewMember { id, email, name: None, role: Role::Member, required: None };
        at.accounts.invite(&member, &at.invitation(&user_of(id).unwrap())).await
    });
    deed!("another invitation", |at, bob| async {
        at.accounts.invite_again(bob.id, &at.invitation(&bob.user)).await
    });
    deed!("no invitation", |at, bob| async {
        at.accounts.withdraw(bob.id, at.event(&bob.user, EventKind::AccountWithdrawn)).await
    });
    deed!("another role", |at, bob| async {
        at.accounts.change_role(bob.id, Role::Admin, at.event(&bob.user, EventKind::AccountRoleChanged)).await
    });
    deed!("the end of an account", |at, bob| async {
        at.accounts.deactivate(bob.id, at.event(&bob.user, EventKind::AccountDeactivated)).await
    });
    deed!("its return", |at, bob| async {
        at.accounts.reactivate(bob.id, at.event(&bob.user, EventKind::AccountReactivated)).await
    });
    deed!("a link for a new password", |at, bob| async {
        let event = at.event(&bob.user, EventKind::PasswordLinkMade);
        let token = TokenHash(at.number());
        let link = NewPasswordLink { token, sealed: None, expires_at: NOW + STEP_UP, event };
        at.accounts.make_password_link(bob.id, &link).await
    });
    deed!("a sign-out", |at, bob| async {
        at.accounts.sign_out_everywhere(bob.id, at.event(&bob.user, EventKind::SessionsEnded)).await
    });
    deed!("what is required of a role", |at, bob| async {
        at.requirements.set_roles(&[at.requiring_of(Role::Member, &bob.user)]).await
    });
    deed!("what is required of a user", |at, bob| async {
        at.store.set_requirement(at.requiring(&bob.user)).await
    });
    deed!("a reset", |at, bob| async {
        let events = vec![at.event(&bob.user, EventKind::UserReset)];
        at.store.reset_user(ResetUser { user: bob.user.clone(), revision: None, at: NOW, events }).await
    });
    deed!("an unlock", |at, bob| async {
        at.store.unlock_user(&bob.user, at.event(&bob.user, EventKind::UserUnlocked)).await
    });
    deed!("a bypass code", |at, bob| async {
        let (id, digest) =
            (BypassCodeId::new(NOW, &at.entropy), BypassDigest { key: KeyId(1), digest: [6; 32] });
        let code = StoredBypassCode { id, digest, expires_at: NOW + STEP_UP, used_at: None, passed: None };
        let event = at.event(&bob.user, EventKind::BypassCodeIssued);
        at.store.issue_bypass_code(IssuedBypassCode { user: bob.user.clone(), code, event }).await
    });
    all
}

on_both! {
    an_administrator_who_may_does_all_of_it
    whoever_may_no_more_does_nothing_at_all
    of_administrators_who_reset_each_other_at_once_one_does
    no_deed_follows_the_loss_of_the_role_or_a_requirement
}

async fn an_administrator_who_may_does_all_of_it(bench: Arc<Bench>) {
    let (_, by) = bench.administrator("ada@example.com").await;
    let bob = bench.account("bob@example.com", Role::Member).await;
    for (name, deed) in deeds(&bench, &by, &bob) {
        assert_eq!(deed.await, Ok(()), "{name}");
    }
}

async fn whoever_may_no_more_does_nothing_at_all(bench: Arc<Bench>) {
    bench.administrator("grace@example.com").await;
    let bob = bench.account("bob@example.com", Role::Member).await;
    for why in ["ended", "stale", "foreign", "member", "deactivated", "required", "of role", "of site"] {
        let (ada, by) = bench.administrator(&format!("{}@example.com", why.replace(' ', "-"))).await;
        let by = match why {
            "stale" => Authority { proved_after: NOW, ..by },
            "foreign" => Authority { session: bench.signed_in(&bob.user).await.session, ..by },
            _ => by,
        };
        let say = |kind| bench.event(&ada.user, kind);
        match why {
            "ended" => {
                assert!(bench.store.end_session(by.session, say(EventKind::SessionEnded)).await.unwrap());
            }
            "required" => assert!(bench.store.set_requirement(bench.requiring(&ada.user)).await.unwrap()),
            "of role" => {
                let change = bench.requiring_of(Role::Admin, &ada.user);
                assert!(bench.requirements.set_roles(&[change]).await.unwrap());
            }
            "of site" => {
                let off =
                    RoleChange { seen: Some(NOW), next: None, ..bench.requiring_of(Role::Admin, &ada.user) };
                assert!(bench.requirements.set_roles(&[off]).await.unwrap());
                let policy = SitePolicy { requires_two_factor: true, ..SitePolicy::default() };
                let site = Site { id: SiteId::BUILT_IN, issuer: Issuer::parse("Twofold").unwrap(), policy };
                bench.store.remember_site(&site, NOW).await.unwrap();
            }
            _ => {}
        }
        // They end the session, too: it is what lost its ground that is opened anew here.
        let by = match why {
            "member" => {
                bench
                    .accounts
                    .change_role(ada.id, Role::Member, say(EventKind::AccountRoleChanged))
                    .await
                    .unwrap();
                bench.signed_in(&ada.user).await
            }
            "deactivated" => {
                bench.accounts.deactivate(ada.id, say(EventKind::AccountDeactivated)).await.unwrap();
                bench.signed_in(&ada.user).await
            }
            _ => by,
        };
        let before = bench.written().await;
        for (name, deed) in deeds(&bench, &by, &bob) {
            assert_eq!(deed.await, Err(StoreError::Unauthorized), "{why}: {name}");
        }
        assert_eq!(bench.written().await, before, "{why}");
    }
}

async fn of_administrators_who_reset_each_other_at_once_one_does(bench: Arc<Bench>) {
    let rounds = 12;
    for round in 0..rounds {
        let (ada, as_ada) = bench.administrator(&format!("ada{round}@example.com")).await;
        let (bob, as_bob) = bench.administrator(&format!("bob{round}@example.com")).await;
        let racers = [(as_ada, bob.user), (as_bob, ada.user)].map(|(by, whom)| {
            let acting = bench.acting(&by);
            tokio::spawn(async move {
                let events = vec![acting.event(&whom, EventKind::UserReset)];
                acting.store.reset_user(ResetUser { user: whom, revision: None, at: NOW, events }).await
            })
        });
        let mut came = Vec::new();
        for racer in racers {
            came.push(racer.await.unwrap());
        }
        let done = came.iter().filter(|one| **one == Ok(true)).count();
        let refused = came.iter().filter(|one| **one == Err(StoreError::Unauthorized)).count();
        assert_eq!((done, refused), (1, 1), "{came:?}: nobody waits for the other in vain");
    }
    println!("reset / reset of each other: {rounds} rounds, 2 racers, 1 winner in each, 0 deadlocks");
}

async fn no_deed_follows_the_loss_of_the_role_or_a_requirement(bench: Arc<Bench>) {
    bench.administrator("grace@example.com").await;
    let bob = bench.account("bob@example.com", Role::Member).await;
    let (rounds, mut done) = (12, 0);
    for round in 0..rounds {
        let (ada, by) = bench.administrator(&format!("ada{round}@example.com")).await;
        let mut racers = Vec::new();
        for (at, (_, deed)) in deeds(&bench, &by, &bob).into_iter().take(3).enumerate() {
            if at == round % 3 {
                let (bench, ada) = (Arc::clone(&bench), ada.clone());
                racers.push(tokio::spawn(async move {
                    if round % 2 == 0 {
                        assert!(bench.store.set_requirement(bench.requiring(&ada.user)).await.unwrap());
                    } else {
                        let event = bench.event(&ada.user, EventKind::AccountRoleChanged);
                        bench.accounts.change_role(ada.id, Role::Member, event).await.unwrap();
                    }
                    Err(StoreError::Unauthorized)
                }));
            }
            racers.push(tokio::spawn(deed));
        }
        for racer in racers {
            let came = racer.await.unwrap();
            done += usize::from(came.is_ok());
            assert!(matches!(came, Ok(()) | Err(StoreError::Unauthorized)), "{came:?}");
        }
        for (name, deed) in deeds(&bench, &by, &bob).into_iter().take(3) {
            assert_eq!(deed.await, Err(StoreError::Unauthorized), "{name}");
        }
    }
    println!(
        "three deeds / (required now, another role): {rounds} rounds, 4 racers, {done} done before it, 0 after"
    );
}
