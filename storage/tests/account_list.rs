//! The list of accounts, on SQLite and on PostgreSQL: pages, search, and who is in which of its parts.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::audit::{Event, EventKind, Place};
use domain::budget::{Budget, BudgetChange};
use domain::factor::FactorKind;
use domain::name::{SessionId, User};
use domain::ports::{RefusedAnswer, Store};
use domain::session::TokenHash;
use domain::testing::SeededEntropy;
use domain::time::Timestamp;
use std::time::Duration;
use storage::account::{
    Account, AccountPage, AccountsShown, Email, LinkPurpose, ListedAccount, NewAccount, NewLink, Redemption,
    Role, user_of,
};
use storage::{AccountStore, Database, SqlStore};
use support::Kind;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

struct Bench {
    accounts: AccountStore,
    store: SqlStore,
    entropy: SeededEntropy,
}

impl Bench {
    async fn open(kind: Kind) -> Self {
        let db = Database::open(&support::empty_url(kind).await).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let accounts = AccountStore::new(db.clone());
        Self { accounts, store: SqlStore::new(db), entropy: SeededEntropy::new(1) }
    }

    fn event(&self, user: &User, kind: EventKind) -> Event {
        Event::new(kind, user, &Place::default(), NOW, &self.entropy)
    }

    async fn account(&self, address: &str) -> Account {
        let id = SessionId::new(NOW, &self.entropy).uuid();
        let mut token = [0; 32];
        token[..16].copy_from_slice(id.as_bytes());
        let (token, email) = (TokenHash(token), Email::parse(address).unwrap());
        let expires_at = NOW + Duration::from_hours(1);
        let (purpose, role) = (LinkPurpose::Account, Role::Member);
        let link = NewLink { token, purpose, email: None, role, created_at: NOW, expires_at };
        self.accounts.create_link(link).await.unwrap();
        let new = NewAccount { id, email, password_hash: "$".into() };
        let event = self.event(&user_of(id).unwrap(), EventKind::AccountCreated);
        let redeemed = self.accounts.redeem_link(token, new, NOW, event).await.unwrap();
        let Redemption::Created(account) = redeemed else { panic!("{redeemed:?}") };
        account
    }

    /// So many wrong codes more.
    async fn guess(&self, user: &User, times: u32) {
        let known = self.store.budgets(user).await.unwrap();
        let mut budget = known.into_iter().next().map_or_else(Budget::default, |(_, budget)| budget);
        for _ in 0..times {
            let next = budget.after_failure(NOW);
            let change = BudgetChange { kind: FactorKind::Totp, next: next.clone() };
            let event = self.event(user, EventKind::ChallengeRefused);
            let refused = RefusedAnswer {
                user: user.clone(),
                challenge: None,
                email_code: None,
                budget: change,
                at: NOW,
                events: vec![event],
            };
            assert!(self.store.refuse_answer(refused).await.unwrap());
            budget = next;
        }
    }

    async fn read(&self, page: AccountPage) -> (Vec<String>, bool, Vec<ListedAccount>) {
        let page = self.accounts.page(&page).await.unwrap();
        let addresses = page.items.iter().map(|one| one.email.as_str().to_owned()).collect();
        (addresses, page.more, page.items)
    }

    async fn shown(&self, search: &str, shown: AccountsShown) -> Vec<String> {
        self.read(AccountPage { search: search.into(), shown, ..all(50) }).await.0
    }
}

fn all(limit: u32) -> AccountPage {
    AccountPage { search: String::new(), shown: AccountsShown::All, after: None, limit, now: NOW }
}

#[tokio::test]
async fn pages_follow_the_addresses_whatever_is_added_meanwhile() {
    for kind in Kind::ALL {
        let bench = Bench::open(kind).await;
        for address in ["dan@a.test", "Ada@a.test", "cyd@a.test", "bob@a.test", "eve@a.test"] {
            bench.account(address).await;
        }
        let (first, more, items) = bench.read(all(2)).await;
        assert_eq!((first, more), (vec!["Ada@a.test".into(), "bob@a.test".into()], true), "{kind:?}");
        bench.account("abe@a.test").await;
        let after = items.last().map(|one| one.id);
        let (second, more, items) = bench.read(AccountPage { after, ..all(2) }).await;
        assert_eq!((second, more), (vec!["cyd@a.test".into(), "dan@a.test".into()], true));
        let after = items.last().map(|one| one.id);
        let (last, more, _) = bench.read(AccountPage { after, ..all(2) }).await;
        assert_eq!((last, more), (vec!["eve@a.test".to_owned()], false));
    }
}

#[tokio::test]
async fn an_address_is_found_by_any_part_of_it_and_letters_mean_themselves() {
    for kind in Kind::ALL {
        let bench = Bench::open(kind).await;
        for address in ["Ada.Smith@a.test", "bob%smith@b.test", "c_d@c.test", "cyd@c.test", "o'hara!@d.test"]
        {
            bench.account(address).await;
        }
        for (search, found) in [
            ("SMITH", vec!["Ada.Smith@a.test", "bob%smith@b.test"]),
            (" ada.smith@A ", vec!["Ada.Smith@a.test"]),
            ("%", vec!["bob%smith@b.test"]),
            ("c_d", vec!["c_d@c.test"]),
            ("o'hara!", vec!["o'hara!@d.test"]),
            ("\\", vec![]),
            ("c\0yd", vec!["cyd@c.test"]),
            ("nobody", vec![]),
        ] {
            assert_eq!(bench.shown(search, AccountsShown::All).await, found, "{kind:?} {search}");
        }
    }
}

#[tokio::test]
async fn who_is_locked_is_so_for_as_long_as_the_lock_lasts() {
    for kind in Kind::ALL {
        let bench = Bench::open(kind).await;
        let (ada, bob) = (bench.account("ada@a.test").await, bench.account("bob@a.test").await);
        bench.account("cyd@a.test").await;
        bench.guess(&ada.user, 8).await;
        bench.guess(&bob.user, 4).await;
        let locked = |page| AccountPage { shown: AccountsShown::Locked, ..page };
        let (addresses, _, items) = bench.read(locked(all(50))).await;
        assert_eq!(addresses, ["ada@a.test"], "{kind:?}");
        assert_eq!(items[0].locked_until, Some(NOW + Duration::from_secs(8)));
        let later = AccountPage { now: NOW + Duration::from_secs(8), ..all(50) };
        assert_eq!(bench.read(locked(later)).await.0, Vec::<String>::new());
        for user in [&bob.user, &ada.user] {
            let event = bench.event(user, EventKind::UserUnlocked);
            assert!(bench.store.unlock_user(user, event).await.unwrap());
        }
        bench.guess(&bob.user, 50).await;
        let month = AccountPage { now: NOW + Duration::from_hours(29 * 24), ..all(1) };
        assert_eq!(bench.read(locked(month)).await.0, ["bob@a.test"], "stopped for thirty days");
        assert_eq!(bench.shown("", AccountsShown::Unprotected).await.len(), 3);
        for none in [AccountsShown::Protected, AccountsShown::CodesLow] {
            assert_eq!(bench.shown("", none).await, Vec::<String>::new());
        }
    }
}
