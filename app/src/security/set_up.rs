//! Setting up an authenticator app, in one place: add the account to the app, verify. The third step, saving the recovery
//! codes, is [`super::recovery_codes::new_codes`].
//!
//! Both steps are in the page at once and one is shown, so that going back loses nothing.

use super::deed::Deed;
use super::state::{Page, SetUp};
use crate::browser::{self, Phone};
use crate::component::{
    CodeField, Element, Icon, Sends, app_links, button, code_field, copy_button, el, form_of, icon, steps,
    submit_button, trouble_line,
};
use crate::text::in_fours;
use crate::view::{Begun, Purpose};
use crate::words;
use crate::words::set_up as said;
use leptos::prelude::*;

pub(super) fn set_up(page: Page, set_up: &SetUp) -> AnyView {
    let count = if set_up.purpose == Purpose::First { said::STEPS.len() } else { said::STEPS.len() - 1 };
    let phone = browser::phone();
    let add = match phone {
        Some(phone) => add_here(page, phone, &set_up.begun),
        None => scan(page, &set_up.begun),
    };
    let parts = [add, verify(page, phone, set_up)];
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

/// The app is on a phone, and this page is not.
fn scan(page: Page, begun: &Begun) -> Element {
    let how = said::SCAN_STEPS.map(|step| el("li", "").text(step).view());
    let no_app =
        folded(Icon::App, said::NO_APP).child(el("p", "").text(said::GET_EXPLAINED)).child(app_links(None));
    let by_hand =
        folded(Icon::Key, said::CANNOT_SCAN).child(el("p", "").text(said::KEY_EXPLAINED)).child(key(begun));
    el("div", "")
        .child(heading("step-1", said::SCAN_TITLE))
        .child(el("div", "scan").child(qr_code(begun)).child(el("ol", "how").children(how)))
        .child(ways([no_app, by_hand]))
        .child(el("div", "actions").child(next(page, "button primary")))
}

/// App and page are on the same device: nothing is to be scanned.
fn add_here(page: Page, phone: Phone, begun: &Begun) -> Element {
    let open = el("a", "button primary")
        .attr("href", begun.uri.clone())
        .on("click", |_| browser::set_app_opened(true))
        .text(said::ADD_TO_APP);
    // Whoever goes for an app has not been in it yet.
    let apps = el("div", "apps-here")
        .on("click", |_| browser::set_app_opened(false))
        .child(el("h2", "").text(said::NO_APP))
        .child(el("p", "hint").text(said::GET_HERE))
        .child(app_links(Some(phone)));
    let elsewhere = folded(Icon::Device, said::ELSEWHERE)
        .child(el("p", "").text(said::ELSEWHERE_EXPLAINED))
        .child(qr_code(begun))
        .child(key(begun));
    el("div", "")
        .child(heading("step-1", said::ADD_TITLE))
        .child(el("p", "").text(said::ADD_EXPLAINED))
        .child(el("div", "actions stacked").child(open).child(next(page, "button")))
        .child(apps)
        .child(ways([elsewhere]))
}

fn qr_code(begun: &Begun) -> Element {
    el("div", "qr")
        .attr("role", "img")
        .attr("aria-label", said::qr_code(&begun.issuer, &begun.label))
        .drawn(begun.qr_code.clone())
}

/// What only some need.
fn folded(of: Icon, label: &'static str) -> Element {
    el("details", "").child(el("summary", "way").child(icon(of)).child(el("span", "").text(label)))
}

fn ways(of: impl IntoIterator<Item = Element>) -> Element {
    el("ul", "ways").children(of.into_iter().map(|one| el("li", "").child(one).view()))
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

/// The name is not asked for: the code sends itself, and nobody could finish typing one.
fn verify(page: Page, phone: Option<Phone>, set_up: &SetUp) -> Element {
    let form = page.form;
    let name = page.view.with_untracked(|view| {
        let names: Vec<(&str, &str)> = view.authenticators.iter().map(|one| (&*one.id, &*one.name)).collect();
        said::default_name(&set_up.purpose, phone, &names)
    });
    let (id, purpose) = (set_up.begun.id.clone(), set_up.purpose.clone());
    let submit = move || {
        let (id, purpose, name) = (id.clone(), purpose.clone(), name.clone());
        page.perform(form, Deed::Confirm { id, purpose, code: form.typed_code(), name });
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
        .child(heading("step-2", said::VERIFY_TITLE))
        .child(code_field(form, field))
        .child(trouble_line(form))
        .child(actions)
}

fn heading(id: &'static str, title: &'static str) -> Element {
    el("h1", "").attr("id", id).attr("tabindex", "-1").text(title)
}

fn next(page: Page, style: &'static str) -> Element {
    button(style, words::NEXT, move || page.go_to(1))
}

fn back() -> Element {
    button("button", words::BACK, browser::go_back)
}
