//! What the server wrote into the page's head for the islands.

/// The content of `<meta name="twofold-…">`.
pub(crate) fn meta(name: &str) -> Option<String> {
    let named = ["meta[name=twofold-", name, "]"].concat();
    let found = leptos::prelude::document().query_selector(&named);
    found.ok().flatten().and_then(|meta| meta.get_attribute("content"))
}
