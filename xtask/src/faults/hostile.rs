//! Connections that are there to be in the way: those that read nothing of what they ask for, those that never end their
//! headers, and those that ask for a trifle every six seconds. Whoever is closed comes back.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use super::socket;
use super::time::{now, pause};

const EVERY: Duration = Duration::from_secs(6);
const LOOK: Duration = Duration::from_millis(20);

#[derive(Clone, Copy)]
enum Way {
    ReadsNothing,
    EndsNoHeaders,
    AsksNowAndThen,
}

const WAYS: [Way; 3] = [Way::ReadsNothing, Way::EndsNoHeaders, Way::AsksNowAndThen];

/// A crowd at work.
pub(super) struct Crowd {
    ended: Arc<AtomicBool>,
    closed: Arc<AtomicUsize>,
    work: JoinHandle<()>,
}

impl Crowd {
    /// So many connections, in turn from each of these addresses.
    pub(super) fn begin(to: SocketAddr, from: &[Ipv4Addr], count: usize) -> Result<Self> {
        socket::make_room_for(count)?;
        let begun = now();
        let spread = EVERY / u32::try_from(count)?;
        let one = |((number, way), own): ((u32, Way), &Ipv4Addr)| Hostile {
            own: *own,
            way,
            stream: None,
            // All come within a second, and act apart from then on.
            due: begun + spread * number / 6,
        };
        let all = (0..).zip(WAYS.into_iter().cycle()).zip(from.iter().cycle());
        let mut crowd: Vec<Hostile> = all.take(count).map(one).collect();
        let (ended, closed) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let (over, count) = (Arc::clone(&ended), Arc::clone(&closed));
        let work = thread::spawn(move || work(&mut crowd, to, &over, &count));
        Ok(Self { ended, closed, work })
    }

    /// How often one was closed by the server.
    pub(super) fn closed(&self) -> usize {
        self.closed.load(Ordering::Relaxed)
    }

    pub(super) fn end(self) -> Result<()> {
        self.ended.store(true, Ordering::Relaxed);
        self.work.join().map_err(|_| anyhow!("the crowd panicked"))
    }
}

fn work(crowd: &mut [Hostile], to: SocketAddr, ended: &AtomicBool, closed: &AtomicUsize) {
    while !ended.load(Ordering::Relaxed) {
        let at = now();
        for one in crowd.iter_mut().filter(|one| one.due <= at) {
            one.due = at + EVERY;
            if !one.act(to) {
                closed.fetch_add(1, Ordering::Relaxed);
            }
        }
        pause(LOOK);
    }
}

struct Hostile {
    own: Ipv4Addr,
    way: Way,
    stream: Option<TcpStream>,
    due: Instant,
}

impl Hostile {
    /// Comes, or goes on. Answers whether the connection is still there.
    fn act(&mut self, to: SocketAddr) -> bool {
        let (is_new, stream) = match self.stream.take() {
            Some(stream) => (false, Ok(stream)),
            None => (true, socket::hurried(self.own, to)),
        };
        let Ok(mut stream) = stream else { return true };
        let is_there = speak(self.way, is_new, &mut stream).is_ok();
        if is_there {
            self.stream = Some(stream);
        }
        is_there
    }
}

fn speak(way: Way, is_new: bool, stream: &mut TcpStream) -> io::Result<()> {
    let words = match way {
        Way::ReadsNothing => "GET /embed.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(8),
        Way::EndsNoHeaders if is_new => "GET /sign-in HTTP/1.1\r\nX: ".to_owned(),
        Way::EndsNoHeaders => "x".to_owned(),
        Way::AsksNowAndThen => "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
    };
    if !matches!(way, Way::ReadsNothing) {
        let mut heard = [0; 4096];
        while unless_it_waits(stream.read(&mut heard), 1)? == heard.len() {}
    }
    unless_it_waits(stream.write(words.as_bytes()), 0)?;
    Ok(())
}

/// Nothing read is the end of a connection; nothing to read yet is not.
fn unless_it_waits(done: io::Result<usize>, least: usize) -> io::Result<usize> {
    match done {
        Ok(bytes) if bytes < least => Err(io::ErrorKind::UnexpectedEof.into()),
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected) => {
            Ok(0)
        }
        done => done,
    }
}
