//! From when on two-factor authentication is required of everybody with a role. No row: it is not.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_requirement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(column_type = "String(StringLen::N(16))", primary_key, auto_increment = false)]
    pub role: String,
    pub required_from: i64,
}

impl ActiveModelBehavior for ActiveModel {}
