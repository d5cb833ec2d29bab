//! Links with which a new password is chosen, and the browsers that are signed in, races included, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

#[macro_use]
mod support;

use domain::audit::{Event, EventKind, Place};
use domain::letter_limit::{DAY, HOUR, LINKS_PER_ADDRESS, LINKS_PER_ASKER, LINKS_PER_NETWORK, LinkCounts};
use domain::name::{ChallengeId, SessionId, User};
use domain::password_budget::Network;
use domain::policy::{PASSWORD_LINK, PASSWORD_LINK_KEPT};
use domain::ports::{Grounds, NewSession, Standing, Store};
use domain::seal::Sealed;
use domain::session::{Home, Session, TokenHash};
use domain::testing::SeededEntropy;
use domain::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use storage::account::{
    Account, Changed, ChosenPassword, Edited, EditedAccount, Email, LinkPurpose, NewAccount, NewLink,
    NewPassword, NewPasswordLink, PendingSignIn, Redemption, Role, SignedOut, user_of,
};
use storage::{AccountStore, Database, Outbox, SqlStore};
use support::Kind;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const OLD: &str = "$argon2id$old";

struct Bench {
    accounts: AccountStore,
    store: SqlStore,
    outbox: Outbox,
    /// On PostgreSQL as other processes have them: SQLite's has one.
    others: AccountStore,
    others_store: SqlStore,
    entropy: SeededEntropy,
}

impl Bench {
    async fn open(kind: Kind) -> Arc<Self> {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let other = match kind {
            Kind::Sqlite => db.clone(),
            Kind::Postgres => Database::open(&url).await.unwrap(),
        };
        Arc::new(Self {
            accounts: AccountStore::new(db.clone()),
            store: SqlStore::new(db.clone()),
            outbox: Outbox::new(db),
            others: AccountStore::new(other.clone()),
            others_store: SqlStore::new(other),
            entropy: SeededEntropy::new(1),
        })
    }

    fn event(&self, user: &User, kind: EventKind) -> Event {
        Event::new(kind, user, &Place::default(), NOW, &self.entropy)
    }

    /// Ada, who has a password; and, for whoever ends her account, another administrator.
    async fn ada(&self) -> Account {
        let mut accounts = Vec::new();
        for (token, address) in [(200, "ada@example.com"), (201, "eve@example.com")] {
            let email = Email::parse(address).unwrap();
            let (created_at, expires_at) = (NOW, NOW + HOUR);
            let (purpose, role) = (LinkPurpose::Account, Role::Admin);
            let new = NewLink {
                token: hash(token),
                purpose,
                email: Some(email.clone()),
                role,
                created_at,
                expires_at,
            };
            self.accounts.create_link(new).await.unwrap();
            let id = SessionId::new(NOW, &self.entropy).uuid();
            let new = NewAccount { id, email, password_hash: OLD.to_owned() };
            let event = self.event(&user_of(id).unwrap(), EventKind::AccountCreated);
            match self.accounts.redeem_link(hash(token), new, NOW, event).await.unwrap() {
                Redemption::Created(account) => accounts.push(account),
                other @ (Redemption::LinkUsed | Redemption::EmailTaken) => panic!("{other:?}"),
            }
        }
        accounts.swap_remove(0)
    }

    fn link(&self, of: &Account, token: u8, at: Timestamp) -> NewPasswordLink {
        let event = Event { at, ..self.event(&of.user, EventKind::PasswordLinkMade) };
        let sealed = Some(Sealed::from_bytes(vec![token; 40]));
        NewPasswordLink { token: hash(token), sealed, expires_at: at + PASSWORD_LINK, event }
    }

    fn chosen(&self, of: &Account, token: u8, new: &str, at: Timestamp) -> ChosenPassword {
        let event = Event { at, ..self.event(&of.user, EventKind::PasswordReset) };
        ChosenPassword { token: hash(token), account: of.id, hash: new.to_owned(), event }
    }

    fn changed(&self, of: &Account, to: &str) -> NewPassword {
        NewPassword {
            account: of.id,
            seen: Some(OLD.to_owned()),
            hash: to.to_owned(),
            but: None,
            by: None,
            opens: None,
            event: self.event(&of.user, EventKind::PasswordChanged),
        }
    }

    async fn is_good(&self, token: u8, at: Timestamp) -> bool {
        self.accounts.password_link(hash(token), at).await.unwrap().is_some()
    }

