//! The browsers in which somebody is signed in: which there are, and signing them out from another one.

use super::member::shut_out;
use super::{AccountStore, user_of};
use crate::backend::steps;
use crate::entity::{OwnedTable, pending_sign_in, session};
use crate::error::{Step, Stop, fault, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, enrollment, session as sessions, user};
use domain::audit::{Event, Place};
use domain::name::{SessionId, User};
use domain::ports::{Standing, StoreError};
use domain::session::Home;
use domain::time::Timestamp;
use sea_orm::sea_query::Condition;
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// More are not listed; all of them can be signed out.
const MOST: u64 = 100;

/// A browser in which somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedInBrowser {
    /// Its session.
    pub session: SessionId,
    /// What it is, and where it was when it signed in, as far as that is known.
    pub place: Place,
    /// When it signed in.
    pub opened_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
}

/// A browser to be signed out from another one.
#[derive(Clone, Debug)]
pub struct SignedOut {
    /// The session to be ended; `None`: all but the one that asks.
    pub session: Option<SessionId>,
    /// The session that asks.
    pub by: Standing,
    /// What the log says, and of whom.
    pub event: Event,
}

impl AccountStore {
    /// The browsers in which this user is signed in at `now`, those that were used last first.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be read.
    pub async fn browsers(&self, of: &User, now: Timestamp) -> Result<Vec<SignedInBrowser>, StoreError> {
        let home = Home::Standalone;
        let rows = session::Entity::find()
            .filter(session::Entity::owned_by(of))
            .filter(session::COLUMN.home.eq(home.as_str()))
            .filter(session::COLUMN.opened_at.gt((now - home.lifetime()).millis()))
            .filter(session::COLUMN.seen_at.gt((now - home.idle()).millis()))
            .order_by_desc(session::Column::SeenAt)
            .limit(MOST);
        let rows = rows.all(self.db.reader()).await.map_err(fault)?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// Signs browsers out. Guards: the session that asks is alive; and so is the one that is to end.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn sign_out(&self, of: SignedOut) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => sign_out(tx, &of))).await
    }

    /// Signs an account out everywhere; no device of it is remembered. Guard: it is there.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn sign_out_everywhere(&self, id: Uuid, event: Event) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => everywhere(tx, id, &event))).await
    }
}

/// Two browsers that sign each other out stand in line at their user.
async fn sign_out(tx: &DatabaseTransaction, of: &SignedOut) -> Step {
    let owner = &of.event.user;
    match of.session {
        Some(id) => {
            user::lock(tx, owner).await?;
            enrollment::cancel_pending_of(tx, owner, id).await?;
            sessions::stands(tx, owner, Some(&of.by)).await?;
            let this = session::Entity::owned_by(owner).add(session::COLUMN.id.eq(id.uuid()));
            one_row(session::Entity::delete_many().filter(this).exec(tx).await?.rows_affected)?;
        }
        None => {
            // A sign-in that is under way begins anew.
            user::change(tx, owner).await?;
            let waiting: Condition = pending_sign_in::Entity::owned_by(owner);
            pending_sign_in::Entity::delete_many().filter(waiting).exec(tx).await?;
            sessions::stands(tx, owner, Some(&of.by)).await?;
            sessions::end_others(tx, owner, Some(of.by.session)).await?;
        }
    }
    audit::record(tx, &of.event).await
}

async fn everywhere(tx: &DatabaseTransaction, id: Uuid, event: &Event) -> Step {
    shut_out(tx, &user_of(id).ok_or(Stop::Guard)?).await?;
    audit::record(tx, event).await
}

fn read(row: session::Model) -> SignedInBrowser {
    SignedInBrowser {
        session: SessionId::from_uuid(row.id),
        place: Place { address: row.address, browser: row.browser },
        opened_at: Timestamp::from_millis(row.opened_at),
        seen_at: Timestamp::from_millis(row.seen_at),
    }
}
