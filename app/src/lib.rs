//! What a person sees: the Security tab, the challenge, and the plain pages around them.
//!
//! The crate compiles twice. With `ssr` it renders whole documents ([`page`]) and answers the server functions
//! ([`fns`]) out of `domain`; with `hydrate` it is the WebAssembly of the two islands, and `domain` is not in it.
//! No secret is ever part of a page: shared secrets and recovery codes reach the browser only as the answer of a
//! server function.

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` are two builds: never both");

mod browser;
pub mod challenge;
mod component;
pub mod error;
pub mod fns;
#[cfg(feature = "ssr")]
pub mod page;
pub mod security;
mod text;
pub mod view;
mod wire;
mod words;