    async fn password(&self, of: &Account) -> String {
        self.accounts.account_by_user(&of.user).await.unwrap().unwrap().password_hash.unwrap()
    }

    fn session(&self, user: &User, token: u8, revision: i64) -> NewSession {
        let id = SessionId::new(NOW, &self.entropy);
        let (user, home) = (user.clone(), Home::Standalone);
        let place = Place { address: Some("192.0.2.7".into()), browser: Some(format!("Browser {token}")) };
        let event = Event::new(EventKind::SessionOpened, &user, &place, NOW, &self.entropy);
        let session =
            Session { id, user, home, opened_at: NOW, seen_at: NOW, stepped_up_at: None, sign_in: None };
        NewSession { session, token: hash(token), revision, unasked_at: None, event }
    }

    async fn revision(&self, user: &User) -> i64 {
        self.store.user_state(user).await.unwrap().revision
    }

    async fn signed_in(&self, user: &User, token: u8) -> SessionId {
        let new = self.session(user, token, self.revision(user).await);
        let id = new.session.id;
        assert!(self.store.open_session(new).await.unwrap());
        id
    }

    async fn is_signed_in(&self, token: u8) -> bool {
        self.store.session(hash(token)).await.unwrap().is_some()
    }

    async fn waiting(&self, user: &User, token: u8) {
        let (challenge, created_at) = (ChallengeId::new(NOW, &self.entropy), NOW);
        let expires_at = NOW + Duration::from_mins(5);
        let pending =
            PendingSignIn { token: hash(token), user: user.clone(), challenge, created_at, expires_at };
        self.accounts.open_pending(pending).await.unwrap();
    }

    fn signs_out(&self, user: &User, by: SessionId, session: Option<SessionId>) -> SignedOut {
        let by = Standing { session: by, grounds: Grounds::Alive };
        SignedOut { session, by, event: self.event(user, EventKind::SessionsEnded) }
    }
}

fn hash(token: u8) -> TokenHash {
    TokenHash([token; 32])
}

on_both! {
    a_link_is_good_once_and_ends_everything_that_was_open
    a_link_lasts_for_half_an_hour_and_is_tidied
    whoever_asks_again_gets_the_same_link_while_it_lasts_and_ends_nobodys
    a_link_dies_with_the_password_the_address_and_the_account
    of_many_browsers_with_one_link_one_chooses
    a_link_and_a_change_of_the_password_leave_one_password_and_no_link
    no_session_opens_by_a_password_that_is_reset_meanwhile
    asking_is_counted_for_who_asks_the_address_and_the_network
    browsers_are_listed_and_signed_out_from_another_one
    of_two_browsers_that_sign_each_other_out_one_stays
    an_administrator_signs_somebody_out_everywhere
}

async fn a_link_is_good_once_and_ends_everything_that_was_open(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    bench.signed_in(&ada.user, 1).await;
    bench.waiting(&ada.user, 2).await;
    assert!(bench.accounts.make_password_link(ada.id, &bench.link(&ada, 9, NOW)).await.unwrap());
    assert!(bench.is_good(9, NOW).await && !bench.is_good(8, NOW).await);
    assert!(bench.is_signed_in(1).await, "a link alone ends nothing");
    let told = bench.outbox.newest(10).await.unwrap().len();
    assert!(bench.accounts.reset_password(bench.chosen(&ada, 9, "$new", NOW)).await.unwrap());
    assert_eq!(bench.password(&ada).await, "$new");
    assert!(!bench.is_signed_in(1).await);
    assert_eq!(bench.accounts.pending(hash(2), NOW).await.unwrap(), None);
    assert_eq!(bench.outbox.newest(10).await.unwrap().len(), told + 1, "they are told");
    assert!(!bench.is_good(9, NOW).await);
    assert!(!bench.accounts.reset_password(bench.chosen(&ada, 9, "$newer", NOW)).await.unwrap());
    assert_eq!(bench.password(&ada).await, "$new");
}

