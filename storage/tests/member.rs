//! Accounts as an administrator looks after them, races included, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

#[macro_use]
mod support;

use domain::audit::{Event, EventKind, Place};
use domain::name::{Name, SessionId, User, UserId};
use domain::ports::{EventPage, NewSession, SetRequirement, Store, Ticket, TicketFor, UserState};
use domain::requirement::Demand;
use domain::seal::Sealed;
use domain::session::{Home, Session, TokenHash};
use domain::testing::{SeededEntropy, contract};
use domain::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use storage::account::{
    Account, AccountState, Changed, Edited, EditedAccount, Email, Invited, NewInvitation, NewMember,
    PendingSignIn, Role, user_of,
};
use storage::{AccountStore, Database, Outbox, SqlStore};
use support::Kind;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const WEEK: Duration = Duration::from_hours(7 * 24);

struct Bench {
    accounts: AccountStore,
    store: SqlStore,
    outbox: Outbox,
    entropy: SeededEntropy,
}

impl Bench {
    async fn open(kind: Kind) -> Self {
        let db = Database::open(&support::empty_url(kind).await).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let (store, outbox) = (SqlStore::new(db.clone()), Outbox::new(db.clone()));
        Self { accounts: AccountStore::new(db), store, outbox, entropy: SeededEntropy::new(1) }
    }

    fn event(&self, id: Uuid, kind: EventKind) -> Event {
        Event::new(kind, &user_of(id).unwrap(), &Place::default(), NOW, &self.entropy)
    }

    fn invitation(&self, id: Uuid, token: u8) -> NewInvitation {
        NewInvitation {
            token: hash(token),
            sealed: Some(Sealed::from_bytes(vec![token; 40])),
            by: Some(UserId::parse("ada").unwrap()),
            expires_at: NOW + WEEK,
            event: self.event(id, EventKind::AccountInvited),
        }
    }

    async fn invite(&self, token: u8, address: &str, role: Role) -> (Uuid, Invited) {
        let id = SessionId::new(NOW, &self.entropy).uuid();
        let name = Name::parse("Bob B.").ok();
        let member = NewMember { id, email: email(address), name, role, required: None };
        (id, self.accounts.invite(&member, &self.invitation(id, token)).await.unwrap())
    }

    async fn join(&self, token: u8, id: Uuid, at: Timestamp) -> bool {
        let event = Event { at, ..self.event(id, EventKind::AccountCreated) };
        self.accounts.join(hash(token), id, "$argon2id$1", event).await.unwrap()
    }

    async fn member(&self, token: u8, address: &str, role: Role) -> Account {
        let (id, invited) = self.invite(token, address, role).await;
        assert_eq!((invited, self.join(token, id, NOW).await), (Invited::Done, true));
        self.account(id).await.unwrap()
    }

    async fn account(&self, id: Uuid) -> Option<Account> {
        self.accounts.account_by_user(&user_of(id).unwrap()).await.unwrap()
    }

    async fn edit(&self, id: Uuid, name: Option<&str>, address: &str) -> Edited {
        let (edited, moved) =
            (self.event(id, EventKind::AccountEdited), self.event(id, EventKind::AccountMoved));
        let name = name.map(|name| Name::parse(name).unwrap());
        let edited = EditedAccount { account: id, name, email: email(address), edited, moved };
        self.accounts.edit(edited).await.unwrap()
    }

    async fn deactivate(&self, id: Uuid) -> Changed {
        self.accounts.deactivate(id, self.event(id, EventKind::AccountDeactivated)).await.unwrap()
    }

    async fn change_role(&self, id: Uuid, role: Role) -> Changed {
        self.accounts.change_role(id, role, self.event(id, EventKind::AccountRoleChanged)).await.unwrap()
    }

    /// Signed in, asked for a second factor, and about to open a widget.
    async fn everywhere(&self, user: &User, token: u8) {
        let id = SessionId::new(NOW, &self.entropy);
        let event = self.event(Uuid::try_parse(user.id.as_str()).unwrap(), EventKind::SessionOpened);
        let (home, of) = (Home::Standalone, user.clone());
        let session =
            Session { id, user: of, home, opened_at: NOW, seen_at: NOW, stepped_up_at: None, sign_in: None };
        let revision = self.store.user_state(&session.user).await.unwrap().revision;
        let new = NewSession { session, token: hash(token), revision, unasked_at: None, event };
        assert!(self.store.open_session(new).await.unwrap());
        let challenge = domain::name::ChallengeId::new(NOW, &self.entropy);
        let (created_at, expires_at, user) = (NOW, NOW + Duration::from_mins(5), user.clone());
        let pending =
            PendingSignIn { token: hash(token), user: user.clone(), challenge, created_at, expires_at };
        self.accounts.open_pending(pending).await.unwrap();
        let (opens, torn) = (TicketFor::Session { sign_in: None }, false);
        self.store.issue_ticket(Ticket { hash: hash(token), user, opens, expires_at, torn }).await.unwrap();
    }

