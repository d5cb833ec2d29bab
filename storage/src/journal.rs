//! With what a process writes events: the key, its number as a writer, and its count of its own.

use crate::entity::event;
use crate::error::{Step, Stop};
use domain::chain::{self, Digest, Ledger, Stamp, Writer};
use domain::name::EventId;
use domain::ports::Entropy;
use domain::seal::{KeyRing, SealError};
use domain::time::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// A commit of which nobody heard is over by then: PostgreSQL ends an idle transaction after ten seconds.
const DOUBT: Duration = Duration::from_secs(30);
/// A writer says that it is there, also where it wrote nothing.
const AT_LEAST_EVERY: Duration = Duration::from_hours(1);

/// Proves the events that this process writes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Journal(Arc<Inner>);

struct Inner {
    keys: KeyRing,
    entropy: Arc<dyn Entropy>,
    number: i64,
    state: Mutex<State>,
}

struct State {
    ledger: Ledger,
    /// The newest batch that this process knows, which no database takes back.
    known: (i64, Digest),
    said: Option<Writer>,
    doubted: Vec<Doubt>,
}

/// An event of which nobody can say whether it was stored.
#[derive(Clone, Copy)]
pub(crate) struct Doubt {
    pub(crate) site: Uuid,
    pub(crate) at: i64,
    pub(crate) event: EventId,
    sequence: i64,
    since: Option<Timestamp>,
}

/// An event that a transaction wrote.
#[derive(Clone, Copy)]
pub(crate) struct Written {
    site: Uuid,
    at: i64,
    event: Uuid,
    sequence: i64,
}

impl Journal {
    pub(crate) fn new(keys: KeyRing, entropy: Arc<dyn Entropy>, known: (i64, Digest)) -> Self {
        let mut random = [0; 8];
        entropy.fill(&mut random);
        let number = i64::from_be_bytes(random) & i64::MAX;
        let state = State { ledger: Ledger::default(), known, said: None, doubted: Vec::new() };
        Self(Arc::new(Inner { keys, entropy, number, state: Mutex::new(state) }))
    }

    /// Whoever panicked with it left it whole: nothing in here stops half-way.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a new row its proof.
    pub(crate) fn prove(&self, row: &mut event::Model) -> Step<Written> {
        let mut salt = [0; 32];
        self.0.entropy.fill(&mut salt);
        let (sequence, (mark, known)) = {
            let mut state = self.state();
            (state.ledger.take(), state.known)
        };
        let written = Written { site: row.site_id, at: row.at, event: row.id, sequence };
        let stamp = Stamp { key: self.0.keys.active(), writer: self.0.number, sequence, mark };
        stamped(&self.0.keys, row, stamp, &known, salt).map(|()| written).map_err(|_| {
            self.state().ledger.settle(sequence, false);
            Stop::Corrupt("sealing key")
        })
    }

    /// What an erasure says of the events that it wiped.
    pub(crate) fn wiped(&self, events: &[EventId]) -> Step<Digest> {
        let keys = &self.0.keys;
        chain::erasure_digest(keys, keys.active(), events).map_err(|_| Stop::Corrupt("sealing key"))
    }

    pub(crate) fn settle(&self, written: &[Written], stored: bool) {
        let mut state = self.state();
        for event in written {
            state.ledger.settle(event.sequence, stored);
        }
    }

    pub(crate) fn doubt(&self, written: &[Written]) {
        let doubt = |of: &Written| Doubt {
            site: of.site,
            at: of.at,
            event: EventId::from_uuid(of.event),
            sequence: of.sequence,
            since: None,
        };
        self.state().doubted.extend(written.iter().map(doubt));
    }

    /// The doubts that can be decided by looking.
    pub(crate) fn old_doubts(&self, now: Timestamp) -> Vec<Doubt> {
        let mut state = self.state();
        for doubt in &mut state.doubted {
            doubt.since.get_or_insert(now);
        }
        state.doubted.extract_if(.., |doubt| doubt.since.is_some_and(|since| since + DOUBT <= now)).collect()
    }

    pub(crate) fn decide(&self, doubt: &Doubt, stored: bool) {
        self.state().ledger.settle(doubt.sequence, stored);
    }

    /// What this process has to say of itself; `None`: what it said last.
    pub(crate) fn statement(&self, now: Timestamp, ended: bool) -> Option<Writer> {
        let state = self.state();
        let (settled, count) = state.ledger.counted();
        let new = Writer { number: self.0.number, settled, count, closed: 0, seen_at: now, ended };
        let same = |said: &Writer| {
            (said.settled, said.count, said.ended) == (settled, count, ended)
                && now < said.seen_at + AT_LEAST_EVERY
        };
        (!state.said.as_ref().is_some_and(same)).then_some(new)
    }

    pub(crate) fn said(&self, statement: Writer) {
        self.state().said = Some(statement);
    }

    /// The newest batch that this process knows, with its hash.
    pub(crate) fn known(&self) -> (i64, Digest) {
        self.state().known
    }

    pub(crate) fn learn(&self, batch: i64, hash: Digest) {
        let mut state = self.state();
        if batch > state.known.0 {
            state.known = (batch, hash);
        }
    }
}

/// Writes salt, commitment, stamp and MAC into a row.
pub(crate) fn stamped(
    keys: &KeyRing,
    row: &mut event::Model,
    stamp: Stamp,
    known: &Digest,
    salt: Digest,
) -> Result<(), SealError> {
    let commitment = chain::commitment(&salt, &crate::chain::personal_of(row));
    let mac = chain::event_mac(keys, &stamp, known, &crate::chain::record_of(row), &commitment)?;
    row.key_id = Some(stamp.key.0.into());
    row.writer = Some(stamp.writer);
    row.sequence = Some(stamp.sequence);
    row.mark = Some(stamp.mark);
    row.salt = Some(salt.to_vec());
    row.commitment = Some(commitment.to_vec());
    row.mac = Some(mac.to_vec());
    Ok(())
}
