//! The inputs of a form, its button, and the line that says what is wrong.

use super::{Element, Form, el, eye, live};
use crate::browser::embedded;
use crate::error::WidgetError;
use crate::words;
use crate::words::trouble;
use leptos::prelude::*;

/// Whether a code that is complete sends itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sends {
    /// At once: nothing else is to be typed here.
    AtOnce,
    /// Once nothing more is typed: it may be the beginning of a recovery code. What is pasted is whole.
    AfterPause,
    /// Never: what it is typed for takes something away, or lets somebody take it.
    Never,
}

/// How the field for a code presents itself.
#[derive(Clone, Copy)]
pub(crate) struct CodeField {
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    /// Letters are to be expected: a recovery code.
    pub(crate) letters: bool,
    /// It takes the focus when the page is loaded.
    pub(crate) first: bool,
    pub(crate) sends: Sends,
}

/// One real input, so that paste, autofill and screen readers work.
pub(crate) fn code_field(form: Form, field: impl Fn() -> CodeField + Copy + Send + 'static) -> AnyView {
    let invalid = move || form.trouble.get().is_some_and(|error| !error.is_of_password()).then_some("true");
    let label = el("label", "").attr("for", form.id("code")).live_text(move || field().label.to_owned());
    let input = input(form, "code", "text")
        .live_attr("class", move || Some(if field().letters { "code letters" } else { "code" }))
        .live_attr("inputmode", move || Some(if field().letters { "text" } else { "numeric" }))
        .attr("autocomplete", "one-time-code")
        .attr("autocapitalize", "characters")
        .attr("spellcheck", "false")
        .attr("maxlength", "120")
        .live_attr("autofocus", move || field().first.then_some(""))
        .live_attr("aria-invalid", invalid)
        .on("input", move |_| form.code_changed(untrack(field).sends));
    let hint = el("p", "hint").attr("id", form.id("code-hint")).live_text(move || field().hint.to_owned());
    el("div", "field").child(label).child(input).child(hint).view()
}

/// The password of the account `label`, which a password manager is told.
pub(crate) fn password_field(form: Form, label: String) -> AnyView {
    let invalid = move || form.trouble.get().is_some_and(WidgetError::is_of_password).then_some("true");
    let account = el("input", "")
        .attr("type", "text")
        .attr("autocomplete", "username")
        .attr("value", label)
        .attr("readonly", "")
        .attr("hidden", "");
    let input = input(form, "password", "password")
        .attr("autocomplete", "current-password")
        .live_attr("aria-invalid", invalid);
    let veiled = el("div", "veiled").child(input).child(eye(form.id("password")));
    el("div", "field").child(account).child(label_of(form, "password", words::PASSWORD)).child(veiled).view()
}

/// What an authenticator is called.
pub(crate) fn name_field(form: Form, name: String, hint: &'static str) -> AnyView {
    let input =
        input(form, "name", "text").attr("autocomplete", "off").attr("maxlength", "64").attr("value", name);
    let hint = el("p", "hint").attr("id", form.id("name-hint")).text(hint);
    el("div", "field").child(label_of(form, "name", words::NAME)).child(input).child(hint).view()
}

fn label_of(form: Form, part: &str, words: &'static str) -> Element {
    el("label", "").attr("for", form.id(part)).text(words)
}

/// Described by its hint, if it has one, and by what is wrong.
fn input(form: Form, part: &str, kind: &'static str) -> Element {
    let id = form.id(part);
    let described = [&id, "-hint ", &form.id("trouble")].concat();
    el("input", "").attr("id", id).attr("type", kind).attr("required", "").attr("aria-describedby", described)
}

/// Sends the form. While it may not be sent, it says for how long.
pub(crate) fn submit_button(form: Form, style: &'static str, label: &'static str) -> AnyView {
    let words = move || match form.blocked_for() {
        0 => label.to_owned(),
        left => words::wait(left),
    };
    el("button", style)
        .attr("type", "submit")
        .live_attr("aria-disabled", move || (form.blocked_for() > 0).then_some("true"))
        .live_text(words)
        .view()
}

/// A wait is counted down with its button; announced it is once, when it begins.
fn sentence(form: Form, error: WidgetError) -> Element {
    let typed = form.refused();
    if error.wait() == 0 {
        return el("span", "").text(trouble::sentence(error, typed));
    }
    let words = Memo::new(move |_| trouble::sentence(error.waiting(form.waiting()), typed));
    el("span", "").attr("aria-live", "off").live_text(move || words.get())
}

/// What is wrong, announced when it appears.
pub(crate) fn trouble_line(form: Form) -> AnyView {
    let words = move || {
        let Some(error) = form.trouble.get() else { return ().into_any() };
        if error.is_over() && embedded() {
            return el("p", "trouble").text(trouble::OVER).view();
        }
        let link = if error == WidgetError::SomebodyElse {
            Some(words::RELOAD)
        } else {
            error.is_over().then_some(words::SIGN_IN_AGAIN)
        };
        let link = link.map(|label| el("a", "").attr("href", "").text(label).view());
        el("p", "trouble").child(sentence(form, error)).text(" ").children(link).view()
    };
    el("div", "").attr("id", form.id("trouble")).attr("role", "alert").child(live(words)).view()
}
