//! What began is finished: a handler runs on a task that nobody cancels. A browser that leaves, or the time limit, ends
//! the waiting and not the work; nothing is dropped between two statements, or between a change and what tells of it.
//!
//! Innermost: the body was read, so that no handler waits for a client. What a handler waits for beside that, database
//! and hashing, ends by itself.

use crate::problem::Problem;
use crate::state::Server;
use crate::work::Work;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::panic::resume_unwind;
use tracing::Instrument;

pub(super) async fn begun(State(server): State<Server>, request: Request, next: Next) -> Response {
    on_a_task(server.work(), next.run(request)).await
}

/// Its answer. A panic goes on here, where [`super::panic`] catches it.
async fn on_a_task(work: &Work, handler: impl Future<Output = Response> + Send + 'static) -> Response {
    let under_way = work.begin();
    let task = tokio::spawn(
        async move {
            let response = handler.await;
            drop(under_way);
            response
        }
        .in_current_span(),
    );
    match task.await {
        Ok(response) => response,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // Nobody cancels it but the runtime at its end.
            Err(_) => Problem::Unavailable.into_response(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::on_a_task;
    use crate::work::Work;
    use axum::response::IntoResponse;
    use http::StatusCode;
    use std::time::Duration;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn who_leaves_does_not_stop_what_began() {
        let work = Work::default();
        let (go_on, told) = oneshot::channel::<()>();
        let (done, mut is_done) = oneshot::channel();
        let mut waiting = Box::pin(on_a_task(&work, async move {
            told.await.unwrap();
            done.send(()).unwrap();
            StatusCode::NO_CONTENT.into_response()
        }));
        assert!(futures::poll!(waiting.as_mut()).is_pending(), "it answered before it was told to");
        drop(waiting);
        assert!(!work.ended_within(Duration::ZERO).await, "it is no longer under way");
        assert!(is_done.try_recv().is_err());
        go_on.send(()).unwrap();
        assert!(work.ended_within(Duration::from_secs(10)).await, "it came to no end");
        is_done.try_recv().expect("it was dropped half-way");
    }

    #[tokio::test]
    async fn a_panic_reaches_who_waits_and_leaves_nothing_under_way() {
        let work = Work::default();
        let handler = async { panic!("a defect") };
        let waiting = tokio::spawn({
            let work = work.clone();
            async move { on_a_task(&work, handler).await }
        });
        assert!(waiting.await.unwrap_err().is_panic());
        assert!(work.ended_within(Duration::from_secs(10)).await);
    }
}
