//! Accounts that an administrator looks after.

use super::{NewColumns, maybe_blob, maybe_id, maybe_long_text, maybe_number, maybe_text, unique};
use domain::name::SiteId;
use sea_orm::sea_query::{ColumnDef, Expr, ExprTrait, Func, Query};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// The users of accounts from before are written to at the address that they sign in with.
pub(super) struct EmailOfAccounts;

impl MigrationName for EmailOfAccounts {
    fn name(&self) -> &'static str {
        "0120_email_of_accounts"
    }
}

#[async_trait]
impl MigrationTrait for EmailOfAccounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let address = Query::select()
            .column("email")
            .from("account")
            .and_where(Expr::col(("account", "site_id")).equals(("user", "site_id")))
            .and_where(Expr::col(("account", "user_id")).equals(("user", "user_id")))
            .take();
        let update = Query::update()
            .table("user")
            .value("email", address)
            .and_where(Expr::col(("user", "site_id")).eq(SiteId::BUILT_IN.uuid()))
            .take();
        manager.get_connection().execute(&update).await.map(|_| ())
    }
}

/// Names, what a search is compared with, and the end of an account.
pub(super) const ACCOUNT: NewColumns = NewColumns {
    name: "0121_member",
    table: "account",
    columns: || vec![maybe_text("name", 64), maybe_long_text("search_text"), maybe_number("deactivated_at")],
};

/// The accounts from before are found by their addresses.
pub(super) struct SearchText;

impl MigrationName for SearchText {
    fn name(&self) -> &'static str {
        "0122_search_text"
    }
}

#[async_trait]
impl MigrationTrait for SearchText {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let address = Func::lower(Expr::col("email"));
        let update = Query::update().table("account").value("search_text", address).take();
        manager.get_connection().execute(&update).await.map(|_| ())
    }
}

/// A link by which an account joins that was invited.
pub(super) const INVITATION: NewColumns = NewColumns {
    name: "0123_invitation",
    table: "account_link",
    columns: || {
        let by = ColumnDef::new("by_user").var_binary(512).null().take();
        vec![maybe_id("account_id"), by, maybe_blob("sealed_token")]
    },
};

/// An account has one invitation at most.
pub(super) struct OneInvitation;

impl MigrationName for OneInvitation {
    fn name(&self) -> &'static str {
        "0124_one_invitation"
    }
}

#[async_trait]
impl MigrationTrait for OneInvitation {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(unique("invitation_of_account", "account_link", &["site_id", "account_id"]))
            .await
    }
}
