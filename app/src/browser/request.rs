//! Calling a server function. The client that `#[server]` generates would do the same in many times the code: one per
//! function, each with its own encoding, decoding and error handling.

use super::host::{bearer, tell};
use super::meta::meta;
use crate::error::{Refused, WidgetError};
use crate::wire;
use js_sys::futures::JsFuture;
use leptos::prelude::window;
use std::cell::RefCell;
use wasm_bindgen::{JsCast as _, JsValue};

/// Posts `body` to a server function and answers what it answered, in JSON.
pub(crate) async fn ask(path: &str, body: &str) -> Result<String, WidgetError> {
    let Ok((done, text)) = post(path, body).await else { return Err(WidgetError::Unreachable) };
    if done { Ok(text) } else { Err(refused(&text)) }
}

thread_local! {
    static SIGNED_IN_AS: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Who is signed in by now, where that is not whom the page shows.
pub(crate) fn signed_in_as() -> String {
    SIGNED_IN_AS.with_borrow(String::clone)
}

fn refused(text: &str) -> WidgetError {
    let Some(refused) = wire::read::<Refused>(text) else { return WidgetError::Fault };
    // Beside the error, which is copied everywhere.
    SIGNED_IN_AS.set(refused.who.clone());
    let error = WidgetError::from(refused);
    if error.is_over() {
        tell("expired");
    }
    error
}

async fn post(path: &str, body: &str) -> Result<(bool, String), JsValue> {
    let headers = js_sys::Object::new();
    let set = |name: &str, value: &str| {
        js_sys::Reflect::set(&headers, &JsValue::from_str(name), &JsValue::from_str(value))
    };
    set("content-type", "application/json")?;
    set("accept", "application/json")?;
    if let Some(bearer) = bearer() {
        set("authorization", &["Bearer ", &bearer].concat())?;
    }
    if let Some(whom) = meta("for") {
        set("twofold-for", &whom)?;
    }
    let request = web_sys::RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&JsValue::from_str(body));
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await?;
    let response: web_sys::Response = response.unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.ok(), text.as_string().unwrap_or_default()))
}
