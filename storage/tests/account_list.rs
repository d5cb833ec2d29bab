//! The list of accounts, on SQLite and on PostgreSQL: pages, search, and who is in which of its parts.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::audit::{Event, EventKind, Place};
use domain::budget::{Budget, BudgetChange};
use domain::factor::FactorKind;
use domain::name::{Name, SessionId, SiteId, User};
use domain::ports::{RefusedAnswer, Store};
use domain::session::TokenHash;
use domain::testing::{SeededEntropy, contract};
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use std::sync::Arc;
use std::time::Duration;
use storage::account::{
    Account, AccountPage, AccountState, AccountsShown, Email, LinkPurpose, ListedAccount, NewAccount,
    NewInvitation, NewLink, NewMember, Redemption, Role, user_of,
};
use storage::{AccountStore, Database, SqlStore};
use support::Kind;
use tokio::time::Instant;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

struct Bench {
    accounts: AccountStore,
    store: SqlStore,
    entropy: SeededEntropy,
    raw: DatabaseConnection,
}

impl Bench {
    async fn open(kind: Kind) -> Self {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let (accounts, raw) =
            (AccountStore::new(db.clone()), sea_orm::Database::connect(&url).await.unwrap());
        Self { accounts, store: SqlStore::new(db), entropy: SeededEntropy::new(1), raw }
    }

    /// With two-factor authentication, of whose recovery codes so many are used.
    async fn protect(&self, of: &Account, used: u64) {
        let (store, id) = (Arc::new(self.store.clone()), of.user.id.as_str());
        contract::Bench::new(store, domain::race!(), id).protected().await;
        let theirs = Expr::col("user_id").eq(id.as_bytes().to_vec());
        let chosen = Query::select().column("id").from("recovery_code").and_where(theirs).limit(used).take();
        let update = Query::update()
            .table("recovery_code")
            .value("used_at", 1_i64)
            .and_where(Expr::col("id").in_subquery(chosen))
            .take();
        self.raw.execute(&update).await.unwrap();
    }

