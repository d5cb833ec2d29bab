//! With what a process writes events: the key, its number as a writer, and its count of its own.

use crate::chain::SILENT;
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
    state: Mutex<State>,
}

struct State {
    /// Which writer this process is.
    number: i64,
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
    writer: i64,
    sequence: i64,
    since: Option<Timestamp>,
}

/// An event that a transaction wrote.
#[derive(Clone, Copy)]
pub(crate) struct Written {
    site: Uuid,
    at: i64,
    event: Uuid,
    writer: i64,
    sequence: i64,
}

impl Journal {
    pub(crate) fn new(keys: KeyRing, entropy: Arc<dyn Entropy>, known: (i64, Digest)) -> Self {
        let number = random_number(entropy.as_ref());
        let state = State { number, ledger: Ledger::default(), known, said: None, doubted: Vec::new() };
        Self(Arc::new(Inner { keys, entropy, state: Mutex::new(state) }))
    }

    /// Whether the others may have taken this process for one that has ended, or have: they know what it said last no more.
    pub(crate) fn was_away(&self, is_known: bool, now: Timestamp) -> bool {
        self.state().said.is_some_and(|said| !is_known || said.seen_at + SILENT <= now)
    }

    /// From now on this process is another writer. What it wrote as the one before is told by nobody any more: it stands in
    /// batches, and may have been deleted by age.
    pub(crate) fn begin_anew(&self) {
        let number = random_number(self.0.entropy.as_ref());
        let mut state = self.state();
        (state.number, state.ledger, state.said) = (number, Ledger::default(), None);
        state.doubted.clear();
    }

    /// Whoever panicked with it left it whole: nothing in here stops half-way.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a new row its proof.
    pub(crate) fn prove(&self, row: &mut event::Model) -> Step<Written> {
        let mut salt = [0; 32];
        self.0.entropy.fill(&mut salt);
        let (writer, sequence, (mark, known)) = {
            let mut state = self.state();
            (state.number, state.ledger.take(), state.known)
        };
        let written = Written { site: row.site_id, at: row.at, event: row.id, writer, sequence };
        let stamp = Stamp { key: self.0.keys.active(), writer, sequence, mark };
        stamped(&self.0.keys, row, stamp, &known, salt).map(|()| written).map_err(|_| {
            self.settle(&[written], false);
            Stop::Corrupt("sealing key")
        })
    }

    /// What an erasure says of the events that it wiped.
    pub(crate) fn wiped(&self, erasure: EventId, events: &[EventId]) -> Step<Digest> {
        let keys = &self.0.keys;
        let said = chain::erasure_digest(keys, keys.active(), erasure, events);
        said.map_err(|_| Stop::Corrupt("sealing key"))
    }

    pub(crate) fn settle(&self, written: &[Written], stored: bool) {
        let mut state = self.state();
        for event in written {
            if event.writer == state.number {
                state.ledger.settle(event.sequence, stored);
            }
        }
    }

    pub(crate) fn doubt(&self, written: &[Written]) {
        let doubt = |of: &Written| Doubt {
            site: of.site,
            at: of.at,
            event: EventId::from_uuid(of.event),
            writer: of.writer,
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
        let mut state = self.state();
        if doubt.writer == state.number {
            state.ledger.settle(doubt.sequence, stored);
        }
    }

    /// What this process has to say of itself; `None`: what it said last.
    pub(crate) fn statement(&self, now: Timestamp, ended: bool) -> Option<Writer> {
        let state = self.state();
        let (settled, count) = state.ledger.counted();
        let new = Writer { number: state.number, settled, count, closed: 0, cut: 0, seen_at: now, ended };
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

fn random_number(entropy: &dyn Entropy) -> i64 {
    let mut random = [0; 8];
    entropy.fill(&mut random);
    i64::from_be_bytes(random) & i64::MAX
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
