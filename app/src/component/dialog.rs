//! The one dialog: a title, a sentence, a form.

use super::{Form, button, el, submit_button, trouble_line};
use crate::{browser, words};
use leptos::prelude::*;

/// What a dialog says and does.
pub(crate) struct Said {
    pub(crate) title: String,
    pub(crate) text: &'static str,
    pub(crate) fields: Vec<AnyView>,
    pub(crate) action: &'static str,
    /// It takes something away.
    pub(crate) dangerous: bool,
}

/// A modal dialog: the browser traps the focus, closes it on Escape, and gives the focus back.
pub(crate) fn dialog(
    form: Form,
    said: Said,
    submit: impl Fn() + 'static,
    closed: impl Fn() + 'static,
) -> AnyView {
    let (id, title, text) = (form.id("dialog"), form.id("title"), form.id("text"));
    let style = if said.dangerous { "button danger" } else { "button primary" };
    let (shown, left) = (id.clone(), id.clone());
    request_animation_frame(move || browser::show_dialog(&shown));
    let actions = el("div", "actions end")
        .child(button("button", words::CANCEL, move || browser::close_dialog(&left)))
        .child(submit_button(form, style, said.action));
    let content = form_of(form, submit)
        .child(el("h2", "").attr("id", title.clone()).text(said.title))
        .child(el("p", "").attr("id", text.clone()).text(said.text))
        .children(said.fields)
        .child(trouble_line(form))
        .child(actions);
    el("dialog", "")
        .attr("id", id)
        .attr("aria-labelledby", title)
        .attr("aria-describedby", text)
        .on("close", move |_| closed())
        .child(content)
        .view()
}

/// A form that is answered here. Before the page has woken up, sending it does nothing (`method=dialog`), rather than
/// put what was typed into an address.
pub(crate) fn form_of(form: Form, submit: impl Fn() + 'static) -> super::Element {
    let send = move |event: web_sys::Event| {
        event.prevent_default();
        if !form.is_free() {
            return;
        }
        match form.missing() {
            Some(error) => form.refuse(error),
            None => submit(),
        }
    };
    el("form", "")
        .attr("id", form.id("form"))
        .attr("method", "dialog")
        .attr("novalidate", "")
        .on("submit", send)
}
