//! A proxy in front of the database that can fall silent: it keeps the connections that it has, and passes nothing on.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::time::pause;

pub(super) struct Proxy {
    port: u16,
    /// Connections of earlier generations are silent.
    generation: Arc<AtomicU64>,
}

impl Proxy {
    /// In front of this port, until the process ends.
    pub(super) fn before(port: u16) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let proxy = Self { port: listener.local_addr()?.port(), generation: Arc::default() };
        let generation = Arc::clone(&proxy.generation);
        let database = SocketAddr::from(([127, 0, 0, 1], port));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A database that does not answer closes the connection.
                let _ = pass_on(client, database, &generation);
            }
        });
        Ok(proxy)
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Passes nothing on any more on the connections that it has. New ones work.
    pub(super) fn fall_silent(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }
}

fn pass_on(client: TcpStream, database: SocketAddr, generation: &Arc<AtomicU64>) -> Result<()> {
    let server = TcpStream::connect(database)?;
    for (from, to) in [(client.try_clone()?, server.try_clone()?), (server, client)] {
        to.set_nodelay(true)?;
        let (generation, own) = (Arc::clone(generation), generation.load(Ordering::SeqCst));
        thread::spawn(move || pump(from, to, || generation.load(Ordering::SeqCst) != own));
    }
    Ok(())
}

fn pump(mut from: TcpStream, mut to: TcpStream, is_silent: impl Fn() -> bool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        while is_silent() {
            // Neither read from nor closed, as a link that drops every packet.
            pause(Duration::from_secs(1));
        }
        if to.write_all(bytes.get(..read).unwrap_or_default()).is_err() {
            break;
        }
    }
    while is_silent() {
        pause(Duration::from_secs(1));
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}
