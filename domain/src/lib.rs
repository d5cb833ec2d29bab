//! The verification core of Twofold: what a factor is, how it is enrolled, how it is challenged,
//! and what may be changed by whom.
//!
//! Everything here is pure and synchronous but for [`TwoFactor`], which joins a decision to one verb
//! of [`ports::Store`]. Time and randomness come in through [`ports::Clock`] and [`ports::Entropy`];
//! nothing here knows of HTTP, SQL or a screen.
//!
//! Reading order: [`factor`] (what is judged), [`budget`] (how often), [`ports`] (what is stored),
//! [`TwoFactor`] (the verbs), [`error`] (what can be refused).

#![deny(missing_docs)]

pub mod activity;
pub mod audit;
pub mod budget;
pub mod chain;
pub mod challenge;
pub mod enrollment;
pub mod error;
pub mod factor;
pub mod fence;
pub mod idempotency;
pub mod letter_limit;
pub mod name;
pub mod notice;
pub mod overview;
pub mod page;
pub mod password_budget;
mod phone_clocks;
pub mod policy;
pub mod ports;
pub mod report;
pub mod requirement;
pub mod seal;
pub mod secret;
mod service;
pub mod session;
pub mod site;
pub mod step_up;
#[cfg(feature = "testing")]
pub mod testing;
pub mod ticket;
pub mod time;

pub use service::{Held, Issuing, Parts, SignedIn, TwoFactor};
