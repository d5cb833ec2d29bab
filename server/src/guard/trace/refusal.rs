//! Why a request was refused, for its line in the log.

use crate::problem::Problem;
use axum::response::Response;

/// How much of a field's name is written down: some were made up by whoever sent them.
const LONGEST: usize = 64;

/// The stable code of a refusal, and which field did not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(super) code: &'static str,
    pub(super) field: Option<String>,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, field: Option<&str>) -> Self {
        Self { code, field: field.map(|field| field.chars().take(LONGEST).collect()) }
    }

    /// Of this answer, if it is one.
    pub(super) fn of(response: &Response) -> Option<Self> {
        let extensions = response.extensions();
        let problem = || extensions.get::<Problem>().map(|problem| Self::new(problem.code(), None));
        extensions.get::<Self>().cloned().or_else(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;

    #[test]
    fn a_problem_says_its_code_and_any_other_answer_nothing() {
        let refused = Problem::ForeignHost.into_response();
        assert_eq!(Refusal::of(&refused), Some(Refusal::new("foreign_host", None)));
        assert_eq!(Refusal::of(&().into_response()), None);
    }

    #[test]
    fn a_field_with_a_long_name_is_cut() {
        let refusal = Refusal::new("malformed", Some(&"ü".repeat(100)));
        assert_eq!(refusal.field, Some("ü".repeat(LONGEST)));
    }
}
