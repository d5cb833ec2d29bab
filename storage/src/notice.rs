//! The outbox: notices are queued with the event they tell of, and taken from here to be sent.
//!
//! Any number of replicas may send: whoever takes a notice moves the moment at which it is due, under the guard that it
//! is still the one that was seen. A sender that dies has the notice sent again later: at least once, never lost.

use crate::audit;
use crate::backend::{Database, steps};
use crate::entity::{notice, user_bytes};
use crate::error::{Step, fault, intact};
use crate::letter_limit;
use domain::audit::Event;
use domain::letter_limit::LetterCounts;
use domain::name::{EventId, SiteId};
use domain::notice::{Notice, QueuedNotice};
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::time::Duration;

/// Rows are kept this much longer than ceremonies that ended, for the mailbox of a server without mail.
const KEPT: Duration = Duration::from_hours(6 * 24);

/// Queues what this event is told as, in its own transaction. Users of other sites are told by their sites.
pub(crate) async fn queue(db: &impl ConnectionTrait, event: &Event) -> Step {
    if event.user.site != SiteId::BUILT_IN || Notice::of(event).is_none() {
        return Ok(());
    }
    let row = notice::Model {
        site_id: event.user.site.uuid(),
        event_id: event.id.uuid(),
        user_id: user_bytes(&event.user),
        at: event.at.millis(),
        due_at: Some(event.at.millis()),
        attempts: 0,
        sent_at: None,
    };
    notice::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// Deletes what is too old to be shown.
pub(crate) async fn tidy(tx: &DatabaseTransaction, before: Timestamp) -> Step<u64> {
    let old = notice::COLUMN.at.lt((before - KEPT).millis());
    Ok(notice::Entity::delete_many().filter(old).exec(tx).await?.rows_affected)
}

/// The outbox of the built-in site. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbox {
    db: Database,
}

impl Outbox {
    /// The outbox of this database.
    #[must_use]
    pub const fn new(db: Database) -> Self {
        Self { db }
    }

    /// The notices that are to be sent at `now`, at most `limit`, those that wait longest first.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be read.
    pub async fn due(&self, now: Timestamp, limit: u64) -> Result<Vec<QueuedNotice>, StoreError> {
        let rows = notice::Entity::find()
            .filter(notice::Column::SiteId.eq(SiteId::BUILT_IN.uuid()))
            .filter(notice::Column::DueAt.lte(now.millis()))
            .order_by_asc(notice::Column::DueAt)
            .limit(limit)
            .all(self.db.reader())
            .await;
        rows.map_err(fault)?.iter().map(|row| intact("notice", queued(row))).collect()
    }

    /// Takes a notice, to send it: until `next` nobody else does. Guard: nobody took it since it was seen.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored. It must then not be sent.
    pub async fn take(&self, seen: &QueuedNotice, next: Timestamp) -> Result<bool, StoreError> {
        let attempts = i32::try_from(seen.attempts).unwrap_or(i32::MAX);
        let update = notice::Entity::update_many()
            .col_expr(notice::Column::DueAt, Expr::value(next.millis()))
            .col_expr(notice::Column::Attempts, Expr::value(attempts.saturating_add(1)))
            .filter(this(seen.event))
            .filter(notice::Column::DueAt.eq(seen.due_at.millis()))
            .filter(notice::Column::Attempts.eq(attempts));
        Ok(self.db.change(&update).await? == 1)
    }

    /// Records that a notice was sent, or, without a moment, that it was given up.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored. It will then be sent once more.
    pub async fn settle(&self, of: EventId, sent_at: Option<Timestamp>) -> Result<(), StoreError> {
        let update = notice::Entity::update_many()
            .col_expr(notice::Column::DueAt, Expr::value(None::<i64>))
            .col_expr(notice::Column::SentAt, Expr::value(sent_at.map(Timestamp::millis)))
            .filter(this(of));
        self.db.change(&update).await.map(|_| ())
    }

    /// Counts a letter that is about to leave. `Some`: it may not, before so much time has passed.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be counted.
    pub async fn claim_letter(
        &self,
        counts: &LetterCounts,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreError> {
        let of = counts.clone();
        if self.db.guarded(steps!(tx => letter_limit::claim(tx, &of, now))).await? {
            return Ok(None);
        }
        let wait = letter_limit::wait(&self.db, counts, now).await?;
        Ok(Some(wait.max(Duration::from_secs(1))))
    }

    /// Takes a letter back that did not leave.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be counted.
    pub async fn release_letter(&self, counts: &LetterCounts) -> Result<(), StoreError> {
        let of = counts.clone();
        self.db.guarded(steps!(tx => letter_limit::release(tx, &of))).await.map(|_| ())
    }

    /// Has a notice that was taken wait until then.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn postpone(&self, of: EventId, due_at: Timestamp) -> Result<(), StoreError> {
        let update = notice::Entity::update_many()
            .col_expr(notice::Column::DueAt, Expr::value(due_at.millis()))
            .filter(this(of))
            .filter(notice::Column::DueAt.is_not_null());
        self.db.change(&update).await.map(|_| ())
    }

    /// The event that a notice tells of.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn event(&self, of: EventId) -> Result<Option<Event>, StoreError> {
        audit::find(&self.db, SiteId::BUILT_IN, of).await
    }

    /// The newest notices, sent or not, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be read.
    pub async fn newest(&self, limit: u64) -> Result<Vec<EventId>, StoreError> {
        let rows = notice::Entity::find()
            .filter(notice::Column::SiteId.eq(SiteId::BUILT_IN.uuid()))
            .order_by_desc(notice::Column::EventId)
            .limit(limit)
            .all(self.db.reader())
            .await;
        Ok(rows.map_err(fault)?.iter().map(|row| EventId::from_uuid(row.event_id)).collect())
    }
}

fn this(of: EventId) -> Condition {
    Condition::all()
        .add(notice::Column::SiteId.eq(SiteId::BUILT_IN.uuid()))
        .add(notice::Column::EventId.eq(of.uuid()))
}

fn queued(row: &notice::Model) -> Option<QueuedNotice> {
    Some(QueuedNotice {
        event: EventId::from_uuid(row.event_id),
        at: Timestamp::from_millis(row.at),
        due_at: Timestamp::from_millis(row.due_at?),
        attempts: u32::try_from(row.attempts).ok()?,
    })
}
