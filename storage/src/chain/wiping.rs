//! What erasures say of the events that they wiped: when those are closed, when some of them are deleted by age, and when all of
//! it is verified.

use super::row;
use crate::entity::event;
use crate::error::{Step, Stop};
use crate::transaction::DatabaseTransaction;
use domain::chain::{Digest, Misfit, erasure_digest};
use domain::name::EventId;
use domain::seal::{KeyId, KeyRing};
use sea_orm::sea_query::{Condition, LockBehavior, LockType};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeSet;
use uuid::Uuid;

/// An erasure, as the events that it wiped name it: of which site and user, and its id.
pub(super) type Erasure = (Uuid, Vec<u8>, Uuid);

/// What an erasure is to say from now on.
pub(super) struct Left {
    pub(super) site: Uuid,
    pub(super) user: Vec<u8>,
    pub(super) at: i64,
    pub(super) erasure: Uuid,
    pub(super) digest: Digest,
}

/// An erasure and the events that say that it wiped them.
pub(super) struct Found {
    /// The event of the erasure.
    pub(super) own: Option<event::Model>,
    pub(super) wiped: Vec<event::Model>,
}

impl Found {
    fn ids(&self) -> Vec<EventId> {
        self.wiped.iter().map(|row| EventId::from_uuid(row.id)).collect()
    }

    /// Whether it wiped just the events that it says it did.
    pub(super) fn fits(&self, keys: &KeyRing) -> bool {
        let Some(own) = &self.own else { return false };
        let said = own.still_wiped.as_deref().or(own.wiped.as_deref());
        let of = EventId::from_uuid(own.id);
        key_of(own)
            .zip(row::digest_of(said))
            .is_some_and(|(key, said)| erasure_digest(keys, key, of, &self.ids()) == Ok(said))
    }
}

fn key_of(row: &event::Model) -> Option<KeyId> {
    row.key_id.and_then(|key| u32::try_from(key).ok()).map(KeyId)
}

/// As it is now.
pub(super) async fn find(db: &impl ConnectionTrait, erasure: &Erasure) -> Result<Found, DbErr> {
    let (site, user, id) = erasure;
    let named = Condition::any().add(event::COLUMN.erasure.eq(*id)).add(event::COLUMN.id.eq(*id));
    let rows = event::Entity::find()
        .filter(event::COLUMN.site_id.eq(*site))
        .filter(event::COLUMN.user_id.eq(user.clone()))
        .filter(named)
        .all(db)
        .await?;
    let (own, wiped) = rows.into_iter().partition::<Vec<_>, _>(|row| row.id == *id);
    Ok(Found { own: own.into_iter().next(), wiped })
}

/// What the erasures that wiped some of these events, which are about to be deleted, are to say of the rest. An erasure goes
/// after all that it wiped.
pub(super) async fn left(
    tx: &DatabaseTransaction,
    keys: &KeyRing,
    doomed: &[event::Model],
) -> Step<Result<Vec<Left>, Misfit>> {
    let ids: BTreeSet<Uuid> = doomed.iter().map(|row| row.id).collect();
    let mut left = Vec::new();
    for erasure in named(doomed) {
        let found = find(tx, &erasure).await?;
        let stripped = Misfit::Stripped { event: EventId::from_uuid(erasure.2) };
        if !found.fits(keys) {
            return Ok(Err(stripped));
        }
        let Found { own: Some(own), wiped } = found else { return Ok(Err(stripped)) };
        let rest: Vec<_> = wiped.iter().filter(|row| !ids.contains(&row.id)).collect();
        if ids.contains(&own.id) {
            if rest.is_empty() {
                continue;
            }
            return Ok(Err(stripped));
        }
        let rest: Vec<_> = rest.into_iter().map(|row| EventId::from_uuid(row.id)).collect();
        held(tx, &own).await?;
        let (site, user, id) = erasure;
        let key = key_of(&own).ok_or(Stop::Guard)?;
        let digest = super::sealed(erasure_digest(keys, key, EventId::from_uuid(id), &rest))?;
        left.push(Left { site, user, at: own.at, erasure: id, digest });
    }
    Ok(Ok(left))
}

/// Guard: nobody else is about to change it. Nobody waits for that.
async fn held(tx: &DatabaseTransaction, of: &event::Model) -> Step {
    let this = event::Entity::find_by_id((of.site_id, of.user_id.clone(), of.at, of.id));
    let held = this.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).one(tx).await?;
    held.map(drop).ok_or(Stop::Guard)
}

/// Leaves the erasures out that wiped events which wait to be closed, too, and are not among these: an erasure has its place
/// behind all that it wiped.
pub(super) async fn in_order(tx: &DatabaseTransaction, events: &mut Vec<event::Model>) -> Step {
    loop {
        let ids: BTreeSet<Uuid> = events.iter().map(|event| event.id).collect();
        let mut early = BTreeSet::new();
        for event in events.iter().filter(|event| event.wiped.is_some()) {
            let found = find(tx, &(event.site_id, event.user_id.clone(), event.id)).await?;
            let waits = |row: &event::Model| row.batch.is_none() && !ids.contains(&row.id);
            if found.wiped.iter().any(waits) {
                early.insert(event.id);
            }
        }
        if early.is_empty() {
            return Ok(());
        }
        events.retain(|event| !early.contains(&event.id));
    }
}

/// The erasures among these events, and those that wiped them.
fn named(rows: &[event::Model]) -> BTreeSet<Erasure> {
    let of = |row: &event::Model, id: Uuid| (row.site_id, row.user_id.clone(), id);
    let wiped = rows.iter().filter_map(|row| row.erasure.map(|id| of(row, id)));
    let erasures = rows.iter().filter(|row| row.wiped.is_some()).map(|row| of(row, row.id));
    wiped.chain(erasures).collect()
}
