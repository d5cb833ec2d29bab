//! The tables, as entities. They are the source of truth for what a column holds; what creates the tables is
//! [`crate::migration`], which says why each has the key that it has; a test compares the two.
//!
//! Entities never leave this crate, and have no behaviour: a hook would be a hidden statement or a hidden clock.
#![expect(
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "sea-orm's derive makes its items public, some of which begin transactions and are called by nobody here"
)]

pub(crate) mod account;
pub(crate) mod account_link;
pub(crate) mod api_key;
pub(crate) mod authenticator;
pub(crate) mod budget;
pub(crate) mod bypass_code;
pub(crate) mod chain_cut;
pub(crate) mod chain_head;
pub(crate) mod challenge;
pub(crate) mod challenge_access;
pub(crate) mod code_set;
pub(crate) mod email_code;
pub(crate) mod enrollment;
pub(crate) mod event;
pub(crate) mod event_batch;
pub(crate) mod event_writer;
pub(crate) mod health;
pub(crate) mod idempotency_key;
pub(crate) mod letter_count;
pub(crate) mod notice;
pub(crate) mod password_counter;
pub(crate) mod pending_sign_in;
pub(crate) mod recovery_code;
pub(crate) mod role_requirement;
pub(crate) mod sealing_check;
pub(crate) mod session;
pub(crate) mod site;
pub(crate) mod ticket;
pub(crate) mod trusted_device;
pub(crate) mod user;

use domain::name::User;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Schema};

/// A table whose rows each belong to a user.
pub(crate) trait OwnedTable: EntityTrait {
    /// The column of the site, with which the key of every row starts.
    const SITE: Self::Column;
    /// The column of the site's id of the user.
    const USER: Self::Column;

    /// The rows of this user and of nobody else.
    fn owned_by(user: &User) -> Condition {
        Condition::all().add(Self::SITE.eq(user.site.uuid())).add(Self::USER.eq(user_bytes(user)))
    }
}

/// A user's id as it is stored: bytes, so that no database compares it in its own way.
pub(crate) fn user_bytes(user: &User) -> Vec<u8> {
    user.id.as_str().as_bytes().to_vec()
}

macro_rules! owned_tables {
    ($($table:ident),*) => {$(
        impl OwnedTable for $table::Entity {
            const SITE: $table::Column = $table::Column::SiteId;
            const USER: $table::Column = $table::Column::UserId;
        }
    )*};
}

owned_tables!(
    account,
    authenticator,
    budget,
    bypass_code,
    challenge,
    challenge_access,
    code_set,
    email_code,
    enrollment,
    event,
    idempotency_key,
    notice,
    password_counter,
    pending_sign_in,
    recovery_code,
    session,
    ticket,
    trusted_device,
    user
);

/// Creates every table from its entity, for the test that compares entities and migrations, and for nothing else.
pub(crate) async fn create_all(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    Schema::new(db.get_database_backend())
        .builder()
        .register(site::Entity)
        .register(user::Entity)
        .register(authenticator::Entity)
        .register(code_set::Entity)
        .register(recovery_code::Entity)
        .register(budget::Entity)
        .register(bypass_code::Entity)
        .register(enrollment::Entity)
        .register(challenge::Entity)
        .register(email_code::Entity)
        .register(session::Entity)
        .register(event::Entity)
        .register(event_batch::Entity)
        .register(event_writer::Entity)
        .register(chain_head::Entity)
        .register(chain_cut::Entity)
        .register(notice::Entity)
        .register(account::Entity)
        .register(account_link::Entity)
        .register(pending_sign_in::Entity)
        .register(ticket::Entity)
        .register(challenge_access::Entity)
        .register(trusted_device::Entity)
        .register(api_key::Entity)
        .register(sealing_check::Entity)
        .register(idempotency_key::Entity)
        .register(role_requirement::Entity)
        .register(health::Entity)
        .register(password_counter::Entity)
        .register(letter_count::Entity)
        .apply(db)
        .await
}
