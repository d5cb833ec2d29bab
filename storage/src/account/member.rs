//! What an administrator does with an account that is there: edits it, gives it another role, deactivates it.

use super::{Account, AccountState, AccountStore, Email, Role, account_of, search_text, this, user_of};
use crate::backend::steps;
use crate::entity::{OwnedTable, account, pending_sign_in};
use crate::error::{Step, Stop, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, challenge, embedding, enrollment, session, user};
use domain::audit::Event;
use domain::name::{Name, SiteId, User};
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::sea_query::{Alias, Condition, Expr, Query, SelectStatement};
use sea_orm::{EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, UpdateMany};
use uuid::Uuid;

/// Another name and address of an account.
#[derive(Clone, Debug)]
pub struct EditedAccount {
    /// Whose they are.
    pub account: Uuid,
    /// What the person is called, if anybody said.
    pub name: Option<Name>,
    /// The address to sign in with.
    pub email: Email,
    /// What the log says. Where the address is another one, the new one is its subject.
    pub edited: Event,
    /// What it says besides where the address is another one. The old one is its subject.
    pub moved: Event,
}

/// What became of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// The account is as it was to be.
    Done,
    /// Another account has that address.
    EmailTaken,
    /// There is no such account.
    Gone,
}

/// What became of another role, or of the end of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is done.
    Done,
    /// It was so before, or there is no such account.
    Already,
    /// Nobody else could look after the organization.
    LastAdmin,
}

impl AccountStore {
    /// Gives an account another name and address. An invitation that went to another address is not good any more.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn edit(&self, edited: EditedAccount) -> Result<Edited, StoreError> {
        Ok(self.db.write(steps!(tx => edit(tx, edited))).await?.unwrap_or(Edited::Gone))
    }

    /// Gives an account another role, and ends whatever was signed in under the one before. Guard: an active
    /// administrator is left.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn change_role(&self, id: Uuid, role: Role, event: Event) -> Result<Changed, StoreError> {
        self.change(id, Change::Role(role), event).await
    }

    /// Has an account sign in no more, and ends whatever is signed in, waits or is remembered of it. Its factors and its
    /// address stay its own. Guard: an active administrator is left.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn deactivate(&self, id: Uuid, event: Event) -> Result<Changed, StoreError> {
        self.change(id, Change::Deactivation, event).await
    }

    /// Lets a deactivated account sign in again, with the password and the factors it had. Guard: it is deactivated.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn reactivate(&self, id: Uuid, event: Event) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => reactivate(tx, id, &event))).await
    }

    async fn change(&self, id: Uuid, to: Change, event: Event) -> Result<Changed, StoreError> {
        Ok(self.db.write(steps!(tx => change(tx, id, to, &event))).await?.unwrap_or(Changed::Already))
    }
}

/// A change after which somebody may look after the organization no more.
#[derive(Clone, Copy)]
enum Change {
    Role(Role),
    Deactivation,
}

impl Change {
    /// Guard: it is a change.
    fn update(self, at: Timestamp) -> UpdateMany<account::Entity> {
        let update = account::Entity::update_many();
        match self {
            Self::Role(role) => update
                .col_expr(account::Column::Role, Expr::value(role.as_str()))
                .filter(account::COLUMN.role.ne(role.as_str())),
            Self::Deactivation => update
                .col_expr(account::Column::DeactivatedAt, Expr::value(at.millis()))
                .filter(account::COLUMN.deactivated_at.is_null()),
        }
    }

    /// Guard: whoever looks after the organization now does so afterwards, or somebody else does.
    fn leaves_an_admin(self, id: Uuid) -> Condition {
        match self {
            Self::Role(Role::Admin) => Condition::all(),
            Self::Role(Role::Member) | Self::Deactivation => Condition::any()
                .add(account::COLUMN.role.ne(Role::Admin.as_str()))
                .add(Expr::exists(another_admin(id))),
        }
    }
}

async fn edit(tx: &DatabaseTransaction, edited: EditedAccount) -> Step<Edited> {
    super::lock(tx).await?;
    let before = account_of(tx, edited.account).await?.ok_or(Stop::Guard)?;
    if before.name == edited.name && before.email == edited.email {
        return Ok(Edited::Done);
    }
    if is_taken(tx, &edited.email, Some(edited.account)).await? {
        return Ok(Edited::EmailTaken);
    }
    let update = account::Entity::update_many()
        .col_expr(account::Column::Name, Expr::value(edited.name.as_ref().map(Name::as_str)))
        .col_expr(account::Column::Email, Expr::value(edited.email.as_str()))
        .col_expr(account::Column::EmailKey, Expr::value(edited.email.key()))
        .col_expr(account::Column::SearchText, Expr::value(search_text(&edited.email, edited.name.as_ref())))
        .filter(this(edited.account));
    one_row(update.exec(tx).await?.rows_affected)?;
    for event in moved(tx, &before, edited).await? {
        audit::record(tx, &event).await?;
    }
    Ok(Edited::Done)
}

