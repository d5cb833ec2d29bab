//! What an island shows at first.
//!
//! It stands in the page's head, so it holds no secret. Island properties would do the same, but are read by serde.

/// On the server: what the page is rendered with.
#[cfg(feature = "ssr")]
pub(crate) fn initial<T: Default + Clone + 'static>() -> T {
    leptos::context::use_context().unwrap_or_default()
}

/// In the browser: what the page was rendered with.
#[cfg(not(feature = "ssr"))]
pub(crate) fn initial<T: Default + crate::wire::FromJs>() -> T {
    super::meta::meta("view").and_then(|json| crate::wire::read(&json)).unwrap_or_default()
}
