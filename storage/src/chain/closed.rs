//! Reading what was closed, in the order in which it was closed.

use super::Chain;
use crate::audit::from_row;
use crate::entity::event;
use crate::error::{fault, intact};
use domain::audit::Event;
use domain::chain::Seat;
use domain::name::SiteId;
use domain::ports::StoreError;
use sea_orm::{EntityTrait, QueryFilter, QueryOrder};

impl Chain {
    /// The events of a batch, in its order.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub async fn closed(&self, batch: i64) -> Result<Vec<(Seat, Event)>, StoreError> {
        let rows = event::Entity::find()
            .filter(event::COLUMN.batch.eq(batch))
            .order_by_asc(event::Column::Position)
            .all(self.db.reader())
            .await
            .map_err(fault)?;
        let read = |row: event::Model| {
            let (position, site) = (row.position, SiteId::from_uuid(row.site_id));
            let event = from_row(row, site);
            intact("event", position.zip(event).map(|(position, event)| (Seat { batch, position }, event)))
        };
        rows.into_iter().map(read).collect()
    }
}
