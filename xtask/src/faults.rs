//! `cargo xtask test faults`: the binary itself under faults of its surroundings, looked at from outside. What it
//! acknowledged is written into a book, and the book is compared with the rows of the database.
//!
//! Two lanes at once, one for each database: most of the time is spent waiting.

mod answers;
mod book;
mod clock;
mod crowd;
mod dice;
mod draining;
mod ended;
mod four;
mod full;
mod hostile;
mod house;
mod http;
mod killed;
mod leaving;
mod load;
mod locked;
mod moved;
mod outage;
mod overwritten;
mod proxy;
mod racers;
mod racing;
mod rows;
mod scraped;
mod shop;
mod silence;
mod socket;
mod strangers;
mod time;
mod unread;

use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result};

use crate::postgres::Postgres;
use crate::step::{seconds, timed};
use crate::tally::Tally;
use dice::Dice;

/// The same dice in every run, unless `TWOFOLD_FAULTS_SEED` says otherwise.
const SEED: u64 = 20_261_128;

/// What every scenario is given.
struct Scene<'a> {
    binary: &'a Path,
    postgres: &'a Postgres,
    dice: Dice,
}

/// Says what it saw, or what was wrong.
type Scenario = fn(&mut Scene<'_>) -> Result<String>;

/// A sentence, the word by which it is chosen, and what shows that it is true.
struct Promise {
    word: &'static str,
    sentence: &'static str,
    scenario: Scenario,
}

const SQLITE: &[Promise] = &[
    Promise {
        word: "full",
        sentence: "a disk that was full loses nothing of what is acknowledged afterwards",
        scenario: full::nothing_is_lost_after_a_full_disk,
    },
    Promise {
        word: "moved",
        sentence: "nothing is acknowledged into a database file that is gone, and everybody is told",
        scenario: moved::nothing_goes_into_a_file_that_is_gone,
    },
    Promise {
        word: "overwritten",
        sentence: "a backup copied over an open database file is noticed, left whole, and served by the next start",
        scenario: overwritten::a_copied_backup_is_noticed,
    },
    Promise {
        word: "scraped",
        sentence: "figures are read on their own address, and go on being read where the database is gone",
        scenario: scraped::figures_outlive_the_database,
    },
    Promise {
        word: "clock",
        sentence: "a clock that says 2106 for a while has no code judged, and nothing of then lives on",
        scenario: clock::nothing_of_2106_lives_on,
    },
    Promise {
        word: "draining",
        sentence: "a server that is asked to end says so at /readyz, answers meanwhile, and loses nothing",
        scenario: draining::whoever_asks_is_told_before_it_ends,
    },
    Promise {
        word: "unread",
        sentence: "a log that is full, read slowly or by nobody stops nothing, and what was lost of it is told",
        scenario: unread::a_log_stops_nothing,
    },
    Promise {
        word: "locked-4",
        sentence: "SQLite locked for 4 s by another process delays, and refuses nobody",
        scenario: locked::four_seconds_delay,
    },
    Promise {
        word: "strangers",
        sentence: "beside more sign-ins than can be hashed whoever holds a key is answered in time, and who is shed is told soon",
        scenario: strangers::strangers_keep_nobody_waiting,
    },
    Promise {
        word: "killed-sqlite",
        sentence: "SQLite keeps what was acknowledged through 30 kills",
        scenario: killed::sqlite_keeps_what_was_acknowledged,
    },
    Promise {
        word: "locked-30",
        sentence: "SQLite locked for 30 s by another process is told within 10 s, and over 5 s after",
        scenario: locked::thirty_seconds_are_told,
    },
    Promise {
        word: "crowd",
        sentence: "beside 5,000 hostile connections from one address others are answered within twice their usual time",
        scenario: crowd::a_crowd_from_one_address,
    },
    Promise {
        word: "files",
        sentence: "a server with 256 files under 400 hostile connections answers everybody else",
        scenario: crowd::few_files,
    },
];

const POSTGRES: &[Promise] = &[
    Promise {
        word: "four",
        sentence: "four servers that start at once on an empty PostgreSQL print one link, and no word of what is there",
        scenario: four::four_make_one_database,
    },
    Promise {
        word: "racing",
        sentence: "two servers on one PostgreSQL let happen once what can happen once, whoever asks which of them",
        scenario: racing::two_servers_decide_as_one,
    },
    Promise {
        word: "leaving",
        sentence: "500 clients that break off lose nothing of others, and refuse them nothing",
        scenario: leaving::who_breaks_off_harms_nobody,
    },
    Promise {
        word: "silence",
        sentence: "connections that die silently under load are replaced within 15 s",
        scenario: silence::dead_connections_are_replaced,
    },
    Promise {
        word: "stopped",
        sentence: "a database that stands still for 10 s keeps nobody waiting longer, and is back in 5 s",
        scenario: outage::a_database_that_stands_still,
    },
    Promise {
        word: "ending",
        sentence: "a server whose database stands still ends within 26 s of SIGTERM",
        scenario: outage::the_end_while_it_stands_still,
    },
    Promise {
        word: "restarted",
        sentence: "a database that restarts is back in 5 s",
        scenario: outage::a_database_that_restarts,
    },
    Promise {
        word: "ended",
        sentence: "connections that the database ends are replaced in 5 s",
        scenario: ended::connections_that_the_database_ends,
    },
    Promise {
        word: "killed-postgres",
        sentence: "PostgreSQL keeps what was acknowledged through 30 kills",
        scenario: killed::postgres_keeps_what_was_acknowledged,
    },
];

/// Keeps every promise, or those named by their words.
pub(crate) fn faults(binary: &Path, words: &[String]) -> Result<Tally> {
    let seed = match std::env::var("TWOFOLD_FAULTS_SEED") {
        Ok(seed) => seed.parse().context("TWOFOLD_FAULTS_SEED is no number")?,
        Err(_) => SEED,
    };
    println!("TWOFOLD_FAULTS_SEED={seed}");
    let postgres = Postgres::start()?;
    let lane = |promises: &[Promise]| {
        let scene = Scene { binary, postgres: &postgres, dice: Dice::new(seed) };
        keep(promises, words, scene)
    };
    let (sqlite, postgresql) = thread::scope(|lanes| {
        let sqlite = lanes.spawn(|| lane(SQLITE));
        let postgresql = lane(POSTGRES);
        (sqlite.join(), postgresql)
    });
    let mut tally = sqlite.map_err(|_| anyhow::anyhow!("a scenario panicked"))?;
    tally += postgresql;
    Ok(tally)
}

fn keep(promises: &[Promise], words: &[String], mut scene: Scene<'_>) -> Tally {
    let mut tally = Tally::default();
    let named = |promise: &&Promise| words.is_empty() || words.iter().any(|word| word == promise.word);
    for Promise { word, sentence, scenario } in promises.iter().filter(named) {
        let (kept, took) = timed(|| scenario(&mut scene));
        let took = seconds(took);
        match kept {
            Ok(seen) => {
                tally.passed += 1;
                println!("ok      {word}: {sentence}\n        {seen} ({took})");
            }
            Err(error) => {
                tally.failed += 1;
                println!("FAILED  {word}: {sentence}\n        {error:#} ({took})");
            }
        }
    }
    tally
}
