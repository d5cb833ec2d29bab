//! The outbox, on SQLite and on PostgreSQL: a notice is queued exactly when its change commits, and taken by one.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::audit::{Event, EventKind, Place};
use domain::factor::FactorKind;
use domain::name::{EmailAddress, EnrollmentId, Issuer, Label, SiteId, User, UserId};
use domain::notice::QueuedNotice;
use domain::ports::{Clock as _, Site, Store};
use domain::site::SitePolicy;
use domain::testing::{MovedClock, SeededEntropy};
use domain::time::Timestamp;
use std::time::Duration;
use storage::{Outbox, Sites, SqlStore};
use support::Kind;

struct Desk {
    store: SqlStore,
    outbox: Outbox,
    entropy: SeededEntropy,
    clock: MovedClock,
    user: User,
}

impl Desk {
    async fn open(kind: Kind, seed: u64) -> Self {
        let db = support::open(kind).await;
        let (entropy, clock) =
            (SeededEntropy::new(seed), MovedClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let id = UserId::parse(&EnrollmentId::new(clock.now(), &entropy).to_string()).unwrap();
        let user = User { site: SiteId::BUILT_IN, id };
        Self { store: SqlStore::new(db.clone()), outbox: Outbox::new(db), entropy, clock, user }
    }

    fn event(&self, kind: EventKind, user: &User) -> Event {
        Event::new(kind, user, &Place::default(), self.clock.now(), &self.entropy)
    }

    async fn mine(&self, now: Timestamp) -> Vec<QueuedNotice> {
        let mut mine = Vec::new();
        for queued in self.outbox.due(now, 1000).await.unwrap() {
            let told = self.outbox.event(queued.site, queued.event).await.unwrap().unwrap();
            if told.user == self.user {
                mine.push(queued);
            }
        }
        mine
    }
}

#[tokio::test]
async fn what_is_told_is_queued_and_nothing_else() {
    for kind in Kind::ALL {
        let desk = Desk::open(kind, 61).await;
        let elsewhere = User { site: SiteId::new(desk.clock.now(), &desk.entropy), id: desk.user.id.clone() };
        for told in [EventKind::PasswordChanged, EventKind::AuthenticatorAdded] {
            desk.store.record(desk.event(told, &desk.user)).await.unwrap();
            desk.store.record(desk.event(told, &elsewhere)).await.unwrap();
        }
        desk.store.record(desk.event(EventKind::ChallengePassed, &desk.user)).await.unwrap();
        let used = desk.event(EventKind::ChallengePassed, &desk.user).of_factor(FactorKind::RecoveryCode);
        desk.store.record(used).await.unwrap();
        assert_eq!(desk.mine(desk.clock.now()).await.len(), 3, "{kind:?}");
    }
}

#[tokio::test]
async fn a_change_that_does_not_commit_tells_nothing() {
    for kind in Kind::ALL {
        let desk = Desk::open(kind, 62).await;
        let event = desk.event(EventKind::TurnedOff, &desk.user);
        let unknown = EnrollmentId::new(desk.clock.now(), &desk.entropy);
        assert!(!desk.store.cancel_enrollment(&desk.user, unknown, event).await.unwrap());
        assert_eq!(desk.mine(desk.clock.now()).await, Vec::new(), "{kind:?}");
    }
}

#[tokio::test]
async fn of_many_senders_one_takes_a_notice_and_it_comes_back_until_it_is_settled() {
    for kind in Kind::ALL {
        let desk = Desk::open(kind, 63).await;
        desk.store.record(desk.event(EventKind::TurnedOff, &desk.user)).await.unwrap();
        let now = desk.clock.now();
        let seen = desk.mine(now).await.remove(0);
        let tries = (0..64).map(|_| {
            let (outbox, seen) = (desk.outbox.clone(), seen.clone());
            tokio::spawn(async move { outbox.take(&seen, seen.next(now)).await.unwrap() })
        });
        let mut winners = 0;
        for tried in tries.collect::<Vec<_>>() {
            winners += u32::from(tried.await.unwrap());
        }
        assert_eq!(winners, 1, "{kind:?}");
        assert_eq!(desk.mine(now).await, Vec::new(), "{kind:?}: nobody else sends it meanwhile");
        let later = now + Duration::from_mins(1);
        let again = desk.mine(later).await.remove(0);
        assert_eq!((again.event, again.attempts), (seen.event, 1), "{kind:?}: its sender died");
        desk.outbox.settle(&again, Some(later)).await.unwrap();
        assert_eq!(desk.mine(later + Duration::from_hours(9)).await, Vec::new(), "{kind:?}");
        assert!(desk.outbox.newest(1000).await.unwrap().contains(&(again.site, again.event)), "{kind:?}");
    }
}

#[tokio::test]
async fn a_sites_user_is_told_where_the_site_gave_an_address_and_wants_it() {
    for kind in Kind::ALL {
        let db = support::open(kind).await;
        let (store, outbox, sites) = (SqlStore::new(db.clone()), Outbox::new(db.clone()), Sites::new(db));
        let (entropy, now) = (SeededEntropy::new(64), Timestamp::from_millis(1_800_000_000_000));
        let site = SiteId::new(now, &entropy);
        let issuer = Issuer::parse("Shop").unwrap();
        let policy = SitePolicy::default();
        store
            .remember_site(&Site { id: site, issuer: issuer.clone(), policy: policy.clone() }, now)
            .await
            .unwrap();
        let user = |id: &str| User { site, id: UserId::parse(id).unwrap() };
        for id in ["ada", "bob"] {
            store.remember_user(&user(id), &Label::parse(id).unwrap(), now).await.unwrap();
        }
        let address = EmailAddress::parse("ada@example.com").unwrap();
        let moved = |id| Event::new(EventKind::AccountMoved, &user(id), &Place::default(), now, &entropy);
        assert!(store.remember_email(&user("ada"), &address, moved("ada")).await.unwrap());
        let happens = async |id: &str| {
            let event =
                Event::new(EventKind::AuthenticatorAdded, &user(id), &Place::default(), now, &entropy);
            store.record(event).await.unwrap();
        };
        happens("ada").await;
        happens("bob").await;
        let thief = EmailAddress::parse("thief@example.com").unwrap();
        assert!(store.remember_email(&user("ada"), &thief, moved("ada")).await.unwrap());
        let quiet = SitePolicy { tells_users: false, ..policy };
        store.remember_site(&Site { id: site, issuer, policy: quiet.clone() }, now).await.unwrap();
        assert_eq!(sites.find(site).await.unwrap().unwrap().policy, quiet, "{kind:?}");
        happens("ada").await;
        let due = outbox.due(now, 10_000).await.unwrap();
        let due: Vec<_> = due.into_iter().filter(|queued| queued.site == site).collect();
        assert_eq!(due.len(), 1, "{kind:?}: bob has no address, and then the site wants nobody told");
        let told = outbox.event(site, due[0].event).await.unwrap().unwrap();
        assert_eq!(told.user, user("ada"), "{kind:?}");
        let told_at = outbox.address(site, due[0].event).await.unwrap();
        assert_eq!(told_at.as_deref(), Some("ada@example.com"), "{kind:?}: where she was written to then");
        outbox.settle(&due[0], Some(now)).await.unwrap();
        assert_eq!(outbox.address(site, due[0].event).await.unwrap(), None, "{kind:?}: it is kept no longer");
    }
}
