//! Accounts that an administrator looks after.

use domain::name::SiteId;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
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
