//! How many files, and so connections, the system lets this process open.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Raises the limit to what the process may give itself. Answers how many files may be open; `None`: without limit.
pub fn raise() -> Option<u64> {
    let before = getrlimit(Resource::Nofile);
    let mut raised = before;
    raised.current = before.maximum;
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => raised.current,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files was not raised");
            before.current
        }
    }
}
