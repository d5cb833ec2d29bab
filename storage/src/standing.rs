//! What whoever looks after a server asks of its database: how much waits in it, how its connections stand, and how many
//! events this process has written.

use crate::backend::Database;
use crate::entity::{email_code, event, notice};
use crate::error::fault;
use crate::tally::Recorded;
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select};

/// Rows that wait for something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub rows: u64,
    /// Since when the oldest does.
    pub since: Option<Timestamp>,
}

/// What waits in the database, of all replicas together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Notices that are to be mailed.
    pub notices: Waiting,
    /// Codes that are to be mailed.
    pub codes: Waiting,
    /// Events of the audit log that are not closed.
    pub open_events: Waiting,
}

/// One pool of connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// `writer` and `reader` of SQLite; `all` of PostgreSQL.
    pub name: &'static str,
    /// Connections that are open.
    pub open: u32,
    /// Of them, those that nobody uses.
    pub idle: u32,
    /// Connections that may be open.
    pub limit: u32,
}

impl Database {
    /// What waits in it.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn standing(&self) -> Result<Standing, StoreError> {
        let notices = notice::Entity::find().filter(notice::Column::DueAt.is_not_null());
        let codes = email_code::Entity::find().filter(email_code::Column::DueAt.is_not_null());
        let open = event::Entity::find().filter(Condition::all().add(event::Column::Batch.is_null()));
        Ok(Standing {
            notices: self.waiting(notices, notice::Column::At).await?,
            codes: self.waiting(codes, email_code::Column::MadeAt).await?,
            open_events: self.waiting(open, event::Column::At).await?,
        })
    }

    /// How many events of each kind this process has written and knows to be stored.
    #[must_use]
    pub fn recorded(&self) -> Vec<(Recorded, u64)> {
        self.tally().counts()
    }

    async fn waiting<E: EntityTrait>(&self, which: Select<E>, at: E::Column) -> Result<Waiting, StoreError> {
        let asked = which.select_only().column_as(at.count(), "rows").column_as(at.min(), "since");
        let found = asked.into_model::<Found>().one(self.reader()).await.map_err(fault)?;
        Ok(found.map_or_else(Waiting::default, Waiting::from))
    }
}

#[derive(FromQueryResult)]
struct Found {
    rows: i64,
    since: Option<i64>,
}

impl From<Found> for Waiting {
    fn from(Found { rows, since }: Found) -> Self {
        Self { rows: u64::try_from(rows).unwrap_or(0), since: since.map(Timestamp::from_millis) }
    }
}