    /// Which of the three are there still.
    async fn open_of(&self, token: u8) -> [bool; 3] {
        [
            self.store.session(hash(token)).await.unwrap().is_some(),
            self.accounts.pending(hash(token), NOW).await.unwrap().is_some(),
            self.store.ticket(hash(token)).await.unwrap().is_some(),
        ]
    }

    /// In the order of their names: all of it happens at once here.
    async fn told(&self, id: Uuid) -> Vec<(&'static str, Option<String>)> {
        let page = self.store.events(EventPage::newest_of(&user_of(id).unwrap(), 50)).await.unwrap();
        let mut told: Vec<_> = page.into_iter().map(|event| (event.kind.as_str(), event.subject)).collect();
        told.sort();
        told
    }
}

fn hash(token: u8) -> TokenHash {
    TokenHash([token; 32])
}

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

on_both! {
    somebody_is_invited_and_joins
    what_is_required_of_somebody_is_so_before_they_join
    an_invitation_is_used_once_however_many_race
    only_the_last_link_of_an_invitation_is_good_and_only_for_its_time
    an_invitation_is_taken_back_and_its_address_is_free
    an_account_is_edited_and_its_address_is_nobody_elses
    whoever_was_invited_elsewhere_is_invited_anew
    another_role_ends_what_is_open
    a_deactivated_account_has_nothing_open_and_keeps_its_factors
    an_invited_account_that_is_deactivated_cannot_join
    of_administrators_who_remove_each_other_one_stays
}

async fn somebody_is_invited_and_joins(bench: Bench) {
    let (id, invited) = bench.invite(1, "Bob@example.com", Role::Admin).await;
    assert_eq!(invited, Invited::Done);
    let account = bench.account(id).await.unwrap();
    assert_eq!((account.state(), account.role), (AccountState::Invited, Role::Admin));
    assert_eq!(account.name.as_ref().map(Name::as_str), Some("Bob B."));
    let state = bench.store.user_state(&account.user).await.unwrap();
    assert_eq!(state.email.unwrap().as_str(), "Bob@example.com");
    let found = bench.accounts.invitation(hash(1), NOW).await.unwrap().unwrap();
    assert_eq!((found.account.id, found.by.unwrap().as_str()), (id, "ada"));
    assert_eq!(found.sealed, Some(Sealed::from_bytes(vec![1; 40])), "for the letter");
    assert_eq!(bench.accounts.link(hash(1), NOW).await.unwrap(), None, "it creates no other account");
    assert_eq!(bench.invite(2, "bob@EXAMPLE.com", Role::Member).await.1, Invited::EmailTaken);
    assert!(bench.join(1, id, NOW).await);
    let joined = bench.account(id).await.unwrap();
    assert_eq!(
        (joined.state(), joined.password_hash.as_deref()),
        (AccountState::Active, Some("$argon2id$1"))
    );
    assert_eq!(bench.accounts.invitation(hash(1), NOW).await.unwrap(), None);
    assert_eq!(bench.accounts.invitation_of(id, NOW).await.unwrap(), None);
    let again = bench.accounts.invite_again(id, &bench.invitation(id, 3)).await.unwrap();
    assert!(!again, "who has joined is not invited");
    let withdrawn = bench.event(id, EventKind::AccountWithdrawn);
    assert!(!bench.accounts.withdraw(id, withdrawn).await.unwrap(), "and not uninvited");
    assert_eq!(bench.told(id).await, [("account.created", None), ("account.invited", None)]);
}

async fn what_is_required_of_somebody_is_so_before_they_join(bench: Bench) {
    let id = SessionId::new(NOW, &bench.entropy).uuid();
    let (user, seen) = (user_of(id).unwrap(), Demand::default());
    let next = Demand { of_user: Some(NOW), ..Demand::default() };
    let event = bench.event(id, EventKind::RequirementSet);
    let required = Some(SetRequirement { user: user.clone(), seen, next: next.clone(), event });
    let member = NewMember { id, email: email("bob@example.com"), name: None, role: Role::Member, required };
    assert_eq!(bench.accounts.invite(&member, &bench.invitation(id, 1)).await.unwrap(), Invited::Done);
    assert_eq!(bench.store.user_state(&user).await.unwrap().demand, next);
    assert_eq!(bench.told(id).await, [("account.invited", None), ("requirement.set", None)]);
}

