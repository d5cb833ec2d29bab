//! Whether each connection to PostgreSQL that is given back has to be asked in what state it is, which costs a statement.
//!
//! Where whatever used it came to its end in order, the state is known: the driver counts what was begun, and has heard what became
//! of it. Not so where work was dropped on its way, because the database fell silent, where a statement was not one of
//! ours to count, or where the database refused something: a server that stands by now lets nobody write. From then on
//! every connection is asked for a while.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// So long everybody is asked.
const LASTS: Duration = Duration::from_mins(1);

/// What is known of the connections of a pool. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubt(Arc<Mutex<Option<Instant>>>);

/// Work on a connection that has not come to its end.
struct UnderWay<'d>(Option<&'d Doubt>);

impl Doubt {
    /// Has every connection asked from now on.
    pub(super) fn raise(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection that is given back now is asked.
    pub(super) fn stands(&self) -> bool {
        let raised = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        raised.is_some_and(|raised| raised.elapsed() < LASTS)
    }

    /// Does `work`. Where it is dropped on its way, or fails, there is doubt, and before its connection is given back.
    pub(super) async fn unless_done<T, E>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let mut work = pin!(work);
        // Behind it, so that it is dropped before.
        let mut under_way = UnderWay(Some(self));
        let done = work.as_mut().await;
        if done.is_ok() {
            under_way.0 = None;
        }
        done
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(doubt) = self.0 {
            doubt.raise();
        }
    }
}
