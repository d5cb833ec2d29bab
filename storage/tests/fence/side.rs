//! One database and those who use it, by a clock that is moved.

use domain::audit::Place;
use domain::challenge::Opened;
use domain::letter_limit::IN_ALL;
use domain::name::{Name, User};
use domain::ports::{Action, Challenge, Clock, Hasher, Store};
use domain::seal::{KeyId, KeyRing, SealingKey};
use domain::session::Home;
use domain::step_up::Caller;
use domain::testing::{InlineHasher, MovedClock, SeededEntropy};
use domain::time::Timestamp;
use domain::{Parts, TwoFactor};
use std::sync::Arc;
use storage::{Chain, Database, Sites, SqlStore};

pub(crate) fn keys() -> KeyRing {
    KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[7; 32]).unwrap())]).unwrap()
}

/// A server on a database.
pub(crate) struct Side {
    pub(crate) two_factor: TwoFactor,
    pub(crate) store: Arc<SqlStore>,
    pub(crate) sites: Sites,
    pub(crate) chain: Chain,
    pub(crate) db: Database,
    pub(crate) clock: Arc<MovedClock>,
    pub(crate) entropy: Arc<SeededEntropy>,
}

impl Side {
    pub(crate) async fn open(db: Database, now: Timestamp, seed: u64) -> Self {
        let entropy = Arc::new(SeededEntropy::new(seed));
        storage::begin(
            &db,
            &keys().check().unwrap(),
            &domain::chain::Head::genesis(&keys(), &*entropy).unwrap(),
        )
        .await
        .unwrap();
        let db = Chain::begin(db, &keys(), entropy.clone(), now).await.unwrap();
        let (store, clock) = (Arc::new(SqlStore::new(db.clone())), Arc::new(MovedClock::at(now)));
        let two_factor = TwoFactor::new(Parts {
            store: Arc::clone(&store) as Arc<dyn Store>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: entropy.clone(),
            hasher: Arc::new(InlineHasher::default()) as Arc<dyn Hasher>,
            first_factor: None,
            keys: keys(),
            mails: true,
            letters_in_all: IN_ALL,
        });
        let (sites, chain) = (Sites::new(db.clone()), Chain::new(db.clone(), keys()));
        Self { two_factor, store, sites, chain, db, clock, entropy }
    }

    /// A browser in which they proved everything a moment ago.
    pub(crate) async fn signed_in(&self, user: &User) -> Caller {
        let (revision, place) = (self.store.user_state(user).await.unwrap().revision, Place::default());
        let opened = self.two_factor.open_session(user, revision, Home::Standalone, true, &place).await;
        Caller { session: opened.unwrap().unwrap().1, place }
    }

    pub(crate) async fn challenge(&self, user: &User) -> Challenge {
        let action = Action(Name::parse("sign_in").unwrap());
        match self.two_factor.open_challenge(user, action, &Place::default()).await.unwrap() {
            Opened::Open(challenge) => challenge,
            Opened::EnrollmentRequired(_) | Opened::NotEnrolled => panic!("{user:?} is not protected"),
        }
    }
}
