//! A set-up that was left halfway: nothing is lost, and nobody is locked out.

use super::deed::Deed;
use super::state::Page;
use crate::component::{button, el};
use crate::view::Open;
use crate::words;
use leptos::prelude::*;

pub(super) fn unfinished(page: Page, open: &Open) -> AnyView {
    let (id, purpose) = (open.id.clone(), open.purpose.clone());
    let (title, text, label, deed) = if open.confirmed {
        (words::FINISH_TITLE, words::FINISH_EXPLAINED, words::SHOW_CODES, Deed::ShowCodes { id })
    } else {
        (words::RESUME_TITLE, words::RESUME_EXPLAINED, words::CONTINUE, Deed::Resume { id, purpose })
    };
    let start_over = Deed::StartOver { id: open.id.clone(), purpose: open.purpose.clone() };
    let cancel = Deed::Cancel { id: open.id.clone() };
    let button =
        |style, label, deed: Deed| button(style, label, move || page.perform(page.form, deed.clone()));
    let actions = el("div", "actions")
        .child(button("button primary", label, deed))
        .child(button("button", words::START_OVER, start_over))
        .child(button("link", words::CANCEL, cancel));
    el("section", "card attention")
        .attr("aria-labelledby", "unfinished")
        .child(el("h2", "").attr("id", "unfinished").text(title))
        .child(el("p", "").text(text))
        .child(actions)
        .view()
}
