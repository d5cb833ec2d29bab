//! What stands on the screen once two-factor authentication is on: a tick, what happens from now on, and one thing more to do.

use super::deed::Deed;
use super::state::Page;
use crate::component::{Element, button, el};
use crate::view::Purpose;
use crate::words;
use leptos::prelude::*;

/// It draws itself once, where nobody has asked for less motion.
const TICK: &str =
    "<svg viewBox=\"0 0 56 56\"><circle cx=\"28\" cy=\"28\" r=\"25\"/><path d=\"M17 29l8 8 15-17\"/></svg>";

pub(super) fn tick() -> Element {
    el("div", "drawn").attr("aria-hidden", "true").drawn(TICK.to_owned())
}

/// What the next sign-in is like.
pub(super) const fn next_time(by_mail: bool) -> &'static str {
    if by_mail { words::NEXT_TIME_BY_MAIL } else { words::NEXT_TIME }
}

/// Above the tab, in the place of the line that says what was done.
pub(super) fn done(page: Page) -> AnyView {
    let by_mail = page.ways() == (true, false);
    let second = button("button", words::ADD_SECOND, move || {
        page.perform(page.form, Deed::Begin(Purpose::Further));
    });
    el("section", "card done")
        .attr("aria-labelledby", "done")
        .child(tick())
        .child(el("h2", "").attr("id", "done").text(words::DONE_TITLE))
        .child(el("p", "").text(next_time(by_mail)))
        .child(el("p", "hint").text(words::SECOND_EXPLAINED))
        .child(el("div", "actions").child(second))
        .view()
}
