//! `/sign-in/challenge`: between the first factor and the session.

use super::frame::{Frame, Loads, Sheet, document, form_action};
use crate::challenge::Challenge;
use crate::security::RequiredEnrollment;
use crate::view::{ChallengeView, SecurityView};
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
            {somebody_else()}
        }
        .into_any(),
    })
}

/// The set-up of a first authenticator, in the place of a challenge that is passed by it.
#[must_use]
pub fn required_enrollment(frame: &Frame, view: SecurityView) -> String {
    document(frame, || Sheet {
        title: words::TWO_FACTOR,
        tab: None,
        loads: Loads::islands(frame.assets.security, view),
        content: view! {
            <RequiredEnrollment />
            {somebody_else()}
        }
        .into_any(),
    })
}

fn somebody_else() -> AnyView {
    view! {
        <form class="aside" method="post" action=form_action("/sign-out")>
            <button class="link">{words::pages::SOMEBODY_ELSE}</button>
        </form>
    }
    .into_any()
}
