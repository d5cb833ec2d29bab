//! The beginning of a chain over a log that was written before there were proofs.

use super::row::{self, GENESIS, ONLY};
use super::{Chain, ChainError, sealed};
use crate::backend::steps;
use crate::entity::{chain_cut, chain_head, event, event_batch, event_writer};
use crate::error::{Step, Stop};
use crate::journal::stamped;
use crate::transaction::DatabaseTransaction;
use domain::chain::{Head, Stamp, Writer};
use domain::ports::Entropy;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::sync::Arc;
use uuid::Uuid;

/// How many events are read at once.
const PAGE: u64 = 500;

impl Chain {
    /// Gives the database a chain over all that stands in its log, as it is now: the only way to one for a log that was
    /// written without. Answers how many events it proves now; `None`: it has a chain already.
    ///
    /// # Errors
    /// [`ChainError`] if it cannot be read or written.
    pub async fn adopt(&self, now: Timestamp, entropy: Arc<dyn Entropy>) -> Result<Option<i64>, ChainError> {
        let (genesis, own) = (Head::genesis(&self.keys, entropy.as_ref())?, self.clone());
        Ok(self.db.write(steps!(tx => own.adopt_all(tx, &genesis, now, entropy.as_ref()))).await?)
    }

    async fn adopt_all(
        &self,
        tx: &DatabaseTransaction,
        genesis: &Head,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Step<i64> {
        if chain_head::Entity::find().count(tx).await? > 0 {
            return Err(Stop::Guard);
        }
        event_batch::Entity::delete_many().exec(tx).await?;
        event_writer::Entity::delete_many().exec(tx).await?;
        chain_cut::Entity::delete_many().exec(tx).await?;
        let mut random = [0; 8];
        entropy.fill(&mut random);
        let number = i64::from_be_bytes(random) & i64::MAX;
        let (mut count, mut after) = (0, None);
        loop {
            let rows = page(tx, after).await?;
            let Some(last) = rows.last() else { break };
            after = Some((last.site_id, last.at, last.id));
            for mut row in rows {
                let stamp = Stamp { key: self.keys.active(), writer: number, sequence: count, mark: 0 };
                (row.wiped, row.still_wiped, row.erasure) = (None, None, None);
                let mut salt = [0; 32];
                entropy.fill(&mut salt);
                sealed(stamped(&self.keys, &mut row, stamp, &genesis.hash, salt))?;
                store(tx, row).await?;
                count += 1;
            }
        }
        let writer = Writer { number, settled: count, count, closed: 0, cut: 0, seen_at: now, ended: true };
        event_writer::Entity::insert(row::writer_row(&writer).into_active_model())
            .exec_without_returning(tx)
            .await?;
        let head = sealed(Head::sealed(&self.keys, (0, genesis.hash), &[writer], None))?;
        for (id, head) in [(GENESIS, genesis), (ONLY, &head)] {
            let row = row::head_row(id, head).into_active_model();
            chain_head::Entity::insert(row).exec_without_returning(tx).await?;
        }
        Ok(count)
    }
}

/// In the order of an index.
async fn page(tx: &DatabaseTransaction, after: Option<(Uuid, i64, Uuid)>) -> Step<Vec<event::Model>> {
    let mut asked = event::Entity::find();
    if let Some((site, at, id)) = after {
        let same_site = || Condition::all().add(event::COLUMN.site_id.eq(site));
        let later = same_site().add(event::COLUMN.at.gt(at));
        let beside = same_site().add(event::COLUMN.at.eq(at)).add(event::COLUMN.id.gt(id));
        let behind = Condition::any().add(event::COLUMN.site_id.gt(site)).add(later).add(beside);
        asked = asked.filter(behind);
    }
    let page = asked
        .order_by_asc(event::Column::SiteId)
        .order_by_asc(event::Column::At)
        .order_by_asc(event::Column::Id)
        .limit(PAGE);
    Ok(page.all(tx).await?)
}

async fn store(tx: &DatabaseTransaction, row: event::Model) -> Step {
    event::Entity::update_many()
        .col_expr(event::Column::KeyId, Expr::value(row.key_id))
        .col_expr(event::Column::Writer, Expr::value(row.writer))
        .col_expr(event::Column::Sequence, Expr::value(row.sequence))
        .col_expr(event::Column::Mark, Expr::value(row.mark))
        .col_expr(event::Column::Salt, Expr::value(row.salt))
        .col_expr(event::Column::Commitment, Expr::value(row.commitment))
        .col_expr(event::Column::Mac, Expr::value(row.mac))
        .col_expr(event::Column::Batch, Expr::value(None::<i64>))
        .col_expr(event::Column::Position, Expr::value(None::<i64>))
        .col_expr(event::Column::Digest, Expr::value(None::<Vec<u8>>))
        .col_expr(event::Column::Wiped, Expr::value(None::<Vec<u8>>))
        .col_expr(event::Column::StillWiped, Expr::value(None::<Vec<u8>>))
        .col_expr(event::Column::Erasure, Expr::value(None::<Uuid>))
        .filter(event::COLUMN.site_id.eq(row.site_id))
        .filter(event::COLUMN.at.eq(row.at))
        .filter(event::COLUMN.id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}
