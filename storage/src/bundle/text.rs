//! What each database is told.

use super::Savepoint;
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, InsertStatement, PostgresQueryBuilder, Query, SelectStatement,
    SqliteQueryBuilder, UpdateStatement, Values, WithClause, WithQuery,
};
use sea_orm::{DbBackend, Statement};

/// Between statements of SQLite.
const NEXT: &str = "; ";
/// All that this connection has changed.
const COUNT: &str = "SELECT total_changes()";
const BEGIN: &str = "SAVEPOINT twofold";
const RELEASE: &str = "RELEASE twofold";
const ROLL_BACK: &str = "ROLLBACK TO twofold";

pub(super) enum Part {
    Update(UpdateStatement),
    Hold(Box<Hold>),
    Insert(InsertStatement),
}

/// Keeps a row as it is.
pub(super) struct Hold {
    /// For SQLite: changes nothing.
    pub(super) update: UpdateStatement,
    /// For PostgreSQL.
    pub(super) lock: SelectStatement,
}

impl Savepoint {
    /// What ends it.
    pub(crate) const fn statements(self) -> &'static str {
        match self {
            Self::Release => RELEASE,
            Self::RollBack => "ROLLBACK TO twofold; RELEASE twofold",
        }
    }
}

pub(super) fn one_after_another(parts: &[Part]) -> Statement {
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    collect(parts, &mut texts, &mut values);
    Statement::from_sql_and_values(DbBackend::Sqlite, texts.join(NEXT), values)
}

/// In a savepoint, and between two counts.
pub(super) fn in_savepoint(parts: &[Part], before: Option<Savepoint>) -> Statement {
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    texts.extend(before.map(|ended| ended.statements().to_owned()));
    texts.extend([BEGIN.to_owned(), COUNT.to_owned()]);
    collect(parts, &mut texts, &mut values);
    texts.push(COUNT.to_owned());
    Statement::from_sql_and_values(DbBackend::Sqlite, texts.join(NEXT), values)
}

fn collect(parts: &[Part], texts: &mut Vec<String>, values: &mut Vec<sea_orm::Value>) {
    for part in parts {
        let (text, Values(own)) = match part {
            Part::Update(update) => update.build(SqliteQueryBuilder),
            Part::Hold(hold) => hold.update.build(SqliteQueryBuilder),
            Part::Insert(insert) => insert.build(SqliteQueryBuilder),
        };
        texts.push(text);
        values.extend(own);
    }
}

/// Tells of each statement by itself, with its own parameters. Counts are none of a verb's.
pub(crate) fn each(statement: &Statement, mut tell: impl FnMut(&Statement)) {
    if statement.db_backend != DbBackend::Sqlite || !statement.sql.contains(NEXT) {
        return tell(statement);
    }
    let mut values = statement.values.iter().flat_map(|values| values.0.iter().cloned());
    for text in statement.sql.split(NEXT).filter(|text| *text != COUNT) {
        let text = match text {
            BEGIN => "SAVEPOINT",
            RELEASE => "RELEASE",
            ROLL_BACK => "ROLLBACK TO",
            text => text,
        };
        let own = values.by_ref().take(text.matches('?').count());
        tell(&Statement::from_sql_and_values(DbBackend::Sqlite, text, own));
    }
}

/// Answers how many rows were changed.
pub(super) fn at_once(parts: Vec<Part>) -> WithQuery {
    let (all, changed) = chained(parts);
    Query::select().expr(changed).to_owned().with(all)
}

/// Fails with these words where another number of rows was changed, which undoes all of it. A text that is no number, as
/// SQL has no other way to fail; it is put together from what was counted, so that nobody works it out beforehand.
pub(super) fn or_fail(parts: Vec<Part>, rows: u64, words: &str) -> Statement {
    let (all, changed) = chained(parts);
    let counted = Query::select().expr_as(changed, "rows").to_owned();
    let checked =
        format!(r#"CASE WHEN "rows" = {rows} THEN 1 ELSE ("rows" || ' rows: {words}')::integer END"#);
    let asked = Query::select().expr(Expr::cust(checked)).from_subquery(counted, "counted").to_owned();
    let (text, values) = asked.with(all).build(PostgresQueryBuilder);
    Statement::from_sql_and_values(DbBackend::Postgres, text, values)
}

/// Each update after the one before, and how many rows all of them changed.
fn chained(parts: Vec<Part>) -> (WithClause, Expr) {
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
            Part::Hold(hold) => {
                let Hold { mut lock, .. } = *hold;
                if let Some(before) = before.take() {
                    lock.and_where(Expr::from(before).gt(Expr::cust("0")));
                }
                told.query(lock).to_owned()
            }
            Part::Insert(mut insert) => told.query(insert.returning(one).to_owned()).to_owned(),
        });
        let count = Query::select().expr(Expr::cust("count(*)")).from(name).to_owned();
        changed = changed.add(Expr::from(count.clone()));
        before = Some(count);
    }
    (all, changed)
}
