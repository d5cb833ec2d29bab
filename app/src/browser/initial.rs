//! What an island shows at first.
//!
//! It stands in the page's head, so it holds no secret. Island properties would do the same, but are read by serde.

/// The name of the `meta` element that holds it.
#[cfg(feature = "ssr")]
pub(crate) const NAME: &str = "twofold-view";

/// On the server: what the page is rendered with.
#[cfg(feature = "ssr")]
pub(crate) fn initial<T: Default + Clone + 'static>() -> T {
    leptos::context::use_context().unwrap_or_default()
}

/// In the browser: what the page was rendered with.
#[cfg(not(feature = "ssr"))]
pub(crate) fn initial<T: Default + crate::wire::FromJs>() -> T {
    let meta = leptos::prelude::document().query_selector("meta[name=twofold-view]");
    let json = meta.ok().flatten().and_then(|meta| meta.get_attribute("content"));
    json.and_then(|json| crate::wire::read(&json)).unwrap_or_default()
}
