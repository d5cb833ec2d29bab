//! The verbs that are not the core's: accounts, sites, requirements, notices, the chain, the key, migrations.

use crate::impatience::Impatience;
use crate::{NOW, SeededEntropy};
use domain::audit::{Event, EventKind, Place};
use domain::letter_limit::LinkCounts;
use domain::name::{ChallengeId, EventId, Issuer, Name, SessionId, SiteId, User};
use domain::notice::QueuedNotice;
use domain::password_budget::{Guesser, Network};
use domain::policy::PASSWORD_LINK;
use domain::ports::{Grounds, Standing};
use domain::seal::{KeyCheck, KeyId, KeyRing, SealingKey};
use domain::session::TokenHash;
use domain::site::{PlainKey, Scope, SitePolicy};
use domain::time::Timestamp;
use std::time::Duration;
use storage::account::{
    ChosenPassword, Claim, EditedAccount, Email, LinkPurpose, NewAccount, NewInvitation, NewLink, NewMember,
    NewPassword, NewPasswordLink, PasswordTry, PendingSignIn, Role, SignedOut, user_of,
};
use storage::requirement::RoleChange;
use storage::site::SiteProfile;
use storage::{AccountStore, Chain, Database, Outbox, Requirements, Sites};
use uuid::Uuid;

/// Gives up, a little later each time, until the verb was quicker; its arguments are made anew.
macro_rules! until_it_answers {
    ($impatience:ident: $verb:literal, $attempt:expr) => {
        loop {
            if let Some(answer) = $impatience.give_up($verb, $attempt).await {
                break answer.unwrap_or_else(|error| panic!("{}: {error}", $verb));
            }
        }
    };
}

/// What every verb here is asked with.
struct Asked {
    entropy: SeededEntropy,
    account: Uuid,
    user: User,
    token: TokenHash,
}

impl Asked {
    /// The same account each time; `seed` is for the ids of its events, of which no two may be one.
    fn new(seed: u64) -> Self {
        let (entropy, account) =
            (SeededEntropy::new(seed), SessionId::new(NOW, &SeededEntropy::new(9)).uuid());
        Self { entropy, account, user: user_of(account).unwrap(), token: TokenHash([7; 32]) }
    }

    fn event(&self) -> Event {
        Event::new(EventKind::PasswordChanged, &self.user, &Place::default(), NOW, &self.entropy)
    }

    fn email() -> Email {
        Email::parse("ada@example.com").unwrap()
    }

    fn link(&self) -> NewLink {
        let (token, email) = (self.token, Some(Self::email()));
        let (created_at, expires_at) = (NOW, NOW + Duration::from_hours(1));
        NewLink { token, purpose: LinkPurpose::Account, email, role: Role::Admin, created_at, expires_at }
    }

    fn invitation(&self) -> NewInvitation {
        // A token of its own each time: the one before may have been stored.
        let token = TokenHash(*self.event().id.uuid().as_bytes().repeat(2).first_chunk().unwrap());
        let (event, expires_at) = (self.event(), NOW + Duration::from_hours(1));
        NewInvitation { token, sealed: None, by: None, expires_at, event }
    }

    fn member(&self) -> NewMember {
        let email = Email::parse("bob@example.com").unwrap();
        let id = SessionId::new(NOW, &self.entropy).uuid();
        NewMember { id, email, name: None, role: Role::Member, required: None }
    }
}

/// The keys with which events are proved here.
pub fn keys() -> KeyRing {
    KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[7; 32]).unwrap())]).unwrap()
}

/// A try is claimed anew each time: whoever gave up on one may have been counted.
async fn password_tries(accounts: &AccountStore, asked: &Asked, impatience: &Impatience) {
    let tried = |at: Timestamp| PasswordTry {
        subject: [3; 32],
        owner: Some(asked.user.clone()),
        guesser: Guesser::Session(SessionId::new(NOW, &asked.entropy)),
        at,
    };
    let claimed = async || match accounts.claim_password_try(tried(NOW)).await.unwrap() {
        Claim::Taken(claimed) => claimed,
        Claim::Wait(wait) => panic!("{wait:?}"),
    };
    until_it_answers!(impatience: "claim_password_try", accounts.claim_password_try(tried(NOW)));
    until_it_answers!(impatience: "refuse_password",
        accounts.refuse_password(claimed().await, Some(asked.event())));
    until_it_answers!(impatience: "forgive_password_tries", accounts.forgive_password_tries(claimed().await));
    until_it_answers!(impatience: "return_password_try", accounts.return_password_try(claimed().await));
    until_it_answers!(impatience: "tidy_password_tries", accounts.tidy_password_tries(NOW));
}

async fn password_links(accounts: &AccountStore, asked: &Asked, impatience: &Impatience) {
    let counts = LinkCounts { address: [1; 32], asker: [2; 32], stranger: Some(Network::of(None)) };
    until_it_answers!(impatience: "claim_password_link", accounts.claim_password_link(&counts, NOW));
    let link = || {
        let (token, event) = (asked.invitation().token, asked.event());
        NewPasswordLink { token, sealed: None, expires_at: NOW + PASSWORD_LINK, event }
    };
    until_it_answers!(impatience: "mail_password_link", accounts.mail_password_link(asked.account, &link()));
    until_it_answers!(impatience: "make_password_link", accounts.make_password_link(asked.account, &link()));
    let chosen = || ChosenPassword {
        token: asked.token,
        account: asked.account,
        hash: "$argon2id$1".to_owned(),
        event: asked.event(),
    };
    until_it_answers!(impatience: "reset_password", accounts.reset_password(chosen()));
    let by = Standing { session: SessionId::new(NOW, &asked.entropy), grounds: Grounds::Alive };
    let signed_out = || SignedOut { session: None, by, event: asked.event() };
    until_it_answers!(impatience: "sign_out", accounts.sign_out(signed_out()));
    until_it_answers!(impatience: "sign_out_everywhere",
        accounts.sign_out_everywhere(asked.account, asked.event()));
}

