//! Clients who ask at the same moment, in turn at each of several servers.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;

use anyhow::{Result, anyhow};

use super::house::House;
use super::http::{Answer, Ask};

/// What each was answered, in the order in which they stand here.
pub(super) fn race(house: &House<'_>, at: &[SocketAddr], asks: &[Ask]) -> Result<Vec<Answer>> {
    let start = Barrier::new(asks.len());
    let one = |ask: &Ask, address: SocketAddr| {
        let mut client = house.client_of(address);
        // The connection is there before it begins. Whoever has none waits for the others all the same.
        let connected = client.ask(&Ask::get("/healthz"));
        start.wait();
        connected.and_then(|_| client.ask(ask))
    };
    thread::scope(|racers| {
        let begun: Vec<_> = asks
            .iter()
            .zip(at.iter().cycle())
            .map(|(ask, address)| racers.spawn(move || one(ask, *address)))
            .collect();
        begun.into_iter().map(|racer| racer.join().map_err(|_| anyhow!("a racer panicked"))?).collect()
    })
}

/// How many were answered well.
pub(super) fn winners(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| (200..300).contains(&answer.status)).count()
}

/// How many failed on the server's side.
pub(super) fn failures(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status >= 500).count()
}
