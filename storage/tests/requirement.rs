//! What is required of roles, who would be asked, and who is told of a deadline: on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::audit::{Event, EventKind, Place};
use domain::name::{Reason, SessionId, User};
use domain::ports::{EventPage, SetRequirement, Store};
use domain::requirement::{Demand, Exemption, Telling};
use domain::session::TokenHash;
use domain::testing::SeededEntropy;
use domain::time::Timestamp;
use std::time::Duration;
use storage::account::{
    Account, AccountPage, AccountsShown, Email, LinkPurpose, NewAccount, NewLink, Redemption, Role, user_of,
};
use storage::requirement::{Counted, RoleChange, Untold};
use storage::{AccountStore, Database, Requirements, SqlStore};
use support::Kind;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

struct Bench {
    accounts: AccountStore,
    requirements: Requirements,
    store: SqlStore,
    entropy: SeededEntropy,
}

fn in_days(days: u64) -> Timestamp {
    NOW + Duration::from_hours(24 * days)
}

impl Bench {
    async fn open(kind: Kind) -> Self {
        let db = Database::open(&support::empty_url(kind).await).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let (accounts, requirements) = (AccountStore::new(db.clone()), Requirements::new(db.clone()));
        Self { accounts, requirements, store: SqlStore::new(db), entropy: SeededEntropy::new(3) }
    }

    fn event(&self, user: &User, kind: EventKind) -> Event {
        Event::new(kind, user, &Place::default(), NOW, &self.entropy)
    }

    async fn account(&self, address: &str, role: Role) -> Account {
        let id = SessionId::new(NOW, &self.entropy).uuid();
        let mut token = [0; 32];
        token[..16].copy_from_slice(id.as_bytes());
        let (token, email) = (TokenHash(token), Email::parse(address).unwrap());
        let (purpose, expires_at) = (LinkPurpose::Account, in_days(1));
        let link = NewLink { token, purpose, email: None, role, created_at: NOW, expires_at };
        self.accounts.create_link(link).await.unwrap();
        let new = NewAccount { id, email, password_hash: "$".into() };
        let event = self.event(&user_of(id).unwrap(), EventKind::AccountCreated);
        let redeemed = self.accounts.redeem_link(token, new, NOW, event).await.unwrap();
        let Redemption::Created(account) = redeemed else { panic!("{redeemed:?}") };
        account
    }

    async fn demands(&self, of: &User, next: Demand) {
        let seen = self.store.user_state(of).await.unwrap().demand;
        let event = self.event(of, EventKind::RequirementSet);
        assert!(
            self.store.set_requirement(SetRequirement { user: of.clone(), seen, next, event }).await.unwrap()
        );
    }

    async fn requires(
        &self,
        role: Role,
        seen: Option<Timestamp>,
        next: Option<Timestamp>,
        by: &User,
    ) -> bool {
        let event = self.event(by, EventKind::RoleRequired);
        self.requirements.set_roles(&[RoleChange { role, seen, next, event }]).await.unwrap()
    }

