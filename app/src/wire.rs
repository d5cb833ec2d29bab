//! JSON between server and browser.
//!
//! On the server serde writes and reads it. In the browser `JSON.parse` reads it and [`FromJs`] takes it over: serde's
//! own reader would weigh 20 kB there, a fifth of the page. [`wire!`] makes both from one definition, so that the two
//! ends cannot drift.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

/// What can be taken over from a JavaScript value.
pub(crate) trait FromJs: Sized {
    /// `None` if it has another form.
    fn from_js(value: &JsValue) -> Option<Self>;
}

/// Reads a JSON text.
pub(crate) fn read<T: FromJs>(json: &str) -> Option<T> {
    T::from_js(&JSON::parse(json).ok()?)
}

/// A member of an object.
pub(crate) fn member<T: FromJs>(object: &JsValue, name: &str) -> Option<T> {
    T::from_js(&Reflect::get(object, &JsValue::from_str(name)).ok()?)
}

/// A struct that crosses between server and browser.
macro_rules! wire {
    ($(
        $(#[$of_struct:meta])*
        pub struct $name:ident { $($(#[$of_field:meta])* pub $field:ident: $type:ty,)* }
    )*) => {$(
        $(#[$of_struct])*
        #[derive(serde::Serialize, serde::Deserialize)]
        pub struct $name { $($(#[$of_field])* pub $field: $type,)* }

        impl $crate::wire::FromJs for $name {
            fn from_js(object: &wasm_bindgen::JsValue) -> Option<Self> {
                Some(Self { $($field: $crate::wire::member(object, stringify!($field))?,)* })
            }
        }
    )*};
}
pub(crate) use wire;

impl FromJs for String {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string()
    }
}

impl FromJs for bool {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_bool()
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl FromJs for $number {
            #[expect(clippy::cast_possible_truncation, clippy::allow_attributes, reason = "the server wrote it as this type")]
            #[allow(clippy::cast_sign_loss, reason = "of the unsigned ones only")]
            fn from_js(value: &JsValue) -> Option<Self> {
                value.as_f64().map(|number| number as Self)
            }
        }
    )*};
}
numbers!(i32 u32 i64);

impl<T: FromJs> FromJs for Option<T> {
    fn from_js(value: &JsValue) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::from_js(value).map(Some) }
    }
}

impl<T: FromJs> FromJs for Vec<T> {
    fn from_js(value: &JsValue) -> Option<Self> {
        let array: &Array = value.dyn_ref()?;
        array.iter().map(|item| T::from_js(&item)).collect()
    }
}
