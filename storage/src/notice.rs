//! The outbox: notices are queued with the event they tell of, and taken from here to be sent.
//!
//! Any number of replicas may send: whoever takes a notice moves the moment at which it is due, under the guard that it
//! is still the one that was seen. A sender that dies has the notice sent again later: at least once, never lost.

use crate::audit;
use crate::backend::{Database, steps};
use crate::entity::{OwnedTable, notice, site, user, user_bytes};
use crate::error::{Step, fault, intact};
use crate::letter_limit;
use crate::tidy;
use crate::transaction::DatabaseTransaction;
use domain::audit::Event;
use domain::letter_limit::LetterCounts;
use domain::name::{EventId, SiteId, User};
use domain::notice::{LONGEST_PAUSE, Notice, QueuedNotice};
use domain::policy;
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Condition, Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::time::Duration;

/// Rows are kept this much longer than ceremonies that ended, for the mailbox of a server without mail.
const KEPT: Duration = Duration::from_hours(6 * 24);
/// No event is deleted by age before nobody is to be told of it any more.
const _: () = assert!(
    KEPT.as_secs() + policy::ENROLLMENT_CONFIRMED.as_secs() < policy::EVENTS_KEPT_AT_LEAST as u64 * 86_400
);

/// Queues what this event is told as, in its own transaction. Users of other sites are told where their site gave their
/// address and wants them told; whoever sends looks at both again.
pub(crate) async fn queue(db: &impl ConnectionTrait, event: &Event) -> Step {
    if !is_told(event) {
        return Ok(());
    }
    let Some(email) = told_at(db, &event.user).await? else { return Ok(()) };
    let row = notice::Model {
        site_id: event.user.site.uuid(),
        event_id: event.id.uuid(),
        user_id: user_bytes(&event.user),
        at: event.at.millis(),
        due_at: Some(event.at.millis()),
        attempts: 0,
        sent_at: None,
        email,
    };
    notice::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// Whether people are told of such an event by mail.
pub(crate) fn is_told(event: &Event) -> bool {
    Notice::of(event).is_some()
}

/// Where this user is told, if they are. `Some(None)`: where their account says, when it is told.
async fn told_at(db: &impl ConnectionTrait, who: &User) -> Result<Option<Option<String>>, DbErr> {
    if who.site == SiteId::BUILT_IN {
        return Ok(Some(None));
    }
    let telling = site::Entity::find_by_id(who.site.uuid()).filter(site::COLUMN.tells_users.eq(true));
    if telling.count(db).await? == 0 {
        return Ok(None);
    }
    let found = user::Entity::find().filter(user::Entity::owned_by(who)).one(db).await?;
    Ok(found.and_then(|user| user.email).map(Some))
}

/// Deletes what is too old to be shown.
pub(crate) async fn tidy(tx: &DatabaseTransaction, sites: &[Uuid], before: Timestamp) -> Step<u64> {
    let old = Condition::all().add(notice::COLUMN.at.lt((before - KEPT).millis()));
    let key = (notice::Column::SiteId, notice::Column::EventId);
    tidy::made_until::<notice::Entity>(tx, (sites, key), before - KEPT, &old).await
}

/// The outbox of all sites. Cheap to clone.
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

    /// The notices that are to be sent at `now`, at most `limit`, those that wait longest first. One that is due later than
    /// any pause lasts was put off by a clock that ran ahead: it is due now.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be read.
    pub async fn due(&self, now: Timestamp, limit: u64) -> Result<Vec<QueuedNotice>, StoreError> {
        // One after the other: each is one range of the index.
        let mut rows = self.read(notice::Column::DueAt.lte(now.millis()), limit).await?;
        let put_off = notice::Column::DueAt.gt((now.horizon() + LONGEST_PAUSE).millis());
        let room = limit.saturating_sub(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        rows.extend(self.read(put_off, room).await?);
        rows.iter().map(|row| intact("notice", queued(row))).collect()
    }

    async fn read(&self, which: Expr, limit: u64) -> Result<Vec<notice::Model>, StoreError> {
        let rows = notice::Entity::find().filter(which).order_by_asc(notice::Column::DueAt).limit(limit);
        rows.all(self.db.reader()).await.map_err(fault)
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
            .filter(this(seen.site, seen.event))
            .filter(notice::Column::DueAt.eq(seen.due_at.millis()))
            .filter(notice::Column::Attempts.eq(attempts));
        Ok(self.db.change(&update).await? == 1)
    }

    /// Records that a notice was sent, or, without a moment, that it was given up.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored. It will then be sent once more.
    pub async fn settle(&self, of: &QueuedNotice, sent_at: Option<Timestamp>) -> Result<(), StoreError> {
        let update = notice::Entity::update_many()
            .col_expr(notice::Column::DueAt, Expr::value(None::<i64>))
            .col_expr(notice::Column::SentAt, Expr::value(sent_at.map(Timestamp::millis)))
            .col_expr(notice::Column::Email, Expr::value(None::<String>))
            .filter(this(of.site, of.event));
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
    pub async fn postpone(&self, of: &QueuedNotice, due_at: Timestamp) -> Result<(), StoreError> {
        let update = notice::Entity::update_many()
            .col_expr(notice::Column::DueAt, Expr::value(due_at.millis()))
            .filter(this(of.site, of.event))
            .filter(notice::Column::DueAt.is_not_null());
        self.db.change(&update).await.map(|_| ())
    }

    /// Where the user of another site was written to when this happened. `None`: it was sent or given up since, or is of an
    /// account of the built-in sign-in.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn address(&self, site: SiteId, of: EventId) -> Result<Option<String>, StoreError> {
        let found =
            notice::Entity::find().filter(this(site, of)).one(self.db.reader()).await.map_err(fault)?;
        Ok(found.and_then(|row| row.email))
    }

    /// The event that a notice tells of.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn event(&self, site: SiteId, of: EventId) -> Result<Option<Event>, StoreError> {
        audit::find(&self.db, site, moment_of(site, of), of).await
    }

    /// The newest notices, sent or not, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be read.
    pub async fn newest(&self, limit: u64) -> Result<Vec<(SiteId, EventId)>, StoreError> {
        let rows = notice::Entity::find()
            .order_by_desc(notice::Column::EventId)
            .limit(limit)
            .all(self.db.reader())
            .await;
        Ok(rows
            .map_err(fault)?
            .iter()
            .map(|row| (SiteId::from_uuid(row.site_id), EventId::from_uuid(row.event_id)))
            .collect())
    }
}

/// When that happened which a notice tells of.
fn moment_of(site: SiteId, of: EventId) -> Expr {
    let at =
        Query::select().column(notice::Column::At).from(notice::Entity).cond_where(this(site, of)).take();
    Expr::SubQuery(None, Box::new(at.into()))
}

fn this(site: SiteId, of: EventId) -> Condition {
    Condition::all().add(notice::Column::SiteId.eq(site.uuid())).add(notice::Column::EventId.eq(of.uuid()))
}

fn queued(row: &notice::Model) -> Option<QueuedNotice> {
    Some(QueuedNotice {
        site: SiteId::from_uuid(row.site_id),
        event: EventId::from_uuid(row.event_id),
        at: Timestamp::from_millis(row.at),
        due_at: Timestamp::from_millis(row.due_at?),
        attempts: u32::try_from(row.attempts).ok()?,
    })
}
