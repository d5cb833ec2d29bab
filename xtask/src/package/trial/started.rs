//! A server that a trial started.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{command, instance};

pub(super) struct Started {
    child: Child,
    address: SocketAddr,
}

impl Started {
    /// Starts it on a free port.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let address = instance::free_address()?;
        command.env("TWOFOLD_LISTEN", address.to_string()).env("RUST_LOG", "warn");
        command.env("TWOFOLD_PUBLIC_URL", format!("http://localhost:{}", address.port()));
        let child = command.arg("serve").stdout(Stdio::null()).spawn().context("cannot start the server")?;
        Ok(Self { child, address })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether `/healthz` answers now.
    pub(super) fn is_healthy(&self) -> Result<()> {
        instance::answers(self.address)
    }

    /// Asks until it answers.
    pub(super) fn wait(&mut self) -> Result<()> {
        for _ in 0..10_000 {
            if self.is_healthy().is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended at once ({status})");
            }
            instance::pause();
        }
        bail!("the server does not answer")
    }

    /// Asks it to end, and looks whether it did so in good order.
    pub(super) fn end(&mut self) -> Result<()> {
        command::stop(&mut self.child, "TERM")?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended badly ({status})");
        Ok(())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // Where a trial broke off; one that has ended is not there any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
