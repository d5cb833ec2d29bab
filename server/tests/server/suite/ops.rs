//! `ops/`: the rules and the dashboard name figures that there are, in expressions that Prometheus reads.

use super::metrics::promtool;
use super::support::Folder;
use serde_json::Value;
use server::telemetry::metrics::{FIGURES, Kind};
use std::path::PathBuf;

fn ops(below: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ops").join(below)
}

fn read(below: &str) -> String {
    std::fs::read_to_string(ops(below)).unwrap()
}

/// Every word that is the name of a figure of ours, or should be.
fn named(text: &str) -> Vec<&str> {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = text.split(|letter| !is_of_name(letter));
    words.filter(|word| word.starts_with("twofold_") || word.starts_with("http_server_")).collect()
}

fn is_figure(name: &str) -> bool {
    FIGURES.iter().any(|figure| match figure.kind {
        Kind::Counter | Kind::Gauge => figure.name == name,
        Kind::Histogram => {
            name.strip_prefix(figure.name).is_some_and(|part| matches!(part, "_bucket" | "_count" | "_sum"))
        }
    })
}

/// The names behind `- alert:` or `alertname:`.
fn alerts<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix(before)).collect()
}

fn expressions(dashboard: &Value) -> Vec<String> {
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.filter_map(|panel| panel["targets"].as_array()).flatten();
    targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_rules_are_rules_and_each_fires_and_is_quiet_where_it_should() {
    promtool(&["check", "rules", ops("prometheus/alerts.yml").to_str().unwrap()], "");
    promtool(&["test", "rules", ops("prometheus/alerts.test.yml").to_str().unwrap()], "");
    let (rules, tests) = (read("prometheus/alerts.yml"), read("prometheus/alerts.test.yml"));
    let tried = alerts(&tests, "alertname: ");
    let all = alerts(&rules, "alert: ");
    assert!(all.len() > 15);
    for alert in all {
        assert_eq!(tried.iter().filter(|one| **one == alert).count(), 2, "{alert} is tried both ways");
    }
    assert_eq!(tests.matches("exp_alerts: []").count() * 2, tried.len());
    for text in [&rules, &tests] {
        for name in named(text) {
            assert!(is_figure(name), "{name} is no figure");
        }
    }
}

#[test]
fn the_dashboard_asks_for_figures_that_there_are() {
    let dashboard: Value = serde_json::from_str(&read("grafana/twofold.json")).unwrap();
    let expressions = expressions(&dashboard);
    assert!(expressions.len() > 20);
    let mut rules = "groups:\n  - name: dashboard\n    rules:\n".to_owned();
    for (at, expression) in expressions.iter().enumerate() {
        for name in named(expression) {
            assert!(is_figure(name), "{name} is no figure: {expression}");
        }
        let expression = expression.replace("$__rate_interval", "5m");
        let quoted = serde_json::to_string(&expression).unwrap();
        rules += &format!("      - record: dashboard:panel:{at}\n        expr: {quoted}\n");
    }
    let folder = Folder::new();
    let file = folder.0.join("dashboard.yml");
    std::fs::write(&file, rules).unwrap();
    promtool(&["check", "rules", file.to_str().unwrap()], "");
    let asked: String = expressions.concat();
    for figure in FIGURES.iter().filter(|figure| figure.name != "twofold_mail_configured") {
        assert!(asked.contains(figure.name), "{} is on no panel", figure.name);
    }
}
