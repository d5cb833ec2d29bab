//! `cargo xtask bench`: one file under `bench/` for each thing measured.

mod cost;
mod crowd;
mod floor;
mod growth;
mod http;
mod load;
mod memory;
mod peers;
mod rates;
mod server;
pub(crate) mod size;
mod verify;
mod widget;

use anyhow::Result;
use clap::{Args, Subcommand};

#[derive(Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The bytes that a browser loads, against the budget
    Size(size::Size),
    /// Statements, commits and round trips of each verb that a sign-in waits for, on both databases
    Cost,
    /// Logins a second over HTTP, beside a bare handler and a bare UPDATE
    Http,
    /// TOTP answers a second, beside a bare conditional UPDATE
    Verify,
    /// Rates, processor and time of a sign-in on both databases beside a bare UPDATE; memory and start
    Server(server::Server),
    /// A sign-in and a set-up with ten users and with 100,000, by turns, on both databases
    Growth(growth::Growth),
    /// The answers of django-otp and better-auth, by the load generator of `server`
    Peers,
    /// Bytes and time of the widgets in Chromium, on a slow link and a slow processor
    Widget,
}

pub(crate) fn bench(bench: &Bench) -> Result<()> {
    match &bench.what {
        What::Size(size) => size::size(size),
        What::Cost => cost::cost(),
        What::Http => http::http(),
        What::Verify => verify::verify(),
        What::Server(asked) => server::measure(asked),
        What::Growth(asked) => growth::measure(asked),
        What::Peers => peers::measure(),
        What::Widget => widget::measure(),
    }
}
