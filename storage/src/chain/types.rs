//! Whether SQLite keeps what proves the log as the types that Twofold writes.
//!
//! It keeps any value in any column, reads text and bytes as each other, and compares them as different: a row whose user
//! stands there as text is found by no list and no erasure of theirs, and a seal that does holds every change of the head up.

use crate::entity::{chain_cut, chain_head, event, event_batch, event_writer};
use crate::error::fault;
use domain::chain::Misfit;
use domain::name::EventId;
use domain::ports::StoreError;
use sea_orm::sea_query::{Expr, Func, Query};
use sea_orm::{
    ColumnTrait, ColumnType, Condition, ConnectionTrait, EntityTrait, ExprTrait, Iterable, QueryResult,
};

/// A row of the log of which a column is of a type that Twofold does not write.
pub(super) async fn of_another_type(db: &impl ConnectionTrait) -> Result<Option<Misfit>, StoreError> {
    if of::<chain_head::Entity>(db, chain_head::Column::Id).await?.is_some() {
        return Ok(Some(Misfit::Head));
    }
    if of::<chain_cut::Entity>(db, chain_cut::Column::Id).await?.is_some() {
        return Ok(Some(Misfit::Cut));
    }
    if of::<event_writer::Entity>(db, event_writer::Column::Number).await?.is_some() {
        return Ok(Some(Misfit::Writers));
    }
    if let Some(row) = of::<event_batch::Entity>(db, event_batch::Column::Number).await? {
        return Ok(Some(Misfit::BatchChanged(row.try_get_by_index(0).unwrap_or_default())));
    }
    let event = of::<event::Entity>(db, event::Column::Id).await?;
    let forged = |row: QueryResult| Misfit::EventForged {
        event: EventId::from_uuid(row.try_get_by_index(0).unwrap_or_default()),
    };
    Ok(event.map(forged))
}

/// The key of such a row of a table.
async fn of<E: EntityTrait>(
    db: &impl ConnectionTrait,
    key: E::Column,
) -> Result<Option<QueryResult>, StoreError> {
    let mut strange = Condition::any();
    for column in E::Column::iter() {
        let definition = column.def();
        let nothing = definition.is_null().then_some("null");
        let known = stored_as(definition.get_column_type()).into_iter().chain(nothing);
        let found = Expr::expr(Func::cust("typeof").arg(Expr::col(column)));
        strange = strange.add(found.is_not_in(known));
    }
    let asked = Query::select().column(key).from(E::default()).cond_where(strange).limit(1).take();
    db.query_one(&asked).await.map_err(fault)
}

/// What SQLite calls the type of a value that was written into such a column.
#[expect(clippy::wildcard_enum_match_arm, reason = "sea-query's types are many; the log has these")]
fn stored_as(column: &ColumnType) -> Option<&'static str> {
    match column {
        ColumnType::Uuid | ColumnType::VarBinary(_) | ColumnType::Blob => Some("blob"),
        ColumnType::Integer | ColumnType::BigInteger | ColumnType::Boolean => Some("integer"),
        ColumnType::String(_) | ColumnType::Text => Some("text"),
        // Every row is found, and so is the column by every test.
        _ => None,
    }
}
