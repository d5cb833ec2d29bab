//! The TOML file.

use super::{ConfigError, Layer};
use std::path::Path;

/// A configuration file.
pub(super) struct File;

impl File {
    pub(super) fn read(path: &Path) -> Result<Layer, ConfigError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })?;
        Self::parse(path, &text)
    }

    /// The words of the TOML library quote the line: it may hold a password, so only its number is passed on.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Layer, ConfigError> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            ConfigError::Malformed { path: path.to_owned(), line, what: error.message().to_owned() }
        })
    }
}
