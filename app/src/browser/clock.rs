//! Moments, in the reader's own way of writing them.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

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
    let language = window().navigator().language().unwrap_or_else(|| "en".to_owned());
    date(millis).to_locale_string(&language, &options).into()
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
