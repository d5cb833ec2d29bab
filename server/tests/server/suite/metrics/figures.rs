//! The page of figures, as Prometheus reads it.

use crate::suite::support::House;
use axum::body::{Body, to_bytes};
use http::Request;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};
use tower::ServiceExt as _;

pub(super) struct Figures {
    pub(super) text: String,
    values: BTreeMap<String, f64>,
}

impl Figures {
    pub(super) async fn of(house: &House) -> Self {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = server::scraping::router(house.server.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let value = |line: &str| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        };
        let values = lines.map(value).collect();
        Self { text, values }
    }

    #[track_caller]
    pub(super) fn get(&self, name: &str) -> f64 {
        // A series that is not there is none that a rule can look at.
        self.values
            .get(name)
            .copied()
            .unwrap_or_else(|| if name.contains("_count{") { 0.0 } else { panic!("{name}:\n{}", self.text) })
    }

    /// Every name that has a type.
    pub(super) fn names(&self) -> Vec<&str> {
        self.text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect()
    }

    /// The labels of a figure, in the order of its first line.
    pub(super) fn labels(&self, name: &str) -> Vec<&str> {
        let of = |line: &&String| {
            let own = line.split('{').next().unwrap_or_default();
            own == name || own.strip_suffix("_count") == Some(name)
        };
        let lines: Vec<&String> = self.values.keys().filter(of).collect();
        assert!(!lines.is_empty(), "{name} is not there:\n{}", self.text);
        let labels = |line: &String| line.matches("=\"").count();
        assert_eq!(lines.iter().map(|line| labels(line)).collect::<BTreeSet<_>>().len(), 1, "{name}");
        let inside = lines[0].split_once('{').map_or("", |(_, rest)| rest.trim_end_matches('}'));
        inside.split(',').filter_map(|label| label.split_once('=')).map(|(label, _)| label).collect()
    }
}

/// Debian's package `prometheus` has it, and `cargo xtask test` installs that.
#[track_caller]
pub(crate) fn promtool(arguments: &[&str], input: &str) {
    let mut command = Command::new("promtool");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("promtool is needed: apt-get install prometheus");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "promtool {arguments:?}: {said}");
    assert!(!said.contains("no help text"), "{said}");
}
