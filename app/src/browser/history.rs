//! The browser's history, in which a step is an entry of its own. An entry holds the number of its step and nothing else.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// The step of the entry that is shown now; it survives a reload.
pub(crate) fn step() -> Option<usize> {
    let state = window().history().ok()?.state().ok()?.as_f64()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number of our own")]
    Some(state as usize)
}

/// One step further.
pub(crate) fn push_step(step: u8) {
    if let Ok(history) = window().history() {
        let _pushed = history.push_state(&JsValue::from(step), "");
    }
}

/// The entry that is shown now is none of a step any more.
pub(crate) fn forget_step() {
    if let Ok(history) = window().history()
        && step().is_some()
    {
        let _forgotten = history.replace_state(&JsValue::NULL, "");
    }
}

/// As the browser's own button does.
pub(crate) fn go_back() {
    if let Ok(history) = window().history() {
        let _back = history.back();
    }
}
