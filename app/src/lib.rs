//! What a person sees: the Security tab, the challenge, and the plain pages around them.
//!
//! The crate compiles twice. With `ssr` it renders whole documents ([`page`]) and answers the server functions
//! ([`fns`]) out of `domain`; with `hydrate` it is the WebAssembly of the two islands, and `domain` is not in it.
//! No secret is ever part of a page: shared secrets and recovery codes reach the browser only as the answer of a
//! server function.

#![cfg_attr(
    not(all(feature = "challenge", feature = "security")),
    expect(dead_code, unused_imports, reason = "each bundle leaves out what only the other one shows")
)]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` are two builds: never both");

mod browser;
#[cfg(feature = "challenge")]
pub mod challenge;
mod component;
pub mod error;
pub mod fns;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "security")]
pub mod security;
mod text;
pub mod view;
mod wire;
mod words;

pub use text::tidy;