    /// Those who are to be told, page after page of one.
    async fn untold(&self, now: Timestamp) -> Vec<Untold> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (untold, next) = self.requirements.untold(now, after.as_ref(), 1).await.unwrap();
            all.extend(untold);
            after = next;
            if after.is_none() {
                return all;
            }
        }
    }

    async fn tell(&self, untold: &Untold) -> bool {
        let event = self.event(&untold.user, untold.telling.kind());
        self.requirements.tell(untold, &event).await.unwrap()
    }

    async fn required(&self, now: Timestamp) -> Vec<String> {
        let (search, shown) = (String::new(), AccountsShown::Required);
        let page = self.accounts.page(&AccountPage { search, shown, after: None, limit: 9, now }).await;
        page.unwrap().items.into_iter().map(|one| one.email.as_str().to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_role_is_required_under_what_was_seen_and_reaches_its_accounts() {
    for kind in Kind::ALL {
        let bench = Bench::open(kind).await;
        let ada = bench.account("ada@example.com", Role::Admin).await;
        let bob = bench.account("bob@example.com", Role::Member).await;
        let mut racers = Vec::new();
        for days in 1..=8 {
            let event = bench.event(&ada.user, EventKind::RoleRequired);
            let change = RoleChange { role: Role::Member, seen: None, next: Some(in_days(days)), event };
            let requirements = bench.requirements.clone();
            racers.push(tokio::spawn(async move { requirements.set_roles(&[change]).await.unwrap() }));
        }
        let mut won = 0;
        for racer in racers {
            won += usize::from(racer.await.unwrap());
        }
        assert_eq!(won, 1, "one deadline is stored, however many race");
        let stored = bench.requirements.of_roles().await.unwrap();
        let of_bob = bench.store.user_state(&bob.user).await.unwrap().demand;
        assert_eq!(stored, [(Role::Member, of_bob.of_role.unwrap())]);
        assert_eq!(bench.store.user_state(&ada.user).await.unwrap().demand, Demand::default());
        assert!(!bench.requires(Role::Member, None, Some(NOW), &ada.user).await, "another one was seen");
        assert!(!bench.requires(Role::Admin, Some(NOW), None, &ada.user).await);
        let both = [
            RoleChange {
                role: Role::Member,
                seen: of_bob.of_role,
                next: None,
                event: bench.event(&ada.user, EventKind::RoleReleased),
            },
            RoleChange {
                role: Role::Admin,
                seen: Some(NOW),
                next: None,
                event: bench.event(&ada.user, EventKind::RoleReleased),
            },
        ];
        assert!(!bench.requirements.set_roles(&both).await.unwrap());
        assert_eq!(bench.requirements.of_roles().await.unwrap(), stored, "all of them or none");
        assert!(bench.requires(Role::Member, of_bob.of_role, Some(in_days(30)), &ada.user).await);
        assert!(bench.requires(Role::Member, Some(in_days(30)), None, &ada.user).await);
        assert_eq!(bench.requirements.of_roles().await.unwrap(), []);
        let events = bench.store.events(EventPage::newest_of(&ada.user, 50)).await.unwrap();
        assert_eq!(events.len(), 1 + 3, "what was refused is not in the log");
    }
}

#[tokio::test]
async fn who_would_be_asked_is_neither_protected_nor_exempt() {
    for kind in Kind::ALL {
        let bench = Bench::open(kind).await;
        bench.account("ada@example.com", Role::Admin).await;
        let bob = bench.account("bob@example.com", Role::Member).await;
        let cyd = bench.account("cyd@example.com", Role::Member).await;
        let count = async |roles: &[Role], now| bench.requirements.count(roles, now).await.unwrap();
        let everybody = [Role::Admin, Role::Member];
        assert_eq!(count(&everybody, NOW).await, Counted { asked: 3, people: 3 });
        assert_eq!(count(&[Role::Member], NOW).await, Counted { asked: 2, people: 2 });
        let exemption = Exemption { until: in_days(2), reason: Reason::parse("On leave").unwrap() };
        bench.demands(&bob.user, Demand { exemption: Some(exemption), ..Demand::default() }).await;
        assert_eq!(count(&[Role::Member], NOW).await, Counted { asked: 1, people: 2 });
        assert_eq!(count(&[Role::Member], in_days(2)).await.asked, 2, "it has ended by then");
        assert_eq!(bench.required(NOW).await, [""; 0]);
        bench.demands(&cyd.user, Demand { of_user: Some(in_days(9)), ..Demand::default() }).await;
        assert_eq!(bench.required(NOW).await, ["cyd@example.com"], "from whenever on");
        assert!(bench.requires(Role::Member, None, Some(in_days(5)), &cyd.user).await);
        assert_eq!(bench.required(NOW).await, ["cyd@example.com"], "bob is exempt");
        assert_eq!(bench.required(in_days(2)).await, ["bob@example.com", "cyd@example.com"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_is_told_of_a_deadline_once_and_reminded_once_however_many_replicas_look() {
    for kind in Kind::ALL {
        let bench = Bench::open(kind).await;
        let ada = bench.account("ada@example.com", Role::Admin).await;
        let bob = bench.account("bob@example.com", Role::Member).await;
        let cyd = bench.account("cyd@example.com", Role::Member).await;
        assert_eq!(bench.untold(NOW).await, []);
        assert!(bench.requires(Role::Member, None, Some(in_days(10)), &ada.user).await);
        bench.demands(&cyd.user, Demand { of_user: Some(in_days(8)), ..Demand::default() }).await;
        let untold = bench.untold(NOW).await;
        let said: Vec<_> = untold.iter().map(|one| (&one.user, one.telling, one.deadline)).collect();
        let expected =
            [(&bob.user, Telling::Announced, in_days(10)), (&cyd.user, Telling::Announced, in_days(8))];
        assert_eq!(said, expected, "of the earliest one");
        let mut racers = Vec::new();
        for _ in 0..8 {
            let event = bench.event(&bob.user, EventKind::RequirementAnnounced);
            let (requirements, one) = (bench.requirements.clone(), untold[0].clone());
            racers.push(tokio::spawn(async move { requirements.tell(&one, &event).await.unwrap() }));
        }
        let mut told = 0;
        for racer in racers {
            told += usize::from(racer.await.unwrap());
        }
        assert_eq!(told, 1);
        assert!(bench.tell(&untold[1]).await);
        assert_eq!(bench.untold(in_days(4)).await, []);
        let near = bench.untold(in_days(5)).await;
        assert_eq!(near.len(), 1);
        assert_eq!((&near[0].user, near[0].telling), (&cyd.user, Telling::Reminded));
        let exemption = Exemption { until: in_days(6), reason: Reason::parse("On leave").unwrap() };
        let exempt = Demand { of_user: Some(in_days(8)), exemption: Some(exemption), ..Demand::default() };
        bench.demands(&cyd.user, exempt).await;
        assert!(!bench.tell(&near[0]).await, "who is exempt meanwhile is not reminded");
        let near = bench.untold(in_days(6)).await;
        assert!(bench.tell(&near[0]).await);
        assert_eq!(bench.untold(in_days(6)).await, []);
        assert_eq!(bench.untold(in_days(7)).await[0].user, bob.user);
        assert_eq!(bench.untold(in_days(10)).await, [], "what has passed needs no letter");
        bench.demands(&cyd.user, Demand { of_user: Some(in_days(9)), ..Demand::default() }).await;
        let moved = bench.untold(in_days(1)).await;
        assert_eq!((moved.len(), moved[0].telling), (1, Telling::Announced), "another date is told again");
    }
}
