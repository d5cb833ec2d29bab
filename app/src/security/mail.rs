//! Setting codes by mail up: where to, and the first of them. The last step, saving the recovery codes, is
//! [`super::recovery_codes::new_codes`].

use super::deed::Deed;
use super::state::{ADDRESS, MailedTo, Page};
use crate::component::{
    CodeField, Element, Icon, Sends, button, code_field, el, form_of, icon, mail_line, submit_button, titled,
    trouble_line,
};
use crate::fns::call;
use crate::fns::enrollment::MailEnrollmentCode;
use crate::view::{Purpose, SecurityView};
use crate::words;
use crate::words::{mail as said, set_up};
use leptos::prelude::*;

/// The way by mail, where there is none yet and the site allows it.
pub(super) fn offer(page: Page, view: &SecurityView) -> Option<AnyView> {
    let to = view.email.as_ref()?;
    let begin = button("button", said::SET_UP, move || page.set_up_mail(Purpose::First));
    let card = el("section", "card")
        .attr("aria-labelledby", "email")
        .child(titled(
            el("h2", "").attr("id", "email").child(icon(Icon::Mail)).text(said::TITLE),
            el("span", "badge low").text(said::LESS_SAFE),
        ))
        .child(el("p", "").text(said::explained(to)))
        .child(el("div", "actions").child(begin));
    Some(card.view())
}

/// Where should they go?
pub(super) fn address(page: Page, purpose: &Purpose) -> AnyView {
    let (form, purpose) = (page.form, purpose.clone());
    let asked = purpose.clone();
    let submit = move || {
        let deed = Deed::BeginEmail { purpose: asked.clone(), address: form.typed_name() };
        page.perform(form, deed);
    };
    let input = el("input", "")
        .attr("id", ADDRESS)
        .attr("type", "text")
        .attr("inputmode", "email")
        .attr("required", "")
        .attr("autocomplete", "email")
        .attr("maxlength", "254")
        .attr("aria-describedby", "address-hint");
    let field = el("div", "field")
        .child(el("label", "").attr("for", ADDRESS).text(said::ADDRESS))
        .child(input)
        .child(el("p", "hint").attr("id", "address-hint").text(said::ADDRESS_HINT));
    let cancel = button("button", words::CANCEL, move || page.done(""));
    let actions = el("div", "actions").child(submit_button(form, "button primary", said::SEND)).child(cancel);
    let asked = form_of(form, submit)
        .child(el("h1", "").text(said::ADDRESS_TITLE))
        .child(field)
        .child(trouble_line(form))
        .child(actions);
    ceremony(&purpose).child(asked).view()
}

/// The first code.
pub(super) fn verify(page: Page, mailed: &MailedTo) -> AnyView {
    let (form, id, purpose) = (page.form, mailed.id.clone(), mailed.purpose.clone());
    let confirmed = (id.clone(), purpose.clone());
    let submit = move || {
        let (id, purpose) = confirmed.clone();
        page.perform(form, Deed::Confirm { id, purpose, code: form.typed_code(), name: String::new() });
    };
    let field = || CodeField {
        label: said::CODE,
        hint: said::CODE_HINT,
        letters: false,
        first: false,
        sends: Sends::AtOnce,
    };
    let again = StoredValue::new(id.clone());
    let post =
        mail_line(form, "link", move || call::<MailEnrollmentCode>(&[("id", Some(again.get_value()))]));
    let cancel = button("button", words::CANCEL, move || {
        page.perform(form, Deed::Cancel { id: id.clone() });
    });
    let actions =
        el("div", "actions").child(submit_button(form, "button primary", words::VERIFY)).child(cancel);
    let asked = form_of(form, submit)
        .child(el("h1", "").text(said::VERIFY_TITLE))
        .child(code_field(form, field))
        .child(post)
        .child(trouble_line(form))
        .child(actions);
    let promise = el("p", "promise hint").text(set_up::promise(&purpose, page.required.is_some()));
    ceremony(&purpose).child(asked).child(promise).view()
}

fn ceremony(purpose: &Purpose) -> Element {
    let goal = if *purpose == Purpose::First { said::SET_UP } else { said::ADD };
    el("section", "card ceremony")
        .attr("aria-labelledby", "goal")
        .child(el("p", "goal").attr("id", "goal").text(goal))
}
