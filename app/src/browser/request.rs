//! Calling a server function. The client that `#[server]` generates would do the same in many times the code: one per
//! function, each with its own encoding, decoding and error handling.

use super::host::{bearer, tell};
use crate::error::WidgetError;
use crate::wire;
use js_sys::futures::JsFuture;
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};

/// Posts `body` to a server function and answers what it answered, in JSON.
pub(crate) async fn ask(path: &str, body: &str) -> Result<String, WidgetError> {
    let Ok((done, text)) = post(path, body).await else { return Err(WidgetError::Unreachable) };
    if done { Ok(text) } else { Err(refused(&text)) }
}

fn refused(text: &str) -> WidgetError {
    let error = wire::read(text).unwrap_or(WidgetError::Fault);
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
    let request = web_sys::RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&JsValue::from_str(body));
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await?;
    let response: web_sys::Response = response.unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.ok(), text.as_string().unwrap_or_default()))
}
