//! When and from where an enrollment was confirmed, for whoever finds it waiting for its recovery codes.

use super::{NewColumns, maybe_long_text, maybe_number};

/// Of one that waits when this runs it is not known.
pub(super) const OF_ENROLLMENT: NewColumns = NewColumns {
    name: "0210_confirmation_of_enrollment",
    table: "enrollment",
    columns: || {
        vec![
            maybe_number("confirmed_at"),
            maybe_long_text("confirmed_browser"),
            maybe_long_text("confirmed_address"),
        ]
    },
};
