//! The page: its inputs by id, its focus, its dialogs, and what leaves it.

use super::host::{embedded, tell};
use js_sys::futures::JsFuture;
use leptos::prelude::{document, request_animation_frame, window};
use wasm_bindgen::prelude::Closure;
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

/// Opens a dialog. In a frame, `frontend/frame.js` does, which finds out first where its reader looks.
pub(crate) fn show_dialog(id: &str) {
    if embedded() {
        return tell("dialog");
    }
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

/// Puts a text on the clipboard. A page that did not come over a secure connection, or a frame that its host's page keeps
/// from the clipboard, copies as its reader would: what is selected, for which the text is put in its place.
pub(crate) async fn copy(text: &str, shown_in: &str) -> bool {
    let window = window();
    if window.is_secure_context()
        && JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
    {
        return true;
    }
    select_text(shown_in);
    copy_selection(text)
}

fn copy_selection(text: &str) -> bool {
    let text = text.to_owned();
    let put = Closure::once(move |event: web_sys::ClipboardEvent| {
        if let Some(data) = event.clipboard_data() {
            let _put = data.set_data("text/plain", &text);
            event.prevent_default();
        }
    });
    let document: web_sys::HtmlDocument = document().unchecked_into();
    document.set_oncopy(Some(put.as_ref().unchecked_ref()));
    let copied = document.exec_command("copy").unwrap_or_default();
    document.set_oncopy(None);
    copied
}

/// Selects all that an element shows.
fn select_text(id: &str) {
    let selection = window().get_selection().ok().flatten();
    if let Some((selection, shown)) = selection.zip(document().get_element_by_id(id)) {
        let _selected = selection.select_all_children(&shown);
    }
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
