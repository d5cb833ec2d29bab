//! Stored moments against now, in SQL: what [`Timestamp::is_plausible`] and [`Timestamp::ends_within`] say in Rust.

use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition};
use std::time::Duration;

/// A moment that a clock which was right may have stamped.
pub(crate) fn plausible(column: impl ColumnTrait, now: Timestamp) -> Expr {
    column.lte(now.horizon().millis())
}

/// A moment that only a clock which ran ahead has stamped.
pub(crate) fn ahead(column: impl ColumnTrait, now: Timestamp) -> Expr {
    column.gt(now.horizon().millis())
}

/// An end that has not come, of what was meant to last for `longest` at most.
pub(crate) fn ends_within(column: impl ColumnTrait + Copy, longest: Duration, now: Timestamp) -> Condition {
    Condition::all().add(column.gt(now.millis())).add(column.lte((now.horizon() + longest).millis()))
}

/// An end that what was meant to last for `longest` at most can only have been given by a clock that ran ahead.
pub(crate) fn ends_later_than(column: impl ColumnTrait, longest: Duration, now: Timestamp) -> Expr {
    column.gt((now.horizon() + longest).millis())
}
