//! `cargo xtask test`: everything that CI checks, in the order of what fails fastest.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

use crate::bench::size;
use crate::postgres::Postgres;
use crate::server::{self, Build};
use crate::step::{seconds, timed};
use crate::tally::Tally;
use crate::{
    api, browser, command, examples, faults, house, machine, npm, package, preflight, promises, sdk,
    snippets, wasm, workspace,
};

pub(crate) const NATIVE: &[&str] =
    &["-p", "domain", "-p", "storage", "-p", "app", "-p", "server", "-p", "xtask"];

#[derive(Args)]
pub(crate) struct Test {
    /// Which steps; all of them when none is named
    #[arg(value_enum)]
    steps: Vec<Step>,
    /// Arguments for `cargo test` or `playwright test`, or words of faults, when one of these steps is named
    #[arg(last = true)]
    arguments: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Step {
    /// rustfmt has nothing to change
    Fmt,
    /// The crates keep to the dependency rules; the tests that documents name are there, and so are the snippets
    House,
    /// clippy, for the server and for the browser
    Lint,
    /// `cargo test`, on SQLite and on a PostgreSQL of our own
    Unit,
    /// schemathesis, against the OpenAPI document of the release binary
    Api,
    /// The release binary under faults of disk, database and clients: what it acknowledged is there
    Faults,
    /// Playwright, in Chromium, against the release binary with a movable clock
    E2e,
    /// The packages of `sdk/`, by their own tests, against the release binary
    Sdk,
    /// What people install, of the release binary: installed into a scratch folder, looked at and started
    Package,
    /// The page's weight is within its budget
    BenchSize,
}

pub(crate) fn test(test: &Test) -> Result<()> {
    let named = if test.steps.is_empty() { Step::value_variants() } else { &test.steps };
    if named.iter().any(|step| step.needs_the_machine()) {
        machine::install_missing()?;
    }
    let mut done = Vec::new();
    let mut tally = Tally::default();
    for step in named {
        println!("== {} …", step.name());
        let (result, took) = timed(|| step.run(&test.arguments));
        done.push((step.name(), took, result.is_ok()));
        match result {
            Ok(counted) => tally += counted,
            Err(error) => {
                report(&done);
                return Err(error.context(format!("step `{}` failed", step.name())));
            }
        }
    }
    report(&done);
    ensure!(tally.failed == 0, "{} passed, {} failed", tally.passed, tally.failed);
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(())
}

fn report(done: &[(String, Duration, bool)]) {
    println!("\n{:<12} {:>10}", "step", "took");
    for (name, took, passed) in done {
        println!("{name:<12} {:>10}  {}", seconds(*took), if *passed { "ok" } else { "FAILED" });
    }
}

impl Step {
    /// Whether it runs programs that come with neither Rust nor Node.
    fn needs_the_machine(self) -> bool {
        match self {
            Self::Unit | Self::Api | Self::Faults | Self::E2e | Self::Sdk | Self::Package => true,
            Self::Fmt | Self::House | Self::Lint | Self::BenchSize => false,
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn run(self, arguments: &[String]) -> Result<Tally> {
        let uncounted = |()| Tally::default();
        match self {
            Self::Fmt => command::run(command::cargo().args(["fmt", "--all", "--check"])).map(uncounted),
            Self::House => rules().map(uncounted),
            Self::Lint => lint().map(uncounted),
            Self::Unit => unit(arguments),
            Self::Api => api::conforms(&binary()?),
            Self::Faults => faults(arguments),
            Self::E2e => e2e(arguments),
            Self::Sdk => {
                preflight::node("the test of the packages")?;
                sdk::test(&binary()?, &browser::chromium()?)
            }
            Self::Package => package::test(&binary_to_try()?),
            Self::BenchSize => size::size(&size::Size::default()).map(uncounted),
        }
    }
}

/// What holds in the source without running it.
fn rules() -> Result<()> {
    house::check()?;
    promises::check()?;
    snippets::check()
}

/// `app` is several programs: the server's half, and each bundle of the browser's.
fn lint() -> Result<()> {
    let strict = ["--", "-D", "warnings"];
    let mut native = command::cargo();
    native.arg("clippy").args(NATIVE).args(["--features", "app/ssr", "--all-targets"]);
    command::run(native.args(strict))?;
    preflight::wasm_target()?;
    for features in wasm::FEATURES {
        let mut browser = command::cargo();
        browser.args(["clippy", "-p", "frontend", "--features", features]);
        browser.args(["--target", "wasm32-unknown-unknown", "--target-dir", wasm::TARGET_DIR]);
        command::run(browser.args(strict))?;
    }
    Ok(())
}

fn unit(arguments: &[String]) -> Result<Tally> {
    let postgres = Postgres::start()?;
    let mut cargo = command::cargo();
    cargo.arg("test").args(NATIVE).args(["--features", "app/ssr"]).args(arguments);
    let output = command::tee(cargo.env("TWOFOLD_TEST_POSTGRES_URL", postgres.url()))?;
    Ok(Tally::of_cargo(&output))
}

fn faults(words: &[String]) -> Result<Tally> {
    preflight::python("the test of faults")?;
    faults::faults(&binary_to_try()?, words)
}

/// `TWOFOLD_BINARY` is another binary to try, an older one say.
fn binary_to_try() -> Result<PathBuf> {
    std::env::var_os("TWOFOLD_BINARY").map(PathBuf::from).map_or_else(binary, Ok)
}

fn e2e(arguments: &[String]) -> Result<Tally> {
    let folder = workspace::path("end2end");
    let begun = folder.join("package.json").is_file();
    ensure!(begun, "there are no browser tests: {} has no package.json", folder.display());
    preflight::node("the browser tests")?;
    let (chromium, whole) = (browser::chromium()?, browser::whole_chromium()?);
    npm::install(&folder)?;
    npm::install(&folder.join("client"))?;
    let python = examples::install()?;
    command::run(Command::new("npx").current_dir(&folder).args(["--no-install", "tsc", "--noEmit"]))?;
    let binary = binary()?;
    let mut playwright = Command::new("npx");
    playwright.current_dir(&folder).args(["--no-install", "playwright", "test"]).args(arguments);
    playwright.env("TWOFOLD_BINARY", binary).env("CHROMIUM", chromium).env("CHROMIUM_WHOLE", whole);
    playwright.env("EXAMPLE_PYTHON", python);
    Ok(Tally::of_playwright(&command::tee(&mut playwright)?))
}

/// The release binary, with a clock that tests can move. It is moved away from where
/// `cargo xtask build --release` puts one that people deploy.
fn binary() -> Result<PathBuf> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    if let Some(binary) = BUILT.get() {
        return Ok(binary.clone());
    }
    let built = server::build(&Build { release: true, features: vec!["test-clock".into()] })?;
    let binary = workspace::path("target/e2e/twofold");
    fs::create_dir_all(workspace::path("target/e2e"))?;
    fs::rename(built, &binary)?;
    Ok(BUILT.get_or_init(|| binary).clone())
}