async fn an_invitation_is_used_once_however_many_race(bench: Bench) {
    let (id, _) = bench.invite(1, "bob@example.com", Role::Member).await;
    let tasks: Vec<_> = (0..32)
        .map(|n| {
            let (accounts, event) = (bench.accounts.clone(), bench.event(id, EventKind::AccountCreated));
            tokio::spawn(async move { accounts.join(hash(1), id, &format!("${n}"), event).await.unwrap() })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap());
    }
    assert_eq!(won, 1);
}

async fn only_the_last_link_of_an_invitation_is_good_and_only_for_its_time(bench: Bench) {
    let (id, _) = bench.invite(1, "bob@example.com", Role::Member).await;
    assert!(bench.accounts.invite_again(id, &bench.invitation(id, 2)).await.unwrap());
    assert_eq!(bench.accounts.invitation(hash(1), NOW).await.unwrap(), None);
    assert!(!bench.join(1, id, NOW).await);
    assert!(!bench.join(2, id, NOW + WEEK).await, "it has expired");
    assert_eq!(bench.accounts.invitation(hash(2), NOW + WEEK).await.unwrap(), None);
    bench.store.tidy(NOW + WEEK + Duration::from_secs(1)).await.unwrap();
    assert_eq!(bench.account(id).await.unwrap().state(), AccountState::Invited, "and may be invited again");
    assert!(bench.accounts.invite_again(id, &bench.invitation(id, 3)).await.unwrap());
    let somebody_else = bench.invite(4, "cyd@example.com", Role::Member).await.0;
    assert!(!bench.join(3, somebody_else, NOW).await, "a link is its account's");
    assert!(bench.join(3, id, NOW).await);
}

async fn an_invitation_is_taken_back_and_its_address_is_free(bench: Bench) {
    let (id, _) = bench.invite(1, "bob@example.com", Role::Member).await;
    let withdrawn = bench.event(id, EventKind::AccountWithdrawn);
    assert!(bench.accounts.withdraw(id, withdrawn).await.unwrap());
    assert_eq!(bench.account(id).await, None);
    assert!(!bench.join(1, id, NOW).await);
    let queued = bench.outbox.due(NOW, 10).await.unwrap();
    assert_eq!(queued, [], "its letter is not sent any more");
    assert_eq!(bench.invite(2, "bob@example.com", Role::Member).await.1, Invited::Done);
}

async fn an_account_is_edited_and_its_address_is_nobody_elses(bench: Bench) {
    let bob = bench.member(1, "bob@example.com", Role::Member).await;
    bench.invite(2, "cyd@example.com", Role::Member).await;
    assert_eq!(bench.edit(bob.id, None, "CYD@example.com").await, Edited::EmailTaken);
    assert_eq!(bench.account(bob.id).await.unwrap(), bob, "nothing was changed");
    assert_eq!(bench.edit(bob.id, Some("Bob"), "bob@example.com").await, Edited::Done);
    assert_eq!(bench.edit(bob.id, Some("Bob"), "Robert@example.com").await, Edited::Done);
    assert_eq!(bench.edit(bob.id, Some("Bob"), "Robert@example.com").await, Edited::Done, "nothing to do");
    let edited = bench.account(bob.id).await.unwrap();
    assert_eq!((edited.email.as_str(), edited.name.unwrap().as_str()), ("Robert@example.com", "Bob"));
    let state = bench.store.user_state(&bob.user).await.unwrap();
    assert_eq!(
        (state.label.unwrap().as_str(), state.email.unwrap().as_str()),
        ("Robert@example.com", "Robert@example.com")
    );
    let subject = |text: &str| Some(text.to_owned());
    let expected = [
        ("account.created", None),
        ("account.edited", None),
        ("account.edited", subject("Robert@example.com")),
        ("account.invited", None),
        ("account.moved", subject("bob@example.com")),
    ];
    assert_eq!(bench.told(bob.id).await, expected);
    assert_eq!(
        bench.outbox.due(NOW, 10).await.unwrap().len(),
        4,
        "two invitations, the new address, the old"
    );
    assert_eq!(bench.edit(Uuid::nil(), None, "eve@example.com").await, Edited::Gone);
}

async fn whoever_was_invited_elsewhere_is_invited_anew(bench: Bench) {
    let (id, _) = bench.invite(1, "bob@exmaple.com", Role::Member).await;
    assert_eq!(bench.edit(id, None, "bob@example.com").await, Edited::Done);
    assert!(!bench.join(1, id, NOW).await, "the link went to somebody else");
    assert_eq!(bench.told(id).await.first(), Some(&("account.edited", None)), "and nobody is told");
    assert!(bench.accounts.invite_again(id, &bench.invitation(id, 2)).await.unwrap());
    assert_eq!(bench.edit(id, Some("Bob"), "bob@example.com").await, Edited::Done);
    assert!(bench.join(2, id, NOW).await, "a name is no other address");
}

