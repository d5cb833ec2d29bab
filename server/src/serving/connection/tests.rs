//! On a stream in memory, and with a clock that goes on by itself whenever nobody has anything to do.

use super::super::limits::Limits;
use super::*;
use axum::routing::get;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const STRANGER: &str = "203.0.113.9:1";
const PROXY: &str = "10.0.0.1:1";
/// What may be on the way in one direction.
const PIPE: usize = 4 * 1024;

/// A server's end, and what is counted there. It ends when it is dropped.
struct House {
    shares: Shares,
    graceful: GracefulShutdown,
}

impl House {
    fn new() -> Self {
        let proxies = vec!["10.0.0.0/8".parse().unwrap()];
        let shares = Shares::new(Limits { connections: 8, per_address: 1, proxies });
        Self { shares, graceful: GracefulShutdown::new() }
    }

    /// A connection from this address.
    fn connect(&self, peer: &str) -> Guest {
        let (stream, theirs) = tokio::io::duplex(PIPE);
        let peer: SocketAddr = peer.parse().unwrap();
        let held = self.shares.connection(peer.ip()).unwrap();
        let answer = async |request: Request<Body>| {
            if request.extensions().get::<Crowded>().is_some() { "crowded" } else { "served" }
        };
        let routes = Router::new()
            .route("/", get(answer))
            .route("/slow", get(async || tokio::time::sleep(Duration::from_secs(5)).await))
            .route("/long", get(async || "a".repeat(64 * PIPE)));
        tokio::spawn(attend(theirs, peer, (held, self.shares.clone()), routes, self.graceful.watcher()));
        Guest { stream, begun: Instant::now() }
    }
}

struct Guest {
    stream: DuplexStream,
    begun: Instant,
}

impl Guest {
    async fn ask(&mut self, request: &[u8]) -> String {
        self.stream.write_all(request).await.unwrap();
        self.hear().await
    }

    /// Hears one answer, all of which fits into one piece. Empty: it is closed.
    async fn hear(&mut self) -> String {
        let mut answer = vec![0; PIPE];
        let read = self.stream.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    }

    /// Seconds from the beginning to the end of the connection.
    async fn ends_after(mut self) -> u64 {
        while !self.hear().await.is_empty() {}
        self.begun.elapsed().as_secs()
    }
}

fn closes(answer: &str) -> bool {
    answer.contains("connection: close")
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_asks_for_nothing_is_closed_after_ten_seconds() {
    let house = House::new();
    assert_eq!(house.connect(STRANGER).ends_after().await, 10);
    let mut guest = house.connect(STRANGER);
    assert!(guest.ask(ASK).await.ends_with("served"));
    tokio::time::sleep(Duration::from_secs(9)).await;
    assert!(guest.ask(ASK).await.ends_with("served"));
    assert_eq!(guest.ends_after().await, 19);
}

#[tokio::test(start_paused = true)]
async fn headers_that_come_a_byte_at_a_time_have_no_more_time() {
    let house = House::new();
    let mut guest = house.connect(STRANGER);
    let mut sent = 0;
    while guest.stream.write_all(&[b"GET / HTTP/1.1\r\nX: ".get(sent).copied().unwrap_or(b'x')]).await.is_ok()
    {
        sent += 1;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    // The end is seen with the byte after it.
    assert!((10..=11).contains(&guest.begun.elapsed().as_secs()), "{sent} bytes");
}

#[tokio::test(start_paused = true)]
async fn a_proxy_may_let_a_connection_rest_for_longer_than_proxies_do() {
    let house = House::new();
    assert_eq!(house.connect(PROXY).ends_after().await, 75);
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_of_an_answer_is_closed_after_thirty_seconds() {
    let house = House::new();
    let mut guest = house.connect(STRANGER);
    guest.stream.write_all(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_secs(29)).await;
    assert!(house.shares.connection(STRANGER.parse::<SocketAddr>().unwrap().ip()).unwrap().is_of_reserve());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(!house.shares.connection(STRANGER.parse::<SocketAddr>().unwrap().ip()).unwrap().is_of_reserve());
    drop(guest);
}

#[tokio::test(start_paused = true)]
async fn who_takes_a_little_now_and_then_is_closed_all_the_same() {
    let house = House::new();
    let mut guest = house.connect(STRANGER);
    guest.stream.write_all(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut few = [0; 256];
    while guest.stream.read(&mut few).await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    // What was on the way at the end is read after it.
    let (took, rest) = (guest.begun.elapsed().as_secs(), PIPE as u64 / 256);
    assert!((30..=31 + rest).contains(&took), "{took} s");
}

#[tokio::test(start_paused = true)]
async fn a_long_answer_that_is_taken_is_whole_and_the_next_has_all_the_time_again() {
    let house = House::new();
    let mut guest = house.connect(STRANGER);
    for _ in 0..4 {
        guest.stream.write_all(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut taken = 0;
        while taken < 64 * PIPE {
            let piece = guest.hear().await.len();
            assert!(piece > 0, "{taken} taken");
            taken += piece;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    assert!(guest.begun.elapsed() > Duration::from_secs(40));
}

#[tokio::test(start_paused = true)]
async fn after_ten_minutes_an_answer_is_the_last() {
    let house = House::new();
    let mut guest = house.connect(STRANGER);
    let mut asked = 0;
    while !closes(&guest.ask(ASK).await) {
        asked += 1;
        tokio::time::sleep(Duration::from_secs(6)).await;
    }
    assert_eq!((asked, guest.ends_after().await), (100, 600));
}

#[tokio::test(start_paused = true)]
async fn after_a_thousand_requests_an_answer_is_the_last() {
    let house = House::new();
    let mut guest = house.connect(STRANGER);
    let mut asked = 1;
    while !closes(&guest.ask(ASK).await) {
        asked += 1;
    }
    assert_eq!(asked, 1_000);
}

#[tokio::test(start_paused = true)]
async fn over_the_share_one_request_is_answered_and_that_soon() {
    let house = House::new();
    let _first = house.connect(STRANGER);
    let mut over = house.connect(STRANGER);
    let answer = over.ask(ASK).await;
    assert!(answer.ends_with("crowded") && closes(&answer), "{answer}");
    assert_eq!(house.connect(STRANGER).ends_after().await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_place_is_free_again_when_its_connection_is_over() {
    let house = House::new();
    for _ in 0..20 {
        let mut guest = house.connect(STRANGER);
        assert!(guest.ask(ASK).await.ends_with("served"));
        drop(guest);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_behind_a_proxy_has_a_share_of_the_requests_and_the_others_have_theirs() {
    let house = House::new();
    let from = |path: &str, address: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {address}\r\n\r\n").into_bytes()
    };
    let mut busy = house.connect(PROXY);
    busy.stream.write_all(&from("/slow", "203.0.113.9")).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut same = house.connect(PROXY);
    assert!(same.ask(&from("/", "203.0.113.9")).await.ends_with("crowded"));
    assert!(same.ask(&from("/", "203.0.113.10")).await.ends_with("served"));
    assert!(busy.hear().await.starts_with("HTTP/1.1 200"));
    assert!(same.ask(&from("/", "203.0.113.9")).await.ends_with("served"));
}
