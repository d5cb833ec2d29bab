//! The rows of the chain. A row that cannot be read as one is no fault: somebody changed it, and is to be told so.

use crate::entity::{chain_cut, chain_head, event, event_batch, event_writer};
use crate::error::fault;
use domain::chain::{Batch, Cut, Digest, FoundEvent, Head, Misfit, Personal, Record, Stamp, Writer};
use domain::ports::StoreError;
use domain::seal::{KeyId, KeyRing};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

/// The row of the genesis.
pub(super) const GENESIS: i32 = 0;
/// The row of the head, and of what was deleted.
pub(super) const ONLY: i32 = 1;

/// What is sealed: where the chain begins and ends, what was deleted in between, and what its writers have counted.
#[derive(Clone)]
pub(super) struct Chained {
    pub(super) genesis: Head,
    pub(super) head: Head,
    pub(super) cut: Option<Cut>,
    pub(super) writers: Vec<Writer>,
}

/// Reads it, as of one moment where `db` is a snapshot, and says what does not fit.
pub(super) async fn chained(
    db: &impl ConnectionTrait,
    keys: &KeyRing,
) -> Result<Result<Chained, Misfit>, StoreError> {
    let heads = chain_head::Entity::find().all(db).await.map_err(fault)?;
    let writers = event_writer::Entity::find().order_by_asc(event_writer::Column::Number).all(db).await;
    let writers: Vec<Writer> = writers.map_err(fault)?.iter().map(writer_of).collect();
    let cuts = chain_cut::Entity::find().all(db).await.map_err(fault)?;
    let of =
        |id: i32| heads.iter().find(|row| row.id == id).and_then(head_of).filter(|head| head.holds(keys));
    let Some(genesis) = of(GENESIS).filter(|genesis| is_genesis(keys, genesis)) else {
        return Ok(Err(Misfit::Genesis));
    };
    let Some(head) = of(ONLY).filter(|head| head.batch > 0 || head.hash == genesis.hash) else {
        return Ok(Err(Misfit::Head));
    };
    if heads.len() != 2 {
        return Ok(Err(Misfit::Head));
    }
    let cut = cuts.first().and_then(cut_of);
    let legible = cuts.len() == usize::from(cut.is_some());
    if !legible || !head.stands_on(keys, cut.as_ref()) {
        return Ok(Err(Misfit::Cut));
    }
    if !head.counts(keys, &writers) {
        return Ok(Err(Misfit::Writers));
    }
    Ok(Ok(Chained { genesis, head, cut, writers }))
}

fn is_genesis(keys: &KeyRing, head: &Head) -> bool {
    head.batch == 0 && head.counts(keys, &[]) && head.stands_on(keys, None)
}

impl Chained {
    /// Of which batch the chain goes on behind: zero, where it begins with its genesis.
    pub(super) fn base(&self) -> (i64, Digest) {
        self.cut.as_ref().map_or((0, self.genesis.hash), |cut| (cut.batch, cut.hash))
    }
}

pub(super) fn head_row(id: i32, of: &Head) -> chain_head::Model {
    chain_head::Model {
        id,
        batch: of.batch,
        hash: of.hash.to_vec(),
        writers: of.writers.to_vec(),
        cut: of.cut.to_vec(),
        key_id: of.key.0.into(),
        seal: of.seal.to_vec(),
    }
}

fn head_of(row: &chain_head::Model) -> Option<Head> {
    let (hash, writers, cut) = (digest(&row.hash)?, digest(&row.writers)?, digest(&row.cut)?);
    Some(Head { batch: row.batch, hash, writers, cut, key: key(row.key_id)?, seal: digest(&row.seal)? })
}

pub(super) fn cut_row(of: &Cut) -> chain_cut::Model {
    chain_cut::Model {
        id: ONLY,
        batch: of.batch,
        hash: of.hash.to_vec(),
        events: of.events,
        until: of.until.millis(),
        cut_at: of.at.millis(),
        key_id: of.key.0.into(),
        seal: of.seal.to_vec(),
    }
}

pub(super) fn cut_of(row: &chain_cut::Model) -> Option<Cut> {
    Some(Cut {
        batch: row.batch,
        hash: digest(&row.hash)?,
        events: row.events,
        until: Timestamp::from_millis(row.until),
        at: Timestamp::from_millis(row.cut_at),
        key: key(row.key_id)?,
        seal: digest(&row.seal)?,
    })
    .filter(|_| row.id == ONLY)
}

pub(super) fn writer_row(of: &Writer) -> event_writer::Model {
    event_writer::Model {
        number: of.number,
        settled: of.settled,
        count: of.count,
        closed: of.closed,
        cut: of.cut,
        seen_at: of.seen_at.millis(),
        ended: of.ended,
    }
}

fn writer_of(row: &event_writer::Model) -> Writer {
    Writer {
        number: row.number,
        settled: row.settled,
        count: row.count,
        closed: row.closed,
        cut: row.cut,
        seen_at: Timestamp::from_millis(row.seen_at),
        ended: row.ended,
    }
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

pub(crate) fn record_of(row: &event::Model) -> Record<'_> {
    Record {
        site: row.site_id,
        id: row.id,
        user: &row.user_id,
        by: row.by_user.as_deref(),
        at: row.at,
        kind: &row.kind,
        factor: row.factor.as_deref(),
        cause: row.cause.as_deref(),
        wiped: row.wiped.as_deref(),
    }
}

pub(crate) fn personal_of(row: &event::Model) -> Personal<'_> {
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
    FoundEvent {
        position: row.position,
        stamp: stamp_of(row),
        record: record_of(row),
        personal: personal_of(row),
        salt,
        commitment: digest_of(row.commitment.as_deref()),
        erasure: row.erasure,
        // As with a salt.
        still_wiped: row.still_wiped.as_deref().map(|said| digest(said).unwrap_or_default()),
        mac: digest_of(row.mac.as_deref()),
        digest: digest_of(row.digest.as_deref()),
    }
}

fn stamp_of(row: &event::Model) -> Option<Stamp> {
    Some(Stamp { key: key(row.key_id?)?, writer: row.writer?, sequence: row.sequence?, mark: row.mark? })
}

pub(super) fn digest_of(bytes: Option<&[u8]>) -> Option<Digest> {
    bytes.and_then(digest)
}

fn key(id: i64) -> Option<KeyId> {
    u32::try_from(id).ok().map(KeyId)
}

fn digest(bytes: &[u8]) -> Option<Digest> {
    bytes.try_into().ok()
}
