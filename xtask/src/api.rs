//! The OpenAPI document of the release binary: Spectral and Redocly find nothing in it; and whatever schemathesis thinks of
//! sending, the answer is in the document, and no answer is a fault.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::authenticator::{begin, code, text};
use crate::instance::Instance;
use crate::tally::Tally;
use crate::{command, file, npm, python, workspace};

/// The same requests in every run.
const SEED: &str = "20261122";
/// Requests for each operation and phase: what fits into a minute and a half.
const EXAMPLES: &str = "40";
/// What does not hold here: a code may be wrong though its form is right, and an enrollment is its own user's only.
const NOT_CHECKED: &str = "positive_data_acceptance,ensure_resource_availability";

/// Runs it twice: with ids that it makes up, and with those of things that are there.
pub(crate) fn conforms(binary: &Path) -> Result<Tally> {
    let requirements = workspace::path("xtask/requirements.txt");
    let programs = python::environment("schemathesis", &requirements, "schemathesis")?;
    let server = Instance::start(binary)?;
    let mut tally = lint(&server)?;
    let site = server.command(&["site", "create", "--name", "Shop", "--issuer", "Shop"])?;
    let scopes = ["key", "create", "--site", text(&site, "id")?, "--scope", "verify,enroll,admin"];
    let key = server.command(&scopes)?;
    let key = text(&key, "key")?;
    for (config, more) in [
        (String::new(), &[][..]),
        (
            known(&server, key)?,
            &["--include-path-regex=[{]", "--exclude-method=DELETE", "--exclude-path-regex=reset$"],
        ),
    ] {
        let path = server.folder().join("schemathesis.toml");
        file::write(&path, config.as_bytes())?;
        let mut schemathesis = Command::new(programs.join("schemathesis"));
        schemathesis
            .current_dir(server.folder())
            .args(["--config-file", "schemathesis.toml", "run"])
            .arg(format!("{}/v1/openapi.json", server.url()))
            .args(["--seed", SEED, "--generation-deterministic", "--max-examples", EXAMPLES])
            .args(["--checks", "all", "--exclude-checks", NOT_CHECKED, "--continue-on-failure", "--no-color"])
            .args(["--header", &format!("Authorization: Bearer {key}")])
            .args(more);
        let ran = Tally::of_schemathesis(&command::tee(&mut schemathesis)?);
        ensure!(ran.passed > 100, "schemathesis sent next to nothing");
        tally += ran;
    }
    Ok(tally)
}

/// Both linters, from npm and without a look at the network.
fn lint(server: &Instance) -> Result<Tally> {
    let folder = workspace::path("xtask/openapi");
    npm::install(&folder)?;
    let mut node = Command::new("node");
    command::run(node.arg(folder.join("lint.mjs")).arg(format!("{}/v1/openapi.json", server.url())))?;
    Ok(Tally { passed: 1, ..Tally::default() })
}

/// A user with an authenticator and an open challenge, and another one who is enrolling: their ids for the paths.
fn known(server: &Instance, key: &str) -> Result<String> {
    let begun = begin(server, key, "ada")?;
    let enrollment = format!("/v1/enrollments/{}", text(&begun, "id")?);
    let code = code(text(&begun, "secret")?)?;
    let ada = json!({ "id": "ada" });
    server.post(&format!("{enrollment}/confirm"), key, &json!({ "user": ada, "code": code }))?;
    server.post(&format!("{enrollment}/acknowledge"), key, &json!({ "user": ada }))?;
    let challenge = server.post("/v1/challenges", key, &json!({ "user": ada, "action": "sign_in" }))?;
    let pending = begin(server, key, "bob")?;
    let ids =
        [("challenges", text(&challenge, "id")?), ("enrollments", text(&pending, "id")?), ("users", "ada")];
    let operation = |(of, id): (&str, &str)| {
        format!(
            "[[operations]]\ninclude-path-regex = \"^/v1/{of}/\"\nparameters = {{ \"path.id\" = \"{id}\" }}\n"
        )
    };
    Ok(ids.map(operation).concat())
}
