//! The audit log: rows are inserted with the change they record, and never updated but to be closed ([`crate::chain`]) and
//! to erase what is personal.

use crate::backend::Database;
use crate::bundle::Bundle;
use crate::entity::{event, user_bytes};
use crate::error::{Step, fault, intact};
use crate::notice;
use crate::transaction::{DatabaseTransaction, Page};
use domain::audit::{Cause, Event, EventKind, Place};
use domain::factor::FactorKind;
use domain::name::{EventId, Reason, SiteId, User, UserId};
use domain::ports::{EventMark, EventPage, StoreError};
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    Condition, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

/// Writes an event with its proof, in the transaction of its change.
pub(crate) async fn record(tx: &DatabaseTransaction, event: &Event) -> Step {
    record_all(tx, &[event]).await
}

/// The same for several of one change, in this order, by one statement.
pub(crate) async fn record_all(tx: &DatabaseTransaction, events: &[&Event]) -> Step {
    record_with(tx, Bundle::default(), events).await
}

/// The same, told to the database together with what they record.
pub(crate) async fn record_with(tx: &DatabaseTransaction, bundle: Bundle, events: &[&Event]) -> Step {
    write_on(tx.page(), bundle, events)?.done(tx).await?;
    for event in events {
        notice::queue(tx, event).await?;
    }
    Ok(())
}

/// What is told together, with the rows of these events, of which this page keeps the proofs.
pub(crate) fn write_on(page: &Page, bundle: Bundle, events: &[&Event]) -> Step<Bundle> {
    let mut rows: Vec<event::Model> = events.iter().map(|event| to_row(event)).collect();
    rows.iter_mut().try_for_each(|row| page.prove(row))?;
    for event in events {
        page.count(event);
    }
    if rows.is_empty() {
        return Ok(bundle);
    }
    let count = rows.len();
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    Ok(bundle.add(event::Entity::insert_many(rows).into_query(), count))
}

/// The same for the event of an erasure, which says what it wiped.
pub(crate) async fn record_erasure(tx: &DatabaseTransaction, event: &Event, wiped: &[EventId]) -> Step {
    let wiped = tx.journal().map(|journal| journal.wiped(event.id, wiped)).transpose()?;
    write(tx, event::Model { wiped: wiped.map(|digest| digest.to_vec()), ..to_row(event) }).await?;
    tx.page().count(event);
    notice::queue(tx, event).await
}

async fn write(tx: &DatabaseTransaction, mut row: event::Model) -> Step {
    tx.page().prove(&mut row)?;
    event::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// A page of the events of a site or of one of its users, newest first.
pub(crate) async fn page(db: &Database, page: &EventPage) -> Result<Vec<Event>, StoreError> {
    let mut asked = event::Entity::find().filter(event::COLUMN.site_id.eq(page.site.uuid()));
    if let Some(id) = &page.user {
        asked = asked.filter(event::COLUMN.user_id.eq(id.as_str().as_bytes().to_vec()));
    }
    if let Some(kind) = page.kind {
        asked = asked.filter(event::COLUMN.kind.eq(kind.as_str()));
    }
    if let Some(from) = page.from {
        asked = asked.filter(event::COLUMN.at.gte(from.millis()));
    }
    if let Some(to) = page.to {
        asked = asked.filter(event::COLUMN.at.lt(to.millis()));
    }
    if let Some(mark) = page.after {
        asked = asked.filter(behind(mark));
    }
    let rows = asked
        .order_by_desc(event::Column::At)
        .order_by_desc(event::Column::Id)
        .limit(u64::from(page.limit))
        .all(db.reader())
        .await
        .map_err(fault)?;
    rows.into_iter().map(|row| intact("event", from_row(row, page.site))).collect()
}

/// The event of this moment, which may be asked for, and id.
pub(crate) async fn find(
    db: &Database,
    site: SiteId,
    at: Expr,
    id: EventId,
) -> Result<Option<Event>, StoreError> {
    let asked = event::Entity::find()
        .filter(event::COLUMN.site_id.eq(site.uuid()))
        .filter(Expr::col((event::Entity, event::Column::At)).eq(at))
        .filter(event::COLUMN.id.eq(id.uuid()));
    let row = asked.one(db.reader()).await.map_err(fault)?;
    row.map(|row| intact("event", from_row(row, site))).transpose()
}

/// `at <= …` once more, so that an index on the time is used up to there.
fn behind(mark: EventMark) -> Condition {
    let (at, id) = (mark.at.millis(), mark.id.uuid());
    let earlier = Condition::any().add(event::COLUMN.at.lt(at)).add(event::COLUMN.id.lt(id));
    Condition::all().add(event::COLUMN.at.lte(at)).add(earlier)
}

fn to_row(event: &Event) -> event::Model {
    event::Model {
        site_id: event.user.site.uuid(),
        id: event.id.uuid(),
        user_id: user_bytes(&event.user),
        by_user: event.by.as_ref().map(|by| by.as_str().as_bytes().to_vec()),
        at: event.at.millis(),
        kind: event.kind.as_str().to_owned(),
        factor: event.factor.map(|kind| kind.as_str().to_owned()),
        cause: event.cause.map(|cause| cause.as_str().to_owned()),
        subject: event.subject.clone(),
        reason: event.reason.as_ref().map(|reason| reason.as_str().to_owned()),
        address: event.place.address.clone(),
        browser: event.place.browser.clone(),
        key_id: None,
        writer: None,
        sequence: None,
        mark: None,
        mac: None,
        wiped: None,
        still_wiped: None,
        erasure: None,
        batch: None,
        position: None,
        salt: None,
        commitment: None,
        digest: None,
    }
}

pub(crate) fn from_row(row: event::Model, site: SiteId) -> Option<Event> {
    Some(Event {
        id: EventId::from_uuid(row.id),
        user: User { site, id: user_id(&row.user_id)? },
        by: row.by_user.map(|bytes| user_id(&bytes).ok_or(())).transpose().ok()?,
        at: Timestamp::from_millis(row.at),
        kind: EventKind::parse(&row.kind)?,
        factor: row.factor.map(|text| FactorKind::parse(&text).ok_or(())).transpose().ok()?,
        cause: row.cause.map(|text| Cause::parse(&text).ok_or(())).transpose().ok()?,
        subject: row.subject,
        reason: row.reason.map(|text| Reason::parse(&text).map_err(|_| ())).transpose().ok()?,
        place: Place { address: row.address, browser: row.browser },
    })
}

fn user_id(bytes: &[u8]) -> Option<UserId> {
    UserId::parse(str::from_utf8(bytes).ok()?).ok()
}
