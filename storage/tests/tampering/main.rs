//! Somebody with write access to the database and without the key changes one thing, a thousand times: a bit, a row that
//! is dropped, swapped, inserted or copied, a truncated log, one of whose beginning more is gone than was deleted by age, or less, a
//! chain that is put back or begun anew. The server starts again each time and goes on closing, as it would; then the log is
//! verified.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test panics where it fails, and prints what it saw"
)]

#[path = "../support/mod.rs"]
mod support;

mod archive;
mod dice;
mod mutation;

use archive::Archive;
use dice::Dice;
use mutation::{Mutation, Spot};
use std::collections::BTreeMap;
use support::Kind;

/// Of this many mutations each must be found.
const ON_SQLITE: u32 = 1000;
const ON_POSTGRES: u32 = 120;

/// How many of each kind there were, and how many were found.
type Score = BTreeMap<&'static str, (u32, u32)>;

async fn attack(kind: Kind, times: u32) -> (u32, Score, Vec<String>) {
    let archive = Box::pin(Archive::filled(kind)).await;
    let columns = archive.columns().await;
    let (mut dice, mut score, mut missed, mut found) = (Dice::new(20_261_128), Score::new(), Vec::new(), 0);
    let mut done = 0;
    while done < times {
        let mutation = Mutation::cast(&mut dice, &archive, &Spot { columns: &columns }).await;
        if !archive.apply(&mutation.statements).await {
            archive.restore().await;
            continue;
        }
        done += 1;
        archive.serve_on().await;
        let noticed = archive.verify().await.misfit.is_some();
        let of_kind = score.entry(mutation.kind).or_default();
        of_kind.0 += 1;
        if noticed {
            (of_kind.1, found) = (of_kind.1 + 1, found + 1);
        } else {
            missed.push(format!("{}: {:?}", mutation.kind, mutation.statements));
        }
        archive.restore().await;
    }
    assert_eq!(archive.verify().await.misfit, None, "{kind:?}: it is whole after all of it");
    archive.end().await;
    println!("{kind:?}: found {found} of {times}; of each kind: {score:?}");
    (found, score, missed)
}

#[tokio::test]
async fn each_of_a_thousand_mutations_is_found() {
    for (kind, times) in [(Kind::Sqlite, ON_SQLITE), (Kind::Postgres, ON_POSTGRES)] {
        let (found, score, missed) = Box::pin(attack(kind, times)).await;
        let shown: Vec<_> = missed.iter().take(12).collect();
        assert_eq!(found, times, "{kind:?}: {score:?}; missed: {shown:#?}");
        assert_eq!(score.len(), mutation::KINDS, "every kind was tried");
    }
}