async fn another_role_ends_what_is_open(bench: Bench) {
    let ada = bench.member(1, "ada@example.com", Role::Admin).await;
    let bob = bench.member(2, "bob@example.com", Role::Member).await;
    bench.everywhere(&ada.user, 3).await;
    bench.everywhere(&bob.user, 4).await;
    assert_eq!(bench.change_role(bob.id, Role::Member).await, Changed::Already);
    assert_eq!(bench.open_of(4).await, [true; 3]);
    assert_eq!(bench.change_role(bob.id, Role::Admin).await, Changed::Done);
    assert_eq!((bench.open_of(3).await, bench.open_of(4).await), ([true; 3], [false; 3]));
    assert_eq!(bench.change_role(ada.id, Role::Member).await, Changed::Done);
    assert_eq!(bench.change_role(bob.id, Role::Member).await, Changed::LastAdmin);
    assert_eq!(bench.deactivate(bob.id).await, Changed::LastAdmin);
    bench.invite(5, "cyd@example.com", Role::Admin).await;
    assert_eq!(bench.deactivate(bob.id).await, Changed::LastAdmin, "who is invited has not joined");
    assert_eq!(bench.change_role(Uuid::nil(), Role::Member).await, Changed::Already);
    assert_eq!(bench.account(bob.id).await.unwrap().role, Role::Admin);
}

async fn a_deactivated_account_has_nothing_open_and_keeps_its_factors(bench: Bench) {
    bench.member(1, "ada@example.com", Role::Admin).await;
    let bob = bench.member(2, "bob@example.com", Role::Admin).await;
    let factors = contract::Bench::new(Arc::new(bench.store.clone()), domain::race!(), bob.user.id.as_str());
    factors.protected().await;
    let before = bench.store.user_state(&bob.user).await.unwrap();
    bench.everywhere(&bob.user, 3).await;
    assert_eq!(bench.deactivate(bob.id).await, Changed::Done);
    assert_eq!(bench.open_of(3).await, [false; 3]);
    assert_eq!(bench.deactivate(bob.id).await, Changed::Already);
    let after = bench.account(bob.id).await.unwrap();
    assert_eq!((after.state(), after.deactivated_at), (AccountState::Deactivated, Some(NOW)));
    let before = UserState { revision: before.revision + 1, ..before };
    assert_eq!(bench.store.user_state(&bob.user).await.unwrap(), before, "the factors are there");
    assert_eq!(bench.invite(4, "bob@example.com", Role::Member).await.1, Invited::EmailTaken);
    let event = || bench.event(bob.id, EventKind::AccountReactivated);
    assert!(bench.accounts.reactivate(bob.id, event()).await.unwrap());
    assert!(!bench.accounts.reactivate(bob.id, event()).await.unwrap());
    assert_eq!(bench.account(bob.id).await.unwrap().state(), AccountState::Active);
}

async fn an_invited_account_that_is_deactivated_cannot_join(bench: Bench) {
    let (id, _) = bench.invite(1, "bob@example.com", Role::Member).await;
    assert_eq!(bench.deactivate(id).await, Changed::Done);
    assert!(!bench.join(1, id, NOW).await);
    assert!(!bench.accounts.invite_again(id, &bench.invitation(id, 2)).await.unwrap());
    assert!(bench.accounts.reactivate(id, bench.event(id, EventKind::AccountReactivated)).await.unwrap());
    assert_eq!(bench.account(id).await.unwrap().state(), AccountState::Invited);
    assert!(!bench.join(1, id, NOW).await, "the link stays dead");
}

async fn of_administrators_who_remove_each_other_one_stays(bench: Bench) {
    let mut ids = Vec::new();
    for n in 0..8 {
        ids.push(bench.member(n, &format!("admin-{n}@example.com"), Role::Admin).await.id);
    }
    let tasks: Vec<_> = ids
        .iter()
        .cycle()
        .take(64)
        .enumerate()
        .map(|(n, id)| {
            let (accounts, id, demote) = (bench.accounts.clone(), *id, n % 3 == 0);
            let kind = if demote { EventKind::AccountRoleChanged } else { EventKind::AccountDeactivated };
            let event = bench.event(id, kind);
            tokio::spawn(async move {
                if demote {
                    accounts.change_role(id, Role::Member, event).await.unwrap()
                } else {
                    accounts.deactivate(id, event).await.unwrap()
                }
            })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        refused += usize::from(task.await.unwrap() == Changed::LastAdmin);
    }
    let mut left = 0;
    for id in ids {
        let account = bench.account(id).await.unwrap();
        left += usize::from(account.role == Role::Admin && account.is_active());
    }
    assert_eq!((left, refused > 0), (1, true));
}
