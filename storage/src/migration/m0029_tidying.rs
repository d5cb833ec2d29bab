//! Indexes by which tidying finds what is over of what is known by a token alone, every minute, and erasing a user what they
//! were told of: without reading the rest.

use super::index;
use super::online::OnlineIndexes;
use sea_orm::sea_query::{ConditionalStatement, Expr, ExprTrait};

pub(super) const TICKETS: OnlineIndexes = OnlineIndexes {
    name: "0290_end_of_ticket",
    replaced: &[],
    indexes: || vec![index("ticket_expires", "ticket", &["expires_at"])],
};

pub(super) const ACCESSES: OnlineIndexes = OnlineIndexes {
    name: "0291_end_of_challenge_access",
    replaced: &[],
    indexes: || vec![index("challenge_access_expires", "challenge_access", &["expires_at"])],
};

pub(super) const NOTICES: OnlineIndexes = OnlineIndexes {
    name: "0293_notice_of_user",
    replaced: &[],
    indexes: || vec![index("notice_of_user", "notice", &["site_id", "user_id"])],
};

/// Of keys whose answer is kept, which is a minute of a key's day.
pub(super) const ANSWERS: OnlineIndexes = OnlineIndexes {
    name: "0294_end_of_kept_answer",
    replaced: &["idempotency_key_kept_until"],
    indexes: || {
        let kept = Expr::col("answer").is_not_null();
        vec![index("idempotency_key_kept_answer", "idempotency_key", &["kept_until"]).and_where(kept).take()]
    },
};

pub(super) const DEVICES: OnlineIndexes = OnlineIndexes {
    name: "0292_end_of_trusted_device",
    replaced: &[],
    indexes: || vec![index("trusted_device_expires", "trusted_device", &["expires_at"])],
};
