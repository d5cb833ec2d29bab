//! The page: its inputs by id, its focus, its dialogs, and what leaves it.

use super::host::{embedded, tell};
use js_sys::futures::JsFuture;
use leptos::prelude::{document, request_animation_frame, window};
use wasm_bindgen::{JsCast, JsValue};

/// What was typed into an input.
pub(crate) fn value(id: &str) -> Option<String> {
    element::<web_sys::HtmlInputElement>(id).map(|input| input.value())
}

/// Whether a box is there and ticked.
pub(crate) fn is_ticked(id: &str) -> bool {
    element::<web_sys::HtmlInputElement>(id).is_some_and(|input| input.checked())
}

/// Moves the focus into an input and selects what is in it. Answers whether there is one.
pub(crate) fn select(id: &str) -> bool {
    let input = element::<web_sys::HtmlInputElement>(id);
    if let Some(input) = &input {
        let _focused = input.focus();
        input.select();
    }
    input.is_some()
}

/// Submits a form as its button would, if it is complete.
pub(crate) fn submit(id: &str) {
    if let Some(form) =
        element::<web_sys::HtmlFormElement>(id).filter(web_sys::HtmlFormElement::check_validity)
    {
        let _submitted = form.request_submit();
    }
}

/// Sends a form to the server, leaving the page.
pub(crate) fn send(id: &str) {
    if let Some(form) = element::<web_sys::HtmlFormElement>(id) {
        let _sent = form.submit();
    }
}

/// Moves the focus, once what is to have it is on the screen.
pub(crate) fn focus(id: &'static str) {
    request_animation_frame(move || {
        focus_now(id);
    });
}

/// Keeps the focus where it is while that is drawn anew, or moves it to `otherwise` if it is gone for good.
pub(crate) fn keep_focus(otherwise: &'static str) {
    let kept = document().active_element().map(|element| element.id()).unwrap_or_default();
    request_animation_frame(move || {
        let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        if lost && !focus_now(&kept) {
            focus_now(otherwise);
        }
    });
}

/// Opens a dialog.
pub(crate) fn show_dialog(id: &str) {
    if let Some(dialog) = element::<web_sys::HtmlDialogElement>(id) {
        let _shown = dialog.show_modal();
    }
}

/// Closes a dialog as its reader would: the focus goes back to where it came from.
pub(crate) fn close_dialog(id: &str) {
    if let Some(dialog) = element::<web_sys::HtmlDialogElement>(id) {
        dialog.close();
    }
}

/// Puts a text on the clipboard. Pages that did not come over a secure connection have none, and a host's page may
/// keep a frame from it.
pub(crate) async fn copy(text: &str) -> bool {
    window().is_secure_context()
        && JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

/// Saves a text as a file.
pub(crate) fn download(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let Ok(blob) = web_sys::Blob::new_with_str_sequence(&parts) else { return };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    if let Ok(link) = document().create_element("a") {
        let link: web_sys::HtmlAnchorElement = link.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _revoked = web_sys::Url::revoke_object_url(&url);
}

/// Opens the print dialog; the style sheet prints the recovery codes and nothing else.
pub(crate) fn print() {
    let _opened = window().print();
}

/// Loads the page again. A frame was opened by a ticket that is torn: its host's page opens another.
pub(crate) fn reload() {
    if embedded() {
        tell("expired");
    } else {
        let _reloading = window().location().reload();
    }
}

fn focus_now(id: &str) -> bool {
    element::<web_sys::HtmlElement>(id).is_some_and(|element| element.focus().is_ok())
}

fn element<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id).map(JsCast::unchecked_into)
}
