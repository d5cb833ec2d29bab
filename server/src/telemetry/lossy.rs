//! A writer that never fails: what cannot be written is lost and counted.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many lines could not be written.
#[derive(Clone, Default)]
pub(super) struct Losses(Arc<AtomicUsize>);

impl Losses {
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Writes whole lines, or loses them.
pub(super) struct Lossy<W> {
    inner: W,
    losses: Losses,
}

impl<W> Lossy<W> {
    pub(super) fn new(inner: W, losses: Losses) -> Self {
        Self { inner, losses }
    }
}

impl<W: Write> Write for Lossy<W> {
    /// Each call is one line: that is how the log's worker writes.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.inner.write_all(line).is_err() {
            self.losses.0.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // What was lost is counted above.
        let _ = self.inner.flush();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk that is full for a while.
    struct Disk {
        is_full: bool,
        written: Vec<u8>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.is_full {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.written.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.is_full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }
    }

    #[test]
    fn a_line_that_cannot_be_written_is_counted_and_the_next_one_is_tried() {
        let losses = Losses::default();
        let mut lossy = Lossy::new(Disk { is_full: true, written: Vec::new() }, losses.clone());
        assert!(lossy.write_all(b"one\n").is_ok());
        assert!(lossy.flush().is_ok());
        assert_eq!(losses.count(), 1);
        lossy.inner.is_full = false;
        assert!(lossy.write_all(b"two\n").is_ok());
        assert_eq!((losses.count(), lossy.inner.written), (1, b"two\n".to_vec()));
    }
}
