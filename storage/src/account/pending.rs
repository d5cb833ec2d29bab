//! Sign-ins between the password and the second factor (docs/ARCHITECTURE.md, rule 4): their own table and their own type, so that
//! nothing that asks for a session can be given one of these.

use crate::backend::Database;
use crate::entity::{pending_sign_in, user_bytes};
use crate::error::{fault, intact};
use crate::moment;
use domain::name::{ChallengeId, SiteId, User, UserId};
use domain::ports::StoreError;
use domain::session::TokenHash;
use domain::time::Timestamp;
use sea_orm::sea_query::Condition;
use sea_orm::{EntityTrait, IntoActiveModel, QueryFilter};

/// A sign-in that waits for its second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingSignIn {
    /// The hash of its token.
    pub token: TokenHash,
    /// Who gave the right password.
    pub user: User,
    /// The challenge that is to be passed.
    pub challenge: ChallengeId,
    /// When the password was given.
    pub created_at: Timestamp,
    /// Until when it waits.
    pub expires_at: Timestamp,
}

pub(super) async fn open(db: &Database, pending: &PendingSignIn) -> Result<(), StoreError> {
    let row = pending_sign_in::Model {
        site_id: pending.user.site.uuid(),
        token_hash: pending.token.0.to_vec(),
        user_id: user_bytes(&pending.user),
        challenge_id: pending.challenge.uuid(),
        created_at: pending.created_at.millis(),
        expires_at: pending.expires_at.millis(),
    };
    db.change(&pending_sign_in::Entity::insert(row.into_active_model())).await.map(|_| ())
}

pub(super) async fn find(
    db: &Database,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<PendingSignIn>, StoreError> {
    let found =
        pending_sign_in::Entity::find().filter(waiting(token, now)).one(db.reader()).await.map_err(fault)?;
    found.map(|row| intact("pending_sign_in", from_row(&row, token))).transpose()
}

pub(super) async fn close(db: &Database, token: TokenHash, now: Timestamp) -> Result<bool, StoreError> {
    let delete = pending_sign_in::Entity::delete_many().filter(waiting(token, now));
    Ok(db.change(&delete).await? == 1)
}

fn waiting(token: TokenHash, now: Timestamp) -> Condition {
    Condition::all()
        .add(pending_sign_in::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .add(pending_sign_in::COLUMN.token_hash.eq(token.0.to_vec()))
        .add(pending_sign_in::COLUMN.expires_at.gt(now.millis()))
        .add(moment::plausible(pending_sign_in::Column::CreatedAt, now))
}

fn from_row(row: &pending_sign_in::Model, token: TokenHash) -> Option<PendingSignIn> {
    let id = UserId::parse(str::from_utf8(&row.user_id).ok()?).ok()?;
    Some(PendingSignIn {
        token,
        user: User { site: SiteId::from_uuid(row.site_id), id },
        challenge: ChallengeId::from_uuid(row.challenge_id),
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
    })
}
