//! The server functions: what the islands ask for. Each body is four lines: who calls, what is asked, one verb of
//! [`domain::TwoFactor`], its answer in the screen's words.
//!
//! They trust nothing that the browser says but ids and codes: site and user come from the [`Signed`] or
//! [`Challenged`] that the server crate put into the context. `Origin` is checked there too, in front of `/fn/`.

pub mod authenticator;
pub mod challenge;
#[cfg(feature = "ssr")]
mod context;
pub mod device;
pub mod enrollment;
pub mod protection;

use crate::text::json_object;
#[cfg(feature = "ssr")]
pub(crate) use context::log;
#[cfg(feature = "ssr")]
pub use context::{ChallengeCaller, Challenged, LetIn, MustSetUp, Renewed, RequestId, Signed};
use server_fn::ServerFn;

/// A call of a server function: where to, and with what.
pub(crate) struct Call {
    pub(crate) path: &'static str,
    pub(crate) body: String,
}

/// The call of `F` with these arguments, all of them texts; one that is not given is `null`.
pub(crate) fn call<F: ServerFn>(arguments: &[(&str, Option<String>)]) -> Call {
    Call { path: F::PATH, body: json_object(arguments) }
}
