//! Tries of passwords: claimed before anything is hashed, and settled when it was judged. The rule and its arithmetic
//! are [`domain::password_budget`]'s; here each guard of it is the `WHERE` of one statement.
//!
//! Addresses with and without an account are counted by the same statements. The hour over all networks is a ring of
//! [`PER_HOUR`] slots, each of which holds one try for an hour: a row counts the turns, and the n-th try takes slot n
//! modulo [`PER_HOUR`] or none.

use super::AccountStore;
use crate::audit;
use crate::backend::{Database, steps};
use crate::entity::{OwnedTable, account, password_counter as counter, user_bytes};
use crate::error::{Step, Stop, fault, one_row};
use crate::transaction::DatabaseTransaction;
use domain::audit::Event;
use domain::budget::LONGEST_WAIT;
use domain::name::{SiteId, User};
use domain::password_budget::{self as rule, Guesser, HOUR, PER_HOUR, REST};
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use std::time::Duration;

/// Counts the turns of strangers over all networks.
const TURNS: &[u8] = b"h";

/// A password that somebody is about to have judged.
#[derive(Clone, Debug)]
pub struct PasswordTry {
    /// A keyed digest of the address as it is looked up.
    pub subject: [u8; 32],
    /// Whose account has it, if anybody's.
    pub owner: Option<User>,
    /// Who tries.
    pub guesser: Guesser,
    /// When.
    pub at: Timestamp,
}

/// What became of a try.
#[derive(Debug)]
pub enum Claim {
    /// It was counted: the password may be judged, and then has to be settled.
    Taken(ClaimedTry),
    /// It may not, before this much time has passed.
    Wait(Duration),
}

/// A try that was counted and is not settled.
#[derive(Debug)]
pub struct ClaimedTry {
    of: PasswordTry,
    /// Tries of its counter, this one among them.
    tries: i32,
    /// Its turn in the hour over all networks, where it has one.
    turn: Option<i32>,
}

impl AccountStore {
    /// Counts a try. Guards: its counter has waited long enough, and, of a stranger, the hour has room for it.
    pub async fn claim_password_try(&self, tried: PasswordTry) -> Result<Claim, StoreError> {
        let of = tried.clone();
        match self.db.write(steps!(tx => claim(tx, &of))).await? {
            Some((tries, turn)) => Ok(Claim::Taken(ClaimedTry { of: tried, tries, turn })),
            None => wait(&self.db, &tried).await.map(Claim::Wait),
        }
    }

    /// Records that the password was wrong: for an account with an event, for anybody else with as many statements.
    pub async fn refuse_password(&self, claimed: ClaimedTry, event: Option<Event>) -> Result<(), StoreError> {
        self.db.guarded(steps!(tx => refuse(tx, &claimed, event))).await.map(|_| ())
    }

    /// Forgives the tries of its counter, after a right password, and takes this one out of the hour.
    pub async fn forgive_password_tries(&self, claimed: ClaimedTry) -> Result<(), StoreError> {
        self.db.guarded(steps!(tx => forgive_tries(tx, &claimed))).await.map(|_| ())
    }

    /// Takes a try back that was not judged.
    pub async fn return_password_try(&self, claimed: ClaimedTry) -> Result<(), StoreError> {
        self.db.guarded(steps!(tx => give_back(tx, &claimed))).await.map(|_| ())
    }

    /// Deletes the counters that say as little at `now` as none. Answers how many.
    pub async fn tidy_password_tries(&self, now: Timestamp) -> Result<u64, StoreError> {
        let delete = counter::Entity::delete_many().filter(counter::COLUMN.forget_at.lte(now.millis()));
        self.db.change(&delete).await
    }
}

