//! Where the audit log does not fit its chain.

use super::Seat;
use crate::name::EventId;
use crate::seal::KeyId;

/// The first place where the log is not as it was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The head was not made with the sealing key, or is gone.
    #[error("the head of the chain was changed: it is not sealed with the key")]
    Head,
    /// The chain is shorter than it was.
    #[error("the chain ends at batch {found}, and reached batch {noted} before")]
    RolledBack {
        /// The batch that was noted.
        noted: i64,
        /// The newest one there is.
        found: i64,
    },
    /// The batch is there, with another hash than was noted.
    #[error("batch {0} is not the one that was noted")]
    OtherHistory(i64),
    /// What was said of the events that were deleted by age is not what was sealed.
    #[error("what is said of the events that were deleted by age was changed")]
    Cut,
    /// The batch that was noted was deleted by age, so that nothing shows which one it was.
    #[error(
        "batch {noted}, whose head was noted, was deleted by age with all up to batch {cut}: nothing shows any more \
         whether it was that one; note a newer head"
    )]
    NotedCut {
        /// The batch that was noted.
        noted: i64,
        /// The newest one that was deleted.
        cut: i64,
    },
    /// A batch is gone.
    #[error("batch {0} is missing")]
    BatchMissing(i64),
    /// A batch is not as it was closed.
    #[error("batch {0} was changed")]
    BatchChanged(i64),
    /// A batch, or an event in one, that was never closed.
    #[error("batch {0} was never closed")]
    BatchAdded(i64),
    /// The key of a batch is not in the ring.
    #[error("batch {batch} was closed with key {}, which is not in the sealing key file", key.0)]
    KeyGone {
        /// The batch.
        batch: i64,
        /// The key.
        key: KeyId,
    },
    /// An event is gone.
    #[error("an event is missing: batch {}, position {}", .0.batch, .0.position)]
    EventMissing(Seat),
    /// An event that was not there when the batch was closed.
    #[error("event {event} was added to batch {batch}")]
    EventAdded {
        /// The batch.
        batch: i64,
        /// The event.
        event: EventId,
    },
    /// An event is not as it was closed, or stands in another's place.
    #[error("event {event} was changed: batch {}, position {}", seat.batch, seat.position)]
    EventChanged {
        /// Where it stands.
        seat: Seat,
        /// The event.
        event: EventId,
    },
    /// An event that is not closed yet, and was not written by Twofold, or not so.
    #[error("event {event} was not written like that by Twofold")]
    EventForged {
        /// The event.
        event: EventId,
    },
    /// Events that a process wrote, and that are not closed yet, are gone.
    #[error("a process wrote {expected} events, and {found} of them are there")]
    EventsLost {
        /// So many it counted.
        expected: i64,
        /// So many are there.
        found: i64,
    },
    /// The genesis was not made with the sealing key, or is gone.
    #[error(
        "the chain has no beginning that is sealed with the key: after an upgrade `twofold audit adopt` begins it once; \
         otherwise somebody changed the database"
    )]
    Genesis,
    /// What the writers counted is not what was sealed.
    #[error("what the writers of the log have counted was changed")]
    Writers,
    /// What is personal is gone from events, and no erasure says so, or one says something else.
    #[error("what was wiped by the erasure {event} is not what it says")]
    Stripped {
        /// The erasure, or what claims to be one.
        event: EventId,
    },
}
