//! Setting up an authenticator app, in one place: get the app, scan, verify. The fourth step, saving the recovery
//! codes, is [`super::recovery_codes::new_codes`].
//!
//! All steps are in the page at once and one is shown, so that going back loses nothing.

use super::deed::Deed;
use super::state::{Page, SetUp};
use crate::browser;
use crate::component::{
    CodeField, Element, Sends, app_links, button, code_field, copy_button, el, form_of, name_field, steps,
    submit_button, trouble_line,
};
use crate::text::in_fours;
use crate::view::{Begun, Purpose};
use crate::words;
use crate::words::set_up as said;
use leptos::prelude::*;

pub(super) fn set_up(page: Page, set_up: &SetUp) -> AnyView {
    let count = if set_up.purpose == Purpose::First { said::STEPS.len() } else { said::STEPS.len() - 1 };
    let parts = [get(page, &set_up.begun), scan(page, &set_up.begun), verify(page, set_up)];
    let parts = parts
        .into_iter()
        .enumerate()
        .map(|(at, part)| part.live_attr("hidden", move || (page.step.get() != at).then_some("")).view());
    let cancel = Deed::Cancel { id: set_up.begun.id.clone() };
    let cancel = button("link", words::CANCEL, move || page.perform(page.form, cancel.clone()));
    el("section", "card ceremony")
        .attr("aria-labelledby", "goal")
        .child(el("p", "goal").attr("id", "goal").text(said::goal(&set_up.purpose)))
        .child(steps(count, page.step))
        .children(parts)
        .child(
            el("p", "promise hint")
                .text(said::promise(&set_up.purpose, page.required.is_some()))
                .text(" ")
                .child(cancel),
        )
        .view()
}

fn get(page: Page, begun: &Begun) -> Element {
    el("div", "")
        .child(heading("step-1", said::GET_TITLE))
        .child(open_in_app(begun))
        .child(el("p", "").text(said::GET_EXPLAINED))
        .child(app_links())
        .child(el("div", "actions").child(next(page, 1)))
}

fn scan(page: Page, begun: &Begun) -> Element {
    let picture = el("div", "qr")
        .attr("role", "img")
        .attr("aria-label", said::qr_code(&begun.issuer, &begun.label))
        .drawn(begun.qr_code.clone());
    let by_hand = el("details", "")
        .child(el("summary", "").text(said::CANNOT_SCAN))
        .child(el("p", "").text(said::KEY_EXPLAINED))
        .child(key(begun));
    el("div", "")
        .child(heading("step-2", said::SCAN_TITLE))
        .child(open_in_app(begun))
        .child(el("p", "").text(said::SCAN_EXPLAINED))
        .child(picture)
        .child(by_hand)
        .child(el("div", "actions").child(next(page, 2)).child(back()))
}

/// The id of the secret key.
const KEY: &str = "key";

/// All that an app asks for when it cannot scan.
fn key(begun: &Begun) -> Element {
    let key = el("code", "").attr("id", KEY).attr("dir", "ltr").text(in_fours(&begun.key));
    let row = |name: &'static str, value: Element| [el("dt", "").text(name).view(), value.view()];
    el("dl", "key")
        .children(row(
            said::KEY,
            el("dd", "").child(key).text(" ").child(copy_button(begun.key.clone(), KEY)),
        ))
        .children(row(words::ACCOUNT, el("dd", "").text(begun.label.clone())))
        .children(row(words::ISSUER, el("dd", "").text(begun.issuer.clone())))
        .children(row(said::KIND, el("dd", "").text(said::TIME_BASED)))
}

fn verify(page: Page, set_up: &SetUp) -> Element {
    let form = page.form;
    let name = page.view.with_untracked(|view| {
        let names: Vec<(&str, &str)> = view.authenticators.iter().map(|one| (&*one.id, &*one.name)).collect();
        said::default_name(&set_up.purpose, &names)
    });
    let (id, purpose) = (set_up.begun.id.clone(), set_up.purpose.clone());
    let submit = move || {
        let (code, name) = (form.typed_code(), form.typed_name());
        page.perform(form, Deed::Confirm { id: id.clone(), purpose: purpose.clone(), code, name });
    };
    let field = || CodeField {
        label: words::CODE,
        hint: said::VERIFY_EXPLAINED,
        letters: false,
        first: false,
        sends: Sends::AtOnce,
    };
    let actions =
        el("div", "actions").child(submit_button(form, "button primary", words::VERIFY)).child(back());
    form_of(form, submit)
        .child(heading("step-3", said::VERIFY_TITLE))
        .child(name_field(form, name, said::NAME_HINT))
        .child(code_field(form, field))
        .child(trouble_line(form))
        .child(actions)
}

fn heading(id: &'static str, title: &'static str) -> Element {
    el("h1", "").attr("id", id).attr("tabindex", "-1").text(title)
}

/// On a phone, where the app and this page are on the same device; style shows it there only.
fn open_in_app(begun: &Begun) -> Element {
    el("p", "on-phone")
        .child(el("a", "button primary").attr("href", begun.uri.clone()).text(said::OPEN_IN_APP))
        .child(el("span", "hint").text(said::OPEN_EXPLAINED))
}

fn next(page: Page, step: u8) -> Element {
    button("button primary", words::NEXT, move || page.go_to(step))
}

fn back() -> Element {
    button("button", words::BACK, browser::go_back)
}