/// Forgives every try for the account of this user, whoever tried.
pub(crate) async fn forgive(tx: &DatabaseTransaction, owner: &User) -> Step {
    counter::Entity::delete_many().filter(counter::Entity::owned_by(owner)).exec(tx).await?;
    account::Entity::update_many()
        .col_expr(account::Column::PasswordFailures, Expr::value(0))
        .col_expr(account::Column::PasswordNotBefore, Expr::value(0_i64))
        .filter(account::Entity::owned_by(owner))
        .filter(account::COLUMN.password_failures.ne(0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Racers of one address stand in line at the row of their counter, then at the row of the turns.
async fn claim(tx: &DatabaseTransaction, tried: &PasswordTry) -> Step<(i32, Option<i32>)> {
    let own = tried.guesser.scope();
    take(tx, tried, own.clone(), &Counting::Tries).await?;
    let tries = read(tx, tried, own).await?.ok_or(Stop::Guard)?.tries;
    if !tried.guesser.is_stranger() {
        return Ok((tries, None));
    }
    take(tx, tried, TURNS.to_vec(), &Counting::Turns).await?;
    let turn = read(tx, tried, TURNS.to_vec()).await?.ok_or(Stop::Guard)?.tries;
    take(tx, tried, slot(turn), &Counting::Slot).await?;
    Ok((tries, Some(turn)))
}

/// What a row counts.
enum Counting {
    /// Tries of one guesser, which wait for longer and longer.
    Tries,
    /// Turns, which wait for nothing.
    Turns,
    /// One try in a slot of the hour.
    Slot,
}

/// One statement: the row is made, or it counts one more where its wait is over.
async fn take(tx: &DatabaseTransaction, of: &PasswordTry, scope: Vec<u8>, what: &Counting) -> Step {
    let now = of.at;
    let (not_before, next, forget_at) = match what {
        Counting::Tries => {
            let wait = case_of(now, |tries| (now + rule::delay(tries)).millis());
            (now, wait, case_of(now, |tries| (now + rule::rest(tries)).millis()))
        }
        Counting::Turns => (Timestamp::default(), Expr::value(0_i64), Expr::value((now + HOUR).millis())),
        Counting::Slot => {
            let free = (now + HOUR).millis();
            (now + HOUR, Expr::value(free), Expr::value(free))
        }
    };
    let row = counter::Model {
        site_id: SiteId::BUILT_IN.uuid(),
        subject: of.subject.to_vec(),
        scope,
        user_id: of.owner.as_ref().map(user_bytes),
        tries: 1,
        not_before: not_before.millis(),
        forget_at: (now + HOUR).millis(),
    };
    let key = [counter::Column::SiteId, counter::Column::Subject, counter::Column::Scope];
    let one_more = OnConflict::columns(key)
        .value(counter::Column::Tries, tries_then(now))
        .value(counter::Column::NotBefore, next)
        .value(counter::Column::ForgetAt, forget_at)
        .value(counter::Column::UserId, Expr::value(row.user_id.clone()))
        .action_and_where(is_free(what, now))
        .to_owned();
    let insert = counter::Entity::insert(row.into_active_model()).on_conflict(one_more);
    one_row(insert.exec_without_returning(tx).await?)
}

/// A column as it was, and not as it would have been inserted.
fn stored(column: counter::Column) -> Expr {
    Expr::col((counter::Entity, column))
}

/// A wait is over, or a clock that ran ahead began it: it is longer than any.
fn is_free(what: &Counting, now: Timestamp) -> Expr {
    let longest = match what {
        Counting::Tries => LONGEST_WAIT,
        Counting::Turns | Counting::Slot => HOUR,
    };
    let not_before = || stored(counter::Column::NotBefore);
    not_before().lte(now.millis()).or(not_before().gt((now.horizon() + longest).millis()))
}

/// The same of what a row remembers, which is for a day at most.
fn is_forgotten(now: Timestamp) -> Expr {
    let forget_at = || stored(counter::Column::ForgetAt);
    forget_at().lte(now.millis()).or(forget_at().gt((now.horizon() + REST).millis()))
}

/// Tries with this one: the first after a rest, or one more.
fn tries_then(now: Timestamp) -> Expr {
    let more = stored(counter::Column::Tries).add(1);
    CaseStatement::new().case(is_forgotten(now), Expr::value(1)).finally(more).into()
}

/// What `value` says of the tries with this one. It says the same from where the wait is at its longest.
fn case_of(now: Timestamp, value: impl Fn(u32) -> i64) -> Expr {
    let longest = (1..=u32::BITS).find(|tries| rule::delay(*tries) == LONGEST_WAIT).unwrap_or(u32::MAX);
    let first = CaseStatement::new().case(is_forgotten(now), Expr::value(value(1)));
    let cases = (1..longest).fold(first, |cases, tries| {
        let fewer = stored(counter::Column::Tries).lt(i64::from(tries));
        cases.case(fewer, Expr::value(value(tries)))
    });
    cases.finally(Expr::value(value(longest))).into()
}

fn slot(turn: i32) -> Vec<u8> {
    let number = turn.rem_euclid(i32::try_from(PER_HOUR).unwrap_or(i32::MAX));
    [TURNS, number.to_be_bytes().as_slice()].concat()
}

/// The longest that anything has this try wait.
async fn wait(db: &Database, tried: &PasswordTry) -> Result<Duration, StoreError> {
    let until = |row: Option<counter::Model>| row.map_or(0, |row| row.not_before);
    let mut latest = until(read(db.reader(), tried, tried.guesser.scope()).await.map_err(unavailable)?);
    if tried.guesser.is_stranger() {
        let turns = read(db.reader(), tried, TURNS.to_vec()).await.map_err(unavailable)?;
        let next = turns
            .filter(|row| Timestamp::from_millis(row.forget_at).ends_within(REST, tried.at))
            .map_or(1, |row| row.tries.saturating_add(1));
        let free = until(read(db.reader(), tried, slot(next)).await.map_err(unavailable)?);
        latest = Ord::max(latest, free);
    }
    // What was in the way may be gone by now.
    Ok(Timestamp::from_millis(latest).since(tried.at).max(Duration::from_secs(1)))
}

fn unavailable(stop: Stop) -> StoreError {
    match stop {
        Stop::Database(error) => fault(error),
        Stop::Guard | Stop::Authority | Stop::Corrupt(_) => StoreError::Corrupt { table: "password_counter" },
    }
}

async fn read(db: &impl ConnectionTrait, of: &PasswordTry, scope: Vec<u8>) -> Step<Option<counter::Model>> {
    Ok(counter::Entity::find().filter(this(of, scope)).one(db).await?)
}

fn this(of: &PasswordTry, scope: Vec<u8>) -> Condition {
    Condition::all()
        .add(counter::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .add(counter::COLUMN.subject.eq(of.subject.to_vec()))
        .add(counter::COLUMN.scope.eq(scope))
}

/// That strangers have to wait is noted at the account, for whoever looks after it; a stranger's costs as much.
async fn refuse(tx: &DatabaseTransaction, claimed: &ClaimedTry, event: Option<Event>) -> Step {
    let of = &claimed.of;
    if let Some(turn) = claimed.turn {
        let own = read(tx, of, of.guesser.scope()).await?;
        let next = read(tx, of, slot(turn.saturating_add(1))).await?;
        let until = own.into_iter().chain(next).map(|row| row.not_before).max();
        if let Some(until) = until.filter(|until| *until > of.at.millis()) {
            note(tx, of, until).await?;
        }
    }
    match event {
        Some(event) => audit::record(tx, &event).await,
        None => placeholder(tx, of).await,
    }
}

async fn note(tx: &DatabaseTransaction, of: &PasswordTry, until: i64) -> Step {
    let owner = of.owner.as_ref().map(user_bytes).unwrap_or_default();
    account::Entity::update_many()
        .col_expr(account::Column::PasswordFailures, Expr::value(1))
        .col_expr(account::Column::PasswordNotBefore, Expr::value(until))
        .filter(account::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .filter(account::COLUMN.user_id.eq(owner))
        .exec(tx)
        .await?;
    Ok(())
}

/// Costs a stranger's try what the event costs an account's. It counts nothing: its row is there already.
async fn placeholder(tx: &DatabaseTransaction, of: &PasswordTry) -> Step {
    let touch = counter::Entity::update_many()
        .col_expr(counter::Column::UserId, Expr::value(Option::<Vec<u8>>::None))
        .filter(this(of, of.guesser.scope()));
    touch.exec(tx).await?;
    Ok(())
}

async fn forgive_tries(tx: &DatabaseTransaction, claimed: &ClaimedTry) -> Step {
    counter::Entity::update_many()
        .col_expr(counter::Column::Tries, Expr::value(0))
        .col_expr(counter::Column::NotBefore, Expr::value(0_i64))
        .filter(this(&claimed.of, claimed.of.guesser.scope()))
        .exec(tx)
        .await?;
    leave_the_hour(tx, claimed).await
}

/// Exactly as it was before, where nobody counted since: then its wait was over when this one was claimed.
async fn give_back(tx: &DatabaseTransaction, claimed: &ClaimedTry) -> Step {
    let one_less = || {
        counter::Entity::update_many()
            .col_expr(counter::Column::Tries, Expr::col(counter::Column::Tries).sub(1))
            .filter(this(&claimed.of, claimed.of.guesser.scope()))
    };
    let last = one_less()
        .col_expr(counter::Column::NotBefore, Expr::value(claimed.of.at.millis()))
        .filter(counter::COLUMN.tries.eq(claimed.tries));
    if last.exec(tx).await?.rows_affected == 0 {
        one_less().filter(counter::COLUMN.tries.gt(0)).exec(tx).await?;
    }
    leave_the_hour(tx, claimed).await
}

/// Frees the slot, and the turn where nobody had one since.
async fn leave_the_hour(tx: &DatabaseTransaction, claimed: &ClaimedTry) -> Step {
    let Some(turn) = claimed.turn else { return Ok(()) };
    counter::Entity::update_many()
        .col_expr(counter::Column::Tries, Expr::col(counter::Column::Tries).sub(1))
        .filter(this(&claimed.of, TURNS.to_vec()))
        .filter(counter::COLUMN.tries.eq(turn))
        .exec(tx)
        .await?;
    counter::Entity::update_many()
        .col_expr(counter::Column::NotBefore, Expr::value(0_i64))
        .filter(this(&claimed.of, slot(turn)))
        .filter(counter::COLUMN.not_before.eq((claimed.of.at + HOUR).millis()))
        .exec(tx)
        .await?;
    Ok(())
}
