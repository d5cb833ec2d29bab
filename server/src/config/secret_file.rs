//! Settings with a password in them may stand in a file of their own, as secrets are mounted.

use super::ConfigError;
use std::convert::Infallible;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use zeroize::Zeroizing;

/// A setting as it stands in one place, and the file that holds it.
type Said<T> = (Option<T>, Option<PathBuf>);

/// Longer than any URL that leads somewhere.
const LONGEST: u64 = 64 * 1024;

/// What one place says, or what the one under it says: a file goes before a value under it, and the other way round. An empty name
/// names no file.
pub(super) fn over<T>(own: Said<T>, under: Said<T>) -> Said<T> {
    let named = |(value, file): Said<T>| (value, file.filter(|path| !path.as_os_str().is_empty()));
    let own = named(own);
    if own.0.is_none() && own.1.is_none() { named(under) } else { own }
}

/// The setting, from its file if it is in one.
pub(super) fn read<T: Default + FromStr<Err = Infallible>>(
    setting: &'static str,
    value: Option<T>,
    file: Option<PathBuf>,
) -> Result<T, ConfigError> {
    match (value, file.filter(|path| !path.as_os_str().is_empty())) {
        (value, None) => Ok(value.unwrap_or_default()),
        (Some(_), Some(_)) => Err(ConfigError::SaidTwice(setting)),
        (None, Some(path)) => match content(&path) {
            Ok(text) => Ok(text.trim().parse().unwrap_or_default()),
            Err(cause) => Err(ConfigError::SecretFile { setting, path, cause }),
        },
    }
}

fn content(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    if text.trim().is_empty() {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is empty"));
    }
    Ok(text)
}
