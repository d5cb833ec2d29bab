//! Statements of a verb that stand or fall together, told to the database in one message. Of what a sign-in costs the most is the
//! way there and back, and what wakes up at either end.
//!
//! PostgreSQL takes them as one statement, in which each update waits for the one before, so that rows are locked in this order as
//! they would be one after another. SQLite takes them one after another by itself.

use crate::error::{Step, Stop};
use crate::transaction::DatabaseTransaction;
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, InsertStatement, Query, SelectStatement, SqliteQueryBuilder,
    UpdateStatement, Values, WithClause, WithQuery,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// Between statements of SQLite.
pub(crate) const NEXT: &str = "; ";

/// What is told together, in its order.
#[derive(Default)]
pub(crate) struct Bundle {
    parts: Vec<Part>,
    /// How many rows all of them change, where every guard holds.
    rows: u64,
}

enum Part {
    Update(UpdateStatement),
    Insert(InsertStatement),
}

impl Bundle {
    /// Changes one row: it names the key. Guard: it does.
    pub(crate) fn change(mut self, update: UpdateStatement) -> Self {
        self.parts.push(Part::Update(update));
        self.rows += 1;
        self
    }

    /// Adds so many rows. Guard: none is there already, where that is no error.
    pub(crate) fn add(mut self, insert: InsertStatement, rows: usize) -> Self {
        self.parts.push(Part::Insert(insert));
        self.rows += u64::try_from(rows).unwrap_or(u64::MAX);
        self
    }

    /// Does it. Where a guard did not hold the transaction must end: others may have been done.
    pub(crate) async fn done(self, tx: &DatabaseTransaction) -> Step {
        let changed = if tx.get_database_backend() == DbBackend::Sqlite {
            tx.execute_raw(one_after_another(&self.parts)).await?.rows_affected()
        } else {
            let row = tx.query_one(&at_once(self.parts)).await?;
            let changed = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
            changed.and_then(|changed| u64::try_from(changed).ok()).unwrap_or_default()
        };
        if changed == self.rows { Ok(()) } else { Err(Stop::Guard) }
    }
}

fn one_after_another(parts: &[Part]) -> Statement {
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    for part in parts {
        let (text, Values(own)) = match part {
            Part::Update(update) => update.build(SqliteQueryBuilder),
            Part::Insert(insert) => insert.build(SqliteQueryBuilder),
        };
        texts.push(text);
        values.extend(own);
    }
    Statement::from_sql_and_values(DbBackend::Sqlite, texts.join(NEXT), values)
}

/// Tells of each statement by itself, with its own parameters.
pub(crate) fn each(statement: &Statement, mut tell: impl FnMut(&Statement)) {
    if statement.db_backend != DbBackend::Sqlite || !statement.sql.contains(NEXT) {
        return tell(statement);
    }
    let mut values = statement.values.iter().flat_map(|values| values.0.iter().cloned());
    for text in statement.sql.split(NEXT) {
        let own = values.by_ref().take(text.matches('?').count());
        tell(&Statement::from_sql_and_values(DbBackend::Sqlite, text, own));
    }
}

/// Answers how many rows were changed.
fn at_once(parts: Vec<Part>) -> WithQuery {
    let mut all = WithClause::new();
    let mut before: Option<SelectStatement> = None;
    let mut changed = Expr::cust("0");
    for (number, part) in parts.into_iter().enumerate() {
        let name = format!("part_{number}");
        let mut told = CommonTableExpression::new();
        let told = told.table_name(name.clone()).column("one");
        let one = Query::returning().expr(Expr::cust("1"));
        all.cte(match part {
            Part::Update(mut update) => {
                if let Some(before) = before.take() {
                    update.and_where(Expr::from(before).gt(Expr::cust("0")));
                }
                told.query(update.returning(one).to_owned()).to_owned()
            }
            Part::Insert(mut insert) => told.query(insert.returning(one).to_owned()).to_owned(),
        });
        let count = Query::select().expr(Expr::cust("count(*)")).from(name).to_owned();
        changed = changed.add(Expr::from(count.clone()));
        before = Some(count);
    }
    Query::select().expr(changed).to_owned().with(all)
}
