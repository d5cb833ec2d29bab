//! When the owner of a factor started it again that guessing had stopped.

use super::{NewColumns, maybe_bytes};

pub(super) const RESTARTS: NewColumns =
    NewColumns { name: "0230_restarts", table: "budget", columns: || vec![maybe_bytes("restarts", 400)] };
