//! The browser's entry. `loader.js` calls [`hydrate`], then the function of each island on the page.

// Its islands are exported from here.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Makes the reactive system ready for the islands.
#[wasm_bindgen]
pub fn hydrate() {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
    leptos::mount::hydrate_islands();
}