async fn a_link_lasts_for_half_an_hour_and_is_tidied(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    assert!(bench.accounts.make_password_link(ada.id, &bench.link(&ada, 9, NOW)).await.unwrap());
    let over = NOW + PASSWORD_LINK;
    let last = over - Duration::from_secs(1);
    assert!(bench.is_good(9, last).await && !bench.is_good(9, over).await);
    assert!(!bench.accounts.reset_password(bench.chosen(&ada, 9, "$new", over)).await.unwrap());
    assert!(bench.accounts.reset_password(bench.chosen(&ada, 9, "$new", last)).await.unwrap());
    assert!(bench.accounts.make_password_link(ada.id, &bench.link(&ada, 10, NOW)).await.unwrap());
    assert!(bench.store.tidy(over + Duration::from_secs(1)).await.unwrap() > 0);
    assert_eq!(bench.accounts.password_link_of(ada.id, NOW).await.unwrap(), None);
}

async fn whoever_asks_again_gets_the_same_link_while_it_lasts_and_ends_nobodys(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    let mails =
        async |token, at| bench.accounts.mail_password_link(ada.id, &bench.link(&ada, token, at)).await;
    assert!(mails(1, NOW).await.unwrap());
    assert!(mails(2, NOW + Duration::from_mins(1)).await.unwrap(), "another letter");
    assert!(bench.is_good(1, NOW).await && !bench.is_good(2, NOW).await, "with the same link");
    let letters = bench.outbox.newest(10).await.unwrap().len();
    let late = NOW + PASSWORD_LINK_KEPT;
    assert!(mails(3, late).await.unwrap());
    assert!(!bench.is_good(1, late).await && bench.is_good(3, late).await, "with what lasts longer");
    assert_eq!(bench.outbox.newest(10).await.unwrap().len(), letters + 1);
    assert!(bench.accounts.make_password_link(ada.id, &bench.link(&ada, 4, late)).await.unwrap());
    assert!(!bench.is_good(3, late).await, "an administrator's takes its place");
    assert!(mails(5, late).await.unwrap());
    assert!(bench.is_good(4, late).await, "and nobody ends it by asking");
}

async fn a_link_dies_with_the_password_the_address_and_the_account(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    let made = async |token| {
        assert!(bench.accounts.make_password_link(ada.id, &bench.link(&ada, token, NOW)).await.unwrap());
        assert!(bench.is_good(token, NOW).await);
    };
    made(1).await;
    assert!(bench.accounts.set_password(bench.changed(&ada, OLD)).await.unwrap());
    assert!(!bench.is_good(1, NOW).await, "the password");
    made(2).await;
    let (edited, moved) =
        (bench.event(&ada.user, EventKind::AccountEdited), bench.event(&ada.user, EventKind::AccountMoved));
    let email = Email::parse("ada@example.org").unwrap();
    let edit = EditedAccount { account: ada.id, name: None, email, edited, moved };
    assert_eq!(bench.accounts.edit(edit).await.unwrap(), Edited::Done);
    assert!(!bench.is_good(2, NOW).await, "the address");
    made(5).await;
    let event = bench.event(&ada.user, EventKind::AccountRoleChanged);
    assert_eq!(bench.accounts.change_role(ada.id, Role::Member, event).await.unwrap(), Changed::Done);
    assert!(!bench.is_good(5, NOW).await, "the role");
    made(3).await;
    let end = bench.event(&ada.user, EventKind::AccountDeactivated);
    assert_eq!(bench.accounts.deactivate(ada.id, end).await.unwrap(), Changed::Done);
    assert!(!bench.is_good(3, NOW).await, "the account");
    assert!(!bench.accounts.make_password_link(ada.id, &bench.link(&ada, 4, NOW)).await.unwrap());
    let back = bench.event(&ada.user, EventKind::AccountReactivated);
    assert!(bench.accounts.reactivate(ada.id, back).await.unwrap());
    assert!(!bench.is_good(3, NOW).await, "and does not come back with it");
    assert!(!bench.accounts.reset_password(bench.chosen(&ada, 3, "$new", NOW)).await.unwrap());
    assert_eq!(bench.password(&ada).await, OLD);
}

async fn of_many_browsers_with_one_link_one_chooses(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    assert!(bench.accounts.make_password_link(ada.id, &bench.link(&ada, 9, NOW)).await.unwrap());
    let racers: Vec<_> = (0..32)
        .map(|number| {
            let (accounts, other) = (bench.accounts.clone(), bench.others.clone());
            let chosen = bench.chosen(&ada, 9, &format!("$new {number}"), NOW);
            let accounts = if number % 2 == 0 { accounts } else { other };
            tokio::spawn(async move { accounts.reset_password(chosen).await.unwrap().then_some(number) })
        })
        .collect();
    let mut winners = Vec::new();
    for racer in racers {
        winners.extend(racer.await.unwrap());
    }
    let [winner] = winners[..] else { panic!("{winners:?}") };
    assert_eq!(bench.password(&ada).await, format!("$new {winner}"));
}