    async fn invite(&self, address: &str, name: &str) {
        let id = SessionId::new(NOW, &self.entropy).uuid();
        let (email, name) = (Email::parse(address).unwrap(), Name::parse(name).ok());
        let event = self.event(&user_of(id).unwrap(), EventKind::AccountInvited);
        let expires_at = NOW + Duration::from_hours(1);
        let mut token = [0; 32];
        token[..16].copy_from_slice(id.as_bytes());
        let by = NewInvitation { token: TokenHash(token), sealed: None, by: None, expires_at, event };
        let member = NewMember { id, email, name, role: Role::Member, required: None };
        self.accounts.invite(&member, &by).await.unwrap();
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
        assert_eq!(bench.read(locked(month)).await.0, ["bob@a.test"], "stopped for a year");
        assert_eq!(bench.shown("", AccountsShown::Unprotected).await.len(), 3);
        for none in [AccountsShown::Protected, AccountsShown::CodesLow] {
            assert_eq!(bench.shown("", none).await, Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn who_is_protected_and_who_has_few_codes_left_is_found() {
    for kind in Kind::ALL {
        let bench = Bench::open(kind).await;
        let [ada, bob, cyd] = ["ada@a.test", "bob@a.test", "cyd@a.test"];
        for (address, used) in [(ada, 6), (bob, 7), (cyd, 10)] {
            let account = bench.account(address).await;
            bench.protect(&account, used).await;
        }
        bench.account("dan@a.test").await;
        assert_eq!(bench.shown("", AccountsShown::Protected).await, [ada, bob, cyd], "{kind:?}");
        assert_eq!(bench.shown("", AccountsShown::CodesLow).await, [bob, cyd], "{kind:?}");
        assert_eq!(bench.shown("cyd", AccountsShown::CodesLow).await, [cyd], "{kind:?}");
        assert_eq!(bench.shown("", AccountsShown::Unprotected).await, ["dan@a.test"], "{kind:?}");
        let (_, _, items) = bench.read(all(50)).await;
        let left: Vec<_> = items.iter().map(|one| one.codes_left).collect();
        assert_eq!(left, [Some(4), Some(3), Some(0), None], "{kind:?}");
    }
}

#[tokio::test]
async fn who_is_invited_and_who_is_deactivated_is_shown_as_such() {
    for kind in Kind::ALL {
        let bench = Bench::open(kind).await;
        let ada = bench.account("ada@a.test").await;
        bench.account("bob@a.test").await;
        bench.invite("cyd@a.test", "Cydney \u{c9}toile").await;
        let event = bench.event(&ada.user, EventKind::AccountDeactivated);
        bench.accounts.deactivate(ada.id, event).await.unwrap();
        assert_eq!(bench.shown("", AccountsShown::Invited).await, ["cyd@a.test"], "{kind:?}");
        assert_eq!(bench.shown("", AccountsShown::Deactivated).await, ["ada@a.test"], "{kind:?}");
        assert_eq!(bench.shown("", AccountsShown::Unprotected).await, ["bob@a.test"], "{kind:?}");
        for name in ["CYDNEY", "y \u{c9}TOI", "cyd@a"] {
            assert_eq!(bench.shown(name, AccountsShown::All).await, ["cyd@a.test"], "{kind:?} {name}");
        }
        let (_, _, items) = bench.read(all(50)).await;
        let states = [AccountState::Deactivated, AccountState::Active, AccountState::Invited];
        assert_eq!(items.iter().map(|one| one.state).collect::<Vec<_>>(), states, "{kind:?}");
        assert_eq!(items[2].invited_until, Some(NOW + Duration::from_hours(1)), "{kind:?}");
        let later = AccountPage { now: NOW + Duration::from_hours(1), ..all(50) };
        assert_eq!(bench.read(later).await.2[2].invited_until, None, "{kind:?}");
    }
}

/// Rows of a statement: SQLite takes 32 766 values.
const AT_ONCE: u32 = 1000;

impl Bench {
    /// So many accounts, every second of them protected, every hundredth invited; as somebody imports them.
    async fn fill(&self, accounts: u32) {
        for first in (0..accounts).step_by(AT_ONCE as usize) {
            let mut account = Query::insert().into_table("account").columns(ACCOUNT).take();
            let mut user = Query::insert().into_table("user").columns(USER).take();
            for n in first..first + AT_ONCE {
                let id = uuid::Uuid::from_u128(u128::from(n) << 32);
                let (site, key) = (SiteId::BUILT_IN.uuid(), id.to_string().into_bytes());
                let address = format!("user-{n:05}@a.test");
                let hash = (n % 100 > 0).then_some("$");
                let text = format!("{address}\nperson {n}");
                account.values_panic([
                    site.into(),
                    id.into(),
                    key.clone().into(),
                    address.clone().into(),
                    address.clone().into_bytes().into(),
                    "member".into(),
                    hash.into(),
                    text.into(),
                    0.into(),
                    0_i64.into(),
                    0_i64.into(),
                ]);
                let since = (n % 2 > 0).then_some(1_i64);
                user.values_panic([
                    site.into(),
                    key.into(),
                    address.into(),
                    since.into(),
                    0_i64.into(),
                    0_i64.into(),
                ]);
            }
            self.raw.execute(&account).await.unwrap();
            self.raw.execute(&user).await.unwrap();
        }
    }

    /// The quickest of several readings, which says least of what else the machine does.
    async fn takes(&self, page: &AccountPage) -> Duration {
        let mut quickest = Duration::MAX;
        for _ in 0..7 {
            let begun = Instant::now();
            self.accounts.page(page).await.unwrap();
            quickest = quickest.min(begun.elapsed());
        }
        quickest
    }
}

const ACCOUNT: [&str; 11] = [
    "site_id",
    "id",
    "user_id",
    "email",
    "email_key",
    "role",
    "password_hash",
    "search_text",
    "password_failures",
    "password_not_before",
    "created_at",
];
const USER: [&str; 6] = ["site_id", "user_id", "label", "protected_since", "revision", "created_at"];

/// A page is read from an index, wherever it stands: the last of two hundred costs as much as the first.
#[tokio::test]
async fn ten_thousand_users_are_paged_as_quickly_as_a_hundred() {
    for kind in Kind::ALL {
        let bench = Bench::open(kind).await;
        bench.fill(10_000).await;
        let near_the_end = uuid::Uuid::from_u128(9_940 << 32);
        let last = AccountPage { after: Some(near_the_end), ..all(50) };
        assert_eq!(bench.read(last.clone()).await.0.len(), 50, "{kind:?}");
        let first = bench.takes(&all(50)).await;
        let shown = |shown| AccountPage { shown, ..all(50) };
        let found = AccountPage { search: "PERSON 9999".into(), ..all(50) };
        assert_eq!(bench.read(found.clone()).await.0, ["user-09999@a.test"], "{kind:?}");
        for (page, times) in [
            (last, 4),
            (shown(AccountsShown::Protected), 20),
            (shown(AccountsShown::Unprotected), 20),
            (shown(AccountsShown::Invited), 20),
            (found, 20),
        ] {
            let took = bench.takes(&page).await;
            println!("{kind:?}: first page {first:?}, {:?} {:?} {took:?}", page.shown, page.search);
            assert!(took < first * times, "{kind:?}: {took:?} for {page:?}, and {first:?} for the first");
        }
    }
}
