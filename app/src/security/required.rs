//! Setting up a first authenticator because it is required: it stands in the place of the challenge, and passes it.

use super::done::{next_time, tick};
use super::state::{Page, Screen, TITLE};
use crate::browser;
use crate::component::{button, el};
use crate::words;
use leptos::prelude::*;

/// It is on, and the challenge is passed. Whoever comes back to this page finds the way on.
pub(super) fn done(by_mail: bool) -> AnyView {
    el("section", "card done")
        .child(tick())
        .child(el("h1", "").attr("id", TITLE).attr("tabindex", "-1").text(words::DONE_TITLE))
        .child(el("p", "").attr("role", "status").text(next_time(by_mail)))
        .child(way_on())
        .view()
}

/// In a frame, the host's server lets its person in; at the built-in sign-in, the server redeems the challenge.
fn way_on() -> AnyView {
    let actions = el("div", "actions stacked");
    if browser::embedded() {
        let on = button("button primary", words::CONTINUE, || browser::tell("passed"));
        return actions.child(on).view();
    }
    let on = el("button", "button primary").attr("type", "submit").text(words::CONTINUE);
    el("form", "").attr("method", "post").attr("action", "/sign-in/complete").child(actions.child(on)).view()
}

impl Page {
    /// Says so, here and to the page around the frame, which lets its person in.
    pub(super) fn be_done(self) {
        let by_mail =
            self.screen.with_untracked(|screen| matches!(screen, Screen::Codes(codes) if codes.by_mail));
        self.screen.set(Screen::Done { by_mail });
        browser::focus(TITLE);
        // At once, and not when it is drawn: a frame that is out of sight is drawn no more.
        browser::tell("passed");
    }
}
