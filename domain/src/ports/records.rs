//! What passes between the core and storage.

mod bypass_code;
mod challenge;
mod change;
mod email_code;
mod enrollment;
mod idempotency;
mod page;
mod ticket;
mod user;

pub use bypass_code::*;
pub use challenge::*;
pub use change::*;
pub use email_code::*;
pub use enrollment::*;
pub use idempotency::*;
pub use page::*;
pub use ticket::*;
pub use user::*;
