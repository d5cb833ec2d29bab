//! The button that was pressed, while the server is asked what it is pressed for. Marked in the page itself: which button that
//! is, no view knows, and what is drawn anew has none.

use leptos::prelude::document;
use std::cell::RefCell;
use wasm_bindgen::JsCast as _;

const BUSY: &str = "aria-busy";

thread_local! {
    static PRESSED: RefCell<Option<web_sys::Element>> = const { RefCell::new(None) };
}

/// Does what a button is pressed for, so that [`pressed`] knows which one.
pub(crate) fn while_pressed(event: &web_sys::Event, press: &mut dyn FnMut()) {
    // Not by the focus: not every browser gives it to what is clicked.
    let button = event.current_target().and_then(|target| target.dyn_into().ok());
    PRESSED.set(button);
    press();
    PRESSED.take();
}

/// The button that is being pressed, or the one that sends this form.
pub(crate) fn pressed(form: &str) -> Option<web_sys::Element> {
    let sends = || document().query_selector(&["#", form, " [type=submit]"].concat()).ok().flatten();
    PRESSED.with_borrow(Option::clone).or_else(sends)
}

/// Says of a button that what it was pressed for is being done.
pub(crate) fn show_busy(button: Option<&web_sys::Element>) {
    if let Some(button) = button {
        let _marked = button.set_attribute(BUSY, "true");
    }
}

/// All of it is done.
pub(crate) fn show_none_busy() {
    while let Ok(Some(button)) = document().query_selector("[aria-busy]") {
        let _done = button.remove_attribute(BUSY);
    }
}
