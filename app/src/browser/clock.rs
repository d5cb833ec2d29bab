//! Moments, in the reader's own way of writing them.

use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};

/// A moment as the server writes it, before the browser writes it in the reader's own way.
#[cfg(feature = "ssr")]
pub(crate) fn iso(millis: i64) -> String {
    domain::time::Timestamp::from_millis(millis).rfc3339()
}

/// A moment as `2026-11-22T03:45:00.000Z`.
#[cfg(not(feature = "ssr"))]
pub(crate) fn iso(millis: i64) -> String {
    date(millis).to_iso_string().into()
}

/// A moment as its reader writes it, with or without the time of day.
pub(crate) fn local(millis: i64, with_time: bool) -> String {
    let options = js_sys::Object::new();
    set(&options, "dateStyle", "medium");
    if with_time {
        set(&options, "timeStyle", "short");
    }
    let language = window().navigator().language().unwrap_or_default();
    let date = date(millis);
    // Some browsers name a language that they themselves refuse: `C`, `en-US@posix`, nothing at all.
    let written = [&language, "en"].into_iter().find_map(|language| written(&date, language, &options));
    written.unwrap_or_else(|| crate::component::moment_text(&iso(millis), with_time))
}

/// Called by name, so that what it throws is caught: thrown on, it would leave the page dead.
fn written(date: &js_sys::Date, language: &str, options: &JsValue) -> Option<String> {
    let write = js_sys::Reflect::get(date, &JsValue::from_str("toLocaleString")).ok()?;
    let write: js_sys::Function = write.dyn_into().ok()?;
    write.call2(date, &JsValue::from_str(language), options).ok()?.as_string()
}

/// Milliseconds since the Unix epoch by this browser's clock, which is not to be trusted with anything.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}

#[expect(clippy::cast_precision_loss, reason = "a JavaScript date is a double, and exact for 280 000 years")]
fn date(millis: i64) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(millis as f64))
}

fn set(options: &js_sys::Object, key: &str, value: &str) {
    let _set = js_sys::Reflect::set(options, &JsValue::from_str(key), &JsValue::from_str(value));
}
