//! `/sign-in/challenge`: between the first factor and the session.

use super::frame::{Frame, Loads, Sheet, document};
use crate::challenge::Challenge;
use crate::view::ChallengeView;
use crate::words;
use leptos::prelude::*;

/// The challenge, and the way back to the sign-in for somebody else.
#[must_use]
pub fn challenge(frame: &Frame, view: ChallengeView) -> String {
    document(frame, || Sheet {
        title: words::TWO_FACTOR,
        tab: None,
        loads: Loads::islands(frame.assets.challenge, view),
        content: view! {
            <section class="card">
                <Challenge />
            </section>
            <form class="aside" method="post" action="/sign-out">
                <button class="link">{words::pages::SOMEBODY_ELSE}</button>
            </form>
        }
        .into_any(),
    })
}