/// Whoever is first, the other one does nothing: a link that was made for the old password is good for nothing after the change,
/// and the change that saw the old password is none after the link.
async fn a_link_and_a_change_of_the_password_leave_one_password_and_no_link(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    for round in 0..20_u8 {
        assert!(bench.accounts.make_password_link(ada.id, &bench.link(&ada, round, NOW)).await.unwrap());
        let (here, there) = (bench.accounts.clone(), bench.others.clone());
        let chosen = bench.chosen(&ada, round, "$by link", NOW);
        let changed = bench.changed(&ada, "$by change");
        let by_link = tokio::spawn(async move { here.reset_password(chosen).await.unwrap() });
        let by_change = tokio::spawn(async move { there.set_password(changed).await.unwrap() });
        let won = (by_link.await.unwrap(), by_change.await.unwrap());
        let (one, password) = if won.0 { ((true, false), "$by link") } else { ((false, true), "$by change") };
        assert_eq!((won, bench.password(&ada).await.as_str()), (one, password), "round {round}");
        assert!(!bench.is_good(round, NOW).await, "round {round}");
        let back = NewPassword { seen: Some(password.to_owned()), ..bench.changed(&ada, OLD) };
        assert!(bench.accounts.set_password(back).await.unwrap());
    }
}

/// Sign-ins by the old password, of one process, against the link in another.
async fn no_session_opens_by_a_password_that_is_reset_meanwhile(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    for round in 0..20_u8 {
        let link = 100 + round;
        assert!(bench.accounts.make_password_link(ada.id, &bench.link(&ada, link, NOW)).await.unwrap());
        let judged = bench.accounts.account_by_user(&ada.user).await.unwrap().unwrap();
        let revision = bench.accounts.revision(&judged).await.unwrap().unwrap();
        let signing_in: Vec<_> = (0..7)
            .map(|token| {
                let (store, new) = (bench.others_store.clone(), bench.session(&ada.user, token, revision));
                tokio::spawn(async move { store.open_session(new).await.unwrap() })
            })
            .collect();
        let chosen = bench.chosen(&ada, link, &format!("$round {round}"), NOW);
        assert!(bench.accounts.reset_password(chosen).await.unwrap());
        for sign_in in signing_in {
            sign_in.await.unwrap();
        }
        for token in 0..7 {
            assert!(!bench.is_signed_in(token).await, "round {round}: whoever gave the old password is out");
        }
        assert_eq!(bench.accounts.revision(&judged).await.unwrap(), None);
    }
}

async fn asking_is_counted_for_who_asks_the_address_and_the_network(bench: Arc<Bench>) {
    let claim = async |address: u8, asker: [u8; 32], stranger: Option<Network>, at: Timestamp| {
        let of = LinkCounts { address: [address; 32], asker, stranger };
        bench.accounts.claim_password_link(&of, at).await.unwrap()
    };
    let asks = async |address: u8, network: &str, at: Timestamp| {
        let network = Network::of(Some(network));
        let mut asker = [address; 32];
        asker.iter_mut().zip(network.bytes()).for_each(|(to, from)| *to = *from);
        claim(address, asker, Some(network), at).await
    };
    for _ in 0..LINKS_PER_ASKER {
        assert!(asks(1, "192.0.0.1", NOW).await);
    }
    assert!(!asks(1, "192.0.0.2", NOW).await, "who asks");
    for number in LINKS_PER_ASKER..LINKS_PER_ADDRESS {
        assert!(asks(1, &format!("192.0.{number}.1"), NOW).await, "{number}");
    }
    assert!(!asks(1, "198.51.100.1", NOW).await, "the address");
    for _ in 0..LINKS_PER_ASKER {
        assert!(claim(1, [77; 32], None, NOW).await, "a known browser is no stranger");
    }
    assert!(!claim(1, [77; 32], None, NOW).await);
    for number in 0..LINKS_PER_NETWORK {
        assert!(asks(10 + u8::try_from(number).unwrap(), "203.0.113.7", NOW).await);
    }
    assert!(!asks(99, "203.0.113.8", NOW).await, "the network");
    assert!(asks(99, "203.0.113.8", NOW + HOUR).await, "for an hour");
    assert!(asks(1, "192.0.0.1", NOW + DAY).await, "for a day");
}

