//! What the database remembers of the key that seals: written at the first start, compared at every later one.

use crate::backend::{Database, steps};
use crate::chain;
use crate::entity::sealing_check;
use crate::error::{Step, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use domain::chain::Head;
use domain::ports::StoreError;
use domain::seal::{KeyCheck, KeyId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{EntityTrait, IntoActiveModel, QueryFilter};

/// The only row.
const ONLY: i32 = 1;

/// What the database remembers: `first`, unless there was something before. Of several processes that start at once all
/// get the same.
///
/// # Errors
/// [`StoreError`] if it could not be stored or read.
pub async fn key_check(db: &Database, first: &KeyCheck) -> Result<KeyCheck, StoreError> {
    let kept = OnConflict::column(sealing_check::Column::Id).do_nothing().to_owned();
    let insert = sealing_check::Entity::insert(to_row(first).into_active_model()).on_conflict(kept);
    db.change(&insert).await?;
    intact("sealing_check", remembered_key_check(db).await?)
}

/// The same at the start of whoever writes: with the first key the database is given the beginning of its audit log, in one
/// transaction. So a database that remembers a key and has no such beginning has lost it.
///
/// # Errors
/// [`StoreError`] if it could not be stored or read.
pub async fn begin(db: &Database, first: &KeyCheck, genesis: &Head) -> Result<KeyCheck, StoreError> {
    if let Some(remembered) = remembered_key_check(db).await? {
        return Ok(remembered);
    }
    let (first, genesis) = (*first, genesis.clone());
    db.guarded(steps!(tx => begin_in(tx, &first, &genesis))).await?;
    intact("sealing_check", remembered_key_check(db).await?)
}

/// Guard: it remembers none yet.
async fn begin_in(tx: &DatabaseTransaction, first: &KeyCheck, genesis: &Head) -> Step {
    let kept = OnConflict::column(sealing_check::Column::Id).do_nothing().to_owned();
    let insert = sealing_check::Entity::insert(to_row(first).into_active_model()).on_conflict(kept);
    one_row(insert.exec_without_returning(tx).await?)?;
    chain::insert_genesis(tx, genesis).await
}

/// What the database remembers, if it was ever sealed with a key.
///
/// # Errors
/// [`StoreError`] if it could not be read.
pub async fn remembered_key_check(db: &Database) -> Result<Option<KeyCheck>, StoreError> {
    let found = sealing_check::Entity::find_by_id(ONLY).one(db.reader()).await.map_err(fault)?;
    found.map(|row| intact("sealing_check", from_row(&row))).transpose()
}

/// Remembers another key in the place of this one. `false`: somebody was quicker.
///
/// # Errors
/// [`StoreError`] if it could not be stored.
pub async fn replace_key_check(db: &Database, seen: &KeyCheck, new: &KeyCheck) -> Result<bool, StoreError> {
    let row = to_row(new);
    let update = sealing_check::Entity::update_many()
        .col_expr(sealing_check::Column::KeyId, Expr::value(row.key_id))
        .col_expr(sealing_check::Column::Digest, Expr::value(row.digest))
        .filter(sealing_check::COLUMN.id.eq(ONLY))
        .filter(sealing_check::COLUMN.key_id.eq(i64::from(seen.key.0)));
    Ok(db.change(&update).await? == 1)
}

fn to_row(check: &KeyCheck) -> sealing_check::Model {
    sealing_check::Model { id: ONLY, key_id: check.key.0.into(), digest: check.digest.to_vec() }
}

fn from_row(row: &sealing_check::Model) -> Option<KeyCheck> {
    let key = KeyId(u32::try_from(row.key_id).ok()?);
    Some(KeyCheck { key, digest: row.digest.as_slice().try_into().ok()? })
}
