//! To which sign-in a session belongs, and which challenge a bypass code passed: what the code allows belongs to that sign-in.

use super::{NewColumns, maybe_id};

/// A session that is open when this runs belongs to none.
pub(super) const OF_SESSION: NewColumns = NewColumns {
    name: "0270_sign_in_of_session",
    table: "session",
    columns: || vec![maybe_id("sign_in_id")],
};

pub(super) const OF_TICKET: NewColumns =
    NewColumns { name: "0271_sign_in_of_ticket", table: "ticket", columns: || vec![maybe_id("sign_in_id")] };

/// A code that was used when this runs allows nothing more.
pub(super) const OF_BYPASS_CODE: NewColumns = NewColumns {
    name: "0272_challenge_of_bypass_code",
    table: "bypass_code",
    columns: || vec![maybe_id("challenge_id")],
};
