//! What becomes of API keys: which of them were revoked since a copy was made, its owner has to say.

use anyhow::{Context, bail};
use clap::Args;
use domain::site::KeyName;
use std::path::{Path, PathBuf};
use storage::fence::Keys;

#[derive(Args)]
pub(super) struct KeyFlags {
    /// Revoke the API keys of this list: one id a line, as `twofold key list` prints it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["revoke_all_keys", "keep_keys"])]
    revoked_keys: Option<PathBuf>,
    /// Revoke every API key: each site needs a new one
    #[arg(long, conflicts_with = "keep_keys")]
    revoke_all_keys: bool,
    /// Keep every API key: none was revoked since the copy was made
    #[arg(long)]
    keep_keys: bool,
}

/// What was said of the keys.
pub(super) struct Fate {
    pub(super) keys: Keys,
    /// The listed ones that are not among them.
    pub(super) unknown: Vec<String>,
}

impl KeyFlags {
    /// Of these keys, each with whether it can be used.
    pub(super) fn fate(&self, known: &[(KeyName, bool)]) -> anyhow::Result<Fate> {
        let live = known.iter().filter(|(_, live)| *live).count();
        let (keys, unknown) = match &self.revoked_keys {
            Some(file) => {
                let listed = listed(file)?;
                let is_unknown = |name: &&KeyName| !known.iter().any(|(known, _)| known == *name);
                let unknown = listed.iter().filter(is_unknown).map(|name| name.as_str().to_owned()).collect();
                (Keys::Revoke(listed), unknown)
            }
            None if self.revoke_all_keys => (Keys::RevokeAll, Vec::new()),
            None if self.keep_keys || live == 0 => (Keys::Keep, Vec::new()),
            None => bail!(
                "{live} API keys of this copy can be used, and it does not know which of them were revoked since it was made. Say \
                 so: --revoked-keys FILE, with one id a line; --revoke-all-keys, after which each site needs a new one; or \
                 --keep-keys, if none was. Nothing was changed"
            ),
        };
        Ok(Fate { keys, unknown })
    }
}

/// What follows an id in its line, or a `#`, is for people.
fn listed(file: &Path) -> anyhow::Result<Vec<KeyName>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    read(&text).with_context(|| format!("{} is no list of keys", file.display()))
}

fn read(text: &str) -> anyhow::Result<Vec<KeyName>> {
    let mut names = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default();
        let Some(word) = line.split_whitespace().next() else { continue };
        let name = KeyName::parse(word.strip_prefix("tf_").unwrap_or(word));
        names.push(name.with_context(|| {
            format!("line {number} does not begin with the id of a key, the sixteen digits after `tf_`")
        })?);
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags() -> KeyFlags {
        KeyFlags { revoked_keys: None, revoke_all_keys: false, keep_keys: false }
    }

    fn name(text: &str) -> KeyName {
        KeyName::parse(text).unwrap()
    }

    #[test]
    fn a_list_of_keys_has_an_id_in_each_line_and_what_is_for_people() {
        let text =
            "# since Friday\n0123456789abcdef  verify,enroll  revoked\n\ntf_fedcba9876543210 # the shop's\n";
        assert_eq!(read(text).unwrap(), [name("0123456789abcdef"), name("fedcba9876543210")]);
        let refused = format!("{:#}", read("0123456789abcdef\nshop\n").unwrap_err());
        assert!(refused.contains("line 2 does not begin with the id of a key"), "{refused}");
    }

    #[test]
    fn whoever_says_nothing_of_the_keys_is_asked_where_there_is_one() {
        let (live, revoked) = ((name("0123456789abcdef"), true), (name("fedcba9876543210"), false));
        let asked = flags().fate(&[live.clone(), revoked.clone()]).err().unwrap().to_string();
        assert!(asked.starts_with("1 API keys") && asked.contains("--keep-keys"), "{asked}");
        assert_eq!(flags().fate(&[revoked]).unwrap().keys, Keys::Keep);
        let all = KeyFlags { revoke_all_keys: true, ..flags() };
        assert_eq!(all.fate(&[live]).unwrap().keys, Keys::RevokeAll);
    }
}
