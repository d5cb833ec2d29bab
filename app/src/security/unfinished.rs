//! A set-up that was left halfway: nothing is lost, and nobody is locked out.

use super::deed::Deed;
use super::state::Page;
use crate::component::{button, el};
use crate::view::Open;
use crate::words;
use crate::words::mail;
use leptos::prelude::*;

pub(super) fn unfinished(page: Page, open: &Open) -> AnyView {
    let (id, purpose) = (open.id.clone(), open.purpose.clone());
    let (title, text, label, deed) = match (open.confirmed, open.by_mail) {
        (true, by_mail) => {
            let explained = if by_mail { mail::FINISH_EXPLAINED } else { words::FINISH_EXPLAINED };
            (words::FINISH_TITLE, explained, words::SHOW_CODES, Deed::ShowCodes { id })
        }
        (false, true) => {
            (mail::RESUME_TITLE, mail::RESUME_EXPLAINED, words::CONTINUE, Deed::ResumeEmail { id, purpose })
        }
        (false, false) => {
            (words::RESUME_TITLE, words::RESUME_EXPLAINED, words::CONTINUE, Deed::Resume { id, purpose })
        }
    };
    let start_over =
        Deed::StartOver { id: open.id.clone(), purpose: open.purpose.clone(), by_mail: open.by_mail };
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
