//! A set-up that was left halfway: nothing is lost, and nobody is locked out.

use super::deed::Deed;
use super::state::{Page, Waiting};
use crate::component::{
    CodeField, Sends, button, code_field, el, form_of, mail_line, moment, submit_button, trouble_line,
};
use crate::fns::call;
use crate::fns::enrollment::MailEnrollmentCode;
use crate::view::{Open, Purpose};
use crate::words;
use crate::words::mail;
use leptos::prelude::*;

pub(super) fn unfinished(page: Page, open: &Open) -> AnyView {
    if open.elsewhere {
        return waiting(page, open);
    }
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

/// What another session confirmed may be somebody else's: from where and when, and two ways on.
fn waiting(page: Page, open: &Open) -> AnyView {
    let found = Waiting { id: open.id.clone(), by_mail: open.by_mail };
    let cancel = Deed::Cancel { id: open.id.clone() };
    let since = open.confirmed_at.map(|at| {
        let place = if open.place.is_empty() { String::new() } else { [" · ", &open.place].concat() };
        el("p", "").text(words::WAITING_SINCE).child(moment(at, true, page.local)).text(place).view()
    });
    let actions = el("div", "actions")
        .child(button("button primary", words::GO_ON, move || page.take_up(found.clone())))
        .child(button("button", words::CANCEL_IT, move || page.perform(page.form, cancel.clone())));
    el("section", "card attention")
        .attr("aria-labelledby", "unfinished")
        .child(el("h2", "").attr("id", "unfinished").text(words::WAITING_TITLE))
        .children(since)
        .child(el("p", "").text(words::WAITING_EXPLAINED))
        .child(actions)
        .view()
}

/// A code of the authenticator that is to be: whoever has it set it up.
pub(super) fn take_up(page: Page, waiting: &Waiting) -> AnyView {
    let (form, id, by_mail) = (page.form, waiting.id.clone(), waiting.by_mail);
    let submit = move || {
        let (id, code) = (id.clone(), form.typed_code());
        page.perform(form, Deed::Confirm { id, purpose: Purpose::First, code, name: String::new() });
    };
    let (label, hint) = if by_mail { (mail::CODE, mail::CODE_HINT) } else { (words::CODE, "") };
    let field = move || CodeField { label, hint, letters: false, first: false, sends: Sends::AtOnce };
    let of = StoredValue::new(waiting.id.clone());
    let post = by_mail.then(|| {
        mail_line(form, "link", move || call::<MailEnrollmentCode>(&[("id", Some(of.get_value()))]))
    });
    let cancel = button("button", words::CANCEL, move || page.done(""));
    let actions =
        el("div", "actions").child(submit_button(form, "button primary", words::VERIFY)).child(cancel);
    let asked = form_of(form, submit)
        .child(el("h1", "").text(words::TAKE_UP_TITLE))
        .child(code_field(form, field))
        .children(post)
        .child(trouble_line(form))
        .child(actions);
    el("section", "card ceremony").child(asked).view()
}
