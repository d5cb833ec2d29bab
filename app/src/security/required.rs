//! Setting up a first authenticator because the site requires one: it stands in the place of the challenge, and passes it.

use super::state::{Page, TITLE};
use crate::browser;
use crate::component::{button, el};
use crate::words;
use leptos::prelude::*;

/// It is on, and the challenge is passed. Whoever comes back to this page finds the way on.
pub(super) fn done() -> AnyView {
    let on = button("button primary", words::CONTINUE, || browser::tell("passed"));
    el("section", "card")
        .child(el("h1", "").attr("id", TITLE).attr("tabindex", "-1").text(words::DONE_TITLE))
        .child(el("p", "").attr("role", "status").text(words::DONE_EXPLAINED))
        .child(el("div", "actions stacked").child(on))
        .view()
}

impl Page {
    /// Says so, here and to the page around the frame, which lets its person in.
    pub(super) fn be_done(self) {
        self.screen.set(super::Screen::Done);
        browser::focus(TITLE);
        // At once, and not when it is drawn: a frame that is out of sight is drawn no more.
        browser::tell("passed");
    }
}
