//! Connections from one address of this machine or another: all of 127.0.0.0/8 is its own.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::os::fd::OwnedFd;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, connect, socket_with, sockopt};
use rustix::process::{Resource, getrlimit, setrlimit};

/// What a slow reader's system keeps for it.
const FEW_BYTES: usize = 4 * 1024;

/// Connects, and waits for it so long.
pub(super) fn from(own: Ipv4Addr, to: SocketAddr, patience: Duration) -> Result<TcpStream> {
    let socket = bound(own, SocketFlags::CLOEXEC)?;
    // Linux bounds connecting by it, too.
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Send, Some(patience))?;
    connect(&socket, &to)?;
    Ok(socket.into())
}

/// Connects without waiting, now or later: neither reading nor writing waits, and what was not read fills up soon.
pub(super) fn hurried(own: Ipv4Addr, to: SocketAddr) -> Result<TcpStream> {
    let socket = bound(own, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK)?;
    sockopt::set_socket_recv_buffer_size(&socket, FEW_BYTES)?;
    match connect(&socket, &to) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(socket.into()),
        Err(error) => Err(error.into()),
    }
}

fn bound(own: Ipv4Addr, flags: SocketFlags) -> Result<OwnedFd> {
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    bind(&socket, &SocketAddrV4::new(own, 0))?;
    Ok(socket)
}

/// Lets us hold so many connections ourselves.
pub(super) fn make_room_for(connections: usize) -> Result<()> {
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files).context("the limit of open files was not raised")?;
    let enough = u64::try_from(connections)? + 256;
    ensure!(files.maximum.is_none_or(|most| most >= enough), "ulimit -n must be {enough} at least");
    Ok(())
}
