//! What this build is.

/// The version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The commit that it was built from: `cargo xtask` says it.
pub(crate) const COMMIT: &str = env!("TWOFOLD_COMMIT");
/// Both, for a person.
pub(crate) const LONG: &str = concat!(env!("CARGO_PKG_VERSION"), " (commit ", env!("TWOFOLD_COMMIT"), ")");