async fn browsers_are_listed_and_signed_out_from_another_one(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    let mine = bench.signed_in(&ada.user, 1).await;
    let (second, third) = (bench.signed_in(&ada.user, 2).await, bench.signed_in(&ada.user, 3).await);
    bench.waiting(&ada.user, 4).await;
    let listed = bench.accounts.browsers(&ada.user, NOW).await.unwrap();
    assert_eq!(listed.len(), 3);
    let one = listed.iter().find(|one| one.session == second).unwrap();
    assert_eq!(one.place.browser.as_deref(), Some("Browser 2"));
    assert_eq!((one.place.address.as_deref(), one.opened_at, one.seen_at), (Some("192.0.2.7"), NOW, NOW));
    let idle = NOW + Home::Standalone.idle();
    assert!(bench.accounts.browsers(&ada.user, idle).await.unwrap().is_empty(), "what is idle is over");

    assert!(bench.accounts.sign_out(bench.signs_out(&ada.user, mine, Some(second))).await.unwrap());
    assert!(!bench.is_signed_in(2).await && bench.is_signed_in(3).await);
    assert!(!bench.accounts.sign_out(bench.signs_out(&ada.user, mine, Some(second))).await.unwrap(), "once");
    assert!(
        !bench.accounts.sign_out(bench.signs_out(&ada.user, second, Some(third))).await.unwrap(),
        "by one alive"
    );
    assert!(bench.is_signed_in(3).await);

    let revision = bench.revision(&ada.user).await;
    assert!(bench.accounts.sign_out(bench.signs_out(&ada.user, mine, None)).await.unwrap());
    assert!(bench.is_signed_in(1).await && !bench.is_signed_in(3).await);
    assert_eq!(bench.accounts.pending(hash(4), NOW).await.unwrap(), None);
    let under_way = bench.session(&ada.user, 5, revision);
    assert!(!bench.store.open_session(under_way).await.unwrap(), "a sign-in that was under way begins anew");
    assert!(!bench.accounts.sign_out(bench.signs_out(&ada.user, third, None)).await.unwrap(), "by one alive");
    assert!(bench.is_signed_in(1).await);
}

async fn of_two_browsers_that_sign_each_other_out_one_stays(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    for round in 0..20 {
        let (one, two) = (bench.signed_in(&ada.user, 1).await, bench.signed_in(&ada.user, 2).await);
        let all = round % 2 == 0;
        let (first, second) = (
            bench.signs_out(&ada.user, one, (!all).then_some(two)),
            bench.signs_out(&ada.user, two, (!all).then_some(one)),
        );
        let (here, there) = (bench.accounts.clone(), bench.others.clone());
        let first = tokio::spawn(async move { here.sign_out(first).await.unwrap() });
        let second = tokio::spawn(async move { there.sign_out(second).await.unwrap() });
        let won = (first.await.unwrap(), second.await.unwrap());
        assert!(won.0 != won.1, "round {round}: {won:?}");
        assert_eq!((bench.is_signed_in(1).await, bench.is_signed_in(2).await), won, "round {round}");
        let last = if won.0 { one } else { two };
        let event = bench.event(&ada.user, EventKind::SessionEnded);
        assert!(bench.store.end_session(last, event).await.unwrap());
    }
}

async fn an_administrator_signs_somebody_out_everywhere(bench: Arc<Bench>) {
    let ada = bench.ada().await;
    bench.signed_in(&ada.user, 1).await;
    bench.waiting(&ada.user, 2).await;
    let event = || bench.event(&ada.user, EventKind::SessionsEnded);
    assert!(bench.accounts.sign_out_everywhere(ada.id, event()).await.unwrap());
    assert!(!bench.is_signed_in(1).await);
    assert_eq!(bench.accounts.pending(hash(2), NOW).await.unwrap(), None);
    let nobody = SessionId::new(NOW, &bench.entropy).uuid();
    assert!(!bench.accounts.sign_out_everywhere(nobody, event()).await.unwrap());
}
