//! Who is told by mail that two-factor authentication will be required of them: once when a date is given, and once more
//! when it is near. What is told is an event, and the letter is that event's.

use crate::state::Server;
use domain::audit::{Event, Place};
use domain::error::Fault;
use domain::time::Date;

/// Users looked at at a time.
const AT_ONCE: u64 = 200;

/// Tells everybody who is to be told. Answers how many they were.
///
/// # Errors
/// [`Fault`] if storage does not answer.
pub async fn remind(server: &Server) -> Result<usize, Fault> {
    let (mut told, mut after) = (0, None);
    loop {
        let (untold, next) = server.requirements().untold(server.now(), after.as_ref(), AT_ONCE).await?;
        for one in untold {
            let (now, place) = (server.now(), Place::default());
            let event = Event::new(one.telling.kind(), &one.user, &place, now, server.entropy());
            let event = event.about(&Date::of(one.deadline).to_string());
            told += usize::from(server.requirements().tell(&one, &event).await?);
        }
        if next.is_none() {
            return Ok(told);
        }
        after = next;
    }
}
