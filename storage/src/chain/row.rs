//! The rows of the chain. A row that cannot be read as one is no fault: somebody changed it, and is to be told so.

use crate::entity::{chain_head, event, event_batch};
use crate::error::fault;
use domain::chain::{Batch, Digest, FoundEvent, Head, Personal, Record};
use domain::ports::StoreError;
use domain::seal::KeyId;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait};

/// The only row of the head.
pub(super) const ONLY: i32 = 1;

/// The head; `None` where there is none that anybody could have written.
pub(super) async fn head(db: &impl ConnectionTrait) -> Result<Option<Head>, StoreError> {
    let found = chain_head::Entity::find_by_id(ONLY).one(db).await.map_err(fault)?;
    Ok(found.and_then(|row| head_of(&row)))
}

fn head_of(row: &chain_head::Model) -> Option<Head> {
    let (hash, seal) = (digest(&row.hash)?, digest(&row.seal)?);
    Some(Head { batch: row.batch, hash, key: key(row.key_id)?, seal })
}

pub(super) fn batch_row(of: &Batch) -> event_batch::Model {
    event_batch::Model {
        number: of.number,
        count: of.count,
        first_at: of.first_at.millis(),
        last_at: of.last_at.millis(),
        closed_at: of.closed_at.millis(),
        key_id: of.key.0.into(),
        hash: of.hash.to_vec(),
    }
}

pub(super) fn batch_of(row: &event_batch::Model) -> Option<Batch> {
    Some(Batch {
        number: row.number,
        count: row.count,
        first_at: Timestamp::from_millis(row.first_at),
        last_at: Timestamp::from_millis(row.last_at),
        closed_at: Timestamp::from_millis(row.closed_at),
        key: key(row.key_id)?,
        hash: digest(&row.hash)?,
    })
}

pub(super) fn record_of(row: &event::Model) -> Record<'_> {
    Record {
        site: row.site_id,
        id: row.id,
        user: &row.user_id,
        by: row.by_user.as_deref(),
        at: row.at,
        kind: &row.kind,
        factor: row.factor.as_deref(),
        cause: row.cause.as_deref(),
    }
}

pub(super) fn personal_of(row: &event::Model) -> Personal<'_> {
    Personal {
        subject: row.subject.as_deref(),
        reason: row.reason.as_deref(),
        address: row.address.as_deref(),
        browser: row.browser.as_deref(),
    }
}

pub(super) fn found(row: &event::Model) -> FoundEvent<'_> {
    // A salt that cannot be one is a wrong one, not a wiped one.
    let salt = row.salt.as_deref().map(|salt| digest(salt).unwrap_or_default());
    let known = |of: &Option<Vec<u8>>| of.as_deref().and_then(digest);
    FoundEvent {
        position: row.position,
        record: record_of(row),
        personal: personal_of(row),
        salt,
        commitment: known(&row.commitment),
        digest: known(&row.digest),
    }
}

fn key(id: i64) -> Option<KeyId> {
    u32::try_from(id).ok().map(KeyId)
}

fn digest(bytes: &[u8]) -> Option<Digest> {
    bytes.try_into().ok()
}
