//! In which browser, and from where, somebody signed in: so that they tell their sessions apart. Of a session that is open
//! when this runs it is not known.

use super::{NewColumns, maybe_long_text};

pub(super) const OF_SESSION: NewColumns = NewColumns {
    name: "0280_place_of_session",
    table: "session",
    columns: || Vec::from(["browser", "address"].map(maybe_long_text)),
};
