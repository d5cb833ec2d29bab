//! Honest clients, each on a connection that it keeps, who write things of four kinds and note what they were told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Result, anyhow};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::book::{Book, Entry, Row};
use super::house::House;
use super::http::{Answer, Ask, Client};
use super::time::{now, pause};

/// After a connection broke: a server that is gone is not asked ten thousand times.
const BREATHER: Duration = Duration::from_millis(20);

/// Clients at work.
pub(super) struct Load {
    ended: Arc<AtomicBool>,
    good: Arc<AtomicUsize>,
    clients: Vec<JoinHandle<Book>>,
}

impl Load {
    /// So many clients begin; their users begin with `name`. Between two requests each waits for `pace`.
    pub(super) fn begin(house: &House<'_>, name: &str, clients: usize, pace: Duration) -> Self {
        let (ended, good) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let work = |number: usize| {
            let (client, ended, good) = (house.client(), Arc::clone(&ended), Arc::clone(&good));
            let name = format!("{name}-{number}");
            thread::spawn(move || work(client, &name, pace, &ended, &good))
        };
        let clients = (0..clients).map(work).collect();
        Self { ended, good, clients }
    }

    /// How many requests were answered well so far.
    pub(super) fn good(&self) -> usize {
        self.good.load(Ordering::Relaxed)
    }

    /// Waits until so many more requests were answered well.
    pub(super) fn is_answered(&self, more: usize, patience: Duration) -> bool {
        let (begun, before) = (now(), self.good.load(Ordering::Relaxed));
        while begun.elapsed() < patience {
            if self.good.load(Ordering::Relaxed) >= before + more {
                return true;
            }
            pause(Duration::from_millis(5));
        }
        false
    }

    /// Everybody ends, and hands in their book.
    pub(super) fn end(self) -> Result<Book> {
        self.ended.store(true, Ordering::Relaxed);
        let mut book = Book::default();
        for client in self.clients {
            book.append(client.join().map_err(|_| anyhow!("a client panicked"))?);
        }
        Ok(book)
    }
}

fn work(mut client: Client, name: &str, pace: Duration, ended: &AtomicBool, good: &AtomicUsize) -> Book {
    let mut book = Book::default();
    for number in 0.. {
        for deed in [session, requirement, challenge, enrollment] {
            if ended.load(Ordering::Relaxed) {
                return book;
            }
            let (ask, promised) = deed(&format!("{name}-{number}"));
            let asked_at = now();
            let answer = client.ask(&ask);
            let took = asked_at.elapsed();
            let status = answer.as_ref().map_or(0, |answer| answer.status);
            let row = answer.ok().filter(|answer| (200..300).contains(&answer.status)).and_then(promised);
            book.write(Entry { asked_at, took, status, row });
            pause(if status == 0 { BREATHER } else { pace });
            // The rest of this user stands on what did not come about.
            if !(200..300).contains(&status) {
                break;
            }
            good.fetch_add(1, Ordering::Relaxed);
        }
    }
    book
}

/// What is asked, and the row that the answer promises.
type Deed = (Ask, Box<dyn FnOnce(Answer) -> Option<Row>>);

pub(super) fn session(user: &str) -> Deed {
    let ask = Ask::post("/v1/sessions", &json!({ "user": { "id": user, "label": user } }));
    let promised = |answer: Answer| {
        let ticket = answer.body.get("ticket")?.as_str()?.to_owned();
        Some(("ticket", hex(&Sha256::digest(ticket.as_bytes()))))
    };
    (ask, Box::new(promised))
}

pub(super) fn requirement(user: &str) -> Deed {
    let ask = Ask::put(format!("/v1/users/{user}/requirement"), &json!({ "required": true }));
    let row = ("required", hex(user.as_bytes()));
    (ask, Box::new(|_| Some(row)))
}

pub(super) fn challenge(user: &str) -> Deed {
    let ask = Ask::post("/v1/challenges", &json!({ "user": { "id": user }, "action": "sign_in" }));
    (ask, Box::new(|answer| id("challenge", &answer.body)))
}

pub(super) fn enrollment(user: &str) -> Deed {
    let ask = Ask::post("/v1/enrollments", &json!({ "user": { "id": user, "label": user }, "kind": "totp" }));
    (ask, Box::new(|answer| id("enrollment", &answer.body)))
}

fn id(table: &'static str, body: &Value) -> Option<Row> {
    Some((table, body.get("id")?.as_str()?.replace('-', "")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
