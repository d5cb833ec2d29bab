//! The connection itself, over a real socket.

use super::support::House;
use server::serving::{Limits, serve};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;

async fn served(house: &House) -> (TcpStream, oneshot::Sender<()>) {
    let (address, end) = served_within(house, Limits::of(house.server.settings())).await;
    (TcpStream::connect(address).await.unwrap(), end)
}

async fn served_within(house: &House, limits: Limits) -> (SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let router = house.router.clone();
    tokio::spawn(serve(listener, router, limits, async move {
        let _ = ended.await;
    }));
    (address, end)
}

/// A connection from 127.0.0.`host`.
async fn from(host: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::new(127, 0, 0, host), 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

async fn told(stream: &mut TcpStream, request: &[u8]) -> String {
    // The server may close before it has read everything.
    let _ = stream.write_all(request).await;
    let mut answer = vec![0; 64 * 1024];
    let read = stream.read(&mut answer).await.unwrap_or(0);
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn a_request_is_answered() {
    let house = House::empty().await;
    let (mut stream, _end) = served(&house).await;
    let answer = told(&mut stream, b"GET /sign-in HTTP/1.1\r\nHost: localhost:3000\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn headers_of_more_than_sixteen_kilobytes_are_refused() {
    let house = House::empty().await;
    let (mut stream, _end) = served(&house).await;
    let long = "a".repeat(17 * 1024);
    let request = format!("GET / HTTP/1.1\r\nHost: localhost:3000\r\nX-Long: {long}\r\n\r\n");
    let answer = told(&mut stream, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn who_sends_headers_for_too_long_is_cut_off() {
    let house = House::empty().await;
    let (address, _end) = served_within(&house, Limits::of(house.server.settings())).await;
    let mut stream = from(2, address).await;
    let begun = tokio::time::Instant::now();
    let answer =
        tokio::time::timeout(Duration::from_secs(15), told(&mut stream, b"GET / HTTP/1.1\r\nHost:")).await;
    answer.expect("the connection is still open");
    assert!(begun.elapsed() > Duration::from_secs(5));
}

#[tokio::test]
async fn a_body_without_end_is_read_to_sixty_four_kilobytes() {
    let house = House::empty().await;
    let (mut stream, _end) = served(&house).await;
    let head = "POST /sign-in HTTP/1.1\r\nHost: localhost:3000\r\nOrigin: http://localhost:3000\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("8000\r\n{}\r\n", "a".repeat(0x8000));
    let request = head.to_owned() + &chunk.repeat(3);
    let answer = told(&mut stream, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn the_end_is_waited_for() {
    let house = House::empty().await;
    let (mut stream, end) = served(&house).await;
    told(&mut stream, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    end.send(()).unwrap();
    let mut rest = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
    assert_eq!(read.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn a_place_is_written_into_the_log_of_the_account() {
    let house = House::with_account().await;
    let (mut stream, _end) = served(&house).await;
    let body = format!("email={}&password=wrong+password", super::support::EMAIL);
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: localhost:3000\r\nOrigin: http://localhost:3000\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0\r\n\
         X-Forwarded-For: 203.0.113.9\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    assert!(told(&mut stream, request.as_bytes()).await.starts_with("HTTP/1.1 422"));
    let mut browser = house.browser();
    let form = [("email", super::support::EMAIL), ("password", super::support::PASSWORD)];
    browser.post("/sign-in", &form).await.leads_to("/account/security");
    let page = browser.get("/account/security").await.body;
    assert!(page.contains("Firefox on Linux") && page.contains("127.0.0.1") && !page.contains("203.0.113.9"));
}

#[tokio::test]
async fn over_the_share_of_an_address_whether_the_server_is_well_is_answered_and_nothing_else() {
    let house = House::empty().await;
    let limits = Limits { per_address: 2, ..Limits::of(house.server.settings()) };
    let (address, _end) = served_within(&house, limits).await;
    let page = b"GET /sign-in HTTP/1.1\r\nHost: localhost:3000\r\n\r\n";
    let mut own = [from(2, address).await, from(2, address).await];
    for one in &mut own {
        assert!(told(one, page).await.starts_with("HTTP/1.1 200"));
    }
    let mut over = from(2, address).await;
    let answer = told(&mut over, page).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    for said in ["retry-after: 1", "connection: close", "\"code\":\"unavailable\""] {
        assert!(answer.contains(said), "{said}: {answer}");
    }
    assert_eq!(over.read(&mut [0; 8]).await.unwrap(), 0, "it is closed");
    for path in ["/healthz", "/readyz"] {
        let probe = format!("GET {path} HTTP/1.1\r\nHost: 10.0.0.7\r\n\r\n");
        let answer = told(&mut from(2, address).await, probe.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{path}: {answer}");
    }
    assert!(told(&mut from(3, address).await, page).await.starts_with("HTTP/1.1 200"), "another address");
    assert!(told(&mut own[0], page).await.starts_with("HTTP/1.1 200"), "what was there before");
}

#[tokio::test]
async fn who_has_their_share_twice_over_is_closed_at_once_and_comes_back_when_there_is_room() {
    let house = House::empty().await;
    let limits = Limits { per_address: 2, ..Limits::of(house.server.settings()) };
    let (address, _end) = served_within(&house, limits).await;
    let probe = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut crowd = Vec::new();
    for _ in 0..4 {
        crowd.push(from(2, address).await);
    }
    assert_eq!(told(&mut from(2, address).await, probe).await, "", "neither a share nor a reserve is left");
    crowd.clear();
    while told(&mut from(2, address).await, probe).await.is_empty() {
        tokio::task::yield_now().await;
    }
}
