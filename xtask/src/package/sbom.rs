//! The bill of materials: every library that the binary and its pages are built from, in the form of CycloneDX 1.5.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::source::Source;
use crate::{command, file, workspace};

/// The binary, and the pages that are inside it.
const ROOTS: [&str; 2] = ["server", "frontend"];

pub(super) fn write(source: &Source) -> Result<String> {
    let mut cargo = command::cargo();
    cargo.args(["metadata", "--locked", "--format-version", "1"]);
    let machine = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    cargo.args(["--filter-platform", &machine, "--filter-platform", "wasm32-unknown-unknown"]);
    let metadata: Value = serde_json::from_str(&command::output(&mut cargo)?)?;
    let sums = sums(&file::read_text(&workspace::path("Cargo.lock"))?);
    let bill = bill(&metadata, &sums, source)?;
    Ok(serde_json::to_string_pretty(&bill)? + "\n")
}

/// The sum of each package's archive, by name and version.
fn sums(lock: &str) -> BTreeMap<(String, String), String> {
    let packages = lock.split("[[package]]").skip(1);
    let field = |package: &str, name: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""));
        line.and_then(|value| value.strip_suffix('"')).map(str::to_owned)
    };
    packages
        .filter_map(|of| Some(((field(of, "name")?, field(of, "version")?), field(of, "checksum")?)))
        .collect()
}

fn bill(metadata: &Value, sums: &BTreeMap<(String, String), String>, source: &Source) -> Result<Value> {
    let edges = edges(metadata)?;
    let packages = list(metadata, "packages").filter_map(|package| Some((text(package, "id")?, package)));
    let packages: BTreeMap<&str, &Value> = packages.collect();
    let root = |name: &&str| {
        let is_ours = |of: &Value| of.get("source").is_some_and(Value::is_null);
        let found = packages.iter().find(|(_, of)| text(of, "name") == Some(*name) && is_ours(of));
        found.map(|(id, _)| *id).with_context(|| format!("there is no crate `{name}`"))
    };
    let roots: Vec<&str> = ROOTS.iter().map(root).collect::<Result<_>>()?;
    let inside = reached(&roots, &edges);
    let named = |id: &str| packages.get(id).and_then(|of| purl(of)).unwrap_or_default();
    let product = format!("pkg:generic/twofold@{}", source.version);
    let components = inside.iter().filter_map(|id| component(packages.get(*id)?, sums));
    let mut depends =
        vec![json!({ "ref": product, "dependsOn": roots.iter().map(|id| named(id)).collect::<Vec<_>>() })];
    depends.extend(inside.iter().map(|id| {
        let of: BTreeSet<String> = edges.get(id).into_iter().flatten().map(|id| named(id)).collect();
        json!({ "ref": named(id), "dependsOn": of })
    }));
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": source.moment,
            "component": {
                "type": "application",
                "bom-ref": product,
                "name": "twofold",
                "version": source.version,
                "purl": product,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            },
        },
        "components": components.collect::<Vec<_>>(),
        "dependencies": depends,
    }))
}

/// What each package is linked with: neither what builds it nor what tests it.
fn edges(metadata: &Value) -> Result<BTreeMap<&str, Vec<&str>>> {
    let resolve = metadata.get("resolve").context("cargo metadata resolves nothing")?;
    let linked = |dependency: &Value| {
        list(dependency, "dep_kinds").any(|kind| kind.get("kind").is_some_and(Value::is_null))
    };
    let nodes = list(resolve, "nodes").filter_map(|node| {
        let of = list(node, "deps").filter(|of| linked(of)).filter_map(|of| text(of, "pkg"));
        Some((text(node, "id")?, of.collect()))
    });
    Ok(nodes.collect())
}

fn reached<'a>(roots: &[&'a str], edges: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let (mut found, mut next) = (BTreeSet::new(), roots.to_vec());
    while let Some(id) = next.pop() {
        if found.insert(id) {
            next.extend(edges.get(id).into_iter().flatten());
        }
    }
    found
}

fn component(package: &Value, sums: &BTreeMap<(String, String), String>) -> Option<Value> {
    let (name, version, purl) = (text(package, "name")?, text(package, "version")?, purl(package)?);
    let mut component =
        json!({ "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl });
    let fields = component.as_object_mut()?;
    if let Some(license) = text(package, "license") {
        // Older crates write MIT/Apache-2.0, which SPDX does not know.
        fields.insert("licenses".into(), json!([{ "expression": license.replace('/', " OR ") }]));
    }
    if let Some(sum) = sums.get(&(name.to_owned(), version.to_owned())) {
        fields.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": sum }]));
    }
    Some(component)
}

fn purl(package: &Value) -> Option<String> {
    Some(format!("pkg:cargo/{}@{}", text(package, "name")?, text(package, "version")?.replace('+', "%2B")))
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value.get(field).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_builds_or_tests_a_program_is_not_in_it() {
        let dep = |id: &str, kind: Value| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let deps = [dep("linked", Value::Null), dep("built", json!("build")), dep("tested", json!("dev"))];
        let nodes = json!([
            { "id": "server", "deps": deps },
            { "id": "linked", "deps": [dep("below", Value::Null)] },
            { "id": "built", "deps": [] }, { "id": "tested", "deps": [] }, { "id": "below", "deps": [] },
        ]);
        let metadata = json!({ "resolve": { "nodes": nodes } });
        let edges = edges(&metadata).unwrap();
        assert_eq!(Vec::from_iter(reached(&["server"], &edges)), ["below", "linked", "server"]);
    }

    #[test]
    fn the_lock_file_has_the_sums() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"ab\"\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";
        let found = sums(lock);
        assert_eq!(found.len(), 1);
        assert_eq!(found.get(&("a".into(), "1.0.0".into())).map(String::as_str), Some("ab"));
    }

    #[test]
    fn a_component_has_what_a_scanner_looks_it_up_by() {
        let package = json!({ "name": "a", "version": "1.0.0+b", "license": "MIT/Apache-2.0" });
        let component = component(&package, &BTreeMap::new()).unwrap();
        assert_eq!(component["purl"], "pkg:cargo/a@1.0.0%2Bb");
        assert_eq!(component["licenses"], json!([{ "expression": "MIT OR Apache-2.0" }]));
    }
}
