//! Rows of several tables in one statement, which is a snapshot by itself: it costs one way to the database and back, and
//! no transaction around it.

use crate::entity::OwnedTable;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    Condition, DbErr, EntityTrait, ExprTrait, FromQueryResult, IdenStatic, Iterable, QueryResult, TryGetError,
};

/// Adds every column of a table, called after its own name with `prefix` before it.
pub(crate) fn add<E: EntityTrait>(query: &mut SelectStatement, prefix: &str) {
    for column in E::Column::iter() {
        query.expr_as(Expr::col((E::default(), column)), format!("{prefix}{}", column.as_str()));
    }
}

/// The row of a table that was added under this prefix. `None`: none was joined.
pub(crate) fn read<M: FromQueryResult>(row: &QueryResult, prefix: &str) -> Result<Option<M>, DbErr> {
    match M::from_query_result_nullable(row, prefix) {
        Ok(model) => Ok(Some(model)),
        Err(TryGetError::Null(_)) => Ok(None),
        Err(TryGetError::DbErr(error)) => Err(error),
    }
}

/// That a row of one table is of the same user as that of another.
pub(crate) fn of_same_user<A: OwnedTable, B: OwnedTable>() -> Condition {
    let same = |left: A::Column, right: B::Column| {
        Expr::col((A::default(), left)).eq(Expr::col((B::default(), right)))
    };
    Condition::all().add(same(A::SITE, B::SITE)).add(same(A::USER, B::USER))
}

/// Keeps each of the rows that a join repeats once, in the order in which they came first.
pub(crate) fn once<M: PartialEq>(rows: &mut Vec<M>, row: Option<M>) {
    if let Some(row) = row.filter(|row| !rows.contains(row)) {
        rows.push(row);
    }
}
