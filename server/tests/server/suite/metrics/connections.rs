//! Connections, over real sockets.

use super::figures::Figures;
use crate::suite::support::House;
use server::serving::{Limits, RESERVE, serve_counted};
use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

async fn served(house: &House, connections: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { connections, per_address: 1, proxies: Vec::new() };
    let (router, counts) = (house.router.clone(), house.server.connections().clone());
    tokio::spawn(async move { serve_counted(listener, router, limits, &counts, pending()).await });
    address
}

/// The figures, once this one has that value.
async fn when(house: &House, name: &str, value: f64) -> Figures {
    let seen = async {
        loop {
            let figures = Figures::of(house).await;
            if figures.get(name) == value {
                return figures;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), seen).await.expect(name)
}

#[tokio::test]
async fn open_connections_and_those_that_were_turned_away_are_counted() {
    let house = House::measured().await;
    let address = served(&house, 2).await;
    let mut open = Vec::new();
    for _ in 0..2 + RESERVE {
        open.push(TcpStream::connect(address).await.unwrap());
    }
    let figures = when(
        &house,
        "twofold_connections_open{kind=\"reserve\"}",
        f64::from(u32::try_from(RESERVE).unwrap()),
    )
    .await;
    assert_eq!(figures.get("twofold_connections_open{kind=\"served\"}"), 2.0);
    assert_eq!(figures.get("twofold_connections_limit"), 2.0);
    assert_eq!(figures.get("twofold_connections_turned_away_total{by=\"share\"}"), 0.0);
    let _more = TcpStream::connect(address).await.unwrap();
    let figures = when(&house, "twofold_connections_turned_away_total{by=\"share\"}", 1.0).await;
    assert_eq!(figures.get("twofold_connections_turned_away_total{by=\"system\"}"), 0.0);
    drop(open);
    when(&house, "twofold_connections_open{kind=\"served\"}", 0.0).await;
    when(&house, "twofold_connections_open{kind=\"reserve\"}", 0.0).await;
}
