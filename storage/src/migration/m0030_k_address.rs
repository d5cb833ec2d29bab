//! Where somebody was written to when a thing happened: whoever takes an account over and gives another address a moment later
//! does not get the letter that tells of it.

use super::{NewColumns, maybe_long_text};

pub(super) const OF_NOTICE: NewColumns = NewColumns {
    name: "0300_address_of_notice",
    table: "notice",
    columns: || vec![maybe_long_text("email")],
};