pub async fn accounts(db: &Database, impatience: &Impatience) {
    let (accounts, asked) = (AccountStore::new(db.clone()), Asked::new(10));
    let hash = || "$argon2id$1".to_owned();
    // The same link again is refused by its key once it is stored.
    while impatience.give_up("create_link", accounts.create_link(asked.link())).await.is_none() {}
    let new = || NewAccount { id: asked.account, email: Asked::email(), password_hash: hash() };
    until_it_answers!(impatience: "redeem_link", accounts.redeem_link(asked.token, new(), NOW, asked.event()));
    assert!(accounts.account_by_email(&Asked::email()).await.unwrap().is_some(), "it was redeemed");
    Box::pin(password_tries(&accounts, &asked, impatience)).await;
    let password = || NewPassword {
        account: asked.account,
        seen: Some(hash()),
        hash: hash(),
        but: None,
        by: None,
        opens: None,
        event: asked.event(),
    };
    until_it_answers!(impatience: "set_password", accounts.set_password(password()));
    let pending = || PendingSignIn {
        token: asked.invitation().token,
        user: asked.user.clone(),
        challenge: ChallengeId::new(NOW, &asked.entropy),
        created_at: NOW,
        expires_at: NOW + Duration::from_mins(5),
    };
    until_it_answers!(impatience: "open_pending", accounts.open_pending(pending()));
    until_it_answers!(impatience: "close_pending", accounts.close_pending(asked.token, NOW));
    until_it_answers!(impatience: "invite", accounts.invite(&asked.member(), &asked.invitation()));
    let invited = accounts.account_by_email(&asked.member().email).await.unwrap().unwrap().id;
    until_it_answers!(impatience: "invite_again", accounts.invite_again(invited, &asked.invitation()));
    until_it_answers!(impatience: "join", accounts.join(asked.token, invited, &hash(), asked.event()));
    until_it_answers!(impatience: "withdraw", accounts.withdraw(invited, asked.event()));
    let edited = || EditedAccount {
        account: asked.account,
        name: None,
        email: Asked::email(),
        edited: asked.event(),
        moved: asked.event(),
    };
    until_it_answers!(impatience: "edit", accounts.edit(edited()));
    Box::pin(password_links(&accounts, &asked, impatience)).await;
    until_it_answers!(impatience: "change_role", accounts.change_role(asked.account, Role::Member, asked.event()));
    until_it_answers!(impatience: "deactivate", accounts.deactivate(asked.account, asked.event()));
    until_it_answers!(impatience: "reactivate", accounts.reactivate(asked.account, asked.event()));
}

pub async fn the_rest(db: &Database, impatience: &Impatience) {
    let asked = Asked::new(11);
    let (sites, outbox) = (Sites::new(db.clone()), Outbox::new(db.clone()));
    let profile = || SiteProfile {
        id: SiteId::new(NOW, &asked.entropy),
        name: Name::parse("Shop").unwrap(),
        issuer: Issuer::parse("Shop").unwrap(),
        origins: Vec::new(),
        created_at: NOW,
        policy: SitePolicy::default(),
    };
    let site = SiteId::BUILT_IN;
    let event = asked.event();
    until_it_answers!(impatience: "create_site", sites.create(&profile(), Some(&asked.event())));
    until_it_answers!(impatience: "update_site", sites.update(&profile(), &profile(), Some(&event)));
    let key = || PlainKey::new(&asked.entropy);
    let scopes = [Scope::Verify];
    until_it_answers!(impatience: "create_key",
        sites.create_key(site, &key(), &scopes, NOW, Some(&asked.event())));
    let known = key();
    sites.create_key(site, &known, &scopes, NOW, None).await.unwrap();
    until_it_answers!(impatience: "touch_key", sites.caller(&known, NOW));
    until_it_answers!(impatience: "revoke_key", sites.revoke_key(site, known.name(), NOW, Some(&asked.event())));
    let change = || RoleChange { role: Role::Admin, seen: None, next: Some(NOW), event: asked.event() };
    let requirements = Requirements::new(db.clone());
    until_it_answers!(impatience: "set_roles", requirements.set_roles(&[change()]));
    let queued = QueuedNotice {
        site: SiteId::BUILT_IN,
        event: EventId::new(NOW, &asked.entropy),
        at: NOW,
        due_at: NOW,
        attempts: 0,
    };
    until_it_answers!(impatience: "take_notice", outbox.take(&queued, NOW));
    until_it_answers!(impatience: "settle_notice", outbox.settle(&queued, None));
    let chain = Chain::new(db.clone(), keys());
    let later = NOW + Duration::from_hours(1);
    until_it_answers!(impatience: "close", chain.close(later));
    let check = KeyCheck { key: KeyId(1), digest: [1; 32] };
    until_it_answers!(impatience: "key_check", storage::key_check(db, &check));
    until_it_answers!(impatience: "replace_key_check", storage::replace_key_check(db, &check, &check));
    until_it_answers!(impatience: "migrate", storage::migrate(db));
    until_it_answers!(impatience: "prove_commit", db.prove_commit());
    assert_eq!(
        chain.verify(None).await.unwrap().misfit,
        None,
        "whoever gave up closing has closed all of a batch"
    );
}
