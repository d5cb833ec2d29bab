//! `docs/operating.md`: its lists are written from the settings and the figures themselves, and it names every alert.

use super::support::settings;
use clap::{Args as _, Command};
use server::config::Given;
use server::telemetry::metrics::{FIGURES, Kind};
use std::fmt::Write as _;
use std::path::PathBuf;

fn path(below: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(below)
}

fn read(below: &str) -> String {
    std::fs::read_to_string(path(below)).unwrap()
}

/// The guide, with this list in the place that its comment names.
fn with_list(guide: &str, name: &str, list: &str) -> String {
    let (before, rest) = guide.split_once(&format!("<!-- {name}: ")).unwrap();
    let (comment, rest) = rest.split_once("-->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    format!("{before}<!-- {name}: {comment}-->\n{list}<!-- end -->{after}")
}

/// From the file of the defaults: each key with its default and what stands above it.
fn defaults() -> Vec<(String, String, String)> {
    let (mut found, mut above) = (Vec::new(), Vec::new());
    for line in include_str!("../../../config.default.toml").lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            above.push(comment);
        } else if let Some((key, default)) = line.split_once(" = ") {
            found.push((key.to_owned(), default.to_owned(), above.join("\n")));
        } else {
            above.clear();
        }
    }
    found
}

fn list_of_settings() -> String {
    let line = Given::augment_args(Command::new("twofold"));
    let mut list = String::new();
    for (key, default, about) in defaults() {
        let flag = key.replace('_', "-");
        let argument = line.get_arguments().find(|one| one.get_long() == Some(&flag)).expect(&key);
        let variable = argument.get_env().unwrap().to_str().unwrap();
        let value = argument.get_value_names().unwrap()[0].to_string();
        let default = if default == "\"\"" { "none".to_owned() } else { format!("`{default}`") };
        writeln!(list, "### `{key}`\n\n`--{flag} {value}` · `{variable}` · default {default}\n\n{about}\n")
            .unwrap();
    }
    list
}

fn list_of_figures() -> String {
    let mut list = "| figure | kind | labels | says |\n|---|---|---|---|\n".to_owned();
    for figure in FIGURES {
        let kind = match figure.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let labels: Vec<String> = figure.labels.iter().map(|label| format!("`{label}`")).collect();
        writeln!(list, "| `{}` | {kind} | {} | {} |", figure.name, labels.join(", "), figure.help).unwrap();
    }
    list
}

#[test]
fn the_guide_lists_every_setting_and_every_figure_as_they_are() {
    let guide = read("docs/operating.md");
    let with_figures = with_list(&guide, "figures", &list_of_figures());
    let written = with_list(&with_figures, "settings", &list_of_settings());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path("docs/operating.md"), &written).unwrap();
    } else {
        assert!(
            guide == written,
            "docs/operating.md is old: UPDATE=1 cargo test -p server --test server -- operating"
        );
    }
    for (key, _, about) in defaults() {
        assert!(!about.is_empty(), "{key} has nothing above it");
    }
}

#[test]
fn the_guide_says_what_to_do_about_every_alert_and_code_of_readiness() {
    let guide = read("docs/operating.md");
    let rules = read("ops/prometheus/alerts.yml");
    let alerts = rules.lines().filter_map(|line| line.trim_start().strip_prefix("- alert: "));
    let alerts: Vec<&str> = alerts.collect();
    for alert in &alerts {
        assert!(guide.contains(&format!("| `{alert}` | ")), "{alert}");
    }
    let told = guide.lines().filter(|line| line.starts_with("| `Twofold")).count();
    assert_eq!(told, alerts.len(), "an alert is told of that there is not");
    let known = ["draining", "database_lost", "database_full", "database_read_only", "database_locked"];
    for code in known.into_iter().chain(["not_stored", "unavailable"]) {
        assert!(server::problem::Problem::ALL.iter().any(|problem| problem.code() == code), "{code}");
        assert!(guide.contains(&format!("| `{code}` | ")), "{code}");
    }
}

#[test]
fn the_address_of_the_figures_is_none_unless_it_is_said() {
    assert_eq!(settings(&[]).metrics_address, None);
    let given = settings(&["--metrics-address", "127.0.0.1:9464"]).metrics_address;
    assert_eq!(given, Some("127.0.0.1:9464".parse().unwrap()));
}
