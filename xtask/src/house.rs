//! The dependency rules of docs/ARCHITECTURE.md: which crate may depend on what. `deny.toml` holds the same for what is
//! behind the direct dependencies.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{command, workspace};

/// What one crate may import.
struct Room {
    name: &'static str,
    rule: &'static str,
    may: &'static [&'static str],
    /// Only as an optional dependency, so that the feature `ssr` keeps it out of the browser.
    on_the_server: &'static [&'static str],
}

const HOUSE: &[Room] = &[
    Room {
        name: "domain",
        rule: "the verification core is pure: no runtime, web, database, log or crate of ours",
        may: &[
            "argon2",
            "async-trait",
            "chacha20poly1305",
            "hmac",
            "idna",
            "sha2",
            "subtle",
            "thiserror",
            "totp-rs",
            "uuid",
            "zeroize",
        ],
        on_the_server: &[],
    },
    Room {
        name: "storage",
        rule: "storage knows the domain and the database, and nothing of pages or HTTP",
        may: &["async-trait", "domain", "sea-orm", "sea-orm-migration", "thiserror", "tokio", "uuid"],
        on_the_server: &[],
    },
    Room {
        name: "app",
        rule: "what a person sees knows no database and no server, and the domain only with `ssr`",
        may: &["js-sys", "leptos", "serde", "server_fn", "thiserror", "wasm-bindgen", "web-sys"],
        on_the_server: &["domain", "http", "leptos_axum", "qrcode", "tracing"],
    },
    Room {
        name: "frontend",
        rule: "the browser's entry starts the app and does nothing else",
        may: &["app", "leptos", "wasm-bindgen"],
        on_the_server: &[],
    },
];

/// Checks every manifest, and that the HTTP API names nothing of the widget.
pub(crate) fn check() -> Result<()> {
    let mut cargo = command::cargo();
    let metadata = command::output(cargo.args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let mut broken = broken_rules(&serde_json::from_str(&metadata)?)?;
    broken.extend(api_sources()?.iter().filter_map(|source| broken_api(source)));
    if !broken.is_empty() {
        bail!("the dependency rules are broken (docs/ARCHITECTURE.md):\n  {}", broken.join("\n  "));
    }
    Ok(())
}

fn broken_rules(metadata: &Value) -> Result<Vec<String>> {
    let packages =
        metadata.get("packages").and_then(Value::as_array).context("cargo metadata has no packages")?;
    let named = |name: &str| packages.iter().find(|package| text(package, "name") == name);
    let mut broken = Vec::new();
    for room in HOUSE {
        let package = named(room.name).with_context(|| format!("there is no crate `{}`", room.name))?;
        let dependencies = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        broken.extend(dependencies.filter(|dependency| !room.admits(dependency)).map(|dependency| {
            format!("`{}` must not depend on `{}`: {}", room.name, text(dependency, "name"), room.rule)
        }));
    }
    Ok(broken)
}

impl Room {
    fn admits(&self, dependency: &Value) -> bool {
        let name = text(dependency, "name");
        let optional = dependency.get("optional").and_then(Value::as_bool).unwrap_or_default();
        // Tests may use more, but no crate of a layer above.
        let for_tests = text(dependency, "kind") == "dev" && !["app", "server", "xtask"].contains(&name);
        for_tests || self.may.contains(&name) || (optional && self.on_the_server.contains(&name))
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// `server/src/api.rs` and all below `server/src/api/`.
fn api_sources() -> Result<Vec<PathBuf>> {
    let mut found = vec![workspace::path("server/src/api.rs")];
    let mut folders = vec![workspace::path("server/src/api")];
    while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.retain(|path| path.is_file());
    Ok(found)
}

fn broken_api(source: &Path) -> Option<String> {
    let text = fs::read_to_string(source).ok()?;
    let name = ["app", "leptos", "leptos_axum"].into_iter().find(|name| names(&text, name))?;
    Some(format!("{} names `{name}`: the integrator's contract is not the widget's", source.display()))
}

/// Whether `text` has a path that begins with the crate `name`.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| !before.is_alphanumeric() && !['_', ':'].contains(&before))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{broken_rules, names};

    fn house_with(crate_name: &str, dependency: &Value) -> Value {
        let package = |name: &str| {
            let dependencies = if name == crate_name { vec![dependency.clone()] } else { Vec::new() };
            json!({ "name": name, "dependencies": dependencies })
        };
        let packages = ["app", "domain", "frontend", "storage"].map(package);
        json!({ "packages": packages })
    }

    #[test]
    fn the_domain_may_not_import_the_database() {
        let metadata = house_with("domain", &json!({ "name": "sea-orm", "kind": null, "optional": false }));
        let broken = broken_rules(&metadata).unwrap();
        assert_eq!(broken.len(), 1);
        assert!(
            broken[0].starts_with("`domain` must not depend on `sea-orm`: the verification core is pure")
        );
    }

    #[test]
    fn the_app_may_import_the_domain_on_the_server_only() {
        let on_the_server = json!({ "name": "domain", "kind": null, "optional": true });
        assert!(broken_rules(&house_with("app", &on_the_server)).unwrap().is_empty());
        let always = json!({ "name": "domain", "kind": null, "optional": false });
        assert_eq!(broken_rules(&house_with("app", &always)).unwrap().len(), 1);
    }

    #[test]
    fn tests_may_import_more() {
        let proptest = json!({ "name": "proptest", "kind": "dev", "optional": false });
        assert!(broken_rules(&house_with("domain", &proptest)).unwrap().is_empty());
    }

    #[test]
    fn a_path_is_told_from_a_longer_name() {
        assert!(names("use app::fns;", "app"));
        assert!(!names("self::wasm_app::x(); domain::app::y()", "app"));
    }
}
