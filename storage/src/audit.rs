//! The audit log: rows are inserted with the change they record, and never updated.

use crate::backend::Database;
use crate::entity::{OwnedTable, event, user_bytes};
use crate::error::{Step, fault, intact};
use domain::audit::{Cause, Event, EventKind, Place};
use domain::factor::FactorKind;
use domain::name::{EventId, User};
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

/// Writes an event, in the transaction of its change where it has one.
pub(crate) async fn record(db: &impl ConnectionTrait, event: &Event) -> Step {
    event::Entity::insert(to_row(event).into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// The user's newest events, newest first.
pub(crate) async fn newest(db: &Database, user: &User, limit: u32) -> Result<Vec<Event>, StoreError> {
    let rows = event::Entity::find()
        .filter(event::Entity::owned_by(user))
        .order_by_desc(event::Column::At)
        .order_by_desc(event::Column::Id)
        .limit(u64::from(limit))
        .all(db.reader())
        .await
        .map_err(fault)?;
    rows.into_iter().map(|row| intact("event", from_row(row, user))).collect()
}

fn to_row(event: &Event) -> event::Model {
    event::Model {
        site_id: event.user.site.uuid(),
        id: event.id.uuid(),
        user_id: user_bytes(&event.user),
        at: event.at.millis(),
        kind: event.kind.as_str().to_owned(),
        factor: event.factor.map(|kind| kind.as_str().to_owned()),
        cause: event.cause.map(|cause| cause.as_str().to_owned()),
        subject: event.subject.clone(),
        address: event.place.address.clone(),
        browser: event.place.browser.clone(),
    }
}

fn from_row(row: event::Model, user: &User) -> Option<Event> {
    Some(Event {
        id: EventId::from_uuid(row.id),
        user: user.clone(),
        at: Timestamp::from_millis(row.at),
        kind: EventKind::parse(&row.kind)?,
        factor: row.factor.map(|text| FactorKind::parse(&text).ok_or(())).transpose().ok()?,
        cause: row.cause.map(|text| Cause::parse(&text).ok_or(())).transpose().ok()?,
        subject: row.subject,
        place: Place { address: row.address, browser: row.browser },
    })
}
