//! What was found.

use serde::Serialize;

/// A mistake, and what to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable: programs read this.
    pub code: &'static str,
    /// What is wrong.
    pub what: String,
    /// The line to write, or the command to type.
    pub change: String,
}

/// Something that was not looked at, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotChecked {
    /// What.
    pub what: &'static str,
    /// What it would take.
    pub why: String,
}

/// Everything that was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Mistakes, in the order in which they are met.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub checked: Vec<&'static str>,
    /// What was not.
    pub not_checked: Vec<NotChecked>,
}

impl Report {
    pub(super) fn find(&mut self, code: &'static str, what: impl Into<String>, change: impl Into<String>) {
        let finding = Finding { code, what: what.into(), change: change.into() };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    pub(super) fn check(&mut self, what: &'static str) {
        if !self.checked.contains(&what) {
            self.checked.push(what);
        }
    }

    pub(super) fn skip(&mut self, what: &'static str, why: impl Into<String>) {
        self.not_checked.push(NotChecked { what, why: why.into() });
    }
}