/// What follows from another address, and what the log says. Whoever has not signed in yet is told nothing: they are
/// invited again.
async fn moved(tx: &DatabaseTransaction, before: &Account, edited: EditedAccount) -> Step<Vec<Event>> {
    if before.email == edited.email {
        return Ok(vec![edited.edited]);
    }
    user::move_to(tx, &before.user, edited.email.label()).await?;
    // No link that went to the old address is good any more.
    super::invitation::forget(tx, before.id).await?;
    if before.state() == AccountState::Invited {
        return Ok(vec![edited.edited]);
    }
    let (new, old) = (edited.edited.about(edited.email.as_str()), edited.moved.about(before.email.as_str()));
    Ok(Event::in_order(vec![new, old]))
}

/// Whether an account has this address. True until the commit: whoever gives an account an address holds the lock.
pub(super) async fn is_taken(tx: &DatabaseTransaction, email: &Email, but: Option<Uuid>) -> Step<bool> {
    let others = account::Entity::find()
        .filter(super::of_built_in_site())
        .filter(account::COLUMN.email_key.eq(email.key()))
        .filter(but.map_or_else(Condition::all, |id| Condition::all().add(account::COLUMN.id.ne(id))));
    Ok(others.count(tx).await? > 0)
}

/// The lock has whoever else does so wait, so that the other administrator is one until the commit.
async fn change(tx: &DatabaseTransaction, id: Uuid, to: Change, event: &Event) -> Step<Changed> {
    super::lock(tx).await?;
    let update = to.update(event.at).filter(this(id)).filter(to.leaves_an_admin(id));
    if update.exec(tx).await?.rows_affected == 0 {
        return refused(tx, id, to).await;
    }
    shut_out(tx, &user_of(id).ok_or(Stop::Guard)?).await?;
    match to {
        Change::Deactivation => super::invitation::forget(tx, id).await?,
        // It was asked for by whoever had another role.
        Change::Role(_) => super::password_link::end(tx, id).await?,
    }
    audit::record(tx, event).await?;
    Ok(Changed::Done)
}

fn another_admin(id: Uuid) -> SelectStatement {
    let of = |column: account::Column| Expr::col((Alias::new("other"), column));
    Query::select()
        .expr(Expr::value(1))
        .from_as(account::Entity, Alias::new("other"))
        .and_where(of(account::Column::SiteId).eq(SiteId::BUILT_IN.uuid()))
        .and_where(of(account::Column::Id).ne(id))
        .and_where(of(account::Column::Role).eq(Role::Admin.as_str()))
        .and_where(of(account::Column::DeactivatedAt).is_null())
        .and_where(of(account::Column::PasswordHash).is_not_null())
        .take()
}

/// Why nothing was changed: under the lock it is still so.
async fn refused(tx: &DatabaseTransaction, id: Uuid, to: Change) -> Step<Changed> {
    let Some(found) = account_of(tx, id).await? else { return Ok(Changed::Already) };
    let already = match to {
        Change::Role(role) => found.role == role,
        Change::Deactivation => found.deactivated_at.is_some(),
    };
    Ok(if already { Changed::Already } else { Changed::LastAdmin })
}

async fn reactivate(tx: &DatabaseTransaction, id: Uuid, event: &Event) -> Step {
    let update = account::Entity::update_many()
        .col_expr(account::Column::DeactivatedAt, Expr::value(Option::<i64>::None))
        .filter(this(id))
        .filter(account::COLUMN.deactivated_at.is_not_null());
    one_row(update.exec(tx).await?.rows_affected)?;
    audit::record(tx, event).await
}

/// Ends all that is open in a user's name, in the order of the locks. Their factors stay.
pub(super) async fn shut_out(tx: &DatabaseTransaction, owner: &User) -> Step {
    user::change(tx, owner).await?;
    enrollment::cancel_all(tx, owner).await?;
    challenge::cancel_all(tx, owner).await?;
    embedding::end_tickets(tx, owner).await?;
    pending_sign_in::Entity::delete_many().filter(pending_sign_in::Entity::owned_by(owner)).exec(tx).await?;
    session::end_others(tx, owner, None).await?;
    embedding::forget_all(tx, owner).await
}
